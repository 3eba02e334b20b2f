"""A process in which the n-th call that changes a file fails, one after the other; failing.c is preloaded.

    every_call.py WHAT FOLDER ERROR from-then-on|once STEP

For each that failed it prints what was said, as JSON, and whatever was not whole afterwards on a line that begins with WRONG.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import sqlite3
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from standin_encoder import StandIn, answers, write_articles

from askcorpus.encoder import converted
from askcorpus.errors import AskcorpusError, StoreError
from askcorpus.indexing.run import refresh
from askcorpus.rendering.kept import Shown
from askcorpus.store.archive import export_store, import_store
from askcorpus.store.verifying import verify
from askcorpus.telegram.state import Arrived, State

QUESTIONS = ("Which ferry hit the pier?",)
FINGERPRINT = "5" * 64
MOST = 5000
SHIM: Any = ctypes.CDLL(None)


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def stand_in() -> Any:
    return StandIn()


class Work:
    """What is done with a failing disk, and what must hold after it."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder, self.store = root, root / "articles", root / "store"
        row = {"id": "one", "title": "Ferry", "text": "The ferry hit the pier."}
        write_articles(self.folder / "a.jsonl", row)
        refresh(self.folder, self.store, stand_in())
        self.expected = answers(self.store, QUESTIONS)
        self.edition = 0

    def before(self) -> None:
        """Get ready, while everything still works."""
        self.edition += 1

    def run(self) -> None:
        raise NotImplementedError

    def wrong(self, said: str | None) -> str:
        """What is not as it should be after a run that said this; nothing where all is."""
        verdict = verify(self.store)
        if verdict.catalog or verdict.derived:
            return f"{verdict}"
        return ""


class Index(Work):
    def before(self) -> None:
        super().before()
        text = f"Rain fell, edition {self.edition}."
        write_articles(self.folder / "b.jsonl", {"id": "two", "title": "Rain", "text": text})

    def run(self) -> None:
        refresh(self.folder, self.store, stand_in())

    def wrong(self, said: str | None) -> str:
        found = answers(self.store, QUESTIONS)
        if not found[0][0] or found[0][0][0][0] != "one":
            return f"another answer: {found}"
        whole = super().wrong(said)
        if whole or said is not None:
            return whole
        told = str(answers(self.store, ("Where did rain fall?",)))
        return "" if f"edition {self.edition}." in told else f"it said nothing and did nothing: {told}"


class Export(Work):
    def run(self) -> None:
        export_store(self.store, self.root / "x.tar")

    def wrong(self, said: str | None) -> str:
        left = [path.name for path in self.root.iterdir() if path.name not in ("articles", "store", "x.tar")]
        if left:
            return f"left behind: {left}"
        if said is None:
            there = self.root / "there"
            import_store(self.root / "x.tar", there)
            same = answers(there, QUESTIONS) == self.expected
            shutil.rmtree(there)
            if not same:
                return "the export is another store"
        (self.root / "x.tar").unlink(missing_ok=True)
        return super().wrong(said)


class Import(Work):
    def __init__(self, root: Path) -> None:
        super().__init__(root)
        export_store(self.store, root / "good.tar")
        self.there = root / "there"

    def run(self) -> None:
        import_store(self.root / "good.tar", self.there)

    def wrong(self, said: str | None) -> str:
        there, problem = self.there, ""
        if (there / "catalog.sqlite").exists():
            verdict = verify(there)
            same = answers(there, QUESTIONS) == self.expected
            problem = "" if same and not verdict.catalog + verdict.derived else f"another store: {verdict}"
        elif said is None or (there.exists() and list(there.iterdir())):
            problem = f"half a store: {list(there.iterdir())}"
        shutil.rmtree(there, ignore_errors=True)
        return problem


