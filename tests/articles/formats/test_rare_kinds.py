"""Mail, transcripts, other word processors, the wire's formats, archives: how a user really has them; the content is invented."""

from __future__ import annotations

import gzip
import io
import json
import time
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
import sample_files as files

from askcorpus.articles.draft import FAILED, Limits, Look
from askcorpus.articles.files import FoundFile, OtherFile, walk
from askcorpus.articles.reading import look_here
from askcorpus.types import Article, Skip

TITLE, FIRST, SECOND = files.TITLE, files.FIRST, files.SECOND


def all_in(folder: Path) -> list[Look | Skip]:
    found = [file for file in walk(folder) if isinstance(file, FoundFile)]
    return [item for file in found for item in look_here(file, Limits())]


def read(folder: Path, name: str, data: bytes) -> list[Article]:
    (folder / name).write_bytes(data)
    return [item.article for item in all_in(folder) if isinstance(item, Look)]


def mail(
    subject: str, *, text: str = "", html: str = "", sender: str = "Harbour Gazette <news@gazette.example>"
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Date"], message["Subject"] = sender, "Wed, 12 Mar 2025 08:15:00 +0100", subject
    message.set_content(text or "See the page.")
    if html:
        message.add_alternative(html, subtype="html")
    return message


def known(article: Article) -> tuple[str, str | None, str | None]:
    return article.title, article.source.publisher, article.source.published


SENT = (TITLE, "Harbour Gazette", "2025-03-12T08:15:00+01:00")


def test_a_mail_is_an_article_by_its_headers_and_its_page(tmp_path: Path) -> None:
    html = f"<html><body><p>{FIRST}</p><p>{SECOND}</p></body></html>"
    (article,) = read(tmp_path, "a.eml", mail(TITLE, html=html).as_bytes())
    assert known(article) == SENT
    assert article.text.split("\n\n") == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.eml", 'Content-Type: text/plain; charset="' + ";" * 60_000),
        ("b.eml", "X: y\nTo: " + "<a@b.example>, " * 4_000),
        ("c.eml", "X: y\nFrom: " + "(" * 60_000),
        ("d.mhtml", 'Content-Type: text/html; charset="' + ";" * 60_000),
    ],
)
def test_long_fields_of_a_header_take_no_longer_than_they_are_longer(tmp_path: Path, name: str, said: str) -> None:
    began = time.process_time()
    data = f"{said}\nFrom: Post <a@b.example>\nSubject: {TITLE}\nMIME-Version: 1.0\n\n<p>{FIRST}</p>\n<p>{SECOND}</p>\n"
    (article,) = read(tmp_path, name, data.encode())
    assert FIRST in article.text
    assert time.process_time() - began < 1


def test_a_forwarded_mail_is_the_one_that_was_forwarded(tmp_path: Path) -> None:
    inside = f"FYI\n\n---------- Forwarded message ---------\nFrom: Harbour Gazette <news@gazette.example>\nDate: Wed, 12 Mar 2025 08:15:00 +0100\nSubject: {TITLE}\nTo: me\n\n{FIRST}\n\n{SECOND}\n"
    (article,) = read(tmp_path, "a.eml", mail(f"Fwd: {TITLE}", text=inside, sender="A friend <a@b.example>").as_bytes())
    assert known(article) == SENT
    assert article.text.split("\n\n") == [FIRST, SECOND]


def test_a_forwarded_mail_that_is_quoted_line_by_line_is_read_without_the_marks(tmp_path: Path) -> None:
    lines = f"From: Harbour Gazette <news@gazette.example>\nDate: Wed, 12 Mar 2025 08:15:00 +0100\nSubject: {TITLE}\n\n{FIRST}\n\n{SECOND}"
    quoted = "\n".join(f"> {line}".rstrip() for line in lines.split("\n"))
    told = mail(f"Fwd: {TITLE}", text=f"Begin forwarded message:\n\n{quoted}\n", sender="A friend <a@b.example>")
    (article,) = read(tmp_path, "a.eml", told.as_bytes())
    assert known(article) == SENT
    assert article.text.split("\n\n") == [FIRST, SECOND]


