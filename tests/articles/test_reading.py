"""Files of every kind, good and bad, as a folder really holds them."""

from __future__ import annotations

import gzip
import json
import os
import time
from pathlib import Path

import pytest
import sample_files as files

from askcorpus.articles.draft import Limits, Look
from askcorpus.articles.files import FoundFile, OtherFile, readable, walk
from askcorpus.articles.process.many import read, read_many
from askcorpus.articles.reading import look_here
from askcorpus.types import Article, Skip

SAMPLE = Path(__file__).parents[2] / "articles"


def all_of(folder: Path, limits: Limits | None = None) -> list[Article | Skip]:
    items: list[Article | Skip] = []
    for found in walk(folder):
        if isinstance(found, OtherFile):
            continue
        items += [found] if isinstance(found, Skip) else list(read(found, limits=limits))
    return items


def articles_of(folder: Path) -> list[Article]:
    items = all_of(folder)
    assert [item for item in items if isinstance(item, Skip)] == []
    return [item for item in items if isinstance(item, Article)]


def one(folder: Path, name: str, data: bytes, limits: Limits | None = None) -> Article | Skip:
    (folder / name).write_bytes(data)
    (item,) = [i for i in all_of(folder, limits) if (i.file if isinstance(i, Skip) else i.source.file) == name]
    return item


def test_every_kind_of_file_gives_its_article(tmp_path: Path) -> None:
    kinds = files.every_kind()
    files.write(tmp_path, kinds)
    items = all_of(tmp_path)
    passed = Skip("pages.zip", "1 member is of a kind that is not read: 1 .png")
    assert [item for item in items if isinstance(item, Skip)] == [passed]
    found = {item.source.file.partition(" › ")[0]: item for item in items if isinstance(item, Article)}
    assert set(found) == set(kinds)
    for article in found.values():
        assert article.title == files.TITLE
        assert files.FIRST in " ".join(article.text.split())
        assert article.source.language == "en"
    assert {Path(name).suffix for name in kinds} <= readable


def test_a_page_tells_title_publisher_date_with_zone_and_address(tmp_path: Path) -> None:
    for name in ("page.html", "archive.mhtml", "feed.xml", "feed.atom"):
        article = one(tmp_path, name, files.every_kind()[name])
        assert isinstance(article, Article)
        assert article.source.publisher == "Harbour Gazette"
        assert article.source.published == "2025-03-12T09:40:00+01:00"
        assert article.source.url == "https://gazette.example/harbour"


def test_a_web_page_gives_its_body_and_nothing_else(tmp_path: Path) -> None:
    article = one(tmp_path, "page.html", files.PAGE.encode())
    assert isinstance(article, Article)
    assert article.text.split("\n\n") == [files.FIRST, files.SECOND, files.THIRD]


def test_a_saved_page_has_the_address_it_was_saved_from(tmp_path: Path) -> None:
    page = files.PAGE.replace('<link rel="canonical" href="https://gazette.example/harbour?utm_source=x">', "")
    for address in (
        "https://gazette.example/harbour",
        "https://web.archive.org/web/20250312081500/https://gazette.example/harbour",
        "https://web.archive.org/web/20250312081500/https:/gazette.example/harbour",
    ):
        saved = page.replace("<html", f"<!-- saved from url=({len(address):04}){address} -->\n<html", 1)
        article = one(tmp_path, "page.html", saved.encode())
        assert isinstance(article, Article)
        assert article.source.url == "https://gazette.example/harbour"


def test_who_saved_a_page_tells_its_address_and_the_day_in_it(tmp_path: Path) -> None:
    address = "https://gazette.example/2025/03/12/harbour"
    marks = (
        f"saved from url=({len(address):04}){address}",
        f"\n Page saved with SingleFile \n url: {address} \n saved date: Thu Mar 20 2025\n",
    )
    page = (
        f"<html><head><title>{files.TITLE}</title></head><body><p>{files.FIRST}</p><p>{files.SECOND}</p></body></html>"
    )
    for mark in marks:
        article = one(tmp_path, "page.html", f"<!--{mark}-->{page}".encode())
        assert isinstance(article, Article)
        assert (article.source.url, article.source.published) == (address, "2025-03-12")


