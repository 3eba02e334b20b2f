"""Records of web pages, whole and damaged, packed and not."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path

import pytest
import sample_files as files

from askcorpus.articles.decoding import as_utf8
from askcorpus.articles.draft import Limits
from askcorpus.articles.files import FoundFile, walk
from askcorpus.articles.process.many import may_blow_up, read
from askcorpus.types import Article, Skip

NAMES = ["crawl.warc", "crawl.warc.gz"]
SITE = "https://gazette.example"
TOWNS = ["Skarholm", "Lesna", "Valmorin", "Tarnby", "Karlholm"]


def story(town: str) -> str:
    return files.PAGE.replace("Skarholm", town).replace('<link rel="canonical"', '<link rel="nothing"')


def page(town: str, **fields: str) -> bytes:
    """A record of a page that does not name its own address."""
    return files.record(files.http(story(town).encode()), url=f"{SITE}/{town.lower()}", **fields)


def told(folder: Path, name: str, records: list[bytes] | bytes, limits: Limits | None = None) -> list[Article | Skip]:
    """What a file of these records holds; each is packed where the name says so."""
    data = records
    if isinstance(records, list):
        data = files.packed(records) if name.endswith(".gz") else b"".join(records)
    (folder / name).write_bytes(bytes(data))
    (found,) = walk(folder / name)
    assert isinstance(found, FoundFile)
    return list(read(found, limits=limits))


def short(items: list[Article | Skip]) -> list[str | None]:
    """The address of each article, the reason of each skip."""
    return [item.reason if isinstance(item, Skip) else item.source.url for item in items]


@pytest.mark.parametrize("name", NAMES)
def test_each_page_of_a_crawl_is_an_article_with_its_address(tmp_path: Path, name: str) -> None:
    items = told(tmp_path, name, [page(town) for town in TOWNS])
    assert [item.title for item in items if isinstance(item, Article)] == [
        f"Harbour of {town} to be dredged in May" for town in TOWNS
    ]
    assert short(items) == [f"{SITE}/{town.lower()}" for town in TOWNS]
    for place, item in enumerate(items):
        assert isinstance(item, Article)
        assert (item.source.file, item.source.place) == (name, place)
        assert item.text.split("\n\n") == [
            t.replace("Skarholm", TOWNS[place]) for t in (files.FIRST, files.SECOND, files.THIRD)
        ]


def test_an_address_that_the_page_names_itself_goes_before_that_of_the_record(tmp_path: Path) -> None:
    items = told(tmp_path, "a.warc", [files.record(files.http(files.PAGE.encode()), url=f"{SITE}/amp?x=1#top")])
    assert short(items) == ["https://gazette.example/harbour"]


@pytest.mark.parametrize("name", NAMES)
def test_records_that_are_no_pages_are_passed_over_in_silence(tmp_path: Path, name: str) -> None:
    others = [
        *files.recorded(files.http(b"body {}", kind="text/css")),
        files.record(b"3600 IN A 192.0.2.1", url="dns:gazette.example", Content_Type="text/dns"),
        files.record(files.http(b"User-agent: *\nDisallow: /", kind="text/plain"), url=f"{SITE}/robots.txt"),
        files.record(files.http(b"<urlset><url/></urlset>", kind="text/xml"), url=f"{SITE}/sitemap.xml"),
        files.record(files.http(b"", status="301 Moved", Location="/harbour"), url=SITE),
        files.record(b"\x89PNG", kind="resource", Content_Type="image/png"),
        files.record(files.PAGE.encode(), kind="conversion", Content_Type="text/html"),
    ]
    assert told(tmp_path, name, others) == [Skip(name, "no article text in it")]
    assert short(told(tmp_path, name, [*others, page("Lesna"), *others])) == [f"{SITE}/lesna"]


def test_feeds_texts_and_resources_are_read_as_what_they_are(tmp_path: Path) -> None:
    items = told(
        tmp_path,
        "a.warc",
        [
            files.record(files.http(files.FEED.encode(), kind="application/rss+xml"), url=f"{SITE}/feed"),
            files.record(files.http(files.ATOM.encode(), kind="text/xml"), url=f"{SITE}/atom"),
            files.record(files.http(files.PLAIN.encode(), kind="text/plain"), url=f"{SITE}/plain"),
            files.record(story("Lesna").encode(), kind="resource", url=f"{SITE}/kept", Content_Type="text/html"),
        ],
    )
    assert short(items) == [f"{SITE}/harbour", f"{SITE}/harbour", f"{SITE}/plain", f"{SITE}/kept"]
    assert [item.source.publisher for item in items if isinstance(item, Article)] == ["Harbour Gazette"] * 4


def test_an_entry_without_a_link_does_not_get_the_address_of_its_feed(tmp_path: Path) -> None:
    feed = re.sub("<link>.*?</link>", "", files.FEED)
    assert short(told(tmp_path, "a.warc", [files.record(files.http(feed.encode(), kind="text/xml"))])) == [None]


def test_only_the_first_of_several_stories_of_a_text_has_its_address(tmp_path: Path) -> None:
    cards = "\n\n".join(
        f"Harbour Gazette\n{n} hours ago\n- Harbour Gazette\nThe council of {town} votes on the ferry\n\n{files.FIRST}\n{files.SECOND}"
        for n, town in enumerate(TOWNS[:2], start=2)
    )
    items = told(tmp_path, "a.warc", [files.record(files.http(cards.encode(), kind="text/plain"), url=f"{SITE}/t")])
    assert len(items) == 2
    assert short(items) == [f"{SITE}/t", None]


SENT = {
    "chunked": lambda body: files.http(files.chunked(body), Transfer_Encoding="chunked"),
    "one chunk": lambda body: files.http(files.chunked(body, 10**6), Transfer_Encoding="Chunked"),
    "gzip": lambda body: files.http(gzip.compress(body), Content_Encoding="gzip"),
    "x-gzip": lambda body: files.http(gzip.compress(body), Content_Encoding="x-gzip"),
    "chunked gzip": lambda body: files.http(
        files.chunked(gzip.compress(body)), Transfer_Encoding="chunked", Content_Encoding="GZIP"
    ),
    "deflate": lambda body: files.http(zlib.compress(body), Content_Encoding="deflate"),
    "raw deflate": lambda body: files.http(zlib.compress(body, wbits=-15), Content_Encoding="deflate"),
    "unpacked by who recorded it": lambda body: files.http(
        body, Transfer_Encoding="chunked", Content_Encoding="br"
    ),
    "chunks without an end": lambda body: files.http(files.chunked(body)[:-5], Transfer_Encoding="chunked"),
    "HTTP/2": lambda body: files.http(body).replace(b"HTTP/1.1 200 OK", b"HTTP/2 200", 1),
    "bare line ends": lambda body: files.http(body).replace(b"\r\n", b"\n", 4),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("how", SENT)
def test_a_page_is_read_however_it_was_sent(tmp_path: Path, name: str, how: str) -> None:
    items = told(tmp_path, name, [files.record(SENT[how](story("Lesna").encode())), page("Tarnby")])
    assert short(items) == [f"{SITE}/harbour", f"{SITE}/tarnby"]
    assert isinstance(items[0], Article)
    assert items[0].text.endswith(files.THIRD)


def test_the_encoding_that_only_the_server_names_is_used(tmp_path: Path) -> None:
    text = "港の浚渫工事、五月に開始へ\n\n港湾局は月曜日、投票の後に工事を五月三日に始めると発表した。費用は四百二十万である。"
    sent = files.http(text.encode("iso-2022-jp"), kind='text/plain; charset="ISO-2022-JP"')
    (item,) = told(tmp_path, "a.warc", [files.record(sent)])
    assert isinstance(item, Article)
    assert item.text == text.split("\n\n")[1]


def test_an_encoding_that_cannot_be_right_is_not_used() -> None:
    text = "Le maire a démissionné à Noël"
    assert as_utf8(text.encode(), "iso-8859-1") == text.encode()
    assert as_utf8(text.encode("latin-1"), "iso-8859-1") == text.encode()
    assert as_utf8("港は五月に".encode("iso-2022-jp"), "ISO-2022-JP") == "港は五月に".encode()
    assert as_utf8(b"caf\xe9", "utf-8") == b"caf\xe9"
    assert as_utf8(b"caf\xe9", "no such thing") == b"caf\xe9"
    assert as_utf8(b"caf\xe9", "rot13") == b"caf\xe9"
    assert as_utf8(b"caf\xe9", None) == b"caf\xe9"


def test_when_a_page_was_fetched_is_not_when_it_was_published(tmp_path: Path) -> None:
    undated = re.sub("<meta property=.article:published_time.*?>", "", story("Lesna")).replace("© 2025", "")
    record = files.record(files.http(undated.encode()))
    (item,) = told(tmp_path, "2025-03-14-crawl.warc", [record])
    assert isinstance(item, Article)
    assert item.source.published is None


def test_a_day_in_the_address_of_a_record_is_that_of_its_page(tmp_path: Path) -> None:
    undated = re.sub("<meta property=.article:published_time.*?>", "", story("Lesna")).replace("© 2025", "")
    record = files.record(files.http(undated.encode()), url=f"{SITE}/2025/03/11/lesna")
    (item,) = told(tmp_path, "crawl.warc", [record])
    assert isinstance(item, Article)
    assert item.source.published == "2025-03-11"


def test_an_age_counts_back_from_when_the_page_was_fetched(tmp_path: Path) -> None:
    aged = files.PLAIN.replace("Harbour Gazette | 12 March 2025", "38 minutes ago")
    sent = files.http(aged.encode(), kind="text/plain")
    fetched = ["2025-03-14T08:00:00.5Z", "long ago", "0001-01-01T00:00:00Z"]
    items = told(tmp_path, "2020-01-01.warc", [files.record(sent, WARC_Date=date) for date in fetched])
    dates = [item.source.published for item in items if isinstance(item, Article)]
    assert dates == ["2025-03-14T07:22:00+00:00", "2020-01-01", "2020-01-01"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_ends_early_gives_what_came_before(tmp_path: Path, name: str) -> None:
    records = [page(town) for town in TOWNS[:3]]
    whole = files.packed(records) if name.endswith(".gz") else b"".join(records)
    last = len(files.packed(records[-1:]) if name.endswith(".gz") else records[-1])
    before = [f"{SITE}/skarholm", f"{SITE}/lesna"]
    ends = "the file ends in the middle of it"
    assert short(told(tmp_path, name, whole[:-40])) == [*before, f"record 3: {SITE}/valmorin: {ends}"]
    assert short(told(tmp_path, name, whole[: 30 - last])) == [*before, f"record 3: {ends}"]
    assert short(told(tmp_path, name, whole[:-last])) == before


def test_every_cut_of_a_file_gives_whole_articles_and_one_named_skip_at_most(tmp_path: Path) -> None:
    records = [files.record(files.http(files.PLAIN.encode(), kind="text/plain"), url=f"{SITE}/{n}") for n in range(3)]
    for name in NAMES:
        parts = [gzip.compress(r, mtime=0) for r in records] if name.endswith(".gz") else records
        whole, ends = b"".join(parts), [sum(map(len, parts[:n])) for n in range(4)]
        for cut in range(0, len(whole), 7):
            items = told_here(tmp_path / name, whole[:cut])
            articles = [item for item in items if isinstance(item, Article)]
            complete = sum(end <= cut for end in ends[1:])
            # of a plain one, the empty lines below the last record may be missing
            assert len(articles) in ({complete} if name.endswith(".gz") else {complete, complete + 1})
            assert {article.text for article in articles} <= {"\n\n".join([files.FIRST, files.SECOND, files.THIRD])}
            assert len(items) - len(articles) == (cut not in ends and len(articles) == complete) or not cut


def told_here(path: Path, data: bytes, limits: Limits | None = None) -> list[Article | Skip]:
    """As `told`, in this process: for hundreds of files."""
    from askcorpus.articles.draft import Look
    from askcorpus.articles.reading import look_here

    path.write_bytes(data)
    found = FoundFile(path=path, file=path.name, size=len(data), mtime_ns=0)
    return [item.article if isinstance(item, Look) else item for item in look_here(found, limits or Limits())]


def test_a_damaged_member_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    members = [gzip.compress(page(town), mtime=0) for town in TOWNS]
    middle = len(members[1]) // 2
    members[1] = members[1][:middle] + b"\xff\xff\xff\xff" + members[1][middle + 4 :]  # its data
    members[3] = members[3][:-8] + b"\x00\x00\x00\x00" + members[3][-4:]  # its checksum
    items = told(tmp_path, "a.warc.gz", b"".join(members))
    assert short(items) == [
        f"{SITE}/skarholm",
        f"record 2: {SITE}/lesna: damaged .gz",
        f"{SITE}/valmorin",
        f"record 4: {SITE}/tarnby: damaged .gz",
        f"{SITE}/karlholm",
    ]


def test_a_file_packed_as_a_whole_is_read_up_to_its_damage(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(page(town) for town in TOWNS), mtime=0)
    assert len(told(tmp_path, "a.warc.gz", whole)) == len(TOWNS)
    *before, last = short(told(tmp_path, "a.warc.gz", whole[:-8] + b"\x00\x00\x00\x00" + whole[-4:]))
    assert before == [f"{SITE}/{town.lower()}" for town in TOWNS[:3]]  # the checksum does not say which was good
    assert last == f"record 4: {SITE}/tarnby: damaged .gz"


def test_what_a_file_is_and_not_its_name_says_whether_it_is_packed(tmp_path: Path) -> None:
    records = [page("Lesna"), page("Tarnby")]
    assert short(told(tmp_path, "a.warc", files.packed(records))) == [f"{SITE}/lesna", f"{SITE}/tarnby"]
    assert short(told(tmp_path, "a.warc.gz", b"".join(records))) == [f"{SITE}/lesna", f"{SITE}/tarnby"]


NO_CHUNK = files.chunked(story("Lesna").encode()).replace(b"c8\r\n", b"zz\r\n", 2).replace(b"zz", b"c8", 1)
NO_GZIP = gzip.compress(story("Lesna").encode(), mtime=0)
BAD = [
    (files.record(files.http(files.chunked(b"a" * 900).replace(b"64\r\n", b"zz\r\n"), Transfer_Encoding="chunked")), "damaged chunks in it"),
    (files.record(files.http(NO_CHUNK, Transfer_Encoding="chunked")), "damaged chunks in it"),
    (files.record(files.http(NO_GZIP[:-300], Content_Encoding="gzip")), "damaged gzip in it"),
    (files.record(files.http(NO_GZIP[:99] + b"\xff\xff" + NO_GZIP[101:], Content_Encoding="gzip")), "damaged gzip in it"),
    (files.record(files.http(NO_GZIP, Content_Encoding="deflate")), "damaged deflate in it"),
    (files.record(files.http(b"\x0b\x00\x80" + bytes(range(99)), Content_Encoding="zstd")), "packed as zstd, which cannot be unpacked"),
    (files.record(files.http(bytes(range(256)) * 9)), "binary data, not text"),
    (files.record(files.http(b"")), "not a web page"),
    (files.record(files.http(b"<html><body></body></html>")), "no article text in it"),
    (files.record(b"<html>no server sends this"), "no HTTP response in it"),
    (files.record(files.http(files.PAGE.encode()), Content_Length="9"), "not as long as it says"),
    (files.record(files.http(files.PAGE.encode()), Content_Length="99999999"), "the file ends in the middle of it"),
    (files.record(files.http(files.PAGE.encode()), Content_Length="many"), "does not say how long it is"),
    (files.record(files.http(files.PAGE.encode()), Content_Length="-4"), "does not say how long it is"),
    (files.record(files.http(files.PAGE.encode()), Content_Length=""), "does not say how long it is"),
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("bad", "why"), BAD)
def test_a_record_that_cannot_be_read_is_named_and_the_others_are_read(
    tmp_path: Path, name: str, bad: bytes, why: str
) -> None:
    items = short(told(tmp_path, name, [page("Lesna"), bad, page("Tarnby")]))
    assert items == [f"{SITE}/lesna", f"record 2: {SITE}/harbour: {why}", f"{SITE}/tarnby"]


def test_what_whoever_recorded_it_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    cut = NO_GZIP[:-60]
    record = files.record(files.http(cut, Content_Encoding="gzip"), WARC_Truncated="length")
    (item,) = told(tmp_path, "a.warc", [record])
    assert isinstance(item, Article)
    assert item.text.startswith(files.FIRST.replace("Skarholm", "Lesna"))


def test_a_wrong_length_does_not_make_other_records_part_of_a_page(tmp_path: Path) -> None:
    long = files.http(story("Lesna").encode())
    for length in (len(long) + 9, len(long) + 1500, len(long) + 9000):
        wrong = files.record(long, url=f"{SITE}/lesna", Content_Length=str(length))
        items = told(tmp_path, "a.warc", [wrong, *(page(town) for town in TOWNS[2:]), page("Skarholm")])
        assert [isinstance(item, Skip) for item in items] == [True, False, False, False, False]
        assert short(items)[1:] == [f"{SITE}/{town.lower()}" for town in [*TOWNS[2:], "Skarholm"]]


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("empty.warc", b"", "no article text in it"),
        ("empty.warc.gz", b"", "no article text in it"),
        ("nothing.warc.gz", gzip.compress(b""), "no article text in it"),
        ("blank.warc", b"\r\n\r\n\n", "no article text in it"),
        ("other.warc", b"no record at all", "record 1: no record begins where one should"),
        ("other.warc.gz", b"\x1f\x8bno gzip at all", "record 1: damaged .gz"),
        ("other2.warc.gz", gzip.compress(b"no record at all"), "record 1: no record begins where one should"),
        ("head.warc", b"WARC/1.0\r\n" + b"a: b\r\n" * 20_000, "record 1: header lines without end"),
        ("line.warc", b"WARC/1.0\r\n" + b"a" * 200_000, "record 1: header lines without end"),
    ],
)
def test_a_file_without_a_record_says_why_nothing_came(tmp_path: Path, name: str, data: bytes, why: str) -> None:
    assert told(tmp_path, name, data) == [Skip(name, why)]


def test_padding_behind_a_packed_record_is_no_damage(tmp_path: Path) -> None:
    members = [gzip.compress(page(town), mtime=0) for town in TOWNS[:2]]
    assert len(told(tmp_path, "a.warc.gz", (b"\x00" * 50_000).join([*members, b""]))) == 2


SMALL = Limits(max_file_mb=0.5, max_line_mb=0.1, max_members=6)
LARGE = story("Lesna").encode() + b" " * 150_000


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("more", [{}, {"Content_Encoding": "gzip"}])
def test_a_page_beyond_the_limit_is_named_and_the_others_are_read(
    tmp_path: Path, name: str, more: dict[str, str]
) -> None:
    large = files.record(files.http(gzip.compress(LARGE) if more else LARGE, **more))
    items = short(told(tmp_path, name, [large, page("Tarnby")], SMALL))
    assert items == [f"record 1: {SITE}/harbour: longer than 0.1 MiB", f"{SITE}/tarnby"]


@pytest.mark.parametrize(
    "other", [files.record(files.http(b"\x00" * 700_000, kind="image/png")), files.record(b" " * 700_000)]
)
def test_a_file_that_unpacks_to_more_than_the_limit_is_read_up_to_there(tmp_path: Path, other: bytes) -> None:
    items = told(tmp_path, "a.warc.gz", [page("Lesna"), other, page("Tarnby")], SMALL)
    assert short(items) == [f"{SITE}/lesna", "larger than 0.5 MiB when unpacked"]


def test_pages_that_together_unpack_to_more_than_the_limit_are_read_up_to_there(tmp_path: Path) -> None:
    bomb = files.record(files.http(gzip.compress(LARGE), Content_Encoding="gzip"))
    items = short(told(tmp_path, "a.warc", [page("Lesna"), *[bomb] * 50], Limits(max_file_mb=0.5, max_line_mb=0.1)))
    assert items[0] == f"{SITE}/lesna"
    assert items[1:] == [*[f"record {n}: {SITE}/harbour: longer than 0.1 MiB" for n in range(2, 6)],
                         "larger than 0.5 MiB when unpacked"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_bomb_in_a_record_does_not_take_the_memory(tmp_path: Path, name: str) -> None:
    press = zlib.compressobj(wbits=31)
    bomb = b"".join(press.compress(b"0" * 1_000_000) for _ in range(200)) + press.flush()
    sent = files.http(files.chunked(bomb, 10**9), Content_Encoding="gzip", Transfer_Encoding="chunked")
    record = files.record(sent)
    tracemalloc.start()
    try:
        (item,) = told_here(tmp_path / name, files.packed([record]) if name.endswith(".gz") else record)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert item == Skip(name, f"record 1: {SITE}/harbour: longer than 8 MiB")
    assert most < 64 * 1024 * 1024


def test_a_file_larger_than_the_limit_is_not_opened(tmp_path: Path) -> None:
    assert told(tmp_path, "a.warc", b"a" * 600_000, SMALL) == [Skip("a.warc", "larger than 0.5 MiB")]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_more_records_than_the_limit_is_read_up_to_there(tmp_path: Path, name: str) -> None:
    images = [files.record(files.http(b"\x89PNG", kind="image/png"))] * 4
    assert short(told(tmp_path, name, [*images, page("Lesna"), page("Tarnby")], SMALL)) == [
        f"{SITE}/lesna", f"{SITE}/tarnby"]  # fmt: skip
    assert short(told(tmp_path, name, [*images, page("Lesna"), *images], SMALL)) == [
        f"{SITE}/lesna", "more than 6 records"]  # fmt: skip


def test_one_inside_a_zip_is_read_as_other_packs_are(tmp_path: Path) -> None:
    inside = {"a.warc": page("Lesna"), "b.warc.gz": files.packed([page("Lesna")]), "c.txt": files.PLAIN.encode()}
    assert len(told(tmp_path, "a.zip", files.zipped(inside))) == 3


def test_an_address_in_a_reason_is_short_and_shows_no_control_characters(tmp_path: Path) -> None:
    url = f"{SITE}/\x1b[2J\u202e{'x' * 5000}"
    (reason,) = short(told(tmp_path, "a.warc", [files.record(b"", url=url)]))
    assert reason == f"record 1: {f'{SITE}/[2J' + 'x' * 5000:.200}: no HTTP response in it"


@pytest.mark.parametrize("name", NAMES)
def test_it_is_read_in_a_process_of_its_own(tmp_path: Path, name: str) -> None:
    assert may_blow_up(FoundFile(path=tmp_path / name, file=name, size=1, mtime_ns=0))


def test_nothing_is_imported_for_it_before_there_is_one() -> None:
    program = "import sys, askcorpus.articles, askcorpus.articles.reading; sys.exit('warcio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=300).returncode == 0
