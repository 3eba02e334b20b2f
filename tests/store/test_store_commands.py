"""What do `askcorpus status`, `verify`, `export` and `import` say?"""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import Any

import pytest
from standin_encoder import StandIn, write_articles

from askcorpus.cli import main
from askcorpus.encoder import Encoder
from askcorpus.indexing.run import refresh


@pytest.fixture
def store(tmp_path: Path) -> Path:
    write_articles(
        tmp_path / "articles" / "a.jsonl", {"id": "one", "title": "Ferry", "text": "The ferry hit the pier."}
    )
    (tmp_path / "articles" / "b.txt").write_bytes(b"\x00\x01\x02" * 100)
    refresh(tmp_path / "articles", tmp_path / "embeddings", StandIn())
    return tmp_path / "embeddings"


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[Any, str, str]:
    """Exit status, stdout and stderr of a command."""
    with pytest.raises(SystemExit) as exit_:
        main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return exit_.value.code, said.out, said.err


def damage(store: Path) -> None:
    [file] = store.glob("generations/*/dense/base.faiss")
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(bytes(data))


def test_status_names_what_was_skipped_and_whether_the_folder_changed(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "status", "--store", store, "-v")
    assert code == 0
    assert "articles    1\n" in out
    assert f"skipped     1 (askcorpus status -v --store {store})" in out
    assert "  skipped b.txt: " in out
    assert "unchanged since" in out
    write_articles(store.parent / "articles" / "c.jsonl", {"id": "two", "title": "", "text": "Rain fell."})
    _, out, _ = run(capsys, "status", "--store", store, "--json")
    found = json.loads(out)
    assert (found["current"], found["to_read"], found["articles"]) == (False, 1, 1)


def test_verify_mends_an_index_and_says_so(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "match their checksums" in run(capsys, "verify", "--store", store)[1]
    damage(store)
    code, out, _ = run(capsys, "verify", "--store", store, "--check")
    assert code == 1
    assert "does not match its checksum" in out
    assert f"To mend it: askcorpus verify --store {store}\n" in out
    code, out, err = run(capsys, "verify", "--store", store)
    assert code == 0
    assert "nothing was encoded" in out
    assert "making the indexes again" in err
    assert json.loads(run(capsys, "verify", "--store", store, "--json")[1])["whole"] is True


def test_verify_cannot_mend_a_catalog_and_says_what_can(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalog = store / "catalog.sqlite"
    data = catalog.read_bytes()
    assert data.count(b"hit the pier") == 1
    catalog.write_bytes(data.replace(b"hit the pier", b"hit the quay"))
    code, out, _ = run(capsys, "verify", "--store", store)
    assert code == 1
    assert "1 of 1 rows of texts do not match" in out
    assert f"askcorpus index {store.parent / 'articles'} --store {store} --rebuild" in out


def test_what_an_error_says_to_type_works_as_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, real_encoder: Encoder
) -> None:
    monkeypatch.setattr("askcorpus.encoder.load", lambda *given, **more: real_encoder)
    folder, store = tmp_path / "it's new", tmp_path / "my store"
    write_articles(folder / "a.jsonl", {"id": "one", "title": "Rain", "text": "Rain fell in Sund."})
    monkeypatch.setenv("ASKCORPUS_FOLDER", str(folder))

    def hint(status: int, *arguments: object) -> list[str]:
        """The command that an error, or a remark, names: all that stands behind the colon."""
        code, out, err = run(capsys, *arguments)
        assert code == status, err
        (line,) = [line for line in (out + err).splitlines() if ": askcorpus " in line]
        return shlex.split(line.partition(": askcorpus ")[2])

    make = hint(1, "ask", "Where did rain fall?", "--store", store)
    assert make == ["index", str(folder), "--store", str(store)]
    assert run(capsys, *make)[0] == 0
    write_articles(folder / "b.jsonl", {"id": "two", "title": "Snow", "text": "Snow fell in Sund."})
    monkeypatch.delenv("ASKCORPUS_FOLDER")  # from here on the store knows its folder
    assert hint(0, "status", "--store", store) == make
    assert run(capsys, *make)[0] == 0
    catalog = store / "catalog.sqlite"
    catalog.write_bytes(catalog.read_bytes().replace(b"Rain fell in Sund", b"Rain fell in Lund"))
    for lost in ("ask", "Where did rain fall?"), ("verify",):
        again = hint(1, *lost, "--store", store)
        assert again == [*make, "--rebuild"]
    assert run(capsys, *again)[0] == 0
    assert run(capsys, "verify", "--store", store)[0] == 0


def test_export_and_import_move_a_store(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "export", tmp_path / "s.tar", "--store", store)[0] == 0
    code, _, err = run(capsys, "import", tmp_path / "s.tar", "--store", tmp_path / "there")
    assert (code, "1 passages" in err) == (0, True)
    assert "The ferry hit the pier." in run(capsys, "show", "one", "--store", tmp_path / "there")[1]
    code, _, err = run(capsys, "import", tmp_path / "s.tar", "--store", tmp_path / "there")
    assert code == 1
    assert err.startswith("askcorpus: there is a store at ")


@pytest.mark.parametrize("command", ["status", "verify", "export", "show"])
def test_no_store_is_one_line_and_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    more = [tmp_path / "x"] if command in ("export", "show") else []
    code, out, err = run(capsys, command, *more, "--store", tmp_path / "nowhere")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "there is no store" in err


@pytest.mark.parametrize(("flags", "others"), [((), 0o077), (("--share-with-group",), 0o027)])
def test_stores_and_exports_are_private_whatever_the_umask(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], others: int
) -> None:
    before = os.umask(0)
    try:
        assert run(capsys, "export", tmp_path / "s.tar", "--store", store, *flags)[0] == 0
        assert run(capsys, "import", tmp_path / "s.tar", "--store", tmp_path / "there", *flags)[0] == 0
    finally:
        os.umask(before)
    made = [tmp_path / "s.tar", tmp_path / "there", *(tmp_path / "there").rglob("*")]
    assert [path for path in made if path.stat().st_mode & others] == []
    assert bool(made[0].stat().st_mode & 0o040) is bool(flags)


