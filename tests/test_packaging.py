"""Does the wheel hold the program?  Built without a network, installed into an empty folder, asked there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import askcorpus

ROOT = Path(__file__).parent.parent
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "src")
FERRY = "2025-03-11-ferry-harbour-gazette.txt"


def run(*command: object, folder: Path, **more: str) -> str:
    """What a command prints in this folder; it must succeed."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ASKCORPUS_") or k == "ASKCORPUS_CACHE"}
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, env={**environment, **more},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built from a copy: what an older build left in build/ would get into it."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, copy)
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", copy / "dist", folder=copy)
    (made,) = (copy / "dist").iterdir()
    return made


def test_the_wheel_carries_every_file_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("askcorpus/")}
    files = (p for p in (ROOT / "src" / "askcorpus").rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    assert packed == {p.relative_to(ROOT / "src").as_posix() for p in files}
    assert {Path(name).suffix for name in packed} >= {".py", ".json", ".toml", ".npz", ".txt", ".typed"}


def test_the_wheel_names_its_version_and_its_licence(wheel: Path) -> None:
    assert wheel.name == f"askcorpus-{askcorpus.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"askcorpus-{askcorpus.__version__}.dist-info/METADATA").decode()
    assert "License-Expression: MIT" in metadata.splitlines()


def test_the_wheel_answers_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    target, empty = tmp_path / "target", tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "articles").mkdir()
    shutil.copy(ROOT / "articles" / FERRY, tmp_path / "articles")
    run(
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        target,
        wheel,
        folder=empty,
    )

    def told(*arguments: object) -> str:
        return run(sys.executable, "-m", "askcorpus", *arguments, folder=empty, PYTHONPATH=str(target))

    assert told("--version") == f"askcorpus, version {askcorpus.__version__}\n"
    where = run(
        sys.executable, "-c", "import askcorpus; print(askcorpus.__file__)", folder=empty, PYTHONPATH=str(target)
    )
    assert Path(where.strip()) == target / "askcorpus" / "__init__.py"
    told("index", tmp_path / "articles", "--store", tmp_path / "store")
    answer = json.loads(
        told("ask", "How many people were hurt when the ferry hit the quay?", "--store", tmp_path / "store", "--json")
    )
    assert [citation["article"]["file"] for citation in answer["citations"]] == [FERRY]
    assert list(empty.iterdir()) == []


LOCKS = sorted((ROOT / "locks").glob("*.txt"))


def pins(text: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", text, re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in found}


NOT_LOCKED = {
    "dev": "who works on the program, not who runs it",
    "training": "brings nothing that the install does not bring",
    "minilm": "another model: 80 MB for everybody, of use to few",
}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_holds_every_package_that_is_declared_as_it_was_tested_and_sums_for_each(lock: Path) -> None:
    text = lock.read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = {name: entries for name, entries in project["optional-dependencies"].items() if name not in NOT_LOCKED}
    declared = [*project["dependencies"], *(entry for entries in extras.values() for entry in entries)]
    names = {re.split(r"[\s<>=!~;\[@]", entry)[0].lower().replace("_", "-") for entry in declared}
    locked, tested = pins(text), pins((ROOT / "constraints.txt").read_text("utf-8"))
    assert sorted(names - set(locked)) == [], "just locks"
    assert f"[{' '.join(extras)}]" in text.splitlines()[0], "name it in locked_extras of the justfile, then: just locks"
    assert {name: version for name, version in locked.items() if tested.get(name, version) != version} == {}
    blocks = re.split(r"\n(?=[\w])", text)
    assert [
        block.split()[0] for block in blocks if "==" in block.split("\n")[0] and "--hash=sha256:" not in block
    ] == []
