"""What `askcorpus config` shows, and what becomes of a variable that nothing reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from askcorpus.cli import main
from askcorpus.settings import names


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command line in an empty folder: exit status, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[Any, str, str]:
        with pytest.raises(SystemExit) as left:
            main([*arguments])
        captured = capsys.readouterr()
        return left.value.code, captured.out, captured.err

    return run


def test_config_shows_each_value_and_where_it_comes_from(
    here: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "askcorpus.toml").write_text("k = 5\n[telegram]\nallowed = [1, 2]\n")
    monkeypatch.setenv("ASKCORPUS_THRESHOLD", ".25")
    status, out, err = here("config")
    lines = [line.split(maxsplit=1) for line in out.splitlines()]
    shown = dict(lines)
    assert (status, err, [name for name, _ in lines]) == (0, "", ["file", *names()])
    assert (shown["file"], shown["k"]) == ("askcorpus.toml", "5  (askcorpus.toml)")
    assert shown["threshold"] == "0.25  (ASKCORPUS_THRESHOLD)"
    assert shown["telegram_allowed"] == "[1, 2]  (askcorpus.toml)"
    assert (shown["feeds"], shown["telegram_watch"]) == ("[]  (default)", "true  (default)")
    told = json.loads(here("config", "--json")[1])
    assert told["settings"]["k"] == {"value": 5, "from": "askcorpus.toml"}
    assert (told["file"], told["unknown_variables"]) == ("askcorpus.toml", [])


def test_config_shows_no_secret(here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKCORPUS_TELEGRAM_TOKEN", "open sesame")
    monkeypatch.setenv("ASKCORPUS_TELEGRAM_PROXY", "http://me:sesame@proxy.example")
    for arguments in (["config"], ["config", "--json"]):
        status, out, err = here(*arguments)
        assert status == 0
        assert "sesame" not in out + err
        assert "ASKCORPUS_TELEGRAM_TOKEN" in out


def test_a_variable_that_nothing_reads_is_an_error_that_names_the_one_meant(
    here: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASKCORPUS_TRESHOLD", "0.5")
    told = "ASKCORPUS_TRESHOLD. Did you mean ASKCORPUS_THRESHOLD?\n"
    assert here("status") == (2, "", f"askcorpus: no such variable: {told}")
    status, out, err = here("config")
    assert (status, err) == (2, f"askcorpus: nothing reads the variable {told}")
    assert "threshold" in out
    monkeypatch.setenv("ASKCORPUS_TRESHOLD", "")  # counts as absent
    assert here("config")[0] == 0
    monkeypatch.setenv("ASKCORPUS_XYZZY", "1")
    _, _, err = here("status")
    assert "Known: ASKCORPUS_ASKED, ASKCORPUS_CACHE, " in err
    assert "ASKCORPUS_STORE, ASKCORPUS_TELEGRAM_ADDERS, " in err


def test_what_only_a_commands_option_reads_is_known_to_all(here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKCORPUS_SINCE", "2025")
    monkeypatch.setenv("ASKCORPUS_SEED", "1")
    monkeypatch.setenv("ASKCORPUS_CACHE", "/nowhere")
    status, _, err = here("status")
    assert (status, err) == (
        1,
        "askcorpus: there is no store at embeddings. Make one: askcorpus index FOLDER --store embeddings\n",
    )
