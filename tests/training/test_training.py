"""The re-ranker's training: what is gathered, what is shown, and that it learns, stops and goes on."""

from __future__ import annotations

import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from toy_set import write_news, write_reader

import training
from askcorpus.encoder import load
from askcorpus.encoder.container import Container
from askcorpus.encoder.cross_graph import Shape
from training import averaging, learning, network, shipped
from training.groups import NO, YES, Group, Shown, drawn
from training.material import APART, Example, Material, Right, Window, apart, gather
from training.pieces import Pieces
from training.reranker import container, made

SMALL = Shape(layers=3, lower=1)


@pytest.fixture(scope="module")
def source() -> Container:
    return container()


@pytest.fixture(scope="module")
def pieces(source: Container) -> Pieces:
    return Pieces(source)


def _window(text: str, *sentences: str, title: str = "") -> Window:
    spans = [(text.index(s), text.index(s) + len(s)) for s in sentences]
    return Window("home", "en", title, "", "", text, tuple(spans))


def test_each_question_has_its_answering_sentence_and_likely_wrong_passages(tmp_path: Path, pieces: Pieces) -> None:
    write_reader(tmp_path)
    material = gather(tmp_path, pieces.count)
    example = next(e for e in material.examples if e.id == "toy-Bedra-mill")
    (right,) = example.right
    window = material.windows[right.window]
    (number,) = right.sentences
    start, end = window.sentences[number]
    assert window.text[start:end] == "The mill key of Bedra is kept by Vigo at home.".replace("Vigo", "Viggo")
    assert "Bedra" in material.windows[example.wrong[0]].text
    assert all("Viggo" not in material.windows[w].text for w in example.wrong)


def test_a_question_that_nothing_answers_has_only_wrong_passages(tmp_path: Path, pieces: Pieces) -> None:
    write_reader(tmp_path)
    example = next(e for e in gather(tmp_path, pieces.count).examples if e.id == "toy-none")
    assert example.right == ()
    assert example.wrong


def test_articles_apart_are_not_in_the_material(tmp_path: Path, pieces: Pieces) -> None:
    write_reader(tmp_path)
    titles = {window.title for window in gather(tmp_path, pieces.count).windows}
    assert titles
    assert not any(map(apart, titles))
    assert apart("Packet switching")
    assert apart("packet_switching")


def test_what_is_left_out_is_not_in_the_material(tmp_path: Path, pieces: Pieces) -> None:
    write_reader(tmp_path)
    write_news(tmp_path)
    sets = {e.tags[0] for e in gather(tmp_path, pieces.count).examples}
    assert sets == {"toy", "news-a"}
    assert {e.tags[0] for e in gather(tmp_path, pieces.count, left_out=["news"]).examples} == {"toy"}
    assert {e.tags[0] for e in gather(tmp_path, pieces.count, left_out=["encyclopedia-en"]).examples} == {"news-a"}


def test_news_of_our_own_is_learned_but_for_what_is_kept_apart(tmp_path: Path, pieces: Pieces) -> None:
    write_news(tmp_path / "own")
    shutil.copytree(tmp_path / "own" / "news-a", tmp_path / "own" / APART)
    (tmp_path / "own" / "news-a").rename(tmp_path / "own" / "first")
    made = gather(tmp_path / "sets", pieces.count, own=tmp_path / "own").examples
    assert {e.tags[:2] for e in made} == {("first", "news")}
    assert not gather(tmp_path / "sets", pieces.count, own=tmp_path / "own", left_out=["news"]).examples


def test_news_is_told_apart_by_publisher_and_day(tmp_path: Path, pieces: Pieces) -> None:
    write_news(tmp_path)
    material = gather(tmp_path, pieces.count)
    told, untold = material.examples
    right = material.windows[told.right[0].window]
    assert (right.publisher, right.published, told.asked) == ("The Herald", "2026-03-01", "2026-03-04")
    assert [material.windows[i].publisher for i in told.wrong] == ["Tribune"]  # the other outlet's figure
    assert untold.right == ()


def test_only_the_answering_sentence_is_right_whatever_is_made_of_the_passages() -> None:
    window = _window("Oda sings. Piet has the key.", "Oda sings.", "Piet has the key.")
    others = [_window(f"Gate {n} is green. The key of {n} is old.", f"Gate {n} is green.") for n in range(6)]
    example = Example("1", ("toy",), "Who has the key?", "", (Right(0, (1,), ()),), tuple(range(1, 7)))
    for seed in range(40):
        group = drawn(example, Material((window, *others), (example,)), random.Random(seed))
        right = [
            s.window.text[a:b]
            for s in group.shown
            for label, (a, b) in zip(s.labels, s.window.sentences, strict=True)
            if label == YES
        ]
        assert right == ["Piet has the key."]
        assert sum(one.answers for one in group.shown) == 1


