"""Where articles in two languages tell the same, that in the question's comes first; where only another answers, it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from askcorpus.corpus import OFF, Corpus
from askcorpus.encoder.cross_encoder import Judged
from askcorpus.retrieval.found import Ranked
from askcorpus.retrieval.tellings import ANSWERS, SAME, own_first, twins
from askcorpus.settings import Settings

TOLD = {
    "en": (
        "The cable car of Hovden was built by Ada Berg in 1988 and taken over by the town twelve years later. In its first season 41,000 "
        "people used it, more than the railway below. Since the landslide the upper station, which stands on a rock above the lake, has been "
        "closed to walkers; goods for the hut are still carried by it on Mondays."
    ),
    "fr": (
        "Le téléphérique de Hovden a été construit par Ada Berg en 1988 et repris par la ville douze ans plus tard. Dès sa première saison, "
        "41 000 personnes l'ont emprunté, plus que le train en contrebas. Depuis l'éboulement, la station supérieure, posée sur un rocher "
        "au-dessus du lac, est fermée aux marcheurs ; le lundi, il monte encore les vivres du refuge."
    ),
    "de": (
        "Die Seilbahn von Hovden wurde 1988 von Ada Berg gebaut und zwölf Jahre später von der Stadt übernommen. Schon in der ersten Saison "
        "nutzten sie 41.000 Menschen, mehr als die Eisenbahn darunter. Seit dem Erdrutsch ist die Bergstation, die auf einem Felsen über dem "
        "See steht, für Wanderer geschlossen; montags fährt sie noch Waren für die Hütte hinauf."
    ),
    "fi": (
        "Ada Berg rakensi Hovdenin köysiradan vuonna 1988, ja kaupunki otti sen haltuunsa kaksitoista vuotta myöhemmin. Ensimmäisellä kaudella "
        "sitä käytti 41 000 ihmistä, enemmän kuin alempana kulkevaa junaa. Maanvyöryn jälkeen yläasema, joka seisoo kalliolla järven "
        "yläpuolella, on ollut suljettu vaeltajilta; maanantaisin sillä viedään yhä tavaraa majalle."
    ),
}
ALONE = {
    "en": "The bakers of Lesna sold 900 loaves on Sunday, the guild said. Each cost four crowns.",
    "fr": "La piscine de Tarnby ferme pour trois semaines. Les travaux coûtent 80 000 couronnes.",
    "de": "Der Zoo von Odrava hat zwei junge Luchse. Sie heißen Miro und Tilda.",
    "fi": "Tambergin lautta kulkee nyt kahdenkymmenen minuutin välein. Lippu maksaa kuusi kruunua.",
}
ASKED = {
    "en": ("How many passengers did the aerial tramway have at first?", "What may no longer be visited since the slope came down?", "Who erected the cable car?"),
    "fr": ("Combien de passagers a eus la télécabine au début ?", "Qu'est-ce qu'on ne peut plus visiter depuis le glissement de terrain ?", "Qui a bâti le téléphérique ?"),
    "de": ("Wie viele Fahrgäste hatte die Bergbahn am Anfang?", "Was darf seit dem Bergsturz nicht mehr besucht werden?", "Wer errichtete die Seilbahn?"),
    "fi": ("Montako matkustajaa gondolihissillä oli alussa?", "Minne ei saa enää mennä vyöryn jälkeen?", "Kuka pystytti köysiradan?"),
}  # fmt: skip
ASKED_OF_ANOTHER = {
    "fr": "How much does the work on the swimming pool in Tarnby cost?",
    "de": "What are the young lynxes in the zoo of Odrava called?",
    "fi": "What does a ticket for the ferry in Tamberg cost?",
}


@pytest.fixture
def told(make_corpus: Callable[..., Corpus]) -> Corpus:
    return make_corpus(
        *(
            {"id": f"{name}-{code}", "title": "", "text": text, "language": code}
            for name, texts in (("told", TOLD), ("alone", ALONE))
            for code, text in texts.items()
        )
    )


@pytest.mark.parametrize("reranker", [OFF, Settings().reranker])
def test_of_an_article_and_its_translations_that_in_the_language_of_the_question_comes_first(
    told: Corpus, reranker: str
) -> None:
    with Corpus.open(told.settings.store, settings=replace(Settings(), reranker=reranker)) as corpus:
        for code, questions in ASKED.items():
            for question in questions:
                first = corpus.find(question, k=3).ranked[0]
                assert first.candidate.passage.article.id == f"told-{code}", question


@pytest.mark.parametrize(("code", "question"), ASKED_OF_ANOTHER.items())
def test_what_only_another_language_tells_comes_first(told: Corpus, code: str, question: str) -> None:
    assert told.find(question, k=3).ranked[0].candidate.passage.article.id == f"alone-{code}"


def _found(told: Corpus) -> tuple[Ranked, ...]:
    """An English question's candidates, the German article first of all, then the French, far ahead of the English ones."""
    order = ("told-de", "told-fr", "told-en", "alone-en")
    found = {r.candidate.passage.article.id: r for r in told.find(ASKED["en"][0], k=3).ranked}
    return tuple(replace(found[name], score=10.0 - 3 * i, judged=None) for i, name in enumerate(order))


