"""Does a cluster of three nodes index and answer as one machine does, also when a node is killed?

With ASKCORPUS_TEST_ROUNDS, whatever it says, nodes are also killed while passages are encoded, the head is, and the shell indexes.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from nodes import three_nodes
from standin_encoder import StandIn, told, vector_of, write_articles

from askcorpus.cluster.asking import Asking
from askcorpus.cluster.indexing import Work
from askcorpus.corpus import Corpus
from askcorpus.encoder import Encoder
from askcorpus.errors import AskcorpusError, ClusterError
from askcorpus.indexing.run import refresh
from askcorpus.settings import Settings
from askcorpus.store.opening import open_store
from askcorpus.store.snapshot import Snapshot
from askcorpus.store.verifying import verify

LONG = pytest.mark.skipif(not os.environ.get("ASKCORPUS_TEST_ROUNDS"), reason="takes a minute: ASKCORPUS_TEST_ROUNDS=1")
pytest.importorskip("ray", reason="ray is not installed: pip install 'askcorpus[cluster]'")
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::FutureWarning", "ignore::DeprecationWarning"
)
"""Ray leaves sockets and pipes of its processes to the garbage collector, and speaks of its own future."""

WORDS = [f"word{n}" for n in range(200)]
WEIGHTS = [1 / (n + 1) for n in range(200)]
ARTICLES = 1050  # of two passages each


def story(n: int, edition: int = 0) -> dict[str, Any]:
    rng = random.Random(n * 1000 + edition)
    text = "\n\n".join(
        " ".join(rng.choices(WORDS, WEIGHTS, k=rng.randint(5, 60))).capitalize() + "." for _ in range(rng.randint(1, 4))
    )
    return {"id": f"story{n}", "title": f"Story {n}", "text": text, "publisher": f"Paper {n % 5}"}


_RNG = random.Random(3)
QUESTIONS = [" ".join(_RNG.choices(WORDS, k=_RNG.randint(1, 6))) for _ in range(12)]


def say(snapshot: Snapshot) -> list[Any]:
    """What a store says to some questions."""
    lexical = [told(snapshot, snapshot.matching(q, k=10)) for q in QUESTIONS]
    dense = [told(snapshot, snapshot.nearest(vector_of(q), k=10)) for q in QUESTIONS]
    codes = [one.bits.tobytes() for one in snapshot.codes(snapshot.matching(QUESTIONS[0], k=10).ids)]
    return [lexical, dense, codes, snapshot.articles, snapshot.passages_count]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with three_nodes() as made:
        yield made


@pytest.fixture(scope="module")
def place(cluster: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder, and a store of it that one machine made."""
    root = tmp_path_factory.mktemp("cluster")
    for part in range(7):
        write_articles(root / "articles" / f"{part}.jsonl", *(story(n) for n in range(part, ARTICLES, 7)))
    refresh(root / "articles", root / "one", StandIn())
    return root


def index(place: Path, cluster: Any, store: str = "many", **more: Any) -> Any:
    with Work(cluster.address, block=64) as work:
        return refresh(
            place / "articles", place / store, partial(work.encoder, StandIn), read=work.read_many, shards=3, **more
        )


def test_a_cluster_indexes_and_answers_as_one_machine_does(place: Path, cluster: Any) -> None:
    counts = index(place, cluster).counts
    assert (counts.added, counts.skipped) == (ARTICLES, 0)
    assert counts.passages > 2000
    asking = Asking(cluster.address, replicas=2)
    try:
        with open_store(place / "many", shards_of=asking.open) as many, open_store(place / "one") as one:
            assert say(many) == say(one)
            assert many.word_weights(WORDS) == pytest.approx(one.word_weights(WORDS))
    finally:
        asking.close()
    assert verify(place / "many").catalog == ()


