"""Word files as editors leave them: the text with all changes accepted, everything in its place."""

from __future__ import annotations

import time

import pytest
import sample_files as files
from drafts import draft_of, drafts_of

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TITLE = "Reservoir of Lesna is full again"
FIRST = "The reservoir above Lesna is full for the first time in four years, the water board said on Monday."
STYLES = '<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style><w:style w:styleId="Eins"><w:name w:val="heading 1"/></w:style><w:style w:styleId="Inhalt1"><w:name w:val="toc 1"/></w:style>'


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, style: str = "", mark: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    inside = "".join(r if r.startswith("<") else run(r) for r in runs)
    return f"<w:p><w:pPr>{named}<w:rPr>{mark}</w:rPr></w:pPr>{inside}</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{c if c.startswith('<') else paragraph(c)}</w:tc>" for c in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def word(
    *blocks: str, namespace: str = W, main: str = "word/document.xml", core: str = "", relations: str = ""
) -> bytes:
    """A Word file of these blocks."""
    body = f'<w:document xmlns:w="{namespace}"><w:body>{"".join(blocks)}</w:body></w:document>'
    rels = f'<Relationships><Relationship Type="{RELATIONS}/officeDocument" Target="{main}"/></Relationships>'
    return files.zipped(
        {
            "_rels/.rels": rels.encode(),
            main.lstrip("/"): body.encode(),
            "word/styles.xml": f'<w:styles xmlns:w="{namespace}">{STYLES}</w:styles>'.encode(),
            "word/_rels/document.xml.rels": relations.encode() or b"<Relationships/>",
            "docProps/core.xml": f"<coreProperties>{core}</coreProperties>".encode(),
        }
    )


def text_of(*blocks: str) -> list[str]:
    """The paragraphs below the title and the first sentence."""
    draft = draft_of(".docx", word(paragraph(TITLE, style="Titel"), paragraph(FIRST), *blocks))
    assert draft.title == TITLE
    first, *rest = draft.text.split("\n\n")
    assert first == FIRST
    return rest


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (("The dam cost ", f"<w:del>{run('two').replace('w:t', 'w:delText')}</w:del>", f"<w:ins>{run('thirty-one')}</w:ins>", " million."),
         ["The dam cost thirty-one million."]),
        (("The chair is ", f"<w:sdt><w:sdtContent>{run('Vera Holm')}</w:sdtContent></w:sdt>", " now."), ["The chair is Vera Holm now."]),
        (("It holds ", f'<w:smartTag w:element="x">{run("48")}</w:smartTag>', " cubic miles."), ["It holds 48 cubic miles."]),
        (("Page ", f'<w:fldSimple w:instr="DATE">{run("12 May")}</w:fldSimple>', " is the day."), ["Page 12 May is the day."]),
        (("Read ", f"<w:hyperlink>{run('the plan')}</w:hyperlink>", " of 1998 again."), ["Read the plan of 1998 again."]),
        (("Moved ", f"<w:moveFrom>{run('old ')}</w:moveFrom>", f"<w:moveTo>{run('new')}</w:moveTo>", " words stand here."), ["Moved new words stand here."]),
        (("Shown ", run("hidden ", "<w:vanish/>"), run("and seen.", '<w:vanish w:val="0"/>')), ["Shown and seen."]),
        (("It has 10", run("6", '<w:vertAlign w:val="superscript"/>'), " litres of it."), ["It has 10⁶ litres of it."]),
        (("One", "<w:r><w:tab/></w:r>", "two", "<w:r><w:noBreakHyphen/></w:r>", "three are there."), ["One two-three are there."]),
    ],
    ids=["tracked", "control", "smart tag", "field", "link", "moved", "hidden", "raised", "tab"],
)  # fmt: skip
def test_a_paragraph_reads_as_word_shows_it(changed: tuple[str, ...], expected: list[str]) -> None:
    assert text_of(paragraph(*changed)) == expected


def test_a_paragraph_whose_mark_was_deleted_goes_on_in_the_next() -> None:
    assert text_of(paragraph("The board met ", mark="<w:del/>"), paragraph("on Tuesday in Lesna.")) == [
        "The board met on Tuesday in Lesna."
    ]


