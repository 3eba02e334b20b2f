"""Which passages hold the question's words?  The only module that imports tantivy.

A generation has a tantivy index of its own; what it shares with the one before are hard links to the same files, which
tantivy never changes once written.  So the cost of a change follows the change.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import tantivy

from askcorpus.errors import StoreDamaged, StoreError
from askcorpus.store import analysis, layout
from askcorpus.store.bm25 import FIELDS, Occurrences, Sizes, Term, idf
from askcorpus.types import Filter, PassageIds, Ranking

LEXICAL_FORMAT = 200 + analysis.ANALYSIS
"""The hundreds are for the fields of the index; an index of another format is made again."""
COPIES = 2
"""tantivy fixes BM25's k1 at 1.2; words written twice count as with k1 = 0.6 (hit@1 +.005 on three of four sets)."""
PAIR_BOOST = 0.15
"""What two words of the question side by side add to their own scores (hit@1 +.017, +.004, +.003, +.000)."""
HEAP_BYTES = 128 << 20  # a segment is written when it is full; tantivy asks for 15 MB a thread at least
NO_ROOM = tuple(f"os error {number}" for number in layout.NO_ROOM)  # all that tantivy says of it
EMPTY = Ranking(np.zeros(0, np.int64), np.zeros(0, np.float32))
FEW = (
    1000  # passages: up to so many are found sooner one by one (82 of a million: 0.4 ms instead of 1.5), more as a set
)
TRIES = 100  # a lock file comes once, a merge of segments makes a dozen files
FIRST_DAY, LAST_DAY = 1, 9999_99_99
"""Of articles that have a date, as `day_of` counts; 0 is none."""
_LOCKS = (".tantivy-meta.lock", ".tantivy-writer.lock")
_NUMBER = r'"value": ([\d.eE+-]+),\s+"description": "'
_TIMES, _LENGTH = (re.compile(_NUMBER + what) for what in ("freq, occurrences", "dl, length"))
_COUNTED, _MEAN = (re.compile(_NUMBER + what) for what in ("N, total number", "avgdl, average"))
"""Of tantivy's explanation of a score, which is the only place where it tells these."""
_NAMED = re.compile(r'Term=Term\(field=(\d+), type=Str, "(.*)"\)', re.DOTALL)
_ESCAPED, _PLAIN = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))", re.DOTALL), {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
"""How Rust writes a word between quotes."""
_SCHEMA_FIELDS = ("id", "article", "day", "body", "stops")
"""In the order of `_schema`, as far as there are words in them."""
_STRANGE = "this version of tantivy does not say how it scores; install the one of constraints.txt"
_LIKELY = ("20", "19", "st", "co", "ma", "")
"""How a word may begin of which every corpus has some: all of a dictionary of millions are not gone through to find one."""
Held: TypeAlias = Callable[[Sequence[str]], list[int]]
_SHOULD, _MUST, _MUST_NOT = tantivy.Occur.Should, tantivy.Occur.Must, tantivy.Occur.MustNot


@dataclass(frozen=True, slots=True)
class Within:
    """Among which passages is looked for words; `Lexical.matching` says what each means."""

    where: Filter | None = None
    publishers: tuple[str, ...] = ()
    collection: str | None = None
    among: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class LexicalPassage:
    """What the lexical index keeps of a passage."""

    id: int
    article: int
    title: str
    text: str
    language: str | None
    publisher: str | None
    day: int
    collection: str = ""
    """The key of its collection."""


def write(
    folder: Path, previous: Path | None, added: Iterable[LexicalPassage], removed_articles: Iterable[int], *, many: bool
) -> list[str]:
    """Make the index of a new generation from the previous one's, or from nothing; the names of its files.

    It is made beside its place and put there when it is whole: tantivy's threads know the former name only (`_links_to`).
    """
    making = folder.with_name(f"{folder.name}.making")
    making.mkdir(parents=True)
    try:
        if previous is not None:
            _link(previous, making)
        with _translated(folder):
            _fill(making, added, removed_articles, empty=previous is None, many=many)
        making.replace(folder)
    except BaseException:
        _remove(making)
        raise
    return _files(folder)


