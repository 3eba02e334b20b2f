"""Which form of a counted word does a number take in a language?  Reads plurals.toml; knows no words."""

from __future__ import annotations

import re

from askcorpus.language.tables import table

OTHER = "other"
"""The form that every language has."""
_RELATION = re.compile(r"n(?: % (\d+))? (!?=) ([\d.,]+)")


def forms(language: str) -> tuple[str, ...]:
    """The forms that a counted word has in this language, by their names in CLDR."""
    return (*table("plurals", language), OTHER)


def form(language: str, n: int) -> str:
    """The name of the form for so many."""
    rules = table("plurals", language).items()
    return next((name for name, rule in rules if _holds(rule, n)), OTHER)


def _holds(rule: str, n: int) -> bool:
    """Whether n keeps a rule; `and` binds closer than `or` (unicode.org/reports/tr35/tr35-numbers.html#Plural_rules_syntax)."""
    return any(all(_is(relation, n) for relation in part.split(" and ")) for part in rule.split(" or "))


def _is(relation: str, n: int) -> bool:
    read = _RELATION.fullmatch(relation)
    if read is None:
        raise ValueError(f"plurals.toml: {relation!r} is no rule. Write one like: n % 100 = 3..10")
    modulus, sign, listed = read.groups()
    value = n % int(modulus) if modulus else n
    ranges = (part.partition("..") for part in listed.split(","))
    return any(int(low) <= value <= int(high or low) for low, _, high in ranges) == (sign == "=")