def test_a_mail_forwarded_as_an_attachment_is_the_one_that_was_forwarded(tmp_path: Path) -> None:
    outer = mail("WG: see below", sender="A friend <a@b.example>")
    outer.add_attachment(mail(TITLE, text=f"{FIRST}\n\n{SECOND}"))
    (article,) = read(tmp_path, "a.eml", outer.as_bytes())
    assert known(article) == SENT


def test_every_message_of_a_mailbox_is_an_article(tmp_path: Path) -> None:
    messages = [mail(f"{TITLE}, part {n}", text=f"{FIRST}\n\nFrom Skarholm came {n} ships.\n") for n in (1, 2, 3)]
    box = b"".join(
        b"From news@gazette.example Wed Mar 12 08:15:00 2025\n"
        + m.as_bytes().replace(b"\nFrom Sk", b"\n>From Sk")
        + b"\n"
        for m in messages
    )
    articles = read(tmp_path, "box.mbox", box)
    assert [article.title for article in articles] == [f"{TITLE}, part {n}" for n in (1, 2, 3)]
    assert "\n\nFrom Skarholm came 2 ships." in articles[1].text


SRT = """1\n00:00:01,000 --> 00:00:04,200\nThe harbour of Skarholm will be\n\n2\n00:00:04,200 --> 00:00:07,900\ndredged from 3 May.\n
3\n00:01:04,500 --> 00:01:09,000\n<i>Anna Lund:</i> The work costs 4.2 million crowns.\n"""


@pytest.mark.parametrize(("name", "data"), [("a.srt", SRT), ("a.vtt", files.VTT)])
def test_a_transcript_reads_as_text_and_keeps_when_each_paragraph_was_said(
    tmp_path: Path, name: str, data: str
) -> None:
    (tmp_path / name).write_text(data, "utf-8")
    (item,) = all_in(tmp_path)
    assert isinstance(item, Look)
    assert (
        item.article.text
        == "The harbour of Skarholm will be dredged from 3 May.\n\nAnna Lund: The work costs 4.2 million crowns."
    )
    assert item.draft.times == ((0, 1.0), (item.article.text.index("Anna"), 64.5))


def test_an_rtf_file_reads_with_its_umlauts_and_without_its_marks(tmp_path: Path) -> None:
    data = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0\b M\'fchle schlie\'dft im Juni\b0\par\par Der Rat von Lesna hat am Dienstag f\u252?r das Ende der M\'fchle gestimmt, sagte die B\'fcrgermeisterin.\par}"
    (article,) = read(tmp_path, "a.rtf", data)
    assert (article.title, article.text) == (
        "Mühle schließt im Juni",
        "Der Rat von Lesna hat am Dienstag für das Ende der Mühle gestimmt, sagte die Bürgermeisterin.",
    )


def test_an_opendocument_text_reads_without_what_was_deleted_or_noted(tmp_path: Path) -> None:
    body = f"<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h>{TITLE}</text:h><text:p>{FIRST}<office:annotation><text:p>a note</text:p></office:annotation></text:p><text:p>It costs<text:s/>4.2<text:tab/>million.</text:p>"
    content = f'<office:document-content xmlns:office="o" xmlns:text="t"><office:body><office:text>{body}</office:text></office:body></office:document-content>'
    (article,) = read(tmp_path, "a.odt", files.zipped({"content.xml": content.encode()}))
    assert (article.title, article.text) == (TITLE, f"{FIRST}\n\nIt costs 4.2 million.")


NITF = f"""<?xml version="1.0"?><nitf><head><docdata><date.issue norm="20250312T081500Z"/></docdata><pubdata name="Harbour Gazette"/></head><body>
<body.head><hedline><hl1>{TITLE}</hl1></hedline><byline>By Anna Lund</byline></body.head><body.content><block><p>{FIRST}</p><p>{SECOND}</p></block></body.content></body></nitf>"""


@pytest.mark.parametrize("xml", [NITF, files.G2, files.NEWSML], ids=["NITF", "NewsML-G2", "NewsML 1.2"])
def test_an_item_of_the_wire_is_an_article(tmp_path: Path, xml: str) -> None:
    (article,) = read(tmp_path, "a.xml", xml.encode())
    assert known(article) == (TITLE, "Harbour Gazette", "2025-03-12T08:15:00+00:00")
    assert article.text.split("\n\n") == [FIRST, SECOND]


