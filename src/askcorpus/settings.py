"""What did the user choose?  askcorpus.toml, ASKCORPUS_* variables and flags become one Settings; flags win.

A field's metadata is the one place that says what a setting means and which values it may have; the command line builds its
options from it.  The file, and the store where none is named, are looked for in the working folder, then in its parents up to
the home folder, then in the user's folder of settings.
"""

from __future__ import annotations

import os
import shlex
import stat
import tomllib
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from askcorpus.errors import SettingsError

DEFAULT_MODEL = "multilingual-e5-small"
SETTINGS_FILE = "askcorpus.toml"
ENVIRONMENT_PREFIX = "ASKCORPUS_"
STORE_MARK = "catalog.sqlite"
"""The file without which a folder is no store."""
OTHER_VARIABLES = (
    "CACHE",
    *(
        "SHARED",
        "TEST_ROUNDS",
        "QUALITY_QUESTIONS",
        "ALLOW_LOWER_FLOORS",
        "SOAK_PEOPLE",
        "SOAK_QUESTIONS",
    ),  # of the tests
    *("UID", "GID"),  # of compose.yaml
)
"""Which no setting is of, behind ENVIRONMENT_PREFIX."""
PATHS = ("folder", "store", "telegram_token_file", "telegram_voice_model", "server_token_file")
"""Settings that name a place; in a file, one that is relative is meant from the folder of that file."""
WEB = ("http", "https")
"""How an address on the web begins."""
_KINDS = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
_YES = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def setting(
    default: Any,
    help: str,
    *,
    secret: bool = False,
    choices: tuple[str, ...] = (),
    least: float | None = None,
    most: float | None = None,
    schemes: tuple[str, ...] = (),
) -> Any:
    """A field with its help text and the values that it may have; a secret one is never shown.  `schemes` are those of an address."""
    limits = {"choices": choices, "least": least, "most": most, "schemes": schemes}
    return field(default=default, repr=not secret, metadata={"help": help, "secret": secret, **limits})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be chosen, each with its default."""

    folder: str = setting("articles", "Folder of articles.")
    folders: tuple[str, ...] = setting(
        (), "Several folders instead, in one store: a list, or in askcorpus.toml a table of names and folders."
    )
    store: str = setting("embeddings", "Folder of the store.")
    cluster: str | None = setting(
        None, "Ray cluster that reads, encodes and holds the shards: auto, or the address of its head."
    )
    cluster_replicas: int = setting(
        2, "Nodes that hold each shard while it is asked: one may be lost, and the others answer.", least=1, most=100
    )
    model: str = setting(DEFAULT_MODEL, "Sentence-transformers model: a name or a path.")
    device: str = setting(
        "auto",
        "Where the model runs: auto and cpu are OpenVINO; torch, cuda and mps are sentence-transformers.",
        choices=("auto", "cpu", "torch", "cuda", "mps"),
    )
    precision: str = setting(
        "auto",
        "Of passages' vectors: f32, f16, bf16, or auto: f16 or bf16 where the CPU multiplies it fast, else f32.",
        choices=("auto", "f32", "f16", "bf16"),
    )
    share_with_group: bool = setting(
        False, "Let the group of this user read stores, exports and the bot's memory, too."
    )
    # Three with their quotes fit a phone's screen; nobody reads a thousand, and a search weighs twice as many passages.
    k: int = setting(3, "How many stories to cite at most.", least=1, most=1000)
    threshold: float | None = setting(
        None, "Confidence below which the answer is 'not found'; default: the store's.", least=0, most=1
    )
    reranker: str = setting(
        "auto",
        "What reads the best passages once more: auto is the program's own, off is none, else a cross-encoder's name or path.",
    )
    mode: str = setting(
        "hybrid", "Which index answers: dense, lexical or hybrid.", choices=("dense", "lexical", "hybrid")
    )
    interface_language: str | None = setting(
        None, "Language of what `askcorpus ask` itself says (ISO 639-1, e.g. fr); default: the environment's."
    )
    feeds: tuple[str, ...] = setting((), "RSS or Atom addresses that `askcorpus add --feeds` reads.", schemes=WEB)
    write: bool = setting(
        False, "Also have the language model write the answer, each sentence checked; the quotes stand below."
    )
    llm: str | None = setting(
        None,
        "Language model that writes: the address of an OpenAI-compatible server, e.g. http://localhost:11434/v1.",
        schemes=WEB,
    )
    llm_model: str | None = setting(None, "Its name there; default: the first that the server has.")
    llm_key: str | None = setting(None, "What the server wants to be shown, if it does.", secret=True)
    # A book as a PDF is smaller, and is read in less time.
    max_file_mb: float = setting(64.0, "Files larger than this are skipped, in MiB.", least=0, most=1e6)
    read_timeout_s: float = setting(
        20.0, "A file that takes longer to read is skipped, in seconds.", least=0.1, most=86400
    )

    telegram_token: str | None = setting(None, "Bot token from BotFather.", secret=True)
    telegram_token_file: str | None = setting(
        None, "File that holds the bot token; must be readable by its owner only."
    )
    telegram_base_url: str | None = setting(
        None, "Another Bot API server, without the token, e.g. http://localhost:8081.", schemes=WEB
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
    telegram_per_minute: int = setting(6, "Questions a user may ask the bot in a minute.", least=1)
    telegram_per_day: int = setting(200, "Questions a user may ask the bot in a day.", least=1)
    # A screen of a phone; each costs a look at every new article.
    telegram_watch_limit: int = setting(20, "Questions a user may have saved, to hear of news on them.", least=0)
    # benchmarks/soak.py: the slowest of 2,000 answers took 2.3 s; whoever waits thirty has put the phone away.
    telegram_time_limit_s: float = setting(
        30.0, "The bot gives up on a question after this many seconds.", least=0.1, most=86400
    )
    # Long enough to look at a month's votes, and no longer.
    telegram_keep_days: int = setting(30, "Days that the bot keeps questions, answers and votes.", least=0, most=36500)
    telegram_watch: bool = setting(True, "The bot watches the folder of articles and indexes what changes.")
    telegram_log_questions: bool = setting(False, "The bot's log also holds the questions, not only ids and times.")
    telegram_voice_model: str | None = setting(
        None, "Folder of a speech model (faster-whisper's or Vosk's): voice messages are then heard as questions."
    )
    # Longer than anybody takes to ask; a minute of it costs five seconds of one core with the base model of Whisper.
    telegram_voice_seconds: int = setting(
        60, "A voice message that lasts longer is not listened to.", least=1, most=600
    )
    telegram_inline: bool = setting(
        False, "Answer @bot QUESTION in any chat, to those who may ask; switch it on at BotFather, too: /setinline."
    )
    telegram_health_port: int | None = setting(
        None, "Local port for /health and Prometheus /metrics; default: none.", least=1, most=65535
    )
    telegram_webhook: str | None = setting(None, "Public https address for a webhook instead of polling.")
    # Telegram calls ports 443, 80, 88 and 8443; only the last needs no root.
    telegram_webhook_listen: str = setting("127.0.0.1:8443", "Where the webhook listens, behind your own web server.")

    server_listen: str = setting(
        "127.0.0.1:8017", "Where `askcorpus serve` listens; other machines reach it only with a token."
    )
    server_token: str | None = setting(None, "What programs and the page must show to `askcorpus serve`.", secret=True)
    server_token_file: str | None = setting(None, "File that holds that token; must be readable by its owner only.")
    server_hosts: tuple[str, ...] = setting(
        (), "Names by which `askcorpus serve` is called, besides localhost and addresses."
    )
    # Two a second: a page's article and progress beside its questions, and less than one core answers.
    server_per_minute: int = setting(
        120, "Requests a client may make to `askcorpus serve` in a minute.", least=1, most=1e6
    )

    @property
    def all_folders(self) -> tuple[str, ...]:
        """The folders of articles."""
        return self.folders or (self.folder,)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The settings in force, and who chose each."""

    settings: Settings
    origins: tuple[tuple[str, str], ...]
    """A line for each field, in their order: where its value comes from."""
    file: Path | None
    """The askcorpus.toml that was read."""


