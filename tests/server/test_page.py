"""What does a person see of the page?  A real Chromium asks a real server over newspapers.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import newspapers
import pytest
from liar import lying
from serving import TOKEN, served

from askcorpus.corpus import Corpus
from askcorpus.encoder import Encoder
from askcorpus.indexing.run import refresh
from askcorpus.settings import Settings
from askcorpus.types import Article, Source

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REOPENED = "When did the Old Sund Bridge reopen?"
WAIT_MS = 90_000  # of a machine on which the rest of the tests run as well
Opened = Callable[..., "Page"]


@pytest.fixture(scope="module")
def address(corpus: Corpus) -> Iterator[str]:
    """Of a server that needs no token."""
    with served(corpus) as address:
        yield address


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opened]:
    """Opens the page; what it complains of, and what it asks elsewhere, fails the test."""
    contexts, wrong = [], []

    def watched(page: Page, own: str) -> None:
        page.set_default_timeout(WAIT_MS)
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith((own, "data:")) else wrong.append(asked.url))

    def open_(path: str = "/", *, at: str = address, **options: Any) -> Page:
        contexts.append(browser.new_context(**options))
        page: Page = contexts[-1].new_page()
        watched(page, at)
        page.goto(at + path)
        if at == address:
            told(page, "#figures", re.compile("15|١٥"))
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [line for line in wrong if "401" not in line] == []  # the browser notes it where a token is wanted


def ask(page: Page, question: str) -> None:
    """Type it, press Enter, wait for what comes."""
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_selector('#answer[aria-busy="false"] > *')


def told(page: Page, place: str, text: str | re.Pattern[str]) -> None:
    """Wait until the page says this there."""
    from playwright.sync_api import expect

    expect(page.locator(place)).to_contain_text(text, timeout=WAIT_MS)


@pytest.mark.parametrize(
    ("question", "quoted", "language"),
    [
        (REOPENED, "reopened to traffic on 14 March 2026", "en"),
        ("Сколько экспонатов в музее янтаря в Светлом?", "Коллекция насчитывает 3400 экспонатов", "ru"),
        ("ماذا تنتج محطة تحلية المياه في مدينة الساحل؟", "تنتج المحطة 80 ألف متر مكعب يوميا", "ar"),
    ],
)
def test_a_question_in_any_language_is_answered_with_a_quote(
    opened: Opened, question: str, quoted: str, language: str
) -> None:
    page = opened()
    ask(page, question)
    first = page.locator("blockquote").first
    assert quoted in first.inner_text()
    assert first.get_attribute("lang") == language
    direction = first.evaluate("e => getComputedStyle(e).direction")
    assert direction == ("rtl" if language == "ar" else "ltr")


def test_a_citation_leads_to_the_quote_in_its_article_and_back(opened: Opened) -> None:
    page = opened()
    ask(page, "How many žemle did Jiří Šťastný bake on Sunday?")
    page.click(".quote.first a")
    page.wait_for_selector("dialog[open] mark")
    text = page.locator("#text").inner_text()
    assert text.startswith("🚲🚲 Žižkov’s café")
    assert page.locator("#text mark").inner_text() == "The owner, Jiří Šťastný, baked 412 žemle — a record — on Sunday."
    assert page.evaluate("document.activeElement.id") == "title"
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog:not([open])", state="attached")
    page.wait_for_url(lambda url: "article=" not in url)
    assert page.locator(".quote").count() > 0
    page.go_back()
    page.wait_for_selector("dialog[open] mark")


def test_an_address_that_is_kept_shows_question_filter_and_article_again(opened: Opened) -> None:
    page = opened(f"/#q={REOPENED}&until=2026-04-01&article=bridge&at=0-3")
    page.wait_for_selector("dialog[open] mark")
    assert page.locator("#text mark").inner_text() == "The"
    assert page.locator("#question").input_value() == REOPENED
    assert page.locator("#until").input_value() == "2026-04-01"
    page.wait_for_selector("blockquote", state="attached")


def test_the_filters_narrow_the_answer_and_can_be_cleared(opened: Opened) -> None:
    page = opened()
    page.click("summary")
    tops = {page.locator(field).bounding_box()["y"] for field in ("#since", "#until", "#publisher", "#language")}
    assert len(tops) == 1, "fields for days and lists stand in one line"
    page.select_option("#publisher", "Harbour Post")
    ask(page, "How many workers did the fire in Karlholm injure?")
    assert page.locator(".quote").count() == 1
    assert "injured 11 workers" in page.locator("blockquote").inner_text()
    page.fill("#since", "2026-06-01")
    ask(page, "How many workers did the fire in Karlholm injure?")
    assert page.locator(".quote").count() == 0
    page.click("#clear")
    page.wait_for_selector(".differ")
    assert page.locator(".differ").inner_text().startswith("Sources differ: ")
    assert page.locator("#publisher").input_value() == ""


def test_a_collection_can_be_chosen_where_there_are_several(opened: Opened, two_collections: Path) -> None:
    with Corpus(Settings(store=str(two_collections))) as corpus, served(corpus) as both:
        page = opened("/#q=Who opened the swimming pool?&collection=news", at=both)
        page.wait_for_selector("blockquote")
        assert page.locator("#narrowed").inner_text() == "news (2)"
        assert "news" in page.locator(".quote.first .origin").inner_text()
        options = page.locator("#collection option").all_inner_texts()
        assert options == ["any", "news (2)", "old (4)"]
        page.select_option("#collection", label="old (4)")
        ask(page, REOPENED)
        assert {text.split("\n")[-1] for text in page.locator(".origin").all_inner_texts()} == {"old"}
        page.click("#clear")
        page.wait_for_function("!location.hash.includes('collection')")
        assert page.locator("#collection").input_value() == ""
    assert not opened().locator("#within").is_visible(), "one collection is nothing to choose from"


def test_what_was_asked_for_is_marked_and_sources_that_differ_are_named(opened: Opened) -> None:
    page = opened()
    ask(page, "How many workers did the fire in Karlholm injure?")
    assert sorted(page.locator("blockquote mark").all_inner_texts()) == ["11", "14"]
    assert "14 (Coast Gazette, 2026-05-06)" in page.locator(".differ").inner_text()


def test_not_found_is_said_with_the_nearest_articles(opened: Opened) -> None:
    page = opened()
    ask(page, "What is the boiling point of tungsten?")
    assert page.locator(".said").inner_text() == "Not found in this corpus."
    assert page.locator(".quote").count() == 0
    assert page.locator("li a").count() > 0


def test_a_question_goes_on_from_the_last_one(opened: Opened) -> None:
    page = opened()
    ask(page, REOPENED)
    ask(page, "And what did it cost?")
    assert "38 million crowns" in page.locator("blockquote").first.inner_text()
    assert REOPENED in page.locator(".notes").first.inner_text()


def test_everything_can_be_done_with_the_keyboard(opened: Opened) -> None:
    page = opened()
    page.locator("#update").focus()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "question"
    page.keyboard.type(REOPENED)
    page.keyboard.press("Enter")
    page.wait_for_selector("blockquote")
    for _ in range(4):  # the button, the filters, the first citation
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.quote') !== null"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_is_cut_off_at_twice_the_size(opened: Opened, language: str) -> None:
    half = {"width": 640, "height": 400}  # what a window of 1280 by 800 has left at 200 %
    page = opened(f"/?language={language}", viewport=half, device_scale_factor=2)
    ask(page, "How many workers did the fire in Karlholm injure?")
    page.click("summary")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page.click(".quote.first a")
    page.wait_for_selector("dialog[open]")
    box = page.locator("dialog[open]").bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 640
    for width in (360, 320):  # a phone; and at 400 %
        page.set_viewport_size({"width": width, "height": 480})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_speaks_the_readers_language_and_runs_their_way(opened: Opened) -> None:
    page = opened(locale="ar")
    assert (page.locator("html").get_attribute("lang"), page.locator("html").get_attribute("dir")) == ("ar", "rtl")
    assert page.locator("button[type=submit]").inner_text() == "اسأل"
    question, button = page.locator("#question").bounding_box(), page.locator("button[type=submit]").bounding_box()
    assert question is not None
    assert button is not None
    assert button["x"] < question["x"]


def test_it_is_dark_where_the_reader_wants_that(opened: Opened) -> None:
    background = "getComputedStyle(document.documentElement).backgroundColor"
    light, dark = (
        [int(n) for n in re.findall(r"\d+", opened(color_scheme=scheme).evaluate(background))]
        for scheme in ("light", "dark")
    )
    assert sum(light) > 700
    assert sum(dark) < 100


def test_a_token_is_asked_for_once_and_kept_for_the_tab(opened: Opened, corpus: Corpus) -> None:
    with served(corpus, token=TOKEN) as locked:
        page = opened(at=locked)
        page.wait_for_selector("#entry[open]")
        page.fill("#token", "not the token at all")
        page.press("#token", "Enter")
        page.wait_for_selector("#entry[open]")
        page.fill("#token", TOKEN)
        page.press("#token", "Enter")
        told(page, "#figures", "15")
        ask(page, REOPENED)
        assert page.locator("blockquote").count() > 0


def test_an_answer_is_written_up_at_the_press_of_a_button(opened: Opened, news_store: Path) -> None:
    with (
        lying() as liar,
        Corpus(Settings(store=str(news_store), llm=liar.address)) as corpus,
        served(corpus) as address,
    ):
        liar.says = lambda asked: (
            "The Old Sund Bridge reopened on 14 March 2026 [1]. The repairs took twenty months [1]."
        )
        page = opened(at=address)
        told(page, "#figures", "15")
        ask(page, REOPENED)
        page.click("#write")
        told(page, ".written", "The Old Sund Bridge reopened on 14 March 2026. [1]")
        told(page, ".written", "1 sentence removed: not in the sources")
        assert page.locator("blockquote").first.inner_text().startswith("The Old Sund Bridge reopened to traffic")
        ask(page, REOPENED)
        assert page.locator(".written").count() == 0, "it is written when it is asked for, and not before"


class Sly:
    """A corpus with one article that no reader of files would have let through as it is."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def __getattr__(self, name: str) -> Any:
        return getattr(self._corpus, name)

    def article(self, article_id: str) -> Article:
        text = "The <b>bold</b> mayor <img src=x onerror=alert(1)> opened the pool."
        return Article(article_id, "<script>alert(2)</script>", text, Source("sly.txt", url="javascript:alert(3)"))


