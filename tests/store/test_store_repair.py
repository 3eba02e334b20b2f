"""What does a store do when its files are not as they were written, or not its program's?"""

from __future__ import annotations

import gc
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import weakref
from pathlib import Path

import pytest
from standin_encoder import StandIn, answers, told, write_articles

from askcorpus.errors import StoreBusy, StoreDamaged, StoreError, StoreMismatch, StoreNotFound, StoreVersion
from askcorpus.indexing.run import refresh
from askcorpus.store import deriving, layout, lexical, schema
from askcorpus.store.archive import export_store, import_store
from askcorpus.store.opening import open_store, set_aside
from askcorpus.store.verifying import verify
from askcorpus.store.writer import open_writer
from askcorpus.types import Filter

QUESTIONS = ["Who won the regatta?", "rain in March", "6.3% of 40 boats"]
ROUNDS = int(os.environ.get("ASKCORPUS_TEST_ROUNDS", "0"))  # half of them flip a bit, half cut


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder and its store, in its third generation."""
    root = tmp_path_factory.mktemp("built")
    folder, store = root / "articles", root / "embeddings"
    rng = random.Random(1)
    words = "rain boat regatta won harbour March minister 6.3% forty vote pier storm council Lesna Abebe".split()
    for edition in range(3):
        for n in range(6):
            text = " ".join(" ".join(rng.choices(words, k=9)).capitalize() + "." for _ in range(12))
            write_articles(
                folder / f"{n}.jsonl",
                {
                    "id": f"a{n}",
                    "title": f"Title {n} {edition if n == edition else ''}",
                    "text": text if n <= edition else "Still rain.",
                },
            )
        refresh(folder, store, StandIn())
    return folder, store


@pytest.fixture
def place(built: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of the store, to be damaged."""
    shutil.copytree(built[1], tmp_path / "embeddings")
    return tmp_path / "embeddings"


def files_of(store: Path) -> list[str]:
    return sorted(path.relative_to(store).as_posix() for path in store.rglob("*") if path.is_file())


def test_derived_files_are_made_again_without_encoding_and_a_line_says_so(place: Path) -> None:
    expected = answers(place, QUESTIONS)
    shutil.rmtree(place / "generations")
    said: list[str] = []
    with open_store(place, say=said.append) as snapshot:
        assert snapshot.generation == 4
    assert len(said) == 1
    assert "nothing is encoded" in said[0]
    assert answers(place, QUESTIONS) == expected
    assert verify(place).catalog + verify(place).derived == ()


def test_a_missing_or_damaged_pointer_is_made_again(place: Path) -> None:
    expected = answers(place, QUESTIONS)
    (place / "current.json").write_text("{")
    assert answers(place, QUESTIONS) == expected
    (place / "current.json").unlink()
    assert answers(place, QUESTIONS) == expected


def test_indexes_of_an_older_format_are_made_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = answers(place, QUESTIONS)
    for module in (deriving, lexical):
        monkeypatch.setattr(module, "LEXICAL_FORMAT", 999)
    monkeypatch.setattr("askcorpus.store.recovery.LEXICAL_FORMAT", 999)
    said: list[str] = []
    open_store(place, say=said.append).close()
    assert ["older format" in line for line in said] == [True]
    assert answers(place, QUESTIONS) == expected


