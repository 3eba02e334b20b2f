"""Does this program find better than the strongest peer measured so far, and what does each cost?  txtai's hybrid search.

    python3 -m venv peers-venv && peers-venv/bin/pip install txtai
    python benchmarks/peers.py --peer peers-venv/bin/python FOLDER [FOLDER ...] [--model NAME] [--limit 300]

Each FOLDER is a question set (docs/question-sets.md).  The articles of all of them become one folder of files, an article a
file; the questions are those of the first.  Both index the same files with the same weights and prompts, one after the other,
each as a process of its own; then both are asked, a hundred questions in turn.  txtai gets a paragraph as a row, its title in front as this
program has it, and its own defaults otherwise.  Nothing here imports txtai: its environment is named by its Python.

A hit is a passage with an answer in it (hit@1, hit@5, mrr@10).  Index time, processor time and memory are those of the whole
process and of those it starts; a question's time is that of finding ten passages, here with what follows of it: quotes and confidence.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from askcorpus.evaluation.question_set import Question, normal, read_questions, without_unanswerable
from askcorpus.settings import DEFAULT_MODEL

DEPTH = 10
BLOCK = 100  # questions before it is the other's turn: what else runs on the machine then meets both alike
OURS, PEER = "askcorpus", "txtai hybrid"
PEER_PROGRAM = """
import json, sys, time
from pathlib import Path
from txtai import Embeddings

step, articles, store, model, question_prompt, passage_prompt, titled = sys.argv[1:]
rows = []
for file in sorted(Path(articles).iterdir()):
    article = json.loads(file.read_text("utf-8"))
    title = f"{article['title']}. " if article["title"] and titled else ""
    rows += [(title + part, part) for part in article["text"].split("\\n\\n") if part.strip()]
if step == "index":
    instructions = {"query": question_prompt, "data": passage_prompt}
    embeddings = Embeddings(path=model, hybrid=True, instructions=instructions)
    embeddings.index([(number, text) for number, (text, _) in enumerate(rows)])
    embeddings.save(store)
else:
    embeddings = Embeddings()
    embeddings.load(store)
    print(json.dumps({"passages": len(rows)}), flush=True)
    for line in sys.stdin:
        started = time.perf_counter()
        found = embeddings.search(json.loads(line), 10)
        seconds = time.perf_counter() - started
        print(json.dumps({"seconds": seconds, "texts": [rows[number][1] for number, _ in found]}), flush=True)
"""


@dataclass(slots=True)
class Measured:
    """What one of the two did."""

    index_s: float = 0.0
    index_cpu_s: float = 0.0
    index_mib: float = 0.0
    ask_mib: float = 0.0
    passages: int = 0
    seconds: list[float] = field(default_factory=list)
    places: list[int | None] = field(default_factory=list)
    """For each question the place of the first passage with an answer, from 1."""

    def hit(self, depth: int) -> float:
        """Share of the questions with an answer among the first so many passages."""
        return sum(place is not None and place <= depth for place in self.places) / len(self.places)

    @property
    def mrr(self) -> float:
        """The mean of one by the place; nothing for a question without a hit."""
        return sum(1 / place for place in self.places if place is not None) / len(self.places)

    def percentile_ms(self, percent: int) -> float:
        """So many of a hundred questions took no longer."""
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[percent - 1] * 1000


def write_articles(sets: Sequence[Path], folder: Path) -> int:
    """Each article of the sets as a file of its own; returns how many."""
    folder.mkdir()
    count = 0
    for chosen in sets:
        for line in (chosen / "articles.jsonl").read_text("utf-8-sig").splitlines():
            if line.strip():
                row = json.loads(line)
                article = {"id": str(row["id"]), "title": row.get("title") or "", "text": row["text"]}
                article |= {"language": row["lang"]} if row.get("lang") else {}
                (folder / f"{count:05}.json").write_text(json.dumps(article, ensure_ascii=False), "utf-8")
                count += 1
    return count


def serve(step: str, articles: Path, store: Path, model: str) -> None:
    """This program's part, in a process of its own: index, answer the questions on stdin, or say what the other needs to know."""
    from askcorpus.encoder import load

    if (
        step == "model"
    ):  # in its own process, and before anything is timed: it also converts the model where that was never done
        print(json.dumps(_model(model)))
    elif step == "index":
        from askcorpus.indexing.run import refresh

        refresh(articles, store, partial(load, model), model=model)
    else:
        _answer(store, model)


def _model(model: str) -> dict[str, str]:
    """The same weights as a folder that sentence-transformers loads, and the prompts."""
    from askcorpus.encoder import load
    from askcorpus.encoder.converted import cache_folder
    from askcorpus.encoder.models import find
    from askcorpus.encoder.reference import kept_standard_folder

    encoder = load(model)
    manifest = encoder.manifest
    encoder.close()
    folder = kept_standard_folder(find(model), cache_folder(_to_stderr))
    return {"folder": str(folder), "question": manifest.question_prompt, "passage": manifest.passage_prompt}


def _answer(store: Path, model: str) -> None:
    from askcorpus.answer import compose
    from askcorpus.corpus import Corpus
    from askcorpus.settings import Settings

    with Corpus.open(store, settings=Settings(model=model)) as corpus:
        print(json.dumps({"passages": corpus.snapshot.passages_count}), flush=True)
        for line in sys.stdin:
            started = time.perf_counter()
            found = corpus.find(json.loads(line), k=DEPTH)
            compose.answer(found)
            seconds = time.perf_counter() - started
            print(json.dumps({"seconds": seconds, "texts": [hit.passage.text for hit in found.hits]}), flush=True)


