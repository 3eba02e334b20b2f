from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rounds
from hypothesis import strategies as st

from askcorpus.errors import SettingsError
from askcorpus.settings import ENVIRONMENT_PREFIX, SETTINGS_FILE, STORE_MARK, Settings, chosen, load, one

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


def test_folders_are_a_list_or_a_table_of_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(directory=write(tmp_path, 'folder = "x"\n')).all_folders == ("x",)
    assert load(directory=write(tmp_path, 'folders = ["news", "old"]\n')).all_folders == ("news", "old")
    named = load(directory=write(tmp_path, '[folders]\nnews = "n"\n"Old ones" = "/data/old"\n'))
    assert named.all_folders == ("news=n", "Old ones=/data/old")
    monkeypatch.setenv("ASKCORPUS_FOLDERS", "a, b=c")
    assert load(directory=tmp_path).all_folders == ("a", "b=c")
    with pytest.raises(SettingsError, match=r"folders is \[1\]; it must be a list, each text"):
        load(directory=write(tmp_path, "folders = [1]\n"))


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
        ('k = "three"', "k is 'three'; it must be a whole number of at least 1 and at most 1000"),
        ("k = true", "k is True; it must be a whole number"),
        ("k = 1.5", "k is 1.5; it must be a whole number"),
        ("device = 3", "device is 3; it must be one of auto, cpu"),
        ('telegram_allowed = ["me"]', "it must be a list, each a whole number"),
        ("telegram_allowed = 7", "telegram_allowed is 7; it must be a list"),
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
    st.characters(codec="utf-8", exclude_characters="\x00\n~", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20
)


@rounds(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    store=TEXT,
    k=st.integers(1, 1000),
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


@pytest.mark.parametrize("secret", ['token = "123456:s3cr3t"', 'proxy = "socks5://me:s3cr3t@10.0.0.5:1080"'])
def test_settings_with_a_secret_that_others_can_read_are_refused(tmp_path: Path, secret: str) -> None:
    (tmp_path / "askcorpus.toml").write_text(f"[telegram]\n{secret}\n")
    (tmp_path / "askcorpus.toml").chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600") as refused:
        load(directory=tmp_path)
    assert "s3cr3t" not in str(refused.value)
    (tmp_path / "askcorpus.toml").chmod(0o600)
    assert "s3cr3t" in f"{load(directory=tmp_path).telegram_token}{load(directory=tmp_path).telegram_proxy}"


def test_a_proxy_without_a_password_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "askcorpus.toml").write_text('[telegram]\nproxy = "socks5://10.0.0.5:1080"\n')
    (tmp_path / "askcorpus.toml").chmod(0o644)
    assert load(directory=tmp_path).telegram_proxy == "socks5://10.0.0.5:1080"


# --- where they are looked for


def home_with(monkeypatch: pytest.MonkeyPatch, home: Path, *below: str) -> Path:
    """A folder below this home folder, in which the program is started."""
    folder = home.joinpath(*below)
    folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(folder)
    return folder


def put_store(folder: Path) -> Path:
    """What looks like a store."""
    folder.mkdir(parents=True)
    (folder / STORE_MARK).touch()
    return folder


def test_settings_of_a_parent_hold_and_their_places_are_meant_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home_with(monkeypatch, tmp_path, "news", "2026", "may")
    write(tmp_path / "news", 'k = 5\nfolder = "kept"\nmodel = "a/name"\n[telegram]\ntoken_file = "~/token"\n')
    found = load()
    assert (found.k, found.folder, found.model) == (5, str(tmp_path / "news" / "kept"), "a/name")
    assert (found.store, found.telegram_token_file) == (str(tmp_path / "news" / "embeddings"), str(tmp_path / "token"))
    assert load(find_store=False).store == str(tmp_path / "news" / "embeddings")
    write(tmp_path / "news", '[folders]\nnew = "2026"\nold = "~/archive"\nelse = "/data"\n')
    assert load().all_folders == (f"new={tmp_path / 'news' / '2026'}", f"old={tmp_path / 'archive'}", "else=/data")


def test_the_nearest_file_alone_is_read_and_nothing_above_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "k = 9\n")
    put_store(tmp_path / "embeddings")
    home = tmp_path / "home"
    here = home_with(monkeypatch, home, "news")
    assert load() == Settings()
    write(home, "k = 8\nmax_file_mb = 1\n")
    write(here, "k = 7\n")
    assert (load().k, load().max_file_mb) == (7, 64.0)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "elsewhere"))
    (tmp_path / "inside").mkdir()
    monkeypatch.chdir(tmp_path / "inside")  # of nobody's home: a folder above may be anybody's
    assert load() == Settings()


