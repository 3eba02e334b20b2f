"""Does only what the quotes say stay of what a language model writes?  A stand-in for it lies in known ways."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from liar import Liar, lying
from lies import (
    CLAIMS,
    KEPT_APART_CLAIMS,
    MORE_CLAIMS,
    PLAIN_CLAIMS,
    ROLES,
    UNSEEN_CLAIMS,
    Told,
    citation,
    false_ones,
    true_ones,
)
from serving import served

from askcorpus.cli import main
from askcorpus.corpus import Corpus
from askcorpus.encoder import Encoder
from askcorpus.errors import SettingsError, WriterError
from askcorpus.retrieval.judging import LoadedJudge
from askcorpus.settings import Settings
from askcorpus.types import Answer, Written
from askcorpus.writing.check import Check, Encode, Why, _why_not_stated
from askcorpus.writing.draft import RULES, Drafted, drafted
from askcorpus.writing.facts import facts
from askcorpus.writing.model import completer
from askcorpus.writing.reader import ClaimReader, asking
from askcorpus.writing.write import write

REOPENED = "When did the Old Sund Bridge reopen?"
TRUE = "The Old Sund Bridge reopened on 14 March 2026 [1]."
FALSE = "The repairs took twenty months [1]."


@pytest.fixture
def liar() -> Iterator[Liar]:
    with lying() as server:
        yield server


@pytest.fixture(scope="module")
def judge(real_encoder: Encoder) -> Iterator[LoadedJudge]:
    """The program's own cross-encoder."""
    loaded = LoadedJudge(real_encoder)
    yield loaded
    loaded.close()


@pytest.fixture(scope="module")
def reader(real_encoder: Encoder) -> Iterator[ClaimReader]:
    """The layers that read sentences beside quotes."""
    loaded = ClaimReader(real_encoder)
    yield loaded
    loaded.close()


@pytest.fixture(scope="module")
def encode(real_encoder: Encoder) -> Encode:
    """What encodes a sentence, once: the quotes are read with true sentences and with lies, and by several tests."""
    return functools.cache(real_encoder.encode_question)


def judged(
    told: list[Told], encode: Encode, judge: LoadedJudge, reader: ClaimReader, liar: Liar
) -> list[tuple[Told, bool]]:
    """Each sentence, and whether it stays when the model sends it with the others about its quote."""
    of_claim: dict[int, list[Told]] = defaultdict(list)
    for one in told:
        of_claim[one.claim].append(one)
    complete = completer(Settings(llm=liar.address))
    out = []
    for claim, ones in of_claim.items():
        sent = "\n".join(one.text.rstrip(".") + "".join(f" [{n}]" for n in one.cites) + "." for one in ones)
        liar.says = lambda asked, sent=sent: sent
        written = write(Answer("?", (citation(CLAIMS[claim]),), 1.0), complete, encode, judge.judge, reader.doubts)
        stays = {sentence.text.rstrip(".") for sentence in written.sentences}
        out += [(one, one.text.rstrip(".") in stays) for one in ones]
    return out


def test_of_200_lies_19_in_20_are_struck_and_of_200_true_sentences_19_in_20_stay(
    encode: Encode, judge: LoadedJudge, reader: ClaimReader, liar: Liar
) -> None:
    true, false = [*true_ones()], [*false_ones()]
    assert (len(true), len(false)) == (200, 200)
    struck = [one for one, stays in judged(true, encode, judge, reader, liar) if not stays]
    kept = [one for one, stays in judged(false, encode, judge, reader, liar) if stays]
    assert len(struck) <= 10, [one.text for one in struck]
    assert len(kept) <= 10, [(one.kind, one.text) for one in kept]
    few = Counter(one.kind for one in kept)
    assert few["uncited"] == few["no such quote"] == few["name"] == few["of another quote"] == 0


def test_quotes_in_another_language_than_the_sentence_bear_it_out_too(encode: Encode) -> None:
    struck, kept = [], []
    for claim in MORE_CLAIMS:
        check = Check([citation(claim)], encode)
        struck += [text for text in claim["true"] if check.why_not(text, (1,), claim["written_in"])]
        kept += [text for text in claim["false"] if not check.why_not(text, (1,), claim["written_in"])]
    assert len(struck) <= 3, struck  # of 44
    assert len(kept) <= 3, kept  # of 44


