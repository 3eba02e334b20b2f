"""Where does the folder of articles end?  And what when it is suddenly not there?"""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from standin_encoder import StandIn, write_articles
from watchfiles import Change

from askcorpus.articles.files import FoundFile, walk
from askcorpus.articles.process.many import read
from askcorpus.errors import AskcorpusError, FolderError
from askcorpus.indexing.run import refresh
from askcorpus.indexing.watch import _matters, watch
from askcorpus.store.opening import open_store
from askcorpus.types import Article, Skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for n in range(10):
        write_articles(
            tmp_path / "articles" / f"{n}.jsonl", {"id": f"id{n}", "title": f"T{n}", "text": f"Ferry {n} sailed."}
        )
    return tmp_path / "articles"


@pytest.fixture
def store(folder: Path, tmp_path: Path) -> Path:
    refresh(folder, tmp_path / "store", StandIn())
    return tmp_path / "store"


def count(store: Path) -> int:
    with open_store(store) as snapshot:
        return snapshot.articles


@pytest.mark.parametrize("gone", [10, 6])
def test_a_folder_that_lost_most_of_its_files_leaves_the_store_as_it_is(folder: Path, store: Path, gone: int) -> None:
    for n in range(gone):
        (folder / f"{n}.jsonl").unlink()
    with pytest.raises(FolderError, match=rf"lost {gone} of 10 files .* --store {store} --allow-removals"):
        refresh(folder, store, StandIn())
    assert count(store) == 10
    refresh(folder, store, StandIn(), allow_removals=True)
    assert count(store) == 10 - gone


@pytest.mark.parametrize("kept", [0, 100, None], ids=["emptied", "cut", "of another kind"])
def test_a_file_that_lost_most_of_the_articles_leaves_the_store_as_it_is(
    folder: Path, store: Path, kept: int | None
) -> None:
    rows = [{"id": f"b{n}", "title": f"B{n}", "text": f"Tram {n} stopped."} for n in range(30)]
    big = write_articles(folder / "big.jsonl", *rows)
    refresh(folder, store, StandIn())
    big.write_bytes(big.read_bytes()[:kept] if kept is not None else b"\x00\x01" * 400)
    with pytest.raises(FolderError, match=r"holds 1\d of 40 articles .* missing in big\.jsonl: is it whole\?"):
        refresh(folder, store, StandIn())
    assert count(store) == 40
    write_articles(big, *({**row, "id": f"c{n}", "text": f"Bus {n} stopped."} for n, row in enumerate(rows)))
    refresh(folder, store, StandIn())  # as many others: what a weekly export does
    assert count(store) == 40
    big.write_bytes(b"")
    refresh(folder, store, StandIn(), allow_removals=True)
    assert count(store) == 10


def test_half_of_the_files_may_go(folder: Path, store: Path) -> None:
    for n in range(5):
        (folder / f"{n}.jsonl").unlink()
    refresh(folder, store, StandIn())
    assert count(store) == 5


def test_files_that_were_moved_are_not_lost(folder: Path, store: Path) -> None:
    (folder / "2026").mkdir()
    for n in range(10):
        (folder / f"{n}.jsonl").rename(folder / "2026" / f"{n}.jsonl")
    refresh(folder, store, StandIn())
    assert count(store) == 10


