"""Is this message a question to the bot, and where does the answer go?  Pure functions over Telegram's messages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import Message, MessageEntity, Update, User
from telegram.constants import ChatType

ANONYMOUS_ADMIN = 1087968824  # core.telegram.org/bots/api#message: sender of a group's anonymous administrators

_LINK = re.compile(r"https?://\S+")
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Addressed:
    """A question as it was meant, without the command or the mention that brought it here."""

    question: str
    how: str
    """private, command, mention, reply or voice."""
    replied: int | None
    """The message that the person replied to; a topic's root is none."""


def addressed(update: Update, me: User) -> Addressed | None:
    """The question in this update, if it is one; a reply in a group still has to be one to an answer.

    Edited messages, channel posts, other bots' messages and what was sent through a bot are no questions.
    """
    message = update.message
    text = said_in(message) if message is not None else None
    if message is None or text is None or message.via_bot or message.is_automatic_forward:
        return None
    if message.from_user is None or (message.from_user.is_bot and message.from_user.id != ANONYMOUS_ADMIN):
        return None
    replied = _replied(message)
    command = _command(message, me)
    private = message.chat.type == ChatType.PRIVATE
    if command is not None:
        return Addressed(command[1], "command", _id(replied)) if command[0] == "ask" else None
    if text.startswith("/"):
        return None  # a command for another bot
    if private:
        return Addressed(_without_links(text), "private", _id(replied))
    without = _without_mention(message, me)
    if without is not None:
        return Addressed(without, "mention", _id(replied))
    if replied is not None and replied.from_user is not None and replied.from_user.id == me.id:
        return Addressed(_without_links(text), "reply", replied.message_id)
    return None


def heard(message: Message, words: str) -> Addressed:
    """What was said in a voice message, as a question."""
    return Addressed(words, "voice", _id(_replied(message)))


def said_in(message: Message) -> str | None:
    """What somebody wrote, also below a picture."""
    return message.text if message.text is not None else message.caption


def thread_of(message: Message) -> int | None:
    """The forum topic to answer in; none in General, and none for a mere thread of replies."""
    return message.message_thread_id if message.is_topic_message else None


def is_group(message: Message) -> bool:
    """Whether others read along."""
    return message.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)


def _replied(message: Message) -> Message | None:
    """The message replied to. In a topic every message carries a link to the topic's root; that is no reply."""
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None:
        return None
    if message.is_topic_message and replied.message_id == message.message_thread_id:
        return None
    return replied


def _id(message: Message | None) -> int | None:
    return message.message_id if message else None


def _command(message: Message, me: User) -> tuple[str, str] | None:
    """The command at the message's beginning and what stands behind it; None where it is for another bot."""
    entities = message.entities or message.caption_entities
    first = entities[0] if entities else None
    if first is None or first.type != MessageEntity.BOT_COMMAND or first.offset != 0:
        return None
    parse = message.parse_entity if message.entities else message.parse_caption_entity
    name, _, bot = parse(first)[1:].partition("@")
    if bot and bot.lower() != (me.username or "").lower():
        return None
    return name.lower(), _without_links((said_in(message) or "")[first.length :])


def _without_mention(message: Message, me: User) -> str | None:
    """The text without its mentions of the bot; None where there is none."""
    text = (said_in(message) or "").encode("utf-16-le")  # entities count in UTF-16 units
    parse = message.parse_entities if message.entities else message.parse_caption_entities
    ours = [
        entity
        for entity, name in parse([MessageEntity.MENTION, MessageEntity.TEXT_MENTION]).items()
        if (entity.user is not None and entity.user.id == me.id) or name.lower() == f"@{me.username}".lower()
    ]
    if not ours:
        return None
    for entity in sorted(ours, key=lambda e: -e.offset):
        text = text[: 2 * entity.offset] + text[2 * (entity.offset + entity.length) :]
    left = " ".join(text.decode("utf-16-le").split())
    return re.sub(r"([,:;–])\s*(?=[,:;–.!?])", "", left).lstrip(",:;– ")


def _without_links(text: str) -> str:
    """A question without the link that it was sent with; what is nothing but a link stays."""
    without = _LINK.sub(" ", text)
    return (without if _WORD.search(without) else text).strip()
