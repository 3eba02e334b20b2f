"""When a page's article was published: what says so, and what only looks as if it did."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from askcorpus.articles.draft import Limits
from askcorpus.articles.formats.html import read_page
from askcorpus.articles.formats.html_dates import date_in_address
from askcorpus.language.dates import any_date

TITLE = "Council votes for the second bridge"
TEXT = "".join(f"<p>The council of Lesna voted on Tuesday for part {n} of the plan, which costs {n} million crowns and lasts long.</p>"
               for n in range(2, 8))  # fmt: skip


def published(body: str = TEXT, head: str = "", language: str = "en", above: str = "", below: str = "") -> str | None:
    page = f'<html lang="{language}"><head><title>{TITLE}</title>{head}</head><body><article><h1>{TITLE}</h1>{above}{body}</article>{below}</body></html>'
    (draft,) = read_page(page.encode(), limits=Limits())
    return draft.published


def meta(content: str, name: str = "article:published_time") -> str:
    return f'<meta property="{name}" content="{content}">'


def ld(*nodes: dict[str, object]) -> str:
    return f'<script type="application/ld+json">{json.dumps(list(nodes))}</script>'


@pytest.mark.parametrize(
    "below",
    [
        "<footer>Copyright 2014 Harbour Gazette. All rights reserved.</footer>",
        "<p>© 2019 Harbour Gazette</p>",
        '<aside><h3>Related</h3><ul><li><a href="/2016/02/03/cod">Cod</a> <time datetime="2016-02-03">3 Feb 2016</time></li></ul></aside>',
        '<div class="comments"><p>Anna, <time datetime="2016-02-03">3 Feb 2016</time></p></div>',
    ],
)
def test_what_stands_around_an_article_does_not_date_it(below: str) -> None:
    assert published(below=below) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "The bridge was built in 1887 and last repaired in 1998, says a board on its northern side that few have read.",
        "On 4 May 2019 the old one fell, which nobody in the town has forgotten, said the mayor in her speech on Tuesday.",
        "Correction, 14 March 2025: An earlier version of this article named another engineer as the author of the plan.",
        "This article was amended on 15 March 2025 to name the insurer, which the town had not told in its first letter.",
    ],
)
def test_a_day_in_the_text_does_not_date_it(sentence: str) -> None:
    assert published(body=f"{TEXT}<p>{sentence}</p><p>{sentence}</p>") is None


def test_a_time_that_a_sentence_names_does_not_date_it() -> None:
    assert published(above='<p>The concert is on <time datetime="2025-12-24">Christmas Eve</time>.</p>') is None


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "WebPage", "mainEntity": NODE}',
        '{"@graph": [{"@type": "WebSite"}, {"@type": "WebPage", "mainEntity": NODE}]}',
        "//<![CDATA[\n NODE \n//]]>",
        "<!-- NODE -->",
        '[{"@type": "BreadcrumbList"}, NODE,]',
    ],
)
def test_json_is_read_however_it_is_wrapped(script: str) -> None:
    node = json.dumps({"@type": "NewsArticle", "headline": f"{TITLE}, again", "datePublished": "2025-03-12"})
    told = f'<script type="application/ld+json">{script.replace("NODE", node)}</script>'
    assert published(head=told) == "2025-03-12"


def test_the_json_of_another_story_does_not_date_it() -> None:
    other: dict[str, object] = {
        "@type": "NewsArticle",
        "headline": "An old story about cod",
        "datePublished": "2012-01-01",
    }
    own: dict[str, object] = {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2025-03-12T08:15:00+01:00"}
    assert published(head=ld(other)) is None
    assert published(head=ld(other, own)) == "2025-03-12T08:15:00+01:00"


@pytest.mark.parametrize("name", ["date", "date.release", "last-published"])
def test_what_names_publication_comes_before_what_may_name_the_last_change(name: str) -> None:
    head = meta("2025-03-14T06:35:45", name) + meta("2025-03-12T06:09:25")
    assert published(head=head) == "2025-03-12T06:09:25"
    assert published(head=meta("2025-03-12", name)) == "2025-03-12"


@pytest.mark.parametrize(
    "written", ["0001-01-01T00:00:00", "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "unknown", ""]
)
def test_what_programs_write_for_an_unknown_date_is_none(written: str) -> None:
    assert published(head=meta(written)) is None
    assert published(head=meta(written), above="<p>12 March 2025</p>") == "2025-03-12"


@pytest.mark.parametrize(
    ("language", "written", "day"),
    [
        ("th", "2568-03-12T08:15:00+07:00", "2025-03-12T08:15:00+07:00"),
        ("fa", "1403-12-22", "2025-03-12"),
        ("fa", "1404-01-01", "2025-03-21"),
    ],
)
def test_the_years_of_other_calendars_are_converted(language: str, written: str, day: str) -> None:
    assert published(head=meta(written), language=language) == day


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", None), ("en-GB", "2025-03-04"), ("en-US", "2025-04-03"), ("de", "2025-03-04"), ("fr-CA", "2025-03-04")],
)
def test_a_day_in_figures_is_read_as_the_pages_country_writes_it_or_not_at_all(language: str, day: str | None) -> None:
    assert published(above='<span class="date">04/03/2025</span>', language=language) == day
    assert published(head=meta("04/03/2025 08:15"), language=language) == (day and f"{day}T08:15:00")
    assert published(above='<span class="date">04/03/2025, 08:15 (GMT+7)</span>', language=language) == (
        day and f"{day}T08:15:00"
    )


@pytest.mark.parametrize(
    "above",
    [
        '<time datetime="2025-03-12">yesterday</time>',
        "<p>By Anna Lund</p><p>12 March 2025</p>",
        "<p>Updated 14 March 2025</p><p>Published 12 March 2025</p>",
        '<abbr class="published" title="2025-03-12T08:15:00+0100">Wednesday</abbr>',
        '<span class="posted-on" title="March 12, 2025">2 days ago</span>',
        "<div>Harbour Gazette — 12.03.2025</div>",
        '<div class="meta"><span>12 March 2025, 8:15</span></div>',
    ],
)
def test_a_line_between_headline_and_text_dates_it(above: str) -> None:
    day = published(above=above)
    assert day is not None
    assert day.startswith("2025-03-12")


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("2025/03/12/bridge", "2025-03-12"),
        ("news/20250312-bridge", "2025-03-12"),
        ("2025/03/bridge", None),
        ("2025/mar/12/bridge", "2025-03-12"),
        ("world/2025-march-12-bridge", "2025-03-12"),
        ("2025/bridges/12/", None),
        ("12345678/bridge", None),
    ],
)
def test_the_address_dates_it_where_it_names_a_whole_day(path: str, day: str | None) -> None:
    assert published(head=f'<link rel="canonical" href="https://gazette.example/{path}">') == day


def test_no_page_is_dated_otherwise_than_its_own_metadata_or_address_say(shared: Path) -> None:
    """Of the saved pages: the day of the page's own tags, JSON-LD or address, whichever of them it has."""
    folder = shared / "eval" / "pages"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here")
    told = re.compile(
        r'(?:article:published_time"? content="|"datePublished"\s*:\s*"|itemprop="datePublished" content="|(?<=content=")(?=[^"]+" itemprop="datePublished"))([^"]+)"',
        re.I,
    )
    dated, wrong = 0, []
    for path in sorted(folder.glob("*.html.gz")):
        data = gzip.decompress(path.read_bytes())
        (draft,) = read_page(data, limits=Limits())
        said = [any_date(text) for text in told.findall(data.decode("utf-8", "replace"))] + [date_in_address(draft.url)]
        days = {day[:10] for day in said if day}
        if days:
            dated += 1
            wrong += [path.name] if draft.published is not None and draft.published[:10] not in days else []
    assert wrong == []
    assert dated > 45
