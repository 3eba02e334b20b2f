"""What does "Write it up" do, where a language model is named?"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from newsroom import Newsroom, not_found
from people import OTHER, USER
from standin import PATIENCE_S
from test_buttons import ask, data, labels, pressed

from askcorpus.errors import WriterError
from askcorpus.types import Answer, Struck, Written, WrittenSentence

LLM = "http://127.0.0.1:9/v1"


@dataclass
class Writers(Newsroom):
    """A newsroom with a language model."""

    written: list[Answer] = field(default_factory=list)
    fails: bool = False
    go: threading.Event | None = None

    def write(self, answer: Answer) -> Written:
        self.written.append(answer)
        if self.go is not None:
            assert self.go.wait(PATIENCE_S)
        if self.fails:
            raise WriterError("the language model does not answer")
        said = WrittenSentence("Its capacity is 100 tonnes a year, says @minister.", (1,))
        return Written((said,), (Struck("It has 5 doors.", "a number"),))


async def test_the_button_replies_with_what_stays_and_counts_what_was_struck(telegram, bot):
    newsroom = Writers()
    async with bot(newsroom, llm=LLM):
        answer = await ask(telegram)
        assert ["Write it up"] in labels(answer)
        await pressed(telegram, USER, answer, data(answer, "Write it up"))
        reply = (await telegram.replies(USER, 2))[-1]
    assert reply["text"] == (
        "Its capacity is 100 tonnes a year, says @\u2060minister. [1]\n\n1 sentence removed: not in the sources"
    )
    assert reply["reply_to_message"]["message_id"] == answer["message_id"]
    (given,) = newsroom.written
    assert [c.quote for c in given.citations] == [
        "Its initial design capacity is 100 tonnes per year, the minister said.",
        "The northern railway will be 450 kilometres long.",
    ]
    assert given.question == "What is the refinery's capacity?"


async def test_without_a_model_or_an_answer_there_is_no_such_button(telegram, bot):
    async with bot(Writers()):
        assert ["Write it up"] not in labels(await ask(telegram))
    async with bot(Writers(answer=not_found), llm=LLM):
        assert ["Write it up"] not in labels(await ask(telegram, text="And the railway's builder?"))


async def test_it_is_written_once_at_a_time_and_for_who_asked(telegram, bot):
    newsroom = Writers(go=threading.Event())
    async with bot(newsroom, llm=LLM):
        answer = await ask(telegram)
        button = data(answer, "Write it up")
        await pressed(telegram, USER, answer, button)
        assert (await pressed(telegram, USER, answer, button))["text"] == "Writing…"
        assert "Only the person who asked" in (await pressed(telegram, OTHER, answer, button))["text"]
        newsroom.go.set()
        await telegram.replies(USER, 2)
    assert len(newsroom.written) == 1


async def test_a_model_that_does_not_answer_is_said_and_the_bot_goes_on(telegram, bot):
    async with bot(Writers(fails=True), llm=LLM):
        answer = await ask(telegram)
        await pressed(telegram, USER, answer, data(answer, "Write it up"))
        reply = (await telegram.replies(USER, 2))[-1]
        assert "wrong" in reply["text"].lower() or "trouble" in reply["text"].lower(), reply["text"]
        await ask(telegram)
