"""What are the nouns?  Frozen values that every other module speaks in; knows no other module."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Vector: TypeAlias = npt.NDArray[np.float32]
"""One embedding, shape (dim,), length 1."""
Matrix: TypeAlias = npt.NDArray[np.float32]
"""Embeddings, shape (n, dim); every row has length 1."""
PassageIds: TypeAlias = npt.NDArray[np.int64]
"""The catalog's passage ids, shape (n,)."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article came from."""

    file: str
    """Path inside the indexed folder, with forward slashes; behind " › " the member, where it is an archive."""
    place: int = 0
    """Which article of its file this is, counted from 0."""
    url: str | None = None
    publisher: str | None = None
    published: str | None = None
    """ISO 8601, a date or a date and time; the time zone is kept where the page gives one."""
    language: str | None = None
    """ISO 639-1 code, lower case."""
    collection: str = ""
    """The name of the folder that `file` is in; empty where the store holds but one."""


@dataclass(frozen=True, slots=True)
class Article:
    """One story as one outlet tells it; `text` is cleaned once and offsets point into it."""

    id: str
    title: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Skip:
    """A file, or one article of it, that was not read, and why."""

    file: str
    reason: str


PASSAGE_CHARS = 8192
"""Of a passage at most, however few tokens it is: 512 pieces of a model that knows none of its words. Asking looks at
each sentence for each of its clauses: one of 80,000 characters takes a minute."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A few whole sentences of one article that fit the encoder."""

    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        """The slice of the article's text."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, best first by (-score, article id, start)."""

    passage: Passage
    score: float
    reprints: tuple[Passage, ...] = ()
    """The same story in other articles, best first."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote: `article.text[start:end] == quote`."""

    number: int
    quote: str
    start: int
    end: int
    article: Article
    score: float
    passage: str = ""
    """The whole passage the quote stands in, verbatim."""
    marks: tuple[tuple[int, int], ...] = ()
    """Offsets in the article's text of the number, date or name that was asked for."""
    story: int = 1
    """Citations with the same number here are reprints of one story."""
    value: str | None = None
    """The number, date or name that it gives for what was asked, as it stands in the quote; None where none was compared."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may answer; an absent bound lets everything through."""

    since: str | None = None
    """First day, ISO 8601 date, inclusive."""
    until: str | None = None
    """Last day, ISO 8601 date, inclusive."""
    publisher: str | None = None
    """Compared without regard to case, as a part of the publisher's name."""
    language: str | None = None
    collection: str | None = None
    """The name of one of the store's folders."""
    other_than: str | None = None
    """Articles in this language are left out; those in no known language stay."""

    def __bool__(self) -> bool:
        return any((self.since, self.until, self.publisher, self.language, self.collection, self.other_than))


@dataclass(frozen=True, slots=True)
class Digest:
    """What was reported, newest first: a verbatim sentence of each story."""

    citations: tuple[Citation, ...]
    """Those with the same story number are reprints, the one that was published last before the others."""
    about: str = ""
    """The subject; empty where anything counts."""
    filter: Filter = field(default_factory=Filter)
    """Of which days, publisher or language."""
    headings: tuple[str, ...] = ()
    """Of each story the words of a title that it shares with its neighbours; empty for one that stands alone.  None where not grouped."""

    @property
    def stories(self) -> tuple[tuple[Citation, ...], ...]:
        """The citations of each story, newest story first, but for those that are about the same as one before."""
        told: dict[int, list[Citation]] = {}
        for citation in self.citations:
            told.setdefault(citation.story, []).append(citation)
        return tuple(tuple(citations) for citations in told.values())

    def __bool__(self) -> bool:
        return bool(self.citations)


@dataclass(frozen=True, slots=True)
class Figures:
    """What can be said of the corpus itself."""

    articles: int
    publishers: tuple[str, ...]
    """Those with most articles first."""
    since: str | None
    """ISO 8601 day of the first article with a date, and of the last."""
    until: str | None


