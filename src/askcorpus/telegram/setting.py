"""Who may set what a chat hears of by itself?  In a private chat the person, in a group its administrators, and the bot's."""

from __future__ import annotations

from telegram import ChatMember, Message, User
from telegram.error import TelegramError

from askcorpus.telegram.addressing import ANONYMOUS_ADMIN, is_group
from askcorpus.telegram.desk import Desk


async def may_set(desk: Desk, message: Message, user: User) -> bool:
    """Whether this person may save and end questions and digests in the chat of this message."""
    if not is_group(message) or desk.access.is_admin(user) or user.id == ANONYMOUS_ADMIN:
        return True
    try:
        member = await desk.sender.member(message.chat.id, user.id)
    except TelegramError:
        return False
    return member.status in (ChatMember.ADMINISTRATOR, ChatMember.OWNER)
