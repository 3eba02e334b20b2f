"""Does a store in shards say what one store says, at the same cost, whatever happens to it on the way?"""

from __future__ import annotations

import json
import random
import shutil
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from standin_encoder import StandIn, answers, told, vector_of, write_articles

from askcorpus.corpus import Corpus
from askcorpus.encoder import Encoder
from askcorpus.errors import StoreDamaged, StoreError, StoreVersion
from askcorpus.indexing.run import refresh
from askcorpus.indexing.status import status
from askcorpus.settings import Settings, seen_by_others
from askcorpus.store import bm25, layout, lexical, shards, spreading
from askcorpus.store.archive import export_store, import_store
from askcorpus.store.opening import open_store, set_aside, shards_in
from askcorpus.store.snapshot import SPARE, Snapshot
from askcorpus.store.verifying import verify
from askcorpus.store.writer import open_writer
from askcorpus.types import Filter, PassageIds, Vector

WORDS = ["हिन्दी", "e\u0301tude", *(f"word{n}" for n in range(118))]
WEIGHTS = [1 / (n + 1) for n in range(120)]


def story(rng: random.Random, id: str) -> dict[str, Any]:
    def said() -> str:
        return " ".join(rng.choices(WORDS, WEIGHTS, k=rng.randint(5, 60))).capitalize() + "."

    return {
        "id": id, "title": said()[:30], "text": "\n\n".join(said() for _ in range(rng.randint(1, 4))),
        "publisher": f"Paper {rng.randint(0, 4)}", "published": f"2025-0{rng.randint(1, 9)}-10",
        "language": rng.choice(["en", "de"]),
    }  # fmt: skip


