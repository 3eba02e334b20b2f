"""How does LlamaIndex retrieve from a corpus?  The only module that imports llama_index: pip install 'askcorpus[llamaindex]'."""

from __future__ import annotations

from askcorpus.corpus import Corpus
from askcorpus.rendering.table import hit_row
from askcorpus.types import Filter, Hit

try:
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
except ImportError as error:  # who tries whether it is there expects no other kind
    raise ImportError("this needs llama-index-core: pip install 'askcorpus[llamaindex]'") from error


class AskcorpusRetriever(BaseRetriever):
    """The passages that fit a question best, verbatim, each with where it stands."""

    def __init__(self, corpus: Corpus, *, k: int = 5, where: Filter | None = None) -> None:
        super().__init__()
        self._corpus = corpus
        self._k = k
        self._where = where

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._corpus.search(query_bundle.query_str, k=self._k, where=self._where)
        return [NodeWithScore(node=_node(hit), score=hit.score) for hit in hits]


def _node(hit: Hit) -> TextNode:
    passage = hit.passage
    return TextNode(
        id_=f"{passage.article.id}:{passage.start}",
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata=hit_row(hit),
    )
