from __future__ import annotations

from dataclasses import replace

import pytest

from askcorpus.rendering.text import answer_text, digest_text, filter_words, marked
from askcorpus.rendering.wording import languages, speaker
from askcorpus.types import Answer, Article, Citation, Digest, Figures, Filter, Source

TEXT = "The refinery opened on Monday.\nIts capacity is 100 tonnes [per year], the minister said. More will follow."
MALI = Article(
    "mali1", "Mali opens a refinery", TEXT,
    Source("mali.txt", url="https://example.org/m", publisher="River Post", published="2025-06-24T08:00:00Z"),
)  # fmt: skip
BARE = Article("bare", "", TEXT, Source("sub/bare.txt"))


def cite(article: Article, quote: str, *, number: int = 1, story: int = 1, mark: str = "") -> Citation:
    start = TEXT.index(quote)
    marks = ((TEXT.index(mark), TEXT.index(mark) + len(mark)),) if mark else ()
    return Citation(number, quote, start, start + len(quote), article, 0.5, passage=TEXT, marks=marks, story=story)


QUOTE = "Its capacity is 100 tonnes [per year], the minister said."


def test_an_answer_shows_the_sentence_first_then_where_each_stands() -> None:
    citations = (
        cite(MALI, QUOTE, mark="100 tonnes"),
        cite(BARE, QUOTE, number=2),
        cite(BARE, "More will follow.", number=3, story=2),
    )
    shown = answer_text(Answer("q", citations, 0.873, took_ms=41.6, independent_sources=2)).plain
    assert shown == (
        "Its capacity is 100 tonnes [per year], the minister said. [1]\n"
        "\n[1] Mali opens a refinery · River Post · 2025-06-24 · mali.txt · mali1"
        "\n    https://example.org/m"
        "\n[2] the same words in bare · sub/bare.txt · bare"
        "\n[3] More will follow."
        "\n    bare · sub/bare.txt · bare"
        "\n\n2 independent sources, sure, 42 ms\n"
    )


def test_one_source_is_told_in_the_singular_with_its_reprints() -> None:
    citations = (cite(MALI, QUOTE), cite(BARE, QUOTE, number=2))
    shown = answer_text(Answer("q", citations, 0.5, took_ms=1.0, independent_sources=1)).plain
    assert shown.endswith("\n1 independent source, 2 articles, likely, 1 ms\n")


def test_not_found_says_so_and_names_the_nearest_articles() -> None:
    shown = answer_text(Answer("q", (), 0.1, nearest=(MALI, BARE))).plain
    assert shown == (
        "Not found in this corpus.\nNearest articles:\n"
        "  - Mali opens a refinery · River Post · 2025-06-24 · mali.txt · mali1\n"
        "  - bare · sub/bare.txt · bare\n"
    )


def test_not_found_in_an_empty_corpus_names_nothing() -> None:
    assert answer_text(Answer("q", (), 0.0)).plain == "Not found in this corpus.\n"


def test_what_was_asked_for_is_styled_and_nothing_else() -> None:
    text = marked(cite(MALI, QUOTE, mark="100 tonnes"))
    assert text.plain == QUOTE
    assert [(text.plain[s.start : s.end], str(s.style)) for s in text.spans] == [("100 tonnes", "bold yellow")]


def test_a_quote_over_two_lines_is_shown_on_one_with_its_mark_in_place() -> None:
    text = marked(cite(MALI, TEXT[:89], mark="100 tonnes"))
    assert "\n" not in text.plain
    assert [text.plain[s.start : s.end] for s in text.spans if "yellow" in str(s.style)] == ["100 tonnes"]


def test_markup_and_emoji_codes_in_a_quote_are_only_letters() -> None:
    article = Article("m", "[bold]T[/bold] :100:", "A [red]red[/red] :smile: [/] line.", Source("m.txt"))
    citation = Citation(1, article.text, 0, len(article.text), article, 0.5)
    shown = answer_text(Answer("q", (citation,), 0.5, independent_sources=1)).plain
    assert shown.startswith("A [red]red[/red] :smile: [/] line. [1]\n\n[1] [bold]T[/bold] :100:")


def test_a_filter_is_said_in_words() -> None:
    say = speaker("en")
    assert filter_words(Filter(), say) == ""
    assert filter_words(Filter(since="2026-05-01"), say) == "only articles published since 2026-05-01"
    assert filter_words(Filter(until="2026-05-01"), say) == "only articles published until 2026-05-01"
    assert filter_words(Filter("2026-05-01", "2026-05-31", "River Post", "fr"), say) == (
        "only articles published 2026-05-01 to 2026-05-31, by River Post, in language fr"
    )
    answer = Answer("q", (), 0.0, filter=Filter(language="fr"))
    assert answer_text(answer).plain == "(only articles in language fr)\nNot found in this corpus.\n"


def test_what_is_said_of_an_answer_is_in_the_readers_language_and_what_is_quoted_in_its_own() -> None:
    citations = (cite(MALI, QUOTE), cite(BARE, QUOTE, number=2), cite(BARE, "More will follow.", number=3, story=2))
    where = Filter("2025-06-01", "2025-06-30", "River Post", "en")
    answer = Answer("q", citations, 0.873, took_ms=41.6, independent_sources=2, filter=where)
    assert answer_text(answer, "ru").plain == (
        "(только статьи: опубликованные с 2025-06-01 по 2025-06-30, издание River Post, язык en)\n"
        "Its capacity is 100 tonnes [per year], the minister said. [1]\n"
        "\n[1] Mali opens a refinery · River Post · 2025-06-24 · mali.txt · mali1"
        "\n    https://example.org/m"
        "\n[2] теми же словами: bare · sub/bare.txt · bare"
        "\n[3] More will follow."
        "\n    bare · sub/bare.txt · bare"
        "\n\n2 независимых источника, точно, 42 мс\n"
    )
    assert answer_text(answer, "ar").plain.endswith("\n\nمصدران مستقلان، مؤكد، 42 مللي ثانية\n")


