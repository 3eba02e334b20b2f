from __future__ import annotations

import json
from collections.abc import Callable

import newspapers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askcorpus.answer.clip import QUOTE_WORDS
from askcorpus.answer.compose import Scored, quote
from askcorpus.corpus import Corpus
from askcorpus.language.sentences import sentences
from askcorpus.question.reading import asked
from askcorpus.types import Answer, Article, Passage, Source

SURE = 0.0  # a threshold that lets every answer through: these tests are about quotes, not about confidence
EVERY_KIND = (
    "How much did the repairs of the Old Sund Bridge cost?", "When did the Old Sund Bridge reopen?", "Who is the city engineer?",
    "How many workers were injured?", "What did the mayor of Tarnby open?", "Who baked 412 žemle?", "What does the café sell?",
    "When is high water in Sund?", "When was the mine at Hovden closed?", "How many people did the mine employ in 1967?",
    "Кто директор музея янтаря?", "Wie lange dauerten die Arbeiten?", "Qui est la directrice ?", "地铁票价是多少？",
    "كم تنتج محطة تحلية المياه؟", "rain", "What is the boiling point of tungsten?",
)  # fmt: skip


def ask(corpus: Corpus, question: str, k: int = 3) -> Answer:
    return corpus.ask(question, k=k, threshold=SURE)


@pytest.mark.parametrize("question", EVERY_KIND)
def test_every_quote_is_verbatim_and_lies_in_its_passage(corpus: Corpus, question: str) -> None:
    answer = ask(corpus, question, k=9)
    assert answer.citations
    for citation in answer.citations:
        text = newspapers.TEXTS[citation.article.id]
        assert citation.article.text == text
        assert text[citation.start : citation.end] == citation.quote
        assert citation.quote == citation.quote.strip() != ""
        assert citation.passage in text
        assert citation.quote in citation.passage
        assert all(citation.start <= start < end <= citation.end for start, end in citation.marks)
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert 0 <= answer.confidence <= 1


@pytest.mark.parametrize("question", EVERY_KIND)
def test_a_quote_is_made_of_whole_sentences(corpus: Corpus, question: str) -> None:
    for citation in ask(corpus, question, k=9).citations:
        spans = sentences(citation.article.text)
        assert citation.start in {start for start, _ in spans}
        assert citation.end in {end for _, end in spans} or len(citation.quote.split()) == QUOTE_WORDS


@pytest.mark.parametrize("question", EVERY_KIND)
def test_a_quote_is_at_most_three_sentences_and_eighty_words(corpus: Corpus, question: str) -> None:
    for citation in ask(corpus, question, k=9).citations:
        assert len(sentences(citation.quote)) <= 3
        assert len(citation.quote.split()) <= QUOTE_WORDS == 80


@pytest.mark.parametrize(
    ("question", "mark"),
    [
        ("When did the Old Sund Bridge reopen?", "14 March 2026"),
        ("Who is the city engineer?", "Ingrid Vale"),
        ("How many cars cross the bridge every day?", "21,000"),
        ("When was the mine at Hovden closed for good?", "1987"),
        ("Who baked 412 žemle?", "Jiří Šťastný"),
        ("Сколько экспонатов в музее янтаря?", "3400"),
        ("Кто директор музея янтаря?", "Вера Лебедева"),
        ("Combien de livres compte la médiathèque ?", "52 000"),
    ],
)
def test_what_was_asked_for_is_marked_in_the_first_quote(corpus: Corpus, question: str, mark: str) -> None:
    first = ask(corpus, question).citations[0]
    assert [first.article.text[start:end] for start, end in first.marks] == [mark]


def test_a_question_that_asks_for_no_kind_of_thing_marks_nothing(corpus: Corpus) -> None:
    assert ask(corpus, "What did the mayor of Tarnby open?").citations[0].marks == ()


