"""Which sentences does a passage bear out, and which not?  Made by rule of public questions and texts, drawn anew each time.

True ones are a sentence or a clause of the passage, its translation, two clauses joined, a question with its answer. False ones say another name,
number, word or answer, names in one another's place, the denial, the opposite, more than the passage does, or something else. What is
changed is changed in the sentence or in the passage, or in both, which is true again: so that no word by itself says which it is.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from askcorpus.articles.draft import Limits, Look
from askcorpus.articles.files import FoundFile, walk
from askcorpus.articles.reading import look_here
from askcorpus.language.meanings import meanings
from askcorpus.language.numerals import spelt
from askcorpus.language.question_words import phrases
from askcorpus.language.sentences import Span, sentences
from askcorpus.language.tables import unspaced
from askcorpus.language.words import known, words
from askcorpus.writing.sides import sided
from training.groups import PUBLISHERS
from training.material import NEWS, PARALLEL, READER

CROSSED = 0.6  # of the sentences of a parallel text are those of another language
ASKED, JOINED, CLAUSE, ELSEWHERE = 0.3, 0.1, 0.5, 0.08
"""How many are a question with its answer; two clauses; a clause and not the whole; what stands somewhere else."""
IN_PASSAGE, IN_BOTH = 0.25, 0.2  # of the changes are made there
SPOKEN, OFTEN = ("en", "de", "es"), 4  # languages of translations, and how much more often they are taken than others
PUBLISHED = 0.15  # have a publisher
BESIDE = 0.6  # of the exchanged names and numbers stand in the passage, too
TITLED, OTHERWISE, SHORTENED = 0.5, 0.4, 0.4
"""Of the passages have a title; of the sentences are said a little otherwise; without something in their middle."""
MOST_SENTENCES, LEAST_LETTERS, LEAST_WORDS = 3, 12, 6
LONGEST, DENSER = (500, 180), 3
"""Letters of a passage and of a sentence about it; of a script that sets no spaces, so many times fewer."""
_NAME = re.compile(r"(?<!\w)(?:[^\W\d_a-zа-яα-ω][\w'’.-]*\w(?: [^\W\d_a-zа-яα-ω][\w'’-]*\w)*|\d[\d.,]*\d|\d)(?!\w)")
_ENDS = re.compile(r"[,;:–—，；、،](?:\s+|(?<=[，；、]))")
_DENIED = {
    "en": (("is are was were has have had will would can could did does should may", "{} not"),),
    "de": (("ist sind war waren hat haben hatte hatten wird werden wurde wurden kann soll konnte", "{} nicht"),),
    "fr": (("est sont était étaient a ont avait avaient sera fut peut doit", "ne {} pas"),),
    "es": (("es son era eran fue fueron ha han había será puede está están tiene tenía", "no {}"),),
    "it": (("è sono era erano fu furono ha hanno aveva sarà può", "non {}"),),
    "ro": (("este sunt era erau a au fost va poate", "nu {}"),),
    "pt": (("é são era foi foram tem têm será pode", "não {}"),),
    "el": (("είναι ήταν έχει έχουν είχε θα μπορεί", "δεν {}"),),
    "vi": (("là có được đã sẽ bị", "không {}"),),
    "ru": (("был была было были будет может имеет стал стала", "не {}"),),
    "uk": (("був була було були буде може має", "не {}"),),
    "tr": (("edildi oldu yapıldı açıldı", "{} değil"),),
    "hi": (("है हैं था थे थी", "नहीं {}"),),
    "zh": (("是 会 能 在", "不{}"), ("有 被", "没{}")),
    "th": (("เป็น มี ได้ ถูก", "ไม่{}"),),
    "ar": (("كان كانت يكون تم", "لا {}"),),
}
"""Verbs of a language, and how each of them is denied."""
_DENY = re.compile(
    r"\b(?:not|no|n't|never|nicht|kein\w*|nie|pas|ne|aucun\w*|sin|ni|nunca|non|não|sem|nu|не|ни|нет|без|δεν|không)\b",
    re.IGNORECASE,
)
"""What may not be left out of a sentence."""
_SAYS = {
    "en": (", {} reports.", ", according to {}."),
    "de": (", berichtet {}.", ", schreibt {}."),
    "fr": (", selon {}.", ", rapporte {}."),
    "es": (", según {}.", ", informa {}."),
    "pt": (", segundo {}.",),
    "ru": (", сообщает {}.", ", пишет {}."),
    "it": (", secondo {}.",),
}
"""How a sentence ends that names its source."""
_ASKS = ("who", "which", "count", "time", "where")
"""Rows of question words in whose place an answer may stand."""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph in one language."""

    language: str
    title: str
    sentences: tuple[str, ...]
    asked: tuple[tuple[str, str, str], ...] = ()
    """Id, question and answer."""
    across: str = ""
    """What it has in common with its translations; nothing where it has none."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence beside a passage."""

    text: str
    title: str
    passage: str
    false: bool
    marked: tuple[Span, ...] | None = ()
    """Where it says what the passage does not; None where that is not known."""
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Texts:
    """All there is to make claims of."""

    every: tuple[Text, ...]
    translations: dict[str, tuple[Text, ...]]
    by_language: dict[str, tuple[Text, ...]]
    sides: dict[tuple[str, int, bool], tuple[str, ...]]
    """The words of each side of each row of opposites that stand in any text of a language, in the forms that they have there."""


