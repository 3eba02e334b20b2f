from __future__ import annotations

import re
import sqlite3

import pytest

from askcorpus.errors import StoreError
from askcorpus.telegram.state import State
from askcorpus.telegram.texts import languages, plain, say


def test_every_language_has_the_same_texts_with_the_same_places_to_fill():
    english = languages()["en"]
    assert {"en", "fr", "ru"} <= set(languages())
    for code, texts in languages().items():
        assert texts.keys() == english.keys(), code
        for key, text in texts.items():
            assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", english[key])), (code, key)
            assert len(text) <= (200 if key.endswith("_alert") else 256 if key.startswith("menu_") else 4000), (
                code,
                key,
            )
        assert len(texts["months"].split()) == 12


def test_what_is_filled_in_is_escaped_as_html_but_not_in_alerts():
    assert say("en", "index_failed", reason="<b>&") == "<b>The articles could not be indexed.</b>\n&lt;b&gt;&amp;"
    assert plain("fr", "passage_button", n=1) == "1 Voir le passage"
    assert plain("tlh", "more_button") == plain(None, "more_button") == "More sources"


def test_a_memory_of_another_version_or_no_database_at_all_is_an_error_that_says_what_to_do(tmp_path):
    newer, broken = tmp_path / "newer", tmp_path / "broken"
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    broken.write_bytes(b"no database, but longer than nothing " * 50)
    for path in (newer, broken, tmp_path / "no" / "folder"):
        with pytest.raises(StoreError, match="Move it away"):
            State(path)


def test_the_memory_can_be_read_by_its_owner_only(tmp_path):
    with State(tmp_path / "t") as state:
        assert (tmp_path / "t").stat().st_mode & 0o777 == 0o600
        assert state.role(1) is None