@pytest.mark.parametrize(
    "name", ["story", "story.php", "page.html@p=12", "index.asp", "2025-03-12", "gazette.example-bridge"]
)
def test_a_page_is_known_by_its_content_where_its_name_says_nothing(tmp_path: Path, name: str) -> None:
    (article,) = read(tmp_path, name, files.PAGE.encode())
    assert article.title == TITLE


def test_files_of_other_kinds_are_counted_by_kind(tmp_path: Path) -> None:
    files.write(
        tmp_path,
        {"a.png": b"x", "b.png": b"x", "LICENSE": b"Anyone may do anything.", "c.docm": b"x", ".hidden.png": b"x"},
    )
    assert [(f.file, f.kind) for f in walk(tmp_path) if isinstance(f, OtherFile)] == [
        ("LICENSE", ""),
        ("a.png", ".png"),
        ("b.png", ".png"),
        ("c.docm", ".docm"),
    ]


def test_the_parts_of_a_saved_page_are_one_named_skip(tmp_path: Path) -> None:
    files.write(
        tmp_path,
        {
            "story.html": files.PAGE.encode(),
            "story_files/frame.html": files.PAGE.encode(),
            "other_files/page.html": files.PAGE.encode(),
        },
    )
    found = list(walk(tmp_path))
    assert [item.file for item in found if isinstance(item, FoundFile)] == ["other_files/page.html", "story.html"]
    assert [item for item in found if isinstance(item, Skip)] == [
        Skip("story_files", "the parts of story.html, not articles of their own")
    ]


def test_an_article_of_an_archive_names_its_member_and_has_its_day_and_sidecar(tmp_path: Path) -> None:
    plain = f"{TITLE}\n\n{FIRST}\n\n3 hours ago".encode()
    data = files.zipped(
        {
            "news/2025-03-13-a.txt": plain,
            "b.html": f"<p>{FIRST}</p><p>{SECOND}</p>".encode(),
            "b.html.json": b'{"publisher": "Harbour Gazette"}',
        }
    )
    first, second = read(tmp_path, "all.zip", data)
    assert (first.source.file, first.source.publisher) == ("all.zip › b.html", "Harbour Gazette")
    assert second.source.file == "all.zip › news/2025-03-13-a.txt"
    assert second.source.published is not None
    assert second.source.published[:10] in ("2025-03-12", "2025-03-13")


def test_archives_in_archives_are_read_two_deep_and_not_three(tmp_path: Path) -> None:
    inner = files.zipped({"a.txt": files.PLAIN.encode()})
    two = files.zipped({"two.zip": files.zipped({"one.zip": inner})})
    (article,) = read(tmp_path, "all.zip", two)
    assert article.source.file == "all.zip › two.zip › one.zip › a.txt"
    assert read(tmp_path, "all.zip", files.zipped({"three.zip": two})) == []
    assert any(isinstance(item, Skip) and "archives in archives" in item.reason for item in all_in(tmp_path))


def test_packed_members_are_read_and_litter_is_named(tmp_path: Path) -> None:
    warc = gzip.compress(files.record(files.http(files.PAGE.encode())))
    data = files.zipped({"a.txt.gz": gzip.compress(files.PLAIN.encode()), "b.warc.gz": warc, "__MACOSX/._a.html": b"\x00\x05", ".DS_Store": b"x",
                         "story.html": files.PAGE.encode(), "story_files/ad.html": files.PAGE.encode(), "x.png": b"x"})  # fmt: skip
    articles = read(tmp_path, "all.zip", data)
    assert [article.source.file for article in articles] == [
        "all.zip › a.txt.gz",
        "all.zip › b.warc.gz",
        "all.zip › story.html",
    ]
    reasons = [item.reason for item in all_in(tmp_path) if isinstance(item, Skip)]
    assert reasons == [
        "2 members are hidden: .DS_Store, __MACOSX/._a.html",
        "1 member is part of the saved page story.html: story_files/ad.html",
        "1 member is of a kind that is not read: 1 .png",
    ]


