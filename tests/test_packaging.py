"""Does the wheel hold the program?  Built without a network, installed as people install it, asked from an empty folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

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
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with sdist, and the wheel made of it; built from a copy: what an older build left in build/ would get into it."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, copy)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", copy / "dist", folder=copy)
    return copy / "dist"


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """The wheel of this checkout, made of its sdist."""
    (made,) = built.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def hollow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels that have the names and versions of what askcorpus needs, and nothing in them.

    An installer resolves and installs them without a network and in no time; the real ones are lent by a .pth file.
    """
    folder = tmp_path_factory.mktemp("hollow")
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    for needed in map(Requirement, declared):
        if needed.marker is not None and not needed.marker.evaluate():
            continue
        name, here = needed.name.replace("-", "_"), version(needed.name)
        extras = "".join(f"Provides-Extra: {extra}\n" for extra in sorted(needed.extras))
        info = f"{name}-{here}.dist-info"
        with zipfile.ZipFile(folder / f"{name}-{here}-py3-none-any.whl", "w") as made:
            made.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {needed.name}\nVersion: {here}\n{extras}")
            made.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            made.writestr(f"{info}/RECORD", f"{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return folder


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


@pytest.mark.parametrize("installer", ["pipx", "uv"])
def test_the_command_that_an_installer_makes_answers_from_an_empty_folder(
    installer: str, wheel: Path, hollow: Path, tmp_path: Path, sample_store: Path
) -> None:
    """`pipx install` and `uv tool install`, each into a folder of its own."""
    empty, commands = tmp_path / "empty", tmp_path / "bin"
    empty.mkdir()
    own = {
        "pipx": {"PIPX_HOME": tmp_path / "pipx", "PIPX_BIN_DIR": commands, "PIPX_MAN_DIR": tmp_path / "man"},
        "uv": {"UV_TOOL_DIR": tmp_path / "tools", "UV_TOOL_BIN_DIR": commands, "UV_CACHE_DIR": tmp_path / "uv", "UV_NO_CONFIG": "1"},
    }  # fmt: skip
    how = {
        "pipx": (sys.executable, "-m", "pipx", "install", "--pip-args", f"--no-index --find-links {hollow}", wheel),
        "uv": (shutil.which("uv", path=sysconfig.get_path("scripts")), "tool", "install", "--offline", "--no-index", "--python", sys.executable, "--find-links", hollow, wheel),
    }  # fmt: skip
    run(*how[installer], folder=empty, **{name: str(value) for name, value in own[installer].items()})
    (site,) = tmp_path.glob("*/**/askcorpus/lib/python*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib"))

    def told(*arguments: object) -> str:
        return run(commands / "askcorpus", *arguments, folder=empty, PYTHONPATH="")

    assert told("--version") == f"askcorpus, version {askcorpus.__version__}\n"
    store = sample_store
    if installer == "uv":  # once will do: the wheel is the same
        (tmp_path / "articles").mkdir()
        shutil.copy(ROOT / "articles" / FERRY, tmp_path / "articles")
        store = tmp_path / "store"
        told("index", tmp_path / "articles", "--store", store)
    answer = json.loads(
        told("ask", "How many people were hurt when the ferry hit the quay?", "--store", store, "--json")
    )
    assert answer["citations"][0]["article"]["file"] == FERRY
    assert list(empty.iterdir()) == []


def test_the_sdist_holds_the_sources_and_nothing_that_was_left_lying_about(built: Path) -> None:
    (made,) = built.glob("*.tar.gz")
    with tarfile.open(made) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "src/askcorpus/__main__.py"} <= names
    strange = [
        name
        for name in names
        if not re.match(r"src(/|$)|(pyproject\.toml|README\.md|LICENSE|PKG-INFO|setup\.cfg)?$", name)
    ]
    assert strange == []


def test_every_extra_is_documented() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    told = (ROOT / "README.md").read_text("utf-8").partition("## Install it")[2].partition("\n## ")[0]
    assert [
        name
        for name in extras
        if name not in ("dev", "training") and not re.search(rf"^\| .*`{name}`.* \|", told, re.MULTILINE)
    ] == []


LOCKS = sorted((ROOT / "locks").glob("*.txt"))


def pins(text: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", text, re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in found}


NOT_LOCKED = {
    "dev": "who works on the program, not who runs it",
    "training": "brings nothing that the install does not bring",
    "minilm": "another model: 80 MB for everybody, of use to few",
    "langchain": "who builds with it locks a program of their own; so with the two below",
    "llamaindex": "forty packages more",
    "pandas": "for a notebook, not for a service",
    "cluster": "whoever has several machines installs them alike by a list of their own; 75 MB for everybody else",
    "voice": "a recognizer of speech, of use where the bot hears: large, and not on every platform; so with the next",
    "vosk": "as voice",
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
