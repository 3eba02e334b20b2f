from __future__ import annotations

import re
import sqlite3

import pytest

from askcorpus.errors import StoreError
from askcorpus.question.followup import goes_on, what_goes_before
from askcorpus.telegram.state import State
from askcorpus.telegram.texts import languages, plain, say


@pytest.mark.parametrize(
    "question",
    [
        *(
            "And its second phase?",
            "When?",
            "why",
            "How many exactly?",
            "What about the cost?",
            "Who owns it?",
            "… and the price?",
        ),
        *("When did they leave?", "Is he still minister?", "And Mali?", "How much did it cost?", "the price …?"),
        *("Et son coût ?", "Combien ?", "Depuis quand est-il là ?", "Mais pourquoi ?"),
        *("А его стоимость?", "Когда?", "Кто ею владеет и сколько их?", "И почему?"),
    ],
)
def test_a_question_that_leans_on_the_one_before_goes_on(question):
    assert goes_on(question)


@pytest.mark.parametrize(
    "question",
    [
        *(
            "When did Mali close its airspace?",
            "What is the capacity of the refinery?",
            "Who won?",
            "Where is Andorra?",
            "",
        ),
        *(
            "Did the minister say that the plant will open before the end of its second year?",
            "Who said that Mali left?",
        ),
        *(
            "Quelle est la capacité de la raffinerie ?",
            "Quand le Mali a-t-il fermé son espace aérien ?",
            "Где добывают золото?",
        ),
        *("Какова мощность завода?", "Why was the mine closed?", "Is Amazon buying its rival?"),
    ],
)
def test_a_question_that_stands_alone_does_not(question):
    assert not goes_on(question)


def test_the_earlier_question_gives_way_where_both_are_too_long():
    assert what_goes_before("What is A?", "And B?") == "What is A?"
    earlier = what_goes_before("word " * 200, "b" * 300)
    assert 190 < len(earlier) <= 199
    assert set(earlier.split()) == {"word"}
    assert what_goes_before("word " * 200, "b" * 500) == ""


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
