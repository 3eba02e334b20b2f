"""Do stories on the same thing stand together, under words that they share, and others by themselves?"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from askcorpus.answer.grouping import grouped
from askcorpus.types import Article, Passage, Source

COMMON = frozenset("opened school minister council night friday said people rise rises".split())


def weigh(words: Sequence[str]) -> list[float]:
    """Every word is as rare as can be, but for some."""
    return [0.2 if word in COMMON else 0.9 for word in words]


def told(*stories: tuple[str, str], language: str = "en", about: str = "") -> list[tuple[str, str]]:
    articles = [
        Article(str(i), title, text, Source(f"{i}.txt", language=language)) for i, (title, text) in enumerate(stories)
    ]
    order = grouped([Passage(a, 0, len(a.text)) for a in articles], weigh, about=about)
    return [(articles[place].title, heading) for place, heading in order]


FERRY = ("Car ferry Havglimt holed off Grimsund", "The car ferry Havglimt hit a barge in fog on Friday night.")
INQUIRY = ("Inquiry turns to fog signal", "Divers have searched the wreck of the Havglimt, the inquiry said.")
SCHOOL = ("New school for Arvika", "The council of Arvika opened a school on Friday, the minister said.")
MUSEUM = ("Museum opened in Skarre", "A museum was opened in Skarre on Friday, the minister said.")


def test_stories_that_share_a_name_stand_together_where_the_first_of_them_stands() -> None:
    assert told(FERRY, SCHOOL, INQUIRY, MUSEUM) == [
        (FERRY[0], "Havglimt"), (INQUIRY[0], "Havglimt"), (SCHOOL[0], ""), (MUSEUM[0], ""),
    ]  # fmt: skip


def test_words_that_many_articles_use_bring_nothing_together() -> None:
    assert told(SCHOOL, MUSEUM) == [(SCHOOL[0], ""), (MUSEUM[0], "")]


def test_a_number_or_a_single_word_that_is_no_name_is_no_heading() -> None:
    prices = ("Twelve prices rise", "Twelve bakers wrote of butter, flour and yeast.")
    yeast = ("Yeast for twelve years", "He kept butter, flour and yeast for twelve years.")
    assert [heading for _, heading in told(prices, yeast)] == ["", ""]


def test_what_all_were_asked_for_is_no_difference_between_them() -> None:
    assert [heading for _, heading in told(FERRY, INQUIRY, about="the Havglimt")] == ["", ""]


@pytest.mark.parametrize(
    ("language", "first", "second", "heading"),
    [
        ("ru", ("Оползень в Брнова-Локе", "Оползень сошёл на село Брнова-Лока."), ("Число погибших растёт", "В Брнова-Локе нашли ещё двоих."), "Брнова-Локе"),
        ("zh", ("临江市地铁三号线开通", "临江市地铁三号线星期六正式开通。"), ("临江市地铁涨价", "临江市地铁票价为四元。"), "临江市地铁"),
        ("de", ("Talsperre Grünbach gefüllt", "Die Talsperre Grünbach ist wieder gefüllt."), ("Baden in der Talsperre Grünbach", "In der Talsperre Grünbach darf gebadet werden."), "Talsperre Grünbach"),
    ],
)  # fmt: skip
def test_in_other_languages_too_the_heading_is_what_stands_in_a_title(
    language: str, first: tuple[str, str], second: tuple[str, str], heading: str
) -> None:
    assert {said for _, said in told(first, second, language=language)} == {heading}
