"""Which passages does the model see side by side?  One that answers among some that do not, drawn anew each time.

Some of those that do not are made: the answering passage without its answer, with another name or number where the question
names one, or with two of the question's names in each other's place; a passage with a line that says the question; where the
question names a year, the passage of another year. Some that do say such a line, too, or give the answer in a word below it. Some passages get a publisher and a date that say nothing, and some
questions a day, so that these are no surprise where they say something.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from askcorpus.language.sentences import Span
from training import lines
from training.material import Example, Material, Right, Window

SIDE_BY_SIDE = 4  # passages of a question: one more costs a quarter of the questions read in a minute
MADE = 0.5  # of the questions have one wrong passage that is made
ECHOED, REPLIED = 0.15, 0.15
"""Of right passages have a line that says the question and answers nothing; answer as an interview or a fact box does."""
UNTITLED, DRESSED, YEARS = 0.2, 0.35, 0.3
"""Of the questions see passages without titles; see made-up publishers and dates where there are none; name the year of the day."""
YES, NO, UNSURE = 1, 0, -1
PUBLISHERS = (
    "The Herald", "Tribune", "Courier", "Daily Mail", "Der Bote", "Le Courrier", "El Diario", "La Gazzetta", "Вестник",
    "Η Καθημερινή", "日报", "अखबार", "Evening Post", "Monitor", "News Agency",
)  # fmt: skip
_FIRST_DAY, _DAYS = date(2019, 1, 1), 2900
_CAPITALS = re.compile(r"\b[^\W\d_a-zа-яα-ω]\w{3,}|\b\d[\d.,]*\d|\b\d\b")


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as it is shown."""

    window: Window
    labels: tuple[int, ...]
    """Of each sentence: YES, NO or UNSURE."""
    spans: tuple[Span, ...] = ()
    """Where its text gives the answer, as far as that is known."""

    @property
    def answers(self) -> bool:
        """Whether any of its sentences does."""
        return YES in self.labels


@dataclass(frozen=True, slots=True)
class Group:
    """A question with passages side by side."""

    question: str
    asked: str
    shown: tuple[Shown, ...]


def drawn(example: Example, material: Material, rng: random.Random) -> Group:
    """One of the passages that answer, and others that do not."""
    shown = []
    if example.right:
        right = rng.choice(example.right)
        first = _labelled(material.windows[right.window], right)
        shown.append(_replied(first, example, rng) if rng.random() < REPLIED else first)
        if rng.random() < MADE:
            shown += _made(example, right, material, rng)
        if rng.random() < ECHOED:
            shown[0] = _echoing(shown[0], example, rng)
    # The first of them are those that a search mistakes for answers.
    pool = list(example.wrong[: 4 if rng.random() < 0.5 else None])
    rng.shuffle(pool)
    missing = SIDE_BY_SIDE - len(shown)
    others = [material.windows[i] for i in pool[:missing]]
    shown += [Shown(w, (NO,) * len(w.sentences)) for w in others]
    return _dressed(example, tuple(shown), rng)


def _labelled(window: Window, right: Right) -> Shown:
    def label(n: int) -> int:
        return YES if n in right.sentences else UNSURE if n in right.unsure else NO

    return Shown(window, tuple(map(label, range(len(window.sentences)))), right.spans)


def _made(example: Example, right: Right, material: Material, rng: random.Random) -> list[Shown]:
    """A passage that looks like an answer, if one of the ways to make one works here."""
    window = material.windows[right.window]
    ways: list[Callable[[], Window | None]] = [
        lambda: _without(window, {*right.sentences, *right.unsure}),
        lambda: _exchanged(window, example, material, rng),
        lambda: _in_each_others_place(window, example, rng),
    ]
    rng.shuffle(ways)
    if rng.random() < 0.2:
        other = material.windows[rng.choice(example.wrong)]
        return [_echoing(Shown(other, (NO,) * len(other.sentences)), example, rng)]
    for way in ways:
        if (made := way()) is not None:
            return [Shown(made, (NO,) * len(made.sentences))]
    return []


def _without(window: Window, sentences: set[int]) -> Window | None:
    """The passage without these sentences."""
    left = [span for n, span in enumerate(window.sentences) if n not in sentences]
    return _joined(window, [window.text[s:e] for s, e in left]) if left else None


def _exchanged(window: Window, example: Example, material: Material, rng: random.Random) -> Window | None:
    """The passage with another name or number wherever it says one that the question says too."""
    asked = {m[0] for m in _CAPITALS.finditer(example.question)}
    there = sorted({m[0] for m in _CAPITALS.finditer(window.text)} & asked)
    if not there:
        return None
    old = rng.choice(there)
    elsewhere = [m[0] for i in example.wrong for m in _CAPITALS.finditer(material.windows[i].text)]
    new = [w for w in elsewhere if w not in window.text and w not in asked and w[0].isdigit() == old[0].isdigit()]
    if not new:
        return None
    other = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")
    name = rng.choice(new)
    title = other.sub(lambda _: name, window.title)
    changed = [other.sub(lambda _: name, window.text[s:e]) for s, e in window.sentences]
    return replace(_joined(window, changed), title=title)


