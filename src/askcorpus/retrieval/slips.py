"""How do the articles write what a question means?  One wrong letter is put right, and capitals stand where they have them.

Only a word that stands in no article is a slip, and only where the model does not know it as one piece.  A common word has to be longer
than a name, as another common word is often one letter away: "county" is no slip of "country".  Numbers, and words with a digit, are what
they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from askcorpus.language.identify import language_of
from askcorpus.language.stopwords import stop_words
from askcorpus.language.tables import unspaced
from askcorpus.language.words import Word, known, stem, stems, words
from askcorpus.question.kinds import CAPITAL_NOUNS, opens
from askcorpus.question.reading import apart
from askcorpus.question.said import LOOKED_AT
from askcorpus.store.snapshot import Snapshot
from askcorpus.types import Passage

SHORTEST = 4  # letters: of three, one edit makes nearly any word of three
LEFT_OUT = {True: 4, False: 7}
"""Letters of a name, and of a common word, that lacks one; see above."""
PUT_IN = {True: 6, False: 8}
"""The same for one too many, or another in its place: "major" is no slip of "mayor", nor "statue" of "statute"."""
READ = 8  # passages that hold what may be meant: the word of the one nearest to the rest of the question is taken
MOST = 3  # slips of a question; where more words are unknown, it is about something else, or in another language
LANGUAGES = 4  # a name has the same stem in nearly all
QUIETED = 16  # passages in which capitals are looked up
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")


class Pieces(Protocol):
    """Knows into how many pieces a model cuts a word."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """A question as the articles would write it."""

    text: str
    read_as: tuple[str, ...] = ()
    """What stands in place of a slip."""


def as_written(question: str, snapshot: Snapshot, pieces: Pieces) -> Written:
    """The question without slips and without shouting; as it is where all its words are known."""
    text = _quiet(question, snapshot, pieces) if _shouted(question) else question
    spoken = language_of(text)
    content = [word for word in words(text[:LOOKED_AT], spoken) if not word.stop]
    plain = [word for word in content if _plain(text[word.start : word.end])]
    missing = snapshot.missing([text[word.start : word.end] for word in plain], spoken)
    doubtful = [word for word, absent in zip(plain, missing, strict=True) if absent and not _of_outlet(word, snapshot)]
    if not doubtful:
        return Written(text)
    counts = pieces.count_tokens([text[word.start : word.end] for word in doubtful])
    slips = [word for word, count in zip(doubtful, counts, strict=True) if count > 1][:MOST]
    others = [word.stem for word in content if word not in doubtful]
    read_as = []
    for word in reversed(slips):  # so that offsets before it stay
        is_name = word.capital and spoken not in CAPITAL_NOUNS and not opens(text, word)
        meant = _meant(word, others, snapshot, spoken, is_name=is_name)
        if meant:
            text = text[: word.start] + meant + text[word.end :]
            read_as.append(meant)
    return Written(text, tuple(reversed(read_as)))


def _shouted(question: str) -> bool:
    return question.isupper() and " " in question.strip()


def _plain(surface: str) -> bool:
    """Whether it is a word of letters that is long enough to tell what was meant, and no acronym."""
    return len(surface) >= SHORTEST and surface.isalpha() and not surface.isupper() and not unspaced(surface)


def _of_outlet(word: Word, snapshot: Snapshot) -> bool:
    return word.text in _outlet_words(snapshot.publisher_names)


@lru_cache(maxsize=8)
def _outlet_words(publishers: frozenset[str]) -> frozenset[str]:
    return frozenset(word.text for name in publishers for word in words(name, None))


def _meant(word: Word, others: Sequence[str], snapshot: Snapshot, spoken: str | None, *, is_name: bool) -> str | None:
    """How the articles write the word that is one edit away; None where there is none."""
    for edits in (_exchanged_or_left_out, _put_in):
        by_stem: dict[str, str] = {}
        for code in _languages(snapshot, spoken):
            if (word.capital or not apart(spoken, code)) and not _alphabet(code).isdisjoint(word.text):
                texts = edits(word.text, _alphabet(code), is_name)
                by_stem |= zip(stems(texts, code), texts, strict=True)
        every = list(by_stem)
        there = [one for one, count in zip(every, snapshot.held(every), strict=True) if count]
        near = frozenset(by_stem[one] for one in there)
        for passage in snapshot.holding(there, others, k=READ):
            found = _in_passage(passage, frozenset(there), near, spoken)
            if found:
                return found
    return None


def _languages(snapshot: Snapshot, spoken: str | None) -> list[str]:
    """By whose rules a slip may be a word: the question's own, where articles are in it, and those of most passages."""
    codes = list(dict.fromkeys(map(known, snapshot.word_languages)))
    return sorted(codes, key=lambda code: code != spoken)[:LANGUAGES]


