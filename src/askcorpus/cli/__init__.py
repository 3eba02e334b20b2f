"""Front door 1: what does `askcorpus …` do?  One file per command; a command's file is read only when it is called."""

from __future__ import annotations

import errno
import importlib
import io
import os
import pkgutil
import sys
from contextlib import suppress
from typing import NoReturn

import click

from askcorpus.errors import AskcorpusError, SettingsError, UsageError

_NOT_COMMANDS = frozenset({"narrowing", "options", "prompt", "runs", "screen", "version"})
EXIT_ERROR, EXIT_USAGE = 1, 2
"""3, no answer found, is told by `ask` alone."""
EXIT_INTERRUPTED = 130  # as shells have it: 128 and the number of SIGINT


class LazyCommands(click.Group):
    """Finds the commands by their file names, so that `--help` of one never imports another."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, by name."""
        modules = (module.name for module in pkgutil.iter_modules(__path__))
        return sorted(name.rstrip("_").replace("_", "-") for name in modules if name not in _NOT_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        file = f"{cmd_name}_" if cmd_name == "import" else cmd_name.replace("-", "_")
        module = importlib.import_module(f"{__name__}.{file}")
        command = module.command
        assert isinstance(command, click.Command)
        return command


def _print_version(ctx: click.Context, option: click.Parameter, wanted: bool) -> None:
    """One line, or with -v all that a bug report needs."""
    if wanted and not ctx.resilient_parsing:
        from askcorpus.cli import version

        click.echo(version.long() if ctx.params.get("verbose") else version.short())
        ctx.exit()


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", is_flag=True, is_eager=True, help="With --version: what a bug report should say.")
@click.option("--version", is_flag=True, expose_value=False, callback=_print_version, help="Show the version and exit.")
def commands(verbose: bool) -> None:
    """Ask a folder of news articles; get back verbatim, cited sentences, or an honest "not found".

    Every option can also be set in askcorpus.toml or as an ASKCORPUS_* variable.
    Exit status: 0 done, 1 an error, 2 wrong usage, 3 no answer found.
    """


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line; the one place that turns errors into a line and an exit status."""
    if sys.stdout is None:  # closed, by `>&-`: only who has an answer to write fails
        while (place := os.open(os.devnull, os.O_RDWR)) < 3:
            pass  # no file of ours may be taken for an output
        os.close(place)
        sys.stdout = _Closed()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a C locale must not turn a quote into a traceback
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        status = commands.main(args=arguments, prog_name="askcorpus", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        status = exit_.exit_code
    except click.ClickException as error:
        from askcorpus.cli.screen import without_token
        from askcorpus.language.characters import harmless

        told = io.StringIO()
        error.show(file=told)  # names arguments, which may be files of others, or a token in the wrong place
        with suppress(OSError):  # there is nobody left to be told
            click.echo(harmless(without_token(told.getvalue())), nl=False, err=True)
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)  # noqa: T201  # the edge that talks to the user
        status = EXIT_INTERRUPTED
    except AskcorpusError as error:
        _complain(error)
        status = EXIT_USAGE if isinstance(error, UsageError | SettingsError) else EXIT_ERROR
    except OSError as error:
        status = _unwritten(error)
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        status = _unwritten(error)
    sys.exit(status if isinstance(status, int) else 0)


class _Closed(io.TextIOBase):
    """An output that is not there."""

    def write(self, text: str) -> int:
        """Fails as a closed file would."""
        if text:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return 0


def _complain(error: object) -> None:
    from askcorpus.cli.screen import complain

    with suppress(OSError):  # there is nobody left to be told
        complain(error)


def _unwritten(error: OSError) -> int:
    """Say what could not be written or read, in one line; of a reader who has left (`askcorpus ask … | head`) nothing."""
    if not isinstance(error, BrokenPipeError):
        _complain(f"{error.filename or 'the output cannot be written'}: {error.strerror or error}")
    with suppress(
        OSError, ValueError, AttributeError
    ):  # what still waits in the stream would be tried again at the end
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    return EXIT_ERROR