def gather(folder: Path, *, left_out: Sequence[str] = ()) -> Texts:
    """The paragraphs of the question sets and of the invented news in a folder."""
    every = [text for text in (*_asked_about(folder / READER), *_news(folder)) if text.language not in left_out]
    across, spoken = defaultdict[str, list[Text]](list), defaultdict[str, list[Text]](list)
    for text in every:
        spoken[text.language].append(text)
        if text.across:
            across[text.across].append(text)
    sides = defaultdict[tuple[str, int, bool], set[str]](set)
    for text in every:
        for said in text.sentences:
            for one in sided(said, text.language):
                sides[text.language, one.row, one.second].add(said[one.start : one.end].lower())
    return Texts(
        tuple(every),
        {key: tuple(found) for key, found in across.items()},
        {key: tuple(found) for key, found in spoken.items()},
        {key: tuple(sorted(found)) for key, found in sides.items()},
    )


def _asked_about(path: Path) -> Iterator[Text]:
    if not path.exists():
        return
    rows = defaultdict[tuple[str, str], list[dict[str, Any]]](list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            rows[row["set"], row["context"]].append(row)
    for (name, context), of_text in rows.items():
        language = str(of_text[0]["lang"]).split("-")[0]
        ids = [str(row["id"]).removeprefix(f"{name}-") for row in of_text]
        asked = tuple(
            (key, row["question"].strip(), row["answers"][0][0])
            for key, row in zip(ids, of_text, strict=True)
            if row["answers"]
        )
        title = str(of_text[0]["title"]).replace("_", " ").strip()
        across = min(ids) if name.startswith(PARALLEL) else ""
        yield Text(language, title, _sentences(context, language), asked, across)


def _news(folder: Path) -> Iterator[Text]:
    for name in NEWS:
        if (folder / name / "corpus").is_dir():
            found = [one for one in walk(folder / name / "corpus") if isinstance(one, FoundFile)]
            for look in (look for one in found for look in look_here(one, Limits()) if isinstance(look, Look)):
                language = known(look.article.source.language) or ""
                for paragraph in look.article.text.split("\n\n"):
                    if len(paragraph) > 3 * LEAST_LETTERS:
                        yield Text(language, look.article.title, _sentences(paragraph, language))


def _sentences(text: str, language: str) -> tuple[str, ...]:
    return tuple(text[start:end].strip() for start, end in sentences(text, language))


def written(folder: Path) -> tuple[Claim, ...]:
    """The sentences about invented quotes that were written by hand: of each quote its language, that of the sentences, and what it says, then
    the true ones with a plus before them and the false ones with a minus."""
    claims, passage = list[Claim](), ""
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            sign, _, said = line.partition(" ")
            if sign in ("+", "-"):
                claims.append(Claim(said, "", passage, sign == "-", () if sign == "+" else None))
            elif said:
                passage = said.partition(" ")[2]
    return tuple(claims)


def drawn(text: Text, texts: Texts, rng: random.Random) -> Claim | None:
    """A claim about a part of this paragraph; None where none could be made this time."""
    claim = _drawn(text, texts, rng)
    return _published(claim, text.language, rng) if claim is not None and rng.random() < PUBLISHED else claim


def _published(claim: Claim, language: str, rng: random.Random) -> Claim:
    """The same with a publisher, whom the sentence may name as its source, or another one, which is false."""
    publisher = rng.choice(PUBLISHERS)
    dressed = replace(claim, publisher=publisher)
    named = publisher if rng.random() < 0.6 else rng.choice([one for one in PUBLISHERS if one != publisher])
    ways = _SAYS.get(language, ())
    if not ways or rng.random() < 0.4 or claim.marked is None:
        return dressed
    how = rng.choice(ways).format(named)
    said = claim.text.rstrip(" .!?。")
    marked = claim.marked if named == publisher else (*claim.marked, (len(said), len(said) + len(how)))
    return replace(dressed, text=f"{said}{how}", false=claim.false or named != publisher, marked=marked)


def _drawn(text: Text, texts: Texts, rng: random.Random) -> Claim | None:
    number = rng.randint(1, MOST_SENTENCES)
    first = rng.randrange(max(1, len(text.sentences) - number + 1))
    told = text.sentences[first : first + number]
    passage = (" " if not unspaced("".join(told)) else "").join(told)
    longest, longest_said, least = (n // (DENSER if unspaced(passage) else 1) for n in (*LONGEST, LEAST_LETTERS))
    if len(passage) > longest:
        return None
    title = text.title if rng.random() < TITLED else ""
    about = first + rng.randrange(len(told)), first, first + len(told)
    true = _true(text, texts, about, passage, rng)
    if true is None or not least <= len(true[0]) <= longest_said:
        return None
    teller = true[1]
    said = _otherwise(true[0], teller, texts, rng) if rng.random() < OTHERWISE else true[0]
    said = _shortened(said, teller.language, rng) if rng.random() < SHORTENED else said
    claim = Claim(said, title, passage, false=False)
    if rng.random() < 0.5:
        return claim
    if rng.random() < ELSEWHERE:
        return _elsewhere(claim, text, texts, about, rng)
    ways: list[Callable[[], Claim | None]] = [
        lambda: _other_name(claim, teller, texts, rng),
        lambda: _other_name(claim, teller, texts, rng),
        lambda: _exchanged(claim, teller, rng),
        lambda: _other_word(claim, teller, texts, rng),
        lambda: _denied(claim, teller, rng),
        lambda: _opposite(claim, teller, texts, rng),
        lambda: _other_day(claim, teller, rng),
        lambda: _half(claim, teller, texts, rng),
        lambda: _more(claim, teller, texts, rng),
    ]
    rng.shuffle(ways)
    return next((made for way in ways if (made := way()) is not None), None)


def _true(
    text: Text, texts: Texts, about: tuple[int, int, int], passage: str, rng: random.Random
) -> tuple[str, Text] | None:
    """What the passage says, and the text whose words it is in."""
    at, first, last = about
    teller = text
    others = [one for one in texts.translations.get(text.across, ()) if one is not text]
    if others and rng.random() < CROSSED:
        teller = rng.choices(others, [1 + OFTEN * (one.language in SPOKEN) for one in others])[0]
    ours = [(q, a) for key, q, a in text.asked if a in passage] if teller is text else []
    if teller is not text:
        keys = {key for key, _, a in text.asked if a in passage}
        ours = [(q, a) for key, q, a in teller.asked if key in keys]
    if ours and rng.random() < ASKED:
        return _answered(*rng.choice(ours), teller.language, rng), teller
    if len(teller.sentences) != len(text.sentences):
        return (_answered(*rng.choice(ours), teller.language, rng), teller) if ours else None
    said = _part(teller.sentences[at], rng)
    if rng.random() < JOINED and last - first > 1:
        other = _part(teller.sentences[rng.choice([n for n in range(first, last) if n != at])], rng)
        said = f"{said.rstrip('.!。')}, {other}"
    return said, teller


def _otherwise(said: str, teller: Text, texts: Texts, rng: random.Random) -> str:
    """The same with other words: of the same side of an opposite, a number in words or in figures, a name without its first part."""
    changes: list[tuple[Span, str]] = []
    for one in sided(said, teller.language):
        same = texts.sides.get((teller.language, one.row, one.second))
        changes += [((one.start, one.end), rng.choice(same))] if same else []
    spelt_out = {str(value): name for name, value in spelt(teller.language).items()}
    figures = {name: figure for figure, name in spelt_out.items()}
    for word in words(said, teller.language):
        other = spelt_out.get(word.text) or figures.get(word.text)
        if other and "." not in said[word.end : word.end + 1] and (word.start == 0 or said[word.start - 1] == " "):
            changes.append(((word.start, word.end), other))
    changes += [(m.span(), m[0].split(" ")[-1]) for m in _NAME.finditer(said) if " " in m[0]]
    if not changes:
        return said
    (start, end), new = rng.choice(changes)
    return said[:start] + new + said[end:]


def _shortened(said: str, language: str, rng: random.Random) -> str:
    """The same without what stands from one small word to before the next, somewhere in its middle: "off Tiree", "in the evening"."""
    every = words(said, language)
    if unspaced(said) or len(every) < LEAST_WORDS:
        return said
    small = [n for n, word in enumerate(every) if word.stop]
    chunks = [
        (one, other)
        for one, other in itertools.pairwise(small)
        if one > 1 and other - one > 1 and not _DENY.search(said[every[one].start : every[other].start])
    ]
    if not chunks:
        return said
    one, other = rng.choice(chunks)
    return said[: every[one].start] + said[every[other].start :]


def _part(sentence: str, rng: random.Random) -> str:
    """The sentence or some of its clauses in their order."""
    parts = [part for part in _cut(sentence) if part.strip()]
    if len(parts) < 2 or rng.random() > CLAUSE:
        return sentence
    first = rng.randrange(len(parts))
    last = rng.randint(first + 1, len(parts))
    said = "".join(parts[first:last]).strip().rstrip(",;:，；、،–— ")
    return said[:1].upper() + said[1:] if len(said) >= LEAST_LETTERS else sentence


def _cut(sentence: str) -> list[str]:
    edges = [0, *(found.end() for found in _ENDS.finditer(sentence)), len(sentence)]
    return [sentence[a:b] for a, b in itertools.pairwise(edges)]


def _answered(question: str, answer: str, language: str, rng: random.Random) -> str:
    """The question as a sentence: its answer stands where it asks, or behind it."""
    bare = question.strip(" ?？؟;¿")
    for row in _ASKS if rng.random() < 0.7 else ():
        found = next(
            (w for w in words(bare, language) if phrases(language, row).begin(f" {bare[w.start : w.end].lower()} ")),
            None,
        )
        if found is not None:
            said = f"{bare[: found.start]}{answer}{bare[found.end :]}"
            return said[:1].upper() + said[1:] + "."
    return f"{bare}: {answer}." if rng.random() < 0.7 else f"{answer}: {bare}."


def _names(said: str, teller: Text) -> list[Span]:
    """Where it has names, numbers and what was asked for."""
    found = [m.span() for m in _NAME.finditer(said) if m.start() > 0 or m[0][0].isdigit() or " " in m[0]]
    for _, _, answer in teller.asked:
        at = said.find(answer)
        if at >= 0 and not any(a < at + len(answer) and at < b for a, b in found):
            found.append((at, at + len(answer)))
    return found


def _other_name(claim: Claim, teller: Text, texts: Texts, rng: random.Random) -> Claim | None:
    """Another name or number, of the same paragraph if there is one."""
    spans = _names(claim.text, teller)
    if not spans:
        return None
    start, end = rng.choice(spans)
    old = claim.text[start:end]
    if old[0].isdigit() and rng.random() < 0.35:
        return _changed(claim, (start, end), _other_number(old, rng), rng)
    beside = [one for one in teller.sentences if one in claim.passage] if rng.random() < BESIDE else []
    near = [one[a:b] for one in beside or teller.sentences for a, b in _names(one, teller)]
    if not beside and rng.random() < 0.25:
        other = rng.choice(texts.by_language[teller.language])
        near = [one[a:b] for one in other.sentences for a, b in _names(one, other)] or near
    new = [one for one in near if one[0].isdigit() == old[0].isdigit() and one not in claim.text and old not in one]
    return _changed(claim, (start, end), rng.choice(new), rng) if new else None


def _other_number(old: str, rng: random.Random) -> str:
    digits = list(old)
    places = [n for n, d in enumerate(digits) if d.isdigit()]
    if len(places) > 1 and rng.random() < 0.3:
        a, b = rng.sample(places, 2)
        digits[a], digits[b] = digits[b], digits[a]
    if "".join(digits) == old:
        at = rng.choice(places)
        digits[at] = rng.choice([d for d in "123456789" if d != old[at]])
    return "".join(digits)


def _exchanged(claim: Claim, teller: Text, rng: random.Random) -> Claim | None:
    """Two names, or two numbers, in one another's place."""
    spans = sorted(_names(claim.text, teller))
    pairs = [
        (a, b)
        for n, a in enumerate(spans)
        for b in spans[n + 1 :]
        if a[1] <= b[0]
        and claim.text[a[0]].isdigit() == claim.text[b[0]].isdigit()
        and claim.text[slice(*a)] != claim.text[slice(*b)]
    ]
    if not pairs:
        return None
    (a, b), (c, d) = rng.choice(pairs)
    text = claim.text
    said = text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]
    return replace(claim, text=said, false=True, marked=((a, a + d - c), (d - b + a, d)))


def _other_word(claim: Claim, teller: Text, texts: Texts, rng: random.Random) -> Claim | None:
    """Another word of the paragraph, or of another one."""
    mine = [w for w in words(claim.text, teller.language) if not w.stop and not w.capital and w.end - w.start > 1]
    if not mine:
        return None
    old = rng.choice(mine)
    other = teller if rng.random() < 0.4 else rng.choice(texts.by_language[teller.language])
    there = [
        one[w.start : w.end]
        for one in other.sentences
        for w in words(one, teller.language)
        if not w.stop and not w.capital and w.end - w.start > 1 and w.stem != old.stem
    ]
    told = claim.text[old.start : old.end]
    like = [one for one in there if one[-2:] == told[-2:]] or there
    new = [one for one in like if one not in claim.passage and one not in claim.text]
    return _changed(claim, (old.start, old.end), rng.choice(new), rng) if new else None


def _denied(claim: Claim, teller: Text, rng: random.Random) -> Claim | None:
    """A verb of it, denied."""
    edge = "" if unspaced(claim.text) else r"\b"
    found = [
        (verb.span(), how.format(verb[0]))
        for verbs, how in _DENIED.get(teller.language, ())
        for one in verbs.split()
        for verb in re.finditer(f"{edge}{one}{edge}", claim.text)
    ]
    return _changed(claim, *rng.choice(found), rng) if found else None


def _opposite(claim: Claim, teller: Text, texts: Texts, rng: random.Random) -> Claim | None:
    """The opposite of a word, as the table of opposites has it: some word of the other side that another text has."""
    found = sided(claim.text, teller.language)
    if not found:
        return None
    one = rng.choice(found)
    theirs = texts.sides.get((teller.language, one.row, not one.second))
    return _changed(claim, (one.start, one.end), rng.choice(theirs), rng) if theirs else None


def _other_day(claim: Claim, teller: Text, rng: random.Random) -> Claim | None:
    """Another day of the week or another month."""
    means = meanings(teller.language)
    for word in words(claim.text, teller.language):
        meant = means.get(word.text, "")
        kind = meant.partition(" ")[0]
        if kind in ("day", "month"):
            new = [name for name, other in means.items() if other.startswith(f"{kind} ") and other != meant]
            told = rng.choice(new)
            told = told.capitalize() if claim.text[word.start].isupper() else told
            return _changed(claim, (word.start, word.end), told, rng)
    return None


def _half(claim: Claim, teller: Text, texts: Texts, rng: random.Random) -> Claim | None:
    """It goes on with what is said of something else."""
    other = teller if rng.random() < 0.7 else rng.choice(texts.by_language[teller.language])
    rest = [one for one in other.sentences if one not in claim.passage and claim.text not in one]
    if not rest:
        return None
    tail, gap = rng.choice(rest), "" if unspaced(claim.text) else " "
    mine, theirs = _middle(claim.text), _middle(tail)
    said = claim.text[:mine].rstrip() + gap + tail[theirs:].lstrip()
    return replace(claim, text=said, false=True, marked=((mine, len(said)),))


def _middle(text: str) -> int:
    """Where a word begins near the middle."""
    middle = len(text) // 2
    return middle if unspaced(text) else text.rfind(" ", 0, middle) + 1


def _more(claim: Claim, teller: Text, texts: Texts, rng: random.Random) -> Claim | None:
    """It adds a clause that the passage does not have."""
    ours = any(
        one in claim.passage for one in teller.sentences
    )  # else a clause may be a translation of one of the passage's
    other = teller if ours and rng.random() < 0.6 else rng.choice(texts.by_language[teller.language])
    clauses = [part.strip(" .,;:，；、。") for one in other.sentences for part in _cut(one)]
    new = [part for part in clauses if 8 < len(part) < 90 and part not in claim.passage and part not in claim.text]
    if not new:
        return None
    said, added = claim.text.rstrip(" .!?。"), rng.choice(new)
    if rng.random() < 0.25:
        text = f"{added[:1].upper()}{added[1:]}, {said}."
        return replace(claim, text=text, false=True, marked=((0, len(added)),))
    return replace(claim, text=f"{said}, {added}.", false=True, marked=((len(said), len(said) + 2 + len(added)),))


def _elsewhere(claim: Claim, text: Text, texts: Texts, about: tuple[int, int, int], rng: random.Random) -> Claim | None:
    """What stands elsewhere in the paragraph, in whatever language, or in another one."""
    _, first, last = about
    tellers = [one for one in texts.translations.get(text.across, (text,)) if len(one.sentences) == len(text.sentences)]
    teller = rng.choice(tellers or [text])
    rest = [one for n, one in enumerate(teller.sentences) if not first <= n < last]
    if not rest or rng.random() < 0.3:
        rest = list(rng.choice(texts.by_language[text.language]).sentences)
    told = _part(rng.choice(rest), rng) if rest else ""
    if len(told) < LEAST_LETTERS or told in claim.passage:
        return None
    return replace(claim, text=told, false=True, marked=None)


def _changed(claim: Claim, span: Span, new: str, rng: random.Random) -> Claim | None:
    """Something else in this place of the sentence, or of the passage, or of both."""
    start, end = span
    old = claim.text[start:end]
    said = claim.text[:start] + new + claim.text[end:]
    if old.lower() == new.lower():
        return None
    where = rng.random()
    if where < IN_PASSAGE + IN_BOTH and old in claim.passage and new not in claim.passage and len(old) > 1:
        whole = re.escape(old) if unspaced(old) else rf"(?<!\w){re.escape(old)}(?!\w)"
        passage = re.sub(whole, lambda _: new, claim.passage)
        if passage != claim.passage:
            if where < IN_PASSAGE:
                return replace(claim, passage=passage, title="", false=True, marked=(span,))
            if claim.text.count(old) == 1:
                return replace(claim, text=said, passage=passage, title="")
    return replace(claim, text=said, false=True, marked=((start, start + len(new)),))
