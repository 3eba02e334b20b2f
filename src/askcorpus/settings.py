"""What did the user choose?  askcorpus.toml, ASKCORPUS_* variables and flags become one Settings; flags win.

A field's metadata is the one place that says what a setting means; the command line builds its options from it.
"""

from __future__ import annotations

import os
import stat
import tomllib
import types
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from askcorpus.errors import SettingsError

DEFAULT_MODEL = "multilingual-e5-small"
SETTINGS_FILE = "askcorpus.toml"
ENVIRONMENT_PREFIX = "ASKCORPUS_"


def setting(default: Any, help: str, *, secret: bool = False) -> Any:
    """A field with its help text; a secret one is never shown."""
    return field(default=default, repr=not secret, metadata={"help": help, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be chosen, each with its default."""

    folder: str = setting("articles", "Folder of articles.")
    store: str = setting("embeddings", "Folder of the store.")
    model: str = setting(DEFAULT_MODEL, "Sentence-transformers model: a name or a path.")
    device: str = setting(
        "auto", "Where the model runs: auto and cpu are OpenVINO; torch, cuda and mps are sentence-transformers."
    )
    precision: str = setting(
        "auto", "Of passages' vectors: f32, f16, bf16, or auto: f16 or bf16 where the CPU has AMX, else f32."
    )
    share_with_group: bool = setting(
        False, "Let the group of this user read stores, exports and the bot's memory, too."
    )
    # Three with their quotes fit a phone's screen.
    k: int = setting(3, "How many stories to cite at most.")
    threshold: float | None = setting(None, "Confidence below which the answer is 'not found'; default: the store's.")
    reranker: str = setting(
        "auto",
        "What reads the best passages once more: auto is the program's own, off is none, else a cross-encoder's name or path.",
    )
    mode: str = setting("hybrid", "Which index answers: dense, lexical or hybrid.")
    interface_language: str | None = setting(
        None, "Language of what `askcorpus ask` itself says (ISO 639-1, e.g. fr); default: the environment's."
    )
    feeds: tuple[str, ...] = setting((), "RSS or Atom addresses that `askcorpus add --feeds` reads.")
    # A book as a PDF is smaller, and is read in less time.
    max_file_mb: float = setting(64.0, "Files larger than this are skipped, in MiB.")
    read_timeout_s: float = setting(20.0, "A file that takes longer to read is skipped, in seconds.")

    telegram_token: str | None = setting(None, "Bot token from BotFather.", secret=True)
    telegram_token_file: str | None = setting(
        None, "File that holds the bot token; must be readable by its owner only."
    )
    telegram_base_url: str | None = setting(
        None, "Another Bot API server, without the token, e.g. http://localhost:8081."
    )
    telegram_proxy: str | None = setting(
        None,
        "Proxy through which Telegram is reached: http://, https:// or socks5://, with user and password if it wants them.",
        secret=True,
    )
    telegram_allowed: tuple[int, ...] = setting((), "User or group ids that may ask.")
    telegram_admins: tuple[int, ...] = setting((), "User ids that may also administer.")
    telegram_adders: tuple[int, ...] = setting(
        (), "User ids that may also add articles by chat; administrators always may."
    )
    # Faster, or longer, than one person reads answers; a script is meant to notice.
    telegram_per_minute: int = setting(6, "Questions a user may ask the bot in a minute.")
    telegram_per_day: int = setting(200, "Questions a user may ask the bot in a day.")
    # A screen of a phone; each costs a look at every new article.
    telegram_watch_limit: int = setting(20, "Questions a user may have saved, to hear of news on them.")
    # benchmarks/soak.py: the slowest of 2,000 answers took 2.3 s; whoever waits thirty has put the phone away.
    telegram_time_limit_s: float = setting(30.0, "The bot gives up on a question after this many seconds.")
    # Long enough to look at a month's votes, and no longer.
    telegram_keep_days: int = setting(30, "Days that the bot keeps questions, answers and votes.")
    telegram_watch: bool = setting(True, "The bot watches the folder of articles and indexes what changes.")
    telegram_log_questions: bool = setting(False, "The bot's log also holds the questions, not only ids and times.")
    telegram_health_port: int | None = setting(None, "Local port for /health and Prometheus /metrics; default: none.")
    telegram_webhook: str | None = setting(None, "Public https address for a webhook instead of polling.")
    # Telegram calls ports 443, 80, 88 and 8443; only the last needs no root.
    telegram_webhook_listen: str = setting("127.0.0.1:8443", "Where the webhook listens, behind your own web server.")


def load(overrides: Mapping[str, Any] | None = None, *, directory: Path | None = None) -> Settings:
    """The settings in force: defaults, then askcorpus.toml in `directory`, then ASKCORPUS_* variables, then `overrides`.

    Raises SettingsError for an unknown key or a value of the wrong kind.
    """
    path = (directory or Path()) / SETTINGS_FILE
    chosen = _from_file(path)
    names = {f.name for f in fields(Settings)}
    for name in names:
        raw = os.environ.get(ENVIRONMENT_PREFIX + name.upper())
        if raw is not None and raw != "":
            chosen[name] = _parse(name, raw, where=ENVIRONMENT_PREFIX + name.upper())
    for name, value in (overrides or {}).items():
        chosen[name] = value
    unknown = sorted(set(chosen) - names)
    if unknown:
        raise SettingsError(f"{path}: no such setting: {', '.join(unknown)}. Known: {', '.join(sorted(names))}")
    return replace(Settings(), **chosen)


def keep_private(settings: Settings) -> None:
    """Have all that this process writes from here on readable by its user alone, or by the group as well, whatever the umask."""
    os.umask(0o027 if settings.share_with_group else 0o077)


def usable_cores() -> int:
    """The cores this process may use: also what `taskset` or a container leaves it was chosen."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _from_file(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            table = tomllib.load(file)
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):  # [telegram] token_file = … is telegram_token_file
            flat.update({f"{key}_{inner}": v for inner, v in value.items()})
        else:
            flat[key] = value
    if flat.get("telegram_token") and mode & 0o077:
        raise SettingsError(f"{path} holds the bot's token and can be read by others: chmod 600 {path}")
    hints = get_type_hints(Settings)
    return {k: _checked(k, v, where=str(path)) if k in hints else v for k, v in flat.items()}


def _parse(name: str, raw: str, *, where: str) -> Any:
    """The value that a variable's text means."""
    kind, many = kind_of(name)
    try:
        if many:
            return tuple(kind(part) for part in raw.replace(",", " ").split())
        if kind is bool:
            return {
                "1": True,
                "true": True,
                "yes": True,
                "on": True,
                "0": False,
                "false": False,
                "no": False,
                "off": False,
            }[raw.strip().lower()]
        return kind(raw)
    except (ValueError, KeyError) as error:
        raise SettingsError(f"{where}={raw if not _secret(name) else '…'}: expected {kind.__name__}") from error


def _checked(name: str, value: Any, *, where: str) -> Any:
    """A value from askcorpus.toml, with lists as tuples and whole numbers as float where a float is meant."""
    kind, many = kind_of(name)
    if many and isinstance(value, list) and all(type(v) is kind for v in value):
        return tuple(value)
    if not many and type(value) is kind:
        return value
    if kind is float and type(value) is int:
        return float(value)
    raise SettingsError(f"{where}: {name} must be {'a list of ' if many else ''}{kind.__name__}")


def kind_of(name: str) -> tuple[type, bool]:
    """The type of a field's value, and whether there can be several."""
    hint = get_type_hints(Settings)[name]
    if get_origin(hint) is types.UnionType:
        hint = next(a for a in get_args(hint) if a is not type(None))
    if get_origin(hint) is tuple:
        return get_args(hint)[0], True
    return hint, False


def _secret(name: str) -> bool:
    return next(bool(f.metadata.get("secret")) for f in fields(Settings) if f.name == name)