def test_questions_go_on_while_a_node_is_killed_and_follow_a_new_generation(place: Path, cluster: Any) -> None:
    index(place, cluster)
    victim = next(iter(cluster.worker_nodes))
    asking = Asking(cluster.address, replicas=2)
    stop, wrong, answered = threading.Event(), list[Any](), list[int]()
    try:
        snapshot = open_store(place / "many", shards_of=asking.open)
        expected = say(snapshot)

        def ask() -> None:
            while not stop.is_set():
                try:
                    if say(snapshot) != expected:
                        wrong.append("another answer")
                except AskcorpusError as error:
                    wrong.append(error)
                answered.append(1)

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            _until(lambda: len(answered) > 0)
            cluster.remove_node(victim, allow_graceful=False)
            before = len(answered)
            _until(lambda: len(answered) > before + 1)
        finally:
            stop.set()
            thread.join()
        assert wrong == []
        write_articles(place / "articles" / "0.jsonl", *(story(n, edition=n == 7) for n in range(0, ARTICLES, 7)))
        assert index(place, cluster).counts.changed == 1  # the two nodes that are left do the work of three
        refresh(place / "articles", place / "one", StandIn())
        with snapshot.newest as newest, open_store(place / "one") as one:
            assert newest.generation == snapshot.generation + 1
            assert say(newest) == say(one) != expected
        snapshot.close()
    finally:
        asking.close()
        cluster.add_node(num_cpus=1, object_store_memory=80 << 20)


@LONG
def test_a_node_that_is_killed_while_passages_are_encoded_costs_no_passage(place: Path, cluster: Any) -> None:
    victim = next(iter(cluster.worker_nodes))
    killed = threading.Event()

    def kill(progress: Any) -> None:
        if progress.encoded > 200 and not killed.is_set():
            killed.set()
            cluster.remove_node(victim, allow_graceful=False)

    try:
        report = index(place, cluster, "again", progress=kill)
    finally:
        cluster.add_node(num_cpus=1, object_store_memory=80 << 20)
    assert killed.is_set()
    assert report.counts.added == ARTICLES
    with open_store(place / "again") as again, open_store(place / "one") as one:
        assert say(again) == say(one)


def test_without_a_replica_it_says_how_many_shards_answered(place: Path, cluster: Any) -> None:
    import ray

    index(place, cluster)
    asking = Asking(cluster.address, replicas=1)
    try:
        with open_store(place / "many", shards_of=asking.open) as snapshot:
            lost = next(iter(asking._actors.values()))[0]
            ray.kill(lost, no_restart=True)
            with pytest.raises(ClusterError, match="2 of 3 shards answered"):
                snapshot.nearest(vector_of("word1"), k=3)
    finally:
        asking.close()


def test_no_cluster_at_an_address_is_an_error_that_says_how_to_start_one() -> None:
    with pytest.raises(ClusterError, match="ray start --head"):
        Asking("127.0.0.1:1", replicas=1)


@LONG
def test_a_corpus_on_a_cluster_gives_the_very_answers(
    tmp_path: Path, cluster: Any, news_store: Path, corpus: Corpus, real_encoder: Encoder, one_model: None
) -> None:
    store = tmp_path / "spread"
    shutil.copytree(news_store, store)
    refresh(news_store.parent / "articles", store, real_encoder, shards=3)
    with Corpus(Settings(store=str(store), cluster=cluster.address), today=corpus._today) as spread:
        for question in ("Who is the city engineer of Sund?", "What is the boiling point of tungsten?"):
            assert replace(spread.ask(question), took_ms=0) == replace(corpus.ask(question), took_ms=0)


@LONG
def test_the_shell_indexes_and_asks_on_a_cluster(cluster: Any, folder: Path, command: Callable[..., Any]) -> None:
    text = "The ferry Aurora hit the pier of Sund."
    write_articles(folder / "a.jsonl", {"id": "one", "title": "Ferry", "text": text})
    there = ("--cluster", cluster.address, "--store", "s")
    assert command("index", folder, *there).returncode == 0
    assert "shards      4" in command("status", "--store", "s").stdout
    assert text in command("ask", "Which ferry hit the pier?", *there).stdout


@LONG
def test_without_its_head_a_run_ends_with_a_clear_error_and_nothing_is_lost(folder: Path, store: Path) -> None:
    write_articles(folder / "a.jsonl", *(story(n) for n in range(100)))
    script = Path(__file__).parent / "headless.py"
    ran = subprocess.run(
        [sys.executable, script, folder, store], capture_output=True, text=True, timeout=280, check=True
    )
    asked, indexed = (json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{"))
    assert asked.get("answered") == 3 or "ClusterError" in asked["error"]  # replicas are on nodes that live
    assert "ClusterError: the cluster does not answer" in indexed["error"]
    with open_store(store) as snapshot:
        assert (snapshot.generation, snapshot.articles) == (1, 100)
    assert refresh(folder, store, StandIn()).counts.added == 50


def _until(true: Any, timeout_s: float = 120.0) -> None:
    """Wait for something to become true."""
    done = threading.Event()
    for _ in range(int(timeout_s / 0.05)):
        if true():
            return
        done.wait(0.05)
    raise AssertionError("it did not become true")
