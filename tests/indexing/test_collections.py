"""Do several folders live in one store, each by its name, and does none lose anything for what happens to another?"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest
from standin_encoder import StandIn, write_articles

from askcorpus.errors import AskcorpusError, FolderError, UsageError
from askcorpus.indexing.report import Report
from askcorpus.indexing.run import refresh
from askcorpus.indexing.status import status
from askcorpus.indexing.watch import watch
from askcorpus.store import collections
from askcorpus.store.archive import export_store, import_store
from askcorpus.store.collections import Collection
from askcorpus.store.opening import open_store
from askcorpus.store.verifying import verify
from askcorpus.store.writer import Writer, open_writer
from askcorpus.types import Filter


def write(folder: Path, *names: str, word: str = "ferry") -> Path:
    for name in names:
        write_articles(
            folder / f"{name}.jsonl", {"id": name, "title": f"T {name}", "text": f"The {word} {name} sailed."}
        )
    return folder


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return write(tmp_path / "news", *"abcdefghij")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write(tmp_path / "archive", *"klmnopqrst", word="barge")


@pytest.fixture
def both(news: Path, archive: Path, store: Path) -> Path:
    refresh([news, archive], store, StandIn())
    return store


def names(store: Path) -> list[tuple[str, int]]:
    with open_store(store) as snapshot:
        return [(one.name, n) for one, n in snapshot.counted]


def found(store: Path, question: str, where: Filter | None = None) -> set[str]:
    with open_store(store) as snapshot:
        vector = StandIn().encode_question(question).vector
        lexical = snapshot.passages(snapshot.matching(question, k=99, where=where).ids)
        dense = snapshot.passages(snapshot.nearest(vector, k=99, where=where).ids)
        recent = snapshot.recent(99, where)
    told = {p.article.id for p in lexical}
    if where is not None:
        assert told <= {p.article.id for p in dense} == {a.id for a in recent}
    return told


def test_each_folder_is_a_collection_that_can_be_asked_alone(both: Path) -> None:
    assert names(both) == [("news", 10), ("archive", 10)]
    assert len(found(both, "sailed")) == 20
    assert found(both, "sailed", Filter(collection="archive")) == set("klmnopqrst")
    assert found(both, "sailed", Filter(collection="NEWS")) == set("abcdefghij")
    assert found(both, "ferry", Filter(collection="archive")) == set()
    with pytest.raises(UsageError, match=r"no collection old in .* There is: news, archive"):
        found(both, "sailed", Filter(collection="old"))
    with open_store(both) as snapshot:
        assert [(a.source.collection, a.source.file) for a in (snapshot.article("a"), snapshot.article("k"))] == [
            ("news", "a.jsonl"),
            ("archive", "k.jsonl"),
        ]
        assert [a.id for a in snapshot.articles_of("a.jsonl")] == ["a"]
        assert [a.id for a in snapshot.articles_of("k.jsonl", "archive")] == ["k"]
    assert not verify(both).catalog


def test_who_names_one_folder_changes_that_one_alone_and_hears_that_the_other_was_left(
    both: Path, news: Path, archive: Path
) -> None:
    (news / "a.jsonl").unlink()
    (archive / "k.jsonl").unlink()
    report = refresh(news, both, StandIn())
    assert (report.counts.removed, report.left, report.new) == (1, ("archive",), ())
    assert names(both) == [("news", 9), ("archive", 10)]
    assert refresh([archive, news], both, StandIn()).counts.removed == 1


def test_a_store_of_one_folder_goes_on_and_takes_another_in_without_reading_it_again(
    news: Path, archive: Path, store: Path
) -> None:
    refresh(news, store, StandIn())
    with open_writer(store) as writer:  # as a program that knew no collections left it
        writer.rows.execute("DELETE FROM meta WHERE key = 'note:collections'")
        writer.rows.commit()
    assert refresh(news, store, StandIn()).counts.unchanged == 10
    encoder = StandIn()
    report = refresh([news, archive], store, encoder)
    assert (report.counts.added, report.counts.unchanged, report.new, len(encoder.encoded)) == (
        10,
        10,
        ("archive",),
        10,
    )
    assert names(store) == [("news", 10), ("archive", 10)]


def test_another_folder_alone_is_refused_and_the_refusal_says_how_to_have_both(
    news: Path, archive: Path, store: Path
) -> None:
    refresh(news, store, StandIn())
    with pytest.raises(
        FolderError, match=rf"To have both: askcorpus index {news} {archive} --store {store}\. To replace"
    ):
        refresh(archive, store, StandIn())
    assert names(store) == [("news", 10)]
    assert refresh(f"archive={archive}", store, StandIn()).new == ("archive",)
    assert names(store) == [("news", 10), ("archive", 10)]


def test_a_third_folder_is_asked_about_unless_it_has_a_name(both: Path, tmp_path: Path) -> None:
    third = write(tmp_path / "third", "z")
    with pytest.raises(FolderError, match=r"third is none of the folders of .*, which are news \(.*\), archive"):
        refresh(third, both, StandIn())
    assert refresh({"old": third}, both, StandIn()).new == ("old",)
    assert names(both) == [("news", 10), ("archive", 10), ("old", 1)]


@pytest.mark.parametrize("gone", [10, 6])
def test_a_folder_of_several_that_lost_most_of_its_files_leaves_the_store_as_it_is(
    both: Path, news: Path, archive: Path, gone: int
) -> None:
    for name in "klmnopqrst"[:gone]:
        (archive / f"{name}.jsonl").unlink()
    (news / "a.jsonl").unlink()
    with pytest.raises(
        FolderError, match=rf"lost {gone} of 10 files .* askcorpus index archive={archive} --store .* --allow-removals"
    ):
        refresh([news, archive], both, StandIn())
    assert names(both) == [("news", 10), ("archive", 10)]
    assert refresh(news, both, StandIn()).counts.removed == 1
    assert refresh([news, archive], both, StandIn(), allow_removals=True).counts.removed == gone
    assert names(both) == [("news", 9), ("archive", 10 - gone)]


def test_files_that_move_from_one_folder_to_the_other_are_not_lost(both: Path, news: Path, archive: Path) -> None:
    for name in "abcdefgh":
        (news / f"{name}.jsonl").rename(archive / f"{name}.jsonl")
    encoder = StandIn()
    report = refresh([news, archive], both, encoder)
    assert (report.counts.added, report.counts.removed, report.counts.changed, encoder.encoded) == (0, 0, 8, [])
    assert names(both) == [("news", 2), ("archive", 18)]


def test_a_folder_that_was_moved_is_asked_about_and_keeps_its_articles_under_its_name(
    both: Path, news: Path, archive: Path, tmp_path: Path
) -> None:
    archive.rename(tmp_path / "elsewhere")
    with pytest.raises(
        FolderError, match=r"archive \(.*\) is not there any more; is it the same\? If so: askcorpus index archive="
    ):
        refresh([news, tmp_path / "elsewhere"], both, StandIn())
    with pytest.raises(FolderError, match="there is no folder"):
        refresh([news, archive], both, StandIn())
    report = refresh([news, f"archive={tmp_path / 'elsewhere'}"], both, StandIn())
    assert (report.counts.unchanged, report.new) == (20, ())
    assert names(both) == [("news", 10), ("archive", 10)]
    other = write(tmp_path / "other", "z")
    with pytest.raises(FolderError, match="10 of its 10 files are not in"):
        refresh(f"archive={other}", both, StandIn())


def test_a_collection_leaves_only_when_it_is_named(both: Path, news: Path) -> None:
    with pytest.raises(FolderError, match=r"no collection old\. It has: news"):
        refresh(news, both, StandIn(), drop=["old"])
    report = refresh((), both, StandIn(), drop=["archive"])
    assert (report.counts.removed, report.left) == (10, ())  # nothing else is there to be left
    assert names(both) == [("news", 10)]
    with pytest.raises(FolderError, match="is all that"):
        refresh((), both, StandIn(), drop=["news"])


def test_a_run_that_is_cut_off_shows_nothing_of_a_new_folder_and_the_next_one_ends_it(
    news: Path, archive: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(news, store, StandIn())
    with monkeypatch.context() as patch:

        def cut_off(writer: Writer) -> int:
            raise KeyboardInterrupt

        patch.setattr(Writer, "publish", cut_off)
        with pytest.raises(KeyboardInterrupt):
            refresh([news, archive], store, StandIn())
    assert found(store, "sailed") == set("abcdefghij")
    encoder = StandIn()
    assert refresh([news, archive], store, encoder).counts.added == 10
    assert encoder.encoded == []  # the run before has paid for it
    assert names(store) == [("news", 10), ("archive", 10)]


def test_folders_in_each_other_are_refused(news: Path, store: Path) -> None:
    inner = write(news / "inner", "z")
    with pytest.raises(FolderError, match="inner lies inside of"):
        refresh([news, inner], store, StandIn())
    assert not store.exists()
    refresh(news, store, StandIn())
    with pytest.raises(FolderError, match="inner lies inside of"):
        refresh({"inner": inner}, store, StandIn())


def test_names_can_be_given_changed_and_are_made_where_two_folders_have_one(tmp_path: Path, store: Path) -> None:
    one, two = write(tmp_path / "2024" / "news", "a"), write(tmp_path / "2025" / "news", "b")
    refresh([one, two], store, StandIn())
    assert names(store) == [("news", 1), ("2025-news", 1)]
    report = refresh({"old": one, "new": two}, store, StandIn())
    assert (report.counts.unchanged, report.generation) == (2, 1)
    assert names(store) == [("old", 1), ("new", 1)]
    assert found(store, "sailed", Filter(collection="new")) == {"b"}
    for bad in ("off", "a/b", "", "ALL"):
        if bad:
            with pytest.raises(FolderError, match="cannot be the name"):
                refresh({bad: one}, store, StandIn())


def test_the_same_names_of_files_and_the_same_ids_in_two_folders_are_two_articles(tmp_path: Path, store: Path) -> None:
    one, two = write(tmp_path / "one", "x"), write(tmp_path / "two", "x", word="barge")
    refresh(one, store, StandIn())
    refresh([one, two], store, StandIn())
    with open_store(store) as snapshot:
        first = snapshot.article("x")
        [second] = snapshot.articles_of("x.jsonl", "two")
    assert (first.source.collection, first.source.file) == ("one", "x.jsonl")  # what was there keeps its id
    assert second.id != "x"
    assert "barge" in second.text


def test_a_later_version_in_one_folder_hides_no_earlier_one_in_another(tmp_path: Path, store: Path) -> None:
    text = "The council of Lesna voted on the harbour wall after nine hours."
    for name, day in (("one", "2026-01-01"), ("two", "2026-02-01")):
        write_articles(
            tmp_path / name / "x.jsonl",
            {"id": name, "title": "Wall", "text": text, "url": "https://example.org/wall", "published": day},
        )
    refresh([tmp_path / "one", tmp_path / "two"], store, StandIn())
    assert found(store, "harbour", Filter(collection="one")) == {"one"}
    assert found(store, "harbour", Filter(collection="two")) == {"two"}


def test_status_tells_of_each_folder_and_names_what_was_skipped_in_it(both: Path, news: Path, archive: Path) -> None:
    (archive / "bad.jsonl").write_text("no json")
    refresh(archive, both, StandIn())
    write(news, "z")
    told = status(both)
    assert [(one.name, one.articles, one.to_read, one.to_remove) for one in told.collections] == [
        ("news", 10, 1, 0),
        ("archive", 10, 0, 0),
    ]
    assert (told.to_read, told.current) == (1, False)
    assert told.collections[0].last_run is not None
    assert told.collections[1].last_run is not None
    assert told.collections[0].last_run.skips == ()
    assert [skip.file for skip in told.collections[1].last_run.skips] == ["archive/bad.jsonl"]


def test_a_store_that_travels_keeps_the_names_and_no_folders(both: Path, news: Path, tmp_path: Path) -> None:
    export_store(both, tmp_path / "s.tar")
    import_store(tmp_path / "s.tar", tmp_path / "there")
    assert names(tmp_path / "there") == [("news", 10), ("archive", 10)]
    assert {one.folder for one in status(tmp_path / "there").collections} == {""}
    assert found(tmp_path / "there", "sailed", Filter(collection="archive")) == set("klmnopqrst")
    assert refresh(news, tmp_path / "there", StandIn()).counts.unchanged == 10  # by its name
    for wrong in ('{"a": 1}', "[[1, 2, 3]]", '[["a", "b/c", "d"]]', '["abc", "de"]'):
        with pytest.raises((ValueError, TypeError)):
            collections.to_travel(wrong)


def test_a_file_belongs_to_the_collection_whose_key_stands_before_its_path() -> None:
    assert [collections.key_of(file) for file in ("a.txt", "a/b.txt", "/old/a.txt")] == ["", "", "old"]
    assert [collections.inside(file) for file in ("a/b.txt", "/old/a/b.txt")] == ["a/b.txt", "a/b.txt"]
    several = (Collection("", "news", "/n"), Collection("old", "Old news", "/o"))
    assert [collections.shown(f, several) for f in ("a.txt", "/old/a.txt")] == ["news/a.txt", "Old news/a.txt"]
    assert collections.shown("a.txt", several[:1]) == "a.txt"
    assert collections.read(None, json.dumps({"folder": "/data/news"})) == (Collection("", "news", "/data/news"),)


def test_each_of_several_folders_is_followed_and_one_that_goes_keeps_none_from_the_others(
    both: Path, news: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("askcorpus.indexing.watch.RETRY_S", 0.1)
    stop, reports, errors = threading.Event(), list[Report](), list[AskcorpusError]()

    def until(what: object) -> None:
        end = time.monotonic() + 120
        while not what():  # type: ignore[operator]  # a function, as a test writes it
            assert time.monotonic() < end, (reports, errors)
            time.sleep(0.02)

    thread = threading.Thread(
        target=watch, args=([news, archive], both, StandIn()),
        kwargs={"stop": stop, "on_report": reports.append, "on_error": errors.append},
    )  # fmt: skip
    thread.start()
    try:
        until(lambda: len(reports) >= 3)
        write(archive, "late", word="barge")
        until(lambda: ("archive", 11) in names(both))
        archive.rename(archive.with_name("away"))
        until(lambda: any(f"{archive} is gone" in str(error) for error in errors))
        write(news, "later")
        until(lambda: ("news", 11) in names(both))
        assert names(both) == [("news", 11), ("archive", 11)]
    finally:
        stop.set()
        thread.join(120)
    assert not thread.is_alive()