@pytest.mark.parametrize("name", ["web.wacz", "web.zip"])
def test_a_web_archive_gives_its_pages_and_nothing_of_its_lists(tmp_path: Path, name: str) -> None:
    warc = gzip.compress(files.record(files.http(files.PAGE.encode())))
    data = files.zipped(
        {
            "archive/data.warc.gz": warc,
            "pages/pages.jsonl": json.dumps({"title": TITLE}).encode(),
            "datapackage.json": b"{}",
            "indexes/index.cdx": b"x",
        }
    )
    articles = read(tmp_path, name, data)
    assert [(a.title, a.source.url) for a in articles] == [(TITLE, "https://gazette.example/harbour")]
    assert [item for item in all_in(tmp_path) if isinstance(item, Skip)] == []


def test_a_mail_forwarded_by_a_german_program_is_the_one_that_was_forwarded(tmp_path: Path) -> None:
    inside = "Von: Harbour Gazette <news@gazette.example>\nGesendet: Mittwoch, 12. März 2025 08:15\nAn: Chef\nBetreff: The wall reopens\n\n"
    told = f"Siehe unten.\n\n-----Ursprüngliche Nachricht-----\n{inside}The wall of Skarholm reopened on Friday."
    head = "From: Chef <chef@firm.example>\nSubject: WG: The wall reopens\nDate: Fri, 14 Mar 2025 09:00:00 +0100\nContent-Type: text/plain; charset=utf-8\n\n"
    (article,) = read(tmp_path, "a.eml", (head + told).encode())
    assert known(article) == ("The wall reopens", "Harbour Gazette", "2025-03-12T08:15:00")
    assert article.text == "The wall of Skarholm reopened on Friday."


def test_who_speaks_is_named_once_and_two_in_one_cue_are_two(tmp_path: Path) -> None:
    voices = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Anna Lund>The wall is open,\n\n00:04.000 --> 00:06.000\n<v Anna Lund>she said.\n\n00:06.000 --> 00:08.000\n<v Per Dahl>Good &amp; well.\n"
    (article,) = read(tmp_path, "a.vtt", voices.encode())
    assert article.text == "Anna Lund: The wall is open, she said.\n\nPer Dahl: Good & well."
    dashes = "1\n00:00:01,000 --> 00:00:04,000\n- Is the wall open?\n- Since Friday.\n"
    (tmp_path / "a.vtt").unlink()
    (article,) = read(tmp_path, "b.srt", dashes.encode())
    assert article.text == "Is the wall open?\n\nSince Friday."


def test_the_folder_in_an_archive_may_name_the_day_and_a_paper_goes_before_its_agency(tmp_path: Path) -> None:
    data = files.zipped(
        {"2025-03-12/a.txt": b"The wall reopens\n\nThe wall of Skarholm reopened on Friday, the port office said.\n"}
    )
    (article,) = read(tmp_path, "a.zip", data)
    assert article.source.published == "2025-03-12"
    (tmp_path / "a.zip").unlink()
    docdata = '<docdata><doc.copyright holder="Harbour Agency"/></docdata><pubdata name="Harbour Gazette"/>'
    nitf = f"<nitf><head>{docdata}</head><body><body.content><p>The wall of Skarholm reopened on Friday.</p></body.content></body></nitf>"
    (article,) = read(tmp_path, "b.xml", nitf.encode())
    assert article.source.publisher == "Harbour Gazette"