def test_what_hangs_beside_the_text_is_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('Box: the pump Anna lifts 900 litres a minute.')}</w:txbxContent>"
    drawn = f"<mc:AlternateContent xmlns:mc='m'><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    assert text_of(paragraph(f"<w:r>{drawn}</w:r>", "The dam is old and strong.")) == [
        "The dam is old and strong.",
        "Box: the pump Anna lifts 900 litres a minute.",
    ]


def test_a_table_stands_where_it_stood_a_line_a_row() -> None:
    inner = table((paragraph("Inner: the keeper is Olav Brandt."),))
    blocks = [
        paragraph("Levels in metres were:"),
        table(("Year", "May", "June"), ("2023", "11.2", "10.8"), ("2024", "14.0", "13.9")),
        paragraph("After the table the board closed its meeting."),
        table((paragraph("Outer: the gate was painted.") + inner + "<w:p/>",)),
    ]
    assert text_of(*blocks) == [
        "Levels in metres were:", "Year May June", "2023 11.2 10.8", "2024 14.0 13.9", "After the table the board closed its meeting.",
        "Outer: the gate was painted.", "Inner: the keeper is Olav Brandt.",
    ]  # fmt: skip


def test_rows_that_were_deleted_and_lists_of_contents_are_not_text() -> None:
    gone = table(("2019", "7.7")).replace("<w:tr>", "<w:tr><w:trPr><w:del/></w:trPr>")
    assert text_of(paragraph("Levels of the lake 3", style="Inhalt1"), gone, paragraph("The lake is as it was.")) == [
        "The lake is as it was."
    ]


def test_a_table_that_only_lays_out_the_page_is_its_text() -> None:
    draft = draft_of(
        ".docx", word(table((paragraph(TITLE) + paragraph(FIRST) + paragraph("The second one is short."),)))
    )
    assert (draft.title, draft.text) == (TITLE, f"{FIRST}\n\nThe second one is short.")


def test_line_breaks_are_paragraphs_unless_the_sentence_goes_on() -> None:
    soft = "<w:r><w:br/></w:r>"
    draft = draft_of(".docx", word(paragraph(TITLE, soft, FIRST, soft, "The board will meet", soft, "again in May.")))
    assert (draft.title, draft.text) == (TITLE, f"{FIRST}\n\nThe board will meet again in May.")


def test_strict_files_and_those_with_broken_relations_open() -> None:
    broken = f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/image" Target="NULL"/></Relationships>'
    for data in (
        word(paragraph(TITLE), paragraph(FIRST), namespace=STRICT),
        word(paragraph(TITLE), paragraph(FIRST), main="/story/main.xml"),
        word(paragraph(TITLE), paragraph(FIRST), relations=broken),
    ):
        assert (draft_of(".docx", data).title, draft_of(".docx", data).text) == (TITLE, FIRST)


def test_date_and_publisher_on_top_are_read_as_in_plain_text() -> None:
    draft = draft_of(".docx", word(*map(paragraph, (TITLE, "Lesna Courier, 12 March 2025", "By Vera Holm", FIRST))))
    assert (draft.title, draft.publisher, draft.published, draft.text) == (TITLE, "Lesna Courier", "2025-03-12", FIRST)


@pytest.mark.parametrize("style", ["Titel", ""])
def test_an_export_of_a_database_is_its_articles_whether_or_not_headlines_are_styled(style: str) -> None:
    lines = files.EXPORT.strip().split("\n\n")
    headlines = (files.TITLE, "Another one")
    blocks = [paragraph(line, style=style if line in headlines else "") for line in lines]
    drafts = drafts_of(".docx", word(*blocks, core="<title>Two files of a search</title>"))
    assert [(d.title, d.publisher, d.published, d.text) for d in drafts] == [
        (files.TITLE, "Harbour Gazette", "2025-03-12", files.FIRST),
        ("Another one", "Lesna Courier", "2025-03-13", files.SECOND),
    ]


@pytest.mark.parametrize("named", ["Word Document", "Microsoft Word - lesna_v3.docx", "Dokument1", "untitled"])
def test_the_name_of_a_template_or_a_file_is_no_title(named: str) -> None:
    core = f"<title>{named}</title>"
    assert draft_of(".docx", word(paragraph(TITLE), paragraph(FIRST), core=core)).title == TITLE


