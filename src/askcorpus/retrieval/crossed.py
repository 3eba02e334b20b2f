"""Which words of a passage are the question's, when the two are in different languages?  Names by their sound, numbers, dates."""

from __future__ import annotations

from collections.abc import Iterable

from askcorpus.language.meanings import meanings
from askcorpus.language.sounds import heard, sound
from askcorpus.language.words import Word
from askcorpus.question.reading import Asked, may_be_a_name


class Ear:
    """Hears a question's words in words of the language that it is held against.  Made for one question; remembers what it heard."""

    def __init__(self, asked: Asked) -> None:
        self._count = len(asked.words)
        self._meanings = meanings(asked.language)
        self._alike: dict[str, set[int]] = {}
        self._sounds: dict[str, list[int]] = {}
        for place, (word, meaning) in enumerate(zip(asked.words, asked.meanings, strict=True)):
            if word.stop:
                continue
            for form in filter(None, (word.text, word.stem, meaning)):
                self._alike.setdefault(form, set()).add(place)
            if may_be_a_name(word) and (said := sound(word.text)):
                self._sounds.setdefault(said, []).append(place)
        self._heard: dict[tuple[str, bool], dict[int, float]] = {}

    def met(self, inside: Iterable[Word]) -> list[float]:
        """For each word of the question how near the nearest of these comes to it, from 0 to 1."""
        met = [0.0] * self._count
        for word in inside:
            for place, near in self._words_in(word).items():
                met[place] = max(met[place], near)
        return met

    def stems(self, inside: Iterable[Word]) -> frozenset[str]:
        """The stems of those that are words of the question."""
        return frozenset(word.stem for word in inside if self._words_in(word))

    def _words_in(self, word: Word) -> dict[int, float]:
        """The places of the question's words that this one may be, and how near it comes to them."""
        name = may_be_a_name(word)
        known = self._heard.get((word.text, name))
        if known is None:
            known = self._heard[word.text, name] = {} if word.stop else self._compare(word, name=name)
        return known

    def _compare(self, word: Word, *, name: bool) -> dict[int, float]:
        near: dict[int, float] = {}
        if name and self._sounds and (alike := heard(word.text, self._sounds)) is not None:
            near = dict.fromkeys(self._sounds[alike[0]], alike[1])
        forms = (word.text, word.stem, self._meanings.get(word.text))
        return near | {place: 1.0 for form in forms if form for place in self._alike.get(form, ())}