STORIES = [story(random.Random(n), f"story{n}") for n in range(120)]
_RNG = random.Random(5)
QUESTIONS = [" ".join(_RNG.choices(WORDS, k=_RNG.randint(1, 6))) for _ in range(12)]
DESCRIBED: dict[str, Any] = {
    "generation": 1, "articles": 0, "passages": 0, "languages": [], "lexical_format": 1, "dense_format": 1, "dead": 0,
    "dense": {}, "files": [], "format": layout.FORMAT + layout.IN_SHARDS,
}  # fmt: skip
QUESTIONS += ["the of", "", "nothing_here", "word1 word2", "हिन्दी e\u0301tude"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of stories, `one` store of them and one in `three` shards; only to be read."""
    root = tmp_path_factory.mktemp("shards")
    write_articles(root / "articles" / "a.jsonl", *STORIES)
    refresh(root / "articles", root / "one", StandIn())
    refresh(root / "articles", root / "three", StandIn(), shards=3)
    return root


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Path:
    """The same, to be changed; the folder stays where it was."""
    for name in ("one", "three"):
        shutil.copytree(made / name, tmp_path / name)
    shutil.copytree(made / "articles", tmp_path / "articles")
    return tmp_path


def whole(store: Path) -> None:
    verdict = verify(store)
    assert verdict.catalog + verdict.derived == ()


@pytest.mark.parametrize(
    "where",
    [
        None,
        Filter(publisher="paper 3"),
        Filter(since="2025-05"),
        Filter(language="de"),
        Filter(other_than="de"),
        Filter(publisher="nobody"),
    ],
    ids=str,
)
def test_shards_rank_as_one_store_does(made: Path, where: Filter | None) -> None:
    assert answers(made / "three", QUESTIONS, k=20, where=where) == answers(made / "one", QUESTIONS, k=20, where=where)


def test_over_shards_no_more_vectors_are_read_than_in_one_store(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, cosines = list[int](), Snapshot.cosines

    def counted(snapshot: Snapshot, ids: PassageIds, vector: Vector) -> Any:
        read.extend(ids.tolist())
        return cosines(snapshot, ids, vector)

    monkeypatch.setattr(Snapshot, "cosines", counted)
    for store in (made / "one", made / "three"):
        with open_store(store) as snapshot:
            snapshot.nearest(vector_of("word1 word7"), k=5)
    assert len(read) == 2 * (5 + SPARE)
    assert set(read[: 5 + SPARE]) == set(read[5 + SPARE :])


@pytest.mark.parametrize("store", ["one", "three"])
def test_passages_are_picked_one_by_one_or_as_a_set_with_the_same_outcome(
    made: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = answers(made / store, QUESTIONS, k=20)
    monkeypatch.setattr(lexical, "FEW", 0)
    assert answers(made / store, QUESTIONS, k=20) == few


def test_a_words_weight_and_what_holds_it_are_those_of_one_store(made: Path) -> None:
    with open_store(made / "one") as one, open_store(made / "three") as three:
        assert three.word_weights(WORDS) == pytest.approx(one.word_weights(WORDS))
        assert three.held(WORDS) == one.held(WORDS)
        assert three.missing(["word3", "nowhere"]) == one.missing(["word3", "nowhere"]) == [False, True]
        some = (["word60", "word70", "nowhere"], ["word1", "word2", "word3"])
        assert three.holding(*some, k=5) == one.holding(*some, k=5) != ()


def test_alerts_know_passages_by_their_texts_as_in_one_store(made: Path) -> None:
    with open_store(made / "one") as one, open_store(made / "three") as three:
        known = [one.texts(one.matching("word3", k=9).ids), three.texts(three.matching("word3", k=9).ids)]
        assert known[0] == known[1]
        assert set(three.matching("word3", k=9).ids) <= set(three.saying(known[1]))
        assert len(three.added_since(0).ids) == len(one.added_since(0).ids) == one.passages_count


def test_each_shard_holds_some_articles_and_is_a_store_by_itself(made: Path) -> None:
    counts = []
    for name in shards.names(3):
        with open_store(made / "three" / name) as part:
            counts.append(part.articles)
            assert told(part, part.matching("word1", k=3))
    assert sum(counts) == len(STORIES)
    assert min(counts) > len(STORIES) // 6


def test_a_search_among_some_passages_gives_no_others(made: Path) -> None:
    with open_store(made / "one") as one, open_store(made / "three") as three:
        for snapshot in (one, three):
            among = snapshot.matching("word1", k=30).ids[10:20]
            assert set(snapshot.matching("word1", k=30, among=among).ids) == set(among)
            assert set(snapshot.nearest(np.ones(48, np.float32), k=30, among=among).ids) == set(among)


def test_a_refresh_changes_the_shards_of_what_changed_alone(copied: Path) -> None:
    stories = [*STORIES[1:], story(random.Random(999), "new one")]
    stories[7] = {**stories[7], "text": "Quite another text with word9."}
    write_articles(copied / "articles" / "a.jsonl", *stories)
    before = layout.read_current(copied / "three")
    encoder = StandIn()
    report = refresh(copied / "articles", copied / "three", encoder)
    refresh(copied / "articles", copied / "one", StandIn())
    assert (report.counts.added, report.counts.changed, report.counts.removed) == (1, 1, 1)
    assert len(encoder.encoded) < 8
    assert answers(copied / "three", QUESTIONS, k=20) == answers(copied / "one", QUESTIONS, k=20)
    whole(copied / "three")
    assert before is not None
    changed = {shards.place(id, 3) for id in (STORIES[0]["id"], stories[7]["id"], "new one")}
    after = layout.read_current(copied / "three")
    assert after is not None
    assert {n for n in range(3) if before.shards[n] != after.shards[n]} == changed


@pytest.mark.parametrize(("store", "count"), [("three", 2), ("one", 4)])
def test_spreading_a_store_otherwise_encodes_nothing(copied: Path, store: str, count: int) -> None:
    with open_store(copied / store) as before:
        refresh(copied / "articles", copied / store, _never, shards=count)
        assert told(before, before.matching("word1", k=3))  # who reads it goes on with what it opened
        assert [len(v) for v in before.encodings([1, 2])] == [2, 2]
        assert shards_in(copied / store) == count
    assert answers(copied / store, QUESTIONS, k=20) == answers(copied / "one", QUESTIONS, k=20)
    stories = [*STORIES[1:]]
    write_articles(copied / "articles" / "a.jsonl", *stories)
    assert refresh(copied / "articles", copied / store, _never).counts.removed == 1
    assert [path.name for path in (copied / store / "shards").iterdir()] == [str(count)]
    whole(copied / store)


def test_what_is_said_twice_is_encoded_once_in_whichever_shard_it_lies(folder: Path, store: Path) -> None:
    rows = [{"id": f"r{n}", "title": "Same", "text": "The same wire text."} for n in range(12)]
    write_articles(folder / "a.jsonl", *rows)
    encoder = StandIn()
    refresh(folder, store, encoder, shards=4)
    assert len(encoder.encoded) == 1
    write_articles(folder / "a.jsonl", *({**row, "id": f"other{n}"} for n, row in enumerate(rows)))
    refresh(folder, store, _encodes_nothing(), allow_removals=True)
    whole(store)


class Killed(BaseException):
    """In the place of a kill."""


def test_a_run_that_dies_at_any_step_is_seen_whole_or_not_at_all(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stories = [
        {**one, "text": one["text"] + "\n\nA new end with word5."} if n % 9 == 0 else one
        for n, one in enumerate(STORIES)
    ]
    file = write_articles(copied / "articles" / "a.jsonl", *stories)
    refresh(copied / "articles", copied / "one", StandIn())
    before, after = answers(copied / "three", QUESTIONS, k=20), answers(copied / "one", QUESTIONS, k=20)
    assert before != after
    publish, seen = layout.publish, set()
    for step in range(1, 9):  # each of three shards, then the whole
        calls = iter(range(1, 99))

        def dying(store: Path, description: layout.Description, *, step: int = step, calls: Any = calls) -> None:
            number = next(calls)
            if number == step:
                raise Killed
            publish(store, description)

        monkeypatch.setattr(layout, "publish", dying)
        try:
            refresh(copied / "articles", copied / "three", StandIn())
        except Killed:
            seen.add(step)
        finally:
            monkeypatch.setattr(layout, "publish", publish)
        found = answers(copied / "three", QUESTIONS, k=20)
        assert found in (before, after), step
        if found == after:
            break
    assert {1, 2, 3, 4} <= seen
    file.touch()
    assert refresh(copied / "articles", copied / "three", _never).counts.encoded == 0
    assert answers(copied / "three", QUESTIONS, k=20) == after
    whole(copied / "three")


def test_a_first_run_that_died_goes_on_in_as_many_shards_and_encodes_nothing_twice(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_articles(folder / "a.jsonl", *STORIES[:20])
    publish = layout.publish

    def dying(store: Path, description: layout.Description) -> None:
        raise Killed

    monkeypatch.setattr(layout, "publish", dying)
    with pytest.raises(Killed):
        refresh(folder, store, StandIn(), shards=3)
    monkeypatch.setattr(layout, "publish", publish)
    refresh(folder, store, _encodes_nothing())
    assert shards_in(store) == 3
    whole(store)


def test_a_damaged_index_of_a_shard_is_made_again_when_it_is_opened(copied: Path) -> None:
    expected = answers(copied / "one", QUESTIONS, k=20)
    broken = next((copied / "three" / "shards" / "3" / "1" / "generations").glob("*/dense/base.faiss"))
    broken.write_bytes(b"x" * broken.stat().st_size)
    assert any("base.faiss" in line for line in verify(copied / "three").derived)
    assert answers(copied / "three", QUESTIONS, k=20) == expected
    (copied / "three" / "current.json").unlink()
    assert answers(copied / "three", QUESTIONS, k=20) == expected
    whole(copied / "three")


def exchanged(store: Path) -> None:
    """Two shards of a store in each other's place."""
    first, second = (store / name for name in shards.names(3)[:2])
    first.rename(store / "aside")
    second.rename(first)
    (store / "aside").rename(second)


def of_another_model(store: Path) -> None:
    """A shard of the same articles, of the same generation, by another model."""
    name = shards.names(3)[1]
    refresh(store.parent / "articles", store.parent / "other", StandIn(name="another"), shards=3)
    shutil.rmtree(store / name)
    shutil.copytree(store.parent / "other" / name, store / name)


@pytest.mark.parametrize("put", [exchanged, of_another_model])
def test_a_shard_that_belongs_elsewhere_is_refused_by_who_asks_indexes_and_verifies(
    copied: Path, put: Callable[[Path], None]
) -> None:
    """Else vectors of two models are compared with one question, or passages looked for in the wrong shard."""
    put(copied / "three")
    with pytest.raises(StoreDamaged, match=rf"another store.* --store {copied / 'three'} --rebuild$"):
        open_store(copied / "three")
    with pytest.raises(StoreDamaged, match="another store"):
        refresh(copied / "articles", copied / "three", StandIn())
    assert any("another store" in line for line in verify(copied / "three").catalog)
    (copied / "three" / "current.json").unlink()
    with pytest.raises(StoreDamaged, match="another store"):
        open_store(copied / "three")


def test_shards_whose_catalog_is_lost_lend_a_new_one_nothing(copied: Path) -> None:
    """Nobody knows any more by which model their encodings were made."""
    store = copied / "three"
    for name in ("catalog.sqlite", "current.json"):
        (store / name).unlink()
    shutil.rmtree(store / "generations")
    refresh(copied / "articles", store, (other := StandIn(name="another")))
    assert len(other.encoded) == len(set(other.encoded)) > len(STORIES)
    whole(store)


def test_shards_that_hold_less_than_the_catalog_are_never_asked_and_are_mended(copied: Path, tmp_path: Path) -> None:
    """As after one was taken from an older copy."""
    store = copied / "three"
    name = shards.names(3)[1]
    shutil.copytree(store / name, tmp_path / "older")
    write_articles(copied / "articles" / "a.jsonl", *STORIES, *(story(random.Random(n), f"new{n}") for n in range(9)))
    refresh(copied / "articles", store, StandIn())
    expected = answers(store, QUESTIONS[:2])
    described = layout.read_current(store)
    assert described is not None
    generation = dict(described.shards)[name]
    there = layout.read_generation(tmp_path / "older", generation - 1)
    assert there is not None
    shutil.rmtree(layout.generation_folder(store / name, generation))
    (tmp_path / "older" / "generations" / f"{generation - 1:08d}").rename(
        layout.generation_folder(store / name, generation)
    )
    layout.write_description(store / name, replace(there, generation=generation))
    with pytest.raises(StoreDamaged, match=r"shards of .* hold \d+ passages, its catalog \d+\. .*verify"):
        open_store(store)
    assert verify(store).derived
    with open_writer(store) as writer:
        writer.rebuild()
        writer.publish()
    assert answers(store, QUESTIONS[:2]) == expected
    whole(store)


@pytest.mark.parametrize(
    "listed",
    [
        [["../outside", 1], ["shards/3/1", 1], ["shards/3/2", 1]],
        [["/outside", 1]],
        [["shards/3/0", 1], ["shards/3/1", 1]],
        [["shards/1/0", 0]],
        [["shards/1/0", "1"]],
        [["shards/1/0\0", 1]],
        [["shards/1/0"]],
        7,
    ],
    ids=str,
)
def test_a_description_that_lists_other_shards_than_its_own_is_damaged(tmp_path: Path, listed: object) -> None:
    body = json.dumps({**DESCRIBED, "shards": listed})
    (tmp_path / "current.json").write_text(json.dumps({"crc": zlib.crc32(body.encode()), "body": body}))
    with pytest.raises(StoreDamaged, match=r"current\.json is damaged"):
        layout.read_current(tmp_path)


@pytest.mark.parametrize("without", ["format", "files", "articles"])
def test_a_description_that_lacks_something_is_damaged(tmp_path: Path, without: str) -> None:
    body = json.dumps({key: value for key, value in DESCRIBED.items() if key != without})
    (tmp_path / "current.json").write_text(json.dumps({"crc": zlib.crc32(body.encode()), "body": body}))
    with pytest.raises(StoreDamaged, match=r"current\.json is damaged"):
        layout.read_current(tmp_path)


def test_a_folder_called_shards_that_somebody_else_made_is_left_alone(folder: Path, store: Path) -> None:
    """A store may lie in a folder of other things: `--store .`"""
    for name in ("mine", "2024", "7", "²"):
        (store / "shards" / name).mkdir(parents=True)
        (store / "shards" / name / "x.txt").write_text("mine")
    (store / "generations" / "²").mkdir(parents=True)
    write_articles(folder / "a.jsonl", *STORIES[:6])
    refresh(folder, store, StandIn())
    assert shards_in(store) is None
    refresh(folder, store, StandIn(), shards=2)
    refresh(folder, store, _never, shards=3)
    whole(store)
    aside = set_aside(store)
    assert aside is not None
    assert [path.name for path in (aside / "shards").iterdir()] == ["3"]
    assert sorted(path.parent.name for path in store.glob("shards/*/x.txt")) == ["2024", "7", "mine", "²"]


def test_what_a_damaged_shard_says_to_type_names_the_store(copied: Path) -> None:
    """Whoever typed what names the shard would make a store inside of a store."""
    store = copied / "three"
    catalog = store / shards.names(3)[1] / "catalog.sqlite"
    catalog.write_bytes(b"x" * 5000)
    for act in (open_store, verify, lambda path: refresh(copied / "articles", path, StandIn())):
        said = ""
        try:
            said = str(act(store).catalog[0])  # type: ignore[attr-defined]  # verify's verdict
        except StoreDamaged as error:
            said = str(error)
        assert str(catalog) in said
        assert said.endswith(f" --store {store} --rebuild")


def test_an_import_where_shards_of_another_store_are_left_replaces_nothing(copied: Path) -> None:
    export_store(copied / "one", copied / "x.tar")
    for name in ("catalog.sqlite", "current.json"):
        (copied / "three" / name).unlink()
    shutil.rmtree(copied / "three" / "generations")
    with pytest.raises(StoreError, match=r"already \(shards\)"):
        import_store(copied / "x.tar", copied / "three")


def test_an_export_whose_shards_are_spread_otherwise_meanwhile_fails_instead_of_lacking_vectors(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gather = spreading.gather
    monkeypatch.setattr(spreading, "gather", lambda rows, catalogs: gather(rows, catalogs[:2]))
    with pytest.raises(StoreError, match="changed while they were copied"):
        export_store(copied / "three", copied / "x.tar")
    assert not (copied / "x.tar").exists()


def test_a_shards_catalog_that_others_can_read_is_said_to_be_so(tmp_path: Path) -> None:
    store, shard = tmp_path / "s", tmp_path / "s" / "shards" / "2" / "1"
    shard.mkdir(parents=True)
    store.chmod(0o755)
    for folder, mode in ((store, 0o600), (shard, 0o644)):
        (folder / "catalog.sqlite").touch()
        (folder / "catalog.sqlite").chmod(mode)
    assert seen_by_others(store, Settings()) == (f"{shard}/catalog.sqlite can be read by others: chmod -R go= {store}")


def test_a_shard_that_is_gone_is_a_clear_error_and_never_less_of_an_answer(copied: Path) -> None:
    shutil.rmtree(copied / "three" / "shards" / "3" / "2")
    with pytest.raises(StoreDamaged, match="shards/3/2"):
        open_store(copied / "three")
    assert verify(copied / "three").catalog


def test_a_program_that_knows_no_shards_refuses_them(made: Path) -> None:
    its_format = json.loads(json.loads((made / "three" / "current.json").read_text())["body"])["format"]
    assert its_format > layout.FORMAT
    assert "shards" not in json.loads(json.loads((made / "one" / "current.json").read_text())["body"])


def test_a_later_programs_shards_are_refused_here(copied: Path) -> None:
    described = layout.read_current(copied / "three")
    assert described is not None
    layout.publish(copied / "three", replace(described, format=described.format + 1))
    with pytest.raises(StoreVersion):
        open_store(copied / "three")


def test_shards_travel_as_one_store(copied: Path) -> None:
    export_store(copied / "three", copied / "x.tar")
    import_store(copied / "x.tar", copied / "there")
    assert shards_in(copied / "there") is None
    assert answers(copied / "there", QUESTIONS, k=20) == answers(copied / "one", QUESTIONS, k=20)


def test_status_says_how_many_shards_there_are_and_counts_their_bytes(made: Path) -> None:
    one, three = status(made / "one"), status(made / "three")
    assert (one.shards, three.shards) == (0, 3)
    assert three.bytes > one.bytes
    assert (three.articles, three.passages, three.current) == (one.articles, one.passages, True)


def test_the_arithmetic_is_tantivys(made: Path) -> None:
    with open_store(made / "one") as one:
        assert isinstance(one.lexical, lexical.Lexical)
        ranking = one.matching("word7", k=20)
        term = bm25.Term("body", "word7")
        [found] = one.lexical.occurrences(ranking.ids.tolist(), [(term,)])
        sizes = one.lexical.sizes
        given = bm25.scores(found, bm25.idf(one.lexical.frequencies([term])[0], sizes.counted), sizes.mean("body"))
        assert dict(zip(found.ids.tolist(), given, strict=True)) == pytest.approx(
            dict(zip(ranking.ids.tolist(), ranking.scores, strict=True)), rel=1e-6
        )


def test_a_question_gets_the_very_answer_of_one_store(
    tmp_path: Path, news_store: Path, corpus: Corpus, real_encoder: Encoder, one_model: None
) -> None:
    store = tmp_path / "spread"
    shutil.copytree(news_store, store)
    refresh(news_store.parent / "articles", store, real_encoder, shards=3)
    with Corpus(Settings(store=str(store)), today=corpus._today) as spread:
        for question in ("Who is the city engineer of Sund?", "How many bathers does the swimming pool hold?",
                         "Wer ist Ingrid Vale?", "What is the boiling point of tungsten?", "What happened in June?"):  # fmt: skip
            assert replace(spread.ask(question), took_ms=0) == replace(corpus.ask(question), took_ms=0)


def test_the_shell_spreads_a_store_and_asks_it(here: Callable[..., tuple[int, str, str]], folder: Path) -> None:
    write_articles(
        folder / "a.jsonl", {"id": "one", "title": "Ferry", "text": "The ferry Aurora hit the pier of Sund."}
    )
    assert here("index", folder, "--shards", 2, "--store", "s")[0] == 0
    made = [path for path in Path("s").rglob("*") if "encoder" not in path.parts]  # the model is the machine's
    assert any(path.match("s/shards/2/1/catalog.sqlite") for path in made)
    assert [path for path in made if path.stat().st_mode & 0o077] == []
    assert "The ferry Aurora hit the pier of Sund." in here("ask", "Which ferry hit the pier?", "--store", "s")[1]
    assert "shards      2" in here("status", "--store", "s")[1]
    assert here("verify", "--store", "s")[0] == 0
    assert here("index", folder, "--rebuild", "--store", "s")[0] == 0
    assert "shards      2" in here("status", "--store", "s")[1]
    assert here("index", folder, "--shards", 0, "--store", "s")[0] == 2


def _never() -> Any:
    raise AssertionError("the encoder must not be loaded")


def _encodes_nothing() -> Any:
    class Counts(StandIn):
        def encode_passages(self, texts: Any) -> Any:
            assert not list(texts)
            return iter(())

    return Counts()