def test_the_users_own_file_counts_where_no_folder_has_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = home_with(monkeypatch, tmp_path, "news")
    own = tmp_path / "config" / "askcorpus"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(own.parent))
    own.mkdir(parents=True)
    write(own, "k = 6\n")
    assert (load().k, load().folder, load().store) == (6, "articles", "embeddings")
    store = put_store(own / "embeddings")
    assert load().store == str(store)
    put_store(here / "embeddings")
    assert load().store == "embeddings"


def test_a_store_that_is_not_named_is_found_above_but_never_made_into_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home_with(monkeypatch, tmp_path, "news", "may")
    store = put_store(tmp_path / "embeddings")
    assert load().store == str(store)
    assert load(find_store=False).store == load({"store": "embeddings"}).store == "embeddings"
    nearer = put_store(tmp_path / "news" / "embeddings")
    assert load().store == str(nearer)


def test_every_value_says_where_it_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home_with(monkeypatch, tmp_path, "news")
    file = write(tmp_path, 'k = 5\nmode = "dense"\n') / SETTINGS_FILE
    put_store(tmp_path / "embeddings")
    monkeypatch.setenv("ASKCORPUS_MODE", "lexical")
    told = chosen({"threshold": 0.5})
    origins = dict(told.origins)
    assert tuple(origins) == tuple(NAMES)
    assert (origins["k"], origins["mode"], origins["threshold"], origins["device"]) == (
        *(str(file), "ASKCORPUS_MODE", "flag", "default"),
    )
    assert (origins["store"], told.file) == (f"default, found in {tmp_path}", file)


# --- what a value may be


@pytest.mark.parametrize(
    ("name", "text", "value", "wanted"),
    [
        ("k", '"10^20"', "10^20", "a whole number of at least 1 and at most 1000"),
        ("k", "100000000000000000000", "100000000000000000000", "a whole number of at least 1 and at most 1000"),
        ("k", "0", "0", "a whole number of at least 1 and at most 1000"),
        ("threshold", "2", "2", "a number of at least 0 and at most 1"),
        ("threshold", "nan", "nan", "a number of at least 0 and at most 1"),
        ("device", '"banana"', "banana", "one of auto, cpu, torch, cuda, mps"),
        ("mode", '"fuzzy"', "fuzzy", "one of dense, lexical, hybrid"),
        ("precision", '"f64"', "f64", "one of auto, f32, f16, bf16"),
        ("read_timeout_s", "-1", "-1", "a number of at least 0.1 and at most 86400"),
        ("telegram_health_port", "70000", "70000", "a whole number of at least 1 and at most 65535"),
        ("server_per_minute", "2000000", "2000000", "a whole number of at least 1 and at most 1000000"),
        ("llm", '"localhost:11434"', "localhost:11434", "an address that begins with http:// or https://"),
        ("llm", '"ftp://models/v1"', "ftp://models/v1", "an address that begins with http:// or https://"),
        ("llm", '"http://"', "http://", "an address that begins with http:// or https://"),
        ("telegram_base_url", '"http://[::1"', "http://[::1", "an address that begins with http:// or https://"),
        ("feeds", '["news.example/rss"]', "news.example/rss", "an address that begins with http:// or https://"),
        ("store", '""', "", "a path"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_those_that_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: str, wanted: str
) -> None:
    if text != '"10^20"':  # of another kind than the file wants: told above
        with pytest.raises(SettingsError, match=f"{name} is .*; it must be {wanted}"):
            load(directory=write(tmp_path, f"{name} = {text}\n"))
        (tmp_path / SETTINGS_FILE).unlink()
    with pytest.raises(SettingsError, match=f"--flag is .*; it must be {wanted}"):
        one(name, value, where="--flag")
    if value:
        monkeypatch.setenv(ENVIRONMENT_PREFIX + name.upper(), value)
        with pytest.raises(SettingsError, match=f"_{name.upper()} is .*; it must be {wanted}"):
            load(directory=tmp_path)


def test_the_second_card_is_a_device_too() -> None:
    assert one("device", "cuda:1", where="--device") == "cuda:1"


def test_a_key_that_is_nearly_right_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no such setting: treshold\. Did you mean threshold\?"):
        load(directory=write(tmp_path, "treshold = 0.5\n"))


def test_every_default_may_be_chosen() -> None:
    defaults = {name: getattr(Settings(), name) for name in NAMES}
    texts = {name: str(value) for name, value in defaults.items() if value is not None and not isinstance(value, tuple)}
    assert {name: one(name, text, where=name) for name, text in texts.items()} == {n: defaults[n] for n in texts}
