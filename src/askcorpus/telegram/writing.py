"""What does "Write it up" do?  Has the language model write from the answer's own quotes, and replies with what they bear out."""

from __future__ import annotations

import logging

from telegram import CallbackQuery, Message

from askcorpus.errors import ArticleNotFound, AskcorpusError
from askcorpus.rendering.markup import escape
from askcorpus.rendering.wording import SHELL, said, spoken
from askcorpus.telegram.addressing import thread_of
from askcorpus.telegram.desk import Desk
from askcorpus.telegram.state import KeptAnswer
from askcorpus.telegram.texts import plain
from askcorpus.types import Answer, Citation, Written

_log = logging.getLogger(__name__)


class WritingUp:
    """One at a time for each person: a second press while the model writes says so."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._writing: set[int] = set()

    async def press(self, query: CallbackQuery, answer: KeptAnswer, message: Message) -> None:
        """Reply to the answer with the model's sentences."""
        desk, user = self._desk, query.from_user
        if user.id in self._writing:
            await desk.sender.answer_callback(query, plain(desk.language(user), "writing_alert"))
            return
        await desk.sender.answer_callback(query)
        self._writing.add(user.id)
        try:
            async with desk.sender.typing(message.chat.id, thread=thread_of(message)):
                written = await desk.in_thread(lambda: desk.corpus.write(_asked_again(desk, answer)))
            text = _as_html(written, desk.language(user))
        except AskcorpusError:
            _log.exception("an answer could not be written up")
            text = desk.voice(user)("trouble")
        finally:
            self._writing.discard(user.id)
        await desk.sender.send(message.chat.id, text, thread=thread_of(message), reply_to=message.message_id)


def _asked_again(desk: Desk, answer: KeptAnswer) -> Answer:
    """The answer with the quotes that it showed, of the articles that are still there."""
    citations = []
    for cited in answer.shown.cited:
        try:
            article = desk.corpus.article(cited.origin.id)
        except ArticleNotFound:
            continue
        citations.append(Citation(cited.number, cited.quote, cited.start, cited.end, article, 1.0))
    return Answer(answer.shown.understood or answer.shown.question, tuple(citations), 1.0)


def _as_html(written: Written, language: str | None) -> str:
    """The sentences that stay, with the numbers they cite, and how many were struck."""
    code = spoken(language, SHELL)
    if not written.sentences:
        return escape(said(SHELL, code, "nothing_written"))
    text = " ".join(escape(one.text) + "".join(f" [{n}]" for n in one.cites) for one in written.sentences)
    if not written.struck:
        return text
    return f"{text}\n\n<i>{escape(said(SHELL, code, 'struck', n=len(written.struck)))}</i>"
