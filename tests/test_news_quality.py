"""How good must answers on news stay, and how seldom may a question with another name in it be answered?  Floors on invented news.

An evenly spread sample, so that the suite stays quick.  `benchmarks/sure_rows.py` asks them all.
"""

from __future__ import annotations

import hashlib
import json
import shutil
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
from training.material import APART, OWN

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
import sure_rows

SET, DIGEST = "news-c", "2ab1e9a9d79150e6"
ASKED, EXCHANGED = 5, 7  # every fifth of its questions, every seventh of those with a name exchanged


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


KEPT_APART = ("fr-ru-en", "zh-hi-sw-en", "many-more", "ar-es-en")
"""Stories of training/news/apart in some fifteen languages; nothing learned from them but how sure an answer is."""
EVERY = 5  # of their questions


@pytest.fixture(scope="module")
def kept_apart(real_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    place = tmp_path_factory.mktemp("apart")
    (place / "articles").mkdir()
    for path in (OWN / APART / "corpus").iterdir():
        if path.name.startswith(KEPT_APART):
            shutil.copy(path, place / "articles" / path.name)
    refresh(place / "articles", place / "store", real_encoder)
    with Corpus(Settings(store=str(place / "store"))) as corpus:
        yield corpus


def test_stories_that_no_model_learned_from_are_answered_rightly(kept_apart: Corpus) -> None:
    rows = [row for row in sure_rows.questions(OWN / APART) if row["id"].startswith(KEPT_APART)][::EVERY]
    told = right = answered = quiet = 0
    for row in rows:
        answer = kept_apart.ask(row["question"], asked=sure_rows.day_of_asking(row), previous=row.get("previous"))
        quote = normal(answer.citations[0].quote) if answer.citations else ""
        told += bool(row["expect"])
        answered += answer.answered
        right += any(normal(one) in quote for one in row["expect"])
        quiet += not row["expect"] and not answer.answered
    assert right / told >= 0.53, right
    assert right / answered >= 0.55, answered
    assert quiet / (len(rows) - told) >= 0.5, quiet


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