def test_of_an_archive_s_pages_the_one_named_as_its_start_is_read(tmp_path: Path) -> None:
    frame = "--X\nContent-Type: text/html\nContent-ID: <ad@x>\n\n<html><body><p>Buy shoes now, ten percent off in our shop.</p></body></html>\n--X"
    told = files.ARCHIVE.replace('type="text/html"', 'type="text/html"; start="<main@x>"').replace(
        "--X\n", f"{frame}\n", 1
    )
    told = told.replace(
        "Content-Type: text/html\nContent-Transfer", "Content-Type: text/html\nContent-ID: <main@x>\nContent-Transfer"
    )
    article = one(tmp_path, "archive.mhtml", told.encode())
    assert isinstance(article, Article)
    assert article.title == files.TITLE


def test_markdown_reads_without_its_marks(tmp_path: Path) -> None:
    marked = (
        f"# {files.TITLE}\n\nThe *harbour* of [Skarholm](https://x.example/a) will be **dredged**\nfrom 3 May.\n\n## Ferries\n\n"
        '> "We sail as usual,"\n> said the captain.\n\n![A ship](ship.jpg)\n\n- First point of the plan.\n- Second point of it.\n'
    )
    article = one(tmp_path, "a.md", marked.encode())
    assert isinstance(article, Article)
    assert article.title == files.TITLE
    assert article.text.split("\n\n") == [
        "The harbour of Skarholm will be dredged from 3 May.",
        "Ferries",
        '"We sail as usual," said the captain.',
        "First point of the plan.",
        "Second point of it.",
    ]


def test_ids_are_of_the_row_or_of_file_and_place(tmp_path: Path) -> None:
    rows = [files.ROW, files.ROW, files.ROW | {"id": "not an id"}, files.ROW | {"id": 7}]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    ids = [article.id for article in articles_of(tmp_path)]
    assert ids[0] == "row-1"
    assert ids[3] == "7"
    assert len(set(ids)) == 4
    assert [len(i) for i in ids[1:3]] == [12, 12]


def test_ids_do_not_depend_on_what_else_is_in_the_folder(tmp_path: Path) -> None:
    files.write(tmp_path, {"b/plain.txt": files.PLAIN.encode()})
    (before,) = articles_of(tmp_path)
    files.write(tmp_path, {"a.txt": files.PLAIN.encode()})
    assert before in articles_of(tmp_path)


def test_a_sidecar_and_the_file_name_say_what_the_text_does_not(tmp_path: Path) -> None:
    files.write(
        tmp_path,
        {
            "2025-03-12-harbour.txt": f"{files.TITLE}\n{files.FIRST}\n{files.SECOND}".encode(),
            "2025-03-12-harbour.txt.json": b'{"publisher": "Harbour Gazette", "url": "https://gazette.example/h"}',
        },
    )
    (article,) = articles_of(tmp_path)
    assert article.source.published == "2025-03-12"
    assert (article.source.publisher, article.source.url) == ("Harbour Gazette", "https://gazette.example/h")


@pytest.mark.parametrize("name", ["language", "lang", "inLanguage"])
def test_a_users_file_may_name_the_language_of_a_text_too_short_to_tell(tmp_path: Path, name: str) -> None:
    row = one(tmp_path, "rows.jsonl", json.dumps({"text": "1–2 (0–1)", name: "is"}).encode())
    header = one(tmp_path, "page.md", f"---\ntitle: {files.TITLE}\n{name}: is\n---\n\n1–2 (0–1)".encode())
    for article in (row, header):
        assert isinstance(article, Article)
        assert article.source.language == "is"


def test_the_language_is_the_text_s_whatever_is_said_of_it(tmp_path: Path) -> None:
    text = (
        "Die Talsperre oberhalb von Lesna ist zum ersten Mal seit vier Jahren voll, teilte das Wasseramt am Montag mit."
    )
    feed = f"<rss><channel><language>en</language><item><description>{text}</description></item></channel></rss>"
    told = {
        "row.jsonl": json.dumps({"text": text, "lang": "en"}),
        "page.md": f"---\ntitle: Talsperre\nlanguage: en\n---\n\n{text}",
        "feed.xml": feed,
    }
    files.write(tmp_path, {name: data.encode() for name, data in told.items()})
    assert [article.source.language for article in articles_of(tmp_path)] == ["de", "de", "de"]


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_text_is_read_in_the_encoding_it_has(tmp_path: Path, encoding: str) -> None:
    text = (
        "Le maire démissionne à Valmorin\n\nLe maire de Valmorin a démissionné lundi, après « des années d'échecs ». "
        "La préfète a été prévenue très tôt, dès l'été dernier.\n\nLe conseil élira son successeur à Noël."
    )
    article = one(tmp_path, "texte.txt", text.encode(encoding))
    assert isinstance(article, Article)
    assert article.title == "Le maire démissionne à Valmorin"
    assert "démissionné lundi, après « des années d'échecs »" in article.text
    assert article.source.language == "fr"


