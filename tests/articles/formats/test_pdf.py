"""PDF pages as papers, offices and browsers make them: the words, their order, their numbers, and nothing of the margins."""

from __future__ import annotations

import textwrap

import pytest
import sample_files as files
from drafts import draft_of, drafts_of
from pdf_pages import BODY, HEAD, LEFT, MORE, MORE_TEXT, RIGHT, WIDE, WIDE_TEXT, Text, column, known_pages, pdf_of

KNOWN = known_pages()


def paragraphs_of(*pages: list[Text], title: str = "") -> list[str]:
    """The headline and the paragraphs."""
    draft = draft_of(".pdf", pdf_of(*pages, title=title))
    return [draft.title, *draft.text.split("\n\n")]


@pytest.mark.parametrize("kind", KNOWN)
def test_a_page_is_read_as_a_person_reads_it(kind: str) -> None:
    data, expected = KNOWN[kind]
    draft = draft_of(".pdf", data)
    assert [draft.title, *draft.text.split("\n\n")] == expected


def test_rows_of_a_table_at_the_edges_of_pages_are_text() -> None:
    pages = [
        [Text(60 + 120 * c, 750 - 14 * r, cell) for r in range(48) for c, cell in enumerate((f"Dam {48 * p + r}", f"{3 * (48 * p + r)} farms"))]
        for p in range(4)
    ]  # fmt: skip
    text = draft_of(".pdf", pdf_of([Text(60, 775, HEAD, 18), *pages[0]], *pages[1:])).text
    assert text.split("\n\n") == [f"Dam {n} {3 * n} farms" for n in range(4 * 48)]


def test_numbered_lines_at_the_edges_of_pages_are_text() -> None:
    pages = [
        [Text(60, 750 - 14 * r, f"{48 * p + r + 1}. The council heard a report on the dam.") for r in range(48)]
        for p in range(3)
    ]
    text = draft_of(".pdf", pdf_of(*pages)).text
    assert [line.split(".")[0] for line in text.split("\n\n")] == [str(n) for n in range(1, 145)]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_what_a_browser_prints_around_a_page_is_no_text_but_tells_address_and_paper(count: int) -> None:
    def around(number: int, body: list[Text]) -> list[Text]:
        stamp = [Text(60, 770, "3/4/26, 9:12 AM"), Text(300, 770, f"{HEAD} - Lesna Courier")]
        return [
            *stamp,
            *body,
            Text(60, 30, "https://courier.example/lesna?utm_source=x"),
            Text(540, 30, f"{number + 1}/{count}"),
        ]

    bodies = [[Text(60, 740, HEAD, 18), *column(WIDE)], *(column(MORE) for _ in range(count - 1))]
    draft = draft_of(".pdf", pdf_of(*(around(number, body) for number, body in enumerate(bodies))))
    assert (draft.title, draft.publisher, draft.url) == (HEAD, "Lesna Courier", "https://courier.example/lesna")
    assert draft.published is None  # the day on which it was printed
    assert dict(draft.origins) == {
        "title": "headline",
        "publisher": "margin of the page",
        "url": "margin of the page",
    }
    assert draft.text.split("\n\n") == [WIDE_TEXT, *[MORE_TEXT] * (count - 1)]
    assert [d.text for d in draft.dropped][:1] == [f"3/4/26, 9:12 AM {HEAD} - Lesna Courier"]


def test_firefox_puts_address_and_day_elsewhere() -> None:
    page = [Text(60, 770, HEAD), Text(400, 770, "https://courier.example/lesna"), Text(60, 740, HEAD, 18), *column(WIDE),
            Text(60, 30, "1 of 1"), Text(450, 30, "12.03.2026, 09:12")]  # fmt: skip
    draft = draft_of(".pdf", pdf_of(page))
    assert (draft.title, draft.text, draft.url, draft.published) == (
        HEAD,
        WIDE_TEXT,
        "https://courier.example/lesna",
        None,
    )


