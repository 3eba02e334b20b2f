"""The reader of claims: which sentences are made, how they are marked, and that it learns from them, stops and goes on."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from toy_set import write_news, write_reader

from askcorpus.encoder import cross_encoder
from askcorpus.encoder.cross_encoder import CLAIM_READER, RERANKER, Trained, header, question_text
from askcorpus.encoder.cross_graph import Shape
from training import bearing, claims, learning, network, shipped
from training.claims import Claim, Text, Texts
from training.pieces import Pieces
from training.reranker import container

PASSAGE = "The bakers of Arvol raised prices on Monday. Mayor Oda Lund welcomed it."
DRAWS = 400
SMALL, STEPS = Shape(layers=3, lower=1), 120


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    return Pieces(container())


def drawn(texts: Texts, draws: int = DRAWS) -> list[Claim]:
    rng = random.Random(4)
    made = (claims.drawn(rng.choice(texts.every), texts, rng) for _ in range(draws))
    return [claim for claim in made if claim is not None]


def of(*told: str, language: str = "en") -> Texts:
    """Texts of these sentences, each one a paragraph."""
    every = tuple(Text(language, "", tuple(one.split("|"))) for one in told)
    return Texts(every, {}, {language: every}, {})


def test_half_of_the_claims_are_true_and_what_is_false_in_the_others_is_marked(tmp_path: Path) -> None:
    write_reader(tmp_path)
    write_news(tmp_path)
    made = drawn(claims.gather(tmp_path))
    false = [claim for claim in made if claim.false]
    assert 0.35 < len(false) / len(made) < 0.65
    assert all(claim.marked == () for claim in made if not claim.false)
    assert all(claim.marked != () for claim in false)
    for claim in false:
        for start, end in claim.marked or ():
            assert 0 <= start < end <= len(claim.text)


def test_an_unchanged_sentence_of_the_passage_is_never_false() -> None:
    texts = of(PASSAGE.replace(". ", ".|"), "A ferry sank near Bedra.|Nobody drowned in the harbour of Bedra.")
    for claim in drawn(texts):
        assert not (claim.false and claim.text in claim.passage and claim.text.endswith(".")), claim


def test_what_is_changed_in_sentence_and_passage_alike_stays_true() -> None:
    texts = of("In 1931 the council of Arvol bought 25 boats from Bedra.|In 1931 Bedra had 18 boats.")
    both = [claim for claim in drawn(texts) if not claim.false and "1931" in claim.text and claim.text in claim.passage]
    assert any("25 boats" not in claim.passage for claim in both)


@pytest.mark.parametrize(
    ("told", "language", "said"),
    [
        ("The bridge was closed on Monday.", "en", "The bridge was not closed on Monday."),
        ("Die Brücke ist seit Montag zu.", "de", "Die Brücke ist nicht seit Montag zu."),
        ("El puente está cerrado desde el lunes.", "es", "El puente no está cerrado desde el lunes."),
        ("大桥是周一关闭的。", "zh", "大桥不是周一关闭的。"),
    ],
)
def test_a_sentence_is_denied_as_its_language_does(told: str, language: str, said: str) -> None:
    false = {claim.text for claim in drawn(of(told, language=language)) if claim.false}
    assert said in false


def test_a_translation_of_what_the_passage_says_is_true() -> None:
    here = Text("en", "", ("The mill of Arvol burnt down on Monday night.",), across="one")
    there = Text("de", "", ("Die Mühle von Arvol ist in der Nacht zum Dienstag abgebrannt.",), across="one")
    texts = Texts((here, there), {"one": (here, there)}, {"en": (here,), "de": (there,)}, {})
    true = {(claim.text, claim.passage) for claim in drawn(texts) if not claim.false}
    assert (there.sentences[0], here.sentences[0]) in true


def test_sentences_written_by_hand_are_read_with_their_quote(tmp_path: Path) -> None:
    (tmp_path / "some.txt").write_text(f"en de {PASSAGE}\n+ Brot ist teurer.\n- Oda Lund ist Bäckerin.\n", "utf-8")
    assert claims.written(tmp_path) == (
        Claim("Brot ist teurer.", "", PASSAGE, false=False),
        Claim("Oda Lund ist Bäckerin.", "", PASSAGE, false=True, marked=None),
    )


def test_what_is_written_by_hand_is_no_sentence_that_the_check_is_measured_on() -> None:
    import lies

    measured = (
        *lies.CLAIMS, *lies.MORE_CLAIMS, *lies.UNSEEN_CLAIMS, *lies.ROLES, *lies.PARAPHRASES, *lies.NEAR_CLAIMS, *lies.TERSE_CLAIMS,
        *lies.PLAIN_CLAIMS, *lies.KEPT_APART_CLAIMS,
    )  # fmt: skip
    written = claims.written(bearing.WRITTEN)
    assert len(written) > 9000
    assert not {claim.passage for claim in written} & {quote["text"] for quote in measured}
    said = {claim.text for claim in written} & {text for q in measured for text in (*q["true"], *q["false"])}
    assert len(said) < 5, "a few short ones are said of anything: nobody was hurt"


def test_the_pieces_of_what_is_false_are_marked(pieces: Pieces) -> None:
    text = "The bakers of Bedra raised prices."
    at = text.index("Bedra")
    marked = bearing.cut(Claim(text, "", PASSAGE, false=True, marked=((at, at + 5),)), pieces)
    ids, offsets = pieces.offsets(question_text(text, ""), 64)
    before = len(question_text("", ""))
    assert marked.pair.question == ids
    assert marked.marks is not None
    shown = [text[a - before : b - before] for (a, b), mark in zip(offsets, marked.marks, strict=True) if mark == 1]
    assert "".join(shown).strip() == "Bedra"
    assert {mark for (_, b), mark in zip(offsets, marked.marks, strict=True) if b <= before} == {-1}
    assert marked.pair.passage == pieces.offsets(header("", "", "") + PASSAGE, 320)[0]


@pytest.mark.parametrize("trained", [CLAIM_READER, RERANKER])
def test_it_begins_with_what_ships_and_after_the_re_ranker_with_new_numbers(tmp_path: Path, trained: Trained) -> None:
    _, upper, _ = bearing.begun(container(), tmp_path, trained)
    kept = np.load(io.BytesIO(cross_encoder.shipped(trained)))
    same = {name: np.allclose(mine.numpy(), kept[name], 0.01, 1e-3) for name, mine in network.saved(upper).items()}
    new = {name for name, is_same in same.items() if not is_same}
    assert new == (set() if trained == CLAIM_READER else {"numbers.weight", "numbers.bias"})


def test_training_stops_goes_on_and_tells_lies_from_what_is_said(
    tmp_path: Path, pieces: Pieces, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a few sentences that it sees again and again."""
    write_reader(tmp_path / "sets")
    keys = (("Arvol", "Oda", "Piet"), ("Bedra", "Piet", "Oda"), ("Dask", "Selma", "Ulla"), ("Farn", "Ulla", "Selma"))
    quotes = (f"en en {has} has the key of {town}.\n+ {has} has it.\n- {not_} has it.\n" for town, has, not_ in keys)
    (tmp_path / "some.txt").write_text("".join(quotes), "utf-8")
    monkeypatch.setattr(bearing, "BY_HAND", 1.0)
    monkeypatch.setattr(learning, "STEP", 2e-4)
    monkeypatch.setattr(learning, "WARM_STEPS", 5)
    said: list[str] = []

    def run(steps: int) -> float:
        model = bearing.made(
            tmp_path / "sets", tmp_path / "made", minutes=60, written=tmp_path, shape=SMALL, most_steps=steps, say=said.append
        )  # fmt: skip
        return _right(model, pieces, claims.written(tmp_path))

    assert run(1) < 0.8
    assert run(STEPS) > 0.9
    assert any(line.startswith("going on from checkpoint.pt") for line in said)


def _right(model: Path, pieces: Pieces, made: Sequence[Claim]) -> float:
    lower, upper, _ = shipped.read(model, container())
    with torch.no_grad():
        told, _ = bearing.scores([bearing.cut(one, pieces).pair for one in made], lower, network.rough(upper))
    return sum((score > 0) == one.false for score, one in zip(told.tolist(), made, strict=True)) / len(made)