def test_a_legacy_cyrillic_text_is_read(tmp_path: Path) -> None:
    text = (SAMPLE / "zarechye-most.txt").read_text(encoding="utf-8").replace("\u2014", "-").replace("«", '"')
    article = one(tmp_path, "most.txt", text.replace("»", '"').encode("koi8-r"))
    assert isinstance(article, Article)
    assert article.title == "Новый мост через Светлую открыли на полгода раньше срока"
    assert article.source.language == "ru"


def test_a_legacy_web_page_is_read_as_it_declares_itself(tmp_path: Path) -> None:
    page = files.PAGE.replace("utf-8", "windows-1252").replace("crowns", "couronnes à Noël")
    article = one(tmp_path, "page.html", page.encode("cp1252"))
    assert isinstance(article, Article)
    assert "couronnes à Noël" in article.text


def test_mojibake_is_undone_only_when_all_of_it_can_be(tmp_path: Path) -> None:
    text = "Été à Valmorin\n\nLe préfet a été prévenu très tôt, dès l’été dernier, à Noël."
    spoiled = text.encode().decode("cp1252")
    article = one(tmp_path, "a.txt", spoiled.encode())
    assert isinstance(article, Article)
    assert article.text == text.split("\n\n")[1]
    half = one(tmp_path, "b.txt", (spoiled + " — 2 €").encode())
    assert isinstance(half, Article)
    assert "Ã©" in half.text


def test_characters_that_hide_or_turn_text_around_are_gone(tmp_path: Path) -> None:
    hidden = (
        "The har\u00adbour\u200b of \u202eSkar\u2066holm\ufeff will\x07 be dredged\x00\x1b from 3\u00a0May this year."
    )
    text = f"{files.TITLE}\n\n{hidden}\n\n{files.SECOND}".replace("\x00", "")
    article = one(tmp_path, "a.txt", text.encode())
    assert isinstance(article, Article)
    assert article.text.startswith("The harbour of Skarholm will be dredged from 3 May this year.")


def test_joiners_stay_where_a_script_needs_them(tmp_path: Path) -> None:
    article = one(tmp_path, "a.jsonl", json.dumps({"text": "می\u200cخواهم و fer\u200cry 👩\u200d🚀"}).encode())
    assert isinstance(article, Article)
    assert article.text == "می\u200cخواهم و ferry 👩\u200d🚀"


