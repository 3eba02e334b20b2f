"""Web pages as they are really built: marked bodies, bodies in pieces, lists of links, legacy markup."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from lxml.html import tostring
from trafilatura.utils import load_html

from askcorpus.articles.decoding import page_in_utf8
from askcorpus.articles.draft import Draft, Limits, Unreadable
from askcorpus.articles.formats.html import read_page
from askcorpus.articles.formats.html_body import parsed

ROOT = Path(__file__).parents[3]
TITLE = "Council votes for the second bridge"
TEXT = [f"The council of Lesna voted on Tuesday for part {n} of the plan, which costs {n} million crowns and lasts {n} years."
        for n in range(2, 12)]  # fmt: skip


def read(html: str) -> Draft:
    (draft,) = read_page(html.encode(), limits=Limits())
    return draft


def page(body: str, head: str = "") -> str:
    return f'<!DOCTYPE html><html lang="en"><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>'


def p(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def paragraphs(draft: Draft) -> list[str]:
    return draft.text.split("\n\n")


def test_only_the_body_that_a_page_marks_is_read() -> None:
    links = "".join(f'<li><a href="/{n}">Another story <p>{TEXT[n]}</p></a></li>' for n in range(5))
    html = page(f'<article><h1>{TITLE}</h1><div itemprop="articleBody">{p(TEXT[5:])}</div><ul>{links}</ul></article>')
    assert paragraphs(read(html)) == TEXT[5:]


def test_a_body_in_pieces_is_read_whole() -> None:
    pieces = "".join(
        f'<div class="grid"><div class="body chunk">{p(TEXT[n : n + 5])}</div><aside>Ad</aside></div>' for n in (0, 5)
    )
    assert paragraphs(read(page(f"<article><h1>{TITLE}</h1>{pieces}</article>"))) == TEXT


def test_readers_comments_are_no_piece_of_the_body() -> None:
    comments = "".join(f'<div class="comment"><p>{text.replace("council", "reader")}</p></div>' for text in TEXT[:4])
    assert paragraphs(read(page(f'<article>{p(TEXT)}</article><section id="comments">{comments}</section>'))) == TEXT


def test_a_link_to_another_article_between_paragraphs_is_left_out() -> None:
    html = page(
        f'<article>{p(TEXT[:5])}<p><a href="/x">Five things to know about the old bridge</a></p>{p(TEXT[5:])}</article>'
    )
    assert paragraphs(read(html)) == TEXT


def test_words_that_are_links_stay_in_their_sentence() -> None:
    linked = [text.replace("council of Lesna", 'council of <a href="/lesna">Lesna</a>') for text in TEXT]
    assert paragraphs(read(page(f"<article>{p(linked)}</article>"))) == TEXT


def test_furniture_among_the_paragraphs_is_left_out_and_named() -> None:
    inside = [
        "Photo: Anna Lund / Lesna Tribune",
        "READ MORE: The old bridge is to close",
        "Subscribe to our newsletter",
    ]
    draft = read(page(f"<article>{p([*TEXT[:3], *inside, *TEXT[3:]])}</article>"))
    assert paragraphs(draft) == TEXT
    assert "link to another article" in {d.reason for d in draft.dropped if d.text == inside[1]}


LEADS = [
    '<p class="teaser">{}</p>', '<div class="article-teaser"><p>{}</p></div>', "<h2>{}</h2>", '<p class="subheadline">{}</p>',
    '<ul class="teaser-text"><li>{}</li></ul>',
]  # fmt: skip


@pytest.mark.parametrize("lead", LEADS)
def test_the_lead_between_headline_and_text_is_text_whatever_the_page_calls_it(lead: str) -> None:
    told = "Lesna will have its second bridge after all, and nobody yet knows who is going to pay for it."
    html = page(f"<header><h1>{TITLE}</h1>{lead.format(told)}</header><article><div>{p(TEXT)}</div></article>")
    assert paragraphs(read(html)) == [told, *TEXT]


def test_a_teaser_that_leads_to_another_page_is_no_lead() -> None:
    teaser = '<div class="teaser"><a href="/x">The old bridge is to be closed for three years, says the council of Lesna on Monday.</a></div>'
    assert paragraphs(read(page(f"<h1>{TITLE}</h1>{teaser}<article><div>{p(TEXT)}</div></article>"))) == TEXT


def test_a_lead_stands_above_the_first_heading_of_the_text() -> None:
    told = "Lesna will have its second bridge after all, and nobody yet knows who is going to pay for it."
    body = f"<h3>What it costs</h3>{p(TEXT)}"
    html = page(f'<h1>{TITLE}</h1><p class="teaser">{told}</p><article><div>{body}</div></article>')
    assert paragraphs(read(html)) == [told, "What it costs", *TEXT]


BESIDE = [
    '<div class="author-bio"><p>{}</p></div>', '<section class="newsletter-form"><p>{}</p></section>', '<div class="sharing"><p>{}</p></div>',
]  # fmt: skip


@pytest.mark.parametrize("around", BESIDE)
def test_what_stands_beside_the_text_is_left_out_and_named_though_the_extractor_takes_it(around: str) -> None:
    told = "Anna Lund has written about bridges, ferries and harbours since the year of the great flood in Lesna."
    draft = read(page(f"<article><h1>{TITLE}</h1>{p(TEXT[:5])}{around.format(told)}{p(TEXT[5:])}</article>"))
    assert paragraphs(draft) == TEXT
    assert told in {d.text for d in draft.dropped}


def test_a_page_that_names_its_text_as_others_name_what_is_beside_it_keeps_its_text() -> None:
    assert (
        paragraphs(read(page(f'<article class="x"><div class="no-share"><h1>{TITLE}</h1>{p(TEXT)}</div></article>')))
        == TEXT
    )


def test_a_heading_that_links_jump_to_stays() -> None:
    html = page(f'<article><h1>{TITLE}</h1>{p(TEXT[:5])}<h3 id="nav_costs">What it costs</h3>{p(TEXT[5:])}</article>')
    assert paragraphs(read(html)) == [*TEXT[:5], "What it costs", *TEXT[5:]]


@pytest.mark.parametrize("tag", ["span", "a", "strong"])
def test_words_that_the_page_puts_on_lines_of_their_own_are_not_run_together(tag: str) -> None:
    own = f'<{tag} style="color:red; display: block">The vote was close.</{tag}>'
    html = page(f"<article><h1>{TITLE}</h1>{p(TEXT[:5])}<p>{TEXT[5]}{own}{own}</p>{p(TEXT[6:])}</article>")
    assert f"{TEXT[5]} The vote was close. The vote was close." in " ".join(read(html).text.split())


def test_a_page_too_short_for_an_extractor_is_read_as_it_is() -> None:
    assert paragraphs(read("<p>The mayor is gone.</p><p>She left at noon.</p>")) == [
        "The mayor is gone.",
        "She left at noon.",
    ]


def test_a_body_that_only_the_pages_data_tell_is_read() -> None:
    data = {"@context": "https://schema.org", "@graph": [{"@type": ["NewsArticle"], "headline": TITLE,
            "articleBody": "\n".join(TEXT), "datePublished": "2025-03-12T09:40:00Z", "publisher": {"name": "Lesna Tribune"}}]}  # fmt: skip
    draft = read(page("<div id='app'>Loading</div>", f'<script type="application/ld+json">{json.dumps(data)}</script>'))
    assert paragraphs(draft) == TEXT
    assert (draft.publisher, draft.published) == ("Lesna Tribune", "2025-03-12T09:40:00+00:00")


def known(head: str) -> tuple[str | None, str | None]:
    draft = read(page(f"<article>{p(TEXT)}</article>", head))
    return draft.publisher, draft.published


ADDRESS = '<link rel="canonical" href="https://www.tribune.example/2025/bridge">'
SITE = {"@context": "https://schema.org", "@type": "WebSite", "name": "Lesna Tribune"}
PUBLISHERS = [
    (f'{ADDRESS}<meta property="og:site_name" content="@Tribune">', "Tribune"),
    (f'{ADDRESS}<meta name="twitter:site" content="@LesnaTribune">', "LesnaTribune"),
    (f'{ADDRESS}<meta name="publisher" content="lesna tribune">', "Lesna Tribune"),
    (f'{ADDRESS}<meta name="publisher" content="tribune.example">', "tribune.example"),
    (f'{ADDRESS}<meta name="twitter:site" content="@">', "tribune.example"),
    (f'{ADDRESS}<script type="application/ld+json">{json.dumps(SITE)}</script>', "Lesna Tribune"),
    (f'{ADDRESS}<script type="application/ld+json">["odd", 1]</script>', "tribune.example"),
    (ADDRESS, "tribune.example"),
    ("", None),
]


@pytest.mark.parametrize(("head", "publisher"), PUBLISHERS)
def test_a_publisher_is_named_by_what_the_page_tells_of_its_site_else_by_its_host(
    head: str, publisher: str | None
) -> None:
    assert known(head)[0] == publisher


@pytest.mark.parametrize(
    ("title", "headline", "publisher"),
    [
        ("Wages rise by 6.5 per cent - Lesna Tribune", "Wages rise by 6.5 per cent", "Lesna Tribune"),
        ("Wages rise by 6.5 per cent - Politics", "Wages rise by 6.5 per cent", None),
        ("Wages rise by 6.5 per cent", "Wages rise by 6.5 per cent", None),
        ("Wages rise | World news", "Wages rise", None),
        ("浜北港の連絡船が運休｜浜北新報", "浜北港の連絡船が運休", "浜北新報"),
        ("浜北港の連絡船が運休：浜北日報", "浜北港の連絡船が運休", "浜北日報"),
        ("滨北港渡轮停航_新闻频道_滨北晚报", "滨北港渡轮停航", "滨北晚报"),
        ("滨北港渡轮停航-滨北日报", "滨北港渡轮停航", "滨北日报"),
        ("하마항 여객선 운항 중단 - 하마일보", "하마항 여객선 운항 중단", "하마일보"),
        ("浜北港の連絡船が運休｜社会", "浜北港の連絡船が運休", None),
    ],
)
def test_a_headline_is_no_publisher_and_the_paper_behind_it_is(
    title: str, headline: str, publisher: str | None
) -> None:
    draft = read(
        f"<html><head><title>{title}</title></head><body><article><h1>{headline}</h1>{p(TEXT)}</article></body></html>"
    )
    assert (draft.title, draft.publisher) == (headline, publisher)


@pytest.mark.parametrize("mark", ["::", "»", "~", "//", "|"])
@pytest.mark.parametrize("level", ["h2", "h3"])
def test_what_stands_behind_the_headline_in_the_page_s_title_is_none_of_it(mark: str, level: str) -> None:
    head, paper = "The mill of Lesna closes in June", "Lesna Tribune"
    told = f"<{level}>{head}</{level}>{p(TEXT)}"
    title = f"{head} {mark} {paper}"
    for named in (f"<title>{title}</title>", f'<title>{title}</title><meta property="og:title" content="{title}">'):
        draft = read(f"<html><head>{named}</head><body><div>{told}</div></body></html>")
        assert (draft.title, draft.publisher) == (head, paper)


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Ukraine - What the vote of Lesna means", "Ukraine"),
        ("Breaking news | The mill of Lesna closes", "Breaking news"),
        ("The mill of Lesna | What its end means", "The mill of Lesna | What its end means"),
        ("A day at sea - what the skippers of Skarholm say of the new quotas for cod and haddock", "A day at sea"),
    ],
)
def test_a_title_is_not_cut_to_the_section_that_it_begins_with(title: str, heading: str) -> None:
    head = f'<meta property="og:title" content="{title}">'
    assert read(page(f"<h2>{heading}</h2><div><h2>Mills</h2>{p(TEXT)}</div>", head)).title == title


@pytest.mark.parametrize(
    ("line", "published", "publisher"),
    [
        ("By Anna Lund, 12 March 2025", "2025-03-12", None),
        ("By Anna Lund | 12 March 2025", "2025-03-12", None),
        ("Anna Lund · Lesna Tribune · Wednesday 12 March 2025", "2025-03-12", "Lesna Tribune"),
        ("04/03/2025 às 09h12", None, None),
        ("04/03/2025 a las 09:12", None, None),
        ("Publié le 04/03/2025 à 09h12", None, None),
        ("04/03/2025 um 9.12 Uhr", None, None),
    ],
)
def test_who_wrote_it_when_and_for_whom_is_no_text(line: str, published: str | None, publisher: str | None) -> None:
    draft = read(page(f"<div><h1>{TITLE}</h1><p>{line}</p>{p(TEXT)}</div>"))
    assert (paragraphs(draft), draft.published, draft.publisher) == (TEXT, published, publisher)


DATES = [
    ('<meta property="article:published_time" content="2025-03-12T09:40:00+01:00">', "2025-03-12T09:40:00+01:00"),
    ('<meta name="dc.date" content="2025-03-12">', "2025-03-12"),
    ('<link rel="canonical" href="https://tribune.example/2025/03/12/bridge">', "2025-03-12"),
    ("", None),
]


@pytest.mark.parametrize(("head", "published"), DATES)
def test_a_date_that_no_article_tag_tells_is_found_elsewhere_on_the_page_or_in_its_url(
    head: str, published: str | None
) -> None:
    assert known(head)[1] == published


def test_scripts_styles_and_forms_are_never_text() -> None:
    noise = "<script>var a = 'secret words here';</script><style>p {color: red}</style><form><p>Your name please.</p></form>"
    text = read(page(f"<article>{noise}{p(TEXT)}</article>")).text
    assert "secret" not in text
    assert "color" not in text


def test_the_language_is_that_of_the_text_not_of_the_template() -> None:
    french = [
        f"Le conseil de Valmorin a voté mardi la partie {n} du plan, qui coûte {n} millions d'euros à la ville."
        for n in range(8)
    ]
    assert read(page(f"<article>{p(french)}</article>")).language == "fr"


@pytest.mark.parametrize("language", ["id", "ms"])
def test_the_template_decides_between_languages_that_look_alike(language: str) -> None:
    text = ["Harga ikan di pelabuhan naik pada hari Selasa, kata menteri itu."]  # is both
    html = page(f"<article><h1>Harga ikan naik</h1>{p(text)}</article>").replace('lang="en"', f'lang="{language}"')
    assert read(html).language == language


@pytest.mark.parametrize("depth", [100, 300, 1200])
def test_a_page_of_unclosed_elements_is_read(depth: int) -> None:
    assert paragraphs(read(page("<font>" * depth + p(TEXT)))) == TEXT


def test_a_page_nested_beyond_the_limit_is_refused() -> None:
    with pytest.raises(Unreadable, match="nested more than 1500 deep"):
        read(page("<div>" * 1800 + p(TEXT)))


@pytest.mark.parametrize(
    "html",
    [
        page(p(TEXT)),
        page("\n".join(f"<p>{text}</p>" for text in TEXT)),
        page("<p cl\x01ass='a\ufffeb\uffff'>12\x0115\x1f</p><\x02p>Größe, 東京 – „Mühle“</p>&#1;" + p(TEXT)),
        page(p(TEXT * 5) + "\n<p cl\x01ass='a'>12\x0115\x1f</p><\x02p>Größe, 東京 – „Mühle“</p>"),
        page(p(TEXT * 5) + "\n<p class='a\ufffeb'>12\uffff15</p>"),
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0/EN" "http://www.w3.org/TR/xhtml1/DTD"/ ><html><body><p>One</p></body></html>',
        '<!doctype html>\n<html lang="en"/>\n<head></head><body><p>Two</p></body>',
        '\n<?xml version="1.0" encoding="iso-8859-1"?>\n<html><meta charset="iso-8859-1"><body><p>Größe</p></body></html>',
        f"<p>{TEXT[0]}</p><p>{TEXT[1]}</p>",
        "<html>" + "<!-- Größe -->" * 900 + f"<body>{p(TEXT)}",
    ],
)
def test_a_page_is_parsed_as_the_extractor_parses_it(html: str) -> None:
    """Its own way of loading a page takes twice the time; each trait of it that changes the tree is kept."""
    ours = parsed(page_in_utf8(html.encode()), max_depth=500)
    assert tostring(ours, encoding="unicode") == tostring(load_html(html), encoding="unicode")


@pytest.mark.parametrize("html", ["", " ", "plain words", "<p>One paragraph</p>", "<!-- nothing -->"])
def test_what_is_no_page_for_the_extractor_is_none(html: str) -> None:
    with pytest.raises(Unreadable, match="not a web page"):
        parsed(html.encode(), max_depth=500)


REMARK = "At last some good news for our children, who had to go to the next town to learn how to swim at all!"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Swimmer12 · 13/03/2025 08:12", "Mireille · 13/03/2025 09:40"),
        ("Nageur12 — 13 mars 2025", "Mireille — 14 mars 2025"),
        ("Wasserratte, 13.03.2025, 8:12 Uhr", "Birgit K., 14.03.2025, 9:40 Uhr"),
        ("swimmer_12 • 2 hours ago", "Rhona • 38 minutes ago"),
    ],
)
def test_what_readers_say_below_a_heading_each_with_name_and_day_is_no_text(one: str, two: str) -> None:
    said = f"<h3>What you say</h3><p>{one}</p><p>{REMARK}</p><p>{two}</p><p>{REMARK.replace('news', 'word')}</p>"
    draft = read(page(f"<article><h1>{TITLE}</h1>{p(TEXT)}{said}</article>"))
    assert paragraphs(draft) == TEXT
    assert REMARK in [dropped.text for dropped in draft.dropped]


@pytest.mark.parametrize(
    ("one", "two"),
    [("Anna Lund", "Per Dahl"), ("12 March 2025", "13 March 2025"), ("Lesna, the first day", "Skarholm, the last")],
)
def test_an_interview_and_a_chronicle_below_a_heading_are_text(one: str, two: str) -> None:
    said = f"<h3>How it went on</h3><p>{one}</p><p>{REMARK}</p><p>{two}</p><p>{REMARK.replace('news', 'word')}</p>"
    assert REMARK in paragraphs(read(page(f"<article><h1>{TITLE}</h1>{p(TEXT)}{said}</article>")))


def test_paragraphs_stand_verbatim_in_the_page() -> None:
    html = page(
        f"<article>{p(TEXT)}<table><tr><td>Cost</td><td>12 &euro;</td></tr></table><ul><li>One &amp; two</li></ul></article>"
    )
    spelled = re.sub(r"\s", "", parsed(page_in_utf8(html.encode()), max_depth=500).text_content())
    for paragraph in paragraphs(read(html)):
        assert re.sub(r"\s", "", paragraph) in spelled


def benchmark(name: str = "extraction") -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)  # its dataclasses look for it there
    spec.loader.exec_module(module)
    return module


def test_the_measure_counts_runs_of_four_words_and_weighs_pages_alike() -> None:
    extraction = benchmark()
    assert extraction.shares("a b c d e", "a b c d e") == (1.0, 0.0, 0.0)
    assert extraction.shares("a b c d e", "a b c d x") == (1 / 3, 1 / 3, 1 / 3)
    assert extraction.shares("a b c d", "") == (0.0, 0.0, 1.0)
    f1, precision, recall = extraction.score([(1.0, 0.0, 0.0), (0.0, 0.0, 1.0)])
    assert (precision, recall) == (1.0, 0.5)
    assert f1 == pytest.approx(2 / 3)


def saved(eval_folder: Path, name: str) -> Path:
    if not (eval_folder / name).is_dir():
        pytest.skip(f"{eval_folder} has no {name}/")
    return eval_folder / name


def test_saved_pages_are_read_as_well_as_the_benchmark_says(eval_folder: Path) -> None:
    f1, _, _ = benchmark().score(list(benchmark().measure(saved(eval_folder, "pages")).values()))
    assert f1 >= 0.978


def test_segments_that_belong_to_a_text_are_read_and_others_are_not(eval_folder: Path) -> None:
    segments = benchmark("segments")
    f, _, _ = segments.score(segments.measure(saved(eval_folder, "segments"), every=2))
    assert f >= 0.955  # of every second page; of all 330, whose reading takes 12 s, .9475


def test_what_is_read_of_saved_pages_stands_verbatim_in_them(eval_folder: Path) -> None:
    for path in sorted(saved(eval_folder, "pages").glob("*.html.gz"))[:20]:
        data = gzip.decompress(path.read_bytes())
        spelled = re.sub(r"[\s\u00ad\u200b-\u200f]", "", parsed(page_in_utf8(data), max_depth=1500).text_content())
        for paragraph in [p for draft in read_page(data, limits=Limits()) for p in paragraphs(draft)]:
            assert re.sub(r"\s", "", paragraph) in spelled
