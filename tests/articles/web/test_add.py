"""Fetching pages from a real server on this machine."""

from __future__ import annotations

import gzip
import json
import os
import time
from pathlib import Path

import pytest
from web_server import PATIENCE_S, Server, html, url

from askcorpus.articles.files import FoundFile, walk
from askcorpus.articles.process.many import read
from askcorpus.articles.web.add import add, add_feeds
from askcorpus.articles.web.fetch import Fetcher
from askcorpus.errors import FolderError
from askcorpus.types import Article


def test_a_fetched_page_is_an_article_that_knows_its_address(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    server.pages["/news/plan"] = html("Lesna votes for the plan")
    (added,) = add([url(server, "/news/plan?utm_source=x")], tmp_path, fetcher=fetcher)
    assert added.outcome == "skipped"  # the server knows no such query
    (added,) = add([url(server, "/news/plan")], tmp_path, fetcher=fetcher)
    assert added.outcome == "added"
    (found,) = [f for f in walk(tmp_path) if isinstance(f, FoundFile)]
    (article,) = read(found)
    assert isinstance(article, Article)
    assert (article.title, article.source.url) == ("Lesna votes for the plan", url(server, "/news/plan"))


def test_an_unchanged_page_is_not_sent_again_and_a_changed_one_takes_its_place(
    server: Server, fetcher: Fetcher, tmp_path: Path
) -> None:
    server.pages["/a"] = html("First version", ETag='"1"')
    address = url(server, "/a")
    outcomes = [next(add([address], tmp_path, fetcher=fetcher)).outcome for _ in range(2)]
    server.pages["/a"] = html("Second version", ETag='"2"')
    outcomes.append(next(add([address], tmp_path, fetcher=fetcher)).outcome)
    assert outcomes == ["added", "unchanged", "changed"]
    assert [etag for _, _, etag in server.asked] == [None, '"1"', '"1"']
    (found,) = [f for f in walk(tmp_path) if isinstance(f, FoundFile)]
    assert [item.title for item in read(found) if isinstance(item, Article)] == ["Second version"]


def test_a_feed_adds_what_is_new_in_it(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    items = "".join(f"<item><title>{n}</title><link>{url(server, f'/{n}')}</link></item>" for n in ("a", "b"))
    server.pages["/a"], server.pages["/b"] = html("Story a"), html("Story b")
    server.pages["/feed"] = (
        200,
        {"Content-Type": "application/rss+xml"},
        f"<rss><channel>{items}</channel></rss>".encode(),
    )
    first = [(a.outcome) for a in add_feeds([url(server, "/feed")], tmp_path, fetcher=fetcher)]
    second = [(a.outcome) for a in add_feeds([url(server, "/feed")], tmp_path, fetcher=fetcher)]
    assert (first, second) == (["added", "added"], ["unchanged"])


def test_one_host_is_asked_once_a_pause(server: Server, tmp_path: Path) -> None:
    server.pages |= {f"/{n}": html(f"Story {n}") for n in range(3)}
    began = time.monotonic()
    list(add([url(server, f"/{n}") for n in range(3)], tmp_path, fetcher=Fetcher(allow_private=True, pause_s=0.2)))
    assert (len(server.asked_robots), len(server.asked)) == (1, 3)
    assert time.monotonic() - began >= 3 * 0.2


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ((500, {}, b""), "the server answered 500"),
        ((200, {"Content-Type": "image/png"}, b"\x89PNG"), "not a kind that can be read (image/png)"),
        ((200, {"Content-Type": "text/html"}, b"x" * 200_000), "larger than"),
        (
            (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(b"x" * 9_000_000)),
            "larger than",
        ),
        ((200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, b"no gzip"), "the page arrived damaged"),
        ((302, {"Location": "/page"}, b""), "more than 5 redirects"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "not an http or https address"),
        ((302, {"Location": "ftp://127.0.0.1/x"}, b""), "not an http or https address"),
    ],
)
def test_what_cannot_be_had_is_named_and_the_rest_goes_on(
    server: Server, fetcher: Fetcher, tmp_path: Path, page: tuple[int, dict[str, str], bytes], reason: str
) -> None:
    server.pages["/page"], server.pages["/good"] = page, html("A good page")
    bad, good = add([url(server, "/page"), url(server, "/good")], tmp_path, fetcher=fetcher)
    assert bad.outcome == "skipped"
    assert (bad.reason or "").startswith(reason)
    assert good.outcome == "added"