@pytest.mark.parametrize(
    ("mode", "flags", "told"),
    [
        (0o755, (), "go="),
        (0o750, (), "go="),
        (0o750, ("--share-with-group",), ""),
        (0o755, ("--share-with-group",), "o="),
    ],
)
def test_a_store_and_an_export_that_others_can_read_are_said_to_be_so(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: int, flags: tuple[str, ...], told: str
) -> None:
    run(capsys, "export", tmp_path / "s.tar", "--store", store)
    for place in (store, store / "catalog.sqlite", tmp_path / "s.tar"):
        place.chmod(mode)
    _, _, err = run(capsys, "export", tmp_path / "t.tar", "--store", store, *flags)
    assert [line for line in err.splitlines() if "by others" in line] == (
        [f"{store}/catalog.sqlite can be read by others: chmod -R {told} {store}"] if told else []
    )
    _, _, err = run(capsys, "import", tmp_path / "s.tar", "--store", tmp_path / "there", *flags)
    assert (f"{tmp_path}/s.tar can be read by others: chmod -R {told} {tmp_path}/s.tar" in err) is bool(told)
    store.chmod(0o700)  # what lies in it is out of reach then
    assert "by others" not in run(capsys, "verify", "--store", store)[2]


def test_verify_finds_and_heals_a_model_in_every_store_that_shares_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], real_encoder: Encoder, store: Path
) -> None:
    """A byte that the sample of a large file leaves out, in a file that two stores and the machine's cache share."""
    from askcorpus.encoder import converted

    write_articles(tmp_path / "real" / "a.jsonl", {"id": "one", "title": "Ferry", "text": "The ferry hit the pier."})
    for name in ("one", "two"):
        refresh(tmp_path / "real", tmp_path / name, real_encoder)
    sums = json.loads((tmp_path / "one" / "encoder" / "form.json").read_text())
    name, (size, _) = max(sums["files"].items(), key=lambda item: item[1][0])
    path = tmp_path / "one" / "encoder" / name
    whole = path.read_bytes()
    place = size // 2 + 3 * 4096
    spoilt = bytearray(whole)
    spoilt[place] ^= 1
    cache = converted.place(converted.cache_folder(lambda line: None), real_encoder.manifest.fingerprint) / name
    shared = cache.stat().st_ino == path.stat().st_ino
    if shared:  # not the machine's own: the tests beside this one use it
        path.unlink()
        path.write_bytes(whole)
        (tmp_path / "two" / "encoder" / name).unlink()
        (tmp_path / "two" / "encoder" / name).hardlink_to(path)
    with path.open("r+b") as file:
        file.write(spoilt)
    assert f"{name} is not as it was written" in run(capsys, "verify", "--check", "--store", tmp_path / "one")[1]
    assert run(capsys, "verify", "--store", tmp_path / "one")[0] == 0
    assert (tmp_path / "two" / "encoder" / name).read_bytes() == whole