BAD = [
    ("binary.txt", bytes(range(256)) * 40, "binary data, not text"),
    ("binary.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "binary data, not text"),
    ("empty.txt", b"", "no article text in it"),
    ("blank.txt", b" \n\n\t\n", "no article text in it"),
    ("empty.html", b"<html><body></body></html>", "no article text in it"),
    ("empty.jsonl", b"\n\n", "no article text in it"),
    ("bad.jsonl", b"{not json}\n", "line 1: not JSON"),
    ("deep.jsonl", b"[" * 100_000 + b"\n", "line 1: not JSON"),
    ("notext.jsonl", b'{"title": "x"}\n', "line 1: an article without text"),
    ("number.jsonl", b"7\n", "line 1: not an article"),
    ("bad.json", b"{", "not JSON"),
    ("other.csv", b"a,b\n1,2\n", "a table without a column named text"),
    ("broken.gz", b"", ""),
    ("broken.txt.gz", b"no gzip at all", "damaged .gz"),
    ("cut.txt.gz", gzip.compress(os.urandom(9000))[:500], "damaged .gz"),
    ("broken.pdf", b"%PDF-1.4 nothing", "damaged PDF"),
    ("broken.docx", b"PK\x03\x04 nothing", "damaged file: not the zip it should be"),
    ("broken.epub", b"nothing", "damaged file: not the zip it should be"),
    ("other.epub", files.zipped({"a": b""}), "damaged EPUB"),
    ("broken.zip", b"PK nothing", "damaged .zip"),
    ("other.xml", b"<catalog><book/></catalog>", "XML, but neither RSS nor Atom"),
    ("noxml.xml", b"hello", "not XML"),
    ("nopage.mhtml", b"From: x\n\nhello", "a web archive without a page in it"),
    ("deep.html", b"<div>" * 30_000 + b"text" * 90, "elements nested more than 1500 deep"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "why"), BAD, ids=[name for name, _, _ in BAD])
def test_what_cannot_be_read_is_a_skip_that_says_why(tmp_path: Path, name: str, data: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text(files.PLAIN, encoding="utf-8")
    items = all_of(tmp_path)
    assert [item for item in items if isinstance(item, Skip)] == ([Skip(name, why)] if why else [])
    assert [item.title for item in items if isinstance(item, Article)] == [files.TITLE]


def test_a_bad_row_is_skipped_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps(files.ROW) + '\n{"text": ""}\n' + json.dumps({"text": files.FIRST}))
    items = all_of(tmp_path)
    assert [type(item) for item in items] == [Article, Skip, Article]
    assert items[1] == Skip("rows.jsonl", "line 2: an article without text")


SMALL = Limits(max_file_mb=0.5, max_line_mb=0.1)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("large.txt", b"word " * 200_000, "larger than 0.5 MiB"),
        ("bomb.txt.gz", gzip.compress(b"0" * 50_000_000), "larger than 0.5 MiB when unpacked"),
        ("bomb.jsonl.gz", gzip.compress(b'{"text": "a"}\n' * 900_000)[:400_000], None),
        ("line.jsonl", b'{"text": "' + b"a" * 200_000 + b'"}', "line 1 is longer than 0.1 MiB"),
        ("bomb.zip", files.zipped({"a.txt": b"0" * 20_000_000}), "larger than 0.5 MiB when unpacked"),
        ("bomb.docx", files.zipped({"a.xml": b"0" * 20_000_000}), "larger than 0.5 MiB when unpacked"),
        ("bomb.epub", files.zipped({"a.xml": b"0" * 20_000_000}), "larger than 0.5 MiB when unpacked"),
    ],
)
def test_a_file_beyond_a_limit_is_a_skip(tmp_path: Path, name: str, data: bytes, why: str | None) -> None:
    (tmp_path / name).write_bytes(data)
    skips = [item.reason for item in all_of(tmp_path, SMALL) if isinstance(item, Skip)]
    assert skips == [why or "larger than 0.5 MiB when unpacked"]


