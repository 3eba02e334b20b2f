from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askcorpus.indexing.passages import OWN_PASSAGE, split
from askcorpus.language.sentences import sentences
from askcorpus.types import PASSAGE_CHARS, Article, Source

# What breaks sentence splitters: abbreviations, quotes, list numbers, CJK, white space that is no space, marks that combine.
PIECES = st.sampled_from(
    ["Mr. Vale", "the U.S. Army", "said no.", "No. 5", "am 3. Mai", "1.", "\n", "\n\n", "\u2028", "\u00a0", " ", "  ", "…", "...", '."',
     "?!", "»", "。", "他说。", "好！", "Да.", "؟", "e\u0301", "\U0001f6b2", "\u200b", "\r", "\t", "A.", "B", "x" * 40]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=60).map(" ".join))


def article(text: str) -> Article:
    return Article("a", "Title", text, Source("a.txt"))


def words(texts: Sequence[str]) -> list[int]:
    """A stand-in for the encoder's count, with its one important property: what has a letter costs something."""
    return [max(1, len(text.split())) for text in texts]


def characters(texts: Sequence[str]) -> list[int]:
    return [len(text.encode()) for text in texts]


@given(TEXTS, st.integers(1, 40), st.sampled_from([words, characters]))
def test_passages_cover_every_sentence_at_any_budget(
    text: str, max_tokens: int, count: Callable[..., list[int]]
) -> None:
    passages = split(article(text), max_tokens=max_tokens, count=count)
    covered = {place for passage in passages for place in range(passage.start, passage.end)}
    assert all(place in covered for s, e in sentences(text) for place in range(s, e) if not text[place].isspace())
    assert all(p.text == text[p.start : p.end] and p.text.strip() for p in passages)
    starts = [(p.start, p.end) for p in passages]
    assert starts == sorted(starts)
    assert len(set(starts)) == len(starts)


@given(TEXTS, st.integers(4, 40))
def test_no_passage_costs_more_than_its_budget(text: str, max_tokens: int) -> None:
    """By the sum over its sentences, which is how the budget is kept; a cut inside a word may add a piece."""
    for passage in split(article(text), max_tokens=max_tokens, count=words):
        assert sum(words([passage.text[s:e] for s, e in sentences(passage.text)])) <= max_tokens


def test_no_passage_is_longer_than_asking_can_look_at_however_few_its_tokens_are() -> None:
    text = "x" * 30_000 + " " + " ".join("y" * 1_000 for _ in range(20)) + ". The ferry sailed."
    passages = split(article(text), max_tokens=500, count=words)
    assert max(len(passage.text) for passage in passages) <= PASSAGE_CHARS
    assert passages[-1].text.endswith("The ferry sailed.")


@given(st.integers(-3, 0), TEXTS)
def test_a_budget_of_nothing_still_ends(max_tokens: int, text: str) -> None:
    passages = split(article(text), max_tokens=max_tokens, count=words)
    assert bool(passages) == bool(text.strip())


@pytest.mark.parametrize("text", ["", " ", "\n\n\u00a0\n"])
def test_a_text_of_white_space_has_no_passages(text: str) -> None:
    assert split(article(text), max_tokens=100, count=words) == ()


def test_short_paragraphs_share_a_passage_and_a_substantial_one_stands_alone() -> None:
    long = " ".join(["word"] * OWN_PASSAGE) + "."
    text = f"One short.\n\nAnother short.\n\n{long}\n\nThe end."
    passages = split(article(text), max_tokens=250, count=words)
    assert [p.text for p in passages] == ["One short.\n\nAnother short.", long, "The end."]


def test_a_question_stays_with_its_answer_and_a_fact_box_in_one_piece() -> None:
    body = " ".join(["word"] * (OWN_PASSAGE - 10)) + "."
    asked = f"{body}\n\nWho pays for it?\n\n{' '.join(['town'] * 30)}."
    assert [p.text.split("\n")[0] for p in split(article(asked), max_tokens=100, count=words)] == [
        body,
        "Who pays for it?",
    ]
    box = "Repères\nAltitude : 312 mètres\nPiste : 2 700 mètres\nDirecteur : Ibrahim Sawadjo"
    told = f"{body}\n\n{box}\n\n{' '.join(['town'] * 90)}."
    assert [p.text.split("\n")[0] for p in split(article(told), max_tokens=80, count=words)][:2] == [body, "Repères"]
    assert split(article(told), max_tokens=80, count=words)[1].text == box
    left_out = told.index("Altitude")
    without = split(article(told), max_tokens=80, count=words, without=[(left_out, left_out + 1)])
    assert not any("Altitude" in p.text for p in without)


def test_a_paragraph_that_does_not_fit_becomes_passages_that_overlap() -> None:
    told = [f"Sentence number {i} tells of one thing." for i in range(12)]
    text = " ".join(told)
    passages = split(article(text), max_tokens=28, count=words)
    assert len(passages) >= 3
    assert all(after.start < before.end for before, after in pairwise(passages))
    assert passages[0].text == " ".join(told[:4])
    assert passages[-1].text == " ".join(told[-4:])


def test_a_sentence_longer_than_the_budget_is_cut_at_spaces() -> None:
    text = " ".join(f"w{i}" for i in range(100))
    passages = split(article(text), max_tokens=30, count=words)
    assert " ".join(p.text for p in passages).split() == text.split()
    assert all(len(p.text.split()) <= 30 for p in passages)


@pytest.mark.parametrize(
    "text", ["." * 50_000 + "x", '."' * 25_000 + "x", "\n " * 50_000, "。" * 50_000, "x" * 200_000, "A. " * 30_000]
)
def test_odd_text_takes_no_more_time_than_its_length_deserves(text: str) -> None:
    started = time.process_time()
    split(article(text), max_tokens=200, count=words)
    assert time.process_time() - started < 2


def test_short_paragraphs_are_joined_whatever_a_model_could_read() -> None:
    text = "\n\n".join(
        f"The council of Lesna voted for wall number {n} after a debate of nine hours." for n in range(3)
    )
    for max_tokens in (100, 512, 8192, 1_000_000):
        [passage] = split(article(text), max_tokens=max_tokens, count=words)
        assert passage.text == text
