"""What happens to `@bot question`, typed in any chat?  Once the typing has paused, its answer is offered as a card; nothing is kept.

A card that is chosen stands in the chat as its sender's own message.  Strangers get nothing: access.py stops them.
"""

from __future__ import annotations

import asyncio
import logging
import time

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.constants import InlineQueryLimit, ParseMode
from telegram.ext import ContextTypes

from askcorpus.errors import AskcorpusError
from askcorpus.question.purpose import Purpose, purpose
from askcorpus.rendering.keeping import shown
from askcorpus.rendering.kept import Shown
from askcorpus.rendering.markup import MESSAGE_UNITS, clip, escape, one_line, utf16, visible
from askcorpus.rendering.telegram import origin_html, render
from askcorpus.rendering.wording import Say
from askcorpus.telegram.desk import Desk, within
from askcorpus.telegram.keyboards import original_button
from askcorpus.telegram.quota import Quota
from askcorpus.telegram.sending import NO_PREVIEW
from askcorpus.telegram.texts import plain

PAUSE_S = 1.0  # Telegram asks at each pause of a thumb; a question is finished when it has not changed for so long
LIMIT_S = 10.0  # Telegram takes no later answer
FRESH_S = 60  # for so long Telegram itself repeats the card to the same person: new articles are not kept from anybody
TITLE_UNITS, ABOUT_UNITS = 160, 120  # what a card shows of itself on a phone: two lines, and one

_log = logging.getLogger(__name__)


class Inline:
    """Handles inline queries."""

    def __init__(self, desk: Desk, quota: Quota) -> None:
        self._desk, self._quota = desk, quota
        self._typing: dict[int, str] = {}
        """Of each person the last query, which alone is answered."""

    async def on_query(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Offer the answer, or say on a button why there is none."""
        query = update.inline_query
        if query is None:
            return
        user = query.from_user
        self._typing[user.id] = query.id
        await asyncio.sleep(PAUSE_S)
        if self._typing.get(user.id) != query.id:
            return
        del self._typing[user.id]
        question, language = query.query.strip()[: InlineQueryLimit.MAX_QUERY_LENGTH], self._desk.language(user)
        if not question or purpose(question) is Purpose.TALK:
            await self._say(query, "menu_help")
        elif self._quota.refusal(user.id, question, by_command=False, language=language) is not None:
            self._desk.metrics.asked("refused", 0.0)
            await self._say(query, "inline_quota_button")
        else:
            await self._answer(query, question)

    async def _answer(self, query: InlineQuery, question: str) -> None:
        desk, began, user = self._desk, time.monotonic(), query.from_user
        outcome = "failed"
        try:
            place = desk.state.place(user.id)  # what they chose in their chat with the bot
            asking = desk.in_thread(
                lambda: desk.corpus.ask(question, k=desk.settings.k, previous=None, where=within(desk.corpus, place))
            )
            answer = await asyncio.wait_for(asking, min(LIMIT_S, desk.settings.telegram_time_limit_s))
            outcome = "answered" if answer.answered else "not_found"
            await desk.sender.answer_inline(
                query, [self._card(shown(answer, question=question), query)], fresh_s=FRESH_S
            )
        except TimeoutError:
            outcome = "timed_out"
            await self._say(query, "inline_failed_button")
        except AskcorpusError:
            _log.exception("a question could not be answered")
            await self._say(query, "inline_failed_button")
        finally:
            took = time.monotonic() - began
            desk.metrics.asked(outcome, took)
            text = f": {question}" if desk.settings.telegram_log_questions else ""
            _log.info("user %s in another chat: %s in %.2f s%s", user.id, outcome, took, text)

    def _card(self, answer: Shown, query: InlineQuery) -> InlineQueryResultArticle:
        desk, language = self._desk, self._desk.language(query.from_user)
        say = desk.voice(query.from_user)
        text = render(answer, say, at_most=desk.settings.k)
        asked = f"<b>{escape(answer.question)}</b>\n{text}"
        title, about = _face(answer, text, say)
        return InlineQueryResultArticle(
            id=query.id,
            title=title,
            description=about,
            input_message_content=InputTextMessageContent(
                asked if utf16(visible(asked)) <= MESSAGE_UNITS else text,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
            ),
            reply_markup=original_button(answer.cited[0], language) if answer.cited else None,
        )

    async def _say(self, query: InlineQuery, key: str) -> None:
        """No card, but a line above the keyboard; pressed, it opens the chat with the bot."""
        text = plain(self._desk.language(query.from_user), key)
        await self._desk.sender.answer_inline(
            query, [], button=InlineQueryResultsButton(text, start_parameter="inline")
        )


def _face(answer: Shown, text: str, say: Say) -> tuple[str, str]:
    """What a card shows before it is chosen: the quote and its source, or the first lines of what is said instead."""
    if answer.cited and answer.purpose == "answer":
        first = answer.cited[0]
        return one_line(first.quote, TITLE_UNITS), one_line(visible(origin_html(first.origin, say)), ABOUT_UNITS)
    first_line, *others = visible(text).splitlines()
    return clip(first_line, TITLE_UNITS), clip(" ".join(others), ABOUT_UNITS)
