"""The whole library in one object: open a store, ask it, read an article, bring it up to date."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from askcorpus.answer import compose
from askcorpus.answer import news as saved_news
from askcorpus.answer.digest import STORIES, About, answered, digest, on_subject
from askcorpus.answer.subject import names, only_naming, without_namesakes, without_other_subjects
from askcorpus.articles.files import INSIDE
from askcorpus.encoder import Encoder
from askcorpus.encoder import load as load_encoder
from askcorpus.errors import FOLDER, StoreMismatch, UsageError, typed
from askcorpus.indexing.folders import Folders
from askcorpus.indexing.report import Progress, Report
from askcorpus.indexing.run import refresh
from askcorpus.language.identify import language_of
from askcorpus.question import filters
from askcorpus.question.comparison import sides
from askcorpus.question.followup import goes_on, subject
from askcorpus.question.news import News as Wanted
from askcorpus.question.news import news, period
from askcorpus.question.purpose import Purpose, purpose, talk
from askcorpus.retrieval import search
from askcorpus.retrieval.found import Found
from askcorpus.retrieval.judging import LoadedJudge
from askcorpus.retrieval.search import Reranker
from askcorpus.settings import DEFAULT_MODEL, Settings
from askcorpus.store.opening import open_store
from askcorpus.store.part import open_here
from askcorpus.store.snapshot import Snapshot
from askcorpus.types import Answer, Article, Digest, Figures, Filter, Hit, Manifest, News, Saved, Written
from askcorpus.writing.model import Complete, completer
from askcorpus.writing.reader import ClaimReader
from askcorpus.writing.write import write

if TYPE_CHECKING:
    from askcorpus.cluster.asking import Asking

CALIBRATION = "calibration"
BACK = (7, 30, 365)
"""Days back in which a digest on a subject looks for enough stories, one after the other: of a subject with many, the newest are found."""
SEEN = 3
"""So many articles for a story of a digest: some are reprints."""
SHORTEST_OUTLET = 3  # letters of what a question may call an outlet
AUTO, OFF = "auto", "off"  # of the setting `reranker`; anything else names a cross-encoder


@dataclass(slots=True)
class _Held:
    """A snapshot and how many questions still read it."""

    snapshot: Snapshot
    readers: int = 0
    retired: bool = False


class Corpus:
    """A store that can be asked, from several threads at once; it moves to each new generation by itself."""

    def __init__(
        self, settings: Settings, *, today: Callable[[], date] = date.today, say: Callable[[str], None] | None = None
    ) -> None:
        self.settings = settings
        self._today = today
        self._say = say
        self._lock = threading.Lock()
        self._cluster = asking(settings)
        try:
            self._held = _Held(
                open_store(Path(settings.store), shards_of=self._cluster.open if self._cluster else open_here)
            )
        except BaseException:
            if self._cluster is not None:
                self._cluster.close()
            raise
        self._encoder: Encoder | None = None
        self._reranker: Reranker | None = None
        self._remembering: saved_news.Remembering | None = None
        self._judge: LoadedJudge | None = None
        self._claim_reader: ClaimReader | None = None
        self._complete: Complete | None = None

    @classmethod
    def open(
        cls,
        store: str | Path = "embeddings",
        *,
        settings: Settings | None = None,
        cluster: str | None = None,
        say: Callable[[str], None] | None = None,
    ) -> Corpus:
        """The corpus whose store is at this place, its shards open on the `cluster` whose address is given; raises StoreError, ClusterError."""
        chosen = settings or Settings()
        return cls(replace(chosen, store=str(store), cluster=cluster or chosen.cluster), say=say)

    def ask(
        self,
        question: str,
        *,
        k: int | None = None,
        where: Filter | None = None,
        threshold: float | None = None,
        previous: str | None = None,
        asked: date | None = None,
    ) -> Answer:
        """What the corpus says, with cited verbatim quotes, or an answer without citations.

        Plain words of the question ("since May", "last week") narrow it, unless only the whole corpus has an answer; the answer
        says so (`dropped`). Where `where` names more than a collection, they do not. `previous` is the question before, for a follow-up. `asked` is the day of asking, today unless it is
        given; then articles of later days do not answer. Raises UsageError for an empty question or k < 1.
        """
        started = time.perf_counter()
        what = purpose(question)
        if what is not Purpose.ANSWER and not _goes_on(question, previous):
            return self._of_itself(question, what)
        wanted = news(question)
        told = self._news(wanted, question, k, where, previous, asked) if wanted and not wanted.one_thing else None
        if told is not None:
            return replace(told, took_ms=(time.perf_counter() - started) * 1000)
        day, until = asked or self._today(), _until(where, asked)
        given = where or Filter()
        with self._reading() as snapshot:
            narrow = _own_words(given, lambda: filters.narrowed(question, today=day))

            def ask(where: Filter | None, *, narrowed: bool = False) -> Answer:
                put = partial(
                    self._answer,
                    snapshot=snapshot,
                    k=k,
                    where=where,
                    threshold=threshold,
                    previous=previous,
                    day=day,
                    narrowed=narrowed,
                )
                return _both_sides(put(question), put)

            answer = ask(_until(narrow, asked), narrowed=True) if narrow else ask(until)
            if narrow and not answer.answered:
                wide = ask(until)
                if wide.answered or not answer.nearest:  # nothing at all of that time: the nearest are of another
                    answer, narrow = replace(wide, dropped=_days(narrow) if wide.answered else Filter()), Filter()
            answer = replace(answer, filter=narrow or given)
        if wanted and wanted.one_thing and not answer.answered:
            answer = self._news(wanted, question, k, where, previous, asked) or answer
        took_ms = (time.perf_counter() - started) * 1000
        return replace(answer, took_ms=took_ms)

    def ask_many(
        self,
        questions: Iterable[str],
        *,
        k: int | None = None,
        where: Filter | None = None,
        threshold: float | None = None,
        asked: date | None = None,
    ) -> Iterator[Answer]:
        """What the corpus says to each question, in their order, each as soon as it is there; as `ask` would say it."""
        for question in questions:
            yield self.ask(question, k=k, where=where, threshold=threshold, asked=asked)

    def search(
        self, question: str, *, k: int = 10, where: Filter | None = None, asked: date | None = None
    ) -> tuple[Hit, ...]:
        """The k stories whose passages fit best, best first, whether or not one of them answers; nothing is judged or left out.

        Words of the question such as "since May" narrow nothing here. Raises UsageError for an empty question or k < 1.
        """
        return self.find(question, k=k, where=where, mode=self.settings.mode, asked=asked).hits

    def digest(
        self,
        period: Filter | None = None,
        about: str = "",
        *,
        most: int = STORIES,
        asked: date | None = None,
        language: str | None = None,
        known: Collection[str] = (),
    ) -> Digest:
        """The newest stories of these days, at most so many, a verbatim sentence of each; `about` a subject where one is given.

        Stories on a subject are those of articles that name it; what is about the same stands together. `asked` is the day of
        asking, as in `ask`; `language` that of the subject's words, where they are too few to tell; stories that hold an article
        `known` by its id are left out.  Raises UsageError for most < 1.
        """
        if most < 1:
            raise UsageError(f"most is {most}; it must be at least 1.")
        where, kept, seen = _until(period, asked) or Filter(), period or Filter(), SEEN * most + len(known)
        with self._reading() as snapshot:
            made = partial(digest, about=about, where=kept, most=most, known=known, weigh=partial(_shares, snapshot))
            if not about.strip():
                return made([About(article) for article in snapshot.recent(seen, where or None)])

            def find(days: Filter) -> Found:
                day, k = asked or self._today(), seen
                return self._find(about, snapshot, k, days or None, self.settings.mode, None, day, spoken=language)

            found = find(where)
            told = [*on_subject(found)]
            for days in _lately(snapshot, where) if len(told) >= most else ():
                lately = on_subject(find(days))
                told += lately
                if len(digest(lately, where=kept, most=most, known=known).stories) >= most:
                    break
            return made(told)

    def find(
        self,
        question: str,
        *,
        k: int,
        where: Filter | None = None,
        mode: str = "hybrid",
        previous: str | None = None,
        asked: date | None = None,
    ) -> Found:
        """The k best stories with all the evidence, for evaluation; `asked` is the day of asking."""
        with self._reading() as snapshot:
            day = asked or self._today()
            return self._find(question, snapshot, k, _until(where, asked), mode, previous, day)

    def news(self, saved: Sequence[Saved]) -> tuple[int, tuple[News, ...]]:
        """The generation looked at, one for all, and the saved questions that articles they do not know answer better, or differently."""
        with self._reading() as snapshot:
            if all(one.since >= snapshot.generation for one in saved):
                return snapshot.generation, ()
            calibration, least = self._least(snapshot, None)
            told = saved_news.news(
                saved,
                snapshot,
                self._remembers(snapshot),
                ask=partial(self._asked, snapshot),
                day=self._today(),
                threshold=least,
                calibration=calibration,
            )
            return snapshot.generation, told

    def expect(self, saved: Sequence[Saved]) -> None:
        """Have at hand what `news` needs of these questions, so that the first article to come waits for none of them."""
        with self._reading() as snapshot:
            saved_news.prepare(saved, snapshot, self._remembers(snapshot))

    def saved(self, question: str, collection: str | None = None) -> Saved:
        """The question as it is saved, of one folder or all: what the articles say by now is known."""
        with self._reading() as snapshot:
            found, answer = self._asked(snapshot, Saved(question, collection=collection))
            rivals, heard = saved_news.rivals_of(found, snapshot), saved_news.heard_of(answer)
            return Saved(question, rivals, collection, snapshot.generation, heard)

    def write(self, answer: Answer) -> Written:
        """The answer in the language model's sentences, those struck that its quotes do not bear out; raises WriterError, SettingsError."""
        if self._complete is None:
            self._complete = completer(self.settings)
        encoder = self.encoder()
        with self._lock:
            judge, reader = self._judge_beside(encoder), self._claim_reader_beside(encoder)
        if judge is None or reader is None:
            return write(answer, self._complete, encoder.encode_question)
        return write(answer, self._complete, encoder.encode_question, judge.judge, reader.doubts)

    @property
    def writes(self) -> bool:
        """Whether a language model is named."""
        return self.settings.llm is not None

    def article(self, article_id: str) -> Article:
        """The article with this id; raises ArticleNotFound."""
        with self._reading() as snapshot:
            return snapshot.article(article_id)

    def articles(self, where: Filter | None = None) -> Generator[Article, None, None]:
        """Every article that the filter lets through, in the order in which they came; of one generation, whatever happens meanwhile."""
        with self._reading() as snapshot:
            yield from snapshot.every(where)

    def __iter__(self) -> Iterator[Article]:
        """Every article."""
        return self.articles()

    def to_pandas(self, answers: Iterable[Answer] | None = None) -> Any:
        """A pandas DataFrame of all articles, a row each; of `answers`, where they are given, a row a citation.

        Raises UsageError where pandas is not installed.
        """
        from askcorpus.rendering import table

        if answers is None:
            return table.frame(table.article_row(article) for article in self)
        return table.frame(row for answer in answers for row in table.answer_rows(answer))

    def articles_of(self, file: str, collection: str | None = None) -> tuple[Article, ...]:
        """The articles that this file of a folder holds, in their order there; of the store's first folder where none is named."""
        with self._reading() as snapshot:
            return snapshot.articles_of(file, collection)

    def file_of(self, article: Article) -> Path | None:
        """The file that an article was read from, or the archive that holds it; None where it is not there any more."""
        with self._reading() as snapshot:
            folder = snapshot.folder_of(article)
        if not folder:
            return None
        root = Path(folder) if Path(folder).is_dir() else Path(folder).parent
        path = root / article.source.file.partition(INSIDE)[0]
        return path if path.is_file() and path.resolve().is_relative_to(root.resolve()) else None

    def recent(self, n: int, where: Filter | None = None) -> tuple[Article, ...]:
        """The n articles published last, of those that the filter lets through."""
        with self._reading() as snapshot:
            return snapshot.recent(n, where)

    def collections(self) -> tuple[tuple[str, int], ...]:
        """The name of each folder that is in the store, and its number of articles."""
        with self._reading() as snapshot:
            return tuple((one.name, n) for one, n in snapshot.counted)

    def publishers(self) -> tuple[tuple[str | None, int], ...]:
        """Each publisher and its number of articles, most first."""
        with self._reading() as snapshot:
            return snapshot.publishers()

    def refresh(self, folders: Folders | None = None, *, progress: Callable[[Progress], None] | None = None) -> Report:
        """Bring the store up to date with a folder of articles, or with several: each is a collection of its own."""
        return refresh(
            folders or self.settings.all_folders, self.settings.store, self.encoder, progress=progress, say=self._say
        )

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot; do not close it, and do not keep it: use it at once."""
        with self._lock:
            return self._newest().snapshot

    def encoder(self) -> Encoder:
        """The encoder of the store's model, loaded when it is first needed; raises StoreMismatch, EncoderError."""
        with self._lock:
            return self._encoder_of(self._held.snapshot.manifest)

    def close(self) -> None:
        """Let go of the store and the model."""
        with self._lock:
            self._held.snapshot.close()
            if self._cluster is not None:
                self._cluster.close()
                self._cluster = None
            if self._judge is not None:
                self._judge.close()
            if self._claim_reader is not None:
                self._claim_reader.close()
            if self._encoder is not None:
                self._encoder.close()

    def __enter__(self) -> Corpus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _of_itself(self, question: str, what: Purpose) -> Answer:
        """A greeting's answer, or the corpus's own figures."""
        if what is Purpose.TALK:
            return Answer(question, (), 0.0, purpose=what, talk=talk(question))
        with self._reading() as snapshot:
            names = tuple(name for name, _ in snapshot.publishers() if name)
            figures = Figures(snapshot.articles, names, *snapshot.days())
        return Answer(question, (), 0.0, purpose=what, figures=figures)

    def _news(
        self,
        wanted: Wanted,
        question: str,
        k: int | None,
        where: Filter | None,
        previous: str | None,
        asked: date | None,
    ) -> Answer | None:
        """The digest that a question for news is answered with; None where its subject is told of nowhere."""
        if wanted.points_back:
            wanted = replace(wanted, about=_subject(previous) if previous else "")
            if not wanted.about:
                return None
        given = where or Filter()
        narrow = _own_words(given, lambda: period(wanted, question, today=asked or self._today()))
        if wanted.outlet:
            outlet = self._outlet(wanted.outlet)
            if outlet is None or given.publisher:
                return None
            given, narrow = replace(given, publisher=outlet), replace(narrow, publisher=outlet) if narrow else narrow
        most = max(STORIES, k or 0)
        about = partial(self.digest, about=wanted.about, most=most, asked=asked, language=wanted.language)
        made = about(narrow or given or None)
        dropped = Filter()
        if wanted.about and narrow and not made:
            made, dropped = about(given or None), _days(narrow)
        if not made and (wanted.about or not wanted.counted):
            return None
        nearest = () if made else self.recent(compose.NEAREST, Filter(collection=given.collection))
        return answered(made, question, nearest=nearest, dropped=dropped)

    def _outlet(self, said: str) -> str | None:
        """What a question calls an outlet, as far as it is a name of one, without "the"; None where there is no such outlet."""
        with self._reading() as snapshot:
            names = {name.casefold(): name for name in snapshot.publisher_names}
        for part in (said, said.partition(" ")[2]):
            if len(part) >= SHORTEST_OUTLET and any(part.casefold() in name for name in names):
                return part
        return next((name for low, name in names.items() if low in said.casefold()), None)

    def _answer(
        self,
        question: str,
        snapshot: Snapshot,
        k: int | None,
        where: Filter | None,
        *,
        threshold: float | None,
        previous: str | None,
        day: date,
        narrowed: bool = False,
        naming: str = "",
    ) -> Answer:
        calibration, least = self._least(snapshot, threshold)
        stories = k if k is not None else self.settings.k
        found = self._find(question, snapshot, stories, where, self.settings.mode, previous, day, narrowed)
        about = without_namesakes(found, snapshot, self._encoder_of(snapshot.manifest))
        about = without_other_subjects(about) if previous else about
        about = only_naming(about, naming) if naming else about
        answer = compose.answer(about, threshold=least, most=stories, calibration=calibration)
        return replace(answer, nearest=answer.nearest or compose.nearest(found), read_as=found.read_as)

    def _find(
        self,
        question: str,
        snapshot: Snapshot,
        k: int,
        where: Filter | None,
        mode: str,
        previous: str | None,
        day: date,
        narrowed: bool = False,
        spoken: str | None = None,
    ) -> Found:
        with self._lock:
            encoder = self._encoder_of(snapshot.manifest)
            judge = self._judge_beside(encoder) if mode == "hybrid" else None
        return search.search(
            question,
            snapshot,
            encoder,
            k=k,
            where=where,
            mode=mode,
            reranker=self._loaded_reranker(),
            judge=judge,
            previous=previous,
            day=day,
            narrowed=narrowed,
            spoken=spoken,
        )

    def _remembers(self, snapshot: Snapshot) -> saved_news.Remembering:
        """The encoder, with what it encoded of saved questions."""
        with self._lock:
            encoder = self._encoder_of(snapshot.manifest)
            if self._remembering is None or self._remembering.manifest.fingerprint != encoder.manifest.fingerprint:
                self._remembering = saved_news.Remembering(encoder)
            return self._remembering

    def _asked(self, snapshot: Snapshot, saved: Saved) -> tuple[Found, Answer]:
        """What all articles of a saved question's folder say to it now, and on what evidence."""
        day = self._today()
        narrow = replace(filters.narrowed(saved.question, today=day), collection=saved.collection)
        most = saved_news.CITED
        found = self._find(saved.question, snapshot, most, narrow or None, self.settings.mode, None, day, bool(narrow))
        calibration, least = self._least(snapshot, None)
        return found, compose.answer(found, threshold=least, most=most, calibration=calibration)

    def _least(self, snapshot: Snapshot, threshold: float | None) -> tuple[tuple[float, ...], float]:
        """How a confidence is calibrated, and from which on an answer is one: `threshold` where that is given."""
        calibration, own_threshold = calibration_of(snapshot)
        return calibration, compose.threshold_of(threshold, self.settings.threshold, own_threshold)

    def _encoder_of(self, manifest: Manifest) -> Encoder:
        """The encoder that made these vectors: a store may be rebuilt with another model while it is asked.  The lock is held."""
        if self._encoder is not None and self._encoder.manifest.fingerprint == manifest.fingerprint:
            return self._encoder
        if self.settings.model not in (DEFAULT_MODEL, manifest.model):
            raise StoreMismatch(
                f"{self.settings.store} was built with {manifest.model}, you asked for {self.settings.model}. "
                f"Rebuild it: {self._rebuild('--model', self.settings.model)}"
            )
        encoder = load_encoder(
            manifest.model,
            device=self.settings.device,
            store=Path(self.settings.store),
            precision=self.settings.precision,
            fetch=False,
            named_by=manifest if self.settings.model == DEFAULT_MODEL else None,
            say=self._say,
        )
        if encoder.manifest.fingerprint != manifest.fingerprint:
            encoder.close()
            raise StoreMismatch(
                f"{self.settings.store} was built with another version of {manifest.model}. "
                f"Rebuild it: {self._rebuild()}"
            )
        self._encoder = encoder  # another thread may still ask the one before; it is freed with its last question
        return encoder

    def _rebuild(self, *more: str) -> str:
        return typed("index", FOLDER, "--store", self.settings.store, *more, "--rebuild")

    def _judge_beside(self, encoder: Encoder) -> LoadedJudge | None:
        """The program's own cross-encoder, where it is wanted.  The lock is held."""
        if self.settings.reranker != AUTO:
            return None
        if self._judge is None or self._judge.encoder is not encoder:
            self._judge = LoadedJudge(encoder, say=self._say)
        return self._judge

    def _claim_reader_beside(self, encoder: Encoder) -> ClaimReader | None:
        """What reads written sentences beside their quotes, where the judge is wanted; only who writes needs it.  The lock is held."""
        if self.settings.reranker != AUTO:
            return None
        if self._claim_reader is None or self._claim_reader.encoder is not encoder:
            self._claim_reader = ClaimReader(encoder, say=self._say)
        return self._claim_reader

    def _loaded_reranker(self) -> Reranker | None:
        if self.settings.reranker in (AUTO, OFF):
            return None
        with self._lock:
            if self._reranker is None:
                from askcorpus.encoder.reranker import load_reranker

                self._reranker = load_reranker(self.settings.reranker, fetch=False)
            return self._reranker

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        """The newest snapshot, held open until this reader is done with it."""
        with self._lock:
            held = self._newest()
            held.readers += 1
        try:
            yield held.snapshot
        finally:
            with self._lock:
                held.readers -= 1
                if held.retired and not held.readers:
                    held.snapshot.close()

    def _newest(self) -> _Held:
        """The newest generation; the one before is closed when its last reader is done.  The lock is held."""
        newest = self._held.snapshot.newest
        if newest is not self._held.snapshot:
            self._held.retired = True
            if not self._held.readers:
                self._held.snapshot.close()
            self._held = _Held(newest)
        return self._held


