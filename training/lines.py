"""How does an article repeat a question without answering it, and how does an interview or a fact box answer it?

News says "who will pay is a question that comes back", asks its own question as a heading, and answers it in a word below.
"""

from __future__ import annotations

import itertools
import random
import re

from askcorpus.language.words import words

_ECHOES = {
    "en": ("{q} was the question of the day.", "{q} was unclear at first.", "Many asked {q}.", "Nobody would say {q}.",
           "{q} is a question that comes back again and again.", "The council had long argued about {q}."),
    "de": ("{q}, war die Frage des Tages.", "{q}, war zunächst unklar.", "Viele fragten, {q}.", "Darüber, {q}, wurde lange gestritten."),
    "es": ("{q} fue la pregunta del día.", "Al principio no se sabía {q}.", "Muchos preguntaron {q}.", "{q} sigue sin estar claro."),
    "fr": ("{q}, c'était la question du jour.", "On ne savait pas d'abord {q}.", "Beaucoup ont demandé {q}.", "{q} reste une question ouverte."),
    "it": ("{q} era la domanda del giorno.", "All'inizio non era chiaro {q}.", "Molti hanno chiesto {q}."),
    "pt": ("{q} era a pergunta do dia.", "No início não se sabia {q}.", "Muitos perguntaram {q}."),
    "ro": ("{q} a fost întrebarea zilei.", "La început nu era clar {q}.", "Mulți au întrebat {q}."),
    "el": ("{q} ήταν το ερώτημα της ημέρας.", "Αρχικά δεν ήταν σαφές {q}.", "Πολλοί ρώτησαν {q}."),
    "ru": ("{q} — таков был главный вопрос дня.", "Сначала было неясно, {q}.", "Многие спрашивали, {q}."),
    "tr": ("{q} sorusu günün sorusuydu.", "Başta {q} belli değildi.", "Birçok kişi {q} diye sordu."),
    "vi": ("{q} là câu hỏi của ngày hôm đó.", "Lúc đầu chưa rõ {q}.", "Nhiều người hỏi {q}."),
    "hi": ("{q}, यह दिन का सवाल था।", "शुरू में साफ़ नहीं था कि {q}।", "कई लोगों ने पूछा कि {q}।"),
    "th": ("{q} เป็นคำถามของวันนั้น", "ตอนแรกยังไม่ชัดเจนว่า {q}", "หลายคนถามว่า {q}"),
    "zh": ("{q},这是当天的问题。", "起初尚不清楚{q}。", "许多人问{q}。"),
    "ar": ("{q} كان سؤال اليوم.", "لم يكن واضحا في البداية {q}.", "سأل كثيرون {q}."),
}  # fmt: skip
"""Sentences that say a question without its mark, in their languages."""
_QUOTED = ("“{q}” – {other}", "{other} «{q}»", "{q}: {other}")
"""And in any language: beside another sentence."""
AS_IT_IS = 0.35  # of the lines are the question itself
_DO = re.compile(r"\b(?:did|does|do) ", re.IGNORECASE)  # as an indirect question has it: "why the whales stranded"

_TALKS = (
    ("{q}", "{a}"),
    ("Q: {q}", "A: {a}"),
    ("— {q}", "— {a}"),
    ("**{q}**", "{a}"),
    ("## {q}", "{a}"),
    ("- {q}", "{a}"),
)
BOXED = 0.35  # of the answers stand as in a fact box
_KEYS = 3  # words at most before its colon


def echo(question: str, language: str, other: str, rng: random.Random) -> str:
    """A line that says the question and not its answer, in this language if there is a sentence for it; `other` is some sentence."""
    if rng.random() < AS_IT_IS:
        return question
    frames = _ECHOES.get(language, ()) if rng.random() < 0.75 else ()
    bare = _bare(question)
    if language == "en" and rng.random() < 0.5:
        bare = _DO.sub("", bare, count=1)
    frame = rng.choice(frames or _QUOTED)
    inside = bare if frame.startswith(("{q}", "“", "{other} «")) else bare[:1].lower() + bare[1:]
    return frame.format(q=inside, other=other)


def answered(question: str, answer: str, language: str, rng: random.Random) -> tuple[tuple[str, ...], str]:
    """The lines that lead to the answer, and the line that gives it: as an interview does, or a fact box."""
    told = answer[:1].upper() + answer[1:]
    key = _key(question, language, rng) if rng.random() < BOXED else ""
    if key:
        return (), f"{rng.choice(('- ', '', '• '))}{key}: {answer}"
    ask, reply = rng.choice(_TALKS)
    return (ask.format(q=question),), reply.format(a=told if told[-1:] in ".!?。" else f"{told}.")


def _key(question: str, language: str, rng: random.Random) -> str:
    """Words of the question that could stand before the colon; names stand in the box's title."""
    found = words(question, language)
    if any(one.end > other.start for one, other in itertools.pairwise(found)):
        return ""  # pairs of characters, of a script that sets no spaces
    told = [question[w.start : w.end] for w in found if not w.stop and not (w.capital and w.start)]
    if not told:
        return ""
    count = rng.randint(1, min(_KEYS, len(told)))
    first = rng.randrange(len(told) - count + 1)
    key = " ".join(told[first : first + count])
    return key[:1].upper() + key[1:]


def _bare(question: str) -> str:
    return question.strip(" ?？؟;¿")