def test_a_damaged_member_costs_that_member_and_none_behind_it(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:  # stored as they are: a letter changed is a checksum that does not fit
        for name in ("a.txt", "b.txt", "c.txt"):
            packed.writestr(name, f"{name[0].upper()} {files.PLAIN}")
    articles = read(tmp_path, "all.zip", stream.getvalue().replace(b"B Harbour", b"X Harbour"))
    assert [article.source.file for article in articles] == ["all.zip › a.txt", "all.zip › c.txt"]
    assert Skip("all.zip", "b.txt: damaged member") in all_in(tmp_path)


def test_a_member_without_a_name_is_read_by_its_content(tmp_path: Path) -> None:
    data = bytearray(files.zipped({"a": files.PAGE.encode()}))
    for length in (
        26,
        data.rfind(b"PK\x01\x02") + 28,
    ):  # of the name, 1; that of the extra field behind it gets the letter
        data[length], data[length + 2] = 0, 1
    (article,) = read(tmp_path, "all.zip", bytes(data))
    assert (article.title, article.source.file) == (TITLE, "all.zip")


def test_a_member_that_a_reader_fails_over_costs_that_member(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError

    monkeypatch.setattr("askcorpus.articles.formats.transcript.read_transcript", fail)
    data = files.zipped({"a.srt": SRT.encode(), "b.txt": files.PLAIN.encode()})
    (article,) = read(tmp_path, "all.zip", data)
    assert article.source.file == "all.zip › b.txt"
    assert Skip("all.zip", f"a.srt: {FAILED}ValueError") in all_in(tmp_path)


@pytest.mark.parametrize(
    "head",
    [
        "________________________________\nVon: Harbour Gazette <n@g.example>\nGesendet: Mittwoch, 12. März 2025 08:15\nAn: mir\nBetreff: {}",
        "From: Harbour Gazette [mailto:n@g.example]\nSent: Wednesday, March 12, 2025 8:15 AM\nTo: me\nSubject: {}",
        "-----\n*De :* Harbour Gazette\n*Envoyé :* mercredi 12 mars 2025 08:15\n*À :* moi\n*Objet :* {}",
    ],
)
def test_a_mail_forwarded_with_nothing_but_its_head_is_the_one_that_was_forwarded(tmp_path: Path, head: str) -> None:
    inside = f"FYI\n\n{head.format(TITLE)}\n\n{FIRST}\n\n{SECOND}\n"
    (article,) = read(tmp_path, "a.eml", mail(f"FW: {TITLE}", text=inside, sender="A friend <a@b.example>").as_bytes())
    assert article.text == f"{FIRST}\n\n{SECOND}"
    assert (article.title, article.source.publisher) == (TITLE, "Harbour Gazette")
    assert (article.source.published or "").startswith("2025-03-12T08:15")


@pytest.mark.parametrize(
    ("subject", "head"),
    [
        ("PD", "-----Wiadomość oryginalna-----\nOd: {}\nWysłano: środa, 12 marca 2025 08:15\nDo: ja\nTemat: {}"),
        (
            "Fwd",
            "---------- Přeposlaná zpráva ---------\nOd: {}\nDatum: st 12. března 2025 8:15\nPředmět: {}\nKomu: já",
        ),
        ("İLT", "Kimden: {}\nGönderildi: 12 Mart 2025 Çarşamba 08:15\nKime: ben\nKonu: {}"),
        ("转发", "-----原始邮件-----\n发件人: {}\n发送时间: 2025年3月12日 8:15\n收件人: 我\n主题: {}"),
        ("Fwd", "---------- 転送メッセージ ---------\n差出人：{}\n送信日時：2025年3月12日 8:15\n件名：{}\n宛先：私"),
        ("Továbbítás", "Feladó: {}\nElküldve: 2025. március 12., szerda 8:15\nCímzett: én\nTárgy: {}"),
        ("ΠΡΘ", "Από: {}\nΣτάλθηκε: Τετάρτη, 12 Μαρτίου 2025 8:15\nΠρος: εμένα\nΘέμα: {}"),
        ("VL", "Lähettäjä: {}\nLähetetty: keskiviikko 12. maaliskuuta 2025 8.15\nVastaanottaja: minä\nAihe: {}"),
    ],
)
def test_a_mail_is_known_to_be_forwarded_in_the_words_of_many_languages(
    tmp_path: Path, subject: str, head: str
) -> None:
    inside = f"FYI\n\n{head.format('Harbour Gazette <n@g.example>', TITLE)}\n\n{FIRST}\n\n{SECOND}\n"
    told = mail(f"{subject}: {TITLE}", text=inside, sender="A friend <a@b.example>")
    (article,) = read(tmp_path, "a.eml", told.as_bytes())
    assert (article.title, article.source.publisher, article.text) == (TITLE, "Harbour Gazette", f"{FIRST}\n\n{SECOND}")
    assert (article.source.published or "").startswith("2025-03-12")


def test_the_head_of_the_mail_that_is_answered_does_not_make_the_answer_its_own(tmp_path: Path) -> None:
    inside = f"{FIRST}\n\nFrom: Harbour Gazette\nSent: Tuesday, March 11, 2025 8:15 AM\nSubject: {TITLE}\n\n{SECOND}\n"
    (article,) = read(tmp_path, "a.eml", mail(f"RE: {TITLE}", text=inside, sender="Anna Lund <a@b.example>").as_bytes())
    assert (article.source.publisher, FIRST in article.text) == ("Anna Lund", True)
