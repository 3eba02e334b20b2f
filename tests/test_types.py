"""What is `from askcorpus import …`, and how do the nouns show themselves?"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import askcorpus
from askcorpus.types import Answer, Article, Citation, Source

ARTICLE = Article("a1", "Bridge opens", "The bridge opened in May. " * 200, Source("a.txt"))
CITATION = Citation(1, "The bridge opened in May.", 0, 25, ARTICLE, score=2.0)
ANSWER = Answer("When did the bridge open?", (CITATION,), confidence=0.875)
HEAVY = ("faiss", "numpy", "torch", "openvino", "tantivy", "sentence_transformers", "telegram", "click")


def modules_after(statement: str) -> set[str]:
    """Which of the heavy packages a fresh process has loaded after a statement."""
    code = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split()) & set(HEAVY)


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert modules_after("import askcorpus; askcorpus.__version__; askcorpus.AskcorpusError") == set()
    assert "faiss" in modules_after("from askcorpus import Corpus")


def test_everything_that_the_package_names_can_be_had_from_it() -> None:
    assert sorted(askcorpus.__all__) == [
        "Answer", "Article", "AskcorpusError", "AsyncCorpus", "Citation", "Corpus", "Filter", "__version__",
    ]  # fmt: skip
    for name in askcorpus.__all__:
        assert getattr(askcorpus, name) is not None, name
    assert set(askcorpus.__all__) <= set(dir(askcorpus))
    assert askcorpus.Answer is Answer


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(askcorpus, "Chunk")


def test_an_answer_is_shown_on_one_line_without_its_articles() -> None:
    assert [replace(ANSWER, confidence=c).certainty for c in (0.8, 0.79, 0.5, 0.49)] == [
        "sure",
        "likely",
        "likely",
        "unsure",
    ]
    assert repr(ANSWER) == "<Answer to 'When did the bridge open?': 1 citation, confidence 0.88>"
    assert repr(replace(ANSWER, citations=(CITATION, CITATION))).endswith(": 2 citations, confidence 0.88>")
    assert repr(replace(ANSWER, citations=())) == "<Answer to 'When did the bridge open?': not found, confidence 0.88>"
    assert "\n" not in repr(replace(ANSWER, question="two\nlines"))


def test_an_answer_is_true_only_where_something_was_found() -> None:
    assert ANSWER
    assert not replace(ANSWER, citations=())