def test_only_words_differ_between_languages() -> None:
    """Not the lines, nor what stands in them of the corpus."""
    answers = (
        Answer("q", (cite(MALI, QUOTE), cite(BARE, QUOTE, number=2)), 0.5, took_ms=1.0, independent_sources=1),
        Answer("q", (), 0.1, nearest=(MALI, BARE), filter=Filter(since="2025-06-01")),
    )
    for answer in answers:
        lines = {language: answer_text(answer, language).plain.splitlines() for language in languages()}
        assert {len(of_one) for of_one in lines.values()} == {len(lines["en"])}
        for number, line in enumerate(lines["en"]):
            if "Mali" in line or "example.org" in line:
                assert {of_one[number] for of_one in lines.values()} == {line}


def test_not_found_is_said_in_every_language() -> None:
    told = {answer_text(Answer("q", (), 0.0), language).plain for language in languages()}
    assert len(told) == len(languages())


def told(value: str | None, number: int, article: Article, story: int) -> Citation:
    return replace(cite(article, QUOTE, number=number), value=value, story=story)


def test_sources_that_differ_are_each_named_with_what_they_say() -> None:
    citations = (told("eleven", 1, MALI, 1), told("nine", 2, BARE, 2))
    shown = answer_text(Answer("q", citations, 0.9, independent_sources=1, agreement="differ")).plain
    assert "Sources differ: eleven (" in shown
    assert "nine (" in shown.partition("Sources differ")[2].partition("\n")[0]


def test_sources_that_agree_are_counted_with_what_they_say() -> None:
    citations = (told("nine", 1, MALI, 1), told("9", 2, BARE, 2))
    shown = answer_text(Answer("q", citations, 0.9, independent_sources=2, agreement="agree")).plain
    assert "2 sources agree: nine\n" in shown


def test_where_nothing_was_compared_nothing_is_claimed() -> None:
    shown = answer_text(Answer("q", (told(None, 1, MALI, 1), told(None, 2, BARE, 2)), 0.9, independent_sources=1)).plain
    assert "agree" not in shown
    assert "differ" not in shown


def test_a_period_that_was_dropped_is_said_first() -> None:
    answer = Answer("q", (told(None, 1, MALI, 1),), 0.9, independent_sources=1, dropped=Filter(since="2026-05-01"))
    assert answer_text(answer).plain.startswith("(no answer there (only articles published since 2026-05-01)")


@pytest.mark.parametrize(
    ("why", "said"),
    [("later report", "; the later report comes first"), ("correction", "; the correction comes first")],
)
def test_why_the_first_of_those_that_differ_leads_is_said(why: str, said: str) -> None:
    citations = (told("nine", 1, MALI, 1), told("11", 2, BARE, 2))
    shown = answer_text(Answer("q", citations, 0.9, independent_sources=1, agreement="differ", why=why)).plain
    assert said in next(line for line in shown.split("\n") if line.startswith("Sources differ"))


def test_what_a_slip_was_read_as_is_said_first_also_where_nothing_was_found() -> None:
    answer = Answer("q", (told(None, 1, MALI, 1),), 0.9, independent_sources=1, read_as=("Ardun", "marathon"))
    assert answer_text(answer).plain.startswith("(read as: Ardun, marathon)\n")
    assert answer_text(Answer("q", (), 0.1, read_as=("Ardun",)), "fr").plain.startswith("(lu comme : Ardun)\n")


def test_a_greeting_and_a_question_about_the_corpus_have_a_line_of_their_own() -> None:
    assert answer_text(Answer("hi", (), 0.0, purpose="talk")).plain.startswith("Hello! Ask me what the articles tell")
    thanks = Answer("Merci !", (), 0.0, purpose="talk", talk="thanks")
    assert answer_text(thanks, "fr").plain == "Avec plaisir. Posez d'autres questions quand vous voulez.\n"
    figures = Figures(3, ("River Post", "Hill Herald"), "2025-01-01", "2025-06-24")
    shown = answer_text(Answer("how many?", (), 0.0, purpose="figures", figures=figures)).plain
    assert shown == "3 articles, published 2025-01-01 to 2025-06-24.\nOutlets: River Post, Hill Herald\n"


def test_a_digest_is_a_line_a_story_with_what_prints_the_same_below_it() -> None:
    told = (
        cite(MALI, QUOTE),
        replace(cite(BARE, QUOTE, number=2), story=1),
        cite(BARE, "More will follow.", number=3, story=2),
    )
    digest = Digest(told, "Mali", Filter(since="2025-06-01"))
    expected = (
        "(only articles published since 2025-06-01)\n"
        "[1] Its capacity is 100 tonnes [per year], the minister said.\n"
        "    Mali opens a refinery · River Post · 2025-06-24 · mali.txt · mali1\n"
        "    https://example.org/m\n"
        "    [2] the same words in bare · sub/bare.txt · bare\n"
        "[3] More will follow.\n"
        "    bare · sub/bare.txt · bare\n"
    )
    assert digest_text(digest).plain == expected
    answer = Answer("news about Mali since June", told, 1.0, purpose="digest", digest=digest, filter=digest.filter)
    assert answer_text(answer).plain == expected
    assert digest_text(Digest(())).plain == "Not found in this corpus.\n"
