from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rounds
from hypothesis import strategies as st

from askcorpus.errors import SettingsError
from askcorpus.settings import ENVIRONMENT_PREFIX, SETTINGS_FILE, Settings, load

NAMES = [f.name for f in dataclasses.fields(Settings)]


def write(folder: Path, text: str) -> Path:
    (folder / SETTINGS_FILE).write_text(text, "utf-8")
    return folder


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    assert load(directory=tmp_path) == Settings()


def test_flags_win_over_variables_and_variables_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path, 'k = 5\nstore = "of the file"\nfolder = "of the file"\n')
    monkeypatch.setenv("ASKCORPUS_K", "7")
    monkeypatch.setenv("ASKCORPUS_STORE", "of the variable")
    chosen = load({"k": 9}, directory=folder)
    assert (chosen.k, chosen.store, chosen.folder) == (9, "of the variable", "of the file")


def test_a_table_of_the_file_is_a_prefix(tmp_path: Path) -> None:
    chosen = load(directory=write(tmp_path, "[telegram]\nallowed = [1, 2]\nwatch = false\n"))
    assert (chosen.telegram_allowed, chosen.telegram_watch) == ((1, 2), False)


def test_an_empty_variable_counts_as_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKCORPUS_K", "")
    assert load(directory=tmp_path).k == Settings().k


@pytest.mark.parametrize(
    ("variable", "value", "field", "expected"),
    [
        ("ASKCORPUS_TELEGRAM_ALLOWED", "1, 2 -100", "telegram_allowed", (1, 2, -100)),
        ("ASKCORPUS_TELEGRAM_WATCH", "No", "telegram_watch", False),
        ("ASKCORPUS_TELEGRAM_WATCH", " on ", "telegram_watch", True),
        ("ASKCORPUS_THRESHOLD", "0.5", "threshold", 0.5),
        ("ASKCORPUS_MAX_FILE_MB", "3", "max_file_mb", 3.0),
        ("ASKCORPUS_STORE", "ein Ordner/für alles", "store", "ein Ordner/für alles"),
    ],
)
def test_a_variable_is_read_as_its_setting_means_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, field: str, expected: Any
) -> None:
    monkeypatch.setenv(variable, value)
    assert getattr(load(directory=tmp_path), field) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour = 1", "colour"),
        ('k = "three"', "k must be int"),
        ("k = true", "k must be int"),
        ("k = 1.5", "k must be int"),
        ('telegram_allowed = ["me"]', "list of int"),
        ("telegram_allowed = 7", "list of int"),
        ("k = ", "cannot be read"),
        ("\x00", "cannot be read"),
    ],
)
def test_what_the_file_cannot_mean_is_an_error_that_names_it(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as raised:
        load(directory=write(tmp_path, text))
    assert SETTINGS_FILE in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("ASKCORPUS_K", "three"), ("ASKCORPUS_TELEGRAM_WATCH", "perhaps"), ("ASKCORPUS_TELEGRAM_ALLOWED", "1,x")],
)
def test_a_variable_that_cannot_be_understood_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable):
        load(directory=tmp_path)


def test_the_token_is_never_shown(tmp_path: Path) -> None:
    chosen = load({"telegram_token": "12345:secret"}, directory=tmp_path)
    assert "secret" not in repr(chosen)
    assert chosen.telegram_token == "12345:secret"


def test_every_setting_has_help_that_ends_its_sentence() -> None:
    assert [
        f.name for f in dataclasses.fields(Settings) if not f.metadata["help"].strip().endswith((".", ":8081"))
    ] == []


TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\n", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20
)


@rounds(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    store=TEXT,
    k=st.integers(1, 10**6),
    threshold=st.floats(0, 1),
    allowed=st.lists(st.integers(-(10**12), 10**12), max_size=4),
    watch=st.booleans(),
)
def test_what_is_written_to_the_file_or_a_variable_is_read_back(
    tmp_path: Path, store: str, k: int, threshold: float, allowed: list[int], watch: bool
) -> None:
    quoted = store.replace("\\", "\\\\").replace('"', '\\"')
    text = f'store = "{quoted}"\nk = {k}\nthreshold = {threshold!r}\ntelegram_allowed = {allowed}\ntelegram_watch = {str(watch).lower()}\n'
    expected = Settings(store=store, k=k, threshold=threshold, telegram_allowed=tuple(allowed), telegram_watch=watch)
    assert load(directory=write(tmp_path, text)) == expected
    (tmp_path / SETTINGS_FILE).unlink()
    with pytest.MonkeyPatch.context() as environment:
        for name in ("store", "k", "threshold", "telegram_watch"):
            environment.setenv(ENVIRONMENT_PREFIX + name.upper(), str(getattr(expected, name)))
        environment.setenv("ASKCORPUS_TELEGRAM_ALLOWED", ",".join(map(str, allowed)))
        assert load(directory=tmp_path) == expected


def test_settings_with_a_token_that_others_can_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "askcorpus.toml").write_text('[telegram]\ntoken = "123456:secret"\n')
    (tmp_path / "askcorpus.toml").chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600") as refused:
        load(directory=tmp_path)
    assert "secret" not in str(refused.value)
    (tmp_path / "askcorpus.toml").chmod(0o600)
    assert load(directory=tmp_path).telegram_token == "123456:secret"