def _in_passage(passage: Passage, stems: frozenset[str], near: frozenset[str], spoken: str | None) -> str | None:
    """The word of the passage, or else of its title, that one of these stems is; a common word only in the question's own language."""
    article = passage.article
    language = article.source.language
    for text in (passage.text, article.title):
        inside = [word for word in words(text, language) if word.stem in stems and not word.stop]
        inside = [word for word in inside if word.capital or not apart(spoken, language)]
        best = next((word for word in inside if word.text in near), None)
        if best is not None:
            return text[best.start : best.end]
    return None


def _exchanged_or_left_out(word: str, alphabet: frozenset[str], is_name: bool) -> list[str]:
    """What it was before two letters were exchanged, or one was left out."""
    places = range(len(word) + 1)
    exchanged = [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in places[:-2]]
    letters = alphabet if len(word) >= LEFT_OUT[is_name] else ()
    return exchanged + [word[:i] + letter + word[i:] for i in places for letter in letters]


def _put_in(word: str, alphabet: frozenset[str], is_name: bool) -> list[str]:
    """What it was before a letter was put in, or another took its place; the first is seldom wrong."""
    places = range(1, len(word)) if len(word) >= PUT_IN[is_name] else range(0)
    less = [word[:i] + word[i + 1 :] for i in places]
    return less + [word[:i] + letter + word[i + 1 :] for i in places for letter in alphabet]


@lru_cache(maxsize=64)
def _alphabet(code: str) -> frozenset[str]:
    """The letters of a language, as its stop words have them; those without accents do, as stems have none."""
    letters = frozenset(letter for word in stop_words(code).words for letter in stem(word, code) if letter.isalpha())
    return letters or _LATIN


def _quiet(question: str, snapshot: Snapshot, pieces: Pieces) -> str:
    """A question in capitals with those that its words have in the articles; what is known neither there nor to the model is a name."""
    lower = question.lower()
    spoken = language_of(lower)
    inside = [word for word in words(lower, spoken) if not word.stop]
    ids = snapshot.matching(lower, k=QUIETED, spoken=spoken).ids
    named = _named(snapshot.passages(ids), frozenset(word.stem for word in inside), spoken)
    surfaces = [lower[word.start : word.end] for word in inside]
    absent = snapshot.missing(surfaces, spoken)
    for word, surface, missing, cut in reversed(
        [*zip(inside, surfaces, absent, pieces.count_tokens(surfaces), strict=True)]
    ):
        name = surface.title() if missing and cut > 1 else surface
        lower = lower[: word.start] + named.get(word.text, name) + lower[word.end :]
    first = next((i for i, c in enumerate(lower) if c.isalpha()), 0)
    return lower[:first] + lower[first : first + 1].upper() + lower[first + 1 :]


def _named(passages: Sequence[Passage], wanted: frozenset[str], spoken: str | None) -> dict[str, str]:
    """Those words of these stems that the passages mostly write with a capital inside their sentences, as they write them."""
    capitals, ways, stem_of = Counter[str](), dict[str, Counter[str]](), dict[str, str]()
    by_own = sorted(passages, key=lambda one: apart(spoken, one.article.source.language))
    seen_in_own: frozenset[str] | None = None
    for passage in by_own:
        text, language = passage.text, passage.article.source.language
        foreign = apart(spoken, language)
        if foreign and seen_in_own is None:
            seen_in_own = frozenset(capitals)
        if foreign and language in CAPITAL_NOUNS:
            continue
        for word in words(text, language):
            if word.stem in wanted and not opens(text, word) and not (foreign and word.stem in (seen_in_own or ())):
                capitals[word.stem] += 1 if word.capital else -1
                if word.capital:
                    ways.setdefault(word.text, Counter())[text[word.start : word.end]] += 1
                    stem_of[word.text] = word.stem
    return {
        text: max(written, key=lambda way: (written[way], way))
        for text, written in ways.items()
        if capitals[stem_of[text]] > 0
    }
