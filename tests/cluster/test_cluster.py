"""Does a cluster of three nodes index and answer as one machine does, also when a node is killed, and through every door?

With ASKCORPUS_TEST_ROUNDS, whatever it says, nodes are also killed while passages are encoded, the head is, and the shell indexes.
"""

from __future__ import annotations

import asyncio
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

import people
import pytest
from nodes import PATIENCE_S, add_node, three_nodes
from serving import reaching, served
from standin import Telegram
from standin_encoder import StandIn, told, vector_of, write_articles

from askcorpus.cluster import asking as asking_of
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
from askcorpus.telegram.running import serve
from askcorpus.telegram.state import FILE, State

LONG = pytest.mark.skipif(not os.environ.get("ASKCORPUS_TEST_ROUNDS"), reason="takes a minute: ASKCORPUS_TEST_ROUNDS=1")
pytest.importorskip("ray", reason="ray is not installed: pip install 'askcorpus[cluster]'")
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::FutureWarning", "ignore::DeprecationWarning"
)
"""Ray leaves sockets and pipes of its processes to the garbage collector, and speaks of its own future."""

SHARDS = 2  # each of their replicas is a process, which starts in two seconds
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


def say(snapshot: Snapshot, questions: list[str] = QUESTIONS) -> list[Any]:
    """What a store says to some questions."""
    lexical = [told(snapshot, snapshot.matching(q, k=10)) for q in questions]
    dense = [told(snapshot, snapshot.nearest(vector_of(q), k=10)) for q in questions]
    codes = [one.bits.tobytes() for one in snapshot.encodings(snapshot.matching(questions[0], k=10).ids)[1]]
    return [lexical, dense, codes, snapshot.articles, snapshot.passages_count]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with three_nodes() as made:
        yield made


