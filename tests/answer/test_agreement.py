"""Are sources that say the same told from sources that differ, and is the later one heard first?"""

from __future__ import annotations

from collections.abc import Callable

from askcorpus.corpus import Corpus

HURT = "How many people were hurt when the Kestrel hit the pier at Sund?"
SURE = 0.0
MakeCorpus = Callable[..., Corpus]


def article(id: str, day: str, publisher: str, text: str, language: str = "en") -> dict[str, object]:
    return {
        "id": id,
        "title": "Ferry Kestrel",
        "text": text,
        "publisher": publisher,
        "published": day,
        "language": language,
    }


ELEVEN = (
    "Eleven people were hurt when the ferry Kestrel hit the pier at Sund on Monday, the police said in the evening."
)
NINE = "Nine people were hurt when the ferry Kestrel hit the pier at Sund, the hospital said. It had counted two of them twice."
NEUN = "9 Menschen wurden verletzt, als die Fähre Kestrel in Sund gegen den Pier fuhr, teilte das Krankenhaus mit."
CREW = (
    "The ferry Kestrel has a crew of fourteen. It was built in 1998 and goes between Sund and the islands twice a day."
)


def test_sources_that_differ_are_both_quoted_and_the_later_one_leads(make_corpus: MakeCorpus) -> None:
    answer = make_corpus(
        article("a", "2026-03-11", "Herald", ELEVEN),
        article("b", "2026-03-12", "Gazette", NINE),
        article("c", "2026-02-01", "Echo", CREW),
    ).ask(HURT, threshold=SURE)
    assert answer.agreement == "differ"
    assert [c.value for c in answer.citations if c.value] == ["Nine", "Eleven"]
    assert answer.citations[0].article.source.publisher == "Gazette"
    assert answer.independent_sources == 1


def test_sources_that_say_the_same_in_two_languages_agree(make_corpus: MakeCorpus) -> None:
    answer = make_corpus(
        article("a", "2026-03-12", "Gazette", NINE),
        article("b", "2026-03-12", "Kreisblatt", NEUN, "de"),
    ).ask(HURT, threshold=SURE)
    assert answer.agreement == "agree"
    assert {c.value for c in answer.citations if c.value} == {"Nine", "9"}
    assert answer.independent_sources == 2


def test_one_source_agrees_with_nobody(make_corpus: MakeCorpus) -> None:
    answer = make_corpus(
        article("a", "2026-03-12", "Gazette", NINE),
        article("b", "2026-02-01", "Echo", CREW),
    ).ask(HURT, threshold=SURE)
    assert (answer.agreement, answer.independent_sources) == ("unknown", 1)
    assert answer.citations[0].article.source.publisher == "Gazette"


def test_where_no_number_or_date_is_asked_for_nothing_is_compared(make_corpus: MakeCorpus) -> None:
    answer = make_corpus(
        article("a", "2026-03-11", "Herald", ELEVEN),
        article("b", "2026-03-12", "Gazette", NINE),
    ).ask("What happened to the ferry Kestrel at Sund?", threshold=SURE)
    assert answer.agreement == "unknown"
    assert all(c.value is None for c in answer.citations)
