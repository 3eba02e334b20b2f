"""What can an exported file from elsewhere do to this machine?  Nothing but become a store."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standin_encoder import StandIn, answers, write_articles

from askcorpus.errors import AskcorpusError, StoreDamaged, StoreError, StoreVersion
from askcorpus.indexing.run import refresh
from askcorpus.store import archive
from askcorpus.store.archive import CONTENTS, ENCODER_FILES, export_store, import_store
from askcorpus.store.catalog import seal
from askcorpus.store.opening import open_store
from askcorpus.store.vetting import KINDS

ROUNDS = int(os.environ.get("ASKCORPUS_TEST_ROUNDS", "60"))
QUESTIONS = ("Which ferry hit the pier?", "Where did rain fall?")
Member = tuple[str, bytes]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as one file, with something in the place of a model."""
    folder = tmp_path_factory.mktemp("elsewhere")
    write_articles(
        folder / "articles" / "a.jsonl",
        {
            "id": "one",
            "title": "Ferry",
            "text": "The ferry hit the pier. Nobody was hurt.",
            "url": "https://a.example/1",
        },
        {"id": "two", "title": "Rain", "text": "Rain fell in Sund.", "published": "2026-05-01", "publisher": "Post"},
    )
    refresh(folder / "articles", folder / "store", StandIn())
    (folder / "store" / "encoder").mkdir()
    for name in ENCODER_FILES:
        (folder / "store" / "encoder" / name).write_bytes(name.encode())
    export_store(folder / "store", folder / "store.tar")
    return folder / "store.tar"


def unpacked(path: Path) -> list[Member]:
    """The members behind the list of contents."""
    with tarfile.open(path) as tar:
        return [(info.name, tar.extractfile(info).read()) for info in tar if info.name != CONTENTS]  # type: ignore[union-attr]


def packed(path: Path, members: list[Member], **more: Any) -> Path:
    """A tar whose list of contents seals each member, whatever it is."""
    seals = [{"name": n, "size": len(d), "mtime_ns": 0, "crc": zlib.crc32(d)} for n, d in members]
    return tar_of(path, [(CONTENTS, json.dumps({"format": 2, "files": seals, **more}).encode()), *members])


def tar_of(path: Path, members: list[Member]) -> Path:
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def with_catalog(exported: Path, target: Path, change: Callable[[sqlite3.Connection], object]) -> Path:
    """The exported file with a catalog that somebody changed with care: every seal and checksum holds."""
    members = dict(unpacked(exported))
    catalog = target.with_suffix(".sqlite")
    catalog.write_bytes(members["catalog.sqlite"])
    with sqlite3.connect(catalog) as connection:
        change(connection)
    connection.close()
    members["catalog.sqlite"] = catalog.read_bytes()
    catalog.unlink()
    return packed(target, list(members.items()))


def changed(table: str, **values: object) -> Callable[[sqlite3.Connection], None]:
    """Sets values of every row of a table, and seals the rows again."""

    def change(connection: sqlite3.Connection) -> None:
        if table == "meta":
            for key, value in values.items():
                connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", (key, value, seal(key, value)))
            return
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        rows = connection.execute(
            f"SELECT rowid, * FROM {table}" if table not in ("lines", "furniture") else f"SELECT 0, * FROM {table}"
        ).fetchall()
        connection.execute(f"DELETE FROM {table}")
        for _, *row in rows:
            now = {**dict(zip(columns, row, strict=True)), **values}
            body = [now[c] for c in columns[:-1]]
            marks = ",".join("?" * len(columns))
            connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", (*body, _sealed(body)))

    return change


def _sealed(values: list[Any]) -> int:
    try:
        return seal(*values)
    except TypeError:  # a value of a kind that no writer seals
        return 0


def test_an_import_takes_what_an_export_gave(exported: Path, tmp_path: Path) -> None:
    assert import_store(exported, tmp_path / "there") == 2
    assert answers(tmp_path / "there", QUESTIONS) == answers(exported.parent / "store", QUESTIONS)
    assert sorted(path.name for path in (tmp_path / "there").iterdir()) == [
        "catalog.sqlite",
        "current.json",
        "generations",
    ]


