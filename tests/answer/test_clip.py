from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from askcorpus.answer.clip import QUOTE_WORDS, clipped
from askcorpus.question.reading import Asked, asked

CLAUSES = ", ".join(f"land{i} and realm{i}" for i in range(40))
LONG = f"The treaty binds {CLAUSES}, to share the river Aare, and to guard its banks."


def about(words: str) -> Asked:
    """A question of just these words, each as rare as the others."""
    return asked(words, "en", lambda inside: [1.0] * len(inside))


def cut(text: str, words: str = "", keep: str | None = None) -> str:
    at = text.find(keep) if keep else -1
    span = clipped(text, (0, len(text)), about(words), (at, at + len(keep)) if keep else None)
    return text[span[0] : span[1]]


def test_a_sentence_of_eighty_words_stays_whole() -> None:
    text = " ".join(["word,"] * 80)
    assert cut(text, "word") == text


def test_what_was_asked_for_is_in_the_quote_wherever_it_stands() -> None:
    assert cut(LONG, keep="river Aare").endswith("to share the river Aare, and to guard its banks.")
    assert "land19 and realm19, land20 and realm20, land21" in cut(LONG, keep="land20")
    assert cut(LONG, keep="land0").startswith("The treaty binds land0")


def test_without_a_mark_the_words_of_the_question_decide() -> None:
    assert "share the river" in cut(LONG, "share river")
    assert cut(LONG, "treaty binds river").startswith("The treaty")


def test_where_no_word_tells_the_first_eighty_words_are_quoted() -> None:
    assert cut(LONG).startswith("The treaty binds")
    assert len(cut(LONG).split()) >= QUOTE_WORDS - 3


def test_a_quote_begins_and_ends_with_whole_clauses() -> None:
    middle = cut(LONG, keep="realm26")
    assert middle.startswith("land")
    assert not middle.endswith(",")
    assert LONG[LONG.index(middle) + len(middle)] in ",."


def test_a_clause_of_hundreds_of_words_is_cut_between_words() -> None:
    text = " ".join(f"w{i}" for i in range(300)) + "."
    assert "w250" in cut(text, keep="w250").split()
    assert len(cut(text, keep="w250").split()) == QUOTE_WORDS


@given(
    st.lists(st.sampled_from(["Aare", "мир", "好", "—", "7,", "end.", "(x", "y)", "\n", "a;"]), max_size=200),
    st.sets(st.sampled_from(["Aare", "мир", "x"])),
    st.integers(0, 300),
)
def test_any_cut_is_a_slice_of_at_most_eighty_words(parts: list[str], words: set[str], at: int) -> None:
    text = f"({' '.join(parts)} last"
    start, end = clipped(text, (1, len(text)), about(" ".join(sorted(words))), (at, at + 1))
    assert 1 <= start < end <= len(text)
    assert len(text[start:end].split()) <= QUOTE_WORDS
