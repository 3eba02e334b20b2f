"""What would Telegram's servers do?  A strict stand-in over real HTTP: refuses what they refuse, records every call.

Faults come from `faults` (used up in order, per method) or from `chaos` (asked before every call).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from markup_of_telegram import Refused, parse, units
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

TOKEN = "123456789:AAtestTESTtestTESTtestTESTtestTEST12"
BOT = {"id": 123456789, "is_bot": True, "first_name": "Corpus", "username": "corpus_test_bot"}
ALERT_CHARACTERS = 200
PATIENCE_S = 90.0
"""What a test waits for comes within it on the busiest machine; waiting costs nothing where it comes at once."""
URL = re.compile(r"https?://[^\s/?#]*\w\.\w[^\s/?#]*([/?#]\S*)?|tg://\S+")
Message = dict[str, Any]
_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True
)


@dataclass(frozen=True)
class Fault:
    """What goes wrong: flood (429), gateway (502), html (a 502 of a proxy), lost (before), cut (after), slow, late."""

    kind: str
    seconds: float = 1


@dataclass
class Call:
    """One request as it came, and what became of it."""

    method: str
    params: dict[str, Any]
    at: float
    outcome: str = ""


@dataclass
class Chat:
    """A conversation and what stands in it."""

    chat: dict[str, Any]
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    topics: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    """Topics in which administrators alone may write."""
    blocked: bool = False
    sent_at: deque[float] = field(default_factory=deque)

    def from_bot(self) -> list[Message]:
        """The bot's messages, oldest first."""
        return [m for m in self.messages.values() if m["from"]["id"] == BOT["id"]]


