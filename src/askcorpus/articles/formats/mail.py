"""Which articles do mails hold?  One a message: newsletters are how many get their news."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import cast

from askcorpus.articles.decoding import as_utf8, decode
from askcorpus.articles.draft import Draft, Dropped, Unreadable, sourced
from askcorpus.articles.page.headlines import title_from
from askcorpus.language.characters import clean, one_line
from askcorpus.language.dates import any_date
from askcorpus.language.tables import languages, rows

HEADER_CHARS = 8192
"""Of a field of a header; what reads parameters and addresses takes time that grows with the square of them."""


class _Headers(policy.EmailPolicy):
    """The usual reading of headers, of no more than their beginnings."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """See EmailPolicy: the name of a field and what stands in it."""
        return beginning(*super().header_source_parse(sourcelines))


def beginning(name: str, value: str) -> tuple[str, str]:
    """A field of a header with as much of it as is read."""
    return name, value[:HEADER_CHARS]


HEADERS = _Headers()
ReadPage = Callable[[bytes], tuple[Draft, ...]]

_BEGINS = re.compile(rb"^From [^\n]{1,200}\d{4}\r?\n(?=[\w-]{1,60}:)", re.M)  # of a message, in a mailbox
_ESCAPED = re.compile(rb"^>(>*From )", re.M)
_MAILTO = re.compile(r"\s?\[mailto:[^\]\n]{0,300}\]", re.I)  # behind a name, in Outlook


def _words(*keys: str) -> str:
    """The words of these rows in all languages, as a pattern."""
    words = {word for key in keys for word in rows("mail", languages("mail"), key)}
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


_HEADER = {
    name: re.compile(rf"\*?(?:{_words(name)})\s?[:：]\*?\s*(.*)", re.I) for name in ("from", "date", "subject", "other")
}
_FORWARD = re.compile(rf"\s*(?:{_words('forward')})\s?[:：]", re.I)  # a subject of what is forwarded, not answered
_REPLY = re.compile(rf"(?:(?:{_words('forward', 'reply')})\s?(?:\[\d+\])?\s?[:：]\s*)+", re.I)
_FORWARDED = re.compile(
    rf"^(?:-{{2,}}\s?[^\n-]{{0,40}}(?:{_words('forwarded')})[^\n-]{{0,40}}-{{2,}}|{_words('begins')})\s*$", re.I | re.M
)


def read_mailbox(data: bytes, *, read_page: ReadPage, most: int) -> Iterator[Draft | Unreadable]:
    """The articles of the messages of a mailbox (mbox), in its order; raises Unreadable for more than `most`."""
    starts = [match.start() for match in _BEGINS.finditer(data)]
    if not starts:
        raise Unreadable("not a mailbox")
    if len(starts) > most:
        raise Unreadable(f"more than {most} messages")
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(data)], strict=True), start=1):
        message = _ESCAPED.sub(rb"\1", data[data.index(b"\n", start) + 1 : end])
        try:
            yield from read_mail(message, read_page=read_page, most=most)
        except Unreadable as error:
            yield Unreadable(f"message {number}: {error}")


def read_mail(data: bytes, *, read_page: ReadPage, most: int) -> tuple[Draft, ...]:
    """The article of a message; a forwarded one is the one that was forwarded. Raises Unreadable when there is no text."""
    message = cast(EmailMessage, message_from_bytes(data, policy=HEADERS))
    if not message.keys():
        raise Unreadable("not a mail")
    message = _innermost(message)
    known = {name: _header(message, name) for name in ("from", "date", "subject")}
    draft = _text_of(message, read_page)
    told, text, above = _forwarded(draft.text, marked=not _FORWARD.match(known["subject"]))
    known |= told
    sender = _MAILTO.sub("", known["from"])
    name, address = parseaddr(sender) if "@" in sender else (sender.strip(" \"'"), "")
    subject = _REPLY.sub("", known["subject"], count=1) if _REPLY.match(known["subject"]) else known["subject"]
    origins = tuple((field, "header of the mail") for field, header in _FROM_HEADERS if known[header])
    draft = replace(
        draft,
        title=one_line(subject) or title_from(text),
        text=text,
        publisher=one_line(name) or address or draft.publisher,
        published=any_date(known["date"]),
        dropped=(*draft.dropped, *above, *_attachments(message)),
        origins=origins,
    )
    return (sourced(draft, "the mail's text"),)


_FROM_HEADERS = (("title", "subject"), ("publisher", "from"), ("published", "date"))


def _innermost(message: EmailMessage) -> EmailMessage:
    """The message that was forwarded as an attachment, else this one."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            if isinstance(inner, EmailMessage) and inner.get("Subject"):
                return _innermost(inner)
    return message


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name) or "")
    except (
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        LookupError,
        RecursionError,
    ):  # the parser of headers is not safe from all
        return ""


