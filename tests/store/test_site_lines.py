"""What of an article is counted, and how often is often enough?"""

from __future__ import annotations

import pytest

from askcorpus.store.site_lines import LEAST, Line, enough, furniture_in, is_label, rounded, site_of
from askcorpus.store.site_lines import lines_of as lines_and_story
from askcorpus.types import Source

STORY = "The council of Lesna voted for the harbour wall after a debate of nine hours."
OTHER = "The ferry to Port Alder stays in the harbour until the storm is over, its owner said."


def lines_of(text: str) -> tuple[Line, ...]:
    return lines_and_story(text)[0]


def story_of(text: str) -> int:
    return lines_and_story(text)[1]


def source(url: str | None = None, publisher: str | None = None) -> Source:
    return Source("a.txt", url=url, publisher=publisher)


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("More from our newsroom", True),
        ("Читайте также", True),
        ("Photo: Harbour Gazette", False),
        ("Type: storm", False),
        ("5 min read", False),
        ("No one was hurt.", False),
        ("没有人受伤。", False),
        ("a " * 13, False),
    ],
)
def test_a_label_is_a_few_words_that_state_nothing(line: str, label: bool) -> None:
    assert is_label(line) is label


def test_a_line_says_the_same_in_any_case_and_spacing() -> None:
    said = {line.says for text in ("Follow us", "  FOLLOW  us ", f"{STORY}\n\tfollow us\n") for line in lines_of(text)}
    assert len(said) == 2
    assert len({line.says & 1 for line in lines_of("Follow us\nType: storm")}) == 2


def test_offsets_leave_white_space_out() -> None:
    text = f"  {STORY} \n\n\t Follow us\u00a0\n"
    assert [text[line.start : line.end] for line in lines_of(text)] == [STORY, "Follow us"]
    assert [text[s:e] for s, e in furniture_in(text, {lines_of("follow us")[0].says})] == ["Follow us"]
    assert furniture_in(text, set()) == ()


def test_a_line_belongs_to_the_story_that_its_longest_other_line_tells() -> None:
    first, second = lines_of(f"{STORY}\n{OTHER}"), lines_of(f"Follow us\n{OTHER}\n{OTHER}")
    assert first[0].story == second[0].story == story_of(OTHER)
    assert first[1].story == story_of(STORY)
    assert {line.story for line in second[1:]} == {story_of("Follow us")}
    assert [line.story for line in lines_of(STORY)] == [0]


def test_a_long_paragraph_is_prose_whoever_repeats_it() -> None:
    assert [line.start for line in lines_of(f"{STORY * 9}\nFollow us")] == [len(STORY) * 9 + 1]


def test_a_site_is_a_host_or_a_publisher_or_everything_else() -> None:
    assert site_of(source("https://www.example.org/1", "Tribune")) == site_of(source("http://example.org/2"))
    assert site_of(source(publisher="Tribune")) == site_of(source(publisher="TRIBUNE"))
    assert len({site_of(source("https://example.org/")), site_of(source(publisher="Tribune")), site_of(source())}) == 3


@pytest.mark.parametrize(("stories", "labels", "others"), [(3, 5, 5), (12, 5, 6), (100, 10, 48), (1000, 96, 480)])
def test_a_tenth_is_enough_for_a_label_and_half_for_a_sentence(stories: int, labels: int, others: int) -> None:
    assert (enough(1, rounded(stories)), enough(2, rounded(stories))) == (labels, others)


def test_what_is_enough_seldom_changes_while_a_site_grows() -> None:
    steps = [rounded(n) for n in range(1, 100_000)]
    assert all(n * 7 / 8 < step <= n for n, step in enumerate(steps, start=1))
    assert len(set(steps)) < 130
    assert enough(2, 0) == LEAST
