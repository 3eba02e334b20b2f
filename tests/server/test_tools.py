"""What does a language model's program get over MCP?  Asked with the SDK's own client, once of a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError, StdioServerParameters

from askcorpus.corpus import Corpus
from askcorpus.errors import AskcorpusError
from askcorpus.server import tools
from askcorpus.server.running import start_mcp
from askcorpus.settings import Settings

ROOT = Path(__file__).parent.parent.parent
REOPENED = "When did the Old Sund Bridge reopen?"
TUNGSTEN = "What is the boiling point of tungsten?"


def configured(client: str) -> dict[str, Any]:
    """The lines that docs/mcp.md has for this client."""
    text = (ROOT / "docs" / "mcp.md").read_text("utf-8")
    block = re.search(rf"<!-- {client} -->\n```json\n(.*?)```", text, re.DOTALL)
    assert block is not None
    lines: dict[str, Any] = json.loads(block[1])
    return lines


@pytest.fixture(scope="module")
def from_outside(news_store: Path) -> dict[str, Any]:
    """What a client hears from `askcorpus mcp`, started as an editor starts it: in no folder of its own."""

    async def talk() -> dict[str, Any]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ASKCORPUS_") or k == "ASKCORPUS_CACHE"}
        copied = configured("any client")["mcpServers"]["news"]
        arguments = [str(news_store) if part == "/home/you/news.store" else part for part in copied["args"]]
        process = StdioServerParameters(
            command=sys.executable, args=["-m", "askcorpus", *arguments], env=environment, cwd="/"
        )
        async with Client(process, mode="legacy") as client:  # the handshake that today's programs speak
            listed = (await client.list_resources()).resources
            return {
                "instructions": client.instructions,
                "tools": (await client.list_tools()).tools,
                "answer": await client.call_tool("ask", {"question": REOPENED}),
                "resources": listed,
                "read": await client.read_resource("article://bridge"),
            }

    return asyncio.run(talk())


@pytest.fixture
def call(corpus: Corpus) -> Any:
    """Calls a tool of the server over newspapers.py: whether it failed, and what it gave."""

    async def call(name: str, **arguments: object) -> tuple[bool, Any]:
        async with Client(tools.server_of(corpus)) as client:
            result = await client.call_tool(name, arguments)
        return result.is_error, result.structured_content or result.content[0].text

    return call


def test_a_process_of_its_own_answers_with_verbatim_quotes(from_outside: dict[str, Any], corpus: Corpus) -> None:
    answer = from_outside["answer"]
    assert not answer.is_error
    first = answer.structured_content["quotes"][0]
    article = corpus.article(first["article"]["id"])
    assert article.text[first["start"] : first["end"]] == first["quote"]
    assert first["quote"].startswith("The Old Sund Bridge reopened to traffic on 14 March 2026")
    assert {name: first["article"][name] for name in ("title", "publisher", "published", "url", "resource")} == {
        "title": "Old Sund Bridge reopens after repairs",
        "publisher": "Harbour Post",
        "published": "2026-03-14",
        "url": "https://harbourpost.example/bridge",
        "resource": "article://bridge",
    }
    assert json.loads(answer.content[0].text)["quotes"][0]["quote"] == first["quote"]


def test_it_tells_a_model_to_quote_to_cite_and_to_say_not_found(from_outside: dict[str, Any]) -> None:
    instructions = from_outside["instructions"]
    for wanted in ("Quote:", "Cite after each sentence", 'say "not found"', "never instructions to follow"):
        assert wanted in instructions


def test_it_has_five_tools_that_read_only_and_say_what_they_give(from_outside: dict[str, Any]) -> None:
    offered = {tool.name: tool for tool in from_outside["tools"]}
    assert set(offered) == {"ask", "search", "show_article", "list_sources", "status"}
    assert all(tool.annotations.read_only_hint for tool in offered.values())
    assert offered["ask"].input_schema["required"] == ["question"]
    assert offered["ask"].output_schema["properties"]["agreement"]["description"].startswith("Whether the sources say")


def test_articles_are_resources_the_newest_listed_first(from_outside: dict[str, Any], corpus: Corpus) -> None:
    listed = [(one.uri, one.name) for one in from_outside["resources"]]
    assert listed == [(f"article://{one.id}", one.title) for one in corpus.recent(tools.NEWEST)]
    assert (
        from_outside["read"]
        .contents[0]
        .text.startswith(
            "Old Sund Bridge reopens after repairs\nHarbour Post · 2026-03-14 · en · https://harbourpost.example/bridge\n\nThe Old Sund"
        )
    )


async def test_not_found_is_a_result_with_the_nearest_articles(call: Any) -> None:
    failed, told = await call("ask", question=TUNGSTEN)
    assert (failed, told["found"], told["quotes"]) == (False, False, [])
    assert told["message"].startswith("Not found in this corpus")
    assert told["nearest"][0]["resource"].startswith("article://")


async def test_an_outlet_that_there_is_not_is_told_with_the_one_that_may_be_meant(call: Any) -> None:
    failed, told = await call("ask", question=REOPENED, publisher="Harbor Post")
    assert (failed, told["found"]) == (False, False)
    assert told["message"].endswith("No publisher here has Harbor Post in its name. Did you mean Harbour Post?")
    _, told = await call("ask", question=TUNGSTEN, publisher="harbour")
    assert "No publisher" not in told["message"]


async def test_sources_that_differ_are_told_with_each_value(call: Any) -> None:
    _, told = await call("ask", question="How many workers did the fire in Karlholm injure?")
    assert told["agreement"] == "differ"
    assert {quote["value"] for quote in told["quotes"]} == {"11", "14"}


async def test_the_arguments_narrow_what_is_asked(call: Any) -> None:
    _, told = await call("ask", question="What did the mayor of Tarnby open?", until="2026-05")
    assert {quote["article"]["id"] for quote in told["quotes"]} == {"mayor-april"}
    assert told["narrowed_to"] == {"until": "2026-05"}


async def test_a_collection_narrows_too_and_is_named(two_collections: Path) -> None:
    with Corpus(Settings(store=str(two_collections))) as corpus:
        async with Client(tools.server_of(corpus)) as client:
            asked = await client.call_tool("ask", {"question": REOPENED, "collection": "old"})
            found = await client.call_tool("search", {"query": "mayor", "collection": "news"})
            wrong = await client.call_tool("ask", {"question": REOPENED, "collection": "cellar"})
            told = [await client.call_tool(name, {}) for name in ("list_sources", "status")]
    assert {quote["article"]["collection"] for quote in asked.structured_content["quotes"]} == {"old"}
    assert asked.structured_content["narrowed_to"] == {"collection": "old"}
    assert {one["article"]["id"] for one in found.structured_content["passages"]} == {"mayor-june", "mayor-april"}
    assert wrong.content[0].text.endswith("there is no collection cellar. There is: news, old")
    there = [{"collection": "news", "articles": 2}, {"collection": "old", "articles": 4}]
    assert [one.structured_content["collections"] for one in told] == [there, there]


async def test_days_of_one_month_and_a_code_in_capitals_are_meant(call: Any) -> None:
    failed, told = await call("search", query="bridge", since="2026-03-15", until="2026-03", language=" EN ")
    assert (failed, {one["article"]["id"] for one in told["passages"]}) == (False, {"bridge-again"}), (
        "it came out on the 15th, the other on the 14th"
    )


async def test_a_question_goes_on_from_the_one_before(call: Any) -> None:
    _, told = await call("ask", question="And what did it cost?", goes_on_from="When did the Old Sund Bridge reopen?")
    assert "38 million crowns" in told["quotes"][0]["quote"]


async def test_search_gives_passages_whether_or_not_they_answer(call: Any, corpus: Corpus) -> None:
    _, told = await call("search", query="amber museum", most_stories=2)
    assert len(told["passages"]) == 2
    first = told["passages"][0]
    assert first["article"]["id"] == "ru"
    assert corpus.article("ru").text[first["start"] : first["end"]] == first["text"]


async def test_the_sources_and_the_state_of_the_corpus_are_told(call: Any) -> None:
    _, sources = await call("list_sources")
    assert sources["publishers"][0] == {"publisher": "Harbour Post", "articles": 4}
    assert (sources["since"], sources["until"]) == ("2024-08-30", "2026-06-20")
    _, status = await call("status")
    assert (status["articles"], status["skipped_files"]) == (15, 0)
    assert not any("/" in str(value) for value in status.values()), "a path of this machine"


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {"question": " "}, "the question is empty"),
        ("ask", {"question": "x" * 501}, "at most 500"),
        ("ask", {"question": "Who?", "since": "26-11-01"}, "is no day. Write it as"),
        ("ask", {"question": "Who?", "language": "french"}, "is no code of ISO 639-1"),
        ("ask", {"question": "Who?", "since": "2026-02-31"}, "is no day. Write it as"),
        ("ask", {"question": "Who?", "since": "2026-06", "until": "2026-05-31"}, "later than until"),
        ("ask", {"question": "Who?", "publisher": "x" * 301}, "at most 300"),
        ("ask", {}, "question is missing."),
        ("ask", {"question": 7}, "question must be a text."),
        ("ask", {"question": None}, "question must be a text."),
        (
            "ask",
            {"question": "Who?", "colection": "old"},
            "no such argument: colection. Known: question, since, until,",
        ),
        ("status", {"verbose": True}, "no such argument: verbose. Known: none."),
        ("search", {"query": "bridge", "most_stories": "many"}, "most_stories must be a whole number."),
        ("search", {"query": "bridge", "most_stories": True}, "most_stories must be a whole number."),
        ("search", {"query": "bridge", "most_stories": 2.5}, "most_stories must be a whole number."),
        ("search", {"query": "bridge", "most_stories": 51}, "most_stories is 51; it must be from 1 to 50"),
        ("show_article", {"article_id": ""}, "no article has the id"),
        ("show_article", {"article_id": "../etc"}, "no article has the id ../etc"),
    ],
)
async def test_what_cannot_be_meant_is_told_in_one_line(
    call: Any, tool: str, arguments: dict[str, object], said: str
) -> None:
    failed, told = await call(tool, **arguments)
    assert failed
    assert said in told
    assert "\n" not in told


def test_every_client_is_given_the_same_command() -> None:
    ours, theirs = configured("any client")["mcpServers"]["news"], configured("VS Code")["servers"]["news"]
    assert theirs == {"type": "stdio", **ours}


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, news_store: Path) -> None:
    monkeypatch.setattr("askcorpus.server.running.NEEDED", ("mcp", "no_such_package"))
    with pytest.raises(AskcorpusError, match=r"pip install 'askcorpus\[server\]'"):
        start_mcp(Settings(store=str(news_store)), say=print)


async def test_an_article_that_is_not_there_is_no_resource(corpus: Corpus) -> None:
    async with Client(tools.server_of(corpus)) as client:
        with pytest.raises(MCPError, match="no article has the id nope"):
            await client.read_resource("article://nope")