def _text_of(message: EmailMessage, read_page: ReadPage) -> Draft:
    """What the message says: its page where it has one that reads as such, else its plain text."""
    pages = [part for part in message.walk() if part.get_content_type() == "text/html" and not part.is_attachment()]
    for part in pages:
        body = _body(part)
        if body.strip():
            try:
                drafts = read_page(body)
            except Unreadable:
                continue
            return replace(
                drafts[0],
                text="\n\n".join(_with_title(draft, told=len(drafts) > 1) for draft in drafts),
                dropped=tuple(dropped for draft in drafts for dropped in draft.dropped),
            )
    for part in message.walk():
        if part.get_content_type() == "text/plain" and not part.is_attachment():
            text = clean(decode(_body(part)))
            if text:
                return Draft(title="", text=_flowing(text))
    raise Unreadable("a mail without text")


def _with_title(draft: Draft, *, told: bool) -> str:
    return f"{draft.title}\n\n{draft.text}" if told and not draft.text.startswith(draft.title) else draft.text


def _body(part: EmailMessage) -> bytes:
    """The part's text in UTF-8, whatever it came in."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, AssertionError, IndexError):
        return b""
    if not isinstance(content, bytes):
        return b""
    return as_utf8(content, part.get_content_charset())


def _flowing(text: str) -> str:
    """Plain text with the lines of a paragraph joined, where mail broke them at its width."""
    if max(map(len, text.split("\n"))) > 100:
        return text
    blocks = re.split(r"\n{2,}", text)
    return "\n\n".join(block if _is_list(block) else block.replace("\n", " ") for block in blocks)


def _is_list(block: str) -> bool:
    """Whether the line ends of a block mean something: it is a list, or the head of a forwarded message."""
    lines = block.split("\n")
    marked = [
        line for line in lines if re.match(r"[-*•>]|\d+[.)]\s", line) or any(p.match(line) for p in _HEADER.values())
    ]
    short = sum(len(line) < 40 for line in lines[:-1])
    return bool(marked) or short > len(lines) / 2


def _forwarded(text: str, *, marked: bool) -> tuple[dict[str, str], str, list[Dropped]]:
    """What the head of a forwarded message says, the text below it, and what stands above; `marked`: only below a line that says so."""
    mark = _FORWARDED.search(text)
    end = mark.end() if mark else None if marked else _head_in(text)
    if end is None:
        return {}, text, []
    lines = _unquoted(text[end:].strip().split("\n"))
    told: dict[str, str] = {}
    taken = 0
    for line in lines:
        name = next((name for name, pattern in _HEADER.items() if pattern.fullmatch(line)), None)
        if line and name is None:
            break
        taken += 1
        if name and name != "other":
            match = _HEADER[name].fullmatch(line)
            told.setdefault(name, match[1].strip() if match else "")
    below = "\n".join(lines[taken:]).strip()
    if not below or not told:
        return {}, text, []
    above = [line for line in text[:end].split("\n") if line]
    dropped = [Dropped(line, "above the forwarded message") for line in (*above, *(x for x in lines[:taken] if x))]
    return {name: value for name, value in told.items() if value}, below, dropped


def _head_in(text: str) -> int | None:
    """Where the head of a message begins in the text, as Outlook forwards one: lines of who, when and about what; None where there is none."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if not _HEADER["from"].fullmatch(line):
            continue
        head = [below for below in lines[i : i + 2 * len(_HEADER)] if below][: len(_HEADER)]
        if all(any(_HEADER[name].fullmatch(below) for below in head) for name in ("date", "subject")):
            return sum(len(above) + 1 for above in lines[:i])
    return None


def _unquoted(lines: list[str]) -> list[str]:
    """The lines without the mark of a quotation where all have it, as Apple's mail forwards plain text."""
    quoted = [line for line in lines if line]
    if not all(line.startswith(">") for line in quoted):
        return lines
    return [line[1:].removeprefix(" ") for line in lines]


def _attachments(message: EmailMessage) -> list[Dropped]:
    names = [part.get_filename() or part.get_content_type() for part in message.walk() if part.is_attachment()]
    return [Dropped(one_line(name), "attachment, not read") for name in names if one_line(name)]
