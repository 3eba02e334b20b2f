"""Which options does a command take?  Built from the fields of Settings, so that help, default and variable agree."""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from askcorpus import settings as choosing
from askcorpus.errors import FOLDER, AskcorpusError, SettingsError
from askcorpus.settings import ENVIRONMENT_PREFIX, OTHER_VARIABLES, Settings, keep_private, kind_of, seen_by_others

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_SHORT = {"k": ("-k",), "store": ("--store", "-s"), "threshold": ("--threshold", "--min-confidence")}
_FOLDERS = ("folder", "store")
KEEPERS = frozenset("index watch status verify export import bot bot.py serve doctor".split())
"""Commands of whoever looks after a store; who only asks is told nothing of it."""
Command = Callable[..., Any]


class SettingType(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.5; older ones will do
    """Reads a flag as its variable is read, so that both are refused in the same words."""

    def __init__(self, setting: str) -> None:
        self._setting = setting
        self.name = {int: "integer", float: "float"}.get(kind_of(setting)[0], "text")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See ParamType; raises SettingsError."""
        if not isinstance(value, str):
            return value
        return choosing.one(self._setting, value, where=param.opts[0] if param else self._setting)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """What the shell offers: the possible values, or folders."""
        from click.shell_completion import CompletionItem

        if self._setting in _FOLDERS:
            return [CompletionItem(incomplete, type="dir")]
        choices = next(f.metadata["choices"] for f in dataclasses.fields(Settings) if f.name == self._setting)
        return [CompletionItem(choice) for choice in choices if choice.startswith(incomplete)]


def _say_who_sees(settings: Settings, given: dict[str, Any]) -> None:
    """Where the store, or an exported file that is named, can be read by others, say so once to whoever looks after it."""
    if click.get_current_context().info_name not in KEEPERS:
        return
    from askcorpus.cli import screen

    for place in (settings.store, given.get("file")):
        wide = seen_by_others(Path(place), settings) if isinstance(place, str) else None
        if wide is not None:
            screen.say(wide)


def settings_options(*names: str, find_store: bool = True) -> Callable[[Command], Command]:
    """Add an option for each named field of Settings; the command gets one `settings` argument with all of them in force.

    Flags win over ASKCORPUS_* variables, which win over askcorpus.toml, which wins over the defaults. Without `find_store`, as a
    command has it that makes a store, none is looked for in the folders above.
    """
    settings_fields = {f.name: f for f in dataclasses.fields(Settings)}

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def with_settings(**given: Any) -> Any:
            flags = {name: given.pop(name) for name in names}
            refuse_unknown_variables()
            settings = choosing.load(chosen_ones(flags), find_store=find_store)
            if "store" in names:
                if "folder" not in names:  # `add` writes for others, too: into the folder of articles
                    keep_private(settings)
                _say_who_sees(settings, given)
            try:
                return command(settings=settings, **given)
            except AskcorpusError as error:
                raise as_typed(error, settings) from error

        wrapped: Command = with_settings
        for name in reversed(names):
            field = settings_fields[name]
            flags = _SHORT.get(name, ("--" + name.removeprefix("telegram_").removeprefix("server_").replace("_", "-"),))
            kind, many = kind_of(name)
            flag = {"is_flag": True} if kind is bool else {"type": SettingType(name)}
            default = "none" if field.default in (None, ()) else field.default
            variable = ENVIRONMENT_PREFIX + name.upper()
            text = f"{field.metadata['help']}  [env: {variable}; default: {default}]"
            wrapped = click.option(*flags, name, **flag, multiple=many, default=None, help=text)(wrapped)
        return wrapped

    return decorate


def as_typed(error: AskcorpusError, settings: Settings) -> AskcorpusError:
    """The error, its command naming the folder of articles where that is known, so that it works as it stands."""
    import shlex

    if FOLDER not in str(error).split():
        return error
    return type(error)(str(error).replace(f" {FOLDER} ", f" {shlex.quote(known_folder(settings))} "))


def known_folder(settings: Settings) -> str:
    """The folder that the store was last brought up to date with, else that of the settings where it is there, else FOLDER."""
    from askcorpus.indexing.report import folder_of

    last = folder_of(Path(settings.store))
    if last is not None:
        return last
    return settings.folder if Path(settings.folder).is_dir() else FOLDER


def chosen_ones(flags: dict[str, Any]) -> dict[str, Any]:
    """Of the flags those that were given."""
    return {name: value for name, value in flags.items() if value is not None and value != ()}


def unknown_variables() -> tuple[str, ...]:
    """The ASKCORPUS_* variables that nothing reads; the commands' own options are looked at where no setting has the name."""
    strange = {name for name, value in os.environ.items() if name.startswith(ENVIRONMENT_PREFIX) and value}
    strange -= {ENVIRONMENT_PREFIX + name for name in (*map(str.upper, choosing.names()), *OTHER_VARIABLES)}
    return tuple(sorted(strange - set(_of_commands()))) if strange else ()


def refuse_unknown_variables() -> None:
    """Raise SettingsError where a variable would be passed over in silence."""
    unknown = unknown_variables()
    if unknown:
        raise SettingsError(f"no such variable: {', '.join(unknown)}. {like_variable(unknown[0])}")


def like_variable(unknown: str) -> str:
    """Which variable was meant, or which there are."""
    own = (name.removeprefix(ENVIRONMENT_PREFIX) for name in _of_commands())
    known = {*map(str.upper, choosing.names()), "CACHE", *own}
    return choosing.closest(unknown.removeprefix(ENVIRONMENT_PREFIX), tuple(known), prefix=ENVIRONMENT_PREFIX)


def _of_commands() -> tuple[str, ...]:
    """The variables that only a command's own option reads."""
    context = click.get_current_context(silent=True)
    if context is None or not isinstance(group := context.find_root().command, click.Group):
        return ()
    commands = (group.get_command(context, name) for name in group.list_commands(context))
    options = (option for command in commands if command for option in command.params)
    return tuple(option.envvar for option in options if isinstance(option.envvar, str))
