"""Files of every kind, damaged at random: nothing crashes or hangs, every skip has a name, offsets always agree.

ASKCORPUS_TEST_ROUNDS says how many damaged files; 10,000 take one to ten minutes.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
import sample_files as files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from askcorpus.articles.draft import Limits
from askcorpus.articles.files import FoundFile, kind_of
from askcorpus.articles.reading import FAILED, look_here
from askcorpus.types import Skip

ROUNDS = int(os.environ.get("ASKCORPUS_TEST_ROUNDS", "120"))
SLOWEST_S = 10.0
LIMITS = Limits(max_file_mb=4.0, timeout_s=SLOWEST_S)
GOOD = files.every_kind() | {
    "export.txt": files.EXPORT.encode(),
    "talk.srt": files.SPOKEN.encode(),
    "several.html": files.SEVERAL.encode(),
    "nested.zip": files.zipped({"inner.zip": files.zipped({"a.html": files.PAGE.encode()}), "__MACOSX/._a": b"x"}),
}
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
)
def test_a_damaged_file_is_read_or_skipped_with_a_reason(
    folder: Path, name: str, changes: list[tuple[str, float, object]], other: str | None
) -> None:
    data = damaged(GOOD[other or name], changes)  # now and then with another kind's name
    path = folder / name
    path.write_bytes(data)
    found = FoundFile(path=path, file=name, size=len(data), mtime_ns=time.time_ns())
    started = time.process_time()  # other work on the machine does not count
    items = list(look_here(found, LIMITS))
    assert time.process_time() - started < SLOWEST_S
    assert kind_of(name)
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
