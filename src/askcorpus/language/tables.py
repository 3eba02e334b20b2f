"""What do the tables of this folder say of one language?  Reads only the rows asked for; knows how words are told apart, not what they mean.

calendar.toml, numerals.toml and question_words.toml hold one table a language; each explains its rows.  `listed` reads a row that is
a list, `Phrases` finds such a list in a question, `pattern` in any text.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import Any

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Characters of scripts that set no spaces between words, as ranges for a pattern; Hangul sets them."""
MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f\u0955-\u0957"
    "\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a3c-\u0a4d\u0abc-\u0acd\u0b3c-\u0b4d\u0bbe-\u0bcd\u0c3e-\u0c4d\u0cbc-\u0ccd\u0d3e-\u0d4d"
    "\u0dca-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
)
"""Accents that stand apart, vowel signs: parts of words though `\\w` does not match them."""

_ALSO = {
    "nb": "no",
    "nn": "no",
    "iw": "he",
    "in": "id",
    "sh": "sr",
    "bs": "hr",
}  # codes of one language by another name
_TOKEN = re.compile(rf"[\w{MARKS}]+|[.,;:?!()]")
_SAME_MARK = str.maketrans("؟،؛。、।；", "?,;.,.;", "\u200c\u200d")
_HANGUL = ("\uac00", "\ud7af")
_HAS_MARKS = re.compile(f"[{MARKS}\u0590-\u0dff]")
_MARK = re.compile(f"[{MARKS}]")
_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u0652\u200c\u200d]")
_LOOKALIKES = str.maketrans("ıيىك’ʼ", "iییک''")
CLAUSE_ENDS = "?.!,;"
WORD = rf"[\w{MARKS}]"
"""A character of a word, vowel signs included, as a pattern."""


@functools.cache
def _tables(name: str) -> dict[str, str]:
    """The text of each language's table: to read the whole file would cost more than a question takes."""
    text = resources.files("askcorpus.language").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    heads = (part.partition("]\n") for part in text.split("\n[")[1:])
    return {language: rows for language, _, rows in heads}


@functools.cache
def table(name: str, language: str) -> dict[str, Any]:
    """The rows of one language's table; empty where it has none."""
    tables = _tables(name)
    return tomllib.loads(tables.get(language) or tables.get(_ALSO.get(language, ""), ""))


def languages(name: str) -> tuple[str, ...]:
    """The languages that have a table, in the file's order."""
    return tuple(_tables(name))


def chosen(name: str, language: str | None, usual: tuple[str, ...]) -> tuple[str, ...]:
    """The language alone where it has a table, else the usual ones."""
    return (language,) if language is not None and table(name, language) else usual


def listed(row: str) -> tuple[str, ...]:
    """The words and phrases of a row, which commas separate."""
    return tuple(phrase for part in row.split(",") if (phrase := part.strip()))


def rows(name: str, languages: Iterable[str], key: str) -> tuple[str, ...]:
    """The words and phrases of one row in all of these languages."""
    return tuple(phrase for language in languages for phrase in listed(table(name, language).get(key, "")))


@functools.lru_cache(maxsize=64)
def spoken(text: str) -> str:
    """The text as phrases are looked for in it: lower case, one space before and after each word and each mark of punctuation.

    Apostrophes, hyphens and quotation marks separate words; letters that look alike are one letter (NFKC).
    """
    return f" {' '.join(_TOKEN.findall(_lower(plain(text))))} "


def plain(text: str) -> str:
    """The text in the letters that `spoken` reads, with its capitals: `tokens` are counted in it."""
    return unicodedata.normalize("NFKC", text).translate(_SAME_MARK)


def tokens(plain_text: str) -> list[tuple[str, int, int]]:
    """The words and marks of punctuation that `spoken` makes of a `plain` text, and where each begins and ends."""
    return [(_lower(match.group()), *match.span()) for match in _TOKEN.finditer(plain_text)]


def _lower(text: str) -> str:
    return text.lower().replace("i\u0307", "i")


def unspaced(text: str) -> bool:
    """Whether it holds letters of a script that sets no spaces between words."""
    return not text.isascii() and bool(_unspaced().search(text))


@functools.cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]")  # two milliseconds, which an English question is spared


def folded(text: str) -> str:
    """Lower case, without the accents that capitals drop, one letter for letters that look alike: as lines of a page are compared."""
    plain = unicodedata.normalize("NFKD", text).lower().translate(_LOOKALIKES)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", plain))


class Phrases:
    """Words and phrases of a table, to be found in what `spoken` returns.  A caret at the beginning: only at the text's beginning."""

    __slots__ = ("first", "inside")

    def __init__(self, phrases: Iterable[str]) -> None:
        self.inside = tuple(_needle(p) for p in phrases if not p.startswith("^"))
        self.first = tuple(_needle(p[1:]) for p in phrases if p.startswith("^"))

    def stand_in(self, text: str) -> bool:
        """Whether one of them stands anywhere in the text."""
        return any(needle in text for needle in self.inside) or text.startswith(self.first)

    def begin(self, text: str) -> bool:
        """Whether the text begins with one of them."""
        return text.startswith((*self.inside, *self.first))

    def end_clause(self, text: str) -> bool:
        """Whether one of them stands right before the text's end or a mark that ends a clause."""
        for needle in self.inside:
            place = text.find(needle)
            while place >= 0:
                if text[place + len(needle) :][:1] in CLAUSE_ENDS:  # the empty string is in every string
                    return True
                place = text.find(needle, place + 1)
        return False


def _needle(phrase: str) -> str:
    """What of a text is the phrase: a star stands for any letters; words of an unspaced script stand next to any."""
    plain = spoken(phrase.strip("*")).strip()
    if unspaced(plain):
        return plain
    return f"{'' if phrase.startswith('*') else ' '}{plain}{'' if phrase.endswith('*') else ' '}"


def pattern(phrases: Sequence[str], *, open: bool = False) -> str:
    """A regular expression for any of the words and phrases as they stand in a text; a star at the end stands for any letters.

    It begins and ends at the bounds of words where the script has any; an `open` one may begin within a word.  Korean endings are left out.
    """
    letter = f"(?-i:{WORD})" if _HAS_MARKS.search("".join(phrases)) else r"\w"  # with marks compiling takes longer
    groups: dict[tuple[str, str], list[str]] = {}
    for phrase in sorted(set(phrases), key=lambda p: (-len(p), p)):
        plain = phrase.rstrip("*")
        before = r"(?<!\d)" if plain[0].isdigit() else f"(?<!{letter})" if _spaced_letter(plain[0]) else ""
        after = f"(?!{letter})" if _spaced_letter(plain[-1]) else ""
        if phrase.endswith("*"):
            after = "" if _HANGUL[0] <= plain[-1] <= _HANGUL[1] else f"{letter}*"
        body = r"\s{1,2}".join(re.escape(word).replace("'", "['’]") for word in plain.split())
        groups.setdefault(("" if open else before, after), []).append(body)
    return "|".join(f"{before}(?:{'|'.join(bodies)}){after}" for (before, after), bodies in groups.items()) or "(?!)"


def _spaced_letter(character: str) -> bool:
    """Whether it is a letter, a sign or a digit that another one beside it would make another word."""
    return (character.isalnum() or _MARK.match(character) is not None) and not unspaced(character)
