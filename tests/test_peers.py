"""Does benchmarks/peers.py give both the same files and judge both alike?  A stand-in for txtai, whose finds are known."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from Linux's /proc"
)

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "peers.py"
PARAGRAPHS = (
    "The ferry Aurora struck the north quay of Skarholm at noon on Friday.",
    "The quay is 90 metres long and was built in 1931.",
    "Tamberg closed two schools after 37 cases of measles.",
)
QUESTIONS = (
    ("When was the quay built?", "1931"),
    ("How many cases of measles were there?", "37"),
    ("Who is the mayor of Lesna?", "Nobody Known"),
)
TXTAI = '''
import json
from pathlib import Path


class Embeddings:
    """Finds its rows in the order in which they came, whatever is asked."""

    def __init__(self, **config):
        self.config = config

    def index(self, rows):
        self.rows = list(rows)

    def save(self, path):
        Path(path).write_text(json.dumps([self.config, self.rows]))

    def load(self, path):
        self.config, self.rows = json.loads(Path(path).read_text())

    def search(self, question, limit):
        assert question in {questions}, question
        return [(number, 0.5) for number, _ in self.rows[:limit]]
'''


@pytest.fixture
def two_sets(tmp_path: Path) -> tuple[Path, Path]:
    """Two question sets, of which the first asks; and beside them the stand-in."""
    asking, more = tmp_path / "asking", tmp_path / "more"
    for folder in (asking, more):
        folder.mkdir()
    article = {"id": "a", "title": "Ferry hits quay", "text": "\n\n".join(PARAGRAPHS[:2]), "lang": "en"}
    (asking / "articles.jsonl").write_text(json.dumps(article) + "\n", "utf-8")
    (more / "articles.jsonl").write_text(json.dumps({"id": "b", "title": "", "text": PARAGRAPHS[2]}) + "\n", "utf-8")
    rows = [
        {"id": f"q{n}", "question": question, "answers": [answer]} for n, (question, answer) in enumerate(QUESTIONS)
    ]
    rows.append({"id": "none", "question": "Why?", "answers": [], "answerable": False})
    (asking / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (more / "questions.jsonl").write_text("never read", "utf-8")
    asked = [question for question, _ in QUESTIONS]
    (tmp_path / "txtai.py").write_text(TXTAI.replace("{questions}", repr(asked)), "utf-8")
    return asking, more


def test_both_index_the_same_files_and_a_hit_is_a_passage_with_an_answer(
    two_sets: tuple[Path, Path], tmp_path: Path
) -> None:
    command = [sys.executable, SCRIPT, *two_sets, "--peer", sys.executable, "--model", "all-MiniLM-L6-v2"]
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    ran = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert lines[0] == "3 questions over 2 files, all-MiniLM-L6-v2"
    ours, peer = ([cell.strip() for cell in line.split("|")[1:-1]] for line in lines[-2:])
    assert ours[:6] == ["askcorpus", "2", "0.667", "0.667", "0.667", "0.667"]
    # Two short paragraphs are one passage here, two rows there: 1931 stands in the second row, 37 in the third, the third answer nowhere.
    assert peer[:6] == ["txtai hybrid", "3", "0.000", "0.667", "0.667", "0.278"]
    assert all(float(cell.split()[0]) > 0 for cell in (*ours[6:], *peer[8:10]))  # the stand-in takes no time


def test_an_environment_without_txtai_is_told(two_sets: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "txtai.py").write_text("raise ImportError('no txtai here')")
    command = [sys.executable, SCRIPT, *two_sets, "--peer", sys.executable, "--model", "all-MiniLM-L6-v2"]
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    ran = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "no txtai here" in ran.stderr