@pytest.mark.parametrize("foot", ["Page {} of 2", "- {} -", "{}", "Seite {} von 2", "{} | Lesna Courier"])
def test_a_paper_s_running_titles_give_its_name_and_day(foot: str) -> None:
    def page(number: int, lines: list[Text]) -> list[Text]:
        return [
            Text(60, 770, "Lesna Courier"),
            Text(400, 770, "Wednesday 12 March 2025"),
            *lines,
            Text(300, 30, foot.format(number)),
        ]

    draft = draft_of(".pdf", pdf_of(page(1, [Text(60, 740, HEAD, 18), *column(WIDE)]), page(2, column(MORE))))
    assert (draft.title, draft.publisher, draft.published) == (HEAD, "Lesna Courier", "2025-03-12")
    assert draft.text.split("\n\n") == [WIDE_TEXT, MORE_TEXT]


def test_a_headline_below_the_paper_s_name_is_the_title() -> None:
    page = [
        Text(60, 760, "Lesna Courier", 28),
        Text(60, 735, HEAD, 18),
        Text(60, 718, "By Vera Holm", 9),
        Text(60, 705, "12 March 2025", 9),
        *column(WIDE, y=680),
    ]
    draft = draft_of(".pdf", pdf_of(page, title="Microsoft Word - lesna_final.doc"))
    assert (draft.title, draft.publisher, draft.published, draft.text) == (
        HEAD,
        "Lesna Courier",
        "2025-03-12",
        WIDE_TEXT,
    )
    assert (dict(draft.origins)["title"], dict(draft.origins)["publisher"]) == ("headline", "line above the headline")


def test_the_file_s_title_counts_where_the_page_tells_it_too() -> None:
    page = [*column([HEAD], y=740), *column(WIDE)]
    draft = draft_of(".pdf", pdf_of(page, title=f"Microsoft Word - {HEAD}"))
    assert (draft.title, dict(draft.origins)["title"]) == (HEAD, "the file's own record")


def test_words_broken_at_a_line_s_end_are_whole_and_compounds_keep_their_hyphen() -> None:
    lines = [
        "The sum was called high but not unheard-", "of by the insurer, which spoke of the Franco-", "German team and of the con-",
        "tractor, and of a well-", "known plot in the valley, one of the well-known plots that were left in 2019-", "20 by the county.",
    ]  # fmt: skip
    assert paragraphs_of([Text(60, 740, HEAD, 18), *column(lines)])[1] == (
        "The sum was called high but not unheard-of by the insurer, which spoke of the Franco-German team and of the contractor, "
        "and of a well-known plot in the valley, one of the well-known plots that were left in 2019-20 by the county."
    )


def test_a_raised_digit_does_not_become_part_of_the_number() -> None:
    page = [
        Text(60, 740, HEAD, 18),
        Text(60, 700, "The lake holds 10"),
        Text(138, 705, "6", 6),
        Text(146, 700, "litres of water now."),
    ]
    assert paragraphs_of(page)[1] == "The lake holds 10⁶ litres of water now."


def test_three_columns_and_a_headline_over_two_lines() -> None:
    head = [
        Text(60, 750, "Reservoir of Lesna is full again after", 18),
        Text(60, 730, "four years of drought in the valley", 18),
    ]
    narrow = [[*(line[:24].strip() for line in lines), "in the valley."] for lines in (LEFT, RIGHT, LEFT)]
    columns = [column(lines, x=60 + 180 * n) for n, lines in enumerate(narrow)]
    rows = [piece for row in zip(*columns, strict=True) for piece in row]
    got = paragraphs_of([*head, *rows])
    assert got[0] == "Reservoir of Lesna is full again after four years of drought in the valley"
    assert got[1:] == [" ".join(lines) for lines in narrow]


def test_a_first_line_that_is_indented_begins_a_paragraph() -> None:
    full = "The reservoir above Lesna is full for the first time in four years, said the board on Mon."
    page = [Text(60 if n % 3 else 75, 700 - 13 * n, full, BODY) for n in range(6)]
    assert paragraphs_of([Text(60, 740, HEAD, 18), *page])[1:] == [" ".join([full] * 3)] * 2