def load(
    overrides: Mapping[str, Any] | None = None, *, directory: Path | None = None, find_store: bool = True
) -> Settings:
    """The settings in force: defaults, then askcorpus.toml, then ASKCORPUS_* variables, then `overrides`.

    The file is that of `directory`, else of the nearest of its parents, else the user's. A store that is not named is looked for
    likewise, unless not `find_store`, for what makes one. Raises SettingsError for an unknown key or a value that cannot be.
    """
    return chosen(overrides, directory=directory, find_store=find_store).settings


def chosen(
    overrides: Mapping[str, Any] | None = None, *, directory: Path | None = None, find_store: bool = True
) -> Chosen:
    """The same, each value with its origin."""
    here = directory or Path()
    above = tuple(_above(here))
    path = next((place / SETTINGS_FILE for place in (here, *above) if (place / SETTINGS_FILE).exists()), None)
    base = path.parent if path else here  # of a project, whose settings its subfolders share
    if path is None and (own := _users_folder() / SETTINGS_FILE).exists():
        path = own
    values = _from_file(path, here) if path else {}
    origins = dict.fromkeys(values, str(path))
    for name in names():
        variable = ENVIRONMENT_PREFIX + name.upper()
        raw = os.environ.get(variable)
        if raw is not None and raw != "":
            values[name], origins[name] = parsed(name, raw, where=variable), variable
    for name, value in (overrides or {}).items():
        values[name], origins[name] = value, "flag"
    _refuse_unknown(values, path)
    if base != here:
        values.setdefault("folder", str(base / Settings().folder))
    if "store" not in values:
        places = _places(here, above) if find_store else iter(())
        found = next((place for place in places if _is_store(place / Settings().store)), base)
        if found != here:
            values["store"], origins["store"] = str(found / Settings().store), f"default, found in {found}"
    told = tuple((name, origins.get(name, "default")) for name in names())
    return Chosen(replace(Settings(), **values), told, path)


