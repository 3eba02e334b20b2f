from __future__ import annotations

import json
import re
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askcorpus.answer.digest import answered
from askcorpus.rendering.keeping import shown
from askcorpus.rendering.kept import Origin, Shown
from askcorpus.rendering.markup import clean, clip, escape, pieces, safe_url, tagged, text_fragment, utf16, visible
from askcorpus.rendering.telegram import day, origin_html, original_url, render, render_passage
from askcorpus.telegram.texts import speaker
from askcorpus.types import Answer, Article, Citation, Digest, Filter, Source


def say(key: str, **values: object) -> str:
    if key == "months":
        return "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
    if key == "day":
        return "{day} {month} {year}".format(**values)
    return f"[{key} {' '.join(f'{v}' for v in values.values())}]".replace("<", "&lt;")


def answer(text: str, start: int, end: int, **source: str) -> Answer:
    article = Article("a", source.pop("title", "Title"), text, Source("f.txt", **source))
    citation = Citation(1, text[start:end], start, end, article, 0.9, passage=text, marks=((start, start + 2),))
    return Answer("Q?", (citation,), 0.9)


# As Telegram's own library finds them: a name, a command, an address of Telegram, a link of its own scheme.
TELEGRAM_ACTS = re.compile(
    r"(?<!\w)@\w|(?<![\w/<>])/\w|(?<![a-z0-9])(?:(?:t|telegram)\.(?:me|dog)\b|tg:)|(?:tg|ton|tonsite)://", re.IGNORECASE
)
hostile = st.lists(st.sampled_from(("@a", "/a", "@", "/", "tg:", "t.me", " ", "a", "\x01", "."))).map("".join)
anything = hostile.filter(bool).map(lambda bit: (bit * 3000)[:6000]) | st.text(
    st.characters(codec="utf-8"), max_size=6000
)


@given(anything, st.integers(2, 300))
def test_clipped_text_fits_and_is_a_beginning(text, units):
    cut = clip(text, units)
    assert utf16(cut) <= units
    assert text.startswith(cut.removesuffix(" …")) or cut == text


@given(anything, st.integers(2, 300))
def test_pieces_make_up_the_text_and_each_fits(text, units):
    slices = list(pieces(text, units))
    assert "".join(text[a:b] for a, b in slices) == text
    assert all(utf16(text[a:b]) <= units for a, b in slices)


@given(anything.filter(bool), st.data())
def test_whatever_an_article_says_the_message_is_well_formed_and_fits(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    kept = shown(answer(text, start, end, title=text[:50], publisher=text[-50:], url="https://e.org/"), question="Q?")
    for message in (render(kept, say, at_most=3), *render_passage(kept.cited[0], say)):
        assert utf16(visible(message)) <= 4096
        outside = "".join(part.rpartition(">")[2] for part in message.split("<"))
        assert "<" not in outside
    assert Shown.from_json(json.loads(json.dumps(kept.as_json()))) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Ask @stranger",
        "(@stranger)",
        "Send /start now",
        "/start@bot",
        "see t.me/stranger",
        "https://T.ME/x",
        "u.t.me",
        "telegram.me/x",
        "telegram.dog",
        "tg://resolve?domain=x",
        "tg:resolve",
        "wordTG://resolve?domain=x",
        "ton://transfer/x",
        "a1tonsite://x.ton",
        "ton:\x01//transfer/x",
        "@\x01stranger",
        "t\x02.me/x",
        "t.\u202eme/x",
        "/\x01start",
        "tg\x01://resolve?domain=x",
    ],
)
@pytest.mark.parametrize("spans", [[], [(5, 30, "b")], [(i, i + 1, "b") for i in range(0, 40, 2)]])
def test_quoted_text_names_nobody_sends_nothing_and_opens_no_chat(text, spans):
    for shown_text in (escape(clean(text)), tagged(text, 0, len(text), spans)):
        seen = visible(shown_text)
        assert not TELEGRAM_ACTS.search(seen)
        assert seen.replace("\u2060", "") == clean(text)  # otherwise it is as it was


