"""What is new?  Articles become a Digest: the newest story first, a verbatim sentence of each, reprints folded, what is about the same together.

A story's line is its lead, the sentence in which a reporter says what happened; of a story that only touches the subject, it is the
first sentence that names it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from askcorpus.answer.clip import QUOTE_WORDS
from askcorpus.answer.grouping import Weigh, grouped
from askcorpus.answer.subject import names_all
from askcorpus.language.sentences import asks, paragraphs
from askcorpus.language.sounds import NEAR
from askcorpus.language.tables import unspaced
from askcorpus.question.kinds import Span
from askcorpus.question.reading import Asked, may_be_a_name
from askcorpus.retrieval import reprints
from askcorpus.retrieval.found import Found
from askcorpus.types import Answer, Article, Citation, Digest, Filter, Hit, Passage

STORIES = 10  # a screen of a terminal, and of a phone two
_ENDS, _CLOSERS = frozenset(".!…۔।。！"), "\"'”’»›)]」』“"
SHORTEST = 4  # words of a sentence that says something: "By our reporter" and "SKARVIK" do not


@dataclass(frozen=True, slots=True)
class About:
    """An article on the subject, with the sentences of the passage that was found for it."""

    article: Article
    named: Span | None = None
    """The first sentence that names the subject; None where the title or the lead does, or where there is no subject."""


def digest(
    told: Iterable[About],
    *,
    about: str = "",
    where: Filter,
    most: int = STORIES,
    known: Collection[str] = (),
    weigh: Weigh | None = None,
) -> Digest:
    """The newest stories of these articles, at most so many, and none of which an article is `known`, by its id.

    Where it can be told how rare words are, those that are about the same stand together.
    """
    by_id = {one.article.id: one for one in told if one.article.text.strip()}
    newest = sorted(by_id.values(), key=lambda one: one.article.id)
    newest.sort(key=lambda one: one.article.source.published or "", reverse=True)
    folded = reprints.fold([Hit(_lead(one.article), 0.0) for one in newest], most=most + len(known))
    stories = [story for story in folded if not known or not {p.article.id for p in _told(story)} & set(known)][:most]
    places = (
        grouped([story.passage for story in stories], weigh, about=about)
        if weigh
        else [*enumerate("" for _ in stories)]
    )
    citations: list[Citation] = []
    for number, (place, _) in enumerate(places, 1):
        for passage in _told(stories[place]):
            one = _citation(by_id[passage.article.id], passage, number)
            citations.append(replace(one, number=len(citations) + 1))
    headings = tuple(heading for _, heading in places)
    return Digest(tuple(citations), about, where, headings if any(headings) else ())


def answered(
    digest: Digest, question: str, *, nearest: tuple[Article, ...] = (), dropped: Filter | None = None
) -> Answer:
    """The digest as the answer to who asked for it; `nearest` for one without stories."""
    return Answer(
        question,
        digest.citations,
        1.0 if digest else 0.0,
        () if digest else nearest,
        digest.filter,
        independent_sources=len(digest.stories),
        purpose="digest",
        digest=digest,
        dropped=dropped or Filter(),
    )


def _told(story: Hit) -> tuple[Passage, ...]:
    return (story.passage, *story.reprints)


def on_subject(found: Found) -> tuple[About, ...]:
    """The articles that name all of the subject, which was asked for as if it were a question; best first."""
    told: dict[str, About] = {}
    for ranked in found.ranked:
        article, evidence = ranked.candidate.passage.article, ranked.evidence
        wanted = _wanted(evidence.asked)
        if article.id in told or not wanted:
            continue
        near = evidence.present[:, wanted] >= NEAR
        missing = [wanted[i] for i in range(len(wanted)) if not near[:, i].any()]
        # In another language a name is met by its consonants, which is too little where nothing else of it can be met.
        if not names_all(article, evidence.asked, wanted if evidence.asked.crossed else missing):
            continue
        in_title = near[-1].all()
        saying = [i for i, (start, end) in enumerate(evidence.spans) if _says(article.text[start:end])]
        best = max(saying, key=lambda i: (near[i].sum(), -i), default=None)
        named = evidence.spans[best] if best is not None and near[best].any() else None
        told[article.id] = About(article, None if in_title or named is None or _leads(article, named) else named)
    return tuple(told.values())


def _wanted(asked: Asked) -> list[int]:
    """Places of the words that an article on the subject names: in another language only names can be met."""
    content = [place for place, word in enumerate(asked.words) if not word.stop]
    return [place for place in content if may_be_a_name(asked.words[place])] if asked.crossed else content


def _leads(article: Article, span: Span) -> bool:
    """Whether a sentence stands in the article's lead."""
    lead = _lead(article)
    return lead.start <= span[0] < lead.end


def _lead(article: Article) -> Passage:
    """The first paragraph that holds a sentence."""
    for paragraph in paragraphs(article.text, article.source.language):
        if any(_says(article.text[start:end]) for start, end in paragraph):
            return Passage(article, paragraph[0][0], paragraph[-1][1])
    return Passage(article, 0, len(article.text))


def _says(sentence: str) -> bool:
    """Whether it may be a story's line: no question, more than a place or a name, and no heading, which ends without a mark."""
    closed = sentence.rstrip(_CLOSERS)[-1:] in _ENDS
    return closed and not asks(sentence) and (len(sentence.split()) >= SHORTEST or unspaced(sentence))


def _citation(one: About, lead: Passage, story: int) -> Citation:
    article = one.article
    inside = [span for part in paragraphs(lead.text, article.source.language) for span in part]
    first = next(((a, b) for a, b in inside if _says(lead.text[a:b])), (0, len(lead.text)))
    span = one.named or (lead.start + first[0], lead.start + first[1])
    start, end = _short(article.text, span)
    passage = lead.text if lead.start <= start and end <= lead.end else article.text[start:end]
    return Citation(0, article.text[start:end], start, end, article, 0.0, passage, story=story)


def _short(text: str, span: Span) -> Span:
    """The span, or as much of its beginning as a quote may hold."""
    start, end = span
    said = text[start:end].split(maxsplit=QUOTE_WORDS)
    return (start, start + len(text[start : end - len(said[-1])].rstrip())) if len(said) > QUOTE_WORDS else span
