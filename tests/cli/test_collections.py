"""What does a shell see of several folders in one store?"""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import newspapers
import pytest
import web_server

from askcorpus.cli import doctor, main
from askcorpus.corpus import Corpus
from askcorpus.settings import Settings
from askcorpus.types import Filter, Saved

POOL = "Who opened the new swimming pool in Tarnby?"
BRIDGE = "When did the Old Sund Bridge reopen?"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with askcorpus.toml, news/ and old/, and the store of both; asked, and status looked at, only."""
    here = tmp_path_factory.mktemp("newsroom")
    newspapers.write(here / "news", newspapers.ROWS[4:6])
    newspapers.write(here / "old", newspapers.ROWS[:4])
    (here / "askcorpus.toml").write_text('store = "store"\n[folders]\nnews = "news"\n"Old ones" = "old"\n')
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here)
        with pytest.raises(SystemExit) as left:
            main(["index"])
    assert left.value.code == 0
    return here


@pytest.fixture
def run(made: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(made)

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main([str(a) for a in arguments])
        captured = capfd.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, captured.out, captured.err

    return run


def test_a_question_is_asked_of_one_collection_and_the_answer_names_it(run: Any) -> None:
    status, out, _ = run("ask", POOL, "--in", "news", "--threshold", 0)
    assert status == 0
    assert "(only articles in the collection news)" in out
    assert "news/news.jsonl" in out
    status, out, _ = run("ask", BRIDGE, "--in", "old ones", "--json", "--threshold", 0)
    told = json.loads(out)
    assert told["filter"] == {"collection": "old ones"}
    assert {c["article"]["collection"] for c in told["citations"]} == {"Old ones"}
    told = json.loads(run("ask", BRIDGE, "--in", "news", "--language", "en", "--json")[1])
    assert told["filter"] == {"collection": "news", "language": "en"}
    status, _, err = run("ask", POOL, "--in", "cellar")
    assert (status, "There is: news, Old ones" in err) == (2, True)


def test_words_of_time_still_narrow_a_question_to_one_collection(made: Path) -> None:
    with Corpus(Settings(store=str(made / "store"))) as corpus:
        answer = corpus.ask(
            "Which mayor opened something since June 2026?", where=Filter(collection="news"), threshold=0
        )
        assert answer.filter == Filter(since="2026-06-01", collection="news")
        assert corpus.digest(Filter(collection="Old ones")).citations[0].article.id == "fire-11"
        told = corpus.ask("What's new?", where=Filter(collection="news"))
        assert {c.article.id for c in told.citations} == {"mayor-june", "mayor-april"}
        assert corpus.collections() == (("news", 2), ("Old ones", 4))
        assert [a.id for a in corpus.recent(9, Filter(collection="news"))] == ["mayor-june", "mayor-april"]


def test_a_saved_question_hears_of_its_collection_alone(made: Path) -> None:
    with Corpus(Settings(store=str(made / "store"), threshold=0.05)) as corpus:
        _, heard = corpus.news([Saved(POOL, (), name) for name in ("news", "Old ones", None)])
        told = {one.place: {c.article.source.collection for c in one.answer.citations} for one in heard}
    assert told.get(0) == {"news"}
    assert told.get(1, {"Old ones"}) == {"Old ones"}
    assert 2 in told


def test_a_page_is_added_to_the_folder_of_the_collection_that_is_named_and_to_the_first_one_where_none_is(
    run: Any, made: Path
) -> None:
    server, thread = web_server.started()
    server.pages |= {"/a": web_server.html("A page"), "/b": web_server.html("Another page")}
    here = ("--allow-private", "--ignore-robots", "--json")
    before = {path: set(path.iterdir()) for path in (made / "news", made / "old")}
    try:
        files = [
            json.loads(run("add", web_server.url(server, page), *into, *here)[1])["file"]
            for page, into in (("/a", ("--in", "old ones")), ("/b", ()))
        ]
    finally:
        web_server.stop(server, thread)
    assert [folder / file for folder, file in zip((made / "old", made / "news"), files, strict=True)] == [
        path for path in (made / "old" / files[0], made / "news" / files[1]) if path.is_file()
    ]
    for folder, known in before.items():
        for path in set(folder.iterdir()) - known:  # what was added, its sidecar, what is known of the server
            path.unlink()
    status, _, said = run("add", "http://127.0.0.1:9/a", "--in", "letters")
    assert status == 2
    assert said.splitlines()[-1].endswith("there is no collection letters. There is: news, Old ones")


def test_status_show_and_digest_name_the_collection(run: Any, made: Path) -> None:
    status, out, _ = run("status")
    assert status == 0
    lines = [line for line in out.splitlines() if line.startswith("collection")]
    assert lines == [
        f"collection  news: 2 articles, {made / 'news'}; unchanged since",
        f"collection  Old ones: 4 articles, {made / 'old'}; unchanged since",
    ]
    told = json.loads(run("status", "--json")[1])
    assert [one["name"] for one in told["collections"]] == ["news", "Old ones"]
    assert "Old ones/news.jsonl" in run("show", "bridge")[1]
    status, out, _ = run("digest", "--in", "Old ones", "--json")
    assert {c["article"]["collection"] for story in json.loads(out)["stories"] for c in story} == {"Old ones"}


def test_what_an_indexing_run_did_to_which_folder_is_said(run: Any, made: Path) -> None:
    status, _, err = run("index", "news")
    assert status == 0
    assert "not named, so left as it was: Old ones. To take one out: askcorpus index --drop NAME" in err
    status, out, err = run("index", "--json", "news", "old")
    assert json.loads(out)["unchanged"] == 6
    assert "left" not in json.loads(out)
    third = newspapers.write(made / "third", newspapers.ROWS[6:7])
    status, _, err = run("index", third)
    assert (status, "is none of the folders of store" in err) == (1, True)
    status, _, err = run("index", f"new={third}")
    assert (status, "new is a new collection in the store" in err) == (0, True)
    status, _, err = run("index", "--drop", "new")
    assert (status, "1 removed" in err) == (0, True)


def test_a_store_knows_its_folders_where_none_is_chosen(
    made: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)  # no askcorpus.toml and no articles/ here
    with pytest.raises(SystemExit) as left:
        main(["index", "--store", str(made / "store")])
    said = capfd.readouterr().err
    assert left.value.code == 0
    assert f"the folders of {made / 'store'}: {made / 'news'}, {made / 'old'}" in said
    assert "6 unchanged" in said


def test_the_prompt_keeps_to_a_collection_until_it_is_told_otherwise(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ("/in Old ones", BRIDGE, "/in cellar", "/sources", "/in")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    status, out, err = run("ask", "--threshold", 0)
    assert status == 2  # of the worst line
    assert "(only articles in the collection Old ones)" in out
    assert "there is no collection cellar. There is: news, Old ones" in err
    assert "     2  in news\n     4  in Old ones\n" in out


def test_doctor_names_the_folder_that_has_changed_and_the_one_that_is_not_there(
    made: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(made, tmp_path / "copy")
    with pytest.raises(SystemExit):
        main(
            [
                "index",
                f"news={tmp_path / 'copy' / 'news'}",
                f"Old ones={tmp_path / 'copy' / 'old'}",
                "--store",
                str(tmp_path / "copy" / "store"),
            ]
        )
    newspapers.write(tmp_path / "copy" / "news", newspapers.ROWS[4:7])
    shutil.rmtree(tmp_path / "copy" / "old")
    capfd.readouterr()
    told = {
        said for state, said in doctor._store(Settings(store=str(tmp_path / "copy" / "store"))) if state == doctor.NOTE
    }
    assert any(
        one.startswith("the folder of news has changed: 1 files to read, 0 gone. Run: askcorpus index news=")
        for one in told
    )
    assert any(
        one.startswith("the folder of Old ones, ") and one.endswith("is not there: is it mounted?") for one in told
    )
