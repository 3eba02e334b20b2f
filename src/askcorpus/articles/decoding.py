"""Which text do these bytes spell?  UTF-8 and UTF-16 by themselves, everything else by charset-normalizer."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from askcorpus.articles.draft import Unreadable
from askcorpus.language.characters import looks_binary, windows_characters
from askcorpus.language.identify import confidence

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([A-Za-z0-9_:-]{2,40})", re.I)
_CHARSET = re.compile(r"[A-Za-z0-9_:.-]{2,40}")
_CONTROL_REFERENCE = re.compile(r"&#(?:0{0,6}(1[2-5]\d)|[xX]0{0,6}([89][0-9a-fA-F]))(?![0-9a-fA-F]);?")
_WEB_NAMES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "gb2312": "gb18030"}  # as browsers do
_COMMON = ("cp1252", "cp1250", "cp1251")  # single-byte encodings that a guess takes for one another
_MIXED = re.compile(r"[a-zà-ÿ][\u0370-\u06ff]|[\u0370-\u06ff][a-zà-ÿ]", re.I)  # two scripts in one word
_LOOK_ALIKE = frozenset({*_COMMON, "latin_1", "iso8859_2", "iso8859_15", "iso8859_16", "cp1254", "cp1256", "cp1257", "cp1258", "mac_roman",
                         "cp850", "cp437", "cp1140", "cp775", "cp852", "mac_latin2", "mac_iceland", "mac_turkish", "hp_roman8"})  # fmt: skip
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})
"""Codecs of Python's that no text file is written in; the first takes time that grows with the square of the bytes."""
_JAPANESE_SHIFT = re.compile(rb"\x1b\$(?:[@ABC]|\)C)")  # ISO-2022: plain ASCII, but for these
# The byte that Windows-1252 shows as each of its characters beyond Latin-1, as a Latin-1 character.
_BYTES = {ord(shown): byte for byte in range(0x80, 0xA0) if (shown := bytes([byte]).decode("cp1252", "ignore"))}
_RARE = 0.01  # of the bytes above ASCII: so many may be undefined in an encoding that a page names
_ABOVE_ASCII = re.compile(rb"[\x80-\xff]+")
_QUOTES = b"\x80\x84\x85\x91\x92\x93\x94\x96\x97"  # of Windows: €„…‘’“”–—
_BETWEEN_LETTERS = re.compile(rb"[A-Za-z][\x80-\xff][a-z]")
_SETTLED = 3  # letters of UTF-8 that hardly stand in a text of another encoding by chance
_ACCENTED = re.compile("[a-z][\u00df-\u00f6\u00f8-\u00ff]")
"""One is enough of these: in Windows' encodings a capital Ã would stand behind a small letter."""
_ESCAPED_LETTER = re.compile("[\udca0-\udcff]")
_ALONE = 0.9
_GUESS_FROM = 64 * 1024  # bytes that a guess looks at
# UTF-8 read as Windows-1252: a lead byte as a letter, then what its follow-up bytes look like.
_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u2122]+")
_MOJIBAKE_LEAST = 3  # places
# As bytes of UTF-8 what the patterns above look for among characters, perhaps a little more of it: that takes a tenth of the time.
_LIKE_MOJIBAKE = re.compile(rb"\xc3[\x82-\xb4][\xc2\xc5\xcb\xe2]")
_LIKE_CONTROLS = (re.compile(rb"\xc2[\x80-\x9f]"), re.compile(rb"&#(?:0{0,6}1[2-5]\d|[xX]0{0,6}[89][0-9a-fA-F])"))


def decode(data: bytes) -> str:
    """The text of `data`; raises Unreadable when it is no text."""
    text = _decoded(data)
    if looks_binary(text):
        raise Unreadable("binary data, not text")
    return repaired(text)


def decode_page(data: bytes) -> str:
    """The text of an HTML page, in the encoding it names itself where it is no UTF-8; `&#150;` is a dash, as in browsers."""
    text = _as_named(data)
    return _CONTROL_REFERENCE.sub(_windows_character, windows_characters(decode(data) if text is None else text))


def page_in_utf8(data: bytes) -> bytes:
    """The bytes of `decode_page`, which most pages have already."""
    return data if _is_sound(data) else decode_page(data).encode("utf-8", "replace")


def _is_sound(data: bytes) -> bool:
    """Whether the bytes are UTF-8 in which nothing is to be mended, and text without doubt."""
    if b"\x00" in data or data.startswith(codecs.BOM_UTF8) or _JAPANESE_SHIFT.search(data[:_GUESS_FROM]):
        return False
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    if len(_LIKE_MOJIBAKE.findall(data)) >= _MOJIBAKE_LEAST or any(like.search(data) for like in _LIKE_CONTROLS):
        return False
    return not looks_binary(text)


def utf16(data: bytes) -> bool:
    """Whether the bytes begin a text of two or four bytes a character, which has to be decoded before its lines are told apart."""
    marked = any(data.startswith(mark) for mark, encoding in _MARKS if encoding != "utf-8")
    return marked or _utf16_without_mark(data) is not None


def as_utf8(data: bytes, charset: str | None) -> bytes:
    """The text in UTF-8 where a header beside it says in which encoding it is; untouched where that cannot be so."""
    if not charset or not _CHARSET.fullmatch(charset) or not _is_charset(charset):
        return data
    try:
        if not data.isascii():  # ISO-2022-JP is, and valid UTF-8
            data.decode("utf-8")
            return data
    except UnicodeDecodeError:
        pass
    try:
        return data.decode(_WEB_NAMES.get(charset.lower(), charset)).encode("utf-8")
    except (LookupError, ValueError):
        return data


