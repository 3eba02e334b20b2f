"""An Answer or an Article as JSON; pure functions."""

from __future__ import annotations

import dataclasses
from typing import Any

from askcorpus.types import Answer, Article, Citation, Digest, Filter, Hit, Written


def answer_json(answer: Answer) -> dict[str, Any]:
    """The answer as one JSON object; README.md shows its form."""
    return {
        "question": answer.question,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "certainty": answer.certainty,
        "took_ms": round(answer.took_ms, 1),
        "independent_sources": answer.independent_sources,
        "agreement": answer.agreement,
        "why": answer.why,
        "purpose": answer.purpose,
        "read_as": list(answer.read_as),
        "filter": filter_json(answer.filter),
        "dropped": filter_json(answer.dropped),
        **(
            {"about": answer.digest.about, "headings": list(answer.digest.headings)}
            if answer.digest is not None
            else {}
        ),
        **({"figures": dataclasses.asdict(answer.figures)} if answer.figures else {}),
        "citations": [_citation_json(citation) for citation in answer.citations],
        "nearest": [article_json(article) for article in answer.nearest],
    }


def written_json(written: Written) -> dict[str, Any]:
    """What a language model made of an answer: the sentences that stay, and those that were struck."""
    return dataclasses.asdict(written)


def digest_json(digest: Digest) -> dict[str, Any]:
    """The digest as one JSON object; each story is its citations, the first of them the newest.

    `headings` has for each story the words of a title that it shares with its neighbours; it is empty where none do.
    """
    stories = [[_citation_json(citation) for citation in story] for story in digest.stories]
    headings = list(digest.headings)
    return {"about": digest.about, "filter": filter_json(digest.filter), "stories": stories, "headings": headings}


def hit_json(hit: Hit) -> dict[str, Any]:
    """A passage that was found, verbatim, and which other articles print it."""
    return {
        "text": hit.passage.text,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "score": round(hit.score, 4),
        "article": article_json(hit.passage.article),
        "reprints": [article_json(other.article) for other in hit.reprints],
    }


def filter_json(where: Filter) -> dict[str, str]:
    """What articles are narrowed to; an absent bound is left out."""
    return {key: value for key, value in dataclasses.asdict(where).items() if value}


def article_json(article: Article, *, text: bool = False) -> dict[str, Any]:
    """The article's id and where it came from, with its text when asked for."""
    source = article.source
    fields: dict[str, Any] = {
        "id": article.id,
        "title": article.title,
        "publisher": source.publisher,
        "url": source.url,
        "published": source.published,
        "language": source.language,
        "file": source.file,
        **({"collection": source.collection} if source.collection else {}),
    }
    return fields | ({"text": article.text} if text else {})


def _citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.number,
        "quote": citation.quote,
        "passage": citation.passage,
        "start": citation.start,
        "end": citation.end,
        "score": round(citation.score, 4),
        "story": citation.story,
        "value": citation.value,
        "marks": [list(mark) for mark in citation.marks],
        "article": article_json(citation.article),
    }
