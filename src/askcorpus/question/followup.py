"""Does a short question go on from the last one?  Pure functions."""

from __future__ import annotations

import re

MOST_WORDS = 8  # a longer question names what it is about
UNDERSTOOD_CHARACTERS = 500  # of both questions together: about 120 tokens, half of what the default model reads

# A question that begins like this goes on: "And its second phase?", "Et son coût ?", "А его стоимость?"
_GOES_ON = re.compile(
    r"(and|but|or|also|what about|how about|et|mais|ou|qu'en est-il|а|и|но|или|а что|что насчёт)\b", re.IGNORECASE
)
# Words that stand for something named before.  "that", "this", "there" are left out: they mostly join clauses.
_POINTS_BACK = re.compile(
    r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|"
    r"il|elle|ils|elles|son|sa|ses|leur|leurs|lui|celui-ci|celle-ci|"
    r"он|она|оно|они|его|её|ее|их|ему|ей|им|него|неё|нее|них|нём|нем|ней)\b",
    re.IGNORECASE,
)
_ELLIPSIS = re.compile(r"^(…|\.\.\.)|(…|\.\.\.)\s*\??$")
_BARE = re.compile(
    r"(why|when|where|who|how|how much|how many|how long|since when|pourquoi|quand|où|qui|combien|comment|depuis quand|"
    r"почему|когда|где|кто|как|сколько|куда|откуда)( (so|not|exactly|exactement|именно))?",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[\w,;:)»”\"'’] )[A-ZÀ-ÖØ-ÞА-ЯЁ]\w")


def goes_on(question: str) -> bool:
    """Whether a question cannot be understood without the one before it.

    Short, and: it begins with a joining word, is a bare question word or an ellipsis, or a pronoun comes before any
    name that it could stand for ("When did Mali close its airspace?" stands alone).
    """
    words = question.split()
    bare = question.strip(" ?!.…").strip()
    if not words or len(words) > MOST_WORDS:
        return False
    if _GOES_ON.match(question.strip()) or _ELLIPSIS.search(question.strip()) or _BARE.fullmatch(bare):
        return True
    pronoun = _POINTS_BACK.search(question)
    name = _NAME.search(question)
    return pronoun is not None and (name is None or name.start() > pronoun.start())


def what_goes_before(topic: str, question: str) -> str:
    """The earlier question; its end gives way where both are too long together."""
    room = UNDERSTOOD_CHARACTERS - len(question) - 1
    return topic if len(topic) <= room else topic[: max(room, 0)].rpartition(" ")[0]
