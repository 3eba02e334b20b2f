"""What is there to train on?  Questions of public and invented sets, with the passages that answer them and those that do not.

Passages are cut as the program cuts them. Those that do not answer are the ones a search by words would bring up, of the same
article and of others. Kinds of questions and single articles can be left out, to be measured on.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from askcorpus.articles.draft import Limits, Look
from askcorpus.articles.files import FoundFile, walk
from askcorpus.articles.reading import look_here
from askcorpus.evaluation.question_set import normal
from askcorpus.indexing.passages import split
from askcorpus.language.identify import language_of
from askcorpus.language.sentences import Span, sentences
from askcorpus.language.words import words
from askcorpus.question.reading import whole
from askcorpus.types import Article, Passage, Source

NEWS = ("news-a", "news-b", "news-c", "invented")
OWN = Path(__file__).parent / "news"
"""Sets of news that were written for this: each folder in it but APART."""
APART = "apart"  # what no model ever learns from
READER = Path("reader") / "train.jsonl.gz"
PARALLEL = "xquad-"  # sets whose questions have the same ids in every language
PASSAGE_TOKENS = (
    128  # half of what the program's have: a passage costs what its tokens do, and twice the questions are seen
)
ARTICLES_APART = 4
"""Of the public sets every so many-th article, in all languages, is never trained on."""
LIKELY, NEAR = 10, 4
"""Wrong passages kept for a question: of the whole set, and of the article that answers."""
SHORT_ANSWER = 2  # letters: "3" stands everywhere, and says nothing of the passage that it stands in
Count = Callable[[Sequence[str]], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Window:
    """A passage with what is known of its article."""

    home: str
    """The article's key."""
    language: str
    title: str
    publisher: str
    published: str
    text: str
    sentences: tuple[Span, ...]
    """Offsets in `text`."""


