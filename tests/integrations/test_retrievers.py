"""Do LangChain and LlamaIndex, the real packages, retrieve verbatim passages that say where they stand?"""

from __future__ import annotations

import importlib
import sys
import warnings
from typing import Any

import newspapers
import pytest

from askcorpus import Corpus, Filter

with warnings.catch_warnings():  # of packages that are not ours, while they are imported
    warnings.simplefilter("ignore")
    from askcorpus.integrations import langchain, llamaindex

REOPENED = "When did the Old Sund Bridge reopen?"


def stands(metadata: dict[str, Any], text: str) -> bool:
    return newspapers.TEXTS[metadata["article"]][metadata["start"] : metadata["end"]] == text


def test_langchain_gets_the_passages_that_search_finds(corpus: Corpus) -> None:
    retriever = langchain.AskcorpusRetriever(corpus=corpus, k=3)
    documents = retriever.invoke(REOPENED)
    hits = corpus.search(REOPENED, k=3)
    assert [document.page_content for document in documents] == [hit.passage.text for hit in hits]
    assert all(stands(document.metadata, document.page_content) for document in documents)
    assert {"title", "publisher", "published", "url", "language", "file", "score"} <= set(documents[0].metadata)


async def test_langchain_awaits_and_narrows(corpus: Corpus) -> None:
    retriever = langchain.AskcorpusRetriever(corpus=corpus, where=Filter(since="2026-06-01"))
    documents = await retriever.ainvoke("What did the mayor of Tarnby open?")
    assert documents[0].metadata["article"] == "mayor-june"
    assert all(document.metadata["published"] >= "2026-06-01" for document in documents)


def test_llamaindex_gets_the_passages_that_search_finds(corpus: Corpus) -> None:
    retriever = llamaindex.AskcorpusRetriever(corpus, k=3)
    nodes = retriever.retrieve(REOPENED)
    hits = corpus.search(REOPENED, k=3)
    assert [node.get_content() for node in nodes] == [hit.passage.text for hit in hits]
    assert [node.score for node in nodes] == [hit.score for hit in hits]
    assert all(stands(node.metadata, node.get_content()) for node in nodes)
    assert nodes[0].node.node_id == f"{hits[0].passage.article.id}:{hits[0].passage.start}"
    assert hits[0].passage.article.id in ("bridge", "bridge-again")  # one story


async def test_llamaindex_awaits_and_narrows(corpus: Corpus) -> None:
    retriever = llamaindex.AskcorpusRetriever(corpus, where=Filter(until="2026-05-31"))
    nodes = await retriever.aretrieve("What did the mayor of Tarnby open?")
    assert nodes[0].metadata["article"] == "mayor-april"


@pytest.mark.parametrize("made", [langchain, llamaindex])
def test_a_retriever_is_a_few_lines(made: Any) -> None:
    source = made.__loader__.get_source(made.__name__)
    assert len(source.splitlines()) < 50


@pytest.mark.parametrize(("name", "theirs"), [("langchain", "langchain_core"), ("llamaindex", "llama_index.core")])
def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, name: str, theirs: str) -> None:
    for module in [module for module in sys.modules if module.startswith(theirs)]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, theirs, None)
    monkeypatch.delitem(sys.modules, f"askcorpus.integrations.{name}")
    with pytest.raises(ImportError, match=rf"pip install 'askcorpus\[{name}\]'"):
        importlib.import_module(f"askcorpus.integrations.{name}")
