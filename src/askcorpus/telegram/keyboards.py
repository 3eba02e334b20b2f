"""Which buttons stand under a message?  Each carries a short id into the bot's memory, so they outlive a restart."""

from __future__ import annotations

import re

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message

from askcorpus.rendering.kept import Cited, by_story
from askcorpus.rendering.telegram import original_url
from askcorpus.telegram.state import KeptAnswer
from askcorpus.telegram.texts import plain

PER_ROW, NUMBERS_PER_ROW = 2, 5  # "1 Voir le passage" takes half a phone's width; of a digest's lines there are ten
MOST_PASSAGES = 20  # with the votes and "More sources" still far from Telegram's 100 buttons
PRESSED = re.compile(r"(?P<what>[pmvswt]):(?P<id>[\w-]{12})(?::(?P<which>\d{1,3}|[+-]))?")
"""What a button says when it is pressed: a passage, more sources, a vote, show an answer that may not have arrived, save its question,
tell it in a language model's words."""


def answer_keyboard(
    answer: KeptAnswer, language: str | None, *, at_most: int, watched: bool = False, writes: bool = False
) -> InlineKeyboardMarkup:
    """The buttons under an answer that shows at most so many stories: passages, more sources, votes, the bell.

    `writes` says that there is a language model to write it up.
    """
    stories, digest = by_story(answer.shown.cited), answer.shown.purpose == "digest"
    at_most = len(stories) if digest else at_most  # it shows all that it has
    passages = [
        InlineKeyboardButton(
            str(c.story) if digest else plain(language, "passage_button", n=c.number),
            callback_data=f"p:{answer.id}:{c.number}",
        )
        for c, *_ in stories[:at_most][:MOST_PASSAGES]  # a story's reprints say the same
    ]
    per_row = NUMBERS_PER_ROW if digest else PER_ROW
    rows = [passages[i : i + per_row] for i in range(0, len(passages), per_row)]
    if len(stories) > at_most:
        rows.append([InlineKeyboardButton(plain(language, "more_button"), callback_data=f"m:{answer.id}")])
    if writes and answer.shown.cited and answer.shown.purpose == "answer":
        rows.append([InlineKeyboardButton(plain(language, "write_button"), callback_data=f"t:{answer.id}")])
    up, down = ("👍 ✓" if answer.vote == 1 else "👍"), ("👎 ✓" if answer.vote == -1 else "👎")
    votes = [
        InlineKeyboardButton(up, callback_data=f"v:{answer.id}:+"),
        InlineKeyboardButton(down, callback_data=f"v:{answer.id}:-"),
    ]
    if not digest:  # that asks nothing which an article could answer
        votes.append(InlineKeyboardButton("🔔 ✓" if watched else "🔔", callback_data=f"w:{answer.id}"))
    rows.append(votes)
    return InlineKeyboardMarkup(rows)


def show_button(answer: KeptAnswer, language: str | None) -> InlineKeyboardMarkup:
    """The button of an answer that may not have arrived."""
    text = plain(language, "show_button")
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=f"s:{answer.id}")]])


def original_button(cited: Cited, language: str | None) -> InlineKeyboardMarkup | None:
    """The way to the page that a passage came from, where it has an address."""
    url = original_url(cited.origin, cited.quote)
    return InlineKeyboardMarkup([[InlineKeyboardButton(plain(language, "original_button"), url=url)]]) if url else None


def has_more(message: Message) -> bool:
    """Whether a message still offers more sources."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return any(str(button.callback_data).startswith("m:") for row in rows for button in row)
