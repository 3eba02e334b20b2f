"""What does the page say of an answer, in its reader's language?  The same lines as the shell's; pure functions."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from askcorpus.rendering.text import agreement, filter_words, of_itself, origin_text, support
from askcorpus.rendering.wording import SHELL, speaker, spoken, texts
from askcorpus.types import Answer, Written

PAGE = "askcorpus.server.texts"
"""The package whose files are what the page itself says."""
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def page_texts(code: str | None) -> dict[str, Any]:
    """Every text of the page in this language, English where it has none, and how it runs."""
    language = spoken(code, PAGE)
    return {
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "texts": dict(texts(PAGE, language)),
    }


def page_file(name: str) -> str:
    """A file of the page."""
    return (files("askcorpus.server") / "page" / name).read_text("utf-8")


def preferred(header: str) -> str:
    """The first language of an Accept-Language header that the page has texts in; English where there is none."""
    for part in header.split(","):
        code = part.partition(";")[0].strip()
        if code and (spoken(code, PAGE) != "en" or code.lower().startswith("en")):
            return spoken(code, PAGE)
    return "en"


def of_writing(written: Written, code: str | None) -> str:
    """What is said below a language model's sentences: how many were struck; empty where none was."""
    say = speaker(spoken(code, SHELL))
    if not written.sentences:
        return say("nothing_written")
    return say("struck", n=len(written.struck)) if written.struck else ""


def words_of(answer: Answer, code: str | None, previous: str | None = None) -> dict[str, Any]:
    """What is said around the quotes: notes above them, whether the sources agree, how sure it is; or what is said instead."""
    say = speaker(spoken(code, SHELL))
    if answer.purpose in ("talk", "figures"):
        return {"notes": [], "said": of_itself(answer, say), "agreement": "", "support": ""}
    dropped = filter_words(answer.dropped, say)
    notes = (
        say("understood", previous=previous) if previous else "",
        say("read_as", words=say("comma").join(answer.read_as)) if answer.read_as else "",
        filter_words(answer.filter, say),
        say("dropped", filter=dropped) if dropped else "",
    )
    plain = answer.answered and answer.digest is None
    return {
        "notes": [note for note in notes if note],
        "said": "" if answer.answered else say("not_found"),
        "agreement": agreement(answer, say) if plain else "",
        "support": support(answer, say) if plain else "",
        "origins": {str(citation.number): origin_text(citation.article) for citation in answer.citations},
    }