def test_lies_about_roles_denials_quantities_and_days_are_struck(encode: Encode, judge: LoadedJudge) -> None:
    stay = defaultdict[str, list[str]](list)
    for claim in UNSEEN_CLAIMS:
        check = Check([citation(claim)], encode, asking(judge.judge))
        for kind in ("true", "false"):
            stay[kind] += [text for text in claim[kind] if not check.why_not(text, (1,), claim["written_in"])]
    assert len(stay["false"]) <= 4, stay["false"]  # of 64
    assert len(stay["true"]) >= 57, "of 64; other words for a plain thing are struck"


def struck(claims: list[dict[str, Any]], check: Callable[[dict[str, Any]], Check]) -> Counter[str]:
    """How many true sentences and how many lies are."""
    counts = Counter[str]()
    for claim in claims:
        own = check(claim)
        for kind in ("true", "false"):
            counts[kind] += sum(own.why_not(text, (1,), claim["written_in"]) is not None for text in claim[kind])
    return counts


def test_of_plain_sentences_that_nothing_was_chosen_on_most_stay_and_of_lies_most_are_struck(
    encode: Encode, judge: LoadedJudge, reader: ClaimReader
) -> None:
    """In nine languages; docs/measurements/writing.md says what is left."""
    found = struck(
        KEPT_APART_CLAIMS, lambda claim: Check([citation(claim)], encode, asking(judge.judge), reader.doubts)
    )
    assert found["true"] <= 17, found  # of 100
    assert found["false"] >= 78, found  # of 100


def test_of_plain_sentences_that_the_weights_were_fitted_on_a_twentieth_is_struck_and_of_lies_nine_in_ten(
    encode: Encode, judge: LoadedJudge, reader: ClaimReader
) -> None:
    """The reader was trained on none of them."""
    found = struck(PLAIN_CLAIMS, lambda claim: Check([citation(claim)], encode, asking(judge.judge), reader.doubts))
    assert found["true"] <= 5, found  # of 100
    assert found["false"] >= 90, found  # of 100


def test_where_nobody_reads_them_together_the_other_signs_tell(encode: Encode, judge: LoadedJudge) -> None:
    found = struck(PLAIN_CLAIMS, lambda claim: Check([citation(claim)], encode, asking(judge.judge)))
    assert found["true"] <= 8, found  # of 100
    assert found["false"] >= 84, found  # of 100


@pytest.mark.parametrize(
    ("language", "quote", "text", "why"),
    [
        ("en", "Only 34 of the 180 cabins were booked.", "180 of the cabins were booked.", Why.ORDER),
        ("en", "Only 34 of the 180 cabins were booked.", "Thirty-four of the cabins were booked.", None),
        ("de", "Vier der sieben Säle sind zu.", "Sieben der Säle sind zu.", Why.ORDER),
        ("de", "Vier der sieben Säle sind zu.", "4 der 7 Säle sind zu.", None),
        ("es", "La huelga duró 23 días.", "La huelga duró veintitrés semanas.", Why.ORDER),
        ("es", "La huelga duró 23 días.", "La huelga duró veintitrés días.", None),
        ("ru", "Клад искали 14 дней.", "They looked for fourteen weeks.", Why.ORDER),
        ("ru", "Клад искали 14 дней.", "They looked for fourteen days.", None),
        ("en", "She left on 1 April 2025.", "She left on 1/4/2025.", None),
        ("en", "She left on 1 April 2025.", "She left on 4/5/2025.", Why.DAY),
        ("de", "Die Strecke ist seit 3. Januar zu.", "Seit 3.1. ist die Strecke zu.", None),
        ("de", "Die Strecke ist seit 3. Januar zu.", "Seit 3.2. ist die Strecke zu.", Why.DAY),
        ("en", "She is a 48-metre ferry.", "She is a 48-foot ferry.", Why.ORDER),
        ("en", "She is a 48-metre ferry, 3 kilometres from here.", "She is a 48-kilometre ferry.", Why.ORDER),
        ("en", "She is a 48-metre ferry.", "She is 48 meters long.", None),
        ("de", "Die Fähre ist 48 Meter lang.", "They have a ferry of 48 miles.", Why.ORDER),
        ("de", "Die Fähre ist 48 Meter lang.", "They have a ferry of 48 metres.", None),
        ("ru", "Нашли 12 тонн золота.", "Нашли 12 граммов золота.", Why.ORDER),
        ("fr", "Le feu a détruit 30 hectares.", "They lost 30 acres.", Why.ORDER),
        ("en", "It saves 2.4 million pounds.", "It saves £2.4m.", None),
        ("en", "It saves 2.4 million pounds.", "It saves £2.4bn.", Why.NUMBER),
        ("en", "1800 pupils came.", "1,800 pupils came.", None),
        ("fr", "On ne peut plus nager. Il y a moins d'eau.", "On ne peut plus nager.", None),
        (
            "ru",
            "Мост закрыли на ремонт. Пешеходам мост оставили открытым.",
            "Пешеходам мост закрыли.",
            Why.OPPOSITE,
        ),
        (
            "en",
            "Librarian Ben Farrow found it. The atlas was stolen from the library of Orne.",
            "Ben Farrow stole the atlas.",
            Why.ORDER,
        ),
        (
            "en",
            "The chairman, Gareth Pryce, will lead it; the chief executive, Helen Dacre, will retire.",
            "The chief executive, Helen Dacre, will lead it.",
            Why.ORDER,
        ),
    ],
)
def test_parts_units_days_in_figures_and_who_leads_are_read_off(language: str, quote: str, text: str, why: Any) -> None:
    claim = {"article": "a", "title": "", "publisher": "", "published": None, "language": language, "text": quote}
    nothing: Any = lambda text: None  # noqa: E731
    source = Check([citation(claim)], nothing)._source((1,))
    written_in = "en" if text.startswith("They") else language
    assert _why_not_stated(facts(text, written_in), source) == why


