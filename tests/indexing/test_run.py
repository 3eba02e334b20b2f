"""Does the store say what the folder says, at the cost of what changed?"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, multiple, precondition, rule
from standin_encoder import StandIn, answers, told, write_articles

from askcorpus.cli.runs import unread_line
from askcorpus.errors import FolderError, StoreDamaged
from askcorpus.indexing import run
from askcorpus.indexing.run import refresh
from askcorpus.indexing.status import status
from askcorpus.language.sentences import sentences
from askcorpus.store import dense, deriving
from askcorpus.store.opening import open_store
from askcorpus.store.verifying import verify
from askcorpus.types import Counts, Passage, Skip

ROUNDS = int(os.environ.get("ASKCORPUS_TEST_ROUNDS", "8"))


def counted(counts: Counts) -> tuple[int, ...]:
    return (counts.added, counts.changed, counts.removed, counts.unchanged, counts.encoded)


def never() -> Any:
    raise AssertionError("the encoder must not be loaded")


def article(id: str, *sentences: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "title": f"Title of {id}", "text": "\n\n".join(sentences), **more}


LONG = (
    "The council of Lesna voted on the new harbour wall after a debate of nine hours that many had come to hear, " * 8
)


def test_an_unchanged_folder_loads_and_encodes_nothing(folder: Path, store: Path) -> None:
    write_articles(folder / "a.jsonl", article("one", "Rain fell."), article("two", "Snow fell."))
    assert counted(refresh(folder, store, StandIn()).counts) == (2, 0, 0, 0, 2)
    report = refresh(folder, store, never)
    assert counted(report.counts) == (0, 0, 0, 2, 0)
    assert (report.generation, report.counts.passages) == (1, 2)


def test_an_archive_is_replaced_whole_and_its_members_are_counted_as_its_own(folder: Path, store: Path) -> None:
    folder.mkdir()
    for texts in (("Rain fell.", "Snow fell."), ("Rain fell.", "Hail fell.", "Fog came.")):
        with zipfile.ZipFile(folder / "all.zip", "w") as packed:
            for number, text in enumerate(texts):
                packed.writestr(f"{number}.txt", text)
        refresh(folder, store, StandIn(), reread=True)
        with open_store(store) as snapshot:
            assert snapshot.articles == len(texts)
    assert counted(refresh(folder, store, never).counts) == (0, 0, 0, 3, 0)
    (folder / "all.zip").unlink()
    write_articles(folder / "a.jsonl", article("one", "Rain fell."))
    assert refresh(folder, store, StandIn(), allow_removals=True).counts.removed == 3


def test_files_of_kinds_that_are_not_read_are_told_by_kind(folder: Path, store: Path) -> None:
    write_articles(folder / "a.jsonl", article("one", "Rain fell."))
    for name in ("a.png", "b.png", "LICENSE", ".hidden"):
        (folder / name).write_text("nothing")
    report = refresh(folder, store, StandIn())
    assert dict(report.unread) == {".png": 2, "": 1}
    assert unread_line(report.unread) == "3 files of kinds that are not read: 2 .png, 1 without suffix"


def test_other_rules_of_splitting_split_every_article_again_and_once(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_articles(folder / "a.jsonl", article("one", "Rain fell.\n\nSnow fell."), article("two", "Hail fell."))
    refresh(folder, store, StandIn())
    monkeypatch.setattr(run, "SPLIT", run.SPLIT + 1)
    monkeypatch.setattr(
        run, "split", lambda article, **_: tuple(Passage(article, *span) for span in sentences(article.text))
    )
    encoder = StandIn()
    assert refresh(folder, store, encoder).counts.passages == 3
    assert len(encoder.encoded) == 2  # "Hail fell." is a passage as before
    assert refresh(folder, store, never).counts.passages == 3


def test_a_touched_file_is_not_read_again(folder: Path, store: Path) -> None:
    file = write_articles(folder / "a.jsonl", article("one", "Rain fell."))
    refresh(folder, store, StandIn())
    os.utime(file, ns=(1, 1))
    assert counted(refresh(folder, store, never).counts) == (0, 0, 0, 1, 0)


def test_within_a_changed_article_unchanged_passages_keep_their_vectors(folder: Path, store: Path) -> None:
    parts = [f"{LONG} Part {n}." for n in range(4)]
    write_articles(folder / "a.jsonl", article("one", *parts), article("two", "Snow fell."))
    first = StandIn()
    refresh(folder, store, first)
    parts[1] += " And a correction."
    write_articles(folder / "a.jsonl", article("one", *parts), article("two", "Snow fell."))
    second = StandIn()
    assert counted(refresh(folder, store, second).counts)[:4] == (0, 1, 0, 1)
    assert 0 < len(second.encoded) < len(first.encoded) - 1
    assert not set(second.encoded) & set(first.encoded)


def test_a_renamed_file_is_a_change_that_encodes_nothing(folder: Path, store: Path) -> None:
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("Ferry hits pier\n\nThe ferry hit the pier in high winds on Tuesday, police said.\n")
    refresh(folder, store, StandIn())
    (folder / "a.txt").rename(folder / "sub" / "b.txt")
    encoder = StandIn()
    assert counted(refresh(folder, store, encoder).counts) == (0, 1, 0, 0, 0)
    with open_store(store) as snapshot:
        [(_, _, text, _)] = told(snapshot, snapshot.matching("ferry", k=5))
        assert snapshot.recent(1)[0].source.file == "sub/b.txt"
        assert "ferry hit the pier" in text


def test_a_deleted_file_leaves_at_once(folder: Path, store: Path) -> None:
    gone = write_articles(folder / "a.jsonl", article("one", "Rain fell on Lesna."))
    write_articles(folder / "b.jsonl", article("two", "Snow fell on Lesna."))
    refresh(folder, store, StandIn())
    gone.unlink()
    assert counted(refresh(folder, store, never).counts) == (0, 0, 1, 1, 0)
    with open_store(store) as snapshot:
        assert [row[0] for row in told(snapshot, snapshot.matching("fell Lesna rain", k=5))] == ["two"]
        assert snapshot.publishers() == ((None, 1),)


def test_an_interrupted_run_loses_no_encoding_and_shows_nothing(folder: Path, store: Path) -> None:
    write_articles(folder / "0.jsonl", article("old", "The old story."))
    refresh(folder, store, StandIn())
    for n in range(40):
        write_articles(folder / f"n{n:02}.jsonl", article(f"n{n}", f"Story number {n}."))
    made = 0

    def pause() -> None:
        nonlocal made
        made += 1
        if made > 25:
            raise KeyboardInterrupt

    first = StandIn(pause=pause)
    with pytest.raises(KeyboardInterrupt):
        refresh(folder, store, first)
    with open_store(store) as snapshot:
        assert (snapshot.generation, snapshot.passages_count) == (1, 1)
    second = StandIn()
    assert counted(refresh(folder, store, second).counts)[:4] == (40, 0, 0, 1)
    assert not set(second.encoded) & set(first.encoded)
    assert len(second.encoded) + len(first.encoded) == 40


def test_a_file_that_cannot_be_read_is_named_and_tried_again(folder: Path, store: Path) -> None:
    write_articles(folder / "a.jsonl", article("one", "Rain fell."))
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    os.mkfifo(folder / "pipe.txt")
    report = refresh(folder, store, StandIn())
    assert [skip.file for skip in report.skips] == ["pipe.txt", "binary.txt"]
    assert report.counts.skipped == 2
    again = refresh(folder, store, never)
    assert sorted(again.skips, key=str) == sorted(report.skips, key=str)
    found = status(store)
    assert found.last_run is not None
    assert found.last_run.skips == again.skips


def test_a_file_that_vanishes_while_it_is_read_is_a_skip(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_articles(folder / "a.jsonl", article("one", "Rain fell."))
    write_articles(folder / "b.jsonl", article("two", "Snow fell."))
    from askcorpus.articles.process import many

    read = many.read

    def vanish(found: Any, *, limits: Any) -> Any:
        if found.file == "b.jsonl":
            found.path.unlink()
        return read(found, limits=limits)

    monkeypatch.setattr(many, "read", vanish)
    report = refresh(folder, store, StandIn())
    assert report.skips == (Skip("b.jsonl", "vanished before it was read"),)
    assert report.counts.added == 1


def test_a_name_that_is_not_utf8_is_a_named_skip(folder: Path, store: Path) -> None:
    write_articles(folder / "a.jsonl", article("one", "Rain fell."))
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text("Some text of an article that is long enough.")
    assert refresh(folder, store, StandIn()).skips == (Skip("caf\\udce9.txt", "its name is not UTF-8; rename it"),)


def test_nothing_to_read_is_an_error_that_says_what_can_be_read(folder: Path, store: Path) -> None:
    with pytest.raises(FolderError, match="there is no folder"):
        refresh(folder, store, never)
    folder.mkdir()
    with pytest.raises(FolderError, match="holds nothing that can be read"):
        refresh(folder, store, never)


def test_articles_with_the_same_id_are_all_kept(folder: Path, store: Path) -> None:
    write_articles(folder / "b.jsonl", article("1", "Rain fell."))
    refresh(folder, store, StandIn())
    write_articles(folder / "a.jsonl", article("1", "Snow fell."))
    refresh(folder, store, StandIn())
    with open_store(store) as snapshot:
        found = {row[2]: row[0] for row in told(snapshot, snapshot.matching("fell", k=5))}
        assert found["Snow fell."] == "1"
        assert snapshot.article(found["Rain fell."]).text == "Rain fell."
    (folder / "a.jsonl").unlink()
    refresh(folder, store, never)
    with open_store(store) as snapshot:
        assert snapshot.article("1").text == "Rain fell."


def test_a_later_version_of_a_story_stands_for_the_earlier_one(folder: Path, store: Path) -> None:
    url = "https://example.org/ferry"
    early = article("e", "The ferry hit the pier. Nine people were hurt.", url=url, published="2025-03-01T08:00:00Z")
    late = article(
        "l", "The ferry hit the pier. Eleven people were hurt.", url=url, published="2025-03-01T10:00:00+01:00"
    )
    other = article("o", "An unrelated story about taxes in Lesna.", url=url, published="2024-01-01")
    write_articles(folder / "a.jsonl", early, other)
    refresh(folder, store, StandIn())
    write_articles(folder / "b.jsonl", late)
    refresh(folder, store, StandIn())
    with open_store(store) as snapshot:
        assert [row[0] for row in told(snapshot, snapshot.matching("ferry taxes", k=5))] == ["o", "l"]
        assert snapshot.article("e").text == early["text"]
        assert snapshot.articles == 2
    (folder / "b.jsonl").unlink()
    refresh(folder, store, never)
    with open_store(store) as snapshot:
        assert {row[0] for row in told(snapshot, snapshot.matching("ferry taxes", k=5))} == {"o", "e"}


def test_rereading_encodes_only_new_text(folder: Path, store: Path) -> None:
    write_articles(folder / "a.jsonl", article("one", "Rain fell."))
    refresh(folder, store, StandIn())
    assert counted(refresh(folder, store, StandIn(), reread=True).counts) == (0, 0, 0, 1, 0)


def test_a_sidecar_belongs_to_its_page(folder: Path, store: Path) -> None:
    folder.mkdir()
    (folder / "p.txt").write_text("Ferry hits pier\n\nThe ferry hit the pier in high winds on Tuesday, police said.\n")
    refresh(folder, store, StandIn())
    (folder / "p.txt.json").write_text('{"publisher": "Lesna Tribune"}')
    refresh(folder, store, StandIn())
    with open_store(store) as snapshot:
        assert snapshot.publishers() == (("Lesna Tribune", 1),)


def test_status_says_whether_the_folder_has_changed(folder: Path, store: Path) -> None:
    file = write_articles(folder / "a.jsonl", article("one", "Rain fell."))
    refresh(folder, store, StandIn())
    assert status(store).current is True
    write_articles(folder / "b.jsonl", article("two", "Snow fell."))
    file.unlink()
    found = status(store)
    assert (found.current, found.to_read, found.to_remove, found.articles) == (False, 1, 1, 1)
    shutil.rmtree(folder)
    assert status(store).current is None


def test_thousands_of_unchanged_files_are_checked_without_the_encoder(folder: Path, store: Path) -> None:
    """How fast is a matter of benchmarks; here only that nothing is read or encoded, and nothing hangs."""
    folder.mkdir()
    for n in range(1300):
        (folder / f"{n}.txt").write_text(f"Headline {n}\n\nStory number {n} has a sentence of its own here.\n")
    past = time.time_ns() - 10**11
    for file in folder.iterdir():
        os.utime(file, ns=(past, past))
    refresh(folder, store, StandIn())
    started = time.process_time()
    assert refresh(folder, store, never).counts.unchanged == 1300
    assert time.process_time() - started < 10


def test_encodings_that_went_missing_stop_a_run_before_it_publishes(folder: Path, store: Path) -> None:
    class Forgetful(StandIn):
        def encode_passages(self, texts: Any) -> Any:
            yield from list(super().encode_passages(texts))[:-1]

    write_articles(folder / "a.jsonl", article("one", "Rain fell."), article("two", "Snow fell."))
    with pytest.raises(StoreDamaged, match="1 passages were not encoded"):
        refresh(folder, store, Forgetful())


SENTENCES = [
    f"{who} {what} in {where}."
    for who in ("Abebe", "The mayor")
    for what in ("won 6.3%", "resigned")
    for where in ("Lesna", "Port Alder", "the U.S.")
]
QUESTIONS = ["Abebe won", "mayor of Port Alder", "6.3%", "U.S.", "Who resigned?", "the"]
texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map(" ".join)
rows = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from("abcde"), "title": st.sampled_from(["", "Vote", "Race"]), "text": texts},
        optional={
            "language": st.sampled_from(["de", "fr"]),
            "url": st.sampled_from(["https://example.org/1", "https://example.org/2"]),
            "published": st.sampled_from(["2025-01-01", "2025-02-01T10:00:00Z"]),
            "publisher": st.sampled_from(["Tribune", "Herald"]),
        },
    ),
    min_size=1,
    max_size=4,
)


class Folder(RuleBasedStateMachine):
    """Any sequence of changes and refreshes ends in what a fresh build of the folder says."""

    files = Bundle("files")

    @initialize()
    def start(self) -> None:
        self.root = Path(tempfile.mkdtemp())
        self.folder, self.store = self.root / "articles", self.root / "embeddings"
        write_articles(self.folder / "always.jsonl", article("z", "A story that is always there."))
        self.count = 0
        self.stale = True

    @rule(target=files, rows=rows)
    def add(self, rows: list[dict[str, Any]]) -> Path:
        self.count += 1
        self.stale = True
        return write_articles(self.folder / f"{self.count * 7 % 10}-{self.count}.jsonl", *rows)

    @rule(file=files, rows=rows)
    def edit(self, file: Path, rows: list[dict[str, Any]]) -> None:
        self.stale = True
        write_articles(file, *rows)

    @rule(target=files, file=consumes(files), front=st.booleans())
    def rename(self, file: Path, front: bool) -> Path:
        self.count += 1
        self.stale = True
        return file.rename(file.with_name(f"{'a' if front else 'q'}{self.count}.jsonl"))

    @rule(target=files, file=consumes(files))
    def delete(self, file: Path) -> Any:
        self.stale = True
        file.unlink()
        return multiple()

    @precondition(lambda self: self.stale)
    @rule()
    def refresh_and_compare(self) -> None:
        self.stale = False
        refresh(self.folder, self.store, StandIn(), allow_removals=True)  # they are meant to go
        fresh = self.root / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        refresh(self.folder, fresh, StandIn())
        assert answers(self.store, QUESTIONS, k=4) == answers(fresh, QUESTIONS, k=4)

    def teardown(self) -> None:
        verdict = verify(self.store) if (self.store / "catalog.sqlite").exists() else None
        shutil.rmtree(self.root)
        assert verdict is None or verdict.catalog + verdict.derived == ()


TestAnySequence = Folder.TestCase
TestAnySequence.settings = settings(
    max_examples=ROUNDS, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_a_large_lexical_index_takes_the_change_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same passages are found as in a fresh build; their scores come near, until removed ones are swept out."""
    monkeypatch.setattr(deriving, "EXACT_MAX", 0)
    monkeypatch.setattr(deriving, "DEAD_SHARE", 0.5)
    folder, store = tmp_path / "articles", tmp_path / "embeddings"
    for n in range(30):
        write_articles(folder / f"{n}.jsonl", article(f"n{n}", SENTENCES[n % 8], f"Only number{n} says so."))
    refresh(folder, store, StandIn())
    dead = []
    for n in range(0, 30, 2):
        write_articles(folder / f"{n}.jsonl", article(f"n{n}", SENTENCES[(n + 1) % 8], f"Only changed{n} says so."))
        (folder / f"{n + 1}.jsonl").unlink()
        refresh(folder, store, StandIn())
        with open_store(store) as snapshot:
            dead.append(snapshot.description.dead)
            assert len(snapshot.matching(f"number{n} number{n + 1}", k=5).ids) == 0
            assert told(snapshot, snapshot.matching(f"changed{n}", k=5))[0][0] == f"n{n}"
            everything = set(snapshot.matching("says", k=500).ids.tolist())
        verdict = verify(store)
        assert verdict.catalog + verdict.derived == ()
        assert len(everything) == 30 - n // 2 - 1
    assert max(dead) > 2
    assert any(later < earlier for earlier, later in pairwise(dead))


def test_the_same_holds_while_the_dense_index_is_a_base_and_a_delta(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dense, "DELTA_MAX", 4)
    monkeypatch.setattr(dense, "DELTA_SHARE", 0.0)
    folder, store = tmp_path / "articles", tmp_path / "embeddings"
    for n in range(8):
        write_articles(folder / f"{n}.jsonl", article(f"n{n}", SENTENCES[n], SENTENCES[n + 1]))
    refresh(folder, store, StandIn())
    for n in range(10):
        write_articles(folder / f"{n}.jsonl", article(f"n{n}", SENTENCES[n % 3], SENTENCES[n + 1], "New."))
        (folder / f"{(n * 3) % 7}.jsonl").unlink(missing_ok=True)
        refresh(folder, store, StandIn())
        fresh = tmp_path / f"fresh{n}"
        refresh(folder, fresh, StandIn())
        assert answers(store, QUESTIONS) == answers(fresh, QUESTIONS)
