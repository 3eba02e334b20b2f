"""What is title, what is text and what is neither in the lines of one article?"""

from __future__ import annotations

from collections.abc import Sequence

from askcorpus.articles.draft import Draft, Dropped, sourced
from askcorpus.articles.metadata import canonical
from askcorpus.articles.page.furniture import COMMENTS, NO_COMMENTS, RELATED
from askcorpus.articles.page.headlines import is_prose, like_a_headline, section_name, title_from
from askcorpus.articles.page.labels import labelled
from askcorpus.articles.page.lines import Line, Mark, address_in, without_bullet
from askcorpus.articles.page.names import like_a_name, like_a_signature, paper_among
from askcorpus.language.dates import any_date, is_of_change

_HEADLINE_OF_CARD = 250  # characters; on a card even a long line, or one with a full stop, is the headline


class Piece:
    """The lines of one article, taken in one after the other."""

    def __init__(self, lines: Sequence[Line], *, card: bool, above: Sequence[Dropped] = ()) -> None:
        """`above` is what was dropped above the lines, and belongs to their article where they hold one."""
        self._lines = lines
        self._card = card
        self._title: str | None = None
        self._publisher: str | None = None
        self._published: str | None = None
        self._changed: str | None = None
        self._url: str | None = None
        self._text: list[str] = []
        self._dropped = list(above)
        self._zone = ""
        self._prose = False
        self._comments_until = _last_sign_of_comments(lines)

    def article(self) -> tuple[Draft | None, list[Dropped]]:
        """The article; or None when the lines hold none, and what was not kept of them and above them."""
        for i, line in enumerate(self._lines):
            self._take(i, line)
        if not self._text:
            if self._title is None or (self._card and like_a_headline(self._title)):
                self._drop(self._title or "", "link to another article")
                return None, self._dropped
            self._text = [self._title]
        self._take_last_address()
        text = "\n\n".join(self._text)
        title = self._title or title_from(text)
        known = Draft(
            title,
            text,
            url=self._url,
            publisher=self._publisher,
            published=self._published or self._changed or None,
            dropped=tuple(self._dropped),
        )
        title_from_where = "headline" if self._title else "first sentence"
        return sourced(known, "line beside the headline", title=title_from_where, url="line of its own"), []

    def _take_last_address(self) -> None:
        """An address alone below the text, the only one, is the article's."""
        alone = [line for line in self._text if address_in(line)]
        if self._url is None and len(self._text) > 1 and alone == self._text[-1:]:
            self._url = canonical(address_in(self._text[-1]))
            self._drop(self._text.pop(), "address")

    def _take(self, i: int, line: Line) -> None:
        if line.mark is Mark.HEADING:
            if self._prose:  # above the text it is part of a menu
                self._zone = line.note
            self._drop(line.text, line.note)
        elif line.mark in (Mark.FURNITURE, Mark.RULE, Mark.BYLINE):
            if line.note == NO_COMMENTS:
                self._zone = ""
            self._drop(line.text, line.note)
        elif line.dated:
            self._take_date(line)
        elif self._zone and self._ends_zone(i, line):
            self._zone = ""
            self._keep(line.text)
        elif self._zone:
            self._drop(line.text, "link to another article" if self._zone == RELATED else self._zone)
        elif not self._text and self._url is None and (address := address_in(line.text)):
            self._url = canonical(address)
            self._drop(line.text, "address")
        elif not self._text:
            self._take_head(i, line)
        elif line.text == self._title:
            self._drop(line.text, "title, told again")
        else:
            self._keep(line.text)

    def _take_date(self, line: Line) -> None:
        if self._zone == COMMENTS or (self._text and self._published and line.mark is Mark.AGE):
            self._drop(line.text, self._zone or "age")
        elif self._text and (self._published or self._changed):
            self._keep(line.text)
        else:
            if is_of_change(line.text):
                self._changed = self._changed or line.note
            else:
                self._published = self._published or line.note
            self._publisher = self._publisher or line.publisher
            self._drop(line.text, "date")

    def _ends_zone(self, i: int, line: Line) -> bool:
        """Whether the article goes on here below a list: with sentences, unless they are somebody's comment."""
        if self._zone == COMMENTS:
            return i >= self._comments_until and is_prose(line.text)
        return is_prose(line.text) and not like_a_headline(line.text)

    def _take_head(self, i: int, line: Line) -> None:
        """A line above the text: the title, the publisher, the section; or the first of the text."""
        after = self._lines[i + 1] if i + 1 < len(self._lines) else None
        before = self._lines[i - 1] if i > 0 else None
        if (
            self._title is not None
            and (found := labelled(line.text)) is not None
            and self._take_field(line.text, *found)
        ):
            return
        label = line.text[2:].strip() if line.text.startswith("- ") else ""
        described = any(n is not None and (n.dated or n.mark is Mark.BYLINE) for n in (before, after))
        if self._card and label and self._title is None and not is_prose(line.text):
            if not section_name(label):
                self._publisher = self._publisher or label
            self._drop(line.text, "publisher")
        elif self._card and i == 0 and after is not None and after.dated:
            self._publisher = line.text
            self._drop(line.text, "publisher")
        elif self._title is None:
            self._take_title(line, rest=self._lines[i + 1 :])
        elif line.text == self._title:
            self._drop(line.text, "title, told again")
        elif described and like_a_signature(line.text):
            self._drop(line.text, "byline")
        elif described and section_name(line.text):
            self._drop(line.text, "section")
        elif described and like_a_name(line.text) and not self._publisher:
            self._publisher = paper_among((line.text,))
            self._drop(line.text, "publisher" if self._publisher else "name beside the date")
        else:
            self._keep(line.text)

    def _take_field(self, line: str, name: str, value: str) -> bool:
        """Note what a line such as "Source: Harbour Gazette" says below the title; whether it is one."""
        if not value or name not in ("publisher", "published", "byline") or is_prose(line):
            return False
        if name == "publisher":
            self._publisher = self._publisher or value
        elif name == "published":
            self._published = self._published or any_date(value)
        self._drop(line, "date" if name == "published" else name)
        return True

    def _take_title(self, line: Line, *, rest: Sequence[Line]) -> None:
        below = next((n for n in rest if n.mark is Mark.TEXT), None)
        if below is None:
            if self._card and like_a_headline(line.text):
                self._title = line.text
            else:
                self._keep(line.text)
        elif len(line.text.split()) <= 4 and self._is_kicker(line, below, rest):
            named = not section_name(line.text) and not line.text.isupper()
            self._publisher = line.text if named else self._publisher
            self._drop(line.text, "publisher" if named else "section")
        elif like_a_headline(line.text) or (self._card and len(line.text) <= _HEADLINE_OF_CARD):
            self._take_headline(line.text)
        else:
            self._keep(line.text)

    def _is_kicker(self, line: Line, below: Line, rest: Sequence[Line]) -> bool:
        """Whether a few words above the real headline name a section or a publisher."""
        if not like_a_headline(below.text) or len(below.text) < 25 or below is rest[-1]:
            return False
        if section_name(line.text):
            return True
        after = rest.index(below) + 1 < len(rest) and rest[rest.index(below) + 1]
        described = bool(after and (after.dated or after.mark is Mark.BYLINE))
        return described and (line.text.isupper() or like_a_name(line.text))

    def _take_headline(self, text: str) -> None:
        """The title, without the site's name behind a bar: "Ferry crash injures nine | Harbour Gazette"."""
        title, bar, site = text.rpartition(" | ")
        if bar and like_a_name(site) and len(title.split()) >= 3:
            self._title, self._publisher = title, self._publisher or site
        else:
            self._title = text

    def _keep(self, text: str) -> None:
        self._text.append(without_bullet(text))
        self._prose = self._prose or is_prose(text)

    def _drop(self, text: str, reason: str) -> None:
        if text:
            self._dropped.append(Dropped(text, reason))


def _last_sign_of_comments(lines: Sequence[Line]) -> int:
    """Where the last age, "Reply" or the last but one date stands: what follows a "Comments" above it is readers' own."""
    signs = [i for i, line in enumerate(lines) if line.mark is Mark.AGE or line.note == COMMENTS]
    dates = [i for i, line in enumerate(lines) if line.mark is Mark.DATE]
    return max(signs[-1:] + dates[-2:-1], default=-1)