def test_a_reprinted_story_keeps_both_citations(corpus: Corpus) -> None:
    """The test that goes red when a reprint's citation is dropped."""
    answer = ask(corpus, "How much did the work on the Old Sund Bridge cost?")
    first, second = sorted(answer.citations[:2], key=lambda c: c.article.id)
    assert [(c.story, c.article.id) for c in (first, second)] == [(1, "bridge"), (1, "bridge-again")]
    assert first.quote == second.quote
    assert first.article.text[first.start : first.end] == second.article.text[second.start : second.end] == first.quote
    assert (first.article.source.publisher, second.article.source.publisher) == ("Harbour Post", "Coast Gazette")


def test_a_reprint_is_no_source_of_its_own(corpus: Corpus) -> None:
    answer = ask(corpus, "How much did the work on the Old Sund Bridge cost?", k=1)
    assert len(answer.citations) == 2
    assert answer.independent_sources == 1


def test_two_outlets_with_one_differing_number_are_both_cited_as_two_stories(corpus: Corpus) -> None:
    answer = ask(corpus, "How many workers did the fire in the paper warehouse in Karlholm injure?")
    told = {c.article.id: (c.story, [c.article.text[s:e] for s, e in c.marks]) for c in answer.citations}
    assert told["fire-11"][1] == ["11"]
    assert told["fire-14"][1] == ["14"]
    assert told["fire-11"][0] != told["fire-14"][0]
    assert (answer.agreement, answer.independent_sources) == ("differ", 1)


def test_passages_of_one_article_are_one_source(make_corpus: Callable[..., Corpus]) -> None:
    shafts = "\n\n".join(
        f"The copper mine at Hovden sank shaft {shaft} to {400 + shaft} metres. "
        + "Ore was shipped from the pier. " * 40
        for shaft in range(2, 9)
    )
    answer = make_corpus({"id": "mine", "title": "Mine", "text": shafts}).ask(
        "Which shaft did the copper mine sink?", k=5, threshold=SURE
    )
    assert len({citation.passage for citation in answer.citations}) > 1
    assert answer.independent_sources == 1


def test_duplicate_sentences_in_an_article_are_each_quoted_where_they_stand(corpus: Corpus) -> None:
    first = ask(corpus, "When is high water in Sund?").citations[0]
    assert first.article.id == "twice"
    assert "High water in Sund is at 7.15" in first.quote
    assert first.article.text[first.start : first.end] == first.quote


def test_offsets_count_characters_where_letters_are_not_ascii(corpus: Corpus) -> None:
    first = ask(corpus, "Which drink does Žižkov’s café Ďáblík sell?").citations[0]
    assert first.article.id == "accented"
    assert first.quote.startswith("🚲🚲 Žižkov’s café “Ďáblík” sells cafe\u0301 au lait, 7 \U0001d7db kinds")
    assert first.start == 0
    assert first.article.text.encode().find(first.quote.encode()) == 0


def test_a_threshold_of_one_finds_nothing_and_names_the_nearest(corpus: Corpus) -> None:
    answer = corpus.ask("How many bathers does the swimming pool in Tarnby hold?", threshold=1.01)
    assert not answer.answered
    assert answer.citations == ()
    assert answer.independent_sources == 0
    assert answer.nearest[0].id == "mayor-june"
    assert len({a.id for a in answer.nearest}) == len(answer.nearest) <= 3


@pytest.mark.parametrize(
    "question",
    [
        "What is the boiling point of tungsten?",
        "Who won the 2022 football World Cup final?",
        "How many people live in Lisbon?",
        "Столица Перу?",
    ],
)
def test_what_no_article_says_is_not_found(corpus: Corpus, question: str) -> None:
    answer = corpus.ask(question)
    assert not answer.answered
    assert answer.nearest


@pytest.mark.parametrize(
    "question",
    [
        "When did the Old Sund Bridge reopen?",
        "How many bathers does the swimming pool in Tarnby hold?",
        "Which company went bankrupt when the copper mine at Hovden was closed?",
    ],
)
def test_what_an_article_plainly_says_is_found(corpus: Corpus, question: str) -> None:
    assert corpus.ask(question).answered


