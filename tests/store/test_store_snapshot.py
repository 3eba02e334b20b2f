"""What does a question see of the store?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from standin_encoder import DIM, StandIn, told, vector_of, write_articles

from askcorpus.errors import ArticleNotFound
from askcorpus.indexing.run import refresh
from askcorpus.store import dense
from askcorpus.store.opening import open_store
from askcorpus.types import Filter


def article(id: str, text: str, **more: str) -> dict[str, str]:
    return {"id": id, "title": f"Story {id}", "text": text, **more}


def test_a_reader_keeps_its_snapshot_while_the_folder_changes(folder: Path, store: Path) -> None:
    file = write_articles(folder / "a.jsonl", article("one", "The ferry hit the pier."))
    refresh(folder, store, StandIn())
    with open_store(store) as before:
        write_articles(file, article("one", "The ferry sank at sea."), article("two", "The pier was closed."))
        refresh(folder, store, StandIn())
        with before.newest as after:
            assert [text for _, _, text, _ in told(before, before.matching("ferry", k=5))] == [
                "The ferry hit the pier."
            ]
            assert [text for _, _, text, _ in told(after, after.matching("ferry", k=5))] == ["The ferry sank at sea."]
            assert (before.generation, after.generation) == (1, 2)
            assert before.article("one").text == "The ferry hit the pier."


def test_newest_is_the_same_snapshot_until_something_is_published(folder: Path, store: Path) -> None:
    write_articles(folder / "a.jsonl", article("one", "The ferry hit the pier."))
    refresh(folder, store, StandIn())
    with open_store(store) as snapshot:
        refresh(folder, store, StandIn())
        assert snapshot.newest is snapshot


def test_a_filter_still_gives_k_passages_when_few_of_many_match(folder: Path, store: Path) -> None:
    rows = [
        article(f"n{i:03}", f"Rain fell on day {i}.", published=f"2025-{i % 12 + 1:02}-10", publisher=f"Paper {i % 20}")
        for i in range(400)
    ]
    write_articles(folder / "a.jsonl", *rows)
    refresh(folder, store, StandIn())
    with open_store(store) as snapshot:
        where = Filter(since="2025-03-01", until="2025-03", publisher="PAPER 1")
        fitting = {row["id"] for row in rows if row["published"][:7] == "2025-03" and "Paper 1" in row["publisher"]}
        for ranking in (
            snapshot.matching("rain", k=10, where=where),
            snapshot.nearest(vector_of("rain"), k=10, where=where),
        ):
            ids = [id for id, _, _, _ in told(snapshot, ranking)]
            assert len(ids) == 10
            assert set(ids) <= fitting


def test_a_language_filter_finds_only_that_language(folder: Path, store: Path) -> None:
    write_articles(folder / "a.jsonl", article("e", "Paris Paris."), article("f", "Paris est belle.", language="fr"))
    refresh(folder, store, StandIn())
    with open_store(store) as snapshot:
        assert [row[0] for row in told(snapshot, snapshot.matching("Paris", k=5, where=Filter(language="fr")))] == ["f"]
        where = Filter(language="fr")
        assert [row[0] for row in told(snapshot, snapshot.nearest(vector_of("Paris"), k=5, where=where))] == ["f"]


def test_a_filter_leaves_a_language_out_and_keeps_what_is_in_none_that_is_known(folder: Path, store: Path) -> None:
    unknown = {"id": "none", "title": "", "text": "Paris 1 2 3.", "language": ""}
    write_articles(
        folder / "a.jsonl", article("e", "Paris Paris."), article("f", "Paris est belle.", language="fr"), unknown
    )
    refresh(folder, store, StandIn())
    with open_store(store) as snapshot:
        where = Filter(other_than="fr")
        assert where
        assert {row[0] for row in told(snapshot, snapshot.nearest(vector_of("Paris"), k=5, where=where))} == {
            "e",
            "none",
        }
        assert {row[0] for row in told(snapshot, snapshot.matching("Paris", k=5, where=where))} == {"e", "none"}


def test_equal_scores_are_ordered_by_article_id_and_start(folder: Path, store: Path) -> None:
    ids = [f"r{i:02}" for i in range(90)]
    for n, id in enumerate(reversed(ids)):
        write_articles(folder / f"{n:02}.jsonl", {"id": id, "title": "Same", "text": "The same wire text."})
    refresh(folder, store, StandIn())
    with open_store(store) as snapshot:
        assert [row[0] for row in told(snapshot, snapshot.matching("wire text", k=7))] == ids[:7]
        assert [row[0] for row in told(snapshot, snapshot.nearest(vector_of("wire text"), k=7))] == ids[:7]


def test_k_may_be_larger_than_the_corpus_and_a_store_may_be_empty(folder: Path, store: Path) -> None:
    file = write_articles(folder / "a.jsonl", article("one", "The ferry hit the pier."))
    refresh(folder, store, StandIn())
    with open_store(store) as snapshot:
        assert len(snapshot.nearest(vector_of("ferry"), k=1000).ids) == 1
        assert len(snapshot.matching("ferry", k=1000).ids) == 1
        assert len(snapshot.nearest(vector_of("ferry"), k=0).ids) == 0
    file.unlink()
    refresh(folder, store, StandIn(), allow_removals=True)  # an emptied folder is meant here
    with open_store(store) as snapshot:
        assert (snapshot.articles, snapshot.passages_count) == (0, 0)
        assert len(snapshot.nearest(vector_of("ferry"), k=3).ids) == 0
        assert len(snapshot.matching("ferry", k=3, where=Filter(language="en")).ids) == 0


@pytest.mark.parametrize("question", ["body:ferry AND (", '"', "NOT *", "ferry~2 ^3 [a TO b]", "", "   ", "\x00"])
def test_a_question_is_never_read_as_query_syntax(folder: Path, store: Path, question: str) -> None:
    write_articles(folder / "a.jsonl", article("one", "The ferry hit the pier."))
    refresh(folder, store, StandIn())
    with open_store(store) as snapshot:
        found = len(snapshot.matching(question, k=3).ids)
        assert found == (1 if "ferry" in question else 0)


@pytest.mark.parametrize(
    ("question", "id"),
    [
        ("Which share was 6.3%?", "share"),
        ("6,3 %", "share"),
        ("Wonsan-Kalma", "resort"),
        ("wonsan kalma", "resort"),
        ("Mi-8", "helicopter"),
        ("the US president", "president"),
        ("1,000 soldiers", "soldiers"),
        ("Erdogan", "turkey"),
        ("Перелёты", "russian"),
        ("北京", "chinese"),
        ("What is The Who?", "band"),
    ],
)
def test_numbers_and_names_survive_the_analysis(folder: Path, store: Path, question: str, id: str) -> None:
    write_articles(
        folder / "a.jsonl",
        {"id": "share", "title": "", "text": "Prices rose by 6.3% in May."},
        {"id": "other", "title": "", "text": "Prices rose by 6% and 3% in May, on day 8 of Mi."},
        {"id": "resort", "title": "", "text": "A resort opened in Wonsan-Kalma."},
        {"id": "helicopter", "title": "", "text": "The Mi-8 helicopter landed."},
        {"id": "president", "title": "", "text": "The U.S. president spoke."},
        {"id": "soldiers", "title": "", "text": "About 1000 soldiers marched."},
        {"id": "turkey", "title": "", "text": "Erdoğan geldi.", "language": "tr"},
        {"id": "russian", "title": "", "text": "Перелеты подорожали.", "language": "ru"},
        {"id": "chinese", "title": "", "text": "会议在北京举行。", "language": "zh"},
        {"id": "band", "title": "", "text": "That is what The Who are."},
    )
    refresh(folder, store, StandIn())
    with open_store(store) as snapshot:
        assert told(snapshot, snapshot.matching(question, k=1))[0][0] == id


def test_a_rare_word_weighs_more_and_a_stop_word_nothing(folder: Path, store: Path) -> None:
    write_articles(folder / "a.jsonl", *(article(f"n{i}", f"The flight {i} left.") for i in range(20)))
    refresh(folder, store, StandIn())
    with open_store(store) as snapshot:
        flight, seven, the, unknown = snapshot.word_weights(["flights", "7", "the", "zebra"])
        assert the == 0
        assert 0 < flight < seven < unknown


def test_what_was_encoded_comes_back(folder: Path, store: Path) -> None:
    write_articles(folder / "a.jsonl", article("one", "Die Fähre hit the pier."))
    encoder = StandIn()
    refresh(folder, store, encoder)
    text = "Story one. Die Fähre hit the pier."
    [expected] = StandIn().encode_passages([(text, len("Story one. "))])
    with open_store(store) as snapshot:
        ids = snapshot.nearest(vector_of("pier"), k=1).ids
        vectors, [codes] = snapshot.encodings(ids)
        assert codes.starts.tolist() == expected.codes.starts.tolist()
        assert codes.bits.tolist() == expected.codes.bits.tolist()
        assert np.allclose(vectors[0], expected.vector, atol=1e-3)
        assert encoder.encoded == [text]


def test_the_newest_articles_come_first_and_an_unknown_id_is_an_error(folder: Path, store: Path) -> None:
    dates = {"old": "2024-01-01", "new": "2025-06-01T08:00:00Z", "none": None}
    write_articles(folder / "a.jsonl", *(article(id, f"Text of {id}.", published=d) for id, d in dates.items()))  # type: ignore[arg-type]
    refresh(folder, store, StandIn())
    with open_store(store) as snapshot:
        assert [a.id for a in snapshot.recent(3)] == ["new", "old", "none"]
        with pytest.raises(ArticleNotFound, match="nowhere"):
            snapshot.article("nowhere")


def test_a_large_index_keeps_recall_and_filters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The inverted file, at a size where a test can afford it."""
    monkeypatch.setattr(dense, "FLAT_MAX", 2000)
    rng = np.random.default_rng(7)
    centres = rng.normal(size=(60, DIM))
    vectors = (centres[rng.integers(60, size=8000)] + 0.5 * rng.normal(size=(8000, DIM))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = np.arange(8000, dtype=np.int64) * 2
    _, parameters = dense.build(tmp_path / "dense", lambda: [(ids, vectors)], 8000, DIM)
    index = dense.Dense(tmp_path / "dense", parameters)
    queries = vectors[::80] + 0.05 * rng.normal(size=(100, DIM)).astype(np.float32)
    found = [set(index.search(q, 32).ids.tolist()) for q in queries]
    truth = [set(ids[np.argsort(-(vectors @ q))[:10]].tolist()) for q in queries]
    assert sum(len(a & b) for a, b in zip(found, truth, strict=True)) >= 0.98 * 1000
    assert "visits" in parameters
    allowed = np.zeros(16000, np.bool_)
    allowed[[10, 4000, 15998]] = True
    assert set(index.search(queries[0], 10, allowed).ids.tolist()) == {10, 4000, 15998}


def test_a_shards_lists_are_as_fine_as_those_of_the_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = list[int]()

    def inverted(blocks: object, count: int, dim: int, lists: int) -> tuple[object, int]:
        made.append(lists)
        return dense._flat(dim), 4

    monkeypatch.setattr(dense, "_inverted", inverted)
    dense.build(tmp_path / "whole", list, 1_000_000, DIM)
    dense.build(tmp_path / "shard", list, 250_000, DIM, shard=True)
    assert made == [2048, 2048]


def test_a_change_to_a_large_index_is_a_delta_until_it_is_folded_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dense, "DELTA_MAX", 20)
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(300, DIM)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = np.arange(300, dtype=np.int64)
    _, parameters = dense.build(tmp_path / "0", lambda: [(ids[:200], vectors[:200])], 200, DIM)
    none = np.zeros(0, np.int64)
    changes = [
        dense.DenseChange(ids[200:210], vectors[200:210], ids[:5]),
        dense.DenseChange(none, vectors[:0], ids[205:207]),
        dense.DenseChange(ids[210:240], vectors[210:240], none),
    ]
    sizes = []
    for n, change in enumerate(changes):
        assert dense.extend(tmp_path / f"{n + 1}", tmp_path / f"{n}", change, parameters) is not None
        sizes.append((tmp_path / f"{n + 1}" / dense.BASE).stat().st_size)
    index = dense.Dense(tmp_path / "3", parameters)
    live = set(range(5, 240)) - {205, 206}
    assert index.ids() == live
    assert set(index.search(vectors[0], 300).ids.tolist()) == live
    assert sizes[0] == sizes[1] < sizes[2]