@pytest.mark.parametrize(
    ("language", "text", "why"),
    [
        ("en", "Both reports say nine people were hurt.", Why.NUMBER),
        ("en", "Both of the papers report that eleven people were hurt.", Why.NUMBER),
        ("de", "Beide Zeitungen berichten von neun Verletzten.", Why.NUMBER),
        ("fr", "Les deux articles mentionnent neuf blessés.", Why.NUMBER),
        ("es", "Ambos artículos mencionan nueve heridos.", Why.NUMBER),
        ("ru", "Обе статьи сообщают о девяти пострадавших.", Why.NUMBER),
        ("en", "Both reports say that it was a Monday.", None),
        ("en", "Nine people were hurt, or eleven.", None),
        ("en", "Both ferries were there, and nine people were hurt.", None),
    ],
)
def test_what_each_source_is_said_to_tell_must_stand_in_each(language: str, text: str, why: Why | None) -> None:
    said = ("Nine people were hurt on Monday.", "On Monday eleven people were hurt.")
    claims = (
        {"article": str(n), "title": "", "publisher": "", "published": None, "language": "en", "text": one}
        for n, one in enumerate(said)
    )
    nothing: Any = lambda text: None  # noqa: E731
    cited = [dataclasses.replace(citation(claim), number=n) for n, claim in enumerate(claims, start=1)]
    assert Check(cited, nothing)._missing_there(text, (1, 2), language) == why


def test_who_did_it_to_whom_is_told_by_endings_and_in_german_by_what_is_said_of_a_name() -> None:
    """By what can be read off alone: no vector is held against another, and nobody reads."""
    nothing: Any = lambda text: None  # noqa: E731
    kept: dict[str, list[str]] = {"true": [], "false": []}
    for claim in ROLES:
        source = Check([citation(claim)], nothing)._source((1,))
        for kind, texts in kept.items():
            texts += [text for text in claim[kind] if not _why_not_stated(facts(text, claim["written_in"]), source)]
    assert [text for claim in ROLES for text in claim["true"] if text not in kept["true"]] == []
    assert len(kept["false"]) <= 6, kept["false"]  # of 26


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("Leila Haddad won the Harrow prize.", True),
        ("The Harrow prize was won by Leila Haddad.", True),
        ("Marcus Thorne was beaten by Leila Haddad.", True),
        ("Haddad praised Thorne's patience.", False),
        ("Marcus Thorne won the Harrow prize, beating Leila Haddad.", False),
        ("Colin Peake handed her the medal in Leeds.", False),
    ],
)
def test_what_is_said_of_one_is_not_said_of_another(encode: Encode, judge: LoadedJudge, text: str, stays: bool) -> None:
    claim = next(claim for claim in UNSEEN_CLAIMS if claim["article"] == "prize")
    check = Check([citation(claim)], encode, asking(judge.judge))
    assert (check.why_not(text, (1,), "en") is None) == stays