def _says(ranked: Ranked, passage: float) -> Ranked:
    return replace(ranked, judged=Judged(passage, np.zeros(len(ranked.sentences), np.float32)))


def test_all_in_the_language_of_the_question_come_as_much_further_forward(told: Corpus) -> None:
    german, french, english, baker = _found(told)
    same = {german.candidate.id: frozenset({english.candidate.id})}
    moved = own_first((german, french, english, baker), same)
    assert [r.candidate.id for r in moved] == [r.candidate.id for r in (english, german, baker, french)]
    assert moved[0].score - moved[2].score == pytest.approx(english.score - baker.score)
    assert (moved[1].score, moved[3].score) == (german.score, french.score)


def test_only_what_tells_the_same_as_the_first_is_moved(told: Corpus) -> None:
    german, french, english, baker = _found(told)
    same = {french.candidate.id: frozenset({english.candidate.id})}
    assert own_first((german, french, english, baker), same) == (german, french, english, baker)
    assert own_first((english, german), {german.candidate.id: frozenset({english.candidate.id})}) == (english, german)
    assert own_first((), same) == ()


def test_what_does_not_answer_by_reading_is_not_put_before_what_does(told: Corpus) -> None:
    german, french, english, _ = _found(told)
    same = {german.candidate.id: frozenset({english.candidate.id})}
    for of_german, of_english, moves in ((9.0, ANSWERS + 1, True), (9.0, ANSWERS - 1, False), (-4.0, -3.0, True)):
        read = (_says(german, of_german), french, _says(english, of_english))
        assert (own_first(read, same)[0] is not read[0]) is moves


@pytest.mark.parametrize(
    ("of_german", "of_english", "moves"),
    [
        ("2026-03-11", "2026-03-11", True),
        ("2026-03-11", "2026-03-12", True),
        ("2026-03-12", "2026-03-11", False),
        ("2026-03-12", None, False),
        (None, "2026-03-11", True),
    ],
)
def test_an_older_report_is_not_put_before_a_later_one(
    told: Corpus, of_german: str | None, of_english: str | None, moves: bool
) -> None:
    german, _, english, _ = _found(told)
    some = (_of_day(german, of_german), _of_day(english, of_english))
    moved = own_first(some, {german.candidate.id: frozenset({english.candidate.id})})
    assert (moved[0].candidate.id == english.candidate.id) is moves


def _of_day(ranked: Ranked, day: str | None) -> Ranked:
    passage = ranked.candidate.passage
    article = replace(passage.article, source=replace(passage.article.source, published=day))
    return replace(ranked, candidate=replace(ranked.candidate, passage=replace(passage, article=article)))


def test_passages_tell_the_same_whose_vectors_are_near(told: Corpus) -> None:
    german, french, english, baker = _found(told)
    near = np.array([SAME + 0.01, np.sqrt(1 - (SAME + 0.01) ** 2), 0.0])
    far = np.array([SAME - 0.01, 0.0, np.sqrt(1 - (SAME - 0.01) ** 2)])
    vectors = np.array([near, far, [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]], np.float32)
    assert twins((german, french, english, baker), vectors) == {
        german.candidate.id: frozenset({english.candidate.id}),
        french.candidate.id: frozenset(),
    }