def test_another_folder_than_last_time_is_refused_naming_both(folder: Path, store: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write_articles(other / "x.jsonl", {"id": "x", "title": "T", "text": "Rain fell."})
    with pytest.raises(FolderError, match=rf"holds the articles of {folder}, .* not in {other}"):
        refresh(other, store, StandIn())
    assert count(store) == 10
    refresh(other, store, StandIn(), allow_removals=True)
    assert count(store) == 1


def test_a_folder_that_was_only_moved_is_the_same(folder: Path, store: Path, tmp_path: Path) -> None:
    folder.rename(tmp_path / "moved")
    assert refresh(tmp_path / "moved", store, StandIn()).counts.unchanged == 10


def test_a_watched_folder_that_goes_is_told_once(folder: Path, store: Path, tmp_path: Path) -> None:
    stop, told = threading.Event(), list[AskcorpusError]()

    def hear(error: AskcorpusError) -> None:
        told.append(error)
        stop.set()

    def first_run(report: object) -> None:
        folder.rename(tmp_path / "away")

    watch(folder, store, StandIn(), stop=stop, on_report=first_run, on_error=hear)
    assert [f"{folder} is gone" in str(error) for error in told] == [True]
    assert count(store) == 10


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_link_that_leads_out_of_the_folder_is_followed_only_where_that_is_said(
    folder: Path, tmp_path: Path, kind: str
) -> None:
    secret = write_articles(tmp_path / "secret" / "s.jsonl", {"id": "s", "title": "S", "text": "Secret."})
    (folder / ("link.jsonl" if kind == "file" else "link")).symlink_to(secret if kind == "file" else secret.parent)
    (folder / "inside.jsonl").symlink_to(folder / "1.jsonl")
    found = list(walk(folder))
    [skip] = [item for item in found if isinstance(item, Skip)]
    assert "--follow-links" in skip.reason
    assert len(found) == 12
    followed = list(walk(folder, follow_links=True))
    assert not any(isinstance(item, Skip) for item in followed)
    assert len(followed) == 12


@pytest.mark.parametrize("kind", ["link", "link to a link", "folder"])
def test_what_stands_beside_a_file_is_read_only_where_the_folder_holds_it(
    folder: Path, tmp_path: Path, kind: str
) -> None:
    """A sidecar is a file of the folder like any other: a link that leads out says nothing of an article."""
    secret = tmp_path / "secret.json"
    secret.write_text('{"publisher": "Secret"}', "utf-8")
    (tmp_path / "there").symlink_to(secret)
    beside = folder / "page.txt.json"
    (folder / "page.txt").write_text("Rain fell in Sund on Monday, and nobody was hurt.", "utf-8")
    beside.mkdir() if kind == "folder" else beside.symlink_to(secret if kind == "link" else tmp_path / "there")

    def publisher(*, follow_links: bool = False) -> str | None:
        [found] = [one for one in walk(folder, follow_links=follow_links) if one.file == "page.txt"]
        assert isinstance(found, FoundFile)
        [article] = read(found)
        assert isinstance(article, Article)
        return article.source.publisher

    assert publisher() is None
    assert publisher(follow_links=True) == (None if kind == "folder" else "Secret")
    if kind == "link":
        beside.unlink()
        secret.rename(beside)
        assert publisher() == "Secret"


@pytest.mark.parametrize("place", ["", "store", "deep/inside/store"])
def test_a_store_inside_of_the_folder_is_never_read(folder: Path, place: str) -> None:
    inside = folder / place
    for _ in range(3):
        report = refresh(folder, inside, StandIn())
        assert report.generation == 1
        assert count(inside) == 10


@pytest.mark.parametrize(
    ("place", "changed", "matters"),
    [
        ("store", "store/generations/00000002/description.json", False),
        ("store", "store/current.json", False),
        ("store", "store", False),
        ("store", "a.jsonl", True),
        ("", "current.json", False),
        ("", "generations/00000002", False),
        ("", "a.jsonl", True),
        ("", "sub/current.json", True),
    ],
)
def test_a_change_of_the_store_starts_no_run(tmp_path: Path, place: str, changed: str, matters: bool) -> None:
    assert _matters(tmp_path, tmp_path / place, Change.modified, str(tmp_path / changed)) is matters


@pytest.mark.parametrize(
    ("store", "changed", "matters"),
    [
        (".", "articles/a.txt", True),  # --store . beside articles/
        (".", "articles/deep/a.txt", True),
        ("articles", "articles/encoder/model.xml", False),
        ("elsewhere", "articles/a.txt", True),
    ],
)
def test_a_folder_inside_of_the_stores_is_followed(tmp_path: Path, store: str, changed: str, matters: bool) -> None:
    assert _matters(tmp_path / "articles", tmp_path / store, Change.modified, str(tmp_path / changed)) is matters
