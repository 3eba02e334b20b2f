"""What does `askcorpus man` do?  Prints the manual page, made of the commands' own help texts."""

from __future__ import annotations

import click

FILES = (
    ("askcorpus.toml", "Settings: in the working folder, a folder above it inside the home folder, or the user's folder of settings."),
    ("embeddings/", "The store, unless another one is named."),
)  # fmt: skip


@click.command("man")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Print the manual page, for man: askcorpus man > ~/.local/share/man/man1/askcorpus.1"""
    group = ctx.find_root().command
    assert isinstance(group, click.Group)
    click.echo(page(group))


def page(group: click.Group) -> str:
    """The manual page in the macros of man(7)."""
    from importlib.metadata import version

    root = click.Context(group, info_name="askcorpus")
    title, _, rest = _paragraphs(group.help or "").partition("\n.PP\n")
    lines = [
        f'.TH ASKCORPUS 1 "" "askcorpus {version("askcorpus")}"',
        ".SH NAME", f"askcorpus \\- {title}",
        ".SH SYNOPSIS", ".B askcorpus", "\\fICOMMAND\\fR [\\fIOPTIONS\\fR]",
        ".SH DESCRIPTION", rest, *_options(group, root),
        ".SH COMMANDS",
    ]  # fmt: skip
    for name in group.list_commands(root):
        command = group.get_command(root, name)
        assert command is not None, name
        context = click.Context(command, parent=root, info_name=name)
        usage = " ".join(command.collect_usage_pieces(context))
        lines += [".SS " + _safe(f"askcorpus {name} {usage}"), _paragraphs(command.help or "")]
        lines += _options(command, context)
    lines.append(".SH FILES")
    for file, meaning in FILES:
        lines += [".TP", f".B {_safe(file)}", _safe(meaning)]
    return "\n".join(lines)


def _options(command: click.Command, context: click.Context) -> list[str]:
    """The options, each with its help; --help, which all have, is left out."""
    lines = []
    for option in command.get_params(context):
        record = option.get_help_record(context) if isinstance(option, click.Option) else None
        if record is not None and "--help" not in option.opts:
            lines += [".TP", f".B {_safe(record[0])}", _safe(" ".join(record[1].split()))]
    return lines


def _paragraphs(text: str) -> str:
    """A help text, a paragraph each after a .PP; what it keeps as lines stays lines."""
    parts = [part.strip("\n") for part in text.split("\n\n")]
    shown = []
    for part in parts:
        if part.lstrip().startswith("\b"):
            lines = [line.strip() for line in part.lstrip().removeprefix("\b").strip("\n").splitlines()]
            shown.append("\n".join((".nf", *map(_safe, lines), ".fi")))
        else:
            shown.append(_safe(" ".join(part.split())))
    return "\n.PP\n".join(shown)


def _safe(text: str) -> str:
    """Text that troff prints as it is."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\`").replace("'", "\\(aq")
    return f"\\&{escaped}" if escaped.startswith(".") else escaped
