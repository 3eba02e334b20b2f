"""What does a program get over HTTP?  Real requests to a real server over newspapers.py."""

from __future__ import annotations

import dataclasses
import json
import logging
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import newspapers
import pytest
from mcp import Client
from serving import PATIENCE_S, TOKEN, reaching, served

from askcorpus.corpus import Corpus
from askcorpus.encoder import Encoder
from askcorpus.errors import FolderError, SettingsError
from askcorpus.indexing.report import Progress, Report
from askcorpus.indexing.run import refresh
from askcorpus.server.access import access_of
from askcorpus.server.app import PAGE
from askcorpus.server.guard import BODY_BYTES
from askcorpus.server.running import Lines, store_folders
from askcorpus.settings import Settings, load
from askcorpus.types import Counts, Filter

DESCRIPTION = json.loads((files("askcorpus.server") / "openapi.json").read_text("utf-8"))
REOPENED = {"question": "When did the Old Sund Bridge reopen?"}


@pytest.fixture(scope="module")
def http(corpus: Corpus) -> Iterator[httpx.Client]:
    """Reaches a server that needs no token."""
    with served(corpus) as address, reaching(address) as client:
        yield client


@pytest.fixture(scope="module")
def both(two_collections: Path) -> Iterator[httpx.Client]:
    """Reaches a server over a store of two folders, news and old."""
    with (
        Corpus(Settings(store=str(two_collections))) as corpus,
        served(corpus) as address,
        reaching(address) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def locked(corpus: Corpus) -> Iterator[httpx.Client]:
    """Reaches one that does."""
    with served(corpus, token=TOKEN) as address, reaching(address) as client:
        yield client


def described(path: str, method: str = "get", status: str = "200") -> dict[str, Any]:
    """What the description says that a response is."""
    schema = DESCRIPTION["paths"][path][method]["responses"][status]["content"]["application/json"]["schema"]
    return {**schema, "components": DESCRIPTION["components"]}


# --- asking


def test_a_question_is_answered_with_verbatim_quotes(http: httpx.Client, corpus: Corpus) -> None:
    answer = http.post("/ask", json=REOPENED).json()
    jsonschema.validate(answer, described("/ask", "post"))
    first = answer["citations"][0]
    assert corpus.article(first["article"]["id"]).text[first["start"] : first["end"]] == first["quote"]
    assert "14 March 2026" in first["quote"]


def test_not_found_is_an_answer_with_the_nearest_articles(http: httpx.Client) -> None:
    response = http.post(
        "/ask", json={"question": "What is the boiling point of tungsten?", "interface_language": "de"}
    )
    answer = response.json()
    jsonschema.validate(answer, described("/ask", "post"))
    assert (response.status_code, answer["answered"], answer["citations"]) == (200, False, [])
    assert answer["nearest"]
    assert answer["words"]["said"] == "In diesem Korpus nicht gefunden."


def test_a_question_goes_on_from_the_topic_before(http: httpx.Client) -> None:
    topic = http.post("/ask", json=REOPENED).json()["topic"]
    answer = http.post("/ask", json={"question": "And what did it cost?", "topic": topic}).json()
    assert answer["previous"] == answer["topic"] == REOPENED["question"]
    assert "38 million crowns" in answer["citations"][0]["quote"]


def test_what_sources_say_together_comes_in_the_readers_language(http: httpx.Client) -> None:
    question = {"question": "How many workers did the fire in Karlholm injure?"}
    answer = http.post("/ask", json=question, headers={"Accept-Language": "xx, fr-CH;q=0.9, en;q=0.8"}).json()
    assert answer["agreement"] == "differ"
    assert answer["words"]["agreement"].startswith("Les sources divergent")


def test_search_shows_passages_with_their_articles(http: httpx.Client) -> None:
    found = http.get("/search", params={"q": "amber museum", "k": 2, "until": "2026-02"}).json()
    jsonschema.validate(found, described("/search"))
    assert found["hits"][0]["article"]["id"] == "ru"
    assert all(hit["article"]["published"] <= "2026-02-28" for hit in found["hits"])


def test_an_article_is_given_whole(http: httpx.Client) -> None:
    article = http.get("/articles/accented").json()
    jsonschema.validate(article, described("/articles/{article_id}"))
    assert article["text"] == newspapers.TEXTS["accented"]


def test_sources_and_status_are_as_described(http: httpx.Client) -> None:
    for path in ("/sources", "/status", "/health"):
        jsonschema.validate(http.get(path).json(), described(path))
    assert http.get("/status").json()["articles"] == 15
    assert http.get("/sources").json()["publishers"][0] == {"publisher": "Harbour Post", "articles": 4}


def test_one_collection_answers_where_one_is_named(both: httpx.Client) -> None:
    answer = both.post("/ask", json=REOPENED | {"collection": "OLD"}).json()
    jsonschema.validate(answer, described("/ask", "post"))
    assert {citation["article"]["collection"] for citation in answer["citations"]} == {"old"}
    assert answer["filter"] == {"collection": "OLD"}
    assert answer["words"]["notes"] == ["only articles in the collection OLD"]
    assert both.post("/ask", json=REOPENED | {"collection": "news"}).json()["answered"] is False
    found = both.get("/search", params={"q": "mayor of Tarnby", "collection": "old"}).json()
    jsonschema.validate(found, described("/search"))
    assert {hit["article"]["collection"] for hit in found["hits"]} == {"old"}


@pytest.mark.parametrize("name", ["cellar", "/", " ", "news,old", "0"])
def test_a_collection_that_there_is_not_is_refused_with_those_there_are(both: httpx.Client, name: str) -> None:
    refused = both.post("/ask", json={"question": "Who?", "collection": name})
    assert (refused.status_code, refused.json()["error"]) == (
        400, f"there is no collection {name}. There is: news, old",
    )  # fmt: skip
    assert both.get("/search", params={"q": "who", "collection": name}).status_code == 400


def test_sources_and_status_name_the_collections_and_count_all_of_them(both: httpx.Client) -> None:
    for path in ("/sources", "/status"):
        told = both.get(path).json()
        jsonschema.validate(told, described(path))
        assert told["collections"] == [{"collection": "news", "articles": 2}, {"collection": "old", "articles": 4}]
    assert both.get("/status").json()["skipped_files"] == 2, "one of each folder"


def test_every_way_to_narrow_a_question_is_taken_everywhere(both: httpx.Client) -> None:
    bounds = {field.name for field in dataclasses.fields(Filter)} - {"other_than"}  # retrieval's own
    schemas = DESCRIPTION["components"]["schemas"]
    assert bounds <= set(schemas["Question"]["properties"])
    assert bounds == set(schemas["Filter"]["properties"])
    assert bounds <= {one["name"] for one in DESCRIPTION["paths"]["/search"]["get"]["parameters"]}
    every = {"since": "2020", "until": "2030", "publisher": "post", "language": "en", "collection": "old"}
    assert set(every) == bounds
    assert both.post("/ask", json=REOPENED | every).json()["filter"] == every
    assert both.get("/search", params={"q": "bridge"} | every).status_code == 200


@pytest.mark.parametrize("question", ["What's new?", "news about the mayor", "Hello!", "How many articles are there?"])
def test_an_answer_of_any_kind_is_as_described(both: httpx.Client, question: str) -> None:
    jsonschema.validate(both.post("/ask", json={"question": question}).json(), described("/ask", "post"))


def test_metrics_count_questions_and_refusals(corpus: Corpus) -> None:
    with served(corpus) as address, reaching(address) as client:
        client.post("/ask", json=REOPENED)
        client.post("/ask", json={"question": "What is the boiling point of tungsten?"})
        client.get("/nowhere")
        lines = client.get("/metrics").text.splitlines()
    assert 'askcorpus_http_questions_total{outcome="answered"} 1' in lines
    assert 'askcorpus_http_questions_total{outcome="not_found"} 1' in lines
    assert 'askcorpus_http_responses_total{status="404"} 1' in lines
    assert "askcorpus_http_question_seconds_count 2" in lines
    assert "askcorpus_http_articles 15" in lines
    assert all(re.fullmatch(r'# (HELP|TYPE) .+|\w+(\{\w+="[^"]+"\})? [\d.e+-]+', line) for line in lines)


def test_the_description_names_every_address_and_is_served(http: httpx.Client, corpus: Corpus) -> None:
    assert http.get("/openapi.json").json() == DESCRIPTION
    there = {
        route.path.replace(":path", "")
        for route in application_of(corpus).routes
        if route.path not in {*PAGE, "/mcp", "/texts", "/openapi.json"}
    }
    assert set(DESCRIPTION["paths"]) == there


def application_of(corpus: Corpus) -> Any:
    from askcorpus.server.app import application

    return application(corpus, access_of(Settings()), folders=lambda: "", per_minute=1)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "the body must be JSON"),
        (b"[" * 60_000, "the body must be JSON"),
        (b"[]", "one JSON object"),
        (b"{}", "the question is empty"),
        (b'{"question": 7}', "must be texts"),
        (b'{"question": "Who?", "k": true}', "k must be a whole number"),
        (b'{"question": "Who?", "k": 0}', "from 1 to 50"),
        (b'{"question": "Who?", "since": "yesterday"}', "is no day"),
        (b'{"question": "Who?", "since": "2026-02-30"}', "is no day"),
        (b'{"question": "Who?", "since": "2026", "until": "2025-12"}', "no day is both"),
        (b'{"question": "Who?", "language": "french"}', "is no code"),
        (b'{"question": "Who?", "publisher": ["x"]}', "publisher must be a text"),
        (b'{"question": "Who?", "write": "yes"}', "write must be true or false"),
        (b'{"question": "Who?", "k": 1e400}', "k must be a whole number"),
        (b'{"question": "\\ud800"}', "not be written in UTF-8"),
        (b'{"question": "Who?", "topic": "\\udfff"}', "not be written in UTF-8"),
        (b'{"question": "Who?", "publisher": "\\ud83d"}', "not be written in UTF-8"),
        (b'\xff\xfe{"question": "Who?"}', "the body must be JSON"),
        (b'{"question": "Who?", "token": "x"}', "no such field: token"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_can(http: httpx.Client, body: bytes, said: str) -> None:
    response = http.post("/ask", content=body)
    assert response.status_code == 400
    assert said in response.json()["error"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=x&colection=old", "no such field: colection. Known: collection,"),
        ("q=x&k=-1", "is no whole number"),
        ("k=3", "is empty"),
    ],
)
def test_a_search_that_cannot_be_meant_is_refused_too(http: httpx.Client, query: str, said: str) -> None:
    response = http.get(f"/search?{query}")
    assert (response.status_code, said in response.json()["error"]) == (400, True)