def test_whatever_an_article_says_of_itself_its_store_comes_in_again(tmp_path: Path) -> None:
    """What a row may say is no more than an import lets through: else one article would keep a whole store at home."""
    long = "x" * 100_000
    rows = (
        {name: value.format(long)}
        for name, value in {
            "id": "{}", "title": "{}", "publisher": "The {}", "url": "https://a.example/{}", "author": "{}", "language": "{}"
        }.items()
    )  # fmt: skip
    text = "The ferry hit the pier. Nobody was hurt."
    write_articles(tmp_path / "a" / "a.jsonl", *({"title": f"T{n}", "text": text, **row} for n, row in enumerate(rows)))
    with zipfile.ZipFile(tmp_path / "a" / "b.zip", "w") as packed:
        packed.writestr(f"{long[:60_000]}.txt", f"Rain\n\n{text}\n")
    report = refresh(tmp_path / "a", tmp_path / "store", StandIn())
    export_store(tmp_path / "store", tmp_path / "x.tar")
    import_store(tmp_path / "x.tar", tmp_path / "there")
    assert report.counts.added == 7
    assert answers(tmp_path / "there", QUESTIONS) == answers(tmp_path / "store", QUESTIONS)


def test_what_was_removed_from_the_folder_does_not_travel(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    for name, text in (("keep", "Rain fell in Sund."), ("remove", "Zwiebelturmgeheimnis was told.")):
        write_articles(folder / f"{name}.jsonl", {"id": name, "title": name, "text": text})
    refresh(folder, tmp_path / "store", StandIn())
    with open_store(tmp_path / "store") as reader:  # holds the generation that still shows it
        (folder / "remove.jsonl").unlink()
        refresh(folder, tmp_path / "store", StandIn())
        export_store(tmp_path / "store", tmp_path / "x.tar")
        assert reader.articles == 2
    assert b"Zwiebelturmgeheimnis" in (tmp_path / "store" / "catalog.sqlite").read_bytes()
    assert b"Zwiebelturmgeheimnis" not in (tmp_path / "x.tar").read_bytes()
    assert import_store(tmp_path / "x.tar", tmp_path / "there") == 1


def test_the_model_of_a_file_is_taken_only_where_its_maker_is_trusted(exported: Path, tmp_path: Path) -> None:
    import_store(exported, tmp_path / "without")
    assert not (tmp_path / "without" / "encoder").exists()
    import_store(exported, tmp_path / "with", trust_model=True)
    assert {path.name for path in (tmp_path / "with" / "encoder").iterdir()} == ENCODER_FILES


def test_what_the_last_run_did_elsewhere_is_forgotten_and_the_calibration_is_not(
    exported: Path, tmp_path: Path
) -> None:
    fitted = json.dumps({"slope": 1.0, "intercept": 0.0, "threshold": 0.5})
    tar = with_catalog(exported, tmp_path / "x.tar", changed("meta", **{"note:calibration": fitted}))
    import_store(tar, tmp_path / "there")
    with open_store(tmp_path / "there") as snapshot:
        assert (snapshot.note("last run"), snapshot.note("calibration")) == (None, fitted)


@pytest.mark.parametrize(
    "name",
    [
        "telegram.sqlite3", "askcorpus.toml", "../askcorpus.toml", "/tmp/x", "encoder/../../x", "encoder/modules.json",
        "encoder/evil.py", "encoder/config.json", "generations/00000001/../../x", "writer.lock", "catalog.sqlite-wal",
        "generations/00000001/in-use", "token", "a" * 99,
    ],
)  # fmt: skip
@pytest.mark.parametrize("sealed", [True, False])
def test_a_member_that_no_export_writes_is_refused(exported: Path, tmp_path: Path, name: str, sealed: bool) -> None:
    members = [*unpacked(exported), (name, b"token = 'mine'")]
    if sealed:
        tar = packed(tmp_path / "x.tar", members)
    else:
        honest = packed(tmp_path / "honest.tar", members[:-1])
        with tarfile.open(honest) as opened:
            contents = opened.extractfile(CONTENTS).read()  # type: ignore[union-attr]
        tar = tar_of(tmp_path / "x.tar", [(CONTENTS, contents), *members])
    (tmp_path / "there").mkdir()
    with pytest.raises(StoreDamaged):
        import_store(tar, tmp_path / "there", trust_model=True)
    assert list((tmp_path / "there").iterdir()) == []
    assert not (tmp_path / "askcorpus.toml").exists()


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.DIRTYPE,
        tarfile.FIFOTYPE,
        tarfile.CHRTYPE,
        tarfile.GNUTYPE_SPARSE,
        b"x",
        b"L",
    ],
)
def test_a_member_that_is_no_plain_file_is_one_clear_line(exported: Path, tmp_path: Path, kind: bytes) -> None:
    tar = packed(tmp_path / "x.tar", unpacked(exported))
    info = tarfile.TarInfo("catalog.sqlite")
    info.type, info.linkname = kind, "/etc/passwd"
    tar.write_bytes(tar.read_bytes()[:1536] + info.tobuf(tarfile.GNU_FORMAT) + tar.read_bytes()[1536:])
    with pytest.raises(StoreDamaged, match=r"not a plain file|not a whole"):
        import_store(tar, tmp_path / "there")


