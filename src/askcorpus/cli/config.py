"""What does `askcorpus config` do?  Shows every setting that is in force, and who chose it."""

from __future__ import annotations

import dataclasses

import click

from askcorpus import settings as choosing
from askcorpus.cli import options
from askcorpus.settings import SETTINGS_FILE, Settings


@click.command("config")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.  [default: off]")
def command(as_json: bool) -> int:
    """Show every setting with its value and where that comes from: the default, askcorpus.toml, or a variable.

    askcorpus.toml is looked for in the working folder, its parents up to your home folder, then your folder of settings.
    """
    from askcorpus.cli import screen

    chosen = choosing.chosen()
    secret = {f.name for f in dataclasses.fields(Settings) if f.metadata["secret"]}
    shown = {name: _shown(getattr(chosen.settings, name), secret=name in secret) for name in choosing.names()}
    unknown = options.unknown_variables()
    if as_json:
        values = {name: {"value": shown[name], "from": origin} for name, origin in chosen.origins}
        file = str(chosen.file) if chosen.file else None
        screen.print_json({"file": file, "settings": values, "unknown_variables": unknown})
        return 2 if unknown else 0
    console, width = screen.out(), max(map(len, shown))
    console.print(f"{'file':<{width}}  {chosen.file or f'none: there is no {SETTINGS_FILE}'}", markup=False)
    for name, origin in chosen.origins:
        console.print(f"{name:<{width}}  {_written(shown[name])}  ({origin})", markup=False)
    for name in unknown:
        screen.complain(f"nothing reads the variable {name}. {options.like_variable(name)}")
    return 2 if unknown else 0


def _written(value: object) -> str:
    """A value as the file writes it."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _shown(value: object, *, secret: bool) -> object:
    """The value, or a mark for one that is nobody's to see."""
    if isinstance(value, tuple):
        return tuple(_shown(one, secret=secret) for one in value)
    return "…" if secret and value else value