@pytest.mark.parametrize(
    ("language", "quote", "text", "stays"),
    [
        ("en", "Nobody was taken to hospital.", "No one had to be taken to hospital.", True),
        ("en", "Nobody was taken to hospital.", "Eleven were taken to hospital.", False),
        ("de", "Demant bestreitet die Vorwürfe.", "Demant bestreitet die Vorwürfe nicht.", False),
        ("de", "Demant bestreitet die Vorwürfe nicht.", "Demant bestreitet die Vorwürfe.", False),
        ("de", "Demant bestreitet die Vorwürfe nicht.", "Die Vorwürfe bestreitet Demant nicht.", True),
        ("fr", "Le gardien n'a pas été invité.", "Le gardien n'était pas invité.", True),
        ("fr", "Le phare a été vendu. Le gardien n'a pas été invité.", "Le phare a été vendu.", True),
        ("en", "The hospital has 83 patients. None of them drowned.", "None of the patients drowned.", True),
        ("en", "None of the patients drowned.", "The patients drowned.", False),
        ("de", "Die Schule hat 90 Kinder. Keines ertrank.", "Keines der Kinder ertrank.", True),
        ("de", "Keines der Kinder ertrank.", "Die Kinder ertranken.", False),
        ("fr", "Les otages sont ici. Aucun d'eux ne mange.", "Aucun des otages ne mange.", True),
        ("es", "Los rehenes están aquí. Ninguno come.", "Ninguno de los rehenes come.", True),
        ("ru", "Дети дома. Никто не заболел.", "Никто из детей не заболел.", True),
        ("ru", "Никто из детей не заболел.", "Дети заболели.", False),
    ],
)
def test_a_denial_is_that_of_what_it_denies(language: str, quote: str, text: str, stays: bool) -> None:
    one, other = facts(text, language), facts(quote, language)
    assert (not (one.denied & other.affirmed or one.affirmed & other.denied)) == stays


@pytest.mark.parametrize(
    ("text", "cites", "why"),
    [
        ("Nine people were hurt when the ferry Kittiwake struck the quay wall.", (1,), None),
        ("9 people were injured on Monday evening, the Harbour Gazette reports.", (1,), None),
        ("Nine people were hurt when the ferry Kittiwake struck the quay wall.", (), Why.UNCITED),
        ("Nine people were hurt when the ferry Kittiwake struck the quay wall.", (1, 2), Why.NO_SUCH_QUOTE),
        ("Nineteen people were injured on Monday evening.", (1,), Why.NUMBER),
        ("Nine people were injured on Tuesday evening.", (1,), Why.DAY),
        ("Nine people were injured in May 2024.", (1,), Why.DAY),
        ("Nine people were injured on the ferry Halvorsen.", (1,), Why.NAME),
        ("Nine people were not injured when the ferry struck the quay wall.", (1,), Why.DENIAL),
        ("Nine people were killed when the ferry struck the quay wall.", (1,), Why.OPPOSITE),
        ("The passenger ferry will be sold for scrap.", (1,), Why.WORDS),
    ],
)
def test_a_sentence_is_struck_for_what_does_not_stand_there(
    encode: Encode, text: str, cites: tuple[int, ...], why: Why | None
) -> None:
    ferry = next(claim for claim in CLAIMS if claim["article"] == "ferry")
    check = Check([citation(ferry)], encode)
    assert check.why_not(text, cites, "en") == why


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It is 864 metres long [1]. Two say so [1][3].", (("It is 864 metres long.", (1,)), ("Two say so.", (1, 3)))),
        ("It is long. [1, 2]", (("It is long.", (1, 2)),)),
        ("Uncited one. Cited two [2].", (("Uncited one.", ()), ("Cited two.", (2,)))),
        ("Cited [1]. And a comment.", (("Cited.", (1,)), ("And a comment.", ()))),
        ("<think>hm [9].</think>\n- **One** [1].\n- Two [2].", (("One.", (1,)), ("Two.", (2,)))),
        ("大桥长864米[1]。另一句。", (("大桥长864米。", (1,)), ("另一句。", ()))),
        ("", ()),
        ("[1]", ()),
    ],
)
def test_a_draft_is_read_as_sentences_with_the_quotes_they_cite(text: str, sentences: Any) -> None:
    assert drafted(text, "zh" if "大" in text else "en") == tuple(Drafted(*one) for one in sentences)