def names() -> tuple[str, ...]:
    """What can be chosen, in the order of Settings."""
    return tuple(f.name for f in fields(Settings))


def closest(name: str, possible: tuple[str, ...], *, prefix: str = "") -> str:
    """ "Did you mean …?" where one of those that are possible is like it, else all of them."""
    from difflib import get_close_matches

    near = get_close_matches(name, possible, n=1)
    return (
        f"Did you mean {prefix}{near[0]}?" if near else f"Known: {', '.join(prefix + one for one in sorted(possible))}"
    )


def keep_private(settings: Settings) -> None:
    """Have all that this process writes from here on readable by its user alone, or by the group as well, whatever the umask."""
    os.umask(0o027 if settings.share_with_group else 0o077)


def seen_by_others(place: Path, settings: Settings) -> str | None:
    """What to do where others can read a store, or the file that it was exported to; None where nobody can who should not."""
    others = 0o007 if settings.share_with_group else 0o077
    held: tuple[Path, ...] = (place,) if place.is_file() else (place / STORE_MARK, place / "telegram.sqlite3")
    try:
        shut = not place.stat().st_mode & others
        if place.is_dir():  # the shards hold the texts once more
            held += tuple(place.glob(f"shards/*/*/{STORE_MARK}"))
        seen = [one for one in held if one.is_file() and one.stat().st_mode & others]
    except OSError:  # whoever opens it says why it cannot be
        return None
    if shut or not seen:
        return None
    whose = "o=" if settings.share_with_group else "go="
    return f"{seen[0]} can be read by others: {shlex.join(('chmod', '-R', whose, str(place)))}"


def usable_cores() -> int:
    """The cores this process may use: also what `taskset` or a container leaves it was chosen."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _above(here: Path) -> Iterator[Path]:
    """The parents of a folder up to the home folder; none of a folder that is not inside it: those may be anybody's."""
    try:
        folder, home = here.resolve(), Path.home().resolve()
    except (OSError, RuntimeError):  # the working folder was removed; nobody knows the home folder
        return
    if home in folder.parents:
        for parent in folder.parents:
            yield parent
            if parent == home:
                return


def _places(here: Path, above: tuple[Path, ...]) -> Iterator[Path]:
    """Where a store that is not named may be, one place after the other."""
    yield from (here, *above)
    yield _users_folder()


def _users_folder() -> Path:
    """Where the user's own settings lie."""
    import platformdirs

    return platformdirs.user_config_path("askcorpus", appauthor=False)


def _is_store(folder: Path) -> bool:
    return (folder / STORE_MARK).is_file()


def _refuse_unknown(values: Mapping[str, Any], path: Path | None) -> None:
    known = names()
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise SettingsError(f"{path}: no such setting: {', '.join(unknown)}. {closest(unknown[0], known)}")


def _from_file(path: Path, here: Path) -> dict[str, Any]:
    """What a file says; its places are meant from its own folder."""
    try:
        with path.open("rb") as file:
            table = tomllib.load(file)
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if key == "folders" and isinstance(value, dict):  # [folders] archive = "/data/old"
            flat[key] = [f"{name}={folder}" for name, folder in value.items()]
        elif isinstance(value, dict):  # [telegram] token_file = … is telegram_token_file
            flat.update({f"{key}_{inner}": v for inner, v in value.items()})
        else:
            flat[key] = value
    tokens = [f.name for f in fields(Settings) if f.metadata["secret"] and "proxy" not in f.name]
    holds = "a token or a key" if any(map(flat.get, tokens)) else ""
    holds = holds or ("a password" if "@" in str(flat.get("telegram_proxy")) else "")
    if holds and mode & 0o077:
        raise SettingsError(f"{path} holds {holds} and can be read by others: chmod 600 {path}")
    _refuse_unknown(flat, path)
    read = {k: _checked(k, v, where=str(path)) for k, v in flat.items()}
    if path.parent != here:
        read |= {k: str(path.parent / v) for k, v in read.items() if k in PATHS or _is_model_of(k, v, path.parent)}
        read |= {k: tuple(_placed(one, path.parent) for one in v) for k, v in read.items() if k == "folders"}
    return read


