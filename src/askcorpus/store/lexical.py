"""Which passages hold the question's words?  The only module that imports tantivy.

A generation has a tantivy index of its own; what it shares with the one before are hard links to the same files, which
tantivy never changes once written.  So the cost of a change follows the change.
"""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tantivy

from askcorpus.errors import StoreDamaged, StoreError
from askcorpus.store import analysis, layout
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
TRIES = 100  # a lock file comes once, a merge of segments makes a dozen files
FIRST_DAY, LAST_DAY = 1, 9999_99_99
"""Of articles that have a date, as `day_of` counts; 0 is none."""
_LOCKS = (".tantivy-meta.lock", ".tantivy-writer.lock")
_SHOULD, _MUST = tantivy.Occur.Should, tantivy.Occur.Must


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
        if k < 1 or not self.count:
            return EMPTY
        words = dict.fromkeys(
            word for same in analysis.question_words(question, languages, spoken=spoken) for word in same
        )
        terms = [self._term("body", word) for word in words]  # a flat union: only that is searched with block-max WAND
        terms += [self._term("stops", word) for word in analysis.stop_words(question, languages)]
        if not terms:
            return EMPTY
        query = tantivy.Query.boolean_query([(_SHOULD, term) for term in terms])
        if where or among is not None:
            limits = [*self._limits(where or Filter(), publishers, collection)]
            if among is not None:  # the shortest list leads: the cost is theirs, not the corpus's
                ids_only = tantivy.Query.term_set_query(self._schema, "id", list(among))
                limits.append(tantivy.Query.const_score_query(ids_only, 0.0))
            query = tantivy.Query.boolean_query([(_MUST, query), *((_MUST, limit) for limit in limits)])
        with _translated(None):
            ids, scores = self._search(query, k)
            pairs = analysis.question_pairs(question, languages, spoken=spoken)
            return self._with_pairs(ids, scores, pairs) if pairs and len(ids) > 1 else Ranking(ids, scores)

    def weights(self, words: Sequence[str], languages: Sequence[str | None], spoken: str | None = None) -> list[float]:
        """ln(1 + (N - df + .5) / (df + .5)) of each word by the commonest of its languages' forms; 0 for a stop word."""
        return [self._weight(analysis.question_words(word, languages, spoken=spoken, opens=False)) for word in words]

    def missing(self, words: Sequence[str], languages: Sequence[str | None], spoken: str | None) -> list[bool]:
        """Of each word whether it stands in no passage, in none of its languages' forms; a stop word is none that is missed."""
        every = [analysis.question_words(word, languages, spoken=spoken, opens=False) for word in words]
        return [bool(forms) and not any(self.held(list(chain(*forms)))) for forms in every]

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

    def ids(self) -> set[int]:
        """Every passage in the index; for verification."""
        hits = self._searcher.search(tantivy.Query.all_query(), limit=max(1, self.count), count=False).hits
        return set(self._searcher.fast_field_values("id", [address for _, address in hits]))  # type: ignore[arg-type]

    def _search(self, query: tantivy.Query, k: int) -> tuple[PassageIds, npt.NDArray[np.float32]]:
        hits = self._searcher.search(query, limit=k, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return np.array(ids, np.int64), np.array([score for score, _ in hits], np.float32)

    def _weight(self, forms: Sequence[Sequence[str]]) -> float:
        """By the index words of a word, or of a compound and of its parts, each in every language of the corpus.

        A form of another language that hardly stands anywhere does not make a word rare; nor is a compound missed that the corpus
        only writes apart: it weighs nothing, and its parts have their own weight.
        """
        total = max(1, self.count)
        counts = [max(min(total, self._searcher.doc_freq("body", form)) for form in same) for same in forms]
        if not counts or (not counts[0] and any(counts)):
            return 0.0
        return math.log(1 + (total - counts[0] + 0.5) / (counts[0] + 0.5))

    def _with_pairs(self, ids: PassageIds, scores: npt.NDArray[np.float32], pairs: Sequence[list[str]]) -> Ranking:
        """The same passages, those that hold words of the question side by side scored higher."""
        phrases = [tantivy.Query.phrase_query(self._schema, "body", list(pair)) for pair in pairs]
        among = tantivy.Query.term_set_query(self._schema, "id", ids.tolist())
        any_pair = tantivy.Query.boolean_query([(_SHOULD, phrase) for phrase in phrases])
        query = [(_MUST, tantivy.Query.const_score_query(among, 0.0)), (_MUST, any_pair)]
        paired, bonus = self._search(tantivy.Query.boolean_query(query), len(ids))
        order = np.argsort(ids)
        scores = scores.copy()
        scores[order[np.searchsorted(ids, paired, sorter=order)]] += PAIR_BOOST * bonus
        best = np.argsort(-scores, kind="stable")
        return Ranking(ids[best], scores[best])

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
        if collection is not None:
            limits.append(tantivy.Query.term_query(self._schema, "collection", f"/{collection}"))
        return (tantivy.Query.const_score_query(limit, 0.0) for limit in limits)


def day_of(date: str | None, *, last: bool = False) -> int:
    """An ISO 8601 date as the number YYYYMMDD, 0 for none; a missing month or day is the first, or the last."""
    digits = "".join(c for c in (date or "")[:10] if c.isdigit())
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
