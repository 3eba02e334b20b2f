"""An answer in flowing sentences that a language model wrote, of which only those stay that their quotes bear out."""

from __future__ import annotations

from collections.abc import Callable

from askcorpus.language.identify import detect, language_of
from askcorpus.types import Answer, EncodedQuestion, Struck, Written, WrittenSentence
from askcorpus.writing.check import Check
from askcorpus.writing.draft import RULES, asking, drafted
from askcorpus.writing.model import Complete
from askcorpus.writing.reader import Doubts, Judge
from askcorpus.writing.reader import asking as asking_of


def write(
    answer: Answer,
    complete: Complete,
    encode: Callable[[str], EncodedQuestion],
    judge: Judge | None = None,
    doubts: Doubts | None = None,
) -> Written:
    """What the model makes of the answer's quotes, sentence by sentence; nothing where there are none to write from.

    `judge` and `doubts` read the quotes once more, where there are such.
    """
    if not answer.citations:
        return Written()
    text = complete(RULES, asking(answer.question, answer.citations))
    spoken = detect(text) or language_of(answer.question) or answer.citations[0].article.source.language
    check = Check(answer.citations, encode, asking_of(judge), doubts)
    kept: list[WrittenSentence] = []
    struck: list[Struck] = []
    for sentence in drafted(text, spoken):
        why = check.why_not(sentence.text, sentence.cites, spoken)
        if why is None:
            kept.append(WrittenSentence(sentence.text, tuple(dict.fromkeys(sentence.cites))))
        else:
            struck.append(Struck(sentence.text, why.value))
    return Written(tuple(kept), tuple(struck))