SURE, LIKELY = 0.8, 0.5
"""Probabilities from which an answer is called so: four of five such answers are right, and more of them right than wrong."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the corpus says; no citations means "not found"."""

    question: str
    citations: tuple[Citation, ...]
    confidence: float
    nearest: tuple[Article, ...] = ()
    filter: Filter = field(default_factory=Filter)
    """What the question was narrowed to, by flags or by its own words."""
    took_ms: float = 0.0
    independent_sources: int = 0
    """How many different stories among the citations give the first one's value; 1 where none was compared; a reprint adds none."""
    agreement: str = "unknown"
    """Whether the stories say the same: "agree", "differ", or "unknown" where there is one, or nothing could be compared."""
    why: str | None = None
    """Why the first citation leads where they differ: "later report" or "correction"; None where neither is known."""
    purpose: str = "answer"
    """What was asked for: an "answer" of the articles, a "digest" of them (`digest`, whose citations are the answer's), "figures" of the
    corpus, or nothing: "talk", to which no article is looked up."""
    digest: Digest | None = None
    talk: str = ""
    """Where nothing was asked for, which line answers: "talk" a greeting, "thanks", "help" for who asks what can be asked."""
    figures: Figures | None = None
    read_as: tuple[str, ...] = ()
    """Words of the question that stand in no article, as the articles write what was probably meant."""
    dropped: Filter = field(default_factory=Filter)
    """What its own words would have narrowed it to, where only the other articles answer."""

    @property
    def answered(self) -> bool:
        """Whether the corpus answers the question."""
        return bool(self.citations)

    @property
    def certainty(self) -> str:
        """The confidence as a word: "sure", "likely" or "unsure"."""
        return "sure" if self.confidence >= SURE else "likely" if self.confidence >= LIKELY else "unsure"

    def __bool__(self) -> bool:
        return self.answered

    def __repr__(self) -> str:
        """One line: whole articles hang on every citation."""
        n = len(self.citations)
        said = f"{n} citation{'s' * (n != 1)}" if self.answered else "not found"
        return f"<Answer to {self.question!r}: {said}, confidence {self.confidence:.2f}>"


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A sentence that a language model wrote and that the quotes it cites bear out."""

    text: str
    cites: tuple[int, ...]
    """Numbers of the answer's citations."""


@dataclass(frozen=True, slots=True)
class Struck:
    """A sentence that they do not, and why."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Written:
    """An answer in a language model's words."""

    sentences: tuple[WrittenSentence, ...] = ()
    struck: tuple[Struck, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sentences or self.struck)


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody was told to a saved question: the quote's words, whichever article holds them now, or none any more."""

    quote: str
    value: str | None = None
    """The number, date or name that it gives, where it gives one."""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved question, and all that decides what is news to it."""

    question: str
    rivals: tuple[str, ...] = ()
    """The texts that were best for it before, as the store knows texts: an article read anew keeps its own."""
    collection: str | None = None
    """The folder whose articles alone it is asked of."""
    since: int = 0
    """The generation whose articles it knows."""
    heard: tuple[Heard, ...] = ()
    """What was told of it last, or stood in its answer when it was saved."""


@dataclass(frozen=True, slots=True)
class News:
    """What new articles say to a saved question."""

    place: int
    """Of the question among the saved ones."""
    answer: Answer
    """The new article's quotes first."""
    articles: tuple[str, ...]
    """Ids of the new articles that it quotes."""
    rivals: tuple[str, ...]
    """What the question should keep from now on, and below."""
    heard: tuple[Heard, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passages by falling score, as one index sees them."""

    ids: PassageIds
    scores: npt.NDArray[np.float32]


OF_TITLE = 65535
"""Where a token of the title begins in the passage, which does not hold it."""


@dataclass(frozen=True, slots=True)
class TokenCodes:
    """The compressed token vectors of one passage."""

    starts: npt.NDArray[np.uint16]
    """Shape (t,): where each token begins in the passage's text; OF_TITLE for a token of the title."""
    bits: npt.NDArray[np.uint8]
    """Shape (t, token_dim / 8): the signs of the projected vector, packed, most significant bit first."""


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """What the encoder makes of one passage."""

    vector: Vector
    codes: TokenCodes


@dataclass(frozen=True, slots=True)
class EncodedQuestion:
    """What the encoder makes of a question."""

    vector: Vector
    tokens: Matrix
    """Shape (q, token_dim): projected token vectors, special tokens left out, every row of length 1."""
    spans: tuple[tuple[int, int], ...]
    """For each token, where it stands in the question."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which model made the vectors; two stores with equal fingerprints can be asked by the same encoder."""

    model: str
    fingerprint: str
    """sha256 over the weights and everything else that changes a vector."""
    dim: int
    max_tokens: int
    token_dim: int
    special_tokens: int = 2
    """How many of the `max_tokens` stand around every text."""
    question_prompt: str = ""
    passage_prompt: str = ""
    pooling: str = "mean"
    languages: tuple[str, ...] = ("en",)
    """Languages the model knows; for the others dense search is not used."""

    @property
    def room(self) -> int:
        """Tokens of its own that a text may have."""
        return self.max_tokens - self.special_tokens


@dataclass(frozen=True, slots=True)
class Counts:
    """What one indexing run did."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    skipped: int = 0
    passages: int = 0
    """Passages in the store after the run."""
    encoded: int = 0
    """Passages encoded by the run."""
    seconds: float = 0.0