def test_what_is_not_there_is_404_and_another_method_405(http: httpx.Client) -> None:
    assert http.get("/articles/nope").json() == {"error": "no article has the id nope"}
    assert http.get("/articles/nope").status_code == http.get("/etc/passwd").status_code == 404
    assert http.get("/ask").status_code == 405
    assert http.get("/etc/passwd").json() == {"error": "there is no /etc/passwd. What there is: /openapi.json"}
    assert http.get("/ask").json() == {"error": "/ask does not take GET. It takes: POST"}
    for method, path in (("DELETE", "/articles/bridge"), ("POST", "/search"), ("PUT", "/")):
        told = http.request(method, path).json()["error"]
        assert re.fullmatch(rf"{path} does not take {method}\. It takes: (GET, HEAD|HEAD, GET)", told), told


# --- who may


def test_another_name_for_this_machine_is_refused(http: httpx.Client) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:80", "", "localhost@evil.example"):
        assert http.post("/ask", json=REOPENED, headers={"Host": host}).status_code == 421, host
    port = http.base_url.port
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}", "News.Example", "192.168.7.9"):
        assert http.get("/status", headers={"Host": host}).status_code == 200, host


def test_a_page_of_another_site_may_not_ask(http: httpx.Client) -> None:
    own = str(http.base_url).rstrip("/")
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert http.post("/index", headers=headers).status_code == 403, headers
    assert http.get("/status", headers={"Origin": own, "Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert http.get("/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}).status_code == 200