def test_private_addresses_are_not_asked_without_the_flag(server: Server, tmp_path: Path) -> None:
    server.pages["/a"] = html("Secret")
    for host in ("127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]"):
        (added,) = add([f"http://{host}:{server.server_address[1]}/a"], tmp_path, fetcher=Fetcher(pause_s=0.0))
        assert added.outcome == "skipped"
        assert "private network" in (added.reason or "") or "cannot be reached" in (added.reason or "")
    assert server.asked == []


def test_a_slow_server_is_given_up_within_the_time_limit(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        started = time.monotonic()
        (added,) = add([address], tmp_path, fetcher=Fetcher(allow_private=True, pause_s=0.0, timeout_s=0.3))
    assert added.reason == "no answer within 0.3 s, asking for robots.txt (--ignore-robots does not ask)"
    assert time.monotonic() - started < PATIENCE_S


def test_what_servers_said_is_kept_beside_the_pages_but_not_indexed(
    server: Server, fetcher: Fetcher, tmp_path: Path
) -> None:
    server.pages["/a"] = html("A page", ETag='"7"')
    list(add([url(server, "/a")], tmp_path, fetcher=fetcher))
    state = json.loads((tmp_path / ".askcorpus-add.json").read_text(encoding="utf-8"))
    assert state[url(server, "/a")]["etag"] == '"7"'
    assert len([f for f in walk(tmp_path) if isinstance(f, FoundFile)]) == 1


def test_the_state_file_cannot_choose_what_is_overwritten(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    folder, address = tmp_path / "news", url(server, "/a")
    folder.mkdir()
    server.pages["/a"] = html("A page", ETag='"7"')
    (own,) = (added.file for added in add([address], folder, fetcher=fetcher))
    assert own is not None
    victims = [tmp_path / "victim.html", folder / "other.html", folder / ".hidden.html", folder / "sub" / "deep.html"]
    (folder / "sub").mkdir()
    for victim in victims:
        victim.write_text("untouched")
    names = [
        "../victim.html",
        str(victims[0]),
        "other.html",
        ".hidden.html",
        "sub/deep.html",
        "",
        ".",
        "..",
        "a\0b.html",
    ]
    for name in [*names, f"{'a' * 5000}.html", 7, ["x"], {"x": 1}, own + ".html"]:
        row = {"file": name, "etag": '"7"', "last_modified": None}
        (folder / ".askcorpus-add.json").write_text(json.dumps({address: row}), encoding="utf-8")
        (added,) = add([address], folder, fetcher=fetcher)
        assert (added.outcome, added.file) == ("unchanged", own), name
        assert server.asked[-1][2] is None  # the row was no row: the page was asked for whole
    assert {victim.read_text() for victim in victims} == {"untouched"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["news", "victim.html"]


@pytest.mark.parametrize("state", ["", "[]", "7", "[[[", "[" * 100_000, '{"http://[": {"file": "x.html"}}', '{"a": 7}'])
def test_a_state_file_that_makes_no_sense_costs_a_request(
    server: Server, fetcher: Fetcher, tmp_path: Path, state: str
) -> None:
    server.pages["/a"] = html("A page")
    (tmp_path / ".askcorpus-add.json").write_text(state)
    (added,) = add([url(server, "/a")], tmp_path, fetcher=fetcher)
    assert added.outcome == "added"


def test_links_are_replaced_and_never_written_through(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    folder, outside = tmp_path / "news", tmp_path / "outside"
    outside.mkdir()
    server.pages["/a"] = html("A page")
    (added,) = add([url(server, "/a")], folder, fetcher=fetcher)
    names = [str(added.file), f"{added.file}.json", ".askcorpus-add.json"]
    for name in names:
        for link in (folder / name, folder / f".{name}.new"):
            link.unlink(missing_ok=True)
            (outside / link.name).write_text("untouched")
            link.symlink_to(outside / link.name)
    (again,) = add([url(server, "/a")], folder, fetcher=fetcher)
    assert (again.outcome, again.file) == ("added", added.file)
    assert {path.read_text() for path in outside.iterdir()} == {"untouched"}
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    assert not any(path.is_symlink() for path in folder.iterdir())


def test_a_page_is_as_readable_as_other_new_files(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    server.pages["/a"] = html("A page")
    before = os.umask(0o027)
    try:
        (added,) = add([url(server, "/a")], tmp_path, fetcher=fetcher)
    finally:
        os.umask(before)
    assert (tmp_path / str(added.file)).stat().st_mode & 0o777 == 0o640


def test_a_folder_that_cannot_be_written_is_told_in_one_line(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    server.pages["/a"] = html("A page")
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(FolderError, match=r"cannot be written: .*--folder"):
        list(add([url(server, "/a")], tmp_path / "file", fetcher=fetcher))