@dataclass(frozen=True, slots=True)
class Right:
    """A passage that answers a question."""

    window: int
    sentences: tuple[int, ...]
    """Which of its sentences do."""
    unsure: tuple[int, ...]
    """Which others hold the words of the answer too, and may."""
    spans: tuple[Span, ...] = ()
    """Where in its text the answer stands, letter for letter; nothing where it is told in other words."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question with what answers it."""

    id: str
    tags: tuple[str, ...]
    """What it can be left out by: its set first, then its kind and languages."""
    question: str
    asked: str
    """The day on which it was asked, where that is known."""
    right: tuple[Right, ...]
    """Nothing where nothing answers."""
    wrong: tuple[int, ...]
    """Passages that do not answer, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything to train on."""

    windows: tuple[Window, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question of a set before its passages are known."""

    id: str
    question: str
    asked: str
    language: str
    answers: tuple[str, ...]
    places: tuple[tuple[str, int, int], ...]
    """Article, start, end of each answer; where there are none, the words of `answers` in `homes` count."""
    homes: tuple[str, ...]
    """Articles that answer; of a question without an answer those that it is about."""


@dataclass(frozen=True, slots=True)
class _Set:
    name: str
    kind: str
    articles: Mapping[str, Article]
    asked: tuple[_Asked, ...]


def apart(title: str) -> bool:
    """Whether the article with this title is one that is never trained on, in whatever language it is told."""
    known = normal(title)
    return bool(known) and int(hashlib.sha256(known.encode()).hexdigest(), 16) % ARTICLES_APART == 0


def gather(
    folder: Path, count: Count, *, own: Path | None = None, left_out: Collection[str] = (), limit: int | None = None
) -> Material:
    """All examples of the sets in `folder`, and in `own`, but those with a tag that is `left_out`; at most `limit` of each set."""
    windows: list[Window] = []
    examples: list[Example] = []
    written = sorted(path.name for path in own.iterdir() if path.name != APART) if own else ()
    for one in (*_public(folder / READER), *_news(folder, NEWS), *(_news(own, written) if own else ())):
        if one.name not in left_out and one.kind not in left_out:
            _add(_some(one, limit) if limit else one, count, windows, examples)
    examples += _crossed(examples, windows)
    return Material(tuple(windows), tuple(e for e in examples if not set(e.tags) & set(left_out)))


def _some(one: _Set, limit: int) -> _Set:
    """So many of a set's questions, evenly spread, and the articles that they are about."""
    asked = one.asked[:: max(1, len(one.asked) // limit)][:limit]
    homes = {home for a in asked for home in a.homes}
    return replace(one, asked=asked, articles={k: a for k, a in one.articles.items() if k in homes})


def _public(path: Path) -> Iterator[_Set]:
    """The sets of one file of many; each row is a question, its paragraph and where in that the answer stands."""
    if not path.exists():
        return
    rows = defaultdict[str, list[dict[str, Any]]](list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if not apart(row["title"]):
                rows[row["set"]].append(row)
    for name, of_set in rows.items():
        yield _set_of_rows(name, of_set)


def _set_of_rows(name: str, rows: Sequence[Mapping[str, Any]]) -> _Set:
    paragraphs = defaultdict[str, dict[str, int]](dict)  # of each article, where each begins
    titles: dict[str, Mapping[str, Any]] = {}
    ends = defaultdict[str, int](int)
    for row in rows:
        key = _key(name, row)
        if row["context"] not in paragraphs[key]:
            paragraphs[key][row["context"]] = ends[key]
            ends[key] += len(row["context"]) + 2
        titles[key] = row
    language = str(rows[0]["lang"]).split("-")[0]
    articles = {
        key: Article(
            key,
            str(row["title"]).replace("_", " ").strip(),
            "\n\n".join(paragraphs[key]),
            Source(key, language=language),
        )
        for key, row in titles.items()
    }
    asked = []
    for row in rows:
        key = _key(name, row)
        base = paragraphs[key][row["context"]]
        places = tuple((key, base + start, base + start + len(text)) for text, start in row["answers"])
        answers = tuple(text for text, _ in row["answers"])
        asked.append(_Asked(row["id"], row["question"].strip(), "", language, answers, places, (key,)))
    return _Set(name, "medicine" if name == "covid" else "encyclopedia", articles, tuple(asked))


def _key(name: str, row: Mapping[str, Any]) -> str:
    told = row["title"].strip() or hashlib.sha256(row["context"].encode()).hexdigest()[:16]
    return f"{name}/{told}"


def _news(folder: Path, names: Iterable[str]) -> Iterator[_Set]:
    """Sets whose corpus is a folder of files; their questions say which file holds which words."""
    for name in names:
        if not (folder / name / "corpus").is_dir():
            continue
        found = [one for one in walk(folder / name / "corpus") if isinstance(one, FoundFile)]
        looks = [look for one in found for look in look_here(one, Limits()) if isinstance(look, Look)]
        articles = {f"{name}/{look.article.source.file}": look.article for look in looks}
        lines = (folder / name / "questions.jsonl").read_text("utf-8").splitlines()
        asked = []
        for row in (json.loads(line) for line in lines if line.strip()):
            question = whole(row["question"], row.get("previous") or "")
            homes = tuple(f"{name}/{file}" for file in row.get("article") or ()) or tuple(
                articles if row["expect"] else ()
            )
            language = row.get("qlang") or row.get("lang") or language_of(question) or ""
            asked.append(
                _Asked(
                    f"{name}-{row['id']}", question, row.get("asked") or "", language, tuple(row["expect"]), (), homes
                )
            )
        yield _Set(name, "news", articles, tuple(asked))


def _add(one: _Set, count: Count, windows: list[Window], examples: list[Example]) -> None:
    """Put a set's windows and examples behind those that are there."""
    passages: list[tuple[str, Passage]] = []
    for key, article in one.articles.items():
        passages += [(key, passage) for passage in split(article, max_tokens=PASSAGE_TOKENS, count=count)]
    first = len(windows)
    windows += [_window(key, passage) for key, passage in passages]
    normals = [normal(window.text) for window in windows[first:]]
    likely = _likely([a.question for a in one.asked], [a.language for a in one.asked], windows[first:])
    for asked, order in zip(one.asked, likely, strict=True):
        right = tuple(_rights(asked, passages, windows, first))
        tags = (one.name, one.kind, *_languages(one.kind, asked, right, windows))
        holding = {r.window - first for r in right}
        answers = [a for a in map(normal, asked.answers) if len(a) >= SHORT_ANSWER]
        wrong = [i for i in order if i not in holding and not any(a in normals[i] for a in answers)]
        near = [i for i in wrong if passages[i][0] in asked.homes][:NEAR]
        wrong = [first + i for i in dict.fromkeys((*near[:1], *wrong[:LIKELY], *near))]
        if (right or not asked.answers) and wrong:
            examples.append(Example(asked.id, tags, asked.question, asked.asked, right, tuple(wrong)))


def _languages(kind: str, asked: _Asked, right: Sequence[Right], windows: Sequence[Window]) -> tuple[str, ...]:
    answered_in = windows[right[0].window].language if right else asked.language
    both = dict.fromkeys((asked.language, answered_in))
    return (*(f"{kind}-{code}" for code in both), *both, *(("crossed",) if len(both) > 1 else ()))


def _window(key: str, passage: Passage) -> Window:
    source = passage.article.source
    language = source.language or ""
    day = (source.published or "")[:10]
    spans = sentences(passage.text, language)
    return Window(key, language, passage.article.title, source.publisher or "", day, passage.text, spans)


def _rights(
    asked: _Asked, passages: Sequence[tuple[str, Passage]], windows: Sequence[Window], first: int
) -> Iterator[Right]:
    wanted = [normal(a) for a in asked.answers]
    for i, (key, passage) in enumerate(passages):
        if key not in asked.homes:
            continue
        window = windows[first + i]
        holding = [n for n, (s, e) in enumerate(window.sentences) if _holds(normal(window.text[s:e]), wanted)]
        chosen = holding
        if asked.places:
            spans = [
                (s - passage.start, e - passage.start)
                for k, s, e in asked.places
                if k == key and passage.start <= s and e <= passage.end
            ]
            chosen = [n for n, (s, e) in enumerate(window.sentences) if any(s <= start < e for start, _ in spans)]
        else:
            spans = [
                found.span()
                for answer in asked.answers
                for n in holding
                for found in re.compile(rf"(?<!\w){re.escape(answer)}(?!\w)", re.IGNORECASE).finditer(
                    window.text, *window.sentences[n]
                )
            ]
        if chosen:
            unsure = tuple(n for n in holding if n not in chosen)
            yield Right(first + i, tuple(chosen), unsure, tuple(dict.fromkeys(spans)))


def _holds(text: str, wanted: Iterable[str]) -> bool:
    return any(answer in text for answer in wanted)


def _likely(questions: Sequence[str], languages: Sequence[str], windows: Sequence[Window]) -> Iterator[list[int]]:
    """For each question the windows in the order in which its words speak for them, with the title's words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not questions:
        return
    vectors = TfidfVectorizer(analyzer=_stems, sublinear_tf=True, dtype=np.float32)
    table = vectors.fit_transform([(f"{w.title}\n{w.text}", w.language) for w in windows]).T.tocsr()
    asked = vectors.transform(list(zip(questions, languages, strict=True)))
    for start in range(0, len(questions), 256):
        scores = (asked[start : start + 256] @ table).toarray()
        for row in scores:
            yield np.argsort(-row, kind="stable")[: 20 * LIKELY].tolist()


def _stems(text: tuple[str, str]) -> list[str]:
    return [word.stem for word in words(*text) if not word.stop]


def _crossed(examples: Sequence[Example], windows: Sequence[Window]) -> Iterator[Example]:
    """Each question of the parallel sets again, over the passages of the next of the other languages."""
    by_id = defaultdict[str, dict[str, Example]](dict)
    for example in examples:
        name = example.tags[0]
        if name.startswith(PARALLEL):
            by_id[example.id.removeprefix(f"{name}-")][name] = example
    for number, told in enumerate(by_id.values()):
        names = sorted(told)
        if len(names) < 2:
            continue
        step = 1 + number % (len(names) - 1)
        for place, name in enumerate(names):
            other = told[names[(place + step) % len(names)]]
            codes = [n.removeprefix(PARALLEL) for n in (name, other.tags[0])]
            tags = ("crossed", name, other.tags[0], *codes, *(f"encyclopedia-{code}" for code in codes))
            yield replace(told[name], id=f"{name}-{other.id}", tags=tags, right=other.right, wrong=other.wrong)


def by_set(examples: Iterable[Example]) -> dict[str, tuple[Example, ...]]:
    """The examples of each set."""
    ordered = sorted(examples, key=lambda e: e.tags[0])
    return {name: tuple(group) for name, group in itertools.groupby(ordered, key=lambda e: e.tags[0])}
