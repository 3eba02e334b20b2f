"""`askcorpus inspect` and `askcorpus add`, as they are typed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import sample_files as files
import web_server
from click.testing import CliRunner

from askcorpus.cli.add import command as add_command
from askcorpus.cli.inspect import command as inspect_command
from askcorpus.errors import AskcorpusError, UsageError

SAMPLE = Path(__file__).parents[2] / "articles" / "daybrief-2025-03-14.txt"


def run(command: object, *arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False, env={"COLUMNS": "160"})  # type: ignore[arg-type]
    assert result.exit_code == 0
    return result.stdout


def test_inspect_shows_articles_and_beside_them_what_was_thrown_away() -> None:
    shown = run(inspect_command, str(SAMPLE))
    for told in ("Strike halts trams in Lesna for a second day", "Highland Business Daily", "2025-03-13", "passage 1"):
        assert told in shown
    line = next(line for line in shown.split("\n") if "No comments yet" in line)
    assert line.index("No comments yet") > 80  # in the right-hand column


def test_inspect_prints_one_json_object() -> None:
    told = json.loads(run(inspect_command, str(SAMPLE), "--json"))
    assert len(told["articles"]) == 4
    first = told["articles"][0]
    assert {"text": "No comments yet...", "reason": "no comments"} in first["thrown_away"]
    start, end = first["passages"][0]
    assert first["text"][start:end].startswith("The bank lowered its rate")


def test_inspect_names_what_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(bytes(range(256)) * 9)
    os.mkfifo(tmp_path / "b.txt")
    assert "skipped: binary data, not text" in run(inspect_command, str(tmp_path / "a.txt"))
    assert "skipped: not a regular file" in run(inspect_command, str(tmp_path / "b.txt"))


@pytest.mark.parametrize(
    ("name", "said"), [("gone.txt", "no such file"), ("a.png", "not a kind of file"), (".", "is a folder")]
)
def test_inspect_of_what_is_no_file_of_articles_is_wrong_usage(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    with pytest.raises(UsageError, match=said):
        run(inspect_command, str(tmp_path / name))


def test_add_without_anything_to_add_is_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="nothing to add"):
        run(add_command)
    with pytest.raises(UsageError, match="there are no feeds"):
        run(add_command, "--feeds")


def test_add_that_adds_nothing_is_an_error_and_leaves_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AskcorpusError, match="nothing could be added"):
        run(add_command, "http://127.0.0.1:9/a", "--folder", str(tmp_path / "news"))
    assert [p.name for p in (tmp_path / "news").iterdir() if not p.name.startswith(".")] == []


def test_add_says_when_robots_txt_is_not_asked(tmp_path: Path) -> None:
    server, thread = web_server.started()
    server.pages |= {"/robots.txt": (200, {}, b"User-agent: *\nDisallow: /"), "/a": web_server.html("A page")}
    arguments = [web_server.url(server, "/a"), "--folder", str(tmp_path), "--allow-private", "--ignore-robots"]
    before = os.umask(0o027)
    try:
        result = CliRunner().invoke(add_command, arguments, catch_exceptions=False)
    finally:
        os.umask(before)
        web_server.stop(server, thread)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*.html")} == {0o640}  # it is for others, too
    assert result.stdout.startswith("added     http://127.0.0.1:")
    assert result.stderr == "robots.txt is not asked (--ignore-robots)\n"
    assert server.asked_robots == []


def test_what_a_server_says_cannot_steer_the_terminal(tmp_path: Path) -> None:
    server = web_server.Scripted([b"HTTP/1.1 500 \x1b]0;owned\x07\x1b[31mred\r\nContent-Length: 0\r\n\r\n"])
    arguments = [f"http://127.0.0.1:{server.port}/", "--folder", str(tmp_path), "--allow-private", "--ignore-robots"]
    try:
        result = CliRunner().invoke(add_command, arguments)
    finally:
        server.close()
    assert "the server answered 500 ]0;owned[31mred" in result.stdout
    assert "\x1b" not in result.stdout


def test_a_title_with_markup_is_shown_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        files.PLAIN.replace(files.TITLE, "[bold]Harbour[/bold] and [link]"), encoding="utf-8"
    )
    assert "[bold]Harbour[/bold] and [link]" in run(inspect_command, str(tmp_path / "a.txt"))
