"""How does each language name days and months?  What finds them in a text is built from calendar.toml, a language at a time."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from askcorpus.language.tables import chosen, languages, listed, pattern, rows, table

USUAL = ("en", "de", "fr", "es", "it", "ru")
"""Whose dates are looked for in a text of a language that is not known or has no table."""
_SPACE = r"\s{1,3}"
_ROMAN = "[IVX]{1,5}"


@functools.cache
def date_pattern(language: str | None) -> re.Pattern[str]:
    """Finds dates in a text of this language: days, months, weekdays, years, centuries."""
    codes = chosen("calendar", language, USUAL)
    months, short, weekdays = (
        pattern(_names(codes, *keys)) for keys in (("months", "oblique", "locative"), ("short",), ("weekdays",))
    )
    ordinals = "|".join(re.escape(ending) for ending in rows("calendar", codes, "ordinals")) or "(?!)"
    of = _linking(rows("calendar", codes, "of"))
    century, eras = (pattern(rows("calendar", codes, key)) for key in ("century", "eras"))
    first_day = rf"(?<!\w)\d{{1,2}}(?:{ordinals}|\.|º)?{_SPACE}{of}"
    then_day = rf"{_SPACE}\d{{1,2}}(?:{ordinals})?(?!\w)"
    then_year = rf",?{_SPACE}{of}\d{{4}}"
    alone = rf"(?:1\d|20){'|2[45]' if _far_years(codes) else ''}"
    numeral = rf"(?<!\w)(?:\d{{1,2}}|{_ROMAN})(?:{ordinals}|\.|e|º|-\w{{1,2}})?"
    shapes = (
        *_own_orders(codes, months),
        rf"(?:{first_day})?(?:{months})(?:\.(?=\s\d))?(?:{then_day})?(?:{then_year})?",
        rf"{first_day}(?:{short})\.?(?:{then_year})?",
        rf"(?:{short})\.?(?:{then_day}(?:{then_year})?|{_SPACE}{of}\d{{4}})",
        r"(?<!\w)\d{4}-\d\d-\d\d(?!\w)",
        r"(?<!\w)\d{1,2}[./]\d{1,2}[./]\d{2,4}(?!\w)",
        rf"(?<!\w)(?:{alone})\d\ds?(?!\w)",
        rf"{numeral}\s{{0,3}}(?:{century})",
        rf"(?:{century})\s{{1,3}}(?:\d{{1,2}}|{_ROMAN})(?!\w)",
        rf"(?<!\w)\d{{1,4}}\s{{0,3}}(?:{eras})",
        weekdays,
    )
    return re.compile("|".join(shapes), re.IGNORECASE)


@functools.cache
def common_words(language: str | None) -> frozenset[str]:
    """Names of months that are words of another kind where they stand alone in small letters."""
    codes = chosen("calendar", language, USUAL)
    doubtful = rows("calendar", codes, "doubtful") if len(codes) > 1 else ()
    return frozenset((*rows("calendar", codes, "verbs"), *doubtful))


@functools.cache
def date_words(language: str | None) -> frozenset[str]:
    """The words that dates are made of, in lower case."""
    codes = chosen("calendar", language, USUAL)
    names = _names(codes, "months", "oblique", "locative", "short", "weekdays")
    return frozenset(w.rstrip("*") for name in (*names, *rows("calendar", codes, "century")) for w in name.split())


@functools.cache
def month_numbers(language: str, *keys: str) -> dict[str, int]:
    """The names of the months in these rows and their numbers, 1 to 12, without the star of those that take any ending."""
    return {
        name.rstrip("*"): number
        for key in keys
        for number, names in enumerate(table("calendar", language).get(key, ()), 1)
        for name in listed(names)
    }


@functools.lru_cache(maxsize=1024)
def unit_of_time(word: str, language: str | None) -> int | None:
    """Which unit of time a word in lower case is, the same number in every language: 3 is a day."""
    listing = table("calendar", language or "en").get("units", ()) if len(word) > 1 else ()
    return next((n for n, said in enumerate(listing) if re.fullmatch(pattern(listed(said)), word)), None)


def every(*keys: str) -> Iterator[str]:
    """The words of these rows in all languages."""
    for language in languages("calendar"):
        for key in keys:
            row = table("calendar", language).get(key, "")
            for words in (row,) if isinstance(row, str) else row:
                yield from listed(words)


def _names(codes: tuple[str, ...], *keys: str) -> tuple[str, ...]:
    tables = [table("calendar", code).get(key, ()) for code in codes for key in keys]
    return tuple(name for names in tables for forms in names for name in listed(forms))


def _linking(words: tuple[str, ...]) -> str:
    """What may stand between day, month and year; a word that ends in an apostrophe or a hyphen touches what follows."""
    parts = [
        re.escape(word.rstrip("-")).replace("'", "['’]") + ("" if word[-1] in "'-" else _SPACE)
        for word in sorted(words, key=len, reverse=True)
    ]
    return f"(?:{'|'.join(parts)})?" if parts else ""


def _far_years(codes: tuple[str, ...]) -> bool:
    return any("era" in table("calendar", code) for code in codes)


def _own_orders(codes: tuple[str, ...], months: str) -> Iterator[str]:
    orders = rows("calendar", codes, "dates")
    for order in sorted(orders, key=len, reverse=True):
        shape = re.escape(order).replace(r"\ ", _SPACE)
        shape = shape.replace("MONTH", f"(?:{months})").replace("DAY", r"\d{1,2}").replace("YEAR", r"\d{4}")
        yield rf"(?<!\d){shape}"
