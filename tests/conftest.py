"""One store of a few articles, made once with the real encoder, that many tests ask."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from copy import copy
from datetime import date
from pathlib import Path
from typing import Any

import newspapers
import pytest
from hypothesis import HealthCheck, settings

from askcorpus.corpus import Corpus
from askcorpus.encoder import Encoder, load
from askcorpus.indexing.run import refresh
from askcorpus.settings import DEFAULT_MODEL, Settings

TODAY = date(2026, 7, 10)
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"id": "q1", "question": "Who is the city engineer of Sund?", "answers": ["Ingrid  VALE"], "article_ids": ["bridge"], "answerable": True},
    {"id": "q2", "question": "How many bathers does the swimming pool hold?", "answers": ["900"], "article_ids": ["mayor-june"], "answerable": True},
    {"id": "q3", "question": "Which company went bankrupt in 1987?", "answers": ["Malmverk"], "article_ids": ["mine"], "answerable": True},
    {"id": "q4", "question": "What is the boiling point of tungsten?", "answers": [], "article_ids": [], "answerable": False},
)  # fmt: skip
FIRST = (
    "squad2",
    "xquad-de",
    "tests/training/test_training.py",
    "encoder",
    "tests/cluster/test_cluster.py",
    "xquad-en",
    "xquad-es",
)
"""What takes longest: begun last, it would keep one of two processes waiting for the other."""
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")  # how long an example takes is the machine's affair: a busy one fails no test
Run = Callable[..., "subprocess.CompletedProcess[str]"]
Here = Callable[..., tuple[int, str, str]]


def pytest_configure() -> None:
    """One thread of torch in each of several processes: two of each wait for each other, and training took ten times as long."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when test files import torch


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first; all else stays in its order."""
    items.sort(key=lambda item: FIRST.index(_together(item.nodeid)) if _together(item.nodeid) in FIRST else len(FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `-n 2`: tests that share what takes long to make are run by one process."""
    from xdist.scheduler import LoadScopeScheduling

    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = _together
    config.option.loadscopereorder = False  # what has most tests would come first, not what takes longest
    return scheduler


def _together(nodeid: str) -> str:
    """What a test belongs to: a question set, the folder whose small models all share, else its file."""
    file, _, test = nodeid.partition("::")
    if file.endswith("test_quality.py"):
        return test.partition("[")[2].rstrip("]") or file
    return "encoder" if "tests/encoder/" in file else file


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are not part of a test's name: a gzip holds the second in which it was made, and two processes must collect the same tests."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A test must not see the settings of whoever runs it, but for those of the tests, nor their language."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "no settings"))
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    for name in os.environ:
        if name.startswith("ASKCORPUS_") and name not in ("ASKCORPUS_SHARED", "ASKCORPUS_CACHE"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """What a bot that a test starts in this process keeps out of the logs is not kept out of the next test's."""
    before = [(handler, handler.filters[:]) for handler in logging.getLogger().handlers]
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    for handler, filters in before:
        handler.filters[:] = filters
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a test writes its articles; not made yet."""
    return tmp_path / "articles"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Where a test has its store; nothing is there yet."""
    return tmp_path / "embeddings"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pages and question sets beside the checkout, or where $ASKCORPUS_SHARED says."""
    named = os.environ.get("ASKCORPUS_SHARED")
    folder = Path(named) if named else Path(__file__).parent.parent.parent / "shared"
    if not (folder / "corpus").is_dir():
        pytest.skip(f"{folder} has no corpus/; name the folder with ASKCORPUS_SHARED")
    return folder


@pytest.fixture(scope="session")
def eval_folder(shared: Path) -> Path:
    """The folder of question sets."""
    return shared / "eval"


@pytest.fixture(scope="session")
def real_encoder() -> Iterator[Encoder]:
    """The default model."""
    encoder = load(DEFAULT_MODEL)
    yield encoder
    encoder.close()


@pytest.fixture(scope="session")
def news_store(tmp_path_factory: pytest.TempPathFactory, real_encoder: Encoder) -> Path:
    """A store of the articles in newspapers.py; only to be read."""
    folder = newspapers.write(tmp_path_factory.mktemp("news") / "articles")
    refresh(folder, store := folder.parent / "store", real_encoder)
    store.chmod(0o700)  # as the commands make it, which say so where one is wider
    return store


@pytest.fixture(scope="session")
def corpus(news_store: Path) -> Iterator[Corpus]:
    """The corpus of newspapers.py, asked on 10 July 2026."""
    with Corpus(Settings(store=str(news_store)), today=lambda: TODAY) as opened:
        yield opened


@pytest.fixture
def make_corpus(tmp_path: Path, real_encoder: Encoder, one_model: None) -> Iterator[Callable[..., Corpus]]:
    """`make_corpus(row, row, …)` is a corpus of just these articles."""
    opened: list[Corpus] = []

    def make(*rows: dict[str, object]) -> Corpus:
        folder = newspapers.write(tmp_path / f"articles{len(opened)}", rows)
        store = tmp_path / f"store{len(opened)}"
        refresh(folder, store, real_encoder)
        opened.append(Corpus(Settings(store=str(store)), today=lambda: TODAY))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def one_model(monkeypatch: pytest.MonkeyPatch, real_encoder: Encoder) -> None:
    """The default model is lent as this session has loaded it: made ready to encode passages anew, it takes two seconds each time."""
    lent = copy(real_encoder)
    monkeypatch.setattr(lent, "close", lambda: None)

    def lend(model: str, **how: Any) -> Encoder:
        usual = {how.get("device", "auto"), how.get("precision", "auto")} == {"auto"}
        return lent if model == DEFAULT_MODEL and usual else load(model, **how)

    monkeypatch.setattr("askcorpus.encoder.load", lend)
    monkeypatch.setattr("askcorpus.corpus.load_encoder", lend)


@pytest.fixture
def here(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one_model: None) -> Here:
    """Runs `askcorpus …` in this process, in an empty folder: exit status, stdout, stderr."""
    from askcorpus.cli import main

    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as left:
            main([str(a) for a in arguments])
        captured = capfd.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, captured.out, captured.err

    return run


@pytest.fixture
def command(tmp_path: Path) -> Run:
    """Runs `askcorpus …` in a process of its own, in an empty folder."""

    def run(*arguments: object, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ASKCORPUS_") or k == "ASKCORPUS_CACHE"}
        return subprocess.run(
            [sys.executable, "-m", "askcorpus", *map(str, arguments)],
            input=stdin, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path, timeout=300, check=False,
            env={**environment, "XDG_STATE_HOME": str(tmp_path / "state"), "COLUMNS": "100", **more},
        )  # fmt: skip

    return run


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory, real_encoder: Encoder) -> Path:
    """A store of the sample corpus that ships with the project; only to be read."""
    store = tmp_path_factory.mktemp("sample") / "store"
    refresh(Path(__file__).parent.parent / "articles", store, real_encoder)
    store.chmod(0o700)
    return store


@pytest.fixture
def small_set(tmp_path: Path) -> Path:
    """Four questions, the last without an answer, over four of the articles in newspapers.py."""
    folder = newspapers.write(
        tmp_path / "set", newspapers.ROWS[:1] + newspapers.ROWS[4:6] + newspapers.ROWS[8:9], name="articles.jsonl"
    )
    (folder / "questions.jsonl").write_text("".join(json.dumps(q) + "\n" for q in QUESTIONS), "utf-8")
    return folder
