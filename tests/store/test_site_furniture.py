"""Is what stands on page after page of a site left out, and nothing else, whatever came first?"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from standin_encoder import StandIn, write_articles

from askcorpus.cli.inspect import command
from askcorpus.indexing import run
from askcorpus.indexing.run import refresh
from askcorpus.store import site_lines
from askcorpus.store.catalog import CATALOG
from askcorpus.store.opening import open_store
from askcorpus.store.verifying import verify

LETTER = "Sign up for the Lesna letter and never miss a story."
LABEL = "More from our newsroom"
QUIET = "No one was hurt."
TOWNS = "Lesna Ostra Morava Velka Brod Kamen Dubno Hora Luky Polna Vrba Jasen Klin Sosna Topol Buk".split()


def story(town: str) -> str:
    return f"The council of {town} voted for its own harbour wall after a debate of nine hours on a rainy Monday."


def page(folder: Path, town: str, *more: str, **fields: Any) -> Path:
    text = "\n\n".join([story(town), *more])
    row = {"id": town, "title": f"{town} votes", "text": text, "publisher": "Tribune", **fields}
    return write_articles(folder / f"{town}.jsonl", row)


def passages(store: Path) -> dict[str, list[str]]:
    """What can be found and quoted of each article."""
    found: dict[str, list[str]] = {}
    with open_store(store) as snapshot, sqlite3.connect(store / CATALOG) as catalog:
        seen = "added_in <= ?1 AND (removed_in IS NULL OR removed_in > ?1)"
        rows = catalog.execute(f"SELECT first, passages FROM articles WHERE {seen}", (snapshot.generation,)).fetchall()
        for first, count in rows:
            for passage in snapshot.passages(list(range(first, first + count))):
                found.setdefault(passage.article.id, []).append(passage.text)
    return found


def test_a_line_on_every_page_of_a_site_is_left_out_of_all_of_them(folder: Path, store: Path) -> None:
    for town in TOWNS[:6]:
        page(folder, town, LETTER, f"{town} has a harbour.", LABEL)
    page(folder, "Else", LETTER, publisher="Herald")
    refresh(folder, store, StandIn())
    assert passages(store) == {
        **{town: [story(town), f"{town} has a harbour."] for town in TOWNS[:6]},
        "Else": [f"{story('Else')}\n\n{LETTER}"],
    }


def test_four_pages_are_not_enough_and_the_fifth_takes_the_line_out_of_the_others(folder: Path, store: Path) -> None:
    for town in TOWNS[:4]:
        page(folder, town, LETTER)
    refresh(folder, store, StandIn())
    assert all(LETTER in texts[0] for texts in passages(store).values())
    last = page(folder, TOWNS[4], LETTER)
    encoder = StandIn()
    counts = refresh(folder, store, encoder).counts
    assert (counts.added, counts.changed, counts.unchanged) == (1, 0, 4)
    assert passages(store) == {town: [story(town)] for town in TOWNS[:5]}
    last.unlink()
    refresh(folder, store, encoder)
    assert passages(store) == {town: [f"{story(town)}\n\n{LETTER}"] for town in TOWNS[:4]}


def test_the_text_of_an_article_stays_what_it_was(folder: Path, store: Path) -> None:
    for town in TOWNS[:6]:
        page(folder, town, LETTER)
    refresh(folder, store, StandIn())
    with open_store(store) as snapshot:
        article = snapshot.article("Lesna")
        assert article.text == f"{story('Lesna')}\n\n{LETTER}"
        assert [article.text[s:e] for s, e in snapshot.furniture_in(article)] == [LETTER]


def test_reprints_of_one_story_are_no_furniture(folder: Path, store: Path) -> None:
    for town in TOWNS[:9]:
        text = f"{story('Lesna')}\n\n{QUIET}\n\nThe wall will be ready in autumn."
        write_articles(folder / f"{town}.jsonl", {"id": town, "title": f"As told in {town}", "text": text})
    refresh(folder, store, StandIn())
    assert all(QUIET in " ".join(texts) for texts in passages(store).values())
    assert len(passages(store)) == 9


def test_a_sentence_that_a_third_of_the_stories_repeat_is_kept_and_a_label_is_not(folder: Path, store: Path) -> None:
    for n, town in enumerate(TOWNS):
        page(folder, town, *([QUIET, LABEL] if n % 3 == 0 else []))
    refresh(folder, store, StandIn())
    told = [" ".join(texts) for texts in passages(store).values()]
    assert (sum(QUIET in text for text in told), sum(LABEL in text for text in told)) == (6, 0)


def test_an_interrupted_run_leaves_no_trace_of_what_it_counted(folder: Path, store: Path) -> None:
    for town in TOWNS[:4]:
        page(folder, town, LETTER)
    refresh(folder, store, StandIn())
    before = passages(store)
    page(folder, TOWNS[0], "Rewritten without the letter.")
    for town in TOWNS[4:8]:
        page(folder, town, LETTER)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refresh(folder, store, StandIn(pause=stop))
    assert passages(store) == before
    for town in TOWNS[4:8]:
        (folder / f"{town}.jsonl").unlink()
    page(folder, TOWNS[0], LETTER)
    refresh(folder, store, StandIn())
    assert passages(store) == before
    assert verify(store).catalog == ()


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_changes_does_not_matter(seed: int, folder: Path, store: Path, tmp_path: Path) -> None:
    chance = random.Random(seed)
    page(folder, "Always")
    for step in range(12):
        for town in chance.sample(TOWNS, 4):
            if chance.random() < 0.3:
                (folder / f"{town}.jsonl").unlink(missing_ok=True)
            else:
                more = [line for line in (LETTER, LABEL, QUIET) if chance.random() < 0.7]
                page(folder, town, *more, publisher=chance.choice(["Tribune", "Tribune", "Herald"]))
        refresh(folder, store, StandIn())
        fresh = tmp_path / f"fresh{step}"
        refresh(folder, fresh, StandIn())
        assert passages(store) == passages(fresh)
        with open_store(store) as one, open_store(fresh) as other:
            articles = [one.article(town) for town in passages(fresh)]
            assert [one.furniture_in(a) for a in articles] == [other.furniture_in(a) for a in articles]
        shutil.rmtree(fresh)
    verdict = verify(store)
    assert verdict.catalog + verdict.derived == ()


def test_a_change_has_only_the_pages_split_that_it_concerns(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for town in TOWNS:
        page(folder, town, LETTER)
    refresh(folder, store, StandIn())
    split_again = []
    split = run.split

    def counting(article: Any, **how: Any) -> Any:
        split_again.append(article.id)
        return split(article, **how)

    monkeypatch.setattr(run, "split", counting)
    page(folder, TOWNS[3], LETTER, "A correction.")
    refresh(folder, store, StandIn())
    assert split_again == [TOWNS[3]]


def test_a_store_of_before_counts_its_lines_on_the_next_run(folder: Path, store: Path) -> None:
    for town in TOWNS[:6]:
        page(folder, town, LETTER)
    refresh(folder, store, StandIn())
    expected = passages(store)
    shutil.rmtree(store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site_lines, "LEAST", 100)
        refresh(folder, store, StandIn())
    with sqlite3.connect(store / CATALOG) as catalog:
        catalog.executescript(
            "DROP TABLE lines; DROP TABLE furniture; DROP INDEX files_by_file; DELETE FROM meta WHERE key = 'lines'"
        )
        catalog.execute("PRAGMA user_version = 1")
    assert all(LETTER in texts[0] for texts in passages(store).values())
    refresh(folder, store, StandIn())
    assert passages(store) == expected
    encoder = StandIn()
    assert refresh(folder, store, encoder).generation == 2
    assert encoder.encoded == []


def test_inspect_names_what_recurs_where_there_is_a_store(folder: Path, store: Path) -> None:
    folder.mkdir()
    for town in TOWNS[:6]:
        (folder / f"{town}.txt").write_text(f"{town} votes for a wall\n\n{story(town)}\n\n{LETTER}\n", encoding="utf-8")
    refresh(folder, store, StandIn())

    def inspected(*more: str) -> Any:
        result = CliRunner().invoke(command, [str(folder / "Lesna.txt"), "--json", *more], catch_exceptions=False)
        [article] = json.loads(result.stdout)["articles"]
        kept = [article["text"][start:end] for start, end in article["passages"]]
        return kept, [
            line["text"] for line in article["thrown_away"] if line["reason"] == "recurs on this site's pages"
        ]

    assert inspected("--store", str(store)) == ([story("Lesna")], [LETTER])
    assert inspected("--store", str(store / "nowhere")) == ([f"{story('Lesna')}\n\n{LETTER}"], [])