def test_an_export_of_a_database_is_its_articles() -> None:
    pages: list[list[Text]] = [[]]
    height = 740.0
    for block in files.EXPORT.strip().split("\n\n"):
        size = 16.0 if block in (files.TITLE, "Another one") else BODY
        for line in textwrap.wrap(block, 70):
            pages[-1].append(Text(60, height, line, size))
            height -= 1.3 * size
        height -= 12
    drafts = drafts_of(".pdf", pdf_of(*pages))
    assert [(d.title, d.publisher, d.published, d.text) for d in drafts] == [
        (files.TITLE, "Harbour Gazette", "2025-03-12", files.FIRST),
        ("Another one", "Lesna Courier", "2025-03-13", files.SECOND),
    ]


@pytest.mark.parametrize(
    ("top", "foot"),
    [
        ((), ("https://courier.example/lesna", "Page 1 of 1", "14 Nov 2025 at 09:12")),
        ((), ("https://courier.example/lesna", "14 November 2025")),
        ((HEAD, "14 November 2025, 09:12"), ("https://courier.example/lesna", "1/1")),
        (("11/14/25, 9:12 AM", "Reservoir of Lesna is fu..."), ("https://courier.example/lesna", "1/1")),
        (("11/14/25, 9:12 AM", "Is the reservoir of Lesna full again?"), ("https://courier.example/lesna", "1/1")),
    ],
)
def test_the_day_of_printing_is_not_the_article_s_and_a_title_cut_or_a_question_is_no_text(
    top: tuple[str, ...], foot: tuple[str, ...]
) -> None:
    stamps = [Text(24 + 210 * n, y, piece, 8) for y, row in ((775, top), (15, foot)) for n, piece in enumerate(row)]
    draft = draft_of(".pdf", pdf_of([*stamps, Text(60, 740, HEAD, 18), *column(WIDE)]))
    assert (draft.title, draft.published, draft.url) == (HEAD, None, "https://courier.example/lesna")
    assert draft.text == WIDE_TEXT


@pytest.mark.parametrize(
    ("capital", "right", "lines", "expected"),
    [
        ("T", 90, ["he reservoir above Lesna is full for the first time in years, said", "the chair of the water board on Monday."], "The reservoir"),
        ("\u201cW", 118, ["e are glad now,” said the chair of the water board on Monday, and so", "is the owner of the farm below the dam."], "\u201cWe are glad"),
        ("A", 90, ["fter nine dry years the lake is full, said the chair of the water", "board on Monday, and so is the pond."], "After nine"),
        ("A", 90, ["lake is full for the first time in years, the chair of the water", "board said of the lake on Monday."], "A lake"),
        ("A", 92.8, ["reservoir is full for the first time in years, said the chair of", "the water board on Monday."], "A reservoir"),
        ("I", 75, ["N THE VALLEY of Lesna the lake is full for the first time; no", "one knows for how long, said the board."], "IN THE VALLEY"),
    ],
)  # fmt: skip
def test_a_large_first_letter_belongs_to_its_word_and_to_no_other_line(
    capital: str, right: float, lines: list[str], expected: str
) -> None:
    begin = min(right, 90) if capital == "A" else right
    page = [Text(60, 672, capital, 36), Text(right, 690, lines[0]), Text(begin, 677, lines[1]), *column(MORE, y=664)]
    _, first, *_ = paragraphs_of([Text(60, 740, HEAD, 18), *page])
    assert first.startswith(f"{expected} ")
    assert f"{lines[0].split()[-1]} {lines[1]}" in first


def test_neither_the_paper_s_name_nor_a_line_drawn_out_of_the_text_is_the_title() -> None:
    page = [
        Text(60, 760, "The Daily Lesna Courier", 30),
        Text(60, 735, "POLITICS", 9),
        Text(60, 715, HEAD, 16),
        Text(60, 702, "By Vera Holm", 9),
        *column(WIDE, y=680),
        Text(60, 620, "“A summer without bans at last”", 22),
        *column(MORE, y=590),
    ]
    draft = draft_of(".pdf", pdf_of(page))
    assert (draft.title, draft.publisher) == (HEAD, "The Daily Lesna Courier")
    assert draft.text.split("\n\n") == [WIDE_TEXT, "“A summer without bans at last”", MORE_TEXT]
