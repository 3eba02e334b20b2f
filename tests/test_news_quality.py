"""How good must answers on news stay, and how seldom may a question with another name in it be answered?  Floors on invented news.

An evenly spread sample, so that the suite stays quick.  `benchmarks/sure_rows.py` asks them all.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from askcorpus.corpus import Corpus
from askcorpus.encoder import Encoder
from askcorpus.evaluation.question_set import normal
from askcorpus.indexing.run import refresh
from askcorpus.settings import Settings

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
import sure_rows

SET, DIGEST = "news-c", "2ab1e9a9d79150e6"
ASKED, EXCHANGED = 4, 7  # every fourth of its questions, every seventh of those with a name exchanged


@pytest.fixture(scope="module")
def news(
    eval_folder: Path, real_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Corpus]]:
    folder = eval_folder / SET
    digest = hashlib.sha256((folder / "questions.jsonl").read_bytes()).hexdigest()[:16]
    if digest != DIGEST:
        pytest.skip(f"{SET} is another version ({digest}) than the floors were set on")
    store = tmp_path_factory.mktemp("news") / "store"
    refresh(folder / "corpus", store, real_encoder)
    with Corpus(Settings(store=str(store))) as corpus:
        yield folder, corpus


def test_of_what_is_asked_on_news_as_much_is_answered_rightly(news: tuple[Path, Corpus]) -> None:
    folder, corpus = news
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()][::ASKED]
    right = answered = 0
    for row in rows:
        day = date.fromisoformat(row["asked"]) if row.get("asked") else None
        answer = corpus.ask(row["question"], asked=day, previous=row.get("previous"))
        quote = normal(answer.citations[0].quote) if answer.citations else ""
        answered += answer.answered
        right += any(normal(one) in quote for one in row["expect"]) if row["expect"] else not answer.answered
    assert right / len(rows) >= 0.6, right
    assert answered / len(rows) >= 0.7  # silence alone is not right


def test_a_question_with_another_name_in_it_is_seldom_answered(news: tuple[Path, Corpus]) -> None:
    folder, corpus = news
    exchanged = [*sure_rows.exchanged(folder)][::EXCHANGED]
    answered = [one.question for one in exchanged if corpus.ask(one.question, asked=one.asked).answered]
    assert len(answered) / len(exchanged) <= 0.22, answered
