"""What does `askcorpus doctor` do?  Looks at everything the program stands on, and says what to do about what is wrong."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from askcorpus.cli.options import settings_options
from askcorpus.errors import AskcorpusError, StoreNotFound, typed
from askcorpus.settings import Settings

GOOD, NOTE, BAD = "good", "note", "bad"
MARKS = {GOOD: "ok  ", NOTE: "note", BAD: "BAD "}
NEEDED_MB = 300
"""For a converted model, unpacked tables and a small store: README.md."""
PATIENCE_S = 5.0  # a network that says nothing for so long is no help to anybody
HUB = "https://huggingface.co"
TELEGRAM = "https://api.telegram.org"
PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    state: str
    """GOOD, NOTE or BAD."""
    told: str


@click.command("doctor")
@settings_options("store", "model", "telegram_token_file", "telegram_base_url", "telegram_proxy")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.  [default: off]")
def command(settings: Settings, as_json: bool) -> int:
    """Check platform, disk, cache, model, store, network and Telegram; exit status 1 where something is broken.

    Nothing is fetched: the network is only tried where a model is missing, and Telegram where there is a token.
    """
    from dataclasses import asdict

    from askcorpus.cli import screen

    findings: list[Finding] = []
    for subject, look in CHECKS.items():
        try:
            findings += [Finding(subject, state, told) for state, told in look(settings)]
        except (AskcorpusError, OSError) as error:
            findings.append(Finding(subject, BAD, str(error)))
    broken = any(finding.state == BAD for finding in findings)
    if as_json:
        screen.print_json({"whole": not broken, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            style = {GOOD: "", NOTE: "yellow", BAD: "bold red"}[finding.state]
            line = f"{MARKS[finding.state]} {finding.subject:<10}{finding.told}"
            screen.out().print(line, markup=False, style=style)
    return 1 if broken else 0


Found = Iterator[tuple[str, str]]


def _platform(settings: Settings) -> Found:
    """The program and the machine."""
    from askcorpus.cli import version

    lines = dict(version.platform_lines())
    yield GOOD, f"{version.short()}, Python {lines['Python']}, {lines['system']}, cores: {lines['cores']}"


def _disk(settings: Settings) -> Found:
    """Room where something is written."""
    from askcorpus.cache import cached

    for name, place in (("store", Path(settings.store)), ("cache", cached("")), ("temporary files", _temporary())):
        there = next(p for p in (place.absolute(), *place.absolute().parents) if p.exists())
        free_mb = shutil.disk_usage(there).free / 1e6
        told = f"{free_mb / 1000:.1f} GB free for the {name} ({there})"
        yield (GOOD, told) if free_mb > NEEDED_MB else (BAD, f"{told}: make room, {NEEDED_MB} MB are needed")


def _temporary() -> Path:
    return Path(tempfile.gettempdir())


def _cache(settings: Settings) -> Found:
    """Whether what can be made again may be kept."""
    from askcorpus.cache import cached

    folder = cached("")
    there = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    if not os.access(there, os.W_OK):
        yield NOTE, f"{folder} cannot be written: a model is converted at each start. Name another: ASKCORPUS_CACHE"
        return
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) if folder.exists() else 0
    yield GOOD, f"{folder}, {size / 1e6:.0f} MB"


def _model(settings: Settings) -> Found:
    """Whether questions can be encoded."""
    from askcorpus.encoder.models import find
    from askcorpus.errors import ModelNotFound

    try:
        source = find(settings.model, fetch=False)
        yield GOOD, f"{settings.model} is here" + (" (from its package)" if source.packaged else f" ({source.folder})")
    except ModelNotFound as error:
        yield BAD, str(error)
        if not os.environ.get("HF_HUB_OFFLINE"):
            yield _reached(HUB, "the hub of models", None)


def _store(settings: Settings) -> Found:
    """Whether it can be opened, and is what the folder says."""
    from askcorpus.encoder import is_here
    from askcorpus.indexing.status import status
    from askcorpus.store.opening import open_store

    try:
        with open_store(settings.store) as snapshot:
            manifest = snapshot.manifest
    except StoreNotFound as error:
        yield NOTE, str(error)
        return
    now = status(settings.store)
    yield GOOD, f"{now.store}: {now.articles} articles, {now.passages} passages, generation {now.generation}"
    if not is_here(manifest, Path(settings.store)):
        yield BAD, f"its model, {manifest.model}, is not on this machine"
    several = len(now.collections) > 1
    for one in now.collections:
        if several and one.to_read is None:
            yield NOTE, f"the folder of {one.name}, {one.folder or 'not known here'}, is not there: is it mounted?"
        elif one.to_read or one.to_remove:
            told = f"{one.to_read} files to read, {one.to_remove} gone"
            named = f"{one.name}={one.folder}" if several else one.folder
            which = f"the folder of {one.name}" if several else "the folder"
            yield NOTE, f"{which} has changed: {told}. Run: {typed('index', named, '--store', now.store)}"


def _network(settings: Settings) -> Found:
    """What stands between this machine and others."""
    named = [name for name in PROXIES if os.environ.get(name)]
    yield GOOD, "not needed for asking" + (f"; proxies are set by {', '.join(named)}" if named else "")


def _telegram(settings: Settings) -> Found:
    """Whether the bot could start."""
    if not (settings.telegram_token or settings.telegram_token_file):
        yield GOOD, "no token, so no bot: docs/telegram.md"
        return
    from askcorpus.telegram.secrecy import read_token

    read_token(settings)
    yield GOOD, "the token can be read, by its owner alone"
    yield _reached(settings.telegram_base_url or TELEGRAM, "Telegram", settings.telegram_proxy)


def _reached(address: str, name: str, proxy: str | None) -> tuple[str, str]:
    """Whether a server answers at all; nothing secret is sent."""
    import httpx

    try:
        with httpx.Client(proxy=proxy, timeout=PATIENCE_S) as client:
            client.head(address)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, ImportError) as error:
        return BAD, f"{name} cannot be reached at {address}: {type(error).__name__}. Is there a proxy?"
    return GOOD, f"{name} answers at {address}"


CHECKS: dict[str, Callable[[Settings], Found]] = {
    "platform": _platform,
    "disk": _disk,
    "cache": _cache,
    "model": _model,
    "store": _store,
    "network": _network,
    "telegram": _telegram,
}
