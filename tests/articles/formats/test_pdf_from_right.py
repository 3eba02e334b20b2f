"""Are lines from right to left read as they are written, in whatever order a PDF draws their letters?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from askcorpus.articles.formats.pdf_from_right import Character, Line, lines


def drawn(seen: str, *words: str, bottom: float = 0.0) -> Iterator[Character]:
    """Words of what is seen, as it is seen from left to right, in the order in which they are drawn; one with < from its right end."""
    for word in words:
        letters = word.removesuffix("<")
        first = seen.index(letters)
        places = [*enumerate(letters, first)]
        for at, letter in reversed(places) if word.endswith("<") else places:
            yield letter, (6.0 * at, bottom, 6.0 * at + 6.0, bottom + 10.0)
        yield " ", None


def read(seen: str, *words: str) -> list[str]:
    return [part.text for part in lines(drawn(seen, *words)) if isinstance(part, Line)]


@pytest.mark.parametrize("words", [("לגד", "בחכ"), ("לגד<", "בחכ<"), ("בחכ<", "לגד"), ("לגד<", "בחכ")])
def test_words_are_read_from_the_right_in_whatever_order_their_letters_were_drawn(words):
    assert read("בחכ לגד", *words) == ["דגל כחב"]


def test_numbers_and_names_from_the_left_keep_their_own_order():
    seen = ".12/11 Nile Co 24 לגד 87.5% בחכ"
    assert read(seen, "בחכ", "87.5%", "לגד<", "Nile", "Co", "24", ".12/11") == ["כחב 87.5% דגל Nile Co 24 12/11."]
    assert read("۴۵ لا", "لا<", "۴۵") == ["ال ۴۵"]  # digits that are written among letters from the right, too


def test_a_bracket_opens_where_it_is_read_first_and_a_mark_stands_behind_its_word():
    assert read(",(בחכ) לגד", "לגד", ",(בחכ)") == ["דגל (כחב),"]
    assert read("»בחכ« לגד", "לגד<", "»בחכ«<") == ["דגל «כחב»"]


def test_columns_are_lines_of_their_own_and_other_lines_come_as_they_are():
    assert read("בחכ    לגד", "לגד", "בחכ") == ["דגל", "כחב"]
    latin = [*drawn("as it is", "as", "it", "is")]
    assert [*lines(latin)] == latin
    *above, below = lines([*latin, *drawn("לגד", "לגד", bottom=20.0)])
    assert above == latin
    assert isinstance(below, Line)


def test_a_vowel_sign_stays_with_its_letter():
    sign = ("\u05b8", (13.0, 8.0, 15.0, 10.0))
    [line] = lines([sign, *[*drawn("לגד", "לגד")][:-1]])
    assert isinstance(line, Line)
    assert line.text == "ד\u05b8גל"