def test_the_file_s_own_title_counts_where_the_text_has_none() -> None:
    assert draft_of(".docx", word(paragraph(FIRST), core=f"<title>{TITLE}</title>")).title == TITLE


def test_twelve_thousand_paragraphs_are_read_within_five_seconds() -> None:
    data = word(
        paragraph(TITLE, style="Titel"),
        *(paragraph(f"{FIRST[:-1]}, for the {n}th time.", style="x") for n in range(12_000)),
    )
    started = time.process_time()
    draft = draft_of(".docx", data)
    assert time.process_time() - started < 5
    assert draft.text.count("\n\n") == 11_999


def test_footnotes_stand_below_the_text() -> None:
    note = "The board has seven members, four of whom voted for the new dam on Monday."
    separator = '<w:footnote w:type="separator"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    notes = f'<w:footnotes xmlns:w="{W}">{separator}<w:footnote>{paragraph(note)}</w:footnote></w:footnotes>'
    plain = word(paragraph(TITLE, style="Titel"), paragraph(FIRST))
    assert draft_of(".docx", files.zipped(files.unzipped(plain) | {"word/footnotes.xml": notes.encode()})).text == (
        f"{FIRST}\n\n{note}"
    )


def test_fields_below_the_title_say_what_is_known() -> None:
    fields = map(paragraph, ("Published: 12.03.2025 08:15", "Source: Lesna Courier", "Author: Vera Holm", FIRST))
    draft = draft_of(".docx", word(paragraph(TITLE, style="Titel"), *fields))
    assert (draft.publisher, draft.published, draft.text) == ("Lesna Courier", "2025-03-12T08:15:00", FIRST)


STORIES = (
    (TITLE, [FIRST, "The board meets again in May, its chair said."]),
    ("Bridge of Dravec stays closed until August", ["Cracks were found by divers in two of its nine piers."]),
)


@pytest.mark.parametrize("style", ["Eins", "Titel"])
@pytest.mark.parametrize("above", [[], ["Press review of the week"]])
@pytest.mark.parametrize("below", [[], ["By Vera Holm"], ["Lesna Courier", "12 March 2025"]])
def test_stories_below_headings_of_the_highest_level_are_articles(
    style: str, above: list[str], below: list[str]
) -> None:
    blocks = [[paragraph(title, style=style), *map(paragraph, (*below, *text))] for title, text in STORIES]
    drafts = drafts_of(".docx", word(*map(paragraph, above), *blocks[0], *blocks[1]))
    known = ("Lesna Courier", "2025-03-12") if len(below) == 2 else (None, None)
    assert [(d.title, d.text, d.publisher, d.published) for d in drafts] == [
        (title, "\n\n".join(text), *known) for title, text in STORIES
    ]


@pytest.mark.parametrize(
    ("styles", "headings"),
    [
        (("Titel", "Eins", "Eins"), ("What is next for the lake", "How much the farms will get")),
        (("Eins", "Eins", "Eins"), ("Background", "The cost")),
        (("", "Eins", "Eins"), ("What is next for the lake", "How much the farms will get")),
    ],
)
def test_headings_of_the_parts_of_one_article_are_its_text(
    styles: tuple[str, str, str], headings: tuple[str, str]
) -> None:
    lines = ((TITLE, styles[0]), (FIRST, ""), (headings[0], styles[1]), (FIRST, ""), (headings[1], styles[2]), (FIRST, ""))  # fmt: skip
    draft = draft_of(".docx", word(*(paragraph(text, style=style) for text, style in lines)))
    assert (draft.title, draft.text.split("\n\n")) == (TITLE, [FIRST, headings[0], FIRST, headings[1], FIRST])


@pytest.mark.parametrize("part", ["word/styles.xml", "docProps/core.xml", "word/footnotes.xml"])
def test_a_damaged_part_beside_the_text_costs_nothing_of_the_text(part: str) -> None:
    members = files.unzipped(word(paragraph(TITLE), paragraph(FIRST), core="<title>x</title>"))
    draft = draft_of(".docx", files.zipped(members | {part: b"<w:styles"}))
    assert (draft.title, draft.text) == (TITLE, FIRST)