@pytest.mark.parametrize(
    "text",
    [
        "a@b.example",
        "Washington: a",
        "a ton: 5",
        "km/h",
        "1/2",
        "and/or",
        "https://e.example/x",
        "at.me",
        "t.mean",
        "<b>/",
        "@ 5",
    ],
)
def test_what_only_looks_like_it_is_left_as_it_is(text):
    assert visible(tagged(text, 0, len(text), [])) == text


def test_spans_may_overlap_and_reach_beyond_the_slice():
    assert tagged("abcdef", 1, 5, [(0, 3, "u"), (2, 9, "b")]) == "<u>b</u><b><u>c</u></b><b>de</b>"


@pytest.mark.parametrize(
    "url",
    [
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://e.org/",
            "//e.org/x",
            "https://",
            "https:///x",
            "http://localhost/x",
        ),
        *(
            "https://e.org/a b",
            "https://e.org/\n",
            'https://e.org/"onclick',
            "https://e.org/<b>",
            "https://user:pw@e.org/",
        ),
        *(
            "https://e.org:99999/",
            "https://e.org:x/",
            "https://[::1",
            "tg://user?id=1",
            "https://e.org/" + "x" * 1500,
            "",
            None,
        ),
    ],
)
def test_what_is_no_plain_web_address_is_never_a_link(url):
    assert not safe_url(url)


@pytest.mark.parametrize(
    "url", ["https://e.org", "http://пример.рф/х?a=1&b=2#c", "https://1.2.3.4:8080/x", "https://a-b.co.uk/~x"]
)
def test_a_plain_web_address_is_a_link(url):
    assert safe_url(url)


def test_a_text_fragment_leads_to_the_quote():
    assert text_fragment("Short, and-sweet & «так»") == (
        ":~:text=Short%2C%20and%2Dsweet%20%26%20%C2%AB%D1%82%D0%B0%D0%BA%C2%BB"
    )
    assert text_fragment(" ".join(string.ascii_lowercase)) == ":~:text=a%20b%20c%20d%20e,v%20w%20x%20y%20z"
    kept = shown(answer("One two.", 0, 8, url="https://e.org/x#part"), question="Q?").cited[0]
    assert original_url(kept.origin, kept.quote) == "https://e.org/x#part:~:text=One%20two."


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2025-06-24", "24 Jun 2025"),
        ("2025-06-04T23:00:00+02:00", "4 Jun 2025"),
        (None, ""),
        ("", ""),
        ("2025", "2025"),
        ("2025-13-01", "2025-13-01"),
        ("2025-0²-1³", "2025-0²-1³"),  # digits to Python, but no numbers
        ("<b>soon</b>", "&lt;b&gt;soon&lt;/b"),
    ],
)
def test_a_date_is_shown_as_it_is_spoken_and_what_is_none_as_it_is(published, expected):
    assert day(published, say) == expected


def test_what_a_slip_was_read_as_is_shown() -> None:
    found = Answer("q", (), 0.1, read_as=("Ard<un", "marathon"))
    assert render(shown(found, question="q"), say, at_most=3) == "[read_as Ard&lt;un, marathon]\n[not_found ]"


def test_what_the_question_was_narrowed_to_and_how_it_was_understood_are_shown():
    found = Answer("Q?", (), 0.1, filter=Filter(since="2025-01-01", publisher="<Post>"))
    text = render(shown(found, question="Q?", understood="P? Q?"), say, at_most=3)
    assert text.startswith("[understood P? Q?]\n[narrowed ")
    assert text.endswith(" – · &lt;Post>]\n[not_found ]")


@pytest.mark.parametrize(
    ("narrow", "says"),
    [
        (Filter(since="2025-06-01", until="2025-07-31"), "1 June 2025 – 31 July 2025"),
        (Filter(since="2025-06-01", until="2025-06-01", collection="archive"), "1 June 2025 · archive"),
        (Filter(until="2025-06-01", publisher="<Post>"), "– 1 June 2025 · <Post>"),
        (Filter(publisher="Post"), "Post"),
    ],
)
def test_the_days_that_a_question_was_narrowed_to_are_written_as_a_reader_writes_them(
    narrow: Filter, says: str
) -> None:
    message = render(shown(Answer("Q?", (), 0.1, filter=narrow), question="Q?"), speaker("en"), at_most=3)
    assert visible(message).startswith(f"Only: {says}\n")


