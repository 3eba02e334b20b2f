"""Which words of two languages say the same?  Only what the tables tell: months, days of the week, numbers in words."""

from __future__ import annotations

import functools

from askcorpus.language.calendar import month_numbers
from askcorpus.language.numerals import spelt
from askcorpus.language.tables import listed, table


@functools.cache
def meanings(language: str | None) -> dict[str, str]:
    """What each such word of a language, in lower case, means in any: "month 5", "day 1", "12"; English where the language is not known."""
    code = language or "en"
    days = table("calendar", code).get("weekdays", ())
    return (
        spelt(code)
        | {name: f"month {number}" for name, number in month_numbers(code, "months", "oblique", "locative").items()}
        | {name: f"day {number}" for number, names in enumerate(days, 1) for name in listed(names)}
    )
