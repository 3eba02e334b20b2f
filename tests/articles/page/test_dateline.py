"""How agencies begin a text, and what only looks like it."""

from __future__ import annotations

import pytest

from askcorpus.articles.page.dateline import has_dateline


@pytest.mark.parametrize(
    "beginning",
    [
        "SKARHOLM, March 12 (Reuters) - ", "SKARHOLM (AP) — ", "Skarholm (dpa) - ", "LESNA, 13 March — ", "LESNA, 12. März (dpa/AFP) – ",
        "Paris, 12 mars 2025 (AFP) - ", "Madrid, 12 mar (EFE).- ", "New Delhi, Mar 12 (PTI) ", "WASHINGTON, D.C. (UPI) -- ", "МОСКВА, 12 марта /ТАСС/. ",
    ],
)  # fmt: skip
def test_a_place_with_an_agency_or_a_day_is_a_dateline(beginning: str) -> None:
    assert has_dateline(f"{beginning}The council voted on Tuesday.")


@pytest.mark.parametrize(
    "beginning",
    ["LESNA — ", "Vera Holm (55) – ", "Ada Lund (Labour) — ", "On Monday, March 12 – ", "The mayor (Labour) - ", "Lesna: ", "NATO - "],
)  # fmt: skip
def test_a_place_or_a_person_alone_is_none(beginning: str) -> None:
    assert not has_dateline(f"{beginning}The council voted on Tuesday.")
