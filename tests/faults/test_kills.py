"""Is the store whole after any kill, and on a full disk?  ASKCORPUS_TEST_ROUNDS says how often to try."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from standin_encoder import WINDOW, StandIn, write_articles

from askcorpus.indexing.run import refresh
from askcorpus.store.archive import export_store, import_store
from askcorpus.store.encodings import hash_of
from askcorpus.store.opening import open_store
from askcorpus.store.verifying import verify

HERE = Path(__file__).parent
ROUNDS = int(os.environ.get("ASKCORPUS_TEST_ROUNDS", "4"))
ARTICLES = 24


class Child:
    """A process of the nursery that says what it does, and may be killed."""

    def __init__(self, nursery: Nursery, pipe: Path, number: int) -> None:
        self._nursery, self.number = nursery, number
        self.stdout = pipe.open(encoding="utf-8")
        pipe.unlink()
        assert self.stdout.readline() == "started\n"

    def kill(self) -> str:
        """Kill it; what it had said by then since it started."""
        os.kill(self.number, signal.SIGKILL)
        return self.said()

    def said(self) -> str:
        """What it says until it ends."""
        with self.stdout:
            text = self.stdout.read()
        self._nursery.ask(self.number)
        return text


class Nursery:
    """Starts processes that begin at once: nursery.py."""

    def __init__(self, folder: Path) -> None:
        self._pipe = folder / "pipe"
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "nursery.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, what: object) -> int:
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(what) + "\n")
        stdin.flush()
        return int(stdout.readline())

    def child(self, what: str, *arguments: object) -> Child:
        os.mkfifo(self._pipe)
        given = [part if isinstance(part, int) else str(part) for part in arguments]
        return Child(self, self._pipe, self.ask([str(self._pipe), what, *given]))


class Place:
    """A folder whose articles all belong to one edition, and its store."""

    def __init__(self, root: Path, nursery: Nursery) -> None:
        self.nursery = nursery
        self.folder, self.store, self.log = root / "articles", root / "embeddings", root / "encoded.log"

    def write_edition(self, edition: int, rng: random.Random) -> None:
        """Rewrite every article; some files are renamed, merged or deleted on the way, the articles stay as many."""
        for file in list(self.folder.glob("*.jsonl")):
            file.unlink()
        ids = [f"a{n}" for n in range(ARTICLES)]
        rng.shuffle(ids)
        while ids:
            part, ids = ids[: (size := rng.randint(1, 6))], ids[size:]
            constant = "The gazette is printed in Lesna, as it has been for a hundred years, on good paper."
            rows = (
                {"id": id, "title": "", "text": f"Edition {edition} of the gazette, story {id}.\n\n{constant}"}
                for id in part
            )
            write_articles(self.folder / f"{part[0]}-{edition}.jsonl", *rows)

    def indexer(self, limit: int = 0) -> Child:
        """An indexing process that has just begun."""
        return self.nursery.child("index", self.folder, self.store, self.log, limit)

    def index(self, limit: int = 0) -> str:
        """What an indexing process ends with."""
        return self.indexer(limit).said().strip()

    def edition(self) -> int:
        with open_store(self.store) as snapshot:
            assert snapshot.articles == ARTICLES
            return int(snapshot.article("a0").text.split()[1])

    def whole(self) -> None:
        verdict = verify(self.store)
        assert verdict.catalog + verdict.derived == ()

    def encoded(self) -> list[str]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.endswith('"')]

    def kept(self) -> set[bytes]:
        """Hashes of everything whose encoding is in the catalog, or in that of a shard."""
        found = set()
        for catalog in self.store.rglob("catalog.sqlite"):
            connection = sqlite3.connect(f"file:{catalog}?mode=ro", uri=True)
            try:
                found |= {row[0] for row in connection.execute("SELECT hash FROM encodings")}
            finally:
                connection.close()
        return found


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    made = Nursery(tmp_path_factory.mktemp("nursery"))
    yield made
    made.process.communicate(timeout=300)


@pytest.fixture
def place(tmp_path: Path, nursery: Nursery) -> Place:
    made = Place(tmp_path, nursery)
    made.write_edition(0, random.Random(0))
    assert made.index() == "done 1"
    return made


@pytest.mark.parametrize("shards", [0, 3])
def test_a_killed_run_leaves_a_whole_store_that_others_go_on_asking(place: Place, shards: int) -> None:
    if shards:
        refresh(place.folder, place.store, StandIn(), shards=shards)
    rng = random.Random(f"kills {time.time()}")
    place.write_edition(1, rng)
    child = place.indexer()
    started = time.monotonic()
    assert child.said() == f"done {3 if shards else 2}\n"
    full_run_s = time.monotonic() - started
    asker = subprocess.Popen(
        [sys.executable, str(HERE / "asker.py"), str(place.store), str(ARTICLES)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    killed = 0
    try:
        for edition in range(2, ROUNDS + 2):
            place.write_edition(edition, rng)
            child = place.indexer()
            time.sleep(rng.uniform(0, full_run_s))
            killed += not child.kill()
            assert place.edition() in (edition - 1, edition)
            place.whole()
            before, kept = len(place.encoded()), place.kept()
            if place.edition() < edition:
                assert place.index().startswith("done")
            assert place.edition() == edition
            again = [text for text in place.encoded()[before:] if hash_of("", text) in kept]
            assert again == []
            place.whole()
    finally:
        said, _ = asker.communicate("stop\n", timeout=300)
    assert said.splitlines()[:-1] == []
    assert said.startswith("asked ")
    assert killed > ROUNDS // 3 or ROUNDS < 10
    twice = len(place.encoded()) - len(set(place.encoded()))
    assert twice <= killed * WINDOW, "more was encoded twice than was on its way when the process was killed"


def test_a_full_disk_is_a_clear_error_and_the_store_is_as_it_was(place: Place) -> None:
    rng = random.Random("full")
    largest = max(path.stat().st_size for path in place.store.rglob("*") if path.is_file())
    refused = 0
    for edition in range(1, max(3, ROUNDS // 4)):
        place.write_edition(edition, rng)
        before = place.edition()
        said = place.index(limit=rng.randrange(1, 2 * largest))
        place.whole()
        if said.startswith("done"):
            assert place.edition() == edition
        else:
            refused += 1
            assert said.startswith("StoreFull ")
            assert "\n" not in said
            assert "no room left on the disk" in said
            assert place.edition() == before
        assert place.index().startswith("done")
        assert place.edition() == edition
    assert refused


@pytest.mark.parametrize("what", ["export", "import"])
def test_a_killed_export_or_import_leaves_nothing_but_a_folder_that_the_next_one_removes(
    place: Place, tmp_path: Path, what: str
) -> None:
    rng = random.Random(f"copies {time.time()}")
    out, exported = tmp_path / "out", tmp_path / "good.tar"
    out.mkdir()
    export_store(place.store, exported)
    source, target = (place.store, out / "x.tar") if what == "export" else (exported, out / "there")
    child, started = place.nursery.child(what, source, target), time.monotonic()
    assert child.said() == "done\n"
    full_run_s, killed = time.monotonic() - started, 0
    for _ in range(max(ROUNDS, 4)):
        shutil.rmtree(out)
        out.mkdir()
        child = place.nursery.child(what, source, target)
        time.sleep(rng.uniform(0, full_run_s))
        killed += child.kill() == ""
        inside = out if what == "export" else target
        if what == "export" and target.exists():
            target.rename(tmp_path / "x.tar")
        if what == "import" and (target / "catalog.sqlite").exists():
            assert verify(target).catalog + verify(target).derived == ()
            shutil.rmtree(target)
        assert place.nursery.child(what, source, target).said() == "done\n"
        assert list(inside.glob(".*")) == []
    assert killed > ROUNDS // 4 or ROUNDS < 10


def test_parts_that_a_killed_import_had_put_in_place_are_taken_back_by_the_next(place: Place, tmp_path: Path) -> None:
    exported, there = tmp_path / "good.tar", tmp_path / "there"
    export_store(place.store, exported)
    import_store(exported, there)
    half = there / ".import-killed"
    half.mkdir()
    for name in ("catalog.sqlite", "current.json"):  # its generations were moved, the others were not
        (there / name).rename(half / name)
    (there / "README.md").write_text("mine")
    import_store(exported, there)
    assert sorted(path.name for path in there.iterdir() if path.name != "writer.lock") == [
        "README.md", "catalog.sqlite", "current.json", "generations",
    ]  # fmt: skip
    assert verify(there).catalog + verify(there).derived == ()