@given(
    st.lists(
        st.sampled_from(["Rain fell.", "Он ушёл.", "好。", "one " * 70 + "end.", "A\nB."]), min_size=1, max_size=8
    ),
    st.data(),
)
def test_any_scores_give_a_quote_of_at_most_sixty_words_inside_the_passage(
    parts: list[str], data: st.DataObject
) -> None:
    text = "  " + " ".join(parts)
    article = Article("a", "", text, Source("a.txt"))
    spans = sentences(text)
    scores = data.draw(st.lists(st.floats(-5, 5), min_size=len(spans), max_size=len(spans)))
    who = asked("Who?", "en", lambda words: [1.0])
    start, end = quote(list(map(Scored, spans, scores)), Passage(article, spans[0][0], spans[-1][1]), who)
    assert spans[0][0] <= start < end <= spans[-1][1]
    assert len(text[start:end].split()) <= QUOTE_WORDS
    best = max(range(len(spans)), key=lambda i: (scores[i], -i))
    assert spans[best][0] <= start < spans[best][1] or start <= spans[best][0] < end


@pytest.mark.parametrize(
    ("question", "best", "first", "last"),
    [
        ("How many lamps has the Lantern Cloud?", 0, 0, 2),
        ("How many lamps has the Lantern Cloud?", 2, 2, 2),
        ("How many crowns did the Lantern Cloud cost?", 1, 1, 2),
        ("Who made the Lantern Cloud?", 4, 4, 4),
        ("What is the Lantern Cloud?", 0, 0, 0),
    ],
)
def test_a_quote_goes_on_to_the_nearest_sentence_with_a_number_where_one_is_asked_for(
    question: str, best: int, first: int, last: int
) -> None:
    text = (
        "The Lantern Cloud hangs over the canal. It is meant to quiet visitors. It has 412 lamps. Many come at night. "
        "It hangs until spring. Ada Berg made it."
    )
    article, spans = Article("a", "", text, Source("a.txt")), sentences(text)
    scored = [Scored(span, 9.0 * (place == best)) for place, span in enumerate(spans)]
    span = quote(scored, Passage(article, 0, len(text)), asked(question, "en", lambda words: [1.0] * len(words)))
    assert span == (spans[first][0], spans[last][1])


@pytest.mark.parametrize(
    ("stands", "first", "last"),
    [
        ((0.95, 0.05, 0.0, 0.0), 0, 0),  # told
        ((0.3, 0.0, 0.6, 0.0), 0, 2),
        ((0.05, 0.9, 0.0, 0.05), 0, 1),
        ((0.0, 0.0, 0.0, 1.0), 0, 0),  # too far
        ((0.5, 0.02, 0.02, 0.0), 0, 0),  # as good as nothing
        ((0.0, 0.0, 0.0, 0.0), 0, 0),  # not read
    ],
)
def test_a_quote_goes_on_to_where_reading_takes_the_answer_to_stand(
    stands: tuple[float, ...], first: int, last: int
) -> None:
    text = "The Lantern Cloud opened late. Rain fell. Its maker is a welder. She learned it at sea."
    article, spans = Article("a", "", text, Source("a.txt")), sentences(text)
    scored = [
        Scored(span, 9.0 * (place == 0), one) for place, (span, one) in enumerate(zip(spans, stands, strict=True))
    ]
    span = quote(scored, Passage(article, 0, len(text)), asked("Why?", "en", lambda words: [1.0] * len(words)))
    assert span == (spans[first][0], spans[last][1])


def test_a_short_reply_goes_on_to_the_end_of_its_line_and_not_to_the_next_question() -> None:
    text = "How many a year?\nThirty once. Now twelve. And for whom?\nFor friends. They pay in cheese."
    article, spans = Article("a", "", text, Source("a.txt")), sentences(text)
    passage, who = Passage(article, 0, len(text)), asked("Who?", "en", lambda words: [1.0])

    def quoted(best: int) -> str:
        return text[
            slice(*quote([Scored(span, 9.0 * (place == best)) for place, span in enumerate(spans)], passage, who))
        ]

    assert quoted(1) == "Thirty once. Now twelve."
    assert quoted(4) == "For friends. They pay in cheese."
    assert quoted(2) == "Now twelve."  # it follows no question


