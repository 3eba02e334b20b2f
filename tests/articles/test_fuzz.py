"""Files of every kind, damaged at random: nothing crashes or hangs, every skip has a name, offsets always agree.

ASKCORPUS_TEST_ROUNDS says how many damaged files; 10,000 take one to ten minutes.
"""

from __future__ import annotations

import gzip
import json
import os
import time
from pathlib import Path

import pytest
import sample_files as files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from askcorpus.articles.draft import FAILED, Limits
from askcorpus.articles.files import FoundFile, kind_by_content, kind_of
from askcorpus.articles.reading import look_here
from askcorpus.types import Skip

ROUNDS = int(os.environ.get("ASKCORPUS_TEST_ROUNDS", "120"))
SLOWEST_S = 10.0
LIMITS = Limits(max_file_mb=4.0, timeout_s=SLOWEST_S)
PACKED = (".zip", ".wacz", ".docx", ".odt", ".epub")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RUN, MARKS = (
    "<w:r><w:t>{}</w:t></w:r>",
    "<w:ins>{0}</w:ins><w:del>{0}</w:del><w:sdt><w:sdtContent>{0}</w:sdtContent></w:sdt>",
)
BOXED = f"<w:tbl><w:tr><w:tc><w:p>{RUN}</w:p></w:tc></w:tr></w:tbl><w:p><w:pict><w:txbxContent><w:p>{RUN}</w:p></w:txbxContent></w:pict></w:p>"
EDITED = f"<w:document {W}><w:body><w:p>{MARKS.format(RUN.format(files.FIRST))}</w:p>{BOXED.format('4.2', files.SECOND)}</w:body></w:document>"
RELATION = '<Relationships><Relationship Type="x/officeDocument" Target="word/document.xml"/></Relationships>'
POST = "<item><title>{0}</title><content:encoded><![CDATA[[caption id='a']x[/caption]\n\n<p>{1}</p>]]></content:encoded><wp:status>{2}</wp:status></item>"
BLOG = f'<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"><channel>{POST.format(files.TITLE, files.FIRST, "publish")}{POST.format("x", files.SECOND, "draft")}</channel></rss>'
FACTIVA = f"News\n{files.TITLE}\n\nAnna Lund\n60 words\n12 March 2025\nHarbour Gazette\nHARGAZ\n4\nEnglish\n(c) 2025\n\n{files.FIRST}\n\nDocument HARGAZ0020250312el3c0001a\n"
FRONT = f"---\ntitle: >\n  {files.TITLE}\ntags: [a, b]\ndate: 2025-03-12\n---\n\nHarbour\n=======\n\n{files.FIRST} [[Lesna|there]]\n\n- one\n"
MULTIPART = (
    "From: a@b.example\nSubject: Fwd: it\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=X\n\n--X\nContent-Type: text/html\n"
    f"Content-Transfer-Encoding: quoted-printable\n\n<p>{files.FIRST}</p>=\n<p>=C3=A9</p>\n--X\nContent-Type: message/rfc822\n\n{files.MAIL}\n--X--\n"
)
PAYWALL = f'<html><head><script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{files.FIRST} {files.SECOND}"}}</script></head><body><p>{files.FIRST}</p></body></html>'
LIVE = f'<div class="live-update"><time datetime="2025-03-12T09:40">9.40</time><p>{files.FIRST}</p></div>'
GOOD = files.every_kind() | {
    "export.txt": files.EXPORT.encode(),
    "factiva.txt": FACTIVA.encode(),
    "factiva.html": f"<html><body>{''.join(f'<p>{line}</p>' for line in (FACTIVA * 2).splitlines())}</body></html>".encode(),
    "talk.srt": files.SPOKEN.encode(),
    "talk.vtt": files.VTT.encode(),
    "several.html": files.SEVERAL.encode(),
    "live.html": f"<html><body><h1>{files.TITLE}</h1>{LIVE * 4}</body></html>".encode(),
    "paywall.html": PAYWALL.encode(),
    "nested.zip": files.zipped({"inner.zip": files.zipped({"a.html": files.PAGE.encode()}), "__MACOSX/._a": b"x"}),
    "crawl.zip": files.zipped({"a/data.warc": b"".join(files.recorded(files.http(files.PAGE.encode()))), "2025-03-12/a.txt": files.PLAIN.encode()}),
    "edited.docx": files.zipped({"_rels/.rels": RELATION.encode(), "word/document.xml": EDITED.encode()}),
    "g2.xml": files.G2.encode(),
    "newsml.xml": files.NEWSML.encode(),
    "blog.xml": BLOG.encode(),
    "front.md": FRONT.encode(),
    "toml.md": f"+++\ntitle = '{files.TITLE}'\ndate = 2025-03-12\ntags = ['a']\n+++\n\n{files.FIRST}\n".encode(),
    "headers.txt": f"Title: {files.TITLE}\nSource: Harbour Gazette\nDate: 12 March 2025\n\n{files.FIRST}\n".encode(),
    "parts.eml": MULTIPART.encode(),
    "parts.mbox": f"From a@b.example Wed Mar 12 09:40:00 2025\n{MULTIPART}\nFrom a@b.example Wed Mar 12 09:40:00 2025\n{files.MAIL}\n".encode(),
    "art.rtf": rf"{{\rtf1\ansi\ansicpg1252{{\fonttbl{{\f0 Arial;}}}}\b M\'fchle\b0\par\uc1 f\u252?r {files.FIRST}\line {{\*\x y}}\par}}".encode(),
    "preamble.csv": f"sep=;\nExported by x\n\nTitel;Text;Datum\n{files.TITLE};{files.FIRST};12.03.2025\n".encode("utf-16"),
    "rest.json": json.dumps([{"title": {"rendered": files.TITLE}, "content": {"rendered": f"<p>{files.FIRST}</p>"}, "date_gmt": "2025-03-12T08:15:00"}]).encode(),
    "lists.json": "\n".join([json.dumps({"title": files.TITLE, "content": [files.FIRST, files.SECOND], "publish_date": 1741767300})] * 2).encode(),
    "story.php": files.PAGE.encode(),
    "page.html@p=12": files.PAGE.encode(),
}  # fmt: skip
SPICES = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b">", b"&#x110000;", b"&#0;", b"<!--", b"]]>", b"\r", b"\n\n\n", b"\xe2\x80\xae",
    b"<div>" * 300, b"<table><tr><td>" * 40, b'{"', b"[" * 500, b"," * 90, b"\\ud800", b"%%EOF", b"endobj", b"stream\n",
    b"Related Articles\n\n", b"38 minutes ago\n", b"Comments\n", b"- ", b"=====\n", b"---\n", b"By Anna Lund\n", b"99999999999999999999",
    b"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80", b"Hashtags\n#a #b\n", b"9999999999 years ago\n", b"32.13.2025\n", b"<script",
    b'<script type="application/ld+json">{"@type":"Article","articleBody":7}</script>', b'itemprop="articleBody"', b"xmlns:",
    b"\r\n\r\nWARC/1.0\r\n", b"Content-Length: 90\r\n", b"Content-Length: 99999999\r\n", b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: gzip\r\n", b"\x1f\x8b\x08\x00", b"ffff\r\n", b"WARC-Type: response\r\n",
    b"1 of 2 DOCUMENTS\n", b"End of Document\n", b"Title: x\nDate: y\n", b"<article>", b"</article><article>", b"\nFrom a 2025\n", b"-->\n", b"\\'",
    b"---------- Forwarded message ---------\nFrom: x\n", b"{\\", b'class="live-update"', b"Content-Type: message/rfc822\n\n",
    b"00:00:01,000 --> 99:99:99,999\n", b"WEBVTT\n\n", b"<v ", b"+++\n", b"title: >\n", b"&a *a\n", b"\\bin99999 ", b"{\\*", b"\\u-1?",
    b"<newsItem>", b"<inlineXML>", b"<hl1>", b"<w:tbl><w:tr><w:tc>", b"<w:del>", b"<text:tab/>", b"=?utf-8?B?", b"=C3", b"sep=,\n", b'""',
    b"Content-Transfer-Encoding: base64\n", b"<item>", b"[caption]", b"<!-- wp:x -->", b"/../", b"%2e%2e/", b"#a", b"\x85\x9f", b"\x1b$B",
    b"<hr>", b"<h2>", b"\xef\xac\x83", b"\xef\xbb\xbb",
]  # fmt: skip

