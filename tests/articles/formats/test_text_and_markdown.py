"""Text and Markdown files: what stands in front of them, marks that nobody reads, lines wrapped where it suited a program."""

from __future__ import annotations

import textwrap

import pytest
import yaml
from drafts import draft_of, drafts_of

from askcorpus.articles.formats import front, markdown

TITLE = "Reservoir of Lesna is full again"
FIRST = "The reservoir above Lesna is full for the first time in four years, the water board said on Monday."
SECOND = "Its chair, Vera Holm, spoke of 48 million cubic metres and of a summer without bans for the farms."
BODY = f"{FIRST}\n\n{SECOND}\n"
URL = "https://courier.example/lesna"


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("---\ntitle: 'L''été de Lesna'\ndate: 2025-03-12\n---\n", ("L'été de Lesna", None, None, "2025-03-12")),
        (f"---\ntitle: >\n  Reservoir of Lesna\n  is full again\nurl: {URL}\n---\n", (TITLE, None, URL, None)),
        (f'---\ntitle: "{TITLE}"\nsource: "{URL}"\npublished:\ncreated: 2025-11-20\ntags:\n  - "clippings"\n---\n', (TITLE, None, URL, None)),
        (f"---\ntitle: {TITLE}\npublisher: '[[Papers/Lesna Courier|Lesna Courier]]'\ndate: 12 March 2025\n---\n", (TITLE, "Lesna Courier", None, "2025-03-12")),
        (f"---\ntitle: Dam: {TITLE}\ndate: 20250312\n---\n", (f"Dam: {TITLE}", None, None, "2025-03-12")),  # no YAML
        (f'+++\ntitle = "{TITLE}"\ndate = 2025-03-12T08:15:00Z\n[params]\nlink = "x"\n+++\n', (TITLE, None, None, "2025-03-12T08:15:00+00:00")),
        (f"+++\ntitle = '{TITLE}'\ndate = 2025-03-12\n+++\n", (TITLE, None, None, "2025-03-12")),
        (f"Title: {TITLE}\nSource: Lesna Courier\nDate: 12 March 2025\n\n", (TITLE, "Lesna Courier", None, "2025-03-12")),
        (f"Titel: {TITLE}\nQuelle: Lesna Courier\nDatum: 12. März 2025\n\n", (TITLE, "Lesna Courier", None, "2025-03-12")),
        (f"\ufeff---\r\ntitle: {TITLE}\r\n---\r\n", (TITLE, None, None, None)),
    ],
    ids=["quoted", "folded", "clipper", "note link", "no yaml", "toml", "toml date", "headers", "German headers", "windows"],
)  # fmt: skip
@pytest.mark.parametrize("kind", [".md", ".txt"])
def test_what_stands_in_front_is_read(kind: str, front: str, expected: tuple[str | None, ...]) -> None:
    draft = draft_of(kind, (front + BODY).encode())
    assert (draft.title, draft.publisher, draft.url, draft.published) == expected
    assert draft.text == BODY.strip()


def test_an_alias_that_names_itself_ten_times_over_is_harmless() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
    )
    assert draft_of(".md", f"---\n{bomb}title: {TITLE}\n---\n{BODY}".encode()).title == TITLE


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("The [[Lesna|dam above Lesna]] and [[Dravec]] are ==full== of ~~mud~~ water,[^1] he said.", "The dam above Lesna and Dravec are full of water, he said."),
        ("See [the plan](https://x.example/a_(b)_c \"Plan\") and [that][1] \\(here\\).\n\n[1]: https://x.example", "See the plan and that (here)."),
        ("Its number is 555_123_456, its file is dam_of_lesna, and 3 * 4 * 5 = 60.", "Its number is 555_123_456, its file is dam_of_lesna, and 3 * 4 * 5 = 60."),
        ("![[dam.png]]\n\n![A dam](dam.jpg)\n\nIt is **old** and `strong` as ever.", "It is old and strong as ever."),
        ("> [!quote] The chair\n> It is full\n> at last.", "The chair It is full at last."),
        ("It fell in\n2025. Then it rained.", "It fell in\n\n2025. Then it rained."),
        ("1. First the gate.\n2. Then the dam.\n\n7. Last the road.", "1. First the gate.\n\n2. Then the dam.\n\n7. Last the road."),
        ("- [x] Gate: 9 metres\n- Dam: 31 metres\n* Road: 2 miles", "Gate: 9 metres\n\nDam: 31 metres\n\nRoad: 2 miles"),
        ("The gates\n---------\n\nNine of them are open.", "The gates\n\nNine of them are open."),
        ("It holds 10<sup>6</sup> litres of CO<sub>2</sub>.", "It holds 10⁶ litres of CO₂."),
        ("It is <b>full</b> &amp; calm.", "It is full & calm."),
    ],
)  # fmt: skip
def test_markdown_reads_as_it_is_shown(marked: str, expected: str) -> None:
    draft = draft_of(".md", f"# {TITLE}\n\n{FIRST}\n\n{marked}\n".encode())
    assert (draft.title, draft.text) == (TITLE, f"{FIRST}\n\n{expected}")