def test_a_sentence_of_hundreds_of_words_is_quoted_where_it_answers(make_corpus: Callable[..., Corpus]) -> None:
    text = "The treaty binds " + ", ".join(f"land{i} and realm{i}" for i in range(60)) + " to share the river Aare."
    first = ask(
        make_corpus({"id": "long", "title": "A treaty", "text": text}), "Which river does the treaty share?"
    ).citations[0]
    assert len(first.quote.split()) <= 60
    assert "to share the river Aare" in first.quote
    assert text[first.start : first.end] == first.quote
    assert json.dumps(first.quote)


@pytest.mark.parametrize("question", ["What does the GT-20F cost?", "How much is the tractor GT-21E?"])
def test_what_is_called_by_another_number_answers_nothing(make_corpus: Callable[..., Corpus], question: str) -> None:
    row = {
        "id": "a",
        "title": "New tractor",
        "text": "The new tractor is called GT-20E and costs 31,000 crowns.",
        "language": "en",
    }
    answer = make_corpus(row).ask(question, threshold=SURE)
    assert not answer.citations
    assert [article.id for article in answer.nearest] == ["a"]


def test_the_article_on_the_very_thing_answers_though_another_comes_nearer(make_corpus: Callable[..., Corpus]) -> None:
    rows = [
        {
            "id": "other",
            "title": "What the tractor costs",
            "text": "The tractor GT-20E costs 31,000 crowns.",
            "language": "en",
        },
        {
            "id": "very",
            "title": "Fair",
            "text": "Farmers saw the GT 20F, for which 44,000 crowns are asked.",
            "language": "en",
        },
    ]
    answer = make_corpus(*rows).ask("What does the tractor GT-20F cost?", threshold=SURE)
    assert {c.article.id for c in answer.citations} == {"very"}


ECHOES = (
    ("Who will pay for the new ferry to Motu?", "en", "Who will pay for the new ferry to Motu was unclear until Friday. "
     "Two ministries had been asked. The harbour fund has taken over the bill, said its head.", "harbour fund"),
    ("Pourquoi la piscine de Lirac a-t-elle fermé ?", "fr", "Pourquoi la piscine de Lirac a fermé reste la question que tout le monde se pose. "
     "La mairie n'a rien dit. Une fissure dans le bassin a été trouvée par un plongeur.", "fissure"),
    ("Wer untersucht den Brand in der Halle von Orlow?", "de", "Wer den Brand in der Halle von Orlow untersucht, war lange offen. "
     "Zwei Ämter stritten sich darum. Nun hat ihn die Kammer in Selm übernommen.", "Kammer in Selm"),
    ("Где нашли пропавший колокол Верхолужья?", "ru", "Где нашли пропавший колокол Верхолужья, спрашивали все. "
     "Музей долго молчал. Он лежал на дне Тихого озера.", "Тихого озера"),
)  # fmt: skip


@pytest.mark.parametrize(("question", "language", "text", "answers"), ECHOES)
def test_a_sentence_that_only_asks_is_quoted_with_what_follows(
    make_corpus: Callable[..., Corpus], question: str, language: str, text: str, answers: str
) -> None:
    """Without a question mark, too: "Who will pay was unclear.  [...]  The harbour fund has taken over the bill." """
    answer = ask(make_corpus({"id": "a", "title": "", "text": text, "language": language}), question)
    assert answers in answer.citations[0].quote


def test_a_plain_answer_takes_nothing_along_that_says_nothing_of_it(make_corpus: Callable[..., Corpus]) -> None:
    text = (
        "The harbour fund will pay for the new ferry to Motu. Two ministries had been asked. Rain is expected in June."
    )
    corpus = make_corpus({"id": "a", "title": "", "text": text, "language": "en"})
    assert "Rain" not in ask(corpus, "Who will pay for the new ferry to Motu?").citations[0].quote