class Telegram:
    """The servers. `async with Telegram() as telegram:` listens on `telegram.url`."""

    def __init__(self, *, group_limit: tuple[int, float] = (20, 60.0)) -> None:
        self.calls: list[Call] = []
        self.chats: dict[int, Chat] = {}
        self.callbacks: dict[str, list[dict[str, Any]]] = {}
        self.violations: list[str] = []
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.chaos: Callable[[str, dict[str, Any]], Fault | None] = lambda method, params: None
        self.webhook: dict[str, Any] = {}
        self.files: dict[str, bytes] = {}
        self.local_files: dict[str, str] = {}
        """Files that a server on this very machine names by their path."""
        self.group_admins: set[int] = set()
        self.inline: dict[str, list[dict[str, Any]]] = {}
        """What was answered to each inline query."""
        self.inline_at_botfather = True
        self.connections = 0
        self._group_limit = group_limit
        self._updates: deque[dict[str, Any]] = deque()
        self._next_update, self._next_message = 1000, 1
        self._changed = asyncio.Condition()
        self._poll = 0
        self._server: HTTPServer | None = None
        self.url = ""

    async def __aenter__(self) -> Telegram:
        self._server = HTTPServer(
            Application(
                [
                    (r"/bot([^/]+)/(\w+)", _Handler, {"telegram": self}),
                    (r"/file/bot([^/]+)/(.+)", _File, {"telegram": self}),
                ],
                log_function=_silent,
            )
        )
        self._server.listen(0, address="127.0.0.1")
        port = next(iter(self._server._sockets.values())).getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *error: object) -> None:
        assert self._server is not None
        self._server.stop()
        await self._server.close_all_connections()

    # What people do

    def private(self, user: int) -> Chat:
        """The private chat of a person, who has opened it."""
        return self.chats.setdefault(user, Chat({"id": user, "type": "private", "first_name": f"U{user}"}))

    def group(self, id: int, *, topics: tuple[int, ...] = ()) -> Chat:
        """A supergroup; with topics it is a forum."""
        chat: dict[str, Any] = {"id": id, "type": "supergroup", "title": "Newsroom"}
        if topics:
            chat["is_forum"] = True
        return self.chats.setdefault(id, Chat(chat, topics=set(topics)))

    async def say(
        self, user: int, text: str | None, *, chat: int | None = None, language: str = "en", **more: Any
    ) -> dict[str, Any]:
        """A person writes; returns the message."""
        place = self.private(user) if chat is None else self.chats[chat]
        message = {
            "message_id": self._message_id(),
            "date": int(time.time()),
            "chat": place.chat,
            "from": self._user(user, language),
            **({"text": text, "entities": _entities(text)} if text is not None else {}),
            **more,
        }
        place.messages[message["message_id"]] = message
        await self.update(message=message)
        return message

    async def press(self, user: int, message: dict[str, Any], data: str, *, language: str = "en") -> str:
        """A person presses a button (or forges one); returns the callback's id."""
        id = f"cb{len(self.callbacks)}"
        self.callbacks[id] = []
        await self.update(
            callback_query={
                "id": id,
                "from": self._user(user, language),
                "message": message,
                "chat_instance": "1",
                "data": data,
            }
        )
        return id

    async def type(self, user: int, text: str, *, language: str = "en") -> str:
        """A person pauses after `@bot text` in some chat; returns the query's id."""
        id = str(7_000_000_000 + len(self.inline))
        self.inline[id] = []
        query = {"id": id, "from": self._user(user, language), "query": text, "offset": "", "chat_type": "group"}
        await self.update(inline_query=query)
        return id

    async def update(self, update_id: int | None = None, **kind: Any) -> int:
        """Queue an update of any kind; the same update_id again is a redelivery."""
        if update_id is None:
            self._next_update += 1
            update_id = self._next_update
        async with self._changed:
            self._updates.append({"update_id": update_id, **kind})
            self._changed.notify_all()
        return update_id

    # What tests look at

    def called(self, method: str, **params: Any) -> list[Call]:
        """Calls of this method whose parameters include these."""
        return [c for c in self.calls if c.method == method and all(c.params.get(k) == v for k, v in params.items())]

    async def until(self, condition: Callable[[], Any], *, within: float = PATIENCE_S, what: str = "") -> Any:
        """The condition's value once it is true."""
        end = time.monotonic() + within
        while not (value := condition()):
            if time.monotonic() > end:
                last = [(c.method, c.outcome) for c in self.calls[-8:]]
                raise AssertionError(
                    f"not within {within} s: {what or condition}; last calls: {last}; {self.violations}"
                )
            await asyncio.sleep(0.01)
        return value

    async def taken(self) -> None:
        """Once the bot has fetched all that people sent."""
        await self.until(lambda: not self._updates, what="a poll that confirms the last update")

    async def replies(self, chat: int, n: int) -> list[Message]:
        """The bot's messages in this chat once there are n."""
        await self.until(lambda: len(self.chats[chat].from_bot()) >= n, what=f"{n} messages in {chat}")
        return self.chats[chat].from_bot()

    async def said(self, user: int, text: str | None, *, chat: int | None = None, **more: Any) -> Message:
        """What the bot says to what a person writes: the first new message; an alert that comes before it is none."""

        def replies() -> list[Message]:
            return [m for m in place.from_bot() if not m["text"].startswith("🔔 ")]

        place = self.private(user) if chat is None else self.chats[chat]
        before = len(replies())
        await self.say(user, text, chat=chat, **more)
        told: list[Message] = await self.until(lambda: replies()[before:], what=f"a reply to {text!r}")
        return told[0]

    # What the bot calls

    async def call(self, method: str, params: dict[str, Any]) -> Any:
        """The method's result; Refused, Flood or Blocked otherwise."""
        handler = getattr(self, "on_" + re.sub("([A-Z])", r"_\1", method).lower(), None)
        if handler is None:
            raise NotFound(method)
        return await handler(params)

    async def on_get_me(self, params: dict[str, Any]) -> Any:
        rights = {"can_join_groups": True, "can_read_all_group_messages": True}
        return {**BOT, **rights, "supports_inline_queries": self.inline_at_botfather}

    async def on_delete_webhook(self, params: dict[str, Any]) -> bool:
        self.webhook = {}
        return True

    async def on_set_webhook(self, params: dict[str, Any]) -> bool:
        if not str(params["url"]).startswith("https://"):
            raise Refused("bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[\w-]{1,256}", str(params.get("secret_token", ""))):
            raise Refused("secret token contains illegal characters")
        self.webhook = params
        return True

    async def on_get_updates(self, params: dict[str, Any]) -> Any:
        if self.webhook:
            raise Conflict("can't use getUpdates method while webhook is active")
        self._poll += 1
        mine = self._poll
        async with self._changed:
            self._changed.notify_all()
            offset = int(params.get("offset", 0))
            while self._updates and self._updates[0]["update_id"] < offset:
                self._updates.popleft()  # a higher offset confirms what came before
            end = time.monotonic() + float(params.get("timeout", 0))
            while not self._updates and time.monotonic() < end and mine == self._poll:
                try:
                    await asyncio.wait_for(self._changed.wait(), max(end - time.monotonic(), 0.001))
                except TimeoutError:
                    break
            if mine != self._poll:
                raise Conflict("terminated by other getUpdates request")
            wanted = params.get("allowed_updates") or None
            return [u for u in list(self._updates)[:100] if wanted is None or any(kind in u for kind in wanted)]

    async def on_send_message(self, params: dict[str, Any]) -> Any:
        chat = self._chat(params)
        thread = params.get("message_thread_id")
        if thread is not None and int(thread) not in chat.topics:
            raise Refused("message thread not found")
        if thread is not None and int(thread) in chat.closed:
            raise Refused("TOPIC_CLOSED")
        reply = params.get("reply_parameters") or {}
        if reply and int(reply["message_id"]) not in chat.messages and not reply.get("allow_sending_without_reply"):
            raise Refused("message to be replied not found")
        content = self._content(params)
        self._limit(chat)
        message = {
            "message_id": self._message_id(),
            "date": int(time.time()),
            "chat": chat.chat,
            "from": BOT,
            **content,
        }
        if thread is not None:
            message |= {"message_thread_id": int(thread), "is_topic_message": True}
        if reply and int(reply["message_id"]) in chat.messages:
            message["reply_to_message"] = _flat(chat.messages[int(reply["message_id"])])
        chat.messages[message["message_id"]] = message
        return message

    async def on_edit_message_text(self, params: dict[str, Any]) -> Any:
        return self._edit(params, self._content(params))

    async def on_edit_message_reply_markup(self, params: dict[str, Any]) -> Any:
        return self._edit(params, {"reply_markup": _keyboard(params)} if params.get("reply_markup") else {})

    async def on_answer_callback_query(self, params: dict[str, Any]) -> bool:
        answers = self.callbacks.get(str(params["callback_query_id"]))
        if answers is None:
            raise Refused("query is too old and response timeout expired or query ID is invalid")
        if answers:
            self.violations.append(f"callback {params['callback_query_id']} answered twice")
        if len(str(params.get("text", ""))) > ALERT_CHARACTERS:
            raise Refused("MESSAGE_TOO_LONG")
        answers.append(params)
        return True

    async def on_answer_inline_query(self, params: dict[str, Any]) -> bool:
        answers = self.inline.get(str(params["inline_query_id"]))
        if answers is None:
            raise Refused("query is too old and response timeout expired or query ID is invalid")
        if answers:
            self.violations.append(f"inline query {params['inline_query_id']} answered twice")
        results, button = params["results"], params.get("button")
        if len(results) > 50 or len({str(r["id"]) for r in results}) < len(results):
            raise Refused("RESULT_ID_DUPLICATE")
        for result in results:
            if not 1 <= len(str(result["id"]).encode()) <= 64 or result["type"] != "article" or not result["title"]:
                raise Refused("RESULT_ID_INVALID")
            content = result["input_message_content"]
            result["message"] = self._content({**content, "text": content["message_text"]})
            if "reply_markup" in result:
                _keyboard(result)
        if button and not (button["text"] and re.fullmatch(r"[\w-]{1,64}", button.get("start_parameter", ""))):
            raise Refused("BUTTON_INVALID")
        answers.append(params)
        return True

    async def on_get_chat(self, params: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(params).chat
        return {**chat, "accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": _GIFTS}

    async def on_get_chat_member(self, params: dict[str, Any]) -> dict[str, Any]:
        self._chat(params)
        user = int(params["user_id"])
        admin = user in self.group_admins
        member = {"user": self._user(user, "en"), "status": "administrator" if admin else "member"}
        rights = (
            "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
            "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
        ).split()
        return {**member, **(dict.fromkeys(rights, False) if admin else {})}

    async def on_get_file(self, params: dict[str, Any]) -> dict[str, Any]:
        id = str(params["file_id"])
        if id in self.local_files:
            return {"file_id": id, "file_unique_id": id, "file_path": self.local_files[id]}
        return {"file_id": id, "file_unique_id": id, "file_size": len(self.files[id]), "file_path": f"documents/{id}"}

    async def on_send_chat_action(self, params: dict[str, Any]) -> bool:
        chat = self._chat(params)
        thread = params.get("message_thread_id")
        if thread is not None and int(thread) not in chat.topics:
            raise Refused("message thread not found")
        if params["action"] != "typing":
            raise Refused("wrong parameter action in request")
        return True

    async def on_set_my_commands(self, params: dict[str, Any]) -> bool:
        scope = params.get("scope") or {"type": "default"}
        if scope["type"] == "chat" and int(scope["chat_id"]) not in self.chats:
            raise Refused("chat not found")
        for command in params["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) or not 1 <= len(command["description"]) <= 256:
                raise Refused("BOT_COMMAND_INVALID")
        key = scope["type"] + (f":{scope['chat_id']}" if "chat_id" in scope else "")
        self.commands[key, params.get("language_code", "")] = params["commands"]
        return True

    # Rules

    def _content(self, params: dict[str, Any]) -> dict[str, Any]:
        raw = str(params.get("text", ""))
        if params.get("parse_mode") not in (None, "HTML"):
            raise Refused("unsupported parse_mode")
        text, entities = parse(raw) if params.get("parse_mode") else (raw, ())
        if not text.strip():
            raise Refused("message text is empty")
        if units(text) > 4096:
            raise Refused("message is too long")
        plain = [
            {"type": e.type, "offset": e.offset, "length": e.length, **({"url": e.url} if e.url else {})}
            for e in entities
        ]
        markup = _keyboard(params) if params.get("reply_markup") else None
        preview = params.get("link_preview_options") or {}
        return {
            "text": text,
            "entities": plain,
            "link_preview_options": preview,
            **({"reply_markup": markup} if markup else {}),
        }

    def _edit(self, params: dict[str, Any], content: dict[str, Any]) -> Any:
        chat = self._chat(params)
        message = chat.messages.get(int(params["message_id"]))
        if message is None:
            raise Refused("message to edit not found")
        if message["from"]["id"] != BOT["id"]:
            raise Refused("message can't be edited")
        if all(message.get(key) == content.get(key) for key in ({*content} | {"reply_markup"})):
            raise Refused(
                "message is not modified: specified new message content and reply markup are exactly the same as a"
                " current content and reply markup of the message"
            )
        message.pop("reply_markup", None)
        message |= content
        return message

    def _chat(self, params: dict[str, Any]) -> Chat:
        chat = self.chats.get(int(params["chat_id"]))
        if chat is None:
            raise Refused("chat not found")
        if chat.blocked:
            raise Blocked
        return chat

    def _limit(self, chat: Chat) -> None:
        most, seconds = self._group_limit
        if chat.chat["type"] == "private":
            return
        now = time.monotonic()
        while chat.sent_at and chat.sent_at[0] <= now - seconds:
            chat.sent_at.popleft()
        if len(chat.sent_at) >= most:
            raise Flood(max(1, round(chat.sent_at[0] + seconds - now)))
        chat.sent_at.append(now)

    def _message_id(self) -> int:
        self._next_message += 1
        return self._next_message

    def _user(self, id: int, language: str) -> dict[str, Any]:
        return {"id": id, "is_bot": False, "first_name": f"U{id}", "language_code": language}


class Flood(Exception):
    """429 with retry_after."""


class Blocked(Exception):
    """403: the person blocked the bot."""


class Conflict(Exception):
    """409: another getUpdates, or a webhook."""


class NotFound(Exception):
    """404: no such method."""


class _Handler(RequestHandler):
    def initialize(self, telegram: Telegram) -> None:
        self.telegram, self._gone = telegram, asyncio.Event()

    def on_connection_close(self) -> None:
        self._gone.set()

    async def post(self, token: str, method: str) -> None:
        params = {name: _value(name, self.get_body_argument(name, strip=False)) for name in self.request.body_arguments}
        call = Call(method, params, time.monotonic())
        self.telegram.calls.append(call)
        if token != TOKEN:
            self._error(401, "Unauthorized", call)
            return
        fault = self.telegram.chaos(method, params)
        if fault is None and self.telegram.faults[method]:
            fault = self.telegram.faults[method].popleft()
        if fault is not None and await self._before(fault, call):
            return
        try:
            result = await self.telegram.call(method, params)
        except Refused as error:
            self._error(400, f"Bad Request: {error}", call)
        except Flood as error:
            seconds = int(error.args[0])
            self._error(429, f"Too Many Requests: retry after {seconds}", call, {"retry_after": seconds})
        except Blocked:
            self._error(403, "Forbidden: bot was blocked by the user", call)
        except Conflict as error:
            self._error(409, f"Conflict: {error}", call)
        except NotFound:
            self.telegram.violations.append(f"no such method: {method}")
            self._error(404, "Not Found", call)
        else:
            if fault is not None and fault.kind == "cut":
                self._hang_up(call, "cut")
                return
            if fault is not None and fault.kind == "late":
                await asyncio.sleep(fault.seconds)
            call.outcome = "ok"
            self.write({"ok": True, "result": result})

    async def _before(self, fault: Fault, call: Call) -> bool:
        """Whether the fault ends the call before anything is done."""
        if fault.kind == "flood":
            self._error(
                429, f"Too Many Requests: retry after {fault.seconds:g}", call, {"retry_after": int(fault.seconds)}
            )
        elif fault.kind == "gateway":
            self._error(502, "Bad Gateway", call)
        elif fault.kind == "html":
            call.outcome = "502 html"
            self.set_status(502)
            self.write("<html><body><h1>502 Bad Gateway</h1></body></html>")
        elif fault.kind == "lost":
            self._hang_up(call, "lost")
        else:
            if fault.kind == "slow":
                with contextlib.suppress(TimeoutError):  # nobody waits for whom is gone
                    await asyncio.wait_for(self._gone.wait(), fault.seconds)
            return False
        return True

    def _hang_up(self, call: Call, outcome: str) -> None:
        call.outcome = outcome
        self._finished = True  # tornado must not write to a connection that is gone
        self.request.connection.stream.close()  # type: ignore[union-attr]

    def _error(self, code: int, description: str, call: Call, parameters: dict[str, Any] | None = None) -> None:
        call.outcome = f"{code} {description}"
        if (
            code == 400
            and "not modified" not in description
            and all(known not in description for known in ("chat not found", "thread not found", "TOPIC_CLOSED"))
        ):
            self.telegram.violations.append(f"{call.method}: {description}")
        self.set_status(code)
        more = {"parameters": parameters} if parameters else {}
        self.write({"ok": False, "error_code": code, "description": description, **more})


class _File(RequestHandler):
    def initialize(self, telegram: Telegram) -> None:
        self.telegram = telegram

    async def get(self, token: str, path: str) -> None:
        if token != TOKEN:
            self.set_status(404)
            return
        self.write(self.telegram.files[path.rpartition("/")[2]])


def _keyboard(params: dict[str, Any]) -> dict[str, Any]:
    markup: dict[str, Any] = params["reply_markup"]
    rows = markup["inline_keyboard"]
    if sum(len(row) for row in rows) > 100 or any(len(row) > 8 for row in rows):
        raise Refused("reply markup is too long")
    for button in (b for row in rows for b in row):
        actions = set(button) - {"text"}
        if not button["text"] or len(actions) != 1:
            raise Refused("inline keyboard button must have a text and exactly one action")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Refused("BUTTON_DATA_INVALID")
        if "url" in button and not re.fullmatch(
            r"https?://[^\s/?#]*\w\.\w[^\s/?#]*([/?#]\S*)?|tg://\S+", button["url"]
        ):
            raise Refused("BUTTON_URL_INVALID")
    return markup


def _entities(text: str) -> list[dict[str, Any]]:
    """The entities that Telegram finds in what a person writes."""
    found = []
    for match in re.finditer(r"(?<!\S)/\w{1,64}(?:@\w+)?|(?<!\w)@\w{3,32}", text):
        kind = "bot_command" if match.group().startswith("/") else "mention"
        found.append({"type": kind, "offset": units(text[: match.start()]), "length": units(match.group())})
    return found


def _flat(message: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in message.items() if k != "reply_to_message"}


def _value(name: str, raw: str) -> Any:
    """Form fields hold JSON where they are no plain strings."""
    if name in ("text", "secret_token", "url", "callback_query_id", "language_code"):
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def _silent(handler: RequestHandler) -> None:
    """No access log."""
