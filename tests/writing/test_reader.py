"""What do sentence and quotes say to who reads them together, and is that read only where somebody writes?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from liar import lying
from lies import PLAIN_CLAIMS, citation

from askcorpus.corpus import Corpus
from askcorpus.encoder import Encoder
from askcorpus.settings import Settings
from askcorpus.types import Citation
from askcorpus.writing.check import Check
from askcorpus.writing.reader import ClaimReader
from askcorpus.writing.signs import DOUBT, Signs, Why, weights


@pytest.fixture(scope="module")
def reader(real_encoder: Encoder) -> Iterator[ClaimReader]:
    loaded = ClaimReader(real_encoder)
    yield loaded
    loaded.close()


def quote(text: str, language: str = "en", *, publisher: str = "", number: int = 1) -> Citation:
    claim = {"article": "a", "title": "", "publisher": publisher, "published": None, "language": language, "text": text}
    return citation(claim, number)


def test_plain_lies_are_doubted_more_than_what_the_quotes_say(reader: ClaimReader) -> None:
    """Of 100 true sentences and 100 lies on which it was not trained, in nine of ten pairs, about."""
    doubts: dict[str, list[float]] = {"true": [], "false": []}
    for claim in PLAIN_CLAIMS:
        for kind, found in doubts.items():
            told = [reader.doubts(text, [citation(claim)]) for text in claim[kind]]
            found += [one for one in told if one is not None]
    assert [len(found) for found in doubts.values()] == [100, 100]
    right = np.less.outer(doubts["true"], doubts["false"]).mean()
    assert right > 0.87, right


def test_two_quotes_bear_out_together_what_neither_does_alone(reader: ClaimReader) -> None:
    one = quote("The mill of Arvol burnt down on Monday.")
    other = quote("Firefighters needed nine hours.", number=2)
    sentence = "The mill of Arvol burnt down on Monday, and firefighters needed nine hours."
    alone = [reader.doubts(sentence, [each]) for each in (one, other)]
    together = reader.doubts(sentence, [one, other])
    assert None not in (*alone, together)
    assert together is not None
    assert together < min(each for each in alone if each is not None)


def test_a_sentence_that_is_surely_not_borne_out_is_struck_for_its_meaning() -> None:
    signs = Signs(far_text=0.15, doubted=1.0)
    assert signs.doubt(weights(read=True)) > 0
    assert signs.why(weights(read=True)) is Why.MEANING
    assert Signs(far_text=0.15, doubted=0.0).doubt(weights(read=True)) < 0


def test_doubt_is_told_from_0_to_1_and_where_nobody_reads_it_is_not_told(real_encoder: Encoder) -> None:
    quoted, text = quote("The mill burnt down on Monday."), "The mill burnt down on Monday."
    told = {
        odds: _doubted(real_encoder, quoted, text, odds) for odds in (-2 * DOUBT, -DOUBT, 0.0, DOUBT, 2 * DOUBT, None)
    }
    assert told == {-2 * DOUBT: 0.0, -DOUBT: 0.0, 0.0: 0.5, DOUBT: 1.0, 2 * DOUBT: 1.0, None: None}


def _doubted(encoder: Encoder, quoted: Citation, text: str, odds: float | None) -> float | None:
    signs = Check([quoted], encoder.encode_question, None, lambda *_: odds).signs_of(text, (1,), "en")
    assert signs is not None
    return signs.doubted


def test_beside_an_encoder_that_it_is_not_made_of_nobody_reads(real_encoder: Encoder) -> None:
    other: Any = real_encoder
    form = replace(real_encoder.form, manifest=replace(real_encoder.form.manifest, model="all-MiniLM-L6-v2"))
    reader = ClaimReader(Encoder(form, other.tokenizer, other._runner))
    assert reader.doubts("The mill burnt down.", [quote("The mill burnt down.")]) is None
    reader.close()


def test_only_who_writes_has_it_made_ready(news_store: Path) -> None:
    with lying() as liar, Corpus(Settings(store=str(news_store), llm=liar.address)) as corpus:
        answer = corpus.ask("When did the Old Sund Bridge reopen?")
        assert corpus._claim_reader is None
        corpus.write(answer)
        assert corpus._claim_reader is not None