@pytest.mark.parametrize("kind", [b"x", b"L", b"g", b"0"])
def test_a_small_file_that_promises_gigabytes_takes_no_memory(exported: Path, tmp_path: Path, kind: bytes) -> None:
    info = tarfile.TarInfo("catalog.sqlite" if kind == b"0" else "././@LongLink")
    info.size, info.type = 6 << 30, kind
    seal_ = {"name": "catalog.sqlite", "size": 6 << 30, "mtime_ns": 0, "crc": 0}
    tar = tar_of(tmp_path / "x.tar", [(CONTENTS, json.dumps({"format": 2, "files": [seal_]}).encode())])
    tar.write_bytes(tar.read_bytes()[:1024] + info.tobuf(tarfile.GNU_FORMAT) + bytes(8192))
    tracemalloc.start()
    try:
        with pytest.raises(StoreError):
            import_store(tar, tmp_path / "there")
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def test_what_does_not_fit_the_disk_is_refused_before_a_byte_is_written(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(archive.shutil, "disk_usage", lambda _: usage._replace(free=archive.SPARE_BYTES + 100))
    with pytest.raises(StoreError, match="no room left"):
        import_store(exported, tmp_path / "there")


@pytest.mark.parametrize("taken", ["catalog.sqlite", "current.json", "generations", "encoder"])
def test_an_import_replaces_nothing(exported: Path, tmp_path: Path, taken: str) -> None:
    (tmp_path / "there" / taken).mkdir(parents=True)
    (tmp_path / "there" / taken / "mine").touch()
    with pytest.raises(StoreError, match="already"):
        import_store(exported, tmp_path / "there")
    assert (tmp_path / "there" / taken / "mine").exists()


@pytest.mark.parametrize("kind", ["a folder", "nothing", "a pipe"])
def test_what_is_no_file_is_one_line_that_names_it(exported: Path, tmp_path: Path, kind: str) -> None:
    source = tmp_path / "x.tar"
    if kind == "a folder":
        source.mkdir()
    if kind == "a pipe":
        os.mkfifo(source)
        writing = os.open(source, os.O_RDWR)
        os.write(writing, exported.read_bytes()[:1024])
    try:
        with pytest.raises(StoreError, match=r"^(there is no file )?\S*/x\.tar\b"):
            import_store(source, tmp_path / "there")
    finally:
        if kind == "a pipe":
            os.close(writing)
    assert list((tmp_path / "there").iterdir()) == []


def test_a_later_format_is_said_to_be_one(exported: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreVersion, match=r"^\S*/x\.tar has format 3, .*pip install --upgrade askcorpus$"):
        import_store(packed(tmp_path / "x.tar", unpacked(exported), format=3), tmp_path / "there")
    tar = with_catalog(exported, tmp_path / "y.tar", lambda catalog: catalog.execute("PRAGMA user_version = 3"))
    with pytest.raises(StoreVersion, match=r"^\S*/y\.tar has format 3, .*pip install --upgrade askcorpus$"):
        import_store(tar, tmp_path / "there")
    tar = with_catalog(exported, tmp_path / "z.tar", lambda catalog: catalog.execute("PRAGMA user_version = -1"))
    with pytest.raises(StoreDamaged, match=r"^\S*/z\.tar: its format is none .*askcorpus export FILE$"):
        import_store(tar, tmp_path / "there")
    assert list((tmp_path / "there").iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="only Linux has a file that always fails")
def test_a_file_that_the_disk_does_not_give_is_named_itself(tmp_path: Path) -> None:
    with pytest.raises(StoreDamaged, match=r"^/proc/self/mem .*: it cannot be read"):
        import_store("/proc/self/mem", tmp_path / "there")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TRIGGER t AFTER DELETE ON meta BEGIN DELETE FROM articles; END",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE other (a)",
        "CREATE INDEX i ON articles (title)",
        "DROP TABLE passages; CREATE VIEW passages AS SELECT 1 id, 1 article, 0 start, 1 'end', 1 encoding, 1 seal",
        "CREATE VIRTUAL TABLE f USING fts5(a)",
    ],
)
def test_a_catalog_with_tables_of_its_own_is_refused(exported: Path, tmp_path: Path, sql: str) -> None:
    tar = with_catalog(exported, tmp_path / "x.tar", lambda connection: connection.executescript(sql))
    with pytest.raises(StoreDamaged, match="not of this program"):
        import_store(tar, tmp_path / "there")


