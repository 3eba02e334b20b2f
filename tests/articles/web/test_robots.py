"""What robots.txt does not allow is not asked for."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from web_server import Server, html, url

from askcorpus.articles.draft import Unreadable
from askcorpus.articles.web.add import add, add_feeds
from askcorpus.articles.web.fetch import Fetcher
from askcorpus.articles.web.robots import rules_in, unknown_rules

FORBIDDEN = "robots.txt does not allow it (--ignore-robots does not ask)"


def robots(*lines: str) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "text/plain"}, "\n".join(lines).encode()


def test_a_page_that_robots_txt_forbids_is_skipped_and_never_asked_for(
    server: Server, fetcher: Fetcher, tmp_path: Path
) -> None:
    server.pages |= {
        "/robots.txt": robots("User-agent: *", "Disallow: /private"),
        "/a": html("A"),
        "/private": html("P"),
    }
    forbidden, allowed = add([url(server, "/private?x=1#part"), url(server, "/a")], tmp_path, fetcher=fetcher)
    assert (forbidden.outcome, forbidden.reason, allowed.outcome) == ("skipped", FORBIDDEN, "added")
    assert [path for path, *_ in server.asked] == ["/a"]


def test_robots_txt_is_asked_once_in_a_run(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    server.pages |= {f"/{n}": html(f"Story {n}") for n in range(4)}
    list(add([url(server, f"/{n}") for n in range(4)], tmp_path, fetcher=fetcher))
    assert (len(server.asked_robots), len(server.asked)) == (1, 4)


def test_pages_that_a_feed_names_are_held_against_it_too(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    items = "".join(f"<item><link>{url(server, f'/{n}')}</link></item>" for n in ("a", "b"))
    server.pages |= {"/robots.txt": robots("User-agent: askcorpus", "Disallow: /b"), "/a": html("A"), "/b": html("B")}
    server.pages["/feed"] = 200, {"Content-Type": "text/xml"}, f"<rss><channel>{items}</channel></rss>".encode()
    assert [a.outcome for a in add_feeds([url(server, "/feed")], tmp_path, fetcher=fetcher)] == ["added", "skipped"]


def test_a_redirect_into_what_is_forbidden_is_not_followed(server: Server, fetcher: Fetcher) -> None:
    server.pages |= {"/robots.txt": robots("User-agent: *", "Disallow: /in"), "/in": html("In")}
    server.pages["/out"] = 302, {"Location": "/in"}, b""
    with pytest.raises(Unreadable, match=r"robots.txt does not allow it"):
        fetcher.fetch(url(server, "/out"))
    assert [path for path, *_ in server.asked] == ["/out"]


@pytest.mark.parametrize("status", [404, 401, 403, 410])
def test_a_host_without_robots_txt_allows_everything(server: Server, fetcher: Fetcher, status: int) -> None:
    server.pages |= {"/robots.txt": (status, {}, b""), "/a": html("A")}
    assert fetcher.fetch(url(server, "/a")) is not None


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_host_whose_robots_txt_cannot_be_had_is_not_asked_for_more(
    server: Server, fetcher: Fetcher, status: int
) -> None:
    server.pages |= {"/robots.txt": (status, {}, b""), "/a": html("A")}
    for _ in range(2):
        with pytest.raises(Unreadable, match=rf"the server answered {status} .*, asking for robots.txt"):
            fetcher.fetch(url(server, "/a"))
    assert (len(server.asked_robots), server.asked) == (1, [])


def test_ignoring_robots_txt_does_not_ask_for_it(server: Server, tmp_path: Path) -> None:
    server.pages |= {"/robots.txt": robots("User-agent: *", "Disallow: /"), "/a": html("A")}
    rude = Fetcher(allow_private=True, ignore_robots=True, pause_s=0.0)
    (added,) = add([url(server, "/a")], tmp_path, fetcher=rude)
    assert (added.outcome, server.asked_robots) == ("added", [])


def test_a_host_that_wants_more_time_between_requests_gets_it(server: Server, fetcher: Fetcher) -> None:
    server.pages |= {"/robots.txt": robots("User-agent: *", "Crawl-delay: 0.3"), "/a": html("A"), "/b": html("B")}
    began = time.monotonic()
    fetcher.fetch(url(server, "/a"))
    fetcher.fetch(url(server, "/b"))
    assert time.monotonic() - began >= 2 * 0.3  # after robots.txt and after the first page


def test_the_rules_for_askcorpus_come_before_those_for_all() -> None:
    told = rules_in(b"User-agent: *\nDisallow: /\n\nUser-agent: AskCorpus\nDisallow: /x\n")
    assert (told.objection("http://a/y"), told.objection("http://a/x")) == ("", FORBIDDEN)


def test_a_byte_order_mark_hides_no_rule() -> None:
    assert rules_in("\ufeffUser-agent: *\nDisallow: /x".encode()).objection("http://a/x") == FORBIDDEN


def test_words_of_the_program_s_description_are_no_names_of_it() -> None:
    assert rules_in(b"User-agent: news\nDisallow: /\n\nUser-agent: reads\nDisallow: /\n").objection("http://a/") == ""


def test_only_whole_lines_of_a_long_file_count() -> None:
    comment = b"# " + b"x" * (500 * 1024 - 28) + b"\n"
    cut = comment + b"User-agent: *\nDisallow: /very-private-things\n"
    assert cut[: 500 * 1024].endswith(b"Disallow: /")
    assert rules_in(cut).objection("http://a/news") == ""
    assert rules_in(b"User-agent: *\nDisallow: /x\n" + comment).objection("http://a/x") == FORBIDDEN


def test_no_delay_is_longer_than_ten_seconds() -> None:
    assert rules_in(b"User-agent: *\nCrawl-delay: 86400\n").pause_s == 10.0
    assert rules_in(b"User-agent: *\nCrawl-delay: x\n").pause_s == 0.0


def test_where_the_rules_are_unknown_nothing_may_be_asked_for() -> None:
    assert (
        unknown_rules("no answer").objection("http://a/")
        == "no answer, asking for robots.txt (--ignore-robots does not ask)"
    )


def test_rules_that_are_nothing_but_stars_are_held_against_a_long_address_at_once() -> None:
    """As a regular expression each star goes over all that is left: for eight of them hours."""
    rules = rules_in(("User-agent: *\n" + "".join(f"Disallow: /{'*a' * n}b$\n" for n in range(8, 40))).encode())
    began = time.process_time()
    assert rules.objection("http://a.example/" + "a" * 4_000) == ""
    assert rules.objection("http://a.example/" + "a" * 4_000 + "b") == FORBIDDEN
    assert time.process_time() - began < 1