def cited(number: int, text: str, *, story: int | None = None, value: str | None = None, **source: str) -> Citation:
    article = Article(f"a{number}", source.pop("title", f"Title {number}"), text, Source(f"{number}.txt", **source))
    at = text.find(value) if value else 0
    marks = ((at, at + len(value)),) if value else ()
    return Citation(
        number, text, 0, len(text), article, 0.9, passage=text, marks=marks, story=story or number, value=value
    )


def told(*citations: Citation, **more: object) -> str:
    return render(shown(Answer("Q?", citations, 0.9, **more), question="Q?"), say, at_most=9)


def test_the_quote_stands_once_and_its_source_below_it_leads_to_the_sentence() -> None:
    one = cited(1, "It opens in May.", publisher="Post", published="2025-03-11", url="https://e.org/x")
    assert told(one) == (
        "<blockquote>It opens in May.</blockquote>\n"
        '<a href="https://e.org/x#:~:text=It%20opens%20in%20May.">Post · 11 Mar 2025 · Title 1</a>'
    )


def test_what_is_filled_into_words_of_the_other_direction_keeps_its_own() -> None:
    """Else 3 October becomes October 3 on the screen, and the day of an English paper falls apart."""
    paper = Origin("a", "Library reopens", "Valley Times", "2026-10-04", None)
    arabic, english = speaker("ar"), speaker("en")
    assert origin_html(paper, arabic) == "Valley Times · \u20684 أكتوبر 2026\u2069 · Library reopens"
    theirs = replace(paper, title="عنوان", publisher="الشرق")
    assert origin_html(theirs, arabic) == "\u2068الشرق\u2069 · 4 أكتوبر 2026 · \u2068عنوان\u2069"
    assert origin_html(theirs, english) == "\u2068الشرق\u2069 · 4 October 2026 · \u2068عنوان\u2069"
    assert "\u20683 October 2026\u2069" in arabic("agree", n=2, value="3 October 2026")
    assert "\u2068" not in arabic("agree", n=2, value="٣ أكتوبر") + arabic("agree", n=2, value="710")
    assert "\u2068" not in english("agree", n=2, value="3 October 2026") + arabic("in_usage", name="archive")


def test_those_that_agree_stand_together_and_those_that_differ_with_their_value() -> None:
    message = told(
        cited(1, "It employs 340 people.", value="340", publisher="Post"),
        cited(2, "It employs 340 people.", story=1, publisher="Copy"),
        cited(3, "The plant has 340 workers.", value="340", publisher="Courier"),
        cited(4, "Some 200 work there.", value="200", publisher="Herald"),
        cited(5, "Many work there.", publisher="Echo"),
        agreement="differ",
        independent_sources=2,
    )
    assert message.split("\n")[1:] == [
        "Post · Title 1",
        "[same_words ] Copy",
        "[agree 2 340]",
        "3 · Courier",
        "[differ 340 · 200]",
        "4 · <b>200</b> · Herald · Title 4",
        "5 · Echo · Title 5",
    ]


def test_a_value_is_the_same_however_it_is_written() -> None:
    message = told(
        cited(1, "It cost 5 million euros.", value="5 million euros"),
        cited(2, "It cost 5,000,000 euros.", value="5,000,000 euros"),
        agreement="agree",
        independent_sources=2,
    )
    assert message.endswith("[agree 2 5 million euros]\n2 · Title 2")


@pytest.mark.parametrize("sources", [1, 2, 3])
def test_a_plain_answer_fits_a_screen_of_a_phone(sources: int) -> None:
    long = " ".join(["Sentence of a report that goes on"] * 40)
    citations = [
        cited(n, long, title="T" * 200, publisher="P" * 90, published="2025-03-11", url="https://e.org/" + "u" * 300)
        for n in range(1, sources + 1)
    ]
    message = render(shown(Answer("Q?", tuple(citations), 0.9), question="Q?"), speaker("en"), at_most=3)
    assert 500 < utf16(visible(message)) <= 700