WRONG: tuple[tuple[str, dict[str, object]], ...] = (
    ("meta", {"manifest": "[]"}),
    (
        "meta",
        {"manifest": '{"model": "m", "fingerprint": "f", "dim": 1000000000000, "max_tokens": 9, "token_dim": 16}'},
    ),
    ("meta", {"manifest": '{"model": "\\u001b]0;x", "fingerprint": "f", "dim": 48, "max_tokens": 9, "token_dim": 16}'}),
    ("meta", {"published": "-1"}),
    ("meta", {"published": "9" * 30}),
    ("meta", {"note:calibration": '{"slope": "x", "intercept": 0, "threshold": 1}'}),
    ("articles", {"first": 1 << 61}),
    ("articles", {"passages": 1 << 40}),
    ("articles", {"title": b"bytes"}),
    ("articles", {"content": b"short"}),
    ("articles", {"id": "the same"}),
    ("texts", {"text": "nul \x00 inside"}),
    ("passages", {"start": 10_000, "end": 10_001}),
    ("passages", {"start": 5, "end": 1}),
    ("passages", {"encoding": 4711}),
    ("encodings", {"vector": b"\x00\x7e" * 48}),
    ("encodings", {"vector": b"x"}),
    ("encodings", {"codes": b"\xff\xff\x02\x00"}),
    ("files", {"skips": "[[1]]"}),
    ("files", {"file": "../outside.txt"}),
    ("articles", {"file": "/news/../../outside.zip › a.txt"}),
    ("articles", {"file": "/../a.txt"}),
    ("articles", {"file": "/a › b/../../outside.txt"}),
    ("articles", {"file": "/news//etc/passwd"}),
    ("files", {"file": "/news//etc/passwd"}),
    ("meta", {"note:collections": json.dumps([[f"k{n}", f"n{n}", ""] for n in range(10_001)])}),
    ("meta", {"note:collections": '[["", "txt\\u202eexe", ""]]'}),
    ("meta", {"note:collections": "null"}),
    ("files", {"skips": "[" * 100_000}),
)


