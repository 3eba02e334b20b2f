"""Do the recipes for running the bot as a service hold?"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from people import TOKEN

from askcorpus.errors import SettingsError
from askcorpus.settings import Settings
from askcorpus.telegram.secrecy import read_token

ROOT = Path(__file__).parents[2]


def printed(folder: Path) -> str:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("ASKCORPUS_")}
    done = subprocess.run(
        [sys.executable, "-m", "askcorpus", "bot", "--print-systemd"],
        cwd=folder, env=clean, capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize(
    ("name", "plain", "word"),
    [
        ("askcorpus", "askcorpus", "{}/askcorpus"),
        # systemd takes WorkingDirectory= as it stands; in ReadWritePaths= it undoes quotes, and no \\x20.
        (r"it's 100% of \ news", r"it's 100%% of \ news", r'"{}/it' + r"'s 100%% of \\ news" + '"'),
    ],
)
def test_the_unit_is_for_this_folder_and_systemd_accepts_it(tmp_path: Path, name: str, plain: str, word: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    unit = printed(folder)
    assert f"ExecStart={sys.executable} -m askcorpus bot" in unit
    lines = unit.splitlines()
    assert f"WorkingDirectory={tmp_path}/{plain}" in lines
    assert f"ReadWritePaths={word.format(tmp_path)}" in lines
    assert "LoadCredential=token:/etc/askcorpus/token" in lines
    assert TOKEN not in unit
    assert list(folder.iterdir()) == []
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here")
    (tmp_path / "askcorpus-bot.service").write_text(unit, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "askcorpus-bot.service")],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    complaints = [line for line in (done.stdout + done.stderr).splitlines() if "askcorpus-bot.service" in line]
    assert (done.returncode, complaints) == (0, [])


def test_the_documented_unit_has_the_same_lines() -> None:
    from askcorpus.telegram.service import _UNIT

    shown = re.search(
        r"(?s)    \[Unit\]\n.*?WantedBy=multi-user.target", (ROOT / "docs/telegram.md").read_text("utf-8")
    )
    assert shown is not None
    keys = [line.strip().partition("=")[0] for line in shown[0].splitlines() if line.strip()]
    assert keys == [line.partition("=")[0] for line in _UNIT.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize(("mode", "accepted"), [(0o400, True), (0o440, True), (0o444, False), (0o460, False)])
def test_a_credential_of_systemd_may_be_read_by_its_group_which_is_its_access_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, accepted: bool
) -> None:
    """Since 254 systemd gives the service's user access by an ACL, whose mask shows as the group's bits."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "token").write_text(TOKEN, "utf-8")
    (tmp_path / "token").chmod(mode)
    settings = Settings(telegram_token_file=str(tmp_path / "token"))
    if accepted:
        assert read_token(settings) == TOKEN
    else:
        with pytest.raises(SettingsError, match="can be read by others"):
            read_token(settings)


def test_elsewhere_a_token_that_its_group_can_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "other"))
    (tmp_path / "token").write_text(TOKEN, "utf-8")
    (tmp_path / "token").chmod(0o440)
    with pytest.raises(SettingsError, match="can be read by others"):
        read_token(Settings(telegram_token_file=str(tmp_path / "token")))


def test_the_image_runs_as_nobody_special_and_holds_no_token() -> None:
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["1000"]
    assert [line for line in lines if line.startswith("HEALTHCHECK ")]
    assert not [line for line in lines if re.match(r"(ARG|ENV)\b.*TOKEN(?!_FILE)", line)]
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ")]
    assert copied == [["constraints.txt"], ["."]]  # and of "." only what .dockerignore lets in
    ignored = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert ignored[0] == "*"
    let_in = [line[1:] for line in ignored if line.startswith("!")]
    assert let_in == ["pyproject.toml", "constraints.txt", "README.md", "LICENSE", "src"]


def test_nothing_of_the_program_is_left_out_of_the_image() -> None:
    """docs.docker.com/build/concepts/context: of all patterns that fit, the last one counts."""
    patterns = [
        (line.lstrip("!"), line[0] == "!")
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line[:1] not in "#"
    ]

    def let_in(path: str) -> bool:
        fits = [
            kept for pattern, kept in patterns
            if re.fullmatch(re.escape(pattern).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*") + "(/.*)?", path)
        ]  # fmt: skip
        return bool(fits) and fits[-1]

    files = [path.relative_to(ROOT).as_posix() for path in (ROOT / "src" / "askcorpus").rglob("*") if path.is_file()]
    assert [file for file in files if not let_in(file) and "__pycache__" not in file] == []
    assert [
        file for file in ("token", "src/token", "src/a.token", "docs/telegram.md", "src/askcorpus.toml") if let_in(file)
    ] == []


def test_what_outlives_the_image_can_be_written_by_whoever_runs_it() -> None:
    made = (ROOT / "Dockerfile").read_text("utf-8")
    assert "mkdir -p /data/.home" in made  # else the volume there is root's
    assert "chmod 1777 /data/.home" in made


def test_the_composed_service_is_closed_and_keeps_what_must_outlive_it() -> None:
    composed = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    bot = composed["services"]["bot"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert bot["security_opt"] == ["no-new-privileges:true"]
    assert "environment" not in bot  # no token among the variables, which `docker inspect` shows
    assert composed["secrets"] == {"token": {"file": "./token"}}
    assert [volume.split(":")[1] for volume in bot["volumes"]] == ["/data/articles", "/data/embeddings", "/data/.home"]
    assert bot["logging"]["options"]["max-file"] == "5"