class Lexical:
    """An open index of one generation."""

    def __init__(self, folder: Path) -> None:
        with _translated(folder), _links_to(folder) as place:
            index = tantivy.Index.open(str(place))
            self._schema = index.schema
            self._searcher = index.searcher()

    @property
    def count(self) -> int:
        """Passages that can be found."""
        return int(self._searcher.num_docs)

    def matching(
        self,
        question: str,
        *,
        k: int,
        languages: Sequence[str | None],
        spoken: str | None,
        where: Filter | None,
        publishers: Sequence[str],
        collection: str | None = None,
        among: Sequence[int] | None = None,
    ) -> Ranking:
        """The best k passages by BM25 over title and text; `publishers` are those that the filter lets through, `collection` the key
        of the one that it names.

        `languages` are those of the corpus, `spoken` that of the question, if it is known; `among` the only passages, where it is given.
        """
        terms = question_terms(question, languages, spoken) if k > 0 and self.count else []
        if not terms:
            return EMPTY
        query = self._any([self._term(term.field, term.word) for term in terms])
        query = self._within(query, Within(where, tuple(publishers), collection, among))
        with _translated(None):
            ids, scores = self._search(query, k)
            pairs = analysis.question_pairs(question, languages, spoken=spoken)
            return self._with_pairs(ids, scores, pairs) if pairs and len(ids) > 1 else Ranking(ids, scores)

    def weights(self, words: Sequence[str], languages: Sequence[str | None], spoken: str | None = None) -> list[float]:
        """ln(1 + (N - df + .5) / (df + .5)) of each word by the commonest of its languages' forms; 0 for a stop word."""
        return weights_of(words, languages, spoken, count=self.count, held=self.held)

    def missing(self, words: Sequence[str], languages: Sequence[str | None], spoken: str | None) -> list[bool]:
        """Of each word whether it stands in no passage, in none of its languages' forms; a stop word is none that is missed."""
        return missing_of(words, languages, spoken, held=self.held)

    def held(self, index_words: Sequence[str]) -> list[int]:
        """How many passages hold each of these index words."""
        return [int(self._searcher.doc_freq("body", word)) for word in index_words]

    def holding(self, index_words: Sequence[str], others: Sequence[str], *, k: int) -> PassageIds:
        """The k passages that hold any of these index words, those first that hold more of the others."""
        if not index_words:
            return EMPTY.ids
        any_of = tantivy.Query.boolean_query([(_SHOULD, self._term("body", word)) for word in index_words])
        rest = [(_SHOULD, self._term("body", word)) for word in others]
        with _translated(None):
            return self._search(tantivy.Query.boolean_query([(_MUST, any_of), *rest]), k)[0]

    @cached_property
    def sizes(self) -> Sizes:
        """How much this index holds."""
        with _translated(None):
            told = [self._told_of(field) for field in FIELDS]
        counted = max((docs for docs, _ in told), default=0)
        return Sizes(self.count, counted, tuple(docs * mean for docs, mean in told))

    def frequencies(self, terms: Sequence[Term]) -> list[int]:
        """How many passages hold each of these terms, as the statistics count them."""
        return [int(self._searcher.doc_freq(term.field, term.word)) for term in terms]

    def proposed(
        self, terms: Sequence[Term], weights: Sequence[float], within: Within, *, k: int, wanted: int = 0
    ) -> Ranking:
        """The k best by terms of these weights, which are those of a larger whole; scored by this index's own mean length.

        One of the first `wanted` terms must stand in each, where there are such.
        """
        counted, own = self.sizes.counted, self.frequencies(terms)
        queries = [
            tantivy.Query.boost_query(self._term(term.field, term.word), float(weight) / float(idf(held, counted)))
            for term, weight, held in zip(terms, weights, own, strict=True)
        ]
        query = self._any(queries)
        if wanted:
            first = self._any(queries[:wanted])
            query = tantivy.Query.boolean_query([(_MUST, first), *((_SHOULD, one) for one in queries[wanted:])])
        with _translated(None):
            return Ranking(*self._search(self._within(query, within), k)) if self.count and terms else EMPTY

    def occurrences(self, ids: Sequence[int], phrases: Sequence[tuple[Term, ...]]) -> list[Occurrences]:
        """In which of these passages each term, a phrase of one, or phrase stands, how often, and how long they are."""
        found: list[list[tuple[int, float, float]]] = [[] for _ in phrases]
        terms = {phrase[0]: n for n, phrase in enumerate(phrases) if len(phrase) == 1}
        longer = [(n, self._phrase(phrase)) for n, phrase in enumerate(phrases) if len(phrase) > 1]
        with _translated(None):
            these = self._these(ids)
            if terms:
                query = self._any([self._term(term.field, term.word) for term in terms])
                for number, address in self._places(these, len(ids)):
                    told = _explanation(query, self._searcher, address)
                    for term, times, length in _explained(told) if told is not None else ():
                        found[terms[term]].append((number, times, length))
            if longer:
                any_of = self._any([query for _, query in longer])
                both = tantivy.Query.boolean_query([(_MUST, these), (_MUST, any_of)])
                for number, address in self._places(both, len(ids)):
                    for n, query in longer:
                        told = _explanation(query, self._searcher, address)
                        if told is not None:
                            found[n].append((number, _told(_TIMES, told), _told(_LENGTH, told)))
        return [_occurrences(one) for one in found]

    def ids(self) -> set[int]:
        """Every passage in the index; for verification."""
        hits = self._searcher.search(tantivy.Query.all_query(), limit=max(1, self.count), count=False).hits
        return set(self._searcher.fast_field_values("id", [address for _, address in hits]))  # type: ignore[arg-type]

    def _told_of(self, field: str) -> tuple[int, float]:
        """How many passages the statistics count, and how many words they have in a field: tantivy tells it of a hit only."""
        for prefix in _LIKELY if field == "body" else ("",):
            for word, _ in self._searcher.terms_with_prefix(field, prefix, limit=1):
                query = self._term(field, word)
                for _, address in self._searcher.search(query, limit=1, count=False).hits:
                    told = query.explain(self._searcher, address).to_json()
                    return int(_told(_COUNTED, told)), _told(_MEAN, told)
        return 0, 0.0

    def _places(self, query: tantivy.Query, k: int) -> Iterator[tuple[int, tantivy.DocAddress]]:
        """The passages that a query finds, and where the index has them."""
        addresses = [address for _, address in self._searcher.search(query, limit=max(1, k), count=False).hits]
        ids = self._searcher.fast_field_values("id", addresses)
        return zip(map(int, ids), addresses, strict=True)  # type: ignore[arg-type]  # an id is never None

    def _phrase(self, phrase: Sequence[Term]) -> tantivy.Query:
        return tantivy.Query.phrase_query(self._schema, phrase[0].field, [term.word for term in phrase])

    def _any(self, queries: Sequence[tantivy.Query]) -> tantivy.Query:
        """A flat union: only that is searched with block-max WAND."""
        return tantivy.Query.boolean_query([(_SHOULD, query) for query in queries])

    def _within(self, query: tantivy.Query, within: Within) -> tantivy.Query:
        """The query, within some passages."""
        if not within.where and within.among is None:
            return query
        limits = [*self._limits(within.where or Filter(), within.publishers, within.collection)]
        if within.among is not None:  # the shortest list leads: the cost is theirs, not the corpus's
            limits.append(self._these(within.among))
        return tantivy.Query.boolean_query([(_MUST, query), *((_MUST, limit) for limit in limits)])

    def _search(self, query: tantivy.Query, k: int) -> tuple[PassageIds, npt.NDArray[np.float32]]:
        hits = self._searcher.search(query, limit=k, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return np.array(ids, np.int64), np.array([score for score, _ in hits], np.float32)

    def _with_pairs(self, ids: PassageIds, scores: npt.NDArray[np.float32], pairs: Sequence[list[str]]) -> Ranking:
        """The same passages, those that hold words of the question side by side scored higher."""
        phrases = [tantivy.Query.phrase_query(self._schema, "body", list(pair)) for pair in pairs]
        query = [(_MUST, self._these(ids.tolist())), (_MUST, self._any(phrases))]
        paired, bonus = self._search(tantivy.Query.boolean_query(query), len(ids))
        order = np.argsort(ids)
        scores = scores.copy()
        scores[order[np.searchsorted(ids, paired, sorter=order)]] += PAIR_BOOST * bonus
        best = np.argsort(-scores, kind="stable")
        return Ranking(ids[best], scores[best])

    def _these(self, ids: Sequence[int]) -> tantivy.Query:
        """Some passages, whose scores it leaves as they are."""
        few = (tantivy.Query.term_query(self._schema, "id", number, "basic") for number in ids)
        these = self._any([*few]) if len(ids) <= FEW else tantivy.Query.term_set_query(self._schema, "id", list(ids))
        return tantivy.Query.const_score_query(these, 0.0)

    def _term(self, field: str, word: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, word, "freq")

    def _limits(self, where: Filter, publishers: Sequence[str], collection: str | None) -> Iterator[tantivy.Query]:
        """What must hold for a passage, none of it part of its score."""
        limits = []
        if where.since or where.until:
            first, last = day_of(where.since) or FIRST_DAY, day_of(where.until, last=True) or LAST_DAY
            limits.append(tantivy.Query.range_query(self._schema, "day", tantivy.FieldType.Unsigned, first, last))
        if where.publisher:
            limits.append(tantivy.Query.term_set_query(self._schema, "publisher", list(publishers)))
        if where.language:
            limits.append(tantivy.Query.term_query(self._schema, "language", where.language))
        if where.other_than:
            there = tantivy.Query.term_query(self._schema, "language", where.other_than)
            every = tantivy.Query.all_query()
            limits.append(tantivy.Query.boolean_query([(_MUST, every), (_MUST_NOT, there)]))
        if collection is not None:
            limits.append(tantivy.Query.term_query(self._schema, "collection", f"/{collection}"))
        return (tantivy.Query.const_score_query(limit, 0.0) for limit in limits)


def question_terms(question: str, languages: Sequence[str | None], spoken: str | None) -> list[Term]:
    """What is looked for of a question, as `Lexical.matching` is asked it."""
    words = dict.fromkeys(word for same in analysis.question_words(question, languages, spoken=spoken) for word in same)
    stops = analysis.stop_words(question, languages)
    return [*(Term("body", word) for word in words), *(Term("stops", word) for word in stops)]


def weights_of(
    words: Sequence[str], languages: Sequence[str | None], spoken: str | None, *, count: int, held: Held
) -> list[float]:
    """`Lexical.weights`, where so many passages are, and `held` says how many hold a word."""
    every = [analysis.question_words(word, languages, spoken=spoken, opens=False) for word in words]
    known = list(dict.fromkeys(chain(*(chain(*forms) for forms in every))))
    numbers = dict(zip(known, held(known), strict=True))
    return [_weight(forms, max(1, count), numbers) for forms in every]


def missing_of(words: Sequence[str], languages: Sequence[str | None], spoken: str | None, *, held: Held) -> list[bool]:
    """`Lexical.missing`, where `held` says how many passages hold a word."""
    every = [analysis.question_words(word, languages, spoken=spoken, opens=False) for word in words]
    known = list(dict.fromkeys(chain(*(chain(*forms) for forms in every))))
    numbers = dict(zip(known, held(known), strict=True))
    return [bool(forms) and not any(numbers[form] for same in forms for form in same) for forms in every]


def _weight(forms: Sequence[Sequence[str]], total: int, held: Mapping[str, int]) -> float:
    """By the index words of a word, or of a compound and of its parts, each in every language of the corpus.

    A form of another language that hardly stands anywhere does not make a word rare; nor is a compound missed that the corpus
    only writes apart: it weighs nothing, and its parts have their own weight.
    """
    counts = [max(min(total, held[form]) for form in same) for same in forms]
    if not counts or (not counts[0] and any(counts)):
        return 0.0
    return math.log(1 + (total - counts[0] + 0.5) / (counts[0] + 0.5))


def day_of(date: str | None, *, last: bool = False) -> int:
    """An ISO 8601 date as the number YYYYMMDD, 0 for none; a missing month or day is the first, or the last."""
    digits = "".join(c for c in (date or "")[:10] if c.isdecimal())
    if len(digits) not in (4, 6, 8):
        return 0
    return int(digits + ("1231" if last else "0101")[len(digits) - 4 :])


def _fill(
    folder: Path, added: Iterable[LexicalPassage], removed_articles: Iterable[int], *, empty: bool, many: bool
) -> None:
    """Have tantivy write; its writing threads have ended when this ends, however it does."""
    index = tantivy.Index(_schema(), str(folder)) if empty else tantivy.Index.open(str(folder))
    writer = index.writer(HEAP_BYTES if many else HEAP_BYTES // 4, 2 if many else 1)
    try:
        for number in removed_articles:  # delete_documents_by_term takes an int for a signed one and deletes nothing
            writer.delete_documents_by_query(tantivy.Query.term_query(_SCHEMA, "article", number))
        for passage in added:
            writer.add_document(_document(passage))
        writer.commit()
        writer.wait_merging_threads()
    finally:
        del writer, index  # else what is raised here keeps them, and their threads, for as long as somebody holds it


@contextmanager
def _links_to(folder: Path) -> Iterator[Path]:
    """A folder of links to an index's files, to be opened there and nowhere else; it is gone afterwards.

    From its first moment on an open index has a thread that looks after the folder's meta.json and makes a lock file to read
    it anew; nobody can wait for that thread, and it comes late on a busy machine. In the store's own folder it would write
    where the folder is being removed, or cannot be written. The files themselves stay open without their links.
    """
    place = _linked(folder)
    try:
        yield place or folder
    finally:
        if place is not None:
            _remove(place)


def _linked(folder: Path) -> Path | None:
    """A new folder with links to the files of another; None where there can be none."""
    try:
        place = Path(tempfile.mkdtemp(prefix="askcorpus-"))
    except OSError:
        return None
    try:
        for path in folder.iterdir():
            if path.name not in _LOCKS:
                Path(place, path.name).symlink_to(path.resolve())
    except OSError:
        _remove(place)
        return None
    return place


def _remove(folder: Path) -> None:
    """Remove a folder in which a thread may just now make a file; where it is gone, none can."""
    for _ in range(TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return


def _told(what: re.Pattern[str], explanation: str) -> float:
    """A number of tantivy's explanation of a score; raises StoreError where it explains otherwise than the version tried here."""
    found = what.search(explanation)
    if found is None:
        raise StoreError(_STRANGE)
    return float(found[1])


def _explanation(query: tantivy.Query, searcher: tantivy.Searcher, address: tantivy.DocAddress) -> str | None:
    """How a query scores a passage, in tantivy's words; None where it does not find it."""
    try:
        return query.explain(searcher, address).to_json()
    except ValueError:
        return None


def _explained(explanation: str) -> Iterator[tuple[Term, float, float]]:
    """Of tantivy's explanation of a union of terms: each that stands in the passage, how often, and how long that is."""
    whole = json.loads(explanation)
    for one in whole["details"] if _NAMED.match((whole.get("context") or [""])[0]) is None else [whole]:
        named = _NAMED.match(one["context"][0])
        told = {detail["description"][:5]: detail["value"] for detail in one["details"][-1]["details"]}
        if named is None or "freq," not in told or "dl, l" not in told:
            raise StoreError(_STRANGE)
        word = _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else _PLAIN.get(m[2], m[2]), named[2])
        yield Term(_SCHEMA_FIELDS[int(named[1])], word), told["freq,"], told["dl, l"]


def _occurrences(found: Sequence[tuple[int, float, float]]) -> Occurrences:
    ids, times, lengths = zip(*found, strict=True) if found else ((), (), ())
    return Occurrences(np.array(ids, np.int64), np.array(times, np.float32), np.array(lengths, np.float32))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("article", indexed=True)
    builder.add_unsigned_field("day", indexed=True, fast=True)
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("stops", tokenizer_name="whitespace", index_option="freq")
    for field in ("language", "publisher", "collection"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    return builder.build()


_SCHEMA = _schema()


def _document(passage: LexicalPassage) -> tantivy.Document:
    body, stops = analysis.passage_words(f"{passage.title}\n{passage.text}", passage.language)
    return tantivy.Document.from_dict(
        {
            "id": passage.id,
            "article": passage.article,
            "day": passage.day,
            "body": " ".join(body * COPIES),
            "stops": " ".join(dict.fromkeys(stops)),
            "language": passage.language or "",
            "publisher": passage.publisher or "",
            "collection": f"/{passage.collection}",
        },
        _SCHEMA,
    )


def _link(previous: Path, folder: Path) -> None:
    """Hard links to a previous generation's files; copies of what tantivy rewrites, or where there are no links."""
    for path in previous.iterdir():
        if path.name in _LOCKS:
            continue
        if path.name in ("meta.json", ".managed.json"):
            shutil.copyfile(path, folder / path.name)
            continue
        try:
            os.link(path, folder / path.name)
        except OSError:
            shutil.copy2(path, folder / path.name)


def _files(folder: Path) -> list[str]:
    return [f"{folder.name}/{path.name}" for path in folder.iterdir() if path.name not in _LOCKS]


@contextmanager
def _translated(folder: Path | None) -> Iterator[None]:
    """Tantivy's errors, its panics among them, as the store's own."""
    try:
        yield
    except (OSError, StoreError):  # the catalog's own, raised while its rows were read
        raise
    except Exception as error:
        text = str(error)
        if folder is not None and any(words in text for words in NO_ROOM):
            raise layout.no_room(folder) from error
        raise StoreDamaged(f"{folder or 'the lexical index'} cannot be used: {text.splitlines()[0]}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise StoreError(f"{folder or 'the lexical index'} cannot be used: tantivy panicked") from error
