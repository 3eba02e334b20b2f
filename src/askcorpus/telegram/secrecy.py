"""Where does the bot's token come from, and how does it stay out of every log and traceback?

python-telegram-bot writes the token into `repr(bot)`, `repr(application)` and InvalidToken's text, and httpx logs each
address, token included, at INFO.  So the noisy loggers are turned down, and all that is written goes through `Redact`.
"""

from __future__ import annotations

import logging
import os
import re
import stat
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, urlsplit

from askcorpus.errors import SettingsError
from askcorpus.language.characters import harmless
from askcorpus.settings import Settings

SHOWN_INSTEAD = "<token>"
NOISY = ("httpx", "httpcore", "telegram", "tornado.access", "asyncio")
TOKEN = re.compile(r"\d{3,20}:[\w-]{20,}")


def read_token(settings: Settings) -> str:
    """The bot's token, from the variable or from a file that only its owner can read.

    Raises SettingsError where there is none, or it does not look like one; no message holds it.
    """
    if settings.telegram_token_file and TOKEN.search(settings.telegram_token_file):
        raise SettingsError(
            "token_file holds the token itself. Put it into a file of mode 0600 and name that, and have BotFather make "
            "a new one: this one may stand in your shell's history"
        )
    token = settings.telegram_token or (
        _from_file(Path(settings.telegram_token_file)) if settings.telegram_token_file else ""
    )
    if not token:
        raise SettingsError(
            "No bot token. Get one from @BotFather in Telegram, then: export ASKCORPUS_TELEGRAM_TOKEN=…, "
            "or ASKCORPUS_TELEGRAM_TOKEN_FILE=a file with mode 0600"
        )
    if not TOKEN.fullmatch(token.strip()):
        raise SettingsError("The bot token does not look like one: BotFather's have digits, a colon and 35 characters")
    return token.strip()


def keep_out_of_logs(token: str, proxy: str | None = None) -> Redact:
    """From here on neither a log record, nor a traceback of any thread, shows the token or the proxy's password."""
    redact = Redact(token, password_of(proxy))
    for handler in logging.getLogger().handlers:
        handler.addFilter(redact)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)

    def uncaught(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        sys.stderr.write(redact.text("".join(traceback.format_exception(kind, error, where))))

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and args.exc_type is not SystemExit:
            uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    def unraisable(args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is not None:
            uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, uncaught_in_thread, unraisable
    return redact


def password_of(address: str | None) -> str | None:
    """The password in an address, as it stands there."""
    try:
        return urlsplit(address).password if address else None
    except ValueError:
        return None


class Redact(logging.Filter):
    """A filter for log handlers that replaces the token in messages, arguments and tracebacks; nobody else's text is a command in them."""

    def __init__(self, token: str, *others: str | None) -> None:
        super().__init__()
        secret = token.partition(":")[
            2
        ]  # the part after the bot's id, which is no secret, gives the token away as well
        forms = {token, quote(token, safe=""), secret, *(one for one in others if one)}
        self._forms = sorted(forms, key=len, reverse=True)

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through, its text redacted."""
        record.msg, record.args = self.text(record.getMessage()).replace("\n", "\ufffd"), None  # one record is one line
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
            record.exc_info = None
        record.exc_text = self.text(record.exc_text) if record.exc_text else record.exc_text
        record.stack_info = self.text(record.stack_info) if record.stack_info else record.stack_info
        return True

    def text(self, text: str) -> str:
        """The text with the token replaced, and whatever a terminal that shows the log would obey."""
        for form in self._forms:
            text = text.replace(form, SHOWN_INSTEAD)
        return harmless(text)


def _from_file(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_IMODE(mode) & (0o037 if _of_systemd(path) else 0o077):
                raise SettingsError(f"{path} can be read by others: chmod 600 {path}")
            return file.read(500).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The bot token's file {path} cannot be read: {error}") from error


def _of_systemd(path: Path) -> bool:
    """Whether systemd handed the file to this service alone: since 254 by an access list, whose mask shows as the group's bits."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return folder is not None and path.parent == Path(folder)
