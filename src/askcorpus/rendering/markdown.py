"""An Answer as Markdown, to be pasted into a document; pure functions."""

from __future__ import annotations

import re

from askcorpus.rendering.addresses import web
from askcorpus.rendering.text import agreement, answer_text, filter_words, marked, support
from askcorpus.rendering.wording import FALLBACK, Say, speaker
from askcorpus.types import Answer, Article, Citation

_MARKS = re.compile(r"[\\`*_\[\]<>|~&#$]")
_BEGINS_A_LIST = re.compile(r"\d{1,9}(?=[.)])|(?=[-+=:])")


def answer_markdown(answer: Answer, language: str = FALLBACK) -> str:
    """The answering sentence, a numbered list of where each stands, and what they say together."""
    say = speaker(language)
    if answer.purpose in ("talk", "figures"):
        return "\n\n".join(escaped(line) for line in answer_text(answer, language).plain.splitlines()) + "\n"
    narrowed = filter_words(answer.filter, say)
    parts = [f"*({escaped(narrowed)})*"] if narrowed else []
    if not answer.answered:
        parts.append(f"**{escaped(say('not_found'))}**")
        if answer.nearest:
            parts.append(escaped(say("nearest")))
            parts.append("\n".join(f"- {_origin(article)}" for article in answer.nearest))
        return "\n\n".join(parts) + "\n"
    if answer.digest is None:
        first = answer.citations[0]
        parts.append(f"> {escaped(marked(first).plain)} \\[{first.number}\\]")
    parts.append(_listed(answer, say))
    told = agreement(answer, say)
    if told:
        parts.append(f"**{escaped(told)}**")
    if answer.digest is None:
        parts.append(f"*{escaped(support(answer, say))}*")
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """One line of somebody's text that Markdown shows as it is."""
    line = " ".join(text.split())
    start = _BEGINS_A_LIST.match(line)
    safe = _MARKS.sub(lambda mark: f"\\{mark[0]}", line)
    return f"{safe[: start.end()]}\\{safe[start.end() :]}" if start else safe


def _listed(answer: Answer, say: Say) -> str:
    """Every citation; the first one's quote stands above the list already, unless this is a digest."""
    shown = set() if answer.digest else {answer.citations[0].quote}
    lines = []
    for citation in answer.citations:
        lines.append(f"{citation.number}. {_quote(citation, shown, say)}{_origin(citation.article)}")
        shown.add(citation.quote)
    return "\n".join(lines)


def _quote(citation: Citation, shown: set[str], say: Say) -> str:
    if citation.quote not in shown:
        return f"{escaped(marked(citation).plain)}\\\n   "
    return f"{escaped(say('same_words'))} " if citation.number > 1 else ""


def _origin(article: Article) -> str:
    """The title, as a link where there is an address, and what is known of where it came from."""
    source, address = article.source, web(article.source.url)
    title = escaped(article.title or article.id)
    known = (source.publisher, source.published and source.published[:10], source.file)
    after = "".join(f" · {escaped(part)}" for part in known if part)
    return f"{f'[{title}](<{address}>)' if address else title}{after}"
