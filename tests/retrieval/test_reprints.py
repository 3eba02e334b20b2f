from __future__ import annotations

from askcorpus.retrieval.reprints import fold
from askcorpus.types import Article, Hit, Passage, Source

WIRE = (
    "A fire at a paper warehouse in Karlholm injured 11 workers on Tuesday night, the rescue service said. "
    "The flames were put out after six hours, and the road to the harbour stayed closed until noon."
)


def hit(id: str, text: str, score: float) -> Hit:
    return Hit(Passage(Article(id, "Fire", text, Source(f"{id}.txt")), 0, len(text)), score)


def told(hits: tuple[Hit, ...]) -> list[tuple[str, list[str]]]:
    return [(h.passage.article.id, [p.article.id for p in h.reprints]) for h in hits]


def test_a_reprint_is_folded_into_the_better_hit() -> None:
    folded = fold([hit("a", WIRE, 3.0), hit("b", WIRE, 2.0), hit("c", "Something else happened in another town.", 1.0)])
    assert told(folded) == [("a", ["b"]), ("c", [])]
    assert folded[0].score == 3.0


def test_a_lightly_edited_reprint_is_still_a_reprint() -> None:
    edited = WIRE.replace("the rescue service said", "rescuers said")
    assert told(fold([hit("a", WIRE, 3.0), hit("b", edited, 2.0)])) == [("a", ["b"])]


def test_a_shortened_reprint_is_still_a_reprint() -> None:
    short = WIRE.split(". ")[0] + "."
    assert told(fold([hit("a", WIRE, 3.0), hit("b", short, 2.0)])) == [("a", ["b"])]


def test_two_outlets_with_one_differing_number_stay_two_stories() -> None:
    other = WIRE.replace("11 workers", "14 workers")
    assert told(fold([hit("a", WIRE, 3.0), hit("b", other, 2.0)])) == [("a", []), ("b", [])]


def test_a_differing_number_written_as_a_word_keeps_two_stories_apart_too() -> None:
    one, other = WIRE.replace("11", "eleven"), WIRE.replace("11", "fourteen")
    assert told(fold([hit("a", one, 3.0), hit("b", other, 2.0)])) == [("a", []), ("b", [])]


def test_a_number_as_a_word_and_as_digits_is_one_number() -> None:
    assert told(fold([hit("a", WIRE, 3.0), hit("b", WIRE.replace("six hours", "6 hours"), 2.0)])) == [("a", ["b"])]


def test_three_prints_of_one_story_are_one_hit_with_two_reprints() -> None:
    assert told(fold([hit(i, WIRE, s) for i, s in (("a", 3.0), ("b", 2.0), ("c", 1.0))])) == [("a", ["b", "c"])]


def test_passages_of_one_article_are_never_each_others_reprints() -> None:
    article = Article("a", "Fire", WIRE + "\n" + WIRE, Source("a.txt"))
    first, second = Passage(article, 0, len(WIRE)), Passage(article, len(WIRE) + 1, 2 * len(WIRE) + 1)
    assert len(fold([Hit(first, 2.0), Hit(second, 1.0)])) == 2


def test_stories_in_an_unspaced_script_are_told_apart() -> None:
    one, other = "新的地铁线路星期六开通，票价三元。", "市长星期天宣布辞职，原因是健康问题。"
    assert told(fold([hit("a", one, 2.0), hit("b", other, 1.0), hit("c", one, 0.5)])) == [("a", ["c"]), ("b", [])]


def test_of_more_stories_the_best_are_kept_with_reprints_that_come_after_the_others() -> None:
    hits = [
        hit("a", WIRE, 3.0),
        hit("b", "Something else happened in another town.", 2.0),
        hit("c", "A third thing happened in a third town.", 1.0),
        hit("d", WIRE, 0.5),
    ]
    assert told(fold(hits, most=2)) == [("a", ["d"]), ("b", [])] == told(fold(hits))[:2]


def test_nothing_folds_into_nothing() -> None:
    assert fold([]) == ()


def test_a_number_in_words_is_told_in_the_article_s_own_language() -> None:
    polish = "Pożar magazynu papieru w Karlholmie zranił jedenastu robotników, podała straż; ogień zgaszono po południu, droga do portu była zamknięta."
    other = polish.replace("jedenastu", "czternastu")

    def told_in(language: str, *texts: str) -> list[tuple[str, list[str]]]:
        articles = [
            Article(str(i), "Fire", text, Source(f"{i}.txt", language=language)) for i, text in enumerate(texts)
        ]
        return told(fold([Hit(Passage(a, 0, len(a.text)), 2.0 - i) for i, a in enumerate(articles)]))

    assert told_in("pl", polish, polish.replace("jedenastu", "11")) == [("0", ["1"])]
    assert told_in("pl", polish, other) == [("0", []), ("1", [])]
