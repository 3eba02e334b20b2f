from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from standin import TOKEN

ROOT = Path(__file__).parents[2]
DOORS = {"bot.py": [str(ROOT / "bot.py")], "askcorpus bot": ["-m", "askcorpus", "bot"]}


def start(door, folder, *flags, **variables):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("ASKCORPUS_")}
    command = [sys.executable, *DOORS[door], *flags]
    return subprocess.run(
        command, cwd=folder, env=clean | variables, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.parametrize("door", DOORS)
def test_without_a_token_it_says_in_one_line_where_to_get_one(door, tmp_path):
    done = start(door, tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("askcorpus: No bot token. Get one from @BotFather")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("door", DOORS)
def test_without_a_store_it_says_so_and_leaves_nothing_behind(door, tmp_path):
    done = start(door, tmp_path, "--store", "nowhere", ASKCORPUS_TELEGRAM_TOKEN=TOKEN)
    assert (done.returncode, done.stdout) == (1, "")
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr
    assert TOKEN.partition(":")[2] not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_help_names_the_webhook_and_never_takes_the_token_as_a_flag(tmp_path):
    help = start("bot.py", tmp_path, "--help").stdout
    for flag in ("--webhook", "--health-port", "--admins", "--allowed", "--token-file", "--base-url"):
        assert flag in help
    assert "--token " not in help
