"""What is news to a saved question?  Over a real folder, store and encoder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from askcorpus import Corpus
from askcorpus.answer.news import Remembering, _share_of_words
from askcorpus.encoder import Encoder
from askcorpus.indexing.run import refresh
from askcorpus.types import Article, Passage, Saved, Source

PLANT = "How many people will the lithium plant at Odrava employ?"
FERRY = "Who was hurt on the Lunde ferry?"
OLD = (
    "Odrava gets a lithium plant\n\nTellmar will build a lithium plant at Odrava. The plant at Odrava will employ 390 people, the"
    " company Tellmar said on Monday."
)
OTHER_VALUE = (
    "Fewer jobs at the Odrava plant\n\nThe lithium plant at Odrava will employ 240 people, fewer than was promised, the minister said."
    " Residents were disappointed."
)
SAME_VALUE = "A new plant for Odrava\n\nSome 390 people are going to be employed by the lithium plant at Odrava, according to the mayor."
RUSSIAN = "Авария парома в Лунде\n\nНа пароме в Лунде пострадали девять человек, сообщил капитан порта. Паром стоит у причала."
ELSEWHERE = (
    "Bees on city roofs\n\nBeekeepers of Valmorin keep bees on roofs. The honey is sold on Saturdays at the market."
)


class Paper:
    """A folder of articles and a corpus that follows it."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self.folder = folder / "articles"
        self.folder.mkdir()
        self.store = folder / "store"
        self.encoder = encoder
        self.add("elsewhere", ELSEWHERE)
        self.corpus = Corpus.open(self.store)

    def add(self, name: str, text: str) -> None:
        self.write(name, text)
        self.refresh()

    def write(self, name: str, text: str) -> None:
        (self.folder / f"{name}.txt").write_text(text, "utf-8")

    def refresh(self) -> None:
        refresh(self.folder, self.store, self.encoder)

    def told(self, *questions: str, then: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
        """Which question is told what first, when these articles come after the questions were saved."""
        saved = [self.corpus.saved(question) for question in questions]
        for name, text in then:
            self.add(name, text)
        _, told = self.corpus.news(saved)
        return [(questions[one.place], one.answer.citations[0].quote) for one in told]

    def look(self, saved: Saved) -> tuple[Saved, list[str]]:
        """The question as it is kept after a look, and the new quotes' first, of each alert."""
        looked, told = self.corpus.news([saved])
        for one in told:
            saved = replace(saved, rivals=one.rivals, heard=one.heard)
        return replace(saved, since=looked), [one.answer.citations[0].quote for one in told]


@pytest.fixture
def paper(tmp_path: Path, real_encoder: Encoder):
    made = Paper(tmp_path, real_encoder)
    with made.corpus:
        yield made


def test_the_first_article_that_answers_is_news_and_one_that_does_not_is_none(paper):
    assert paper.told(PLANT, FERRY, then=(("old", OLD),)) == [
        (PLANT, "The plant at Odrava will employ 390 people, the company Tellmar said on Monday.")
    ]


def test_another_number_is_news_and_the_older_one_stands_beside_it(paper):
    paper.add("old", OLD)
    saved = paper.corpus.saved(PLANT)
    paper.add("other", OTHER_VALUE)
    _, (told,) = paper.corpus.news([saved])
    first, *others = told.answer.citations
    assert "240 people" in first.quote
    assert told.articles == (first.article.id,)
    assert any("390" in c.quote for c in others)
    assert told.answer.agreement == "differ"
    assert [c.number for c in told.answer.citations] == [*range(1, len(others) + 2)]


@pytest.mark.parametrize(("name", "text"), [("reprint", f"{OLD} The site is near the river."), ("same", SAME_VALUE)])
def test_a_reprint_and_the_same_number_again_are_no_news(paper, name, text):
    paper.add("old", OLD)
    assert paper.told(PLANT, then=((name, text),)) == []


def test_what_was_told_is_no_news_any_more(paper):
    saved = paper.corpus.saved(PLANT)
    paper.add("old", OLD)
    kept, _ = paper.look(saved)
    paper.add("reprint", f"{OLD} The site is near the river.")
    kept, told = paper.look(kept)
    assert told == []
    assert paper.look(kept)[1] == []


def test_an_article_that_moves_to_another_file_is_no_news_whether_it_was_told_or_known_before(paper):
    saved = paper.corpus.saved(PLANT)
    paper.add("old", OLD)
    saved, told = paper.look(saved)
    known = paper.corpus.saved(PLANT)
    assert len(told) == 1
    (paper.folder / "old.txt").unlink()
    paper.add("moved", OLD)
    for one in (saved, known):
        assert paper.look(one)[1] == []
    paper.add("reprint", f"{OLD} The site is near the river.")
    assert paper.look(saved)[1] == []


def test_an_article_that_is_mended_is_no_news_and_one_that_is_corrected_is_each_time(paper):
    paper.add("old", OLD)
    saved = paper.corpus.saved(PLANT)
    for mended in (f"{OLD} Work begins in May.", OLD.replace("on Monday", "on Monday morning"), f"Update: {OLD}"):
        paper.add("old", mended)
        saved, told = paper.look(saved)
        assert told == [], mended
    for jobs in (420, 510):
        paper.add("old", OLD.replace("390", str(jobs)))
        saved, [told] = paper.look(saved)
        assert str(jobs) in told


def test_an_article_that_was_removed_and_comes_back_is_no_news(paper):
    saved = paper.corpus.saved(PLANT)
    paper.add("old", OLD)
    saved, _ = paper.look(saved)
    (paper.folder / "old.txt").unlink()
    paper.add("more", ELSEWHERE.replace("Valmorin", "Lesna"))
    saved, _ = paper.look(saved)
    paper.add("again", OLD)
    assert paper.look(saved)[1] == []


def test_each_question_is_asked_of_what_came_since_it_was_saved(paper):
    before = paper.corpus.saved(PLANT)
    paper.add("old", OLD)
    after = paper.corpus.saved(PLANT)
    paper.add("other", OTHER_VALUE)
    _, told = paper.corpus.news([after, before])
    assert [(one.place, len(one.articles)) for one in told] == [(0, 1), (1, 2)]


def test_what_the_new_articles_alone_seem_to_answer_is_told_as_the_whole_corpus_says_it(paper, monkeypatch):
    """Among a few passages one on a town of nearly the same name looks surer than it is; that of many people is asked once."""
    asked, ask = [], paper.corpus._asked

    def says_nothing(snapshot, one):
        asked.append(one.question)
        found, answer = ask(snapshot, one)
        return found, replace(answer, citations=())

    saved = paper.corpus.saved(PLANT)
    paper.add("old", OLD)
    assert len(paper.corpus.news([saved, saved])[1]) == 2
    monkeypatch.setattr(paper.corpus, "_asked", says_nothing)
    assert paper.corpus.news([saved, saved])[1] == ()
    assert asked == [PLANT]


def test_an_article_in_another_language_is_news_too(paper):
    [(question, quote)] = paper.told(FERRY, then=(("ru", RUSSIAN),))
    assert (question, quote.split(",")[0]) == (FERRY, "На пароме в Лунде пострадали девять человек")


def test_what_has_a_name_that_only_looks_like_the_one_asked_about_is_no_news_and_what_bears_it_is(paper):
    """A town, a company, a person; in Russian and Finnish the name stands in another case."""
    question = "How many megawatts does the {} power station deliver?"
    asked = (
        question.format("Nimvarskar"),
        "How much did Tellmark earn this year?",
        "Which prize did the poet Ulla Lahtela win?",
    )
    russian, finnish = "Сколько мегаватт даёт электростанция Нимварскар?", "Kuinka monta megawattia Nimvarskar tuottaa?"
    station = "{0} switches on\n\nA power station was switched on near the harbour. The {0} power station delivers {1} megawatts, said the mayor."
    others = (
        ("town", station.format("Nimvargard", 741)),
        ("company", "Tellmars has a good year\n\nTellmars earned 12 million crowns this year, said the board of the company on Monday."),
        ("person", "A prize for Lahtinen\n\nThe poet Ulla Lahtinen won the Arvika prize on Friday, said the jury."),
        ("русский", "Пуск электростанции\n\nЭлектростанция в Нимваргарде даёт 741 мегаватт, сообщил мэр города."),
        ("suomi", "Voimala käyntiin\n\nNimvargardin voimala tuottaa 741 megawattia, kaupunginjohtaja sanoi."),
    )  # fmt: skip
    saved = [paper.corpus.saved(one) for one in (*asked, russian, finnish)]
    for name, text in others:
        paper.write(name, text)
    paper.refresh()
    assert paper.corpus.news(saved)[1] == ()
    for name, text in others:
        meant = (("Nimvargard", "Nimvarskar"), ("Tellmars", "Tellmark"), ("Lahtinen", "Lahtela"),
                 ("Нимваргарде", "Нимварскаре"), ("Nimvargardin", "Nimvarskarin"))  # fmt: skip
        for other, own in meant:
            text = text.replace(other, own)
        paper.write(
            f"{name}-own", text.replace("741", "852").replace("12 million", "31 million").replace("Arvika", "Hovden")
        )
    paper.refresh()
    told = {one.place: one.answer for one in paper.corpus.news(saved)[1]}
    assert sorted(told) == [0, 1, 2, 3, 4]
    assert not any(
        name in c.quote
        for answer in told.values()
        for c in answer.citations
        for name in ("gard", "гард", "Tellmars", "Lahtinen")
    )


def test_a_word_onto_which_arabic_writes_something_else_is_no_namesake(paper):
    saved = paper.corpus.saved("كم سيكلف تزويد القرية بالمياه؟")
    paper.write(
        "water", "العمل جار\n\nسيكلف تزويد القرية بالكهرباء والمياه أربعين مليون دينار، قال الوزير يوم الاثنين."
    )
    paper.refresh()
    [told] = paper.corpus.news([saved])[1]
    assert "أربعين مليون دينار" in told.answer.citations[0].quote


def test_however_many_are_saved_none_is_encoded_again(monkeypatch):
    monkeypatch.setattr("askcorpus.answer.news.KEPT", 2)
    asked = []
    encoder = Remembering(SimpleNamespace(encode_question=lambda text: asked.append(text) or text))
    for _ in range(2):
        encoder.room_for(3)
        for question in ("one?", "two?", "three?"):
            encoder.encode_question(question)
    assert asked == ["one?", "two?", "three?"]


def test_the_share_of_a_questions_words_is_that_of_each_passage():
    def passage(title: str, text: str, language: str) -> Passage:
        return Passage(Article(title, title, text, Source("f", language=language)), 0, len(text))

    passages = (passage("A mine", "The mine at Lesna opens in May.", "en"), passage("Bees", "They keep bees.", "en"))
    saved = [Saved("When does the Lesna mine open?"), Saved("Who keeps bees at Lesna?"), Saved("Where is the?")]
    thirds = _share_of_words(saved, passages, ("en",)) * 3
    assert thirds.round().tolist() == [[3, 0], [1, 2], [0, 0]]


def test_questions_are_encoded_once_and_only_what_is_new_is_searched(paper, monkeypatch):
    asked = []
    encoder = paper.corpus.encoder()
    encode = encoder.encode_question
    monkeypatch.setattr(encoder, "encode_question", lambda text: asked.append(text) or encode(text))
    saved = paper.corpus.saved(PLANT)
    asked.clear()
    for n in range(3):
        paper.add(f"n{n}", ELSEWHERE.replace("Saturdays", f"{n} May"))
        saved, _ = paper.look(saved)
    assert asked == [PLANT]