@pytest.mark.parametrize(("table", "values"), WRONG)
def test_a_row_that_no_writer_wrote_is_refused_though_its_seal_holds(
    exported: Path, tmp_path: Path, table: str, values: dict[str, object]
) -> None:
    tar = with_catalog(exported, tmp_path / "x.tar", changed(table, **values))
    with pytest.raises(StoreDamaged, match=r"^\S*/x\.tar: .*askcorpus export FILE$"):
        import_store(tar, tmp_path / "there")
    assert list((tmp_path / "there").iterdir()) == []


def test_a_passage_longer_than_a_writer_makes_is_refused(exported: Path, tmp_path: Path) -> None:
    def change(catalog: sqlite3.Connection) -> None:
        changed("texts", text="Ingrid Vale city engineer Sund " * 1_000)(catalog)
        changed("passages", start=0, end=30_000)(catalog)

    with pytest.raises(StoreDamaged, match="2 passages that are longer than any"):
        import_store(with_catalog(exported, tmp_path / "x.tar", change), tmp_path / "there")


def came_in_or_was_refused(tar: Path, there: Path) -> None:
    """Import; what comes in can be asked and read, what does not is one line, and nothing of it is left."""
    said = None
    try:
        import_store(tar, there, trust_model=True)
    except AskcorpusError as error:
        said = str(error)
    if said is not None:
        assert "\n" not in said
        assert not there.exists() or list(there.iterdir()) == []
        return
    answers(there, QUESTIONS)
    with open_store(there) as snapshot:
        for article in snapshot.recent(10):
            snapshot.article(article.id)
            snapshot.furniture_in(article)
        snapshot.files()


@settings(max_examples=ROUNDS, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.data(),
    table=st.sampled_from(sorted(KINDS)),
    value=st.one_of(
        st.integers(-(1 << 63), (1 << 63) - 1), st.none(), st.floats(allow_nan=False), st.binary(max_size=64), st.text(max_size=20),
        st.sampled_from(["../x", "\x1b]52;c;x\x07", "9999-99-99", "2026-13-01T00:00:00+99:00", "2026-0²-1³", "[]", "x" * 9000]),
    ),
)  # fmt: skip
def test_no_tampered_row_does_more_than_be_refused(
    exported: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, table: str, value: object
) -> None:
    column = data.draw(st.sampled_from([c.strip().strip('"') for c in KINDS[table][0].split(",")]))
    folder = tmp_path_factory.mktemp("round")
    try:
        try:
            tar = with_catalog(exported, folder / "x.tar", changed(table, **{column: value}))
        except (sqlite3.Error, UnicodeError, OverflowError):
            return  # SQLite itself does not take it
        came_in_or_was_refused(tar, folder / "there")
    finally:
        shutil.rmtree(folder)


@settings(max_examples=ROUNDS, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_tampered_tar_does_more_than_be_refused(
    exported: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("round")
    whole = bytearray(exported.read_bytes())
    headers = [0, *(i for i in range(512, len(whole), 512) if whole[i + 257 : i + 262] == b"ustar")]
    for _ in range(data.draw(st.integers(1, 4))):
        if data.draw(st.booleans()):  # a field of a header, its sum made right again
            at = data.draw(st.sampled_from(headers))
            place, length = data.draw(st.sampled_from([(0, 100), (124, 12), (156, 1), (157, 100), (100, 8)]))
            field = data.draw(
                st.one_of(
                    st.binary(max_size=length),
                    st.sampled_from([b"x", b"../x", b"77777777777", b"\x80" + bytes(10) + b"\x01"]),
                )
            )
            whole[at + place : at + place + length] = field[:length].ljust(length, b"\0")
            whole[at + 148 : at + 156] = b"        "
            whole[at + 148 : at + 156] = b"%06o\0 " % sum(whole[at : at + 512])
        else:
            at = data.draw(st.integers(0, len(whole) - 1))
            whole[at] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.one_of(st.just(len(whole)), st.integers(0, len(whole))))
    try:
        (folder / "x.tar").write_bytes(bytes(whole[:cut]))
        came_in_or_was_refused(folder / "x.tar", folder / "there")
        assert sorted(path.name for path in folder.iterdir()) in (["there", "x.tar"], ["x.tar"])
    finally:
        shutil.rmtree(folder)