def _both_sides(answer: Answer, ask: Callable[..., Answer]) -> Answer:
    """The answer, with a quote for a side of the comparison of which it says nothing; where it says nothing at all, with one for each."""
    told, sure = [*answer.citations], [answer.confidence] if answer.answered else []
    for side in sides(answer.question):
        if any(names(c.article, c.quote, side.name) for c in told):
            continue
        other = ask(side.question, naming=side.name)
        first = next((c for c in other.citations if names(c.article, c.quote, side.name)), None)
        if first is not None:
            told.append(
                replace(first, number=len(told) + 1, story=max((c.story for c in told), default=0) + 1, value=None)
            )
            sure.append(other.confidence)
        elif not answer.answered:
            return answer
    if len(told) == len(answer.citations):
        return answer
    sources = answer.independent_sources or len({c.article.id for c in told})
    certain = answer.confidence if answer.answered else min(sure)
    return replace(answer, citations=tuple(told), confidence=certain, independent_sources=sources)


def _goes_on(question: str, previous: str | None) -> bool:
    """Whether "since when?" goes on from a question to the articles; by itself it asks for the corpus's own figures."""
    return (
        previous is not None
        and purpose(question) is Purpose.FIGURES
        and purpose(previous) is Purpose.ANSWER
        and goes_on(question)
    )