def _as_named(data: bytes) -> str | None:
    """The page in the encoding that it names, unless it is UTF-8 or cannot be what it says."""
    named = _META_CHARSET.search(data[:4096])
    if not named or any(data.startswith(mark) for mark, _ in _MARKS) or _utf16_without_mark(data):
        return None
    try:
        data.decode("utf-8")
        return None
    except UnicodeDecodeError:
        pass
    name = named[1].decode("ascii").lower()
    return _spelled(data, _WEB_NAMES.get(name, name))


def _spelled(data: bytes, encoding: str) -> str | None:
    """The text in this encoding, a few bytes that it does not know left out; None where there are more of them."""
    if not _is_charset(encoding):
        return None
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
    except (LookupError, ValueError):
        return None
    bad = text.count("\ufffd")
    rare = bad <= max(1, _RARE * sum(1 for byte in data if byte > 0x7F))
    return text.replace("\ufffd", "") if rare and not encoding.startswith("utf") else None


def _is_charset(name: str) -> bool:
    """Whether it names an encoding that texts are written in."""
    try:
        return codecs.lookup(name).name.replace("-", "_") not in _NO_CHARSETS
    except (LookupError, ValueError):
        return False


def repaired(text: str) -> str:
    """The text with mojibake undone where that is certain: all of it turns back into valid UTF-8, and it stands in
    at least three places."""
    if len(_MOJIBAKE.findall(text[:200_000])) < _MOJIBAKE_LEAST:
        return text
    try:
        return text.translate(_BYTES).encode("latin-1").decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return text


def _windows_character(match: re.Match[str]) -> str:
    number = int(match[1]) if match[1] else int(match[2], 16)
    return bytes([number]).decode("cp1252", "ignore") if 0x80 <= number < 0xA0 else match[0]


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    unmarked = _utf16_without_mark(data)
    if unmarked:
        return data.decode(unmarked, errors="replace")
    if _JAPANESE_SHIFT.search(data[:_GUESS_FROM]):
        return data.decode("iso2022_kr" if b"\x1b$)C" in data else "iso2022_jp_ext", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _patched(data) or _guessed(data)


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 of a mostly Latin text has a zero in every other byte."""
    head = data[:2000]
    if len(head) < 8 or b"\x00" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.7 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.05:
        return "utf-16-be"
    return None


def _patched(data: bytes) -> str | None:
    """A text that is UTF-8 but for some places, those read as Windows reads them; None where it is no UTF-8.

    Text of another encoding hardly ever holds the bytes of a UTF-8 letter: more of those than of others settle it, and so
    does an accent behind a small letter where the others are few, or marks.
    """
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    letters = [c for c in text if c > "\x7f" and c != "\ufffd"]
    if len(letters) < max(_SETTLED, bad) and not (
        _ACCENTED.search(text) and (bad <= len(letters) or _only_marks(data))
    ):
        return None
    cyrillic = sum(1 for c in letters if "\u0400" <= c <= "\u04ff")
    return data.decode("utf-8", errors="askcorpus.cp1251" if 2 * cyrillic > len(letters) else "askcorpus.cp1252")


def _only_marks(data: bytes) -> bool:
    """Whether all bytes that are no UTF-8 are quotes, dashes and such marks of Windows, not letters."""
    return not _ESCAPED_LETTER.search(data.decode("utf-8", errors="surrogateescape"))


def _patching(encoding: str) -> Callable[[UnicodeError], tuple[str, int]]:
    """What a byte that is no UTF-8 stands for: a character of this encoding; a UTF-8 letter that was cut off is lost."""

    def patch(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        place = error.object[error.start : error.end]
        return ("\ufffd" if len(place) > 1 else place.decode(encoding, "ignore")), error.end

    return patch


for _encoding in ("cp1251", "cp1252"):
    codecs.register_error(f"askcorpus.{_encoding}", _patching(_encoding))


def _guessed(data: bytes) -> str:
    if b"\x00" in data[:4096]:
        raise Unreadable("binary data, not text")
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_GUESS_FROM]).best()
    if best is None:
        raise Unreadable("binary data, not text")
    encoding = best.encoding
    if encoding in _LOOK_ALIKE or _stand_alone(data[:_GUESS_FROM]):
        own = (encoding,) if encoding in _LOOK_ALIKE else ()
        encoding = max((*own, *_COMMON), key=lambda name: _likeness(data[:_GUESS_FROM], name))
    return _spelled(data, encoding) or data.decode(encoding, errors="replace")


def _stand_alone(data: bytes) -> bool:
    """Whether the bytes above ASCII stand one by one between letters of ASCII: the accents of a language in Latin letters.

    A guess takes a few of them for Chinese, where each would begin a sign of two bytes.
    """
    runs = _ABOVE_ASCII.findall(data)
    return sum(len(run) == 1 or len(run.strip(_QUOTES)) <= 1 for run in runs) >= _ALONE * len(runs) and bool(
        _BETWEEN_LETTERS.search(data)
    )


def _likeness(data: bytes, encoding: str) -> float:
    """How surely the text is of some language when read so: à and ŕ are the same byte, but only one of them French."""
    text = _spelled(data, encoding)
    if text is None:
        return -1.0
    mixed = len(_MIXED.findall(text)) / max(
        1, sum(c > "\x7f" for c in text)
    )  # à is the same byte in Arabic's, and پ is not French
    return confidence("".join(c for c in text if c > "\x7f" or c.isalpha() or c == " ")) - mixed