def test_the_model_is_shown_only_the_numbered_quotes(corpus: Corpus, liar: Liar, news_store: Path) -> None:
    answer = corpus.ask(REOPENED)
    with Corpus(Settings(store=str(news_store), llm=liar.address)) as writing:
        writing.write(answer)
    (asked,) = liar.asked
    system, user = (message["content"] for message in asked["messages"])
    assert (asked["model"], asked["temperature"], system) == ("liar-1b", 0, RULES)
    for cited in answer.citations:
        assert f"[{cited.number}] ({cited.article.title}" in user
        assert cited.quote in user
    assert "Cyclists will have to wait" not in user
    assert user.endswith(f"Question: {REOPENED}")


def ask(capfd: pytest.CaptureFixture[str], *arguments: object) -> tuple[int | str | None, str, str]:
    with pytest.raises(SystemExit) as left:
        main(["ask", REOPENED, *map(str, arguments)])
    out, err = capfd.readouterr()
    return left.value.code, out, err


def test_the_shell_shows_what_stays_above_the_quotes_and_counts_what_was_struck(
    capfd: pytest.CaptureFixture[str], liar: Liar, news_store: Path
) -> None:
    liar.says = lambda asked: f"{TRUE} {FALSE}"
    status, out, _ = ask(capfd, "--store", news_store, "--write", "--llm", liar.address)
    assert status == 0
    lines = out.splitlines()
    assert lines[:2] == [
        "The Old Sund Bridge reopened on 14 March 2026. [1]",
        "(1 sentence removed: not in the sources)",
    ]
    assert any(line.startswith("The Old Sund Bridge reopened to traffic on 14 March 2026 after") for line in lines[2:])
    status, out, _ = ask(capfd, "--store", news_store, "--write", "--llm", liar.address, "--json")
    assert json.loads(out)["written"] == {
        "sentences": [{"text": "The Old Sund Bridge reopened on 14 March 2026.", "cites": [1]}],
        "struck": [{"text": "The repairs took twenty months.", "why": Why.NUMBER.value}],
    }


def test_without_write_no_model_is_asked(capfd: pytest.CaptureFixture[str], liar: Liar, news_store: Path) -> None:
    ask(capfd, "--store", news_store, "--llm", liar.address)
    assert liar.asked == []


def test_where_the_model_does_not_answer_the_quotes_stand_alone(
    capfd: pytest.CaptureFixture[str], liar: Liar, news_store: Path
) -> None:
    liar.status = 400
    status, out, err = ask(capfd, "--store", news_store, "--write", "--llm", liar.address)
    assert (status, out.startswith("The Old Sund Bridge reopened to traffic")) == (0, True)
    assert err.startswith(f"askcorpus: the language model at {liar.address} does not answer")
    assert err.count("\n") == 1


def test_what_is_missing_is_named() -> None:
    with pytest.raises(SettingsError, match="no language model is named"):
        completer(Settings())
    with lying() as liar:
        liar.models = ()
        with pytest.raises(WriterError, match="has no model"):
            completer(Settings(llm=liar.address))("", "")


def test_nothing_is_written_where_nothing_was_found(real_encoder: Encoder) -> None:
    assert write(Answer("?", (), 0.0), lambda rules, asked: "Something [1].", real_encoder.encode_question) == Written()


def test_a_program_gets_what_was_written_over_http(news_store: Path, liar: Liar) -> None:
    liar.says = lambda asked: f"{TRUE} {FALSE}"
    with (
        Corpus(Settings(store=str(news_store), llm=liar.address)) as corpus,
        served(corpus) as address,
        httpx.Client(base_url=address, timeout=300) as client,
    ):
        assert client.get("/status").json()["writes"] is True
        plain = client.post("/ask", json={"question": REOPENED}).json()
        written = client.post("/ask", json={"question": REOPENED, "write": True}).json()
    assert "written" not in plain
    assert written["written"]["sentences"] == [{"text": "The Old Sund Bridge reopened on 14 March 2026.", "cites": [1]}]
    assert written["words"]["written"] == "1 sentence removed: not in the sources"
    assert written["citations"] == plain["citations"]