def _subject(question: str) -> str:
    """What a question is about, as far as it names it."""
    asked = news(question)
    return asked.about if asked is not None else subject(question, language_of(question))


def _until(where: Filter | None, asked: date | None) -> Filter | None:
    """The filter, without articles of later days where the day of asking is given: the next one's date may be another time zone's."""
    if asked is None:
        return where
    last = (asked + timedelta(days=1)).isoformat()
    return replace(where or Filter(), until=min(where.until, last) if where and where.until else last)


def _own_words(given: Filter, read: Callable[[], Filter]) -> Filter:
    """What a question's own words narrow it to, in the collection that was given; nothing where more was given than that."""
    if replace(given, collection=None):
        return Filter()
    narrow = read()
    return replace(narrow, collection=given.collection) if narrow else narrow


def _days(narrow: Filter) -> Filter:
    """The own words' share of a filter."""
    return replace(narrow, collection=None)


def _lately(snapshot: Snapshot, where: Filter) -> Iterator[Filter]:
    """The last days of those that the filter lets through, then more of them; none where it has a first day itself."""
    last = min(where.until or "9999", snapshot.days()[1] or "")
    if not where.since and last:
        for days in BACK:
            yield replace(where, since=(date.fromisoformat(last) - timedelta(days=days)).isoformat())


def _shares(snapshot: Snapshot, words: Sequence[str]) -> list[float]:
    """How rare each word is: 1 for what stands in no passage, 0 for what stands in all."""
    rarest = math.log1p((snapshot.passages_count + 0.5) / 0.5)
    return [weight / rarest for weight in snapshot.word_weights(words)]


def asking(settings: Settings) -> Asking | None:
    """The cluster that is to hold the shards; None where none is named."""
    if settings.cluster is None:
        return None
    from askcorpus.cluster.asking import Asking

    return Asking(settings.cluster, replicas=settings.cluster_replicas)


def calibration_of(snapshot: Snapshot) -> tuple[tuple[float, ...], float | None]:
    """What `askcorpus eval --calibrate` left in the store: (slope, intercept), and the threshold."""
    note = snapshot.note(CALIBRATION)
    if note is None:
        return (), None
    table = json.loads(note)
    return (float(table["slope"]), float(table["intercept"])), float(table["threshold"])
