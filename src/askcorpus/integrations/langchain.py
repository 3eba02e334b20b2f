"""How does LangChain retrieve from a corpus?  The only module that imports langchain_core: pip install 'askcorpus[langchain]'."""

from __future__ import annotations

from askcorpus.corpus import Corpus
from askcorpus.rendering.table import hit_row
from askcorpus.types import Filter

try:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
except ImportError as error:  # who tries whether it is there expects no other kind
    raise ImportError("this needs langchain-core: pip install 'askcorpus[langchain]'") from error


class AskcorpusRetriever(BaseRetriever):
    """The passages that fit a question best, verbatim, each with where it stands."""

    corpus: Corpus
    k: int = 5
    where: Filter | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        hits = self.corpus.search(query, k=self.k, where=self.where)
        return [Document(page_content=hit.passage.text, metadata=hit_row(hit)) for hit in hits]