def test_names_in_each_others_place_answer_nothing() -> None:
    window = _window("Odinstad beat Perlen. It rained.", "Odinstad beat Perlen.", "It rained.")
    other = _window("Nothing was said.", "Nothing was said.")
    example = Example("1", ("toy",), "Did Odinstad beat Perlen?", "", (Right(0, (0,), ()),), (1,))
    material = Material((window, other), (example,))
    groups = [drawn(example, material, random.Random(seed)) for seed in range(60)]
    exchanged = [one for group in groups for one in group.shown if "Perlen beat Odinstad." in one.window.text]
    assert exchanged
    assert not any(one.answers for one in exchanged)


def test_where_a_year_is_asked_for_the_passage_of_another_year_does_not_answer() -> None:
    window = _window("Oda won. It rained.", "Oda won.", "It rained.")
    window = replace(window, publisher="Herald", published="2025-06-01")
    others = [_window(f"Gate {n} is green.", f"Gate {n} is green.") for n in range(4)]
    example = Example("1", ("toy",), "Who won?", "", (Right(0, (0,), ()),), (1, 2, 3, 4))
    groups = [drawn(example, Material((window, *others), (example,)), random.Random(seed)) for seed in range(60)]
    asking = [group for group in groups if group.question == "Who won 2025?"]
    assert {group.question for group in groups} == {"Who won?", "Who won 2025?"}
    won = [one for group in asking for one in group.shown if "Oda won." in one.window.text]
    assert all(one.answers == (one.window.published[:4] == "2025") for one in won)
    assert not all(one.answers for one in won)


def test_lines_that_say_the_question_answer_nothing_and_the_word_below_one_does() -> None:
    window = _window("Oda sings. Piet has the key. It rained.", "Oda sings.", "Piet has the key.", "It rained.")
    others = [_window(f"Gate {n} is green.", f"Gate {n} is green.") for n in range(6)]
    right = Right(0, (1,), (), ((11, 15),))
    example = Example("1", ("toy",), "Who has the key?", "", (right,), tuple(range(1, 7)))
    groups = [drawn(example, Material((window, *others), (example,)), random.Random(seed)) for seed in range(200)]
    shown = [one for group in groups for one in group.shown]
    said = {
        (one.window.text[a:b], label)
        for one in shown
        for label, (a, b) in zip(one.labels, one.window.sentences, strict=True)
    }
    assert {text for text, label in said if label == YES} >= {"Piet has the key.", "Piet.", "A: Piet.", "- Key: Piet"}
    echoes = {(text, label) for text, label in said if "who has the key" in text.casefold()}
    assert {label for _, label in echoes} == {NO}
    assert len(echoes) > 5
    answers = [one for one in shown if one.spans]
    assert {one.window.text[slice(*span)] for one in answers for span in one.spans} == {"Piet"}


def test_an_answer_is_found_by_its_own_pieces(tmp_path: Path, pieces: Pieces) -> None:
    write_reader(tmp_path)
    material = gather(tmp_path, pieces.count)
    example = next(e for e in material.examples if e.id == "toy-Bedra-mill")
    (right,) = example.right
    window = material.windows[right.window]
    assert [window.text[slice(*span)] for span in right.spans] == ["Viggo"]
    ids, _, ((first, last),) = pieces.passage(window, right.spans)
    assert pieces.passage(replace(window, title="", text="Viggo", sentences=()))[0][-2] in ids[first : last + 1]


def test_where_an_answer_stands_is_learned_where_it_is_known() -> None:
    reads = [network.Read((1,), (2, 3, 4, 5), ((0, 4),), ((1, 2),)), network.Read((1,), (2, 3), ((0, 2),))]
    sure = torch.full((4, 2), -9.0)
    sure[1, 0] = sure[2, 1] = 9.0
    bounds = [sure, torch.zeros(2, 2)]
    assert float(learning.where_loss(reads, bounds)) < 0.01
    assert float(learning.where_loss(reads, [-sure, bounds[1]])) > 9


def test_a_sentence_is_read_by_its_own_pieces(pieces: Pieces) -> None:
    window = _window("Oda sings. Piet has the key.", "Oda sings.", "Piet has the key.", title="Arvol")
    _, ((first, end), (second, last)), _ = pieces.passage(window)
    ids, _, _ = pieces.passage(window)
    assert end == second
    assert last == len(ids) - 1  # before the mark of the end
    assert first > len(pieces.passage(_window("", title="Arvol"))[0]) - 3  # behind the title


def test_none_of_them_is_learned_where_nothing_answers() -> None:
    shown = _shown(NO), _shown(NO)
    low, _, _ = learning.losses([Group("?", "", shown)], torch.tensor([-9.0, -9.0]), [torch.tensor([-9.0])] * 2)
    high, _, asked = learning.losses([Group("?", "", shown)], torch.tensor([9.0, -9.0]), [torch.tensor([9.0])] * 2)
    assert low < 0.01 < 9 < high
    assert asked == 0


def _shown(label: int) -> Shown:
    return Shown(_window("Oda sings.", "Oda sings."), (label,))


