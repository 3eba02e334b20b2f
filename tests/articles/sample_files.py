"""Small files of every kind, made by hand, for the tests of reading."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

TITLE = "Harbour of Skarholm to be dredged in May"
FIRST = "The harbour of Skarholm will be dredged from 3 May, the port authority said on Monday after a vote."
SECOND = "The work costs 4.2 million crowns and is to take nine weeks, during which the ferries sail as usual."
THIRD = "Two nights in June are an exception, because the channel has to be closed for the largest of the ships."

PAGE = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{TITLE} | Harbour Gazette</title>
<meta property="og:site_name" content="Harbour Gazette"><meta property="og:title" content="{TITLE}">
<meta property="article:published_time" content="2025-03-12T09:40:00+01:00">
<link rel="canonical" href="https://gazette.example/harbour?utm_source=x"></head>
<body><nav><a href="/">Home</a><a href="/sport">Sport</a></nav><article><h1>{TITLE}</h1>
<p>{FIRST}</p><p>{SECOND}</p><p>Photo: Anna Lund</p><p>{THIRD}</p></article>
<ul><li><a href="/1">Mayor resigns over the ferry</a></li></ul><footer>© 2025 Harbour Gazette</footer></body></html>"""

PLAIN = f"{TITLE}\nBy Anna Lund\nHarbour Gazette | 12 March 2025\n\n{FIRST}\n\n{SECOND}\n\n{THIRD}\n\nShare\nFacebook\n"

FEED = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Harbour Gazette</title><language>en-GB</language>
<item><title>{TITLE}</title><link>https://gazette.example/harbour</link>
<pubDate>Wed, 12 Mar 2025 09:40:00 +0100</pubDate><description>Short.</description>
<content:encoded><![CDATA[<p>{FIRST}</p><p>{SECOND}</p>]]></content:encoded></item></channel></rss>"""

ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Harbour Gazette</title>
<entry><title>{TITLE}</title><link rel="alternate" href="https://gazette.example/harbour"/>
<published>2025-03-12T09:40:00+01:00</published><content type="html">&lt;p&gt;{FIRST}&lt;/p&gt;</content></entry></feed>"""

ROW = {"id": "row-1", "title": TITLE, "text": f"{FIRST}\n\n{SECOND}", "publisher": "Harbour Gazette",
       "published": "2025-03-12", "url": "https://gazette.example/harbour", "language": "en"}  # fmt: skip

ARCHIVE = (
    "From: <Saved by a browser>\nSnapshot-Content-Location: https://gazette.example/harbour\n"
    'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="X"; type="text/html"\n\n'
    f"--X\nContent-Type: text/html\nContent-Transfer-Encoding: 8bit\n\n{PAGE}\n--X--\n"
)

MAIL = (
    f"From: Harbour Gazette <news@gazette.example>\nDate: Wed, 12 Mar 2025 09:40:00 +0100\nSubject: {TITLE}\n"
    f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{FIRST}\n\n{SECOND}\n"
)

ODT = (
    '<office:document-content xmlns:office="o" xmlns:text="t"><office:body><office:text>'
    f"<text:h>{TITLE}</text:h><text:p>{FIRST}</text:p><text:p>{SECOND}</text:p></office:text></office:body></office:document-content>"
)

NITF = f"""<?xml version="1.0"?><nitf><head><docdata><date.issue norm="20250312T094000+0100"/></docdata></head><body><body.head>
<hedline><hl1>{TITLE}</hl1></hedline></body.head><body.content><p>{FIRST}</p><p>{SECOND}</p></body.content></body></nitf>"""