def test_of_a_long_quote_the_part_with_what_was_asked_for_is_shown() -> None:
    text = "before " * 120 + "it employs 340 people" + " after" * 120
    message = told(cited(1, text.strip(), value="340")).split("\n")[0]
    assert "employs <b>340</b> people after" in message
    assert message.startswith("<blockquote>… before")
    assert message.endswith("after …</blockquote>")


def test_names_from_right_to_left_do_not_turn_the_line() -> None:
    message = told(cited(1, "نص", publisher="الشرق", published="2025-03-11", title="عنوان"))
    assert message.split("\n")[1] == "\u2068الشرق\u2069 · 11 Mar 2025 · \u2068عنوان\u2069"


def test_of_a_quote_over_two_paragraphs_the_one_with_what_was_asked_for_is_shown():
    text = "Eleven were hurt.\n\nThe ferry had 200 people aboard."
    start = text.index("200")
    article = Article("a", "T", text, Source("f"))
    for marks, expected in ((((start, start + 3),), "The ferry had <b>200</b> people aboard."), ((), text)):
        citation = Citation(1, text, 0, len(text), article, 0.9, passage=text, marks=marks)
        message = render(shown(Answer("Q?", (citation,), 0.9), question="Q?"), say, at_most=3)
        assert message.startswith(f"<blockquote>{expected}</blockquote>\nT")


def test_what_was_kept_before_values_were_is_still_shown() -> None:
    kept = json.loads(json.dumps(shown(answer("One two.", 0, 8), question="Q?").as_json()))
    for c in kept["cited"]:
        del c["value"], c["agrees"]
    assert "e two." in render(Shown.from_json(kept), say, at_most=3)


def test_a_digest_numbers_its_stories_counts_outlets_and_groups_what_is_about_the_same() -> None:
    def cite(n: int, story: int, publisher: str | None, title: str) -> Citation:
        article = Article(
            f"a{n}",
            title,
            "The ferry sank off Grimsund. More follows.",
            Source("f", published="2025-03-04", publisher=publisher),
        )
        return Citation(n, "The ferry sank off Grimsund.", 0, 28, article, 0.0, passage=article.text, story=story)

    told = (
        cite(1, 1, "Post", "Ferry"),
        cite(2, 1, "Herald", "Ferry"),
        cite(3, 2, "Post", "Inquiry"),
        cite(4, 3, None, "Weather"),
    )
    digest = Digest(told, "the <sea>", Filter(since="2025-03-01"), ("Grimsund", "Grimsund", ""))
    made = render(shown(answered(digest, "q"), question="q"), speaker("en"), at_most=3)
    assert visible(made) == (
        "🗞 News on: the <sea>\nOnly: 1 March 2025 –\n\nGrimsund\n"
        "1 · The ferry sank off Grimsund.\nPost · 4 March 2025 · Ferry · 2 outlets\n"
        "2 · The ferry sank off Grimsund.\nPost · 4 March 2025 · Inquiry\n\n"
        "3 · The ferry sank off Grimsund.\n4 March 2025 · Weather"
    )
    assert (
        Shown.from_json(json.loads(json.dumps(shown(answered(digest, "q"), question="q").as_json()))).headings[0]
        == "Grimsund"
    )


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_a_digest_of_long_sentences_is_cut_to_a_message_and_keeps_all_its_stories(language: str) -> None:
    text = "The council of the town met for a long while and said " + "one thing and another " * 20 + "at last."
    told = tuple(
        Citation(n, text, 0, len(text), Article(f"a{n}", f"Title {n} " + "of many words " * 9, text, Source("f", published="2025-03-04", publisher="The Daily Post")), 0.0, passage=text, story=n)
        for n in range(1, 11)
    )  # fmt: skip
    made = render(shown(answered(Digest(told), "q"), question="q"), speaker(language), at_most=3)
    assert utf16(visible(made)) <= 4096
    assert visible(made).count("The council") == 10


def test_a_digest_without_stories_says_so_and_names_the_newest() -> None:
    article = Article("a", "Old news", "Text.", Source("f", published="2025-01-01"))
    made = render(shown(answered(Digest(()), "q", nearest=(article,)), question="q"), speaker("en"), at_most=3)
    assert visible(made) == "🗞 News\nThere is nothing new.\nNewest articles\n• 1 January 2025 · Old news"
