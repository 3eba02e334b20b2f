"""Pages with several articles, live pages, pages behind a wall, and pages that are none."""

from __future__ import annotations

import json

import pytest

from askcorpus.articles.draft import Draft, Limits, Unreadable
from askcorpus.articles.formats.html import read_page

TITLE = "Council votes for the second bridge"
TEXT = [f"The council of Lesna voted on Tuesday for part {n} of the plan, which costs {n} million crowns and lasts {n} years."
        for n in range(2, 12)]  # fmt: skip
OTHER = "Mill of Skarholm closes in June"
MORE = [f"The owners of the mill in Skarholm said that {n} of its machines stand still and {n} people will be paid until May."
        for n in range(3, 9)]  # fmt: skip


def read(body: str, head: str = "", language: str = "en") -> tuple[Draft, ...]:
    page = f'<!DOCTYPE html><html lang="{language}"><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>'
    return read_page(page.encode(), limits=Limits())


def p(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def ld(*nodes: dict[str, object]) -> str:
    return f'<script type="application/ld+json">{json.dumps(list(nodes))}</script>'


def test_each_story_of_an_endless_page_is_an_article_with_its_own_date() -> None:
    drafts = read(
        f"<main><article><h1>{TITLE}</h1>{p(TEXT)}</article>"
        f'<article><h1>{OTHER}</h1><time datetime="2025-03-10T07:00:00Z">10 March</time>{p(MORE)}</article></main>',
        '<meta property="article:published_time" content="2025-03-12T08:15:00Z">',
    )
    assert [(d.title, d.published, d.text) for d in drafts] == [
        (TITLE, "2025-03-12T08:15:00+00:00", "\n\n".join(TEXT)),
        (OTHER, "2025-03-10T07:00:00+00:00", "\n\n".join(MORE)),
    ]


@pytest.mark.parametrize(
    "make", ['div class="post hentry"', 'div class="article enArticle"', "article", 'section class="story"']
)
def test_every_container_of_a_page_is_kept(make: str) -> None:
    end = make.partition(" ")[0]
    told = [*(TEXT[n : n + 3] for n in range(6)), MORE[:1]]  # the last is of one paragraph
    stories = "".join(f"<{make}><h2>Story {n} of the day</h2>{p(text)}</{end}>" for n, text in enumerate(told))
    assert [d.text for d in read(f"<div>{stories}</div>")] == ["\n\n".join(text) for text in told]


def test_an_export_as_a_page_tells_publisher_and_date_of_each_article() -> None:
    drafts = read(
        "".join(
            f'<div class="article enArticle"><div>News</div><div><span class="enHeadline">{title}</span></div><div>Anna Lund</div><div>212 words</div>'
            f"<div>{day} March 2025</div><div>{paper}</div><div>HRBGZT</div><div>English</div><div>(c) 2025 {paper}</div>{p(text)}</div>"
            for title, day, paper, text in ((TITLE, 12, "Harbour Gazette", TEXT), (OTHER, 13, "Lesna Courier", MORE))
        )
    )
    assert [(d.title, d.publisher, d.published) for d in drafts] == [
        (TITLE, "Harbour Gazette", "2025-03-12"),
        (OTHER, "Lesna Courier", "2025-03-13"),
    ]
    assert [d.text for d in drafts] == ["\n\n".join(TEXT), "\n\n".join(MORE)]


def test_cards_that_lead_to_other_articles_are_no_stories_of_the_page() -> None:
    cards = "".join(
        f'<article><h3><a href="/{n}">Story {n} of the day</a></h3><p>{MORE[n]} {MORE[n - 1]}</p></article>'
        for n in (1, 2, 3)
    )
    (draft,) = read(f"<main><article><h1>{TITLE}</h1>{p(TEXT)}</article></main><div>{cards}</div>")
    assert draft.text == "\n\n".join(TEXT)


def test_readers_comments_are_no_stories_of_the_page() -> None:
    comments = "".join(f'<article class="comment-body"><h4>Reader {n}</h4>{p(MORE[:3])}</article>' for n in range(4))
    (draft,) = read(f"<main><article><h1>{TITLE}</h1>{p(TEXT)}</article></main><div>{comments}</div>")
    assert MORE[0] not in draft.text


def test_a_live_page_is_one_article_with_its_own_title_and_the_time_of_each_update() -> None:
    updates = "".join(
        f'<div class="live-update"><time datetime="2025-03-12T1{n}:05:00Z">1{n}:05</time><h2>Update {n}</h2><p>{TEXT[n]}</p></div>'
        for n in range(5)
    )
    head = ld({"@type": "LiveBlogPosting", "headline": TITLE, "datePublished": "2025-03-12T09:00:00Z",
               "liveBlogUpdate": [{"@type": "BlogPosting", "headline": "Update 1", "articleBody": TEXT[1]}]})  # fmt: skip
    (draft,) = read(f"<article><h1>{TITLE}</h1>{updates}</article>", head)
    assert (draft.title, draft.published) == (TITLE, "2025-03-12T09:00:00+00:00")
    assert all(f"1{n}:05\n\nUpdate {n}\n\n{TEXT[n]}" in draft.text for n in range(5))


def test_a_text_told_whole_behind_a_wall_takes_the_place_of_its_beginning() -> None:
    head = ld({"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n".join(TEXT)})
    (draft,) = read(f"<article><h1>{TITLE}</h1>{p(TEXT[:3])}<p>{TEXT[3][:60]}…</p></article>", head)
    assert draft.text == "\n\n".join(TEXT)


def test_a_text_told_of_another_story_does_not() -> None:
    head = ld({"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n".join(MORE * 4)})
    (draft,) = read(f"<article><h1>{TITLE}</h1>{p(TEXT[:5])}</article>", head)
    assert draft.text == "\n\n".join(TEXT[:5])


def test_a_caption_and_a_box_belong_to_the_article_below_its_text() -> None:
    caption, box = (
        "The keeper of the light watches the crane on Sunday.",
        "The bridge is 410 metres long and was begun in 1911 by Peder Holm.",
    )
    (draft,) = read(
        f"<article><h1>{TITLE}</h1>{p(TEXT[:4])}<figure><img src=a.jpg><figcaption>{caption}</figcaption></figure>"
        f'<aside class="factbox"><h3>Facts</h3><p>{box}</p></aside>{p(TEXT[4:])}</article>'
    )
    assert draft.text.split("\n\n") == [*TEXT, caption, box]


def test_a_caption_above_the_text_and_a_box_before_its_last_line_belong_to_it_and_a_gallery_below_does_not() -> None:
    caption, box, below = (
        "The keeper of the light watches the crane on Sunday.",
        "The bridge is 410 metres long and was begun in 1911 by Peder Holm.",
        "Another crane lifts the roof of the mill in Lesna on Monday.",
    )

    def figure(told: str) -> str:
        return f"<figure><img src=a.jpg><figcaption>{told}</figcaption></figure>"

    last = "The council votes on 9 April."
    (draft,) = read(
        f"{figure(below)}<article><h1>{TITLE}</h1>{figure(caption)}{p(TEXT)}"
        f'<aside class="infobox"><h3>Facts</h3><p>{box}</p></aside><p>{last}</p>{figure(below)}</article>'
    )
    assert draft.text.split("\n\n") == [*TEXT, last, caption, box]


@pytest.mark.parametrize(
    ("title", "text", "reason"),
    [
        ("404 Not Found", "The requested URL was not found on this server.", "error page"),
        ("Seite nicht gefunden - Harzer Bote", "Die gewünschte Seite existiert nicht mehr.", "error page"),
        ("Page introuvable", "La page que vous recherchez n'est plus là.", "error page"),
        ("Just a moment...", "Enable JavaScript and cookies to continue", "check for robots"),
        ("Harbour Gazette", "Please verify you are a human to go on reading.", "check for robots"),
        ("Before you continue", "We value your privacy. Accept all. Reject all.", "cookies"),
        ("Harzer Bote", "Wir und unsere 120 Partner speichern Daten. Zustimmen und weiter", "cookies"),
    ],
)  # fmt: skip
def test_a_page_that_is_no_article_is_skipped_by_its_name(title: str, text: str, reason: str) -> None:
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    with pytest.raises(Unreadable, match=reason):
        read_page(page.encode(), limits=Limits())


def test_an_article_about_error_pages_is_an_article() -> None:
    text = ["The requested URL was not found, said the screens of the town hall for nine hours.", *TEXT]
    (draft,) = read(f"<article><h1>{TITLE}</h1>{p(text)}</article>")
    assert draft.text == "\n\n".join(text)


def test_every_line_of_the_page_is_in_the_text_or_named() -> None:
    (draft,) = read(
        f'<nav><a href="/">Home</a><a href="/s">Sport</a></nav><article><h1>{TITLE}</h1>{p(TEXT)}</article>'
        f'<aside><p>{MORE[0]}</p></aside><div id="comments"><p>{MORE[1]}</p></div><footer>© 2014 Harbour Gazette</footer>'
    )
    dropped = {d.text: d.reason for d in draft.dropped}
    assert {"Home Sport", MORE[0], MORE[1], "© 2014 Harbour Gazette"} <= set(dropped) | {"Home Sport"}
    assert any("Home" in text for text in dropped)
    assert dropped[MORE[1]] == "comment"


def test_a_page_tells_where_each_piece_of_what_is_known_came_from() -> None:
    node: dict[str, object] = {
        "@type": "NewsArticle",
        "headline": TITLE,
        "datePublished": "2025-03-12",
        "publisher": {"name": "Gazette"},
    }
    (draft,) = read(f"<article><h1>{TITLE}</h1>{p(TEXT)}</article>", ld(node))
    assert dict(draft.origins)["published"] == "JSON-LD"
    assert dict(draft.origins)["publisher"] == "JSON-LD"


@pytest.mark.parametrize(
    "sign",
    [
        "<time datetime='2025-03-{day}'>{day} March</time>",
        "<p><i>{day} March 2025</i></p>",
        "<p>By Anna Lund, {day} March 2025</p>",
    ],
)
def test_headings_with_a_date_below_each_are_stories_whatever_holds_them(sign: str) -> None:
    heads = ((TITLE, "12", TEXT), (OTHER, "13", MORE))
    body = "".join(f"<div><h2>{title}</h2>{sign.format(day=day)}{p(text)}</div>" for title, day, text in heads)
    assert [(d.title, d.published, d.text) for d in read(f"<h1>The week</h1>{body}")] == [
        (TITLE, "2025-03-12", "\n\n".join(TEXT)),
        (OTHER, "2025-03-13", "\n\n".join(MORE)),
    ]
    (one,) = read(f"<h1>{TITLE}</h1>{p(TEXT)}<h2>What is next</h2>{p(MORE)}<h2>{OTHER}</h2>{p(TEXT[:3])}")
    assert one.text.startswith(f"{TEXT[0]}\n\n{TEXT[1]}")


@pytest.mark.parametrize(
    "line",
    [
        "<p>{paper} · {day} Mar 2025 · {page} · Anna Lund</p>",
        "<ul><li>{paper}</li><li>{day} Mar 2025</li><li>Page {page}</li><li>Anna Lund</li></ul>",
    ],
)
def test_paper_and_day_beside_a_story_s_headline_are_its_own(line: str) -> None:
    heads = ((TITLE, "Harbour Gazette", 12, TEXT), (OTHER, "Lesna Courier", 13, MORE))
    body = "".join(
        f"<div><h1>{t}</h1>{line.format(paper=paper, day=day, page=day)}{p(x)}</div>" for t, paper, day, x in heads
    )
    assert [(d.title, d.publisher, d.published, d.text) for d in read(body)] == [
        (TITLE, "Harbour Gazette", "2025-03-12", "\n\n".join(TEXT)),
        (OTHER, "Lesna Courier", "2025-03-13", "\n\n".join(MORE)),
    ]


def test_the_columns_of_an_export_in_cells_of_their_own_are_fields() -> None:
    def article(title: str, paper: str, day: int, text: list[str]) -> str:
        fields = {"SE": "News", "HD": title, "BY": "Anna Lund", "WC": "212 words", "PD": f"{day} March 2025", "SN": paper, "LP": p(text), "NS": "e211 : Ports", "AN": f"Document ABCDEF002025031{day}el3c0001a"}  # fmt: skip
        return "".join(f"<tr><td><b>{code}</b>&nbsp;</td><td>{value}</td></tr>" for code, value in fields.items())

    body = f"<table>{article(TITLE, 'Harbour Gazette', 12, TEXT)}{article(OTHER, 'Lesna Courier', 13, MORE)}</table>"
    assert [(d.title, d.publisher, d.published, d.text) for d in read(body)] == [
        (TITLE, "Harbour Gazette", "2025-03-12", "\n\n".join(TEXT)),
        (OTHER, "Lesna Courier", "2025-03-13", "\n\n".join(MORE)),
    ]


@pytest.mark.parametrize(
    ("title", "body", "reason"),
    [
        ("Gazette", "<noscript>You need to enable JavaScript to run this app.</noscript><div id='root'></div>", "JavaScript"),
        ("Log in", "<h1>Sign in to continue</h1><p>Enter your e-mail address. Forgot your password?</p>", "a login"),
        ("Страница не найдена", "<h1>Ой!</h1><p>Возможно, она была удалена или перемещена.</p>", "an error page"),
        ("451: Unavailable due to legal reasons", "<p>We recognize that you come from a country of the European Economic Area.</p>", "an error page"),
    ],
)  # fmt: skip
def test_a_login_an_empty_frame_and_an_error_that_only_the_title_names_are_no_articles(
    title: str, body: str, reason: str
) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_page(f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode(), limits=Limits())


def test_a_text_that_the_page_tells_with_tags_has_its_paragraphs() -> None:
    node: dict[str, object] = {"@type": "NewsArticle", "headline": TITLE, "articleBody": p(TEXT)}
    (draft,) = read(f"<article><h1>{TITLE}</h1><p>{TEXT[0]}</p></article>", ld(node))
    assert draft.text == "\n\n".join(TEXT)


def test_paragraphs_that_the_extractor_runs_together_are_those_of_the_page() -> None:
    hidden = f'<div class="paywalled-content" style="display:none">{p(TEXT[1:4])}</div>'
    (draft,) = read(f"<article><h1>{TITLE}</h1><p>{TEXT[0]}</p>{hidden}</article>")
    assert draft.text == "\n\n".join(TEXT[:4])


SERIES = (
    '<section class="item"><h2>{title}</h2>{text}</section>',
    '<div class="story-list__item"><h3><a href="/{n}">{title}</a></h3>{text}</div>',
    '<div class="row"><div id="article-{n}"><h2>{title}</h2>{text}</div></div>',
    '<div class="infinite-scroll-item" data-url="/{n}"><header><h1>{title}</h1></header><div class="x">{text}</div></div>',
    '<div data-url="/{n}"><h1>{title}</h1>{text}</div>',
    '<div class="item"><div class="headline">{title}</div>{text}</div>',
    "<section><h1>{title}</h1>{text}</section>",
    "<h1>{title}</h1>{text}",
)


@pytest.mark.parametrize("make", SERIES)
@pytest.mark.parametrize("top", ["", "<h4>News of the week</h4>"])
def test_stories_without_dates_are_parted_by_what_holds_their_headlines(make: str, top: str) -> None:
    told = ((TITLE, TEXT[:2]), (OTHER, MORE[:3]), ("Ferry of Tolsund aground off Brekke", MORE[3:]))
    body = "".join(make.format(title=title, text=p(text), n=n) for n, (title, text) in enumerate(told))
    drafts = read(f"<main>{top}{body}</main>")
    assert [(d.title, d.text) for d in drafts] == [(title, "\n\n".join(text)) for title, text in told]
    assert ("News of the week" in [d.text for d in drafts[0].dropped]) is bool(top)


@pytest.mark.parametrize(
    "body",
    [
        "<article><h1>{title}</h1><section class='item'><h2>What happens next in Lesna</h2>{a}</section><section class='item'><h2>How much it will cost them</h2>{b}</section></article>",
        "<h1>{title}</h1>{a}<div class='item'><h2>Sandy Bay near the harbour</h2>{b}</div><div class='item'><h2>Pebble Cove below the light</h2>{a}</div>",
        "<h1>{title}</h1><div class='item'><h2>1. Sandy Bay near the harbour</h2>{a}</div><div class='item'><h2>2. Pebble Cove below the light</h2>{b}</div>",
        "<h1>{title}</h1><div class='item'><h3>How much will it cost the town?</h3>{a}</div><div class='item'><h3>When will it be open for all?</h3>{b}</div>",
        "<h1>{title}</h1><section><h2>What happens next in Lesna</h2>{a}</section><section><h2>How much it will cost them</h2>{b}</section>",
        "<header><h1>{title}</h1></header><section><h1>Background</h1>{a}</section><section><h1>The cost</h1>{b}</section>",
    ],
)  # fmt: skip
def test_the_parts_of_one_article_are_not_stories_of_the_page(body: str) -> None:
    (draft,) = read(f"<main>{body.format(title=TITLE, a=p(TEXT[:3]), b=p(MORE[:3]))}</main>")
    assert draft.title == TITLE
    assert draft.text.index(TEXT[2]) < draft.text.index(MORE[2])


SIGNED = [f"<p>By Anna Lund</p>{p(TEXT)}", f"<p>By Per Dahl</p>{p(MORE)}"]
MARKED = [
    f"<span>Anna Lund</span> <time>12 March</time>{p(TEXT)}",
    f"<span>Per Dahl</span> <time>13 March</time>{p(MORE)}",
]
BELOW = [f"{p(TEXT)}<p>Anna Lund, 12 March 2025</p>", f"{p(MORE)}<p>Per Dahl, 13 March 2025</p>"]
WIRED = [p([f"LESNA, March 12 (Reuters) - {TEXT[0]}", *TEXT[1:]]), p([f"SKARHOLM (AP) — {MORE[0]}", *MORE[1:]])]


@pytest.mark.parametrize("told", [SIGNED, MARKED, BELOW, WIRED], ids=["byline", "time", "signed below", "dateline"])
@pytest.mark.parametrize(("make", "rule"), [("<h2>{}</h2>", ""), ("<h2>{}</h2>", "<hr>"), ("<p><b>{}</b></p>", "<hr>")])
def test_two_signed_stories_below_bare_headlines_are_two(told: list[str], make: str, rule: str) -> None:
    one, two = (make.format(title) + text for title, text in zip((TITLE, OTHER), told, strict=True))
    drafts = read(f"<div>{one}</div>{rule}<div>{two}</div>" if told is MARKED else one + rule + two)
    assert [d.title for d in drafts] == [TITLE, OTHER]
    assert [TEXT[0] in d.text and MORE[0] not in d.text for d in drafts] == [True, False]
    assert all(name not in d.text for d in drafts for name in ("Anna Lund", "Per Dahl"))


def test_a_story_below_a_rule_may_have_a_smaller_headline() -> None:
    drafts = read(f"<h1>{TITLE}</h1>{SIGNED[0]}<hr><h2>{OTHER}</h2>{SIGNED[1]}")
    assert [d.text for d in drafts] == ["\n\n".join(TEXT), "\n\n".join(MORE)]


REMARK = f"<h3>It was never closed at weekends</h3><p>Per Dahl, 13 March 2025</p>{p(MORE)}"


@pytest.mark.parametrize(
    "page",
    [
        "<article>{}<hr>{}</article>",
        "<article>{}</article><hr>{}",
        "<div>{}</div><div><hr>{}</div>",
        "<main>{}<hr>{}</main>",
    ],
)
def test_what_a_reader_says_below_a_rule_is_no_story(page: str) -> None:
    (draft,) = read(page.format(f"<h1>{TITLE}</h1><p>By Anna Lund, 12 March 2025</p>{p(TEXT)}", REMARK))
    assert (draft.title, draft.text.startswith(TEXT[0]), draft.published) == (TITLE, True, "2025-03-12")


@pytest.mark.parametrize(
    "below",
    [
        f"<hr><h2>What it means for the town</h2><p>Photo: Per Dahl</p>{p(MORE)}",
        f"<h2>What it means for the town</h2>{p(MORE)}<p>Map: Per Dahl, 12 March 2025</p>",
        f"<h2>In Lesna they wait for May</h2>{WIRED[0]}<h2>In Skarholm they wait for June</h2>{WIRED[1]}",
        f"<h2>In Lesna they wait for May</h2>{p(['LESNA — ' + MORE[0]])}<hr>{p(MORE[1:])}",
        f"<hr><p>Correction, 13 March 2025: {MORE[0]}</p>{p(MORE[1:])}",
        f"<hr>{p(MORE)}<hr><p>By Anna Lund</p>",
    ],
    ids=["photo", "map", "datelines of parts", "places", "correction", "rules between parts"],
)
def test_the_parts_of_one_signed_article_are_no_stories(below: str) -> None:
    (draft,) = read(f"<h1>{TITLE}</h1><p>By Anna Lund, 12 March 2025</p>{p(TEXT)}{below}")
    assert (draft.title, TEXT[0] in draft.text and MORE[1] in draft.text) == (TITLE, True)