def test_layers_are_those_of_the_encoder(source: Container, pieces: Pieces) -> None:
    """All of them, averaged over the tokens, make the vector that OpenVINO makes of the same question."""
    question = pieces.question("Who keeps the key?", "")
    (states,) = network.Lower(source, source.sizes.layers).states([question])
    mean = states.float().mean(0).numpy()
    vector = load("multilingual-e5-small").encode_question("Who keeps the key?").vector
    assert mean @ vector / np.linalg.norm(mean) > 0.999


def test_training_stops_goes_on_and_puts_right_passages_first(
    tmp_path: Path, source: Container, pieces: Pieces, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_reader(tmp_path / "sets")
    said: list[str] = []
    # Of so few questions more is made of each step, and fewer are read in one.
    monkeypatch.setattr(learning, "STEP", 2e-4)
    monkeypatch.setattr(learning, "WARM_STEPS", 5)
    monkeypatch.setattr(learning, "BATCH_TOKENS", 800)

    def run(steps: int) -> Path:
        return made(
            tmp_path / "sets", tmp_path / "made", source=source, minutes=60, shape=SMALL, most_steps=steps, say=said.append
        )  # fmt: skip

    begun = _right_first(run(1), source, pieces, tmp_path / "sets")
    trained = _right_first(run(160), source, pieces, tmp_path / "sets")
    assert any(line.startswith("going on from checkpoint.pt") for line in said)
    assert begun < 0.7
    assert trained > 0.9
    _, _, about = shipped.read(tmp_path / "made" / "model.npz", source)
    assert about["shape"] == {"layers": 3, "lower": 1}
    going_on = made(
        tmp_path / "sets", tmp_path / "on", source=source, minutes=60, shape=SMALL, most_steps=1, say=said.append,
        before=tmp_path / "made" / "model.npz",
    )  # fmt: skip
    assert _right_first(going_on, source, pieces, tmp_path / "sets") > 0.9


def test_an_interrupted_training_loses_nothing(
    tmp_path: Path, source: Container, pieces: Pieces, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_reader(tmp_path)
    monkeypatch.setattr(learning, "TOLD_S", 0)
    monkeypatch.setattr(learning, "BATCH_TOKENS", 300)
    material = gather(tmp_path, pieces.count, limit=12)
    said: list[str] = []

    def interrupted(line: str) -> None:
        said.append(line)
        if len(said) == 3:
            raise KeyboardInterrupt

    def run(say: learning.Say) -> learning.Progress:
        torch.manual_seed(1)
        lower, upper = network.Lower(source, SMALL.lower), network.Upper(source, SMALL)
        return learning.train(
            material, lower, upper, pieces, minutes=5, most_steps=5, checkpoint=tmp_path / "checkpoint.pt", say=say
        )  # fmt: skip

    with pytest.raises(KeyboardInterrupt):
        run(interrupted)
    assert run(said.append).steps == 5
    assert said[3].startswith("going on from checkpoint.pt")
    assert len(said) == 3 + 1 + 2


def test_the_program_does_not_import_the_training() -> None:
    root = Path(training.__file__).parent.parent
    importing = [
        p
        for p in (root / "src").rglob("*.py")
        if re.search(r"^\s*(from|import) training\b", p.read_text("utf-8"), re.M)
    ]
    assert importing == []


def _right_first(model: Path, source: Container, pieces: Pieces, sets: Path) -> float:
    """Of towns that were not trained on: how often the answering passage comes first of four."""
    lower, upper, _ = shipped.read(model, source)
    material = gather(sets, pieces.count)
    rng, right, asked = random.Random(9), 0, 0
    for example in material.examples[::2]:  # to read all four passages of each takes 15 s
        if example.right:
            group = drawn(example, material, rng)
            with torch.no_grad():
                passages, _, _ = network.numbers_of(pieces.pairs(group), lower, upper)
            right += group.shown[int(passages.argmax())].answers
            asked += 1
    return right / asked


def test_the_mean_of_two_models_is_a_model_and_of_two_shapes_there_is_none(tmp_path: Path, source: Container) -> None:
    torch.manual_seed(1)
    models = []
    for place, shape in enumerate((SMALL, SMALL, Shape(layers=2, lower=1))):
        models.append(tmp_path / f"{place}.npz")
        shipped.write(models[-1], network.Upper(source, shape), shape, {"questions": place})
    averaging.averaged(models[:2], tmp_path / "mean.npz")
    _, _, about = shipped.read(tmp_path / "mean.npz", source)
    assert about["mean_of_questions"] == [0, 1]
    one, other, mean = (np.load(path) for path in (*models[:2], tmp_path / "mean.npz"))
    weights = next(name for name in mean.files if np.ptp(one[name] - other[name]) > 0)  # begun anew, each otherwise
    middle = (one[weights].astype(np.float32) + other[weights].astype(np.float32)) / 2
    assert np.array_equal(mean[weights], middle.astype(np.float16))
    with pytest.raises(SystemExit, match="different shapes"):
        averaging.averaged(models[1:], tmp_path / "none.npz")