def _placed(folder: str, above: Path) -> str:
    """A FOLDER, or NAME=FOLDER, from where it is meant; ~ is the home folder."""
    name, equals, place = folder.partition("=")
    if not equals or "/" in name:
        return str(above / Path(folder).expanduser())
    return f"{name}={above / Path(place).expanduser()}"


def _is_model_of(name: str, value: Any, folder: Path) -> bool:
    """Whether this is a model that lies beside the file, rather than a name."""
    return name in ("model", "reranker") and (folder / value).is_dir()


def parsed(name: str, raw: str, *, where: str) -> Any:
    """The value that the text of a variable or a flag means; raises SettingsError."""
    _, many = kind_of(name)
    if many:
        return tuple(one(name, part, where=where) for part in raw.replace(",", " ").split())
    return one(name, raw, where=where)


def one(name: str, raw: str, *, where: str) -> Any:
    """The value that a text means, of those that a setting may have several of; raises SettingsError."""
    kind, _ = kind_of(name)
    try:
        value = _YES[raw.strip().lower()] if kind is bool else kind(raw)
    except (ValueError, KeyError) as error:
        raise SettingsError(f"{where} is {raw if not _secret(name) else '…'}; it must be {possible(name)}.") from error
    return _possible(name, _at_home(name, value), where=where, raw=raw)


def possible(name: str) -> str:
    """What a value of this setting must be, in words."""
    told = _metadata(name)
    kind, _ = kind_of(name)
    bounds = [f"at {word} {told[word]:.12g}" for word in ("least", "most") if told[word] is not None]
    if told["choices"]:
        return f"one of {', '.join(told['choices'])}"
    if told["schemes"]:
        return f"an address that begins with {' or '.join(f'{scheme}://' for scheme in told['schemes'])}"
    return " ".join((_KINDS[kind], *(["of"] if bounds else []), " and ".join(bounds))).strip()


def _possible(name: str, value: Any, *, where: str, raw: str | None = None) -> Any:
    """The value, if it is one that this setting may have."""
    told = _metadata(name)
    least, most, choices = told["least"], told["most"], tuple(told["choices"])
    if name == "device" and isinstance(value, str):
        fits = value.partition(":")[0] in choices  # cuda:1 is the second card
    elif choices:
        fits = value in choices
    elif told["schemes"]:
        fits = _begins(value, told["schemes"])
    elif least is not None or most is not None:
        fits = (least is None or value >= least) and (most is None or value <= most)  # neither holds of nan
    else:
        fits = value != "" or name not in PATHS
    if not fits:
        wanted = "a path" if name in PATHS else possible(name)
        raise SettingsError(f"{where} is {'empty' if value == '' else raw or value}; it must be {wanted}.")
    return value


def _begins(address: str, schemes: tuple[str, ...]) -> bool:
    """Whether an address has one of these schemes, and names a host."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        return parts.scheme in schemes and bool(parts.hostname)
    except ValueError:  # half of an IPv6 address
        return False


def _checked(name: str, value: Any, *, where: str) -> Any:
    """A value from askcorpus.toml, with lists as tuples and whole numbers as float where a float is meant."""
    kind, many = kind_of(name)
    if many and isinstance(value, list) and all(type(v) is kind for v in value):
        if name == "folders":
            return tuple(_placed(v, Path()) for v in value)
        return tuple(_possible(name, v, where=f"{where}: {name}") for v in value)
    if kind is float and type(value) is int:
        value = float(value)
    if many or type(value) is not kind:
        said = "…" if _secret(name) else repr(value)
        raise SettingsError(f"{where}: {name} is {said}; it must be {'a list, each ' if many else ''}{possible(name)}.")
    return _possible(name, _at_home(name, value), where=f"{where}: {name}")


def _at_home(name: str, value: Any) -> Any:
    """The value, with the home folder for ~ where it names a place: no shell has read a file or a unit of systemd."""
    return os.path.expanduser(value) if name in (*PATHS, "model", "reranker") else value  # noqa: PTH111  # a text


@cache
def kind_of(name: str) -> tuple[type, bool]:
    """The type of a field's value, and whether there can be several."""
    hint = get_type_hints(Settings)[name]
    if get_origin(hint) is types.UnionType:
        hint = next(a for a in get_args(hint) if a is not type(None))
    if get_origin(hint) is tuple:
        return get_args(hint)[0], True
    return hint, False


@cache
def _metadata(name: str) -> Mapping[str, Any]:
    return next(f.metadata for f in fields(Settings) if f.name == name)


def _secret(name: str) -> bool:
    return bool(_metadata(name).get("secret"))