def test_markup_in_an_article_is_shown_as_it_is_written(opened: Opened, corpus: Corpus) -> None:
    with served(Sly(corpus)) as address:
        page = opened("/#article=sly&at=0-3", at=address)
        page.wait_for_selector("dialog[open]")
        assert page.locator("#title").inner_text() == "<script>alert(2)</script>"
        assert page.locator("#text").inner_text() == Sly(corpus).article("sly").text
        assert page.locator("dialog img, dialog b, dialog a").count() == 0


def test_new_articles_are_looked_for_and_counted(opened: Opened, tmp_path: Path, real_encoder: Encoder) -> None:
    folder = newspapers.write(tmp_path / "articles", newspapers.ROWS[:1])
    refresh(folder, tmp_path / "store", real_encoder)
    newspapers.write(folder, newspapers.ROWS[4:5], name="more.jsonl")
    with Corpus(Settings(store=str(tmp_path / "store"))) as corpus, served(corpus, folders=folder) as address:
        page = opened(at=address)
        told(page, "#figures", re.compile("Articles: 1 "))
        page.click("#update")
        told(page, "#updated", "New: 1;")
        told(page, "#figures", "Articles: 2 ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened: Opened, axe: str, scheme: str) -> None:
    page = opened(color_scheme=scheme)
    page.evaluate(axe)
    found = page.evaluate("axe.run()")["violations"]
    page.click("summary")
    ask(page, "How many workers did the fire in Karlholm injure?")
    found += page.evaluate("axe.run()")["violations"]
    ask(page, "What is the boiling point of tungsten?")
    found += page.evaluate("axe.run()")["violations"]
    page.click("li a")
    page.wait_for_selector("dialog[open]")
    found += page.evaluate("axe.run()")["violations"]
    assert [(v["id"], v["impact"], [n["html"] for n in v["nodes"]]) for v in found] == []
