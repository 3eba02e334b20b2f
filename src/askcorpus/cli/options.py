"""Which options does a command take?  Built from the fields of Settings, so that help, default and variable agree."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import click

from askcorpus.settings import ENVIRONMENT_PREFIX, Settings, keep_private, kind_of, load

_SHORT = {"k": ("-k",), "store": ("--store", "-s"), "threshold": ("--threshold", "--min-confidence")}
Command = Callable[..., Any]


def settings_options(*names: str) -> Callable[[Command], Command]:
    """Add an option for each named field of Settings; the command gets one `settings` argument with all of them in force.

    Flags win over ASKCORPUS_* variables, which win over askcorpus.toml, which wins over the defaults.
    """
    settings_fields = {f.name: f for f in dataclasses.fields(Settings)}

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def with_settings(**given: Any) -> Any:
            chosen = {name: given.pop(name) for name in names}
            settings = load({name: value for name, value in chosen.items() if value is not None and value != ()})
            if "store" in names:  # `add` writes for others, too: into the folder of articles
                keep_private(settings)
            return command(settings=settings, **given)

        wrapped: Command = with_settings
        for name in reversed(names):
            field = settings_fields[name]
            flags = _SHORT.get(name, ("--" + name.removeprefix("telegram_").replace("_", "-"),))
            kind, many = kind_of(name)
            flag = {"is_flag": True} if kind is bool else {"type": kind}
            default = "none" if field.default in (None, ()) else field.default
            variable = ENVIRONMENT_PREFIX + name.upper()
            text = f"{field.metadata['help']}  [env: {variable}; default: {default}]"
            wrapped = click.option(*flags, name, **flag, multiple=many, default=None, help=text)(wrapped)
        return wrapped

    return decorate