def measure(
    commands: dict[str, list[str]], place: Path, questions: Sequence[Question], rest: dict[str, list[str]]
) -> dict[str, Measured]:
    """Index with each, then ask both in turn.  `commands` run a step, `rest` are their arguments behind articles and store."""
    measured = {name: Measured() for name in commands}

    def whole(name: str, step: str) -> list[str]:
        return [*commands[name], step, str(place / "articles"), str(place / name.split()[0]), *rest[name]]

    for name, one in measured.items():
        one.index_s, one.index_cpu_s, one.index_mib = run(whole(name, "index"))
        print(f"{name}: indexed in {one.index_s:.1f} s, {one.index_cpu_s:.1f} s of processors", flush=True)
    asked = {name: Asked(whole(name, "ask")) for name in commands}
    for name, process in asked.items():
        measured[name].passages = int(process.next()["passages"])
        process.ask(questions[0].question)  # what is loaded with the first question is nobody's time
    for start in range(0, len(questions), BLOCK):
        for name, process in asked.items():
            for question in questions[start : start + BLOCK]:
                answer = process.ask(question.question)
                measured[name].seconds.append(answer["seconds"])
                measured[name].places.append(place_of(question, answer["texts"]))
    for name, process in asked.items():
        measured[name].ask_mib = process.close()
    return measured


def place_of(question: Question, texts: Sequence[str]) -> int | None:
    """The place of the first text with an answer, from 1."""
    wanted = [normal(answer) for answer in question.answers]
    found = (place for place, text in enumerate(texts, 1) if any(answer in normal(text) for answer in wanted))
    return next(found, None)


def run(command: list[str]) -> tuple[float, float, float]:
    """Seconds, seconds of processors and peak MiB of a process with all that it starts."""
    started, peak = time.perf_counter(), 0.0
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            peak = max(peak, sum(map(_proportional_mib, _tree(process.pid))))
            time.sleep(0.1)  # of a run of a minute nothing that lasts is missed
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            raise SystemExit(f"{command[0]} failed: {errors.read()[-2000:]}")
    return seconds, usage.ru_utime + usage.ru_stime, max(peak, usage.ru_maxrss / 1024)


class Asked:
    """A process that answers a question on a line with found texts on a line."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def ask(self, question: str) -> dict[str, Any]:
        """What it answers."""
        assert self._process.stdin is not None
        print(json.dumps(question), file=self._process.stdin, flush=True)
        return self.next()

    def next(self) -> dict[str, Any]:
        """The next line it writes."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"it ended with {self._process.wait()}: {self._process.args!r:.200}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> float:
        """End it; its peak memory in MiB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        self._process.communicate()
        return peak / 1024


def _tree(pid: int) -> list[int]:
    """A process and those it started."""
    try:
        started = [int(p) for t in Path(f"/proc/{pid}/task").iterdir() for p in (t / "children").read_text().split()]
    except OSError:  # it has ended
        return []
    return [pid, *(below for child in started for below in _tree(child))]


def _proportional_mib(pid: int) -> float:
    """What a process holds; of memory that several share, its part."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0) / 1024


def table(measured: dict[str, Measured]) -> str:
    """The figures of both, as Markdown."""
    lines = [
        "| | passages | hit@1 | hit@5 | hit@10 | mrr@10 | index | its processor time | its memory | memory asking | a question p50 | p95 |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, m in measured.items():
        hits = " | ".join(f"{value:.3f}" for value in (m.hit(1), m.hit(5), m.hit(DEPTH), m.mrr))
        cost = f"{m.index_s:.1f} s | {m.index_cpu_s:.1f} s | {m.index_mib:.0f} MiB | {m.ask_mib:.0f} MiB"
        lines.append(
            f"| {name} | {m.passages} | {hits} | {cost} | {m.percentile_ms(50):.1f} ms | {m.percentile_ms(95):.1f} ms |"
        )
    return "\n".join(lines)


def main() -> None:
    """Index and ask with both, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+", help="question sets; the questions are the first one's")
    parser.add_argument("--peer", required=True, help="the Python of the environment that has txtai")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--limit", type=int, help="ask so many questions, evenly spread")
    parser.add_argument("--untitled", action="store_true", help="txtai gets paragraphs without the article's title")
    chosen = parser.parse_args()
    questions = without_unanswerable(read_questions(chosen.sets[0]))
    if chosen.limit is not None:
        questions = questions[:: max(1, len(questions) // chosen.limit)][: chosen.limit]
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        files = write_articles(chosen.sets, place / "articles")
        ours = [sys.executable, __file__, "--serve"]
        told = subprocess.run([*ours, "model", "-", "-", chosen.model], stdout=subprocess.PIPE, check=True, text=True)
        model = json.loads(told.stdout)
        peer = [model["folder"], model["question"], model["passage"], "" if chosen.untitled else "titled"]
        print(f"{len(questions)} questions over {files} files, {chosen.model}", flush=True)
        measured = measure(
            {OURS: ours, PEER: [chosen.peer, "-c", PEER_PROGRAM]}, place, questions, {OURS: [chosen.model], PEER: peer}
        )
    print(table(measured))


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        step, articles, store, model = sys.argv[2:]
        serve(step, Path(articles), Path(store), model)
    else:
        main()
