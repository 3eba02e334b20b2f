from __future__ import annotations

import contextlib
import re
import sqlite3
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from standin import PATIENCE_S

from askcorpus.errors import StoreError
from askcorpus.rendering.telegram import day
from askcorpus.rendering.wording import texts
from askcorpus.telegram.state import State
from askcorpus.telegram.state.tables import STEPS
from askcorpus.telegram.texts import PACKAGE, languages, plain, say, speaker


def test_every_text_is_as_short_as_telegram_wants_it():
    """core.telegram.org/bots/api: an alert has 200 characters, a command's description 256, a message 4096."""
    too_long = []
    for code in languages():
        for key, text in texts(PACKAGE, code).items():
            limit = 200 if key.endswith("_alert") else 256 if key.startswith("menu_") else 4000
            forms = [text] if isinstance(text, str) else text.values()
            too_long += [(code, key) for form in forms if len(form) > limit]
    assert too_long == []


def test_a_command_within_a_text_from_right_to_left_keeps_its_stroke_in_front():
    """A stroke has no direction of its own: without a mark it stands behind the command on the screen."""
    unmarked = re.compile(r"(?<![\u200e<\w/:])/(?=[a-z{])")
    for code in ("ar", "fa"):
        told = [
            form
            for text in texts(PACKAGE, code).values()
            for form in ([text] if isinstance(text, str) else text.values())
        ]
        assert [text for text in told if unmarked.search(text)] == []


def test_every_language_has_twelve_months_and_writes_a_day_as_its_readers_do():
    assert {len(plain(code, "months").split()) for code in languages()} == {12}
    said = {code: day("2025-03-04T08:00:00Z", speaker(code)) for code in languages()}
    assert said == {
        "ar": "4 مارس 2025", "de": "4. März 2025", "en": "4 March 2025", "es": "4 de marzo de 2025", "fr": "4 mars 2025",
        "pt": "4 de março de 2025", "ru": "4 марта 2025", "tr": "4 Mart 2025", "uk": "4 березня 2025",
        "fa": "4 مارس 2025", "id": "4 Maret 2025", "sw": "4 Machi 2025", "tt": "2025 ел, 4 март", "zh": "2025年3月4日",
    }  # fmt: skip


def test_every_button_fits_its_place_on_a_phone():
    """360 pixels: half a row holds 21 letters, a row 42; a Chinese sign is as wide as two."""
    too_wide = []
    for code in languages():
        for key in texts(PACKAGE, code):
            if key.endswith("_button") or key == "language_name":
                text = plain(code, key, **({"n": 10} if "{n}" in str(texts(PACKAGE, code)[key]) else {}))
                width = sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text)
                if width > (21 if key in ("passage_button", "language_name") else 42):
                    too_wide.append((code, key, width))
    assert too_wide == []


def test_every_text_is_html_that_telegram_reads():
    wrong = []
    for code in languages():
        for key, text in texts(PACKAGE, code).items():
            for form in [text] if isinstance(text, str) else text.values():
                tags = re.findall(r"</?[^>]*>", form)
                plain_text = key.endswith(("_alert", "_button")) or key.startswith("menu_")
                paired = all(
                    opening == f"<{closing[2:]}" for opening, closing in zip(tags[::2], tags[1::2], strict=True)
                )
                if (plain_text and tags) or not paired or not set(tags) <= {"<b>", "</b>", "<i>", "</i>"}:
                    wrong.append((code, key))
    assert wrong == []


def test_every_language_names_the_same_commands():
    def commands(text):
        return sorted(re.findall(r"/[a-z]+", text if isinstance(text, str) else text["other"]))

    for code in languages():
        differ = [
            key
            for key, text in texts(PACKAGE, code).items()
            if commands(re.sub(r"</\w>", "", str(text)))
            != commands(re.sub(r"</\w>", "", str(texts(PACKAGE, "en")[key])))
        ]
        assert differ == [], code


def test_what_is_filled_in_is_escaped_as_html_but_not_in_alerts():
    assert say("en", "index_failed", reason="<b>&") == "<b>The articles could not be indexed.</b>\n&lt;b&gt;&amp;"
    assert plain("fr", "passage_button", n=1) == "1 Voir le passage"
    assert plain("tlh", "more_button") == plain(None, "more_button") == "More sources"


def test_what_is_counted_takes_the_form_of_the_language():
    told = [say("ar", "independent", n=n) for n in (2, 3, 11)]
    assert told == ["<i>يرويه مصدران مستقلان.</i>", "<i>ترويه 3 مصادر مستقلة.</i>", "<i>يرويه 11 مصدرًا مستقلًا.</i>"]


def test_a_memory_of_another_version_or_no_database_at_all_is_an_error_that_says_what_to_do(tmp_path):
    newer, broken = tmp_path / "newer", tmp_path / "broken"
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    broken.write_bytes(b"no database, but longer than nothing " * 50)
    for path in (newer, broken, tmp_path / "no" / "folder"):
        with pytest.raises(StoreError, match="Move it away"):
            State(path)


def test_those_that_begin_a_memory_at_once_have_the_same(tmp_path):
    persons = range(8)

    def opened(path: Path, together: threading.Barrier, person: int) -> None:
        together.wait(PATIENCE_S)
        with State(path) as state:
            state.set_role(person, "user", by=None)

    with ThreadPoolExecutor(len(persons)) as pool:
        for number in range(80):  # that two meet where SQLite lets nobody wait is rare
            begin = partial(opened, tmp_path / str(number), threading.Barrier(len(persons)))
            assert [*pool.map(begin, persons)] == [None] * len(persons)
            with State(tmp_path / str(number)) as state:
                assert sorted(state.users()) == [*persons]


def test_the_memory_can_be_read_by_its_owner_only(tmp_path):
    with State(tmp_path / "t") as state:
        assert (tmp_path / "t").stat().st_mode & 0o777 == 0o600
        assert state.role(1) is None


def test_the_memory_of_an_older_bot_is_brought_up_to_date_and_loses_nothing(tmp_path):
    with sqlite3.connect(tmp_path / "t") as db:
        db.executescript(f"{STEPS[0]} INSERT INTO member VALUES (22, 'user', 11, 0); PRAGMA user_version=1;")
    db.close()
    with State(tmp_path / "t") as state:
        assert state.role(22) == "user"
        state.speak(22, "tt")
        assert state.spoken(22, "en") == "tt"


def test_questions_that_an_older_version_saved_go_on_from_where_all_were_looked_at(tmp_path):
    path = tmp_path / "t"
    with contextlib.closing(sqlite3.connect(path)) as db:
        steps = "".join(STEPS[step] for step in range(3))
        watch = """INSERT INTO watch VALUES ('id', 11, 11, NULL, 'en', 'A?', '{"rivals": [7], "since": 2}', 0)"""
        db.executescript(f"{steps} {watch}; INSERT INTO note VALUES ('looked', '5'); PRAGMA user_version=3;")
    with State(path) as state:
        [saved] = state.watches.every()
        assert (saved.question, saved.rivals, saved.heard, saved.since) == ("A?", (), (), None)
        assert (state.watches.looked(), state.watches.behind(5), state.watches.behind(6)) == (5, False, True)