@pytest.fixture(scope="module")
def asking(cluster: Any) -> Iterator[Asking]:
    """This process's part in the cluster, which the others join: each that begins anew has new processes started for it."""
    joined = Asking(cluster.address, replicas=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking_of, "PATIENCE_S", PATIENCE_S)  # a node that is dead says so; a busy one is waited for
        patch.setattr(asking_of, "OPEN_S", PATIENCE_S)
        yield joined
    joined.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder, and a store of it that one machine made."""
    root = tmp_path_factory.mktemp("cluster")
    for part in range(7):
        write_articles(root / "articles" / f"{part}.jsonl", *(story(n) for n in range(part, ARTICLES, 7)))
    refresh(root / "articles", root / "one", StandIn())
    return root


@pytest.fixture(scope="module")
def many(place: Path, cluster: Any, asking: Asking) -> Path:
    """The store that the cluster made of them."""
    counts = index(place, cluster).counts
    assert (counts.added, counts.skipped) == (ARTICLES, 0)
    assert counts.passages > 2000
    return place / "many"


def index(place: Path, cluster: Any, store: str = "many", **more: Any) -> Any:
    with Work(cluster.address, block=64) as work:
        return refresh(
            place / "articles",
            place / store,
            partial(work.encoder, StandIn),
            read=work.read_many,
            shards=SHARDS,
            **more,
        )


def test_no_cluster_at_an_address_is_an_error_that_says_how_to_start_one() -> None:
    with pytest.raises(ClusterError, match="ray start --head"):
        Asking("127.0.0.1:1", replicas=1)


def test_a_cluster_indexes_and_answers_as_one_machine_does(many: Path, place: Path, asking: Asking) -> None:
    with pytest.raises(ClusterError, match="ray start --head"):  # nor is it taken for the one that is there
        Asking("127.0.0.1:1", replicas=1)
    with open_store(many, shards_of=asking.open) as spread, open_store(place / "one") as one:
        assert say(spread) == say(one)
        assert spread.word_weights(WORDS) == pytest.approx(one.word_weights(WORDS))
    assert verify(many).catalog == ()


def test_questions_go_on_while_a_node_is_killed_and_follow_a_new_generation(
    many: Path, place: Path, cluster: Any, asking: Asking
) -> None:
    victim = next(iter(cluster.worker_nodes))
    stop, wrong, answered = threading.Event(), list[Any](), list[int]()
    snapshot = open_store(many, shards_of=asking.open)
    expected = say(snapshot, QUESTIONS[:1])

    def ask() -> None:
        while not stop.is_set():
            try:
                if say(snapshot, QUESTIONS[:1]) != expected:
                    wrong.append("another answer")
            except AskcorpusError as error:
                if "shards answered" not in str(error):  # which is said, and nothing else, where none is left
                    wrong.append(error)
            except BaseException as error:
                wrong.append(error)
                raise
            else:
                answered.append(1)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        _until(lambda: len(answered) > 1 or wrong)
        cluster.remove_node(victim, allow_graceful=False)
        before = len(answered)
        _until(lambda: len(answered) > before + 5 or wrong)
    finally:
        stop.set()
        thread.join()
    assert wrong == []
    write_articles(place / "articles" / "0.jsonl", *(story(n, edition=n == 7) for n in range(0, ARTICLES, 7)))
    assert index(place, cluster).counts.changed == 1  # the two nodes that are left do the work of three
    refresh(place / "articles", place / "one", StandIn())
    with snapshot.newest as newest, open_store(place / "one") as one:
        assert newest.generation == snapshot.generation + 1
        assert say(newest) == say(one)
        assert say(newest, QUESTIONS[:1]) != expected
    snapshot.close()


def test_without_a_replica_it_says_how_many_shards_answered(many: Path, asking: Asking) -> None:
    with open_store(many, shards_of=asking.open) as snapshot:
        lose_shard(asking)
        with pytest.raises(ClusterError, match=f"{SHARDS - 1} of {SHARDS} shards answered"):
            snapshot.nearest(vector_of("word1"), k=3)


class Replica:
    """One whose process is started anew: lost at first, then there."""

    def __init__(self, lost: float) -> None:
        self.lost, self.open = lost, self

    def remote(self, _generation: int) -> bool | None:
        self.lost -= 1
        return None if self.lost >= 0 else True


def test_a_shard_that_is_started_anew_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking_of, "_told", lambda told, _timeout_s: told)
    monkeypatch.setattr(asking_of, "PAUSE_S", 0.0)
    opened = partial(Asking._opened, object.__new__(Asking))
    opened([[Replica(5), Replica(9)], [Replica(0)]], [1, 1])
    monkeypatch.setattr(asking_of, "RESTARTED_S", 0.0)
    with pytest.raises(ClusterError, match="1 of 2 shards answered"):
        opened([[Replica(0)], [Replica(float("inf"))]], [1, 1])


def lose_shard(asking: Asking) -> None:
    """End every replica of a shard, for good; a kill is only asked for, and one that is still there would answer."""
    import ray

    for actor in next(iter(asking._actors.values())):
        ray.kill(actor, no_restart=True)
        while is_there(actor):
            pass


def is_there(actor: Any) -> bool:
    """Whether a process of the cluster answers, to a question that takes it no time."""
    import ray

    try:
        ray.get(actor.__ray_ready__.remote(), timeout=PATIENCE_S)
    except ray.exceptions.RayActorError:
        return False
    return True


@pytest.fixture(scope="module")
def spread(tmp_path_factory: pytest.TempPathFactory, news_store: Path, real_encoder: Encoder) -> Path:
    """The news in shards, for the front doors."""
    store = tmp_path_factory.mktemp("spread") / "store"
    shutil.copytree(news_store, store)
    refresh(news_store.parent / "articles", store, real_encoder, shards=SHARDS)
    store.chmod(0o700)
    return store


WHO = "Who is the city engineer of Sund?"
SAID = "Ingrid Vale"


def test_library_server_and_bot_answer_from_a_cluster_and_say_so_where_a_shard_is_lost(
    spread: Path,
    cluster: Any,
    asking: Asking,
    corpus: Corpus,
    one_model: None,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    chosen = Settings(store=str(spread), cluster=cluster.address, cluster_replicas=1)
    with Corpus(chosen, today=corpus._today) as far:
        for question in (WHO, "What is the boiling point of tungsten?"):
            assert replace(far.ask(question), took_ms=0) == replace(corpus.ask(question), took_ms=0)
        with served(far) as address, reaching(address) as client:
            assert SAID in client.post("/ask", json={"question": WHO}).json()["citations"][0]["quote"]
            assert SAID in asyncio.run(_chat(far, tmp_path / "whole", WHO))
            assert far._cluster is not None
            lose_shard(far._cluster)
            refused = client.post("/ask", json={"question": WHO})
            assert refused.status_code == 503
            assert refused.json()["error"].startswith(
                f"{SHARDS - 1} of {SHARDS} shards answered, so there is no answer"
            )
        assert "something is wrong on my side" in asyncio.run(_chat(far, tmp_path / "less", WHO))
        assert f"{SHARDS - 1} of {SHARDS} shards answered" in caplog.text


def test_the_shell_asks_on_a_cluster(
    spread: Path, cluster: Any, asking: Asking, here: Callable[..., tuple[int, str, str]]
) -> None:
    there = ("--cluster", cluster.address, "--cluster-replicas", 1, "--store", spread)
    status, out, err = here("ask", WHO, *there)
    assert (status, err) == (0, "")
    assert SAID in out


async def _chat(corpus: Corpus, folder: Path, question: str) -> str:
    """What a new bot says to a question."""
    folder.mkdir()
    async with Telegram() as telegram:
        telegram.private(people.ADMIN)
        settings = Settings(
            store=str(folder),
            telegram_base_url=telegram.url,
            telegram_admins=(people.ADMIN,),
            telegram_allowed=(people.USER,),
            telegram_watch=False,
        )
        stop, ready = asyncio.Event(), asyncio.Event()
        with State(folder / FILE) as state:
            running = asyncio.create_task(
                serve(people.TOKEN, corpus, state, settings, stop=stop, tell=print, ready=lambda bot, desk: ready.set())
            )
            await ready.wait()
            message = await telegram.said(people.USER, question)
            stop.set()
            await running
    return str(message["text"])


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
        add_node(cluster)
    assert killed.is_set()
    assert report.counts.added == ARTICLES
    with open_store(place / "again") as again, open_store(place / "one") as one:
        assert say(again) == say(one)


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


def _until(true: Any, timeout_s: float = 240.0) -> None:
    """Wait for something to become true."""
    done = threading.Event()
    for _ in range(int(timeout_s / 0.05)):
        if true():
            return
        done.wait(0.05)
    raise AssertionError("it did not become true")