class Memory(Work):
    """What the bot remembers."""

    def before(self) -> None:
        super().before()
        self.known: list[int] = []
        for left in self.root.glob("telegram.sqlite3*"):  # or what there is to forget grows faster than `at`
            left.unlink()

    def run(self) -> None:
        with State(self.root / "telegram.sqlite3") as state:
            for update in range(self.edition * 10, self.edition * 10 + 3):
                if state.arrive(Arrived(update, 1, 2, None, 3, True)):
                    self.known.append(update)
                state.stage(update, "done")
            state.set_role(7, "user", by=1)
            state.count_question(7, limit=10**6)
            shown = Shown("a question", None, (), (), "", 0)
            kept = state.keep(chat=1, user=7, thread=None, topic="rain " * 2000, seconds=0.1, shown=shown)
            state.sent(kept.id, 5)
            state.forget(7)
            state.prune(keep_days=1)

    def wrong(self, said: str | None) -> str:
        path = self.root / "telegram.sqlite3"
        with State(path) as state:
            again = [n for n in self.known if state.arrive(Arrived(n, 1, 2, None, 3, True))]
        connection = sqlite3.connect(path)
        (sound,) = connection.execute("PRAGMA integrity_check").fetchone()
        kept = connection.execute("SELECT count(*) FROM answer").fetchone()[0]
        connection.close()
        if again:
            return f"forgot updates that it had taken: {again}"
        if sound != "ok":
            return str(sound)
        return "" if said is not None or not kept else "kept what it was told to forget"


class Convert(Work):
    """A model's converted form, put into the cache and from there into a store."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.cache = root / "cache"

    def before(self) -> None:
        super().before()
        shutil.rmtree(self.cache, ignore_errors=True)
        shutil.rmtree(self.store / converted.KEPT, ignore_errors=True)

    def run(self) -> None:
        def fill(folder: Path) -> converted.Making:
            for name in (converted.MODEL, converted.WEIGHTS, converted.TOKENIZER):
                (folder / name).write_bytes(name.encode() * 5000)
            return converted.Making(StandIn().manifest)

        form = converted.make(FINGERPRINT, self.cache, fill=fill, say=lambda line: None)
        converted.keep(form, self.store)

    def wrong(self, said: str | None) -> str:
        left = [path.name for path in (*self.cache.glob(".*"), *self.store.glob(".*"))]
        if left:
            return f"left behind: {left}"
        for folder in (converted.place(self.cache, FINGERPRINT), self.store / converted.KEPT):
            if folder.exists() and (converted.read(folder) is None or converted.damaged(folder)):
                return f"half a model in {folder.name}"
            if said is None and not folder.exists():
                return f"no model in {folder.name}"
        return super().wrong(said)


WORK: dict[str, Callable[[Path], Work]] = {
    "index": Index, "export": Export, "import": Import, "memory": Memory, "convert": Convert,
}  # fmt: skip


def main(what: str, folder: str, error: str, lasting: str, step: str) -> None:
    root = Path(folder).resolve()
    work = WORK[what](root)
    for at in range(0, MOST, int(step)):
        work.before()
        said: str | None = None
        SHIM.failing_arm(ctypes.c_long(at), getattr(errno, error), int(lasting == "from-then-on"), os.fsencode(root))
        try:
            work.run()
        except AskcorpusError as problem:
            said = str(problem)
        except Exception:  # noqa: BLE001  anything else is what is looked for
            said = "WRONG " + traceback.format_exc()
        struck = SHIM.failing_disarm()
        if said is not None and (said.startswith("WRONG") or "\n" in said):
            say("WRONG", at, said)
        if not struck:
            say(json.dumps({"calls": at}))
            return
        try:
            problem_found = work.wrong(said)
        except (StoreError, OSError) as broken:
            problem_found = repr(broken)
        if problem_found:
            say("WRONG", at, problem_found, "after", said)
        say(json.dumps({"at": at, "said": said}))
    say("WRONG there is no end of calls")


if __name__ == "__main__":
    main(*sys.argv[1:])