def test_without_the_token_nothing_of_the_corpus_is_shown(locked: httpx.Client) -> None:
    tried = [
        ("GET", path)
        for path in ("/search?q=x", "/articles/bridge", "/sources", "/status", "/metrics", "/openapi.json")
    ]
    for method, path in [*tried, ("POST", "/ask"), ("POST", "/index"), ("GET", "/index/progress"), ("POST", "/mcp")]:
        response = locked.request(method, path)
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer"), path
    assert {locked.get(path).status_code for path in [*PAGE, "/texts", "/health"]} == {200}
    assert locked.get("/status", headers={"Authorization": f"Bearer {TOKEN}"}).json()["articles"] == 15


def test_wrong_tokens_are_tried_ten_times_a_minute(corpus: Corpus) -> None:
    now = [0.0]
    with served(corpus, token=TOKEN, clock=lambda: now[0]) as address, reaching(address) as client:
        statuses = [client.get("/status", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(11)]
        assert statuses == [401] * 10 + [429]
        right = {"Authorization": f"Bearer {TOKEN}"}
        assert client.get("/status", headers=right).status_code == 429, (
            "whoever guesses learns nothing from a right one"
        )
        now[0] = 61.0
        assert client.get("/status", headers=right).status_code == 200


def test_a_client_that_asks_too_often_waits(corpus: Corpus) -> None:
    now = [0.0]
    with served(corpus, per_minute=3, clock=lambda: now[0]) as address, reaching(address) as client:
        assert [client.get("/status").status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = client.get("/status")
        assert refused.headers["retry-after"] == "61"
        assert client.get("/health").status_code == 200
        now[0] = 61.0
        assert client.get("/status").status_code == 200


def test_a_body_that_is_too_large_is_refused_also_in_pieces(http: httpx.Client) -> None:
    assert http.post("/ask", content=b" " * (BODY_BYTES + 1)).status_code == 413
    assert http.post("/mcp", content=iter([b" " * 40_000, b" " * 40_000])).status_code == 413


def test_a_body_that_does_not_arrive_is_not_waited_for(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("askcorpus.server.guard.BODY_S", 0.1)
    with socket.create_connection((http.base_url.host, http.base_url.port), timeout=PATIENCE_S) as slow:
        slow.sendall(b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        assert slow.recv(100).startswith(b"HTTP/1.1 408")


def test_every_response_forbids_the_page_to_load_from_elsewhere(http: httpx.Client) -> None:
    for response in (http.get("/"), http.get("/nope"), http.get("/status", headers={"Host": "evil.example"})):
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in response.headers


def test_the_page_names_no_address_outside_of_it(http: httpx.Client) -> None:
    for path in PAGE:
        assert re.findall(r"(?:https?:)?//[\w.-]+\.\w+", http.get(path).text) == [], path


@pytest.mark.parametrize("given", [TOKEN, TOKEN[:-1], "", "x", "é" * len(TOKEN)])
def test_a_token_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    compared = []

    def watched(one: bytes, other: bytes) -> bool:
        compared.append({one, other})
        return one == other

    monkeypatch.setattr("askcorpus.server.access.hmac.compare_digest", watched)
    assert access_of(Settings(server_token=TOKEN)).opens(given) is (given == TOKEN)
    assert compared == [{given.encode(), TOKEN.encode()}], "whatever is given, nothing else tells them apart"


@pytest.mark.parametrize("listen", ["0.0.0.0:8017", "[::]:8017", "192.168.1.5:80", "news.example:8017"])
def test_an_address_that_others_reach_demands_a_token(listen: str) -> None:
    with pytest.raises(SettingsError, match=r"there is no token.*--token-file"):
        access_of(Settings(server_listen=listen))
    assert access_of(Settings(server_listen=listen, server_token=TOKEN)).token == TOKEN


def test_the_command_that_it_names_works_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Settings(store="my news", server_listen="0.0.0.0:8017")
    with pytest.raises(SettingsError) as refused:
        access_of(chosen)
    monkeypatch.chdir(tmp_path)
    making, start = str(refused.value).partition("Make one: ")[2].split(" && ")
    subprocess.run(["bash", "-c", making], check=True)
    assert start == "askcorpus serve --store 'my news' --listen 0.0.0.0:8017 --token-file server.token"
    assert access_of(dataclasses.replace(chosen, server_token_file="server.token")).token


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "localhost:8017", "[::1]:8017", "127.0.0.9:1"])
def test_this_machine_needs_none(listen: str) -> None:
    assert access_of(Settings(server_listen=listen)).token is None


def test_a_token_that_can_be_guessed_or_read_by_others_is_refused(tmp_path: Path) -> None:
    for token in ("short", "with a space in it and long", ""):
        with pytest.raises(SettingsError, match="must be 16 letters"):
            access_of(Settings(server_token=token))
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        access_of(Settings(server_token_file=str(file)))
    file.chmod(0o600)
    assert access_of(Settings(server_token_file=str(file))).token == TOKEN
    (tmp_path / "askcorpus.toml").write_text(f'[server]\ntoken = "{TOKEN}"\n')
    (tmp_path / "askcorpus.toml").chmod(0o644)
    with pytest.raises(SettingsError, match="holds a token or a key and can be read by others"):
        load(directory=tmp_path)


@pytest.mark.parametrize("listen", ["8017", "localhost", "localhost:http", "localhost:99999", ":8017"])
def test_an_address_that_is_none_is_refused(listen: str) -> None:
    with pytest.raises(SettingsError, match="is no address and port"):
        access_of(Settings(server_listen=listen))


# --- indexing


def events(client: httpx.Client) -> list[tuple[str, dict[str, Any]]]:
    """The stream to its end."""
    text = client.get("/index/progress").text
    return [(name, json.loads(data)) for name, data in re.findall(r"event: (\w+)\ndata: (.*)\n\n", text)]


def test_an_index_is_asked_for_followed_and_seen(tmp_path: Path, real_encoder: Encoder) -> None:
    folder = newspapers.write(tmp_path / "articles", newspapers.ROWS[:1])
    refresh(folder, tmp_path / "store", real_encoder)
    newspapers.write(folder, newspapers.ROWS[4:5], name="more.jsonl")
    with (
        Corpus(Settings(store=str(tmp_path / "store"))) as corpus,
        served(corpus, folders=folder) as address,
        reaching(address) as client,
    ):
        assert events(client) == [("idle", {})]
        assert client.post("/index").status_code == 202
        told = events(client)
        assert client.get("/status").json()["articles"] == 2
    assert {name for name, _ in told[:-1]} <= {"progress"}
    name, data = told[-1]
    assert (name, data["added"], data["unchanged"], data["skips"]) == ("done", 1, 1, [])


def test_all_folders_of_the_store_are_brought_up_to_date(tmp_path: Path, real_encoder: Encoder) -> None:
    folders = {
        name: newspapers.write(tmp_path / name, newspapers.ROWS[n : n + 1]) for n, name in ((0, "a=b"), (4, "c"))
    }
    refresh(tuple(folders.values()), tmp_path / "store", real_encoder)
    newspapers.write(folders["c"], newspapers.ROWS[5:6], name="more.jsonl")
    newspapers.write(folders["a=b"], newspapers.ROWS[2:3], name="more.jsonl")
    with Corpus(Settings(store=str(tmp_path / "store"))) as corpus:
        assert store_folders(corpus) == tuple(folders.values())
        with served(corpus, folders=store_folders(corpus)) as address, reaching(address) as client:
            assert client.post("/index").status_code == 202
            name, data = events(client)[-1]
    assert (name, data["added"], data["removed"]) == ("done", 2, 0)


class Slow:
    """A corpus whose index takes until it is told."""

    def __init__(self) -> None:
        self.go, self.fails = threading.Event(), False

    def refresh(self, folders: str, *, progress: Any) -> Report:
        progress(Progress(1, 4, 0, 0, 0.0, None))
        assert self.go.wait(PATIENCE_S)
        if self.fails:
            raise FolderError("the folder is gone. Is it mounted?")
        return Report(Counts(added=3), (), 7)

    def recent(self, n: int) -> tuple[()]:
        return ()


def test_one_run_at_a_time_is_told_to_all_who_listen() -> None:
    corpus = Slow()
    with served(corpus) as address, reaching(address) as client:
        assert client.post("/index").status_code == 202
        assert client.post("/index").status_code == 409
        with client.stream("GET", "/index/progress") as one:
            lines = one.iter_lines()
            heard = [next(lines) for _ in range(2)]
            corpus.go.set()
            heard += list(lines)
        assert heard[0] == "event: progress"
        assert [line for line in heard if line.startswith("event")][-1] == "event: done"
        corpus.fails = True
        assert client.post("/index").status_code == 202
        assert events(client)[-1] == ("failed", {"error": "the folder is gone. Is it mounted?"})


# --- MCP over HTTP


async def test_mcp_is_spoken_over_http_too(http: httpx.Client) -> None:
    async with Client(f"{str(http.base_url).rstrip('/')}/mcp") as client:
        told = await client.call_tool("ask", {"question": REOPENED["question"]})
        listed = (await client.list_tools()).tools
    assert "14 March 2026" in told.structured_content["quotes"][0]["quote"]
    assert len(listed) == 5


def test_nothing_in_the_servers_log_is_a_command() -> None:
    record = logging.LogRecord("a", logging.ERROR, "", 1, "no file %s", ("\x1b]52;c;cm0=\x07\u202e",), None)
    assert Lines("%(message)s").format(record) == "no file \ufffd]52;c;cm0=\ufffd\ufffd"