place = st.floats(0, 1)
change = st.one_of(
    st.tuples(st.just("cut"), place, place),
    st.tuples(st.just("insert"), place, st.one_of(st.sampled_from(SPICES), st.binary(max_size=40))),
    st.tuples(st.just("repeat"), place, st.integers(2, 200)),
    st.tuples(st.just("flip"), place, st.integers(1, 255)),
    st.tuples(st.just("swap"), place, place),
)


def damaged(data: bytes, changes: list[tuple[str, float, object]]) -> bytes:
    for how, where, value in changes:
        at = int(where * len(data))
        match value:
            case bytes():
                data = data[:at] + value + data[at:]
            case int() if how == "repeat":
                data = data[:at] + data[at : at + 60] * value + data[at:]
            case int() if data:
                at = min(at, len(data) - 1)
                data = data[:at] + bytes([data[at] ^ value]) + data[at + 1 :]
            case float():
                other = int(value * len(data))
                low, high = min(at, other), max(at, other)
                data = data[:low] + data[high:] if how == "cut" else data[high:] + data[low:high] + data[:low]
    return data


def damaged_inside(name: str, changes: list[tuple[str, float, object]], member: int) -> bytes:
    """The file packed again after something in it was damaged: what is packed is hardly ever damaged by chance alone."""
    data = GOOD[name]
    if name.endswith(".gz"):
        return gzip.compress(damaged(gzip.decompress(data), changes), compresslevel=1, mtime=0)
    if not name.endswith(PACKED):
        return damaged(data, changes)
    members = files.unzipped(data)
    chosen = sorted(members)[member % len(members)]
    return files.zipped(members | {chosen: damaged(members[chosen], changes)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


@settings(
    max_examples=ROUNDS, deadline=None, database=None, derandomize=ROUNDS <= 1000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(
    name=st.sampled_from(sorted(GOOD)),
    changes=st.lists(change, max_size=6),
    other=st.none() | st.sampled_from(sorted(GOOD)),
    member=st.none() | st.integers(0, 9),
)
def test_a_damaged_file_is_read_or_skipped_with_a_reason(
    folder: Path, name: str, changes: list[tuple[str, float, object]], other: str | None, member: int | None
) -> None:
    kept = other or name  # now and then with another kind's name
    data = damaged(GOOD[kept], changes) if member is None else damaged_inside(kept, changes, member)
    path = folder / name
    path.write_bytes(data)
    content = "" if kind_of(name) else kind_by_content(data[:4096]) or ".html"
    found = FoundFile(path=path, file=name, size=len(data), mtime_ns=time.time_ns(), content=content)
    started = time.process_time()  # other work on the machine does not count
    items = list(look_here(found, LIMITS))
    assert time.process_time() - started < SLOWEST_S
    assert found.kind
    assert items
    for item in items:
        if isinstance(item, Skip):
            assert item.reason
            assert not item.reason.startswith(FAILED), item.reason
            continue
        article = item.article
        assert article.title.strip() == article.title != ""
        assert article.text.strip() == article.text != ""
        assert "\x00" not in article.text + article.title
        assert (article.text + article.title).encode("utf-8")
        assert article.source.file.partition(" › ")[0] == name
    articles = [item.article for item in items if not isinstance(item, Skip)]
    assert [article.source.place for article in articles] == list(range(len(articles)))
    assert len({article.id for article in articles}) == len(articles)