def test_an_underlined_heading_on_top_is_the_title() -> None:
    assert draft_of(".md", f"{TITLE}\n{'=' * len(TITLE)}\n\n{BODY}".encode()).title == TITLE


def test_the_links_of_a_reading_app_give_the_address_and_are_no_text() -> None:
    told = f"# {TITLE}\n#Omnivore #dams\n\n[Read on Omnivore](https://app.example/x)\n[Read Original]({URL})\n\n{BODY}"
    draft = draft_of(".md", told.encode())
    assert (draft.title, draft.url, draft.text) == (TITLE, URL, BODY.strip())


@pytest.mark.parametrize("width", [38, 40, 60, 72])
def test_text_that_was_wrapped_is_whole_again(width: int) -> None:
    told = "\n\n".join([TITLE, *(textwrap.fill(text, width) for text in (FIRST, SECOND, FIRST, SECOND))])
    draft = draft_of(".txt", told.encode())
    assert (draft.title, draft.text) == (TITLE, "\n\n".join((FIRST, SECOND, FIRST, SECOND)))


@pytest.mark.parametrize("indent", ["   ", "\t", "     "])
def test_paragraphs_that_are_only_indented_are_parted(indent: str) -> None:
    told = [textwrap.fill(text, 60, initial_indent=indent) for text in (FIRST, f"{SECOND} {FIRST}", SECOND)]
    draft = draft_of(".txt", f"{TITLE}\n\n{chr(10).join(told)}".encode())
    assert draft.text.split("\n\n") == [FIRST, f"{SECOND} {FIRST}", SECOND]


def test_stories_below_headings_of_the_highest_level_are_articles() -> None:
    told = (("Harbour wall of Tolsund reopens", FIRST), ("Mill of Brekke closes in June", SECOND))
    for mark in ("# {}\n\n{}", "{}\n=====\n\n{}"):
        drafts = drafts_of(".md", "\n\n".join(mark.format(*story) for story in told).encode())
        assert [(d.title, d.text) for d in drafts] == [*told]
    (draft,) = drafts_of(".md", f"# {told[0][0]}\n\n{FIRST}\n\n# Background\n\n{SECOND}".encode())
    assert draft.text.split("\n\n") == [FIRST, "Background", SECOND]


@pytest.mark.parametrize("deep", ["[" * 8_000, "- " * 10_000, "{a: " * 10_000])
def test_front_matter_that_nests_without_end_is_no_end_of_the_program(deep: str) -> None:
    draft = draft_of(".md", f"---\ntitle: The wall reopens\ntags: {deep}\n---\n\n{BODY}\n".encode())
    assert (draft.title, draft.text) == ("The wall reopens", BODY.strip())


@pytest.mark.parametrize(
    "body",
    [
        f"# {TITLE}\n\n{FIRST}\n{SECOND}\n\n\n## The\u00a0gates\nNine of them, at S&P's > 3 % — \u201copen\u201d.\n\u00a0\nOne.",
        f"{FIRST}\n2025. március 12.\n12) Then\n{SECOND}\n1.",
        f"# {TITLE}\n# Another of them\n{FIRST}\n##### Small\n",
        "",
    ],
)
def test_text_without_marks_reads_as_a_parser_of_markdown_reads_it(body: str) -> None:
    assert markdown._plain(body) == markdown._marked(body)


@pytest.mark.parametrize(
    "mark",
    ["*a*", "_a_", "`a`", "a\\*", "[a](b)", "<b>a</b>", "a|b", "~~a~~", "==a==", "\n- a", "\n> a", "\n    a", "a  \nb", "a\n===", "&amp;",
     "C# and F#", "#tag", "\n+ a", "a\tb", "a\x0bb"],
)  # fmt: skip
def test_text_with_a_mark_is_left_to_the_parser(mark: str) -> None:
    assert markdown._plain(f"{FIRST}\n\n{mark}\n") is None


@pytest.mark.parametrize(
    "inside",
    [
        "title: Sea wall\ndate: 2025-03-12\n",
        'title: "Sea: wall"\nurl: https://x.example/a?b=1#c\n',
        "a: 'x'\nA-b_c: 12:30 o'clock  \na: y\n",
        'a: ""\n',
    ],
)
def test_plain_front_matter_says_what_yaml_says(inside: str) -> None:
    assert front._simple(inside) == yaml.load(inside, Loader=yaml.BaseLoader)


@pytest.mark.parametrize(
    "inside",
    [
        "a: x: y\n",
        "a: x # y\n",
        "a: [x]\n",
        "a: 'it''s'\n",
        "a:\n  - x\n",
        "a: >\n  x\n",
        "a: x\n  y\n",
        'a: "x\\ty"\n',
        "a: ~\n",
        "a: *x\n",
        "a: x:\n",
        "\n",
    ],
)
def test_front_matter_that_says_more_is_left_to_yaml(inside: str) -> None:
    assert front._simple(inside) is None