G2 = f"""<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem xml:lang="en"><itemMeta><provider literal="x"><name>Harbour Gazette</name></provider>
<versionCreated>2025-03-13T10:00:00Z</versionCreated></itemMeta><contentMeta><contentCreated>2025-03-12T08:15:00Z</contentCreated><headline>{TITLE}</headline></contentMeta>
<contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body><p>{FIRST}</p><p>{SECOND}</p></body></html></inlineXML></contentSet></newsItem></itemSet></newsMessage>"""
NEWSML = f"""<NewsML><NewsItem><NewsManagement><FirstCreated>20250312T081500Z</FirstCreated></NewsManagement><NewsComponent><NewsLines><HeadLine>{TITLE}</HeadLine><ByLine>By Anna Lund</ByLine></NewsLines>
<AdministrativeMetadata><Provider><Party FormalName="Harbour Gazette"/></Provider></AdministrativeMetadata><ContentItem><DataContent><p>{FIRST}</p><p>{SECOND}</p></DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"""

EXPORT = (
    f"1 of 2 DOCUMENTS\n\nHarbour Gazette\n\nMarch 12, 2025 Wednesday\n\n{TITLE}\n\nLENGTH: 60 words\n\n{FIRST}\n\n"
    f"LOAD-DATE: March 13, 2025\n\n2 of 2 DOCUMENTS\n\nLesna Courier\n\nMarch 13, 2025\n\nAnother one\n\nLENGTH: 9 words\n\n{SECOND}\n"
)

SPOKEN = f"1\n00:00:01,000 --> 00:00:04,200\n{FIRST}\n\n2\n00:00:04,200 --> 00:00:07,900\n<i>{SECOND}</i>\n"

VTT = """WEBVTT\n\nNOTE made by hand\n\n00:01.000 --> 00:04.200\nThe harbour of Skarholm will be\n
00:04.200 --> 00:07.900 align:start\ndredged from 3 May.\n\n00:01:04.500 --> 00:01:09.000\n<v Anna Lund>The work costs 4.2 million crowns.\n"""

SEVERAL = (
    f"<html><head><title>All</title></head><body><article><h2>{TITLE}</h2><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></article>"
    f'<article><h2>Another one</h2><time datetime="2025-03-12">12 March</time><p>{THIRD}</p><p>{SECOND}</p><p>{FIRST}</p></article></body></html>'
)


def pdf(lines: list[str]) -> bytes:
    """A PDF of one page with these lines in Latin letters."""
    drawn = " ".join(f"({line}) Tj T*" for line in lines)
    stream = f"BT /F1 12 Tf 72 720 Td 14 TL {drawn} ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    start = len(data)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    return data + f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()


def slow_pdf(pages: int) -> bytes:
    """A PDF of one page, told so many times: each takes about a quarter of a millisecond."""
    told = pdf([FIRST]).replace(b"/Kids[3 0 R]", b"/Kids[" + b"3 0 R " * pages + b"]")
    return told.replace(b"/Count 1>>", b"/Count %d>>" % pages)


def docx() -> bytes:
    """A Word file with a title and two paragraphs."""
    from docx import Document

    document = Document()
    document.add_heading(TITLE, level=0)
    document.add_paragraph(FIRST)
    document.add_paragraph(SECOND)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return stream.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The members of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def epub() -> bytes:
    """A book of one article."""
    container = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
    package = (
        '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Harbour Gazette</dc:title>'
        '<dc:language>en</dc:language></metadata><manifest><item id="a" href="a.xhtml"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    part = f"<html><body><h1>{TITLE}</h1><p>{FIRST}</p><p>{SECOND}</p></body></html>"
    return zipped(
        {"META-INF/container.xml": container.encode(), "OPS/book.opf": package.encode(), "OPS/a.xhtml": part.encode()}
    )


def record(
    block: bytes, *, kind: str = "response", url: str = "https://gazette.example/harbour", **fields: str
) -> bytes:
    """A record of a WARC file; `fields` are further header lines, Content_Type for Content-Type."""
    lines = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": "2025-03-14T08:00:00Z",
        "WARC-Record-ID": "<urn:uuid:0f7c4b4e-3a0c-4a5e-9f0e-2b1d8c6a7e55>",
        "Content-Type": f"application/http; msgtype={kind}",
        "Content-Length": str(len(block)),
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"WARC/1.1\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def http(body: bytes, *, status: str = "200 OK", kind: str = "text/html; charset=utf-8", **fields: str) -> bytes:
    """What a server sends; `fields` as for `record`."""
    lines = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def chunked(body: bytes, size: int = 200) -> bytes:
    """The body as a server sends it that does not know how long it is."""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [*parts, b""])


