"""A short run of benchmarks/soak.py; ASKCORPUS_SOAK_QUESTIONS=2000 ASKCORPUS_SOAK_PEOPLE=50 runs the whole of it."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from standin import TOKEN

SOAK = Path(__file__).parents[2] / "benchmarks" / "soak.py"
PEOPLE = int(os.environ.get("ASKCORPUS_SOAK_PEOPLE", "8"))
QUESTIONS = int(os.environ.get("ASKCORPUS_SOAK_QUESTIONS", "48"))
SLOW_MACHINE = 3  # two cores with AVX2 alone, as busy as the suite keeps them, held it for 51 ms


async def test_through_a_bad_network_every_question_is_answered_and_all_news_told_exactly_once(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("soak", SOAK)
    soak = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "soak", soak)
    spec.loader.exec_module(soak)
    if QUESTIONS < 500:  # so few messages must meet trouble more often, or they meet none
        monkeypatch.setattr(soak, "SHARES", {"flood": 0.02, "gateway": 0.05, "lost": 0.1, "cut": 0.1})
    think = (0.05, 0.5) if QUESTIONS < 500 else (0.5, 4.5)
    news = {"saved": 4, "a_minute": 20.0} if QUESTIONS < 500 else {"saved": 200, "a_minute": 20.0}
    outcome = await soak.soak(tmp_path, people=PEOPLE, questions=QUESTIONS, think=think, **news)
    assert outcome.wrong == []
    assert outcome.news.heard_s
    assert len(outcome.seconds) >= QUESTIONS // PEOPLE * PEOPLE
    assert outcome.faults > 0
    assert (
        outcome.percentile(0.95) < 2 or QUESTIONS < 500
    )  # how soon is for a long run on a machine that does nothing else
    assert outcome.tasks[1] <= outcome.tasks[0]
    before, after = outcome.sockets
    assert after.to_telegram <= soak.MOST_CONNECTIONS
    assert after.own <= before.own
    # By processor time: other programs do not count, but how fast the machine is does, which only a long run asks about.
    longest = soak.LONGEST_S * (SLOW_MACHINE if QUESTIONS < 500 else 1)
    assert [wait for wait in outcome.waits if wait.held > longest] == []
    assert outcome.exit_code == 0
    assert TOKEN.partition(":")[2] not in outcome.log
    assert "Traceback" not in outcome.log
