"""Who may ask?  Deny by default, by numeric id, in one gate before every handler and for every kind of update."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Awaitable, Callable

from telegram import Update, User
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop

from askcorpus.rendering.markup import one_line
from askcorpus.settings import Settings
from askcorpus.telegram.addressing import ANONYMOUS_ADMIN
from askcorpus.telegram.quota import Budget, OnceADay
from askcorpus.telegram.sending import Sender
from askcorpus.telegram.state import State
from askcorpus.telegram.texts import plain, say

PAIRING_SECONDS = 600.0  # time enough to find the bot in Telegram; others may see the terminal
PAIRING_TRIES = 5  # for slips of the thumb; to guess one of 30^8 codes they are nothing
INVITE_HOURS = 24  # who is invited may be asleep
STRANGERS_SHOWN = 8  # two lines of /stats
NAME_UNITS = 24
TYPED = 4  # times what else a person may do in a minute: of `@bot question` each pause in the typing is an update
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that reads as something else

_log = logging.getLogger(__name__)


class Pairing:
    """A one-time code on the terminal that makes who sends it the administrator."""

    def __init__(self, tell: Callable[[str], None], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._code = "".join(secrets.choice(_ALPHABET) for _ in range(8))
        self._clock, self._until, self._tries, self._tell = clock, clock() + PAIRING_SECONDS, PAIRING_TRIES, tell
        tell(
            f"No administrator yet. Send this code to the bot within ten minutes to become one: "
            f"{self._code[:4]}-{self._code[4:]}"
        )

    @property
    def open(self) -> bool:
        """Whether the code can still be used."""
        return self._tries > 0 and self._clock() < self._until

    def matches(self, said: str, *, by: int) -> bool:
        """Whether this is the code. A wrong one counts as a try; after five the code is worth nothing."""
        if not self.open:
            return False
        if hmac.compare_digest(said.upper().replace("-", "").encode(), self._code.encode()):
            self._tries = 0
            return True
        self._tries -= 1
        left = f"{self._tries} tries left" if self._tries else "the code is locked; restart the bot for a new one"
        self._tell(f"A wrong pairing code came from user {by}: {left}")
        return False


class Access:
    """The gate, and the ways through it."""

    def __init__(
        self,
        settings: Settings,
        state: State,
        sender: Sender,
        *,
        tell: Callable[[str], None],
        on_admin: Callable[[int], Awaitable[None]],
    ) -> None:
        self._on_admin = on_admin
        self._settings, self._state, self._sender, self._tell = settings, state, sender, tell
        self._budget, self._typed, self._told_today = Budget(settings), Budget(settings, times=TYPED), OnceADay()
        self._strangers: dict[int, str] = {}
        self._pairing = None if self.admins else Pairing(tell)

    @property
    def admins(self) -> tuple[int, ...]:
        """Everybody who may administer."""
        return tuple(dict.fromkeys((*self._settings.telegram_admins, *self._state.admins())))

    @property
    def people(self) -> tuple[int, ...]:
        """Every person and group that is let in and does not administer."""
        chosen = (*self._settings.telegram_allowed, *self._settings.telegram_adders, *self._state.users())
        ids = dict.fromkeys(id for id in chosen if id not in self.admins)
        return tuple(id for id in ids if self._state.role(id) != "denied")

    @property
    def strangers(self) -> tuple[str, ...]:
        """Who was turned away lately and has not been let in since: first name and id."""
        return tuple(f"{name} ({id})".strip() for id, name in self._strangers.items() if not self.may_ask(id, None))

    def is_admin(self, user: User | None) -> bool:
        """Whether this person may administer."""
        return user is not None and user.id in self.admins

    def may_add(self, user: User | None) -> bool:
        """Whether this person may add articles: administrators always."""
        if user is None or self._state.role(user.id) == "denied":
            return False
        return user.id in self.admins or user.id in self._settings.telegram_adders

    def may_ask(self, user: int | None, chat: int | None) -> bool:
        """Whether this person may ask here: let in themselves, or in a group that is, and neither shut out."""
        if user in self.admins:
            return True
        ids = [id for id in (user, chat) if id is not None and (id == user or id < 0)]  # groups have negative ids
        roles = {self._state.role(id) for id in ids}
        return "denied" not in roles and (
            "user" in roles
            or any(id in (*self._settings.telegram_allowed, *self._settings.telegram_adders) for id in ids)
        )

    async def gate(self, update: Update, context: object) -> None:
        """Stops every update that nobody allowed, and what is more than a person's share.

        A stranger gets no word but the alert of a button, or that an invitation is none any more: one a day.
        """
        user, chat = update.effective_user, update.effective_chat
        budget = self._budget if update.inline_query is None else self._typed
        if self.may_ask(user.id if user else None, chat.id if chat else None) and not self._hidden(update):
            if user is None or budget.allows(user.id):
                return
            raise ApplicationHandlerStop
        if user is not None and not budget.allows(user.id):
            raise ApplicationHandlerStop
        if user is not None and await self._lets_in(update, user):
            raise ApplicationHandlerStop
        if user is not None and user.id not in self._strangers:
            self._strangers[user.id] = one_line(user.first_name, NAME_UNITS)
            while len(self._strangers) > STRANGERS_SHOWN:
                del self._strangers[next(iter(self._strangers))]
            _log.info("turned away user %s in chat %s", user.id, chat.id if chat else None)
        if update.callback_query is not None and user is not None and self._told_today.first(user.id):
            await self._sender.answer_callback(update.callback_query, plain(self._spoken(user), "not_allowed_alert"))
        raise ApplicationHandlerStop

    def allow(self, id: int, *, by: int) -> None:
        """Let a user or a group in; an administrator stays one."""
        if id not in self.admins:
            self._state.set_role(id, "user", by=by)

    def deny(self, id: int, *, by: int) -> bool:
        """Shut a user or a group out; False for an administrator of the settings, who stays."""
        if id in self._settings.telegram_admins:
            return False
        self._state.set_role(id, "denied", by=by)
        return True

    def group_moved(self, old: int, new: int) -> None:
        """Follow a group that has become a supergroup under a new id."""
        if self.may_ask(None, old):
            self._state.set_role(new, "user", by=None)
        self._state.move_group(old, new)

    def invitation(self, *, by: int) -> str:
        """A start payload that lets one person in."""
        code = secrets.token_urlsafe(12)
        self._state.invite(_hash(code), by=by, seconds=INVITE_HOURS * 3600)
        return f"i_{code}"

    def _hidden(self, update: Update) -> bool:
        """Whether this was written in the name of a group or a channel, while somebody is shut out: it may be that person."""
        user, message = update.effective_user, update.message or update.edited_message
        veiled = user is not None and (
            user.id == ANONYMOUS_ADMIN or (message is not None and message.sender_chat is not None)
        )
        return veiled and self._state.anybody_denied()

    async def _lets_in(self, update: Update, user: User) -> bool:
        """Whether a stranger's private message holds an invitation or the pairing code."""
        message = update.message
        if message is None or not message.text or message.chat.type != ChatType.PRIVATE or user.is_bot:
            return False
        words = message.text.split()
        payload = words[1] if len(words) == 2 and words[0] == "/start" else ""
        denied = self._state.role(user.id) == "denied"
        if payload.startswith("i_") and not denied:
            welcome = self._state.redeem(_hash(payload.removeprefix("i_")), user=user.id)
            if welcome:
                self._state.set_role(user.id, "user", by=None)
            if welcome or self._told_today.first(user.id):
                await self._say(user, "welcome" if welcome else "invite_bad")
            return True
        guess = payload or (words[0] if len(words) == 1 and not words[0].startswith("/") else "")
        if guess and self._pairing is not None and self._pairing.matches(guess, by=user.id):
            self._state.set_role(user.id, "admin", by=None)
            self._tell(f"User {user.id} is the bot's administrator now")
            await self._say(user, "welcome_admin")
            await self._on_admin(user.id)
            return True
        return False

    def _spoken(self, user: User) -> str | None:
        return self._state.spoken(user.id, user.language_code)

    async def _say(self, user: User, key: str) -> None:
        await self._sender.send(user.id, say(self._spoken(user), key), repeat=True)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