def recorded(page: bytes) -> list[bytes]:
    """The records that a crawl of one page leaves behind, the page being what the server sent."""
    return [
        record(b"software: a crawler\r\n", kind="warcinfo", url="", Content_Type="application/warc-fields"),
        record(b"GET /harbour HTTP/1.1\r\nHost: gazette.example\r\n\r\n", kind="request"),
        record(page),
        record(b"via: https://gazette.example/\r\n", kind="metadata", Content_Type="application/warc-fields"),
        record(http(b"\x89PNG\r\n\x1a\n\x00", kind="image/png"), url="https://gazette.example/ship.png"),
        record(http(b"", status="304 Not Modified"), kind="revisit"),
        record(http(b"<html>Gone</html>", status="404 Not Found"), url="https://gazette.example/gone"),
    ]


def packed(records: list[bytes]) -> bytes:
    """A .warc.gz: every record packed by itself."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def every_kind() -> dict[str, bytes]:
    """One good file of every kind that can be read, by name."""
    table = f'title,text,published\n"{TITLE}","{FIRST}",2025-03-12\n'
    sent = chunked(gzip.compress(PAGE.encode(), mtime=0))
    pages = {"a.txt": PLAIN.encode(), "b.html": PAGE.encode(), "c.png": b"\x89PNG"}
    return {
        "plain.txt": PLAIN.encode(),
        "marked.md": f"---\ntitle: {TITLE}\ndate: 2025-03-12\n---\n\n# {TITLE}\n\n{FIRST}\n\n> {SECOND}\n".encode(),
        "page.html": PAGE.encode(),
        "page.html.gz": gzip.compress(PAGE.encode()),
        "plain.txt.gz": gzip.compress(PLAIN.encode()),
        "archive.mhtml": ARCHIVE.encode(),
        "rows.jsonl": (json.dumps(ROW) + "\n").encode(),
        "rows.jsonl.gz": gzip.compress((json.dumps(ROW) + "\n").encode()),
        "row.json": json.dumps({"articles": [ROW]}).encode(),
        "table.csv": table.encode(),
        "table.tsv": f"title\ttext\tpublished\n{TITLE}\t{FIRST}\t2025-03-12\n".encode(),
        "feed.xml": FEED.encode(),
        "feed.atom": ATOM.encode(),
        "print.pdf": pdf([TITLE, FIRST[:70], FIRST[70:], SECOND[:70], SECOND[70:]]),
        "word.docx": docx(),
        "book.epub": epub(),
        "news.eml": MAIL.encode(),
        "news.mbox": f"From news@gazette.example Wed Mar 12 09:40:00 2025\n{MAIL}\n".encode(),
        "note.rtf": rf"{{\rtf1\ansi {TITLE}\par\par {FIRST}\par\par {SECOND}\par}}".encode(),
        "note.odt": zipped({"content.xml": ODT.encode()}),
        "wire.xml": NITF.encode(),
        "web.wacz": zipped({"archive/data.warc": b"".join(recorded(http(PAGE.encode()))), "datapackage.json": b"{}"}),
        "pages.zip": zipped(pages),
        "crawl.warc": b"".join(recorded(http(PAGE.encode()))),
        "crawl.warc.gz": packed(recorded(http(sent, Transfer_Encoding="chunked", Content_Encoding="gzip"))),
    }


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Put the files into the folder."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