def _in_each_others_place(window: Window, example: Example, rng: random.Random) -> Window | None:
    """The passage with two names that the question says too exchanged: who bit is bitten."""
    asked = {m[0] for m in _CAPITALS.finditer(example.question) if not m[0][0].isdigit()}
    there = sorted({m[0] for m in _CAPITALS.finditer(window.text)} & asked)
    if len(there) < 2:
        return None
    one, other = rng.sample(there, 2)
    both = re.compile(rf"(?<!\w)(?:{re.escape(one)}|{re.escape(other)})(?!\w)")
    changed = [both.sub(lambda m: other if m[0] == one else one, window.text[s:e]) for s, e in window.sentences]
    return _joined(window, changed)


def _of_a_year(example: Example, shown: tuple[Shown, ...], rng: random.Random) -> tuple[str, tuple[Shown, ...]]:
    """The question with the year of the answering passage's day behind it, and that passage of another year too."""
    right = next(one for one in shown if one.answers)
    year = right.window.published[:4]
    if not year or year in right.window.text or any(letter.isdigit() for letter in example.question):
        return example.question, shown
    other = str(int(year) + rng.choice((-3, -2, -1, 1, 2)))
    misdated = replace(right.window, published=other + right.window.published[4:])
    wrong = Shown(misdated, (NO,) * len(right.labels))
    end = len(example.question.rstrip(" ?？؟"))
    question = f"{example.question[:end]} {year}{example.question[end:]}"
    return question, (wrong, *(one for one in shown if one.window.published[:4] != year or one is right))


def _echoing(shown: Shown, example: Example, rng: random.Random) -> Shown:
    """The passage with one more line, which says the question."""
    window = shown.window
    texts = [window.text[s:e] for s, e in window.sentences]
    silent = [text for text, label in zip(texts, shown.labels, strict=True) if label == NO]
    line = lines.echo(example.question, window.language, rng.choice(silent or [""]), rng)
    place = rng.randrange(len(shown.labels) + 1)
    labels = (*shown.labels[:place], NO, *shown.labels[place:])
    return Shown(_joined(window, [*texts[:place], line, *texts[place:]]), labels)


def _replied(shown: Shown, example: Example, rng: random.Random) -> Shown:
    """The passage with nothing but the answer where a sentence gave it, below the question or behind a word of it."""
    window, labels = shown.window, list(shown.labels)
    texts = [window.text[s:e] for s, e in window.sentences]
    for n, (start, end) in enumerate(window.sentences):
        answers = [window.text[s:e] for s, e in shown.spans if start <= s and e <= end]
        if labels[n] == YES and answers:
            before, reply = lines.answered(example.question, answers[0], window.language, rng)
            texts[n : n + 1], labels[n : n + 1] = [*before, reply], [NO] * len(before) + [YES]
            joined = _joined(window, texts)
            first = joined.sentences[n + len(before)][0] + reply.casefold().rindex(answers[0].casefold())
            return Shown(joined, tuple(labels), ((first, first + len(answers[0])),))
    return shown


def _joined(window: Window, texts: Sequence[str]) -> Window:
    spans: list[Span] = []
    for text in texts:
        start = spans[-1][1] + 1 if spans else 0
        spans.append((start, start + len(text)))
    return replace(window, text=" ".join(texts), sentences=tuple(spans))


def _dressed(example: Example, shown: tuple[Shown, ...], rng: random.Random) -> Group:
    asked = example.asked
    untitled = rng.random() < UNTITLED
    dressed = not any(s.window.publisher for s in shown) and rng.random() < DRESSED
    if dressed and rng.random() < 0.7:
        asked = asked or _day(rng)
    dressed_so = []
    for one in shown:
        window = replace(one.window, title="") if untitled else one.window
        if dressed:
            window = replace(window, publisher=rng.choice(PUBLISHERS), published=_day(rng))
        dressed_so.append(replace(one, window=window))
    windows = tuple(dressed_so)
    question = example.question
    if example.right and rng.random() < YEARS:
        question, windows = _of_a_year(example, windows, rng)
    order = rng.sample(windows, len(windows))[:SIDE_BY_SIDE]
    if example.right and not any(one.answers for one in order):
        order[-1] = next(one for one in windows if one.answers)
    return Group(question, asked, tuple(order))


def _day(rng: random.Random) -> str:
    return (_FIRST_DAY + timedelta(rng.randrange(_DAYS))).isoformat()
