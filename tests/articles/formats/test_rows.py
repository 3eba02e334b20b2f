"""Rows of other tools: the whole text, the right day, address and paper, and one skip for one bad file."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from drafts import NOW, draft_of, drafts_of, reasons_of

from askcorpus.articles.draft import Draft, Limits
from askcorpus.articles.reading import read_bytes

FIRST = "The reservoir above Lesna is full for the first time in four years, the water board said on Monday."
SECOND = "Its chair, Vera Holm, spoke of 48 million cubic metres and of a summer without bans for the farms."
TEXT = f"{FIRST}\n\n{SECOND}"
HTML = f"<p>{FIRST}</p><script>var a = 1;</script>\n<p>{SECOND.replace(' and', '&nbsp;and')}</p>"
TITLE = "Reservoir of Lesna is full"
URL = "https://courier.example/lesna"
DAY = "2025-03-12T08:15:00+00:00"


def seen(draft: Draft) -> tuple[str, str, str | None, str | None, str | None]:
    return draft.title, draft.text, draft.url, draft.publisher, draft.published


ROWS = {
    "news-please": {"maintext": f"{FIRST}\n{SECOND}", "description": "Full again.", "title": TITLE, "date_download": "2025-11-02 10:00:00",
                    "date_modify": None, "date_publish": "2025-03-12 08:15:00", "source_domain": "courier.example", "url": URL},
    "newspaper": {"text": TEXT, "title": TITLE, "publish_date": "2025-03-12T08:15:00+00:00", "source_url": "https://courier.example", "url": URL,
                  "summary": "Full.", "top_image": ""},
    "trafilatura": {"title": TITLE, "hostname": "courier.example", "date": "2025-03-12", "text": TEXT, "raw_text": FIRST, "source": URL,
                    "source-hostname": "Lesna Courier", "excerpt": "Full.", "filedate": "2025-11-02"},
    "fundus": {"title": TITLE, "body": {"summary": [FIRST], "sections": [{"headline": [], "paragraphs": [SECOND]}]},
               "publishing_date": "2025-03-12 08:15:00+00:00", "publisher": "Lesna Courier"},
    "wallabag": {"title": TITLE, "url": URL, "content": HTML, "created_at": "2025-11-02T10:00:00+0000", "published_at": DAY, "domain_name": "courier.example"},
    "wordpress": {"id": 7, "date_gmt": "2025-03-12T08:15:00", "date": "2025-03-12T08:15:00", "modified": "2025-11-01T00:00:00", "link": URL,
                  "title": {"rendered": "Reservoir of Lesna is <em>full</em>"}, "content": {"rendered": HTML, "protected": False}, "excerpt": {"rendered": "<p>Full.</p>"}},
    "guardian": {"id": "lesna/1", "webTitle": TITLE, "webPublicationDate": "2025-03-12T08:15:00Z", "webUrl": URL, "fields": {"bodyText": TEXT, "trailText": "Full."}},
    "elastic": {"_index": "news", "_source": {"headline": TITLE, "body": TEXT, "publicationDate": DAY, "url": URL}},
    "list": {"title": TITLE, "date": "2025-03-12", "content": [FIRST, SECOND], "summary": "Full."},
    "parts": {"title": TITLE, "date": "2025-03-12", "content": [{"type": "p", "text": FIRST}, {"type": "p", "text": SECOND}]},
    "German": {"Titel": TITLE, "Volltext": TEXT, "Quelle": "Lesna Courier", "Erscheinungsdatum": "12.03.2025", "Zusammenfassung": "Voll."},
    "schema.org": {"@type": "NewsArticle", "headline": TITLE, "articleBody": TEXT, "datePublished": DAY, "publisher": {"@type": "Organization", "name": "Lesna Courier"},
                   "mainEntityOfPage": {"@id": URL}},
    "headlines": {"headline": {"main": TITLE}, "content_elements": [{"content": f"<b>{FIRST}</b>"}, {"content": SECOND}], "pub_date": "2025-03-12"},
    "wrapped": {"_source": {"title": TITLE, "content": TEXT, "source": "Lesna Courier"}},
    "Spanish": {"TÍTULO": TITLE, "Texto íntegro de la nota": TEXT, "Fecha": "12 de marzo de 2025", "Medio": "Lesna Courier"},
    "French": {"Titre": TITLE, "Texte": TEXT, "Éditeur": "Lesna Courier", "Date de parution": "12 mars 2025", "Résumé": "Plein."},
}  # fmt: skip
KNOWN: dict[str, tuple[str | None, str | None, str]] = {
    "news-please": (URL, "courier.example", "2025-03-12T08:15:00"), "newspaper": (URL, None, DAY), "trafilatura": (URL, "Lesna Courier", "2025-03-12"),
    "fundus": (None, "Lesna Courier", DAY), "wallabag": (URL, "courier.example", DAY), "wordpress": (URL, None, "2025-03-12T08:15:00"),
    "schema.org": (URL, "Lesna Courier", DAY), "headlines": (None, None, "2025-03-12"), "wrapped": (None, "Lesna Courier", None),
    "Spanish": (None, "Lesna Courier", "2025-03-12"),
    "guardian": (URL, None, DAY), "elastic": (URL, None, DAY), "list": (None, None, "2025-03-12"), "parts": (None, None, "2025-03-12"),
    "German": (None, "Lesna Courier", "2025-03-12"), "French": (None, "Lesna Courier", "2025-03-12"),
}  # fmt: skip


@pytest.mark.parametrize("tool", ROWS)
def test_a_row_of_another_tool_is_read(tool: str) -> None:
    text = TEXT.replace("\n\n", "\n") if tool == "news-please" else TEXT
    for kind, data in (
        (".jsonl", [ROWS[tool]]),
        (".json", {"response": {"results": [ROWS[tool]]}}),
        (".json", ROWS[tool]),
    ):
        told = json.dumps(data[0] if kind == ".jsonl" else data)
        assert seen(draft_of(kind, told.encode())) == (TITLE, text, *KNOWN[tool])


def test_when_a_page_was_saved_is_not_when_it_came_out() -> None:
    row = {
        "title": TITLE,
        "text": TEXT,
        "created": "2025-11-02",
        "date_saved": "2025-11-02",
        "modified": "2025-11-02",
        "updated_at": "2025-11-02",
    }
    assert draft_of(".json", json.dumps(row).encode()).published is None


def test_a_teaser_is_the_text_only_where_there_is_no_other() -> None:
    for name in ("summary", "description", "excerpt"):
        assert draft_of(".json", json.dumps({name: FIRST}).encode()).text == FIRST
        assert draft_of(".json", json.dumps({name: f"{FIRST} {SECOND}", "content": FIRST}).encode()).text == FIRST
    assert draft_of(".json", json.dumps({"text": "Short.", "content": HTML}).encode()).text == TEXT


def test_text_that_only_looks_a_little_like_html_is_kept() -> None:
    told = "If a < b and b > c, then AT&T paid < 5 %; see <http://courier.example> and R&D.\n\nSecond line here."
    assert draft_of(".json", json.dumps({"text": told}).encode()).text == told


def test_a_json_feed_names_the_paper_once() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Lesna Courier",
        "items": [{"id": URL, "title": TITLE, "content_html": HTML}],
    }
    draft = draft_of(".json", json.dumps(feed).encode())
    assert seen(draft) == (TITLE, TEXT, URL, "Lesna Courier", None)


TABLE = [
    ["title", "text", "date", "url"],
    [TITLE, f"{FIRST} {SECOND}; then, at last,\tit rained.", "2025-03-12", URL],
    ["Dam", SECOND, "2025-03-13", ""],
]


def table(delimiter: str = ",", before: str = "") -> str:
    told = io.StringIO(newline="")
    csv.writer(told, delimiter=delimiter).writerows(TABLE)
    return before + told.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        table().encode(),
        table(";").encode(),
        table("\t").encode(),
        table("|").encode("utf-8-sig"),
        table("\t").encode("utf-16"),
        table(";", "sep=;\r\n").encode(),
        table("^", "sep=^\r\n").encode(),
        table(before="Export of the Lesna monitor,,,\r\n\r\nFrom 1 to 31 March; all papers\r\n\r\n").encode(),
    ],
    ids=["comma", "semicolon", "tab", "bar", "utf-16", "sep", "odd sep", "preamble"],
)
def test_a_table_is_read_whatever_parts_its_cells(data: bytes) -> None:
    for kind in (".csv", ".tsv"):
        drafts = drafts_of(kind, data)
        assert [(d.title, d.published, d.url) for d in drafts] == [
            (TITLE, "2025-03-12", URL),
            ("Dam", "2025-03-13", None),
        ]
        assert drafts[0].text == f"{FIRST} {SECOND}; then, at last, it rained."


def test_a_table_in_windows_cyrillic_is_read() -> None:
    told = 'Заголовок;Текст;Дата\r\n"Дамба Лесны";"Водохранилище над Лесной впервые за четыре года заполнено, сообщил в понедельник водный совет.";12.03.2025\r\n'
    draft = draft_of(".csv", told.encode("cp1251"))
    assert (draft.title, draft.published) == ("Дамба Лесны", "2025-03-12")
    assert draft.text.startswith("Водохранилище над Лесной")


LINES = "".join(json.dumps({"title": f"{TITLE} {n}", "text": TEXT}) + "\n" for n in range(3))


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (".json", LINES.encode()),
        (".jsonl", LINES.encode("utf-16")),
        (".jsonl", LINES.encode("utf-16-be")),
        (".jsonl", json.dumps([json.loads(line) for line in LINES.splitlines()]).encode()),
        (".jsonl", json.dumps([json.loads(line) for line in LINES.splitlines()], indent=1).encode()),
        (".ndjson", json.dumps({"articles": [json.loads(line) for line in LINES.splitlines()]}, indent=1).encode()),
    ],
    ids=["lines in .json", "utf-16", "utf-16-be", "array in .jsonl", "indented array in .jsonl", "object over lines"],
)
def test_a_file_is_read_whatever_form_its_name_promises(kind: str, data: bytes) -> None:
    assert [draft.title for draft in drafts_of(kind, data)] == [f"{TITLE} {n}" for n in range(3)]


def test_a_line_in_another_encoding_is_read() -> None:
    told = json.dumps(
        {"text": "Le barrage de Lesna est plein après quatre années de sécheresse, a annoncé lundi la préfète."},
        ensure_ascii=False,
    )
    assert "année" in draft_of(".jsonl", told.encode("latin-1")).text


def test_a_bad_file_is_one_skip_and_many_bad_rows_are_counted() -> None:
    assert reasons_of(".jsonl", b"no json\n" * 20_000) == ["none of its 20000 lines is an article; line 1: not JSON"]
    assert reasons_of(".csv", b"title,text\n" + b"Dam,\n" * 500) == [
        "none of its 500 rows is an article; row 2: an article without text"
    ]
    good = json.dumps({"text": TEXT}).encode() + b"\n"
    reasons = reasons_of(".jsonl", good + b"{}\n" * 30)
    assert reasons[:2] == ["line 2: an article without text", "line 3: an article without text"]
    assert reasons[-1] == "10 more lines: an article without text"
    assert len(reasons) == 21


def test_a_cell_of_twelve_million_characters_is_one_skip_and_the_rows_around_it_are_read() -> None:
    table = io.StringIO()
    csv.writer(table).writerows(
        [("title", "text"), ("First", FIRST), ("Long", "Rain fell. " * 1_100_000), ("Last", SECOND)]
    )
    data = table.getvalue().encode()
    items = list(read_bytes(".csv", data, now=NOW, limits=Limits()))
    told = [item.title if isinstance(item, Draft) else str(item) for item in items]
    assert told == ["First", "row 3: a cell of it is longer than 8 million characters", "Last"]


@pytest.mark.parametrize(
    "shape",
    ["{0}\n{1}", "[{0}, {1},]", '{{"7": {0}, "8": {1}}}', '{{"articles": {{"page": 1, "results": [{0}, {1}]}}}}'],
)
def test_objects_are_found_however_they_stand_in_a_file(shape: str) -> None:
    rows = [json.dumps({"title": title, "text": FIRST}, indent=1) for title in (TITLE, "Another")]
    assert [draft.title for draft in drafts_of(".json", shape.format(*rows).encode())] == [TITLE, "Another"]


def test_a_table_whose_text_has_a_name_nobody_knows_is_read_by_what_stands_in_it() -> None:
    table = f"Kop;Krant;Wat er staat\r\n{TITLE};Lesna Courier;{FIRST} {SECOND}\r\n"
    draft = draft_of(".csv", table.encode("utf-16"))
    assert draft.text == f"{FIRST} {SECOND}"
    assert reasons_of(".csv", b"a,b\r\n1,2\r\n") == ["a table without a column named text"]


def test_what_was_not_published_is_named_and_what_an_interface_adds_is_no_text() -> None:
    rows = [{"title": TITLE, "text": f"{FIRST} [+1234 chars]"}, {"title": "Draft", "text": SECOND, "status": "draft"}]
    items = list(read_bytes(".json", json.dumps(rows).encode(), now=NOW, limits=Limits()))
    assert [item.text if isinstance(item, Draft) else str(item) for item in items] == [
        FIRST,
        "article 2: not published: draft",
    ]


@pytest.mark.parametrize(
    ("field", "moment"),
    [
        ("date_gmt", "2025-03-12T07:15:00"),
        ("published_utc", "2025-03-12 07:15:00"),
        ("post_date_gmt", "2025-03-12T07:15:00Z"),
        ("dateUTC", "2025-03-12T09:15:00+02:00"),
    ],
)
def test_a_moment_that_its_field_calls_utc_is_in_utc(field: str, moment: str) -> None:
    row = {
        "title": "Sea wall reopens",
        field: moment,
        "text": "The sea wall was reopened on Friday, the port office said.",
    }
    published = draft_of(".json", json.dumps(row).encode()).published
    assert published is not None
    assert datetime.fromisoformat(published) == datetime(2025, 3, 12, 7, 15, tzinfo=UTC)
