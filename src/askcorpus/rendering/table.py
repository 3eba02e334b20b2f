"""An Answer as a table, a row a citation: for spreadsheets, for other programs, for pandas; pure functions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from askcorpus.errors import UsageError
from askcorpus.types import Answer, Article, Citation, Hit

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With what a spreadsheet begins to calculate: owasp.org/www-community/attacks/CSV_Injection"""


def answer_rows(answer: Answer) -> tuple[dict[str, Any], ...]:
    """A row for each citation; one without a quote where there is none, so that no question is lost."""
    return tuple(_row(answer, citation) for citation in answer.citations) or (_row(answer, None),)


def article_row(article: Article) -> dict[str, Any]:
    """An article with its text, and where it came from."""
    return {**_origin(article), "text": article.text}


def hit_row(hit: Hit) -> dict[str, Any]:
    """Where a passage that was found stands, and how well it fits; the text is the passage's own."""
    passage = hit.passage
    return {**_origin(passage.article), "start": passage.start, "end": passage.end, "score": round(hit.score, 4)}


def frame(rows: Iterable[dict[str, Any]]) -> Any:
    """The rows as a pandas DataFrame; raises UsageError where pandas is not installed."""
    try:
        import pandas as pd
    except ModuleNotFoundError as error:
        raise UsageError("to_pandas() needs pandas: pip install 'askcorpus[pandas]'") from error
    return pd.DataFrame(list(rows))


def csv_text(answer: Answer, *, head: bool) -> str:
    """The rows as CSV, with or without a line of names.

    A text with which a spreadsheet would begin to calculate has an apostrophe in front: articles are somebody else's text.
    """
    rows = answer_rows(answer)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    if head:
        writer.writeheader()
    writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _row(answer: Answer, citation: Citation | None) -> dict[str, Any]:
    return {
        "question": answer.question,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "certainty": answer.certainty,
        "agreement": answer.agreement,
        "n": citation and citation.number,
        "quote": citation and citation.quote,
        "value": citation and citation.value,
        "story": citation and citation.story,
        "start": citation and citation.start,
        "end": citation and citation.end,
        **_origin(citation.article if citation else None),
    }


def _origin(article: Article | None) -> dict[str, Any]:
    source = article and article.source
    return {
        "article": article and article.id,
        "title": article and article.title,
        "publisher": source and source.publisher,
        "published": source and source.published,
        "language": source and source.language,
        "url": source and source.url,
        "file": source and source.file,
    }


def _plain(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