def test_entities_of_a_feed_are_not_blown_up(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    started = time.process_time()
    item = one(tmp_path, "bomb.xml", f"{bomb}]><rss><channel><item><title>&j;</title></item></channel></rss>".encode())
    assert isinstance(item, Skip)
    assert time.process_time() - started < 2


def test_links_in_a_circle_and_files_that_are_none_are_named(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "good.txt").write_text(files.PLAIN, encoding="utf-8")
    items = all_of(tmp_path)
    reasons = {item.file: item.reason for item in items if isinstance(item, Skip)}
    assert reasons.pop("self.txt")
    assert reasons == {
        "gone.txt": "vanished before it was read",
        "pipe.txt": "not a regular file",
        "sub/up": "link that leads back to a folder above it",
    }
    assert [item.title for item in items if isinstance(item, Article)] == [files.TITLE]


def test_a_file_that_vanishes_or_becomes_a_pipe_after_the_walk_is_a_skip(tmp_path: Path) -> None:
    files.write(tmp_path, {"a.txt": b"x", "b.txt": b"y", "c.pdf": b"z"})
    found = [f for f in walk(tmp_path) if isinstance(f, FoundFile)]
    for file in found:
        file.path.unlink()
    os.mkfifo(tmp_path / "b.txt")
    reasons = [item.reason for file in found for item in read(file) if isinstance(item, Skip)]
    assert reasons == ["vanished before it was read", "not a regular file", "vanished before it was read"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything may be read by root")
def test_a_file_that_may_not_be_read_is_a_skip(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    (tmp_path / "a.txt").chmod(0)
    assert all_of(tmp_path) == [Skip("a.txt", "no permission to read it")]


def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_read(tmp_path: Path) -> None:
    loop = files.slow_pdf(200_000)  # a minute on an idle machine
    files.write(tmp_path, {"a-slow.pdf": loop, "b-good.pdf": files.every_kind()["print.pdf"]})
    first, second = all_of(tmp_path, Limits(timeout_s=3.0))
    assert first == Skip("a-slow.pdf", "took longer than 3 s to read")
    assert isinstance(second, Article)


def test_many_files_are_read_by_processes_in_order_as_one_by_one(tmp_path: Path) -> None:
    kinds = files.every_kind()
    many = {f"{n:03}-{name}": data for n in range(8) for name, data in kinds.items()}
    files.write(tmp_path, many | {"bad.txt": b"\x00\x01" * 900})
    found = [f for f in walk(tmp_path) if isinstance(f, FoundFile)]
    together = [(file, tuple(items)) for file, items in read_many(found, workers=2)]
    assert [file for file, _ in together] == found
    assert [items for _, items in together] == [tuple(read(file)) for file in found]


def test_reading_many_can_be_left_early(tmp_path: Path) -> None:
    files.write(tmp_path, {f"{n:03}.html": files.PAGE.encode() for n in range(200)})
    many = read_many((f for f in walk(tmp_path) if isinstance(f, FoundFile)), workers=2)
    assert next(many)[0].file == "000.html"
    many.close()


def test_the_shared_pages_give_five_articles_and_no_furniture(shared: Path) -> None:
    pages = shared / "corpus"
    articles = articles_of(pages)
    assert [(article.title, article.source.publisher) for article in articles[1:]] == [
        ("Military hardware, gold refining top agenda in Mali–Tatarstan diplomatic meeting", None),
        ("Russia starts direct commercial flights between Moscow and Pyongyang", None),
        ("Russia's economy is now so militarized, it may keep expanding its army even after the Ukraine war",
         "Business Insider"),
        ("India ramps up rare earth partnership with 5 African nations to counter China's dominance",
         "Business Insider"),
    ]  # fmt: skip
    assert articles[0].text.startswith(articles[0].title.removesuffix("…"))
    files_ = {path.name: path.read_text(encoding="utf-8") for path in pages.glob("*.txt")}
    for article in articles:
        assert article.title not in article.text.split("\n\n")
        for paragraph in article.text.split("\n\n"):
            assert paragraph in files_[article.source.file]
        for furniture in ("Hashtags", "Our AI Features", "Daily8", "No comments", "Related Articles", "ALSO READ"):
            assert furniture not in article.text
    changed = (pages / articles[2].source.file).stat().st_mtime
    published = time.gmtime(changed - 38 * 60)
    assert (articles[2].source.published or "")[:16] == time.strftime("%Y-%m-%dT%H:%M", published)


def test_the_sample_corpus_is_read_whole() -> None:
    articles = articles_of(SAMPLE)
    assert len(articles) >= 18
    assert {article.source.language for article in articles} == {"en", "fr", "ru", "de"}
    assert all(article.source.published for article in articles)
    assert len({article.id for article in articles}) == len(articles)
    page = [a.title for a in articles if a.source.file == "daybrief-2025-03-14.txt"]
    assert page == [
        "Kestrian central bank cuts key rate to 4.25 percent",
        "Strike halts trams in Lesna for a second day",
        "Customs officers find 212 live tortoises in a piano",
        "Airline Norvia orders 24 electric commuter planes",
    ]


@pytest.mark.parametrize("name", [*files.every_kind(), "export.txt", "several.html", "talk.srt"])
def test_each_piece_of_what_is_known_says_where_it_came_from(tmp_path: Path, name: str) -> None:
    kinds = files.every_kind() | {
        "export.txt": files.EXPORT.encode(),
        "several.html": files.SEVERAL.encode(),
        "talk.srt": files.SPOKEN.encode(),
    }
    (tmp_path / name).write_bytes(kinds[name])
    for found in walk(tmp_path):
        assert isinstance(found, FoundFile)
        for item in look_here(found, Limits()):
            if not isinstance(item, Look):
                continue
            told = dict(item.draft.origins)
            known = [field for field in ("publisher", "published", "url") if getattr(item.article.source, field)]
            assert [field for field in ("title", *known) if field not in told] == []