@pytest.mark.parametrize(
    ("what", "count"), [("flipped bit", 0), ("truncated", 0), ("flipped bit", 3), ("truncated", 3)]
)
def test_a_damaged_file_gives_the_same_answers_or_a_clear_error(
    place: Path, tmp_path: Path, built: tuple[Path, Path], what: str, count: int
) -> None:
    """Every file of the store, several places in each: never another answer, never anything but a StoreError."""
    if count:
        refresh(built[0], place, StandIn(), shards=count)
    expected = answers(place, QUESTIONS)
    rng, names, hurt = random.Random(what), files_of(place), tmp_path / "hurt"
    rng.shuffle(names)
    usually = 4 if count else 2 * len(names)  # a shard is a store: some of its files each time are enough
    for round_ in range(max(ROUNDS // 2, usually)):
        name = names[round_ % len(names)]
        shutil.copytree(place, hurt)
        data = bytearray((hurt / name).read_bytes())
        if what == "flipped bit" and data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        elif what == "truncated":
            del data[rng.randrange(len(data) + 1) if round_ >= len(names) else 0 :]
        (hurt / name).write_bytes(data)
        try:
            said = answers(hurt, QUESTIONS)
        except StoreError as error:
            assert "\n" not in str(error)  # noqa: PT017  either outcome is right, each with its own condition
        else:
            assert said == expected, name
        shutil.rmtree(hurt)


@pytest.mark.parametrize(
    ("found", "put"),
    [
        (b"CREATE TABLE encodings (\n    number", b"CREATE TABLE encodings (\n    num\xe2er"),
        (b"harbour", b"harbo\xffr"),
    ],
    ids=["in the schema", "in a text"],
)
def test_what_is_no_text_any_more_is_told_in_one_line_that_does_not_show_it(
    place: Path, found: bytes, put: bytes
) -> None:
    """Python's own message shows the text: lines of it, and an article's in a log that is to hold none."""
    catalog = place / "catalog.sqlite"
    catalog.write_bytes(catalog.read_bytes().replace(found, put))
    with pytest.raises(
        StoreDamaged, match=r"^[^\n]*: Could not decode to UTF-8 column '\w+' \(OperationalError\)\. [^\n]*$"
    ):
        answers(place, QUESTIONS)


def threads_of_tantivy() -> int:
    """How many there are, where the system says so."""
    names = [path.read_text() for path in Path("/proc/self/task").glob("*/comm")]
    return sum(name.startswith("thread-tantivy") for name in names)


def test_opening_a_store_makes_no_file_in_it_and_leaves_none_behind(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where tantivy's own thread wrote a lock file, it could write one into a folder that is being removed."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    for lock in place.rglob(".tantivy-*.lock"):
        lock.unlink()
    before = files_of(place)
    for _ in range(5):
        answers(place, QUESTIONS)
    verify(place)
    assert [name for name in files_of(place) if name not in before] == []
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_store_that_is_refused_while_it_is_mended_leaves_no_thread_no_open_file_and_nothing_half_made(
    place: Path,
) -> None:
    with sqlite3.connect(place / "catalog.sqlite") as connection:
        connection.execute("UPDATE texts SET text = text || '.' WHERE article = (SELECT max(article) FROM texts)")
    connection.close()
    shutil.rmtree(place / "generations")
    refused, before = [], threads_of_tantivy()
    for _ in range(6):
        with pytest.raises(
            StoreDamaged, match=r"^\S+catalog.sqlite: a row of texts does not match its checksum"
        ) as error:
            open_store(place)
        refused.append(error)  # somebody may hold on to what was raised, with all that its frames hold
        assert list(place.rglob("*.making")) + list(place.rglob("lexical")) == []
    if Path("/proc/self/task").exists():
        end = time.monotonic() + 60
        while (
            threads_of_tantivy() > before and time.monotonic() < end
        ):  # each looks twice a second whether it is still wanted
            time.sleep(0.05)
        assert threads_of_tantivy() <= before  # others of this process may have one open
        opened = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
        assert [path for path in opened if place in path.parents] == []
    shutil.rmtree(place)
    assert len(refused) == 6


def test_a_snapshot_that_nobody_holds_is_gone_at_once(place: Path) -> None:
    """It holds the files of a generation that may have been removed, and a thread."""
    gc.disable()
    try:
        with open_store(place) as snapshot:
            told(snapshot, snapshot.matching("rain", k=3, where=Filter(publisher="Nobody")))
            held = weakref.ref(snapshot)
        del snapshot
        assert held() is None
    finally:
        gc.enable()


def test_verify_names_a_changed_row_and_only_the_catalog_is_beyond_mending(place: Path) -> None:
    with sqlite3.connect(place / "catalog.sqlite") as connection:
        connection.execute("UPDATE texts SET text = replace(text, 'rain', 'snow') WHERE article = 1")
        connection.execute("UPDATE texts SET text = 'Something else.' WHERE article = (SELECT max(article) FROM texts)")
    verdict = verify(place)
    assert verdict.derived == ()
    assert len(verdict.catalog) == 1
    assert "rows of texts do not match" in verdict.catalog[0]
    with pytest.raises(StoreDamaged, match=r"askcorpus index FOLDER --store .* --rebuild"):
        answers(place, QUESTIONS)


def test_a_newer_store_is_refused_with_what_to_type(place: Path) -> None:
    with sqlite3.connect(place / "catalog.sqlite") as connection:
        connection.execute(f"PRAGMA user_version = {layout.FORMAT + 1}")
    for opening in (open_store, open_writer, verify):
        with pytest.raises(StoreVersion, match="pip install --upgrade askcorpus"):
            opening(place)


def test_an_older_store_is_migrated_as_a_whole_or_not_at_all(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = answers(place, QUESTIONS)
    today = layout.FORMAT
    monkeypatch.setattr(layout, "FORMAT", today + 2)
    steps = {
        today: "CREATE TABLE extra (n INTEGER); INSERT INTO extra VALUES (1)",
        today + 1: "UPDATE extra SET nonsense = 2",
    }
    monkeypatch.setattr(schema, "STEPS", steps)
    with pytest.raises(StoreError):
        open_store(place)
    with sqlite3.connect(place / "catalog.sqlite") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (today,)
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'extra'").fetchone() == (0,)
    steps[today + 1] = "UPDATE extra SET n = 2"
    assert answers(place, QUESTIONS) == expected
    with sqlite3.connect(place / "catalog.sqlite") as connection:
        assert connection.execute("SELECT n FROM extra").fetchall() == [(2,)]
    monkeypatch.setattr(layout, "FORMAT", today + 3)
    with pytest.raises(StoreVersion, match=r"askcorpus index FOLDER --store .* --rebuild"):
        open_store(place)


def test_no_store_is_not_a_damaged_store(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFound, match="askcorpus index"):
        open_store(tmp_path / "nowhere")
    (tmp_path / "embeddings").mkdir()
    with pytest.raises(StoreNotFound):
        open_store(tmp_path / "embeddings")


def test_a_store_of_another_model_is_refused(built: tuple[Path, Path]) -> None:
    folder, store = built
    with pytest.raises(StoreMismatch, match="built with model stand-in, you asked for other"):
        refresh(folder, store, StandIn(name="other"), model="other")


def test_the_second_writer_is_told_who_the_first_one_is(place: Path) -> None:
    with open_writer(place), pytest.raises(StoreBusy, match=f"process {os.getpid()} on "):
        open_writer(place)
    open_writer(place).close()


def test_a_killed_writer_leaves_no_lock(place: Path) -> None:
    code = "import sys, time; from askcorpus.store.writer import open_writer; w = open_writer(sys.argv[1]); print('open', flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code, str(place)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    with pytest.raises(StoreBusy, match=f"process {child.pid} "):
        open_writer(place)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    open_writer(place).close()


def test_generations_that_nobody_reads_are_removed(built: tuple[Path, Path], tmp_path: Path) -> None:
    folder, store = tmp_path / "articles", tmp_path / "embeddings"
    for n in range(3):
        write_articles(folder / "a.jsonl", {"id": "a", "title": "T", "text": f"Edition {n}."})
        refresh(folder, store, StandIn())
        if n == 0:
            held = open_store(store)
    assert layout.generations(store) == [1, 3]
    assert held.article("a").text == "Edition 0."
    held.close()
    write_articles(folder / "a.jsonl", {"id": "a", "title": "T", "text": "Edition 3."})
    refresh(folder, store, StandIn())
    assert layout.generations(store) == [4]
    with sqlite3.connect(store / "catalog.sqlite") as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0]
            for t in ("articles", "texts", "passages", "encodings")
        ]
    assert counts == [1, 1, 1, 1]


def test_an_export_says_the_same_on_another_machine(built: tuple[Path, Path], tmp_path: Path) -> None:
    store = built[1]
    export_store(store, tmp_path / "store.tar")
    import_store(tmp_path / "store.tar", tmp_path / "there")
    assert answers(tmp_path / "there", QUESTIONS) == answers(store, QUESTIONS)
    verdict = verify(tmp_path / "there")
    assert verdict.catalog + verdict.derived == ()
    with pytest.raises(StoreError, match="already"):
        import_store(tmp_path / "store.tar", tmp_path / "there")


def test_a_damaged_export_is_refused_and_leaves_nothing(built: tuple[Path, Path], tmp_path: Path) -> None:
    export_store(built[1], tmp_path / "store.tar")
    whole = (tmp_path / "store.tar").read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 4
    for data in (bytes(flipped), whole[: len(whole) // 2], b"", b"not a tar at all" * 100):
        (tmp_path / "bad.tar").write_bytes(data)
        with pytest.raises(StoreDamaged):
            import_store(tmp_path / "bad.tar", tmp_path / "there")
        assert not (tmp_path / "there" / "catalog.sqlite").exists()
        assert [path.name for path in (tmp_path / "there").iterdir()] == []


def test_a_store_that_may_only_be_read_still_answers(place: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    expected = answers(place, QUESTIONS)
    for path in (*place.rglob("*"), place):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert answers(place, QUESTIONS) == expected
    finally:
        for path in (place, *place.rglob("*")):
            path.chmod(0o755)


def test_a_rebuild_puts_the_old_store_aside(place: Path) -> None:
    with open_store(place) as reader:
        aside = set_aside(place)
        assert aside is not None
        assert reader.newest is reader
        with pytest.raises(StoreNotFound):
            open_store(place)
    assert (aside / "catalog.sqlite").exists()
