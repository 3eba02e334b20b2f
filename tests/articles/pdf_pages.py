"""PDF pages with every word at a known place, for the tests and the comparison of what reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BODY = 10.0
LEADING = 13.0
_LIGATURES = {"ﬃ": 1, "ﬁ": 2, "ﬀ": 3, "ﬂ": 4}  # their codes in the font
_NAMES = "/ffi /fi /ff /fl"


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text at a place: points from the left and from the foot of a page of 612 by 792."""

    x: float
    y: float
    text: str
    size: float = BODY


def column(lines: Sequence[str], *, x: float = 60, y: float = 700, size: float = BODY) -> list[Text]:
    """Lines below each other; an empty one is half a line's distance."""
    placed, at = [], y
    for line in lines:
        if line:
            placed.append(Text(x, at, line, size))
        at -= LEADING if line else LEADING / 2
    return placed


def pdf_of(*pages: Sequence[Text], title: str = "") -> bytes:
    """A PDF in Helvetica, in the encoding of Windows and with ligatures; the pieces are drawn in the order given."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{' '.join(f'{5 + 2 * n} 0 R' for n in range(len(pages)))}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding"
        f"<</Type/Encoding/BaseEncoding/WinAnsiEncoding/Differences[1 {_NAMES}]>>>>",
        f"<</Title({title})>>",
    ]
    for number, page in enumerate(pages):
        stream = "BT " + " ".join(f"/F1 {t.size} Tf 1 0 0 1 {t.x} {t.y} Tm ({_drawn(t.text)}) Tj" for t in page) + " ET"
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {6 + 2 * number} 0 R/Resources<</Font<</F1 3 0 R>>>>>>",
            f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        ]
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    start = len(data)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    return data + f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R/Info 4 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()


def _drawn(text: str) -> str:
    codes = [bytes([_LIGATURES[c]]) if c in _LIGATURES else c.encode("cp1252") for c in text]
    return "".join(chr(b) if 32 <= b < 127 and chr(b) not in "()\\" else f"\\{b:03o}" for code in codes for b in code)


HEAD = "Reservoir of Lesna is full again"
LEFT = [
    "The reservoir above Lesna is full for", "the first time in four years, the water", "board said on Monday. Its chair, Vera",
    "Holm, spoke of 48 million cubic metres", "and of a summer without bans for farms.",
]  # fmt: skip
RIGHT = [
    "The bridge at Dravec stays closed until", "the last week of August, the county told", "the press on Tuesday. Cracks were found",
    "in two of its nine piers by divers, and", "the detour takes 25 minutes by bus now.",
]  # fmt: skip
WIDE = [
    "The reservoir above Lesna is full for the first time in four years, the water board said on Mon-",
    "day. Its chair, Vera Holm, spoke of 48 million cubic metres and of a summer without bans on any",
    "watering for the farms of the valley below the dam.",
]
MORE = [
    "The last time the lake was as full was in the spring of 1998, when the spillway had to be opened",
    "for nine days and the road to Dravec was closed.",
]
WIDE_TEXT = (
    "The reservoir above Lesna is full for the first time in four years, the water board said on Monday. Its chair, Vera Holm, "
    "spoke of 48 million cubic metres and of a summer without bans on any watering for the farms of the valley below the dam."
)
MORE_TEXT = " ".join(MORE)


def known_pages() -> dict[str, tuple[bytes, list[str]]]:
    """Pages by what is hard about them, each with the paragraphs that a person reads in it, the headline first."""
    head = Text(60, 740, HEAD, 18)
    wide, left, right = column(WIDE), column(LEFT), column(RIGHT, x=330)
    rows = [
        Text(60 + 110 * n, 690 - 14 * r, cell)
        for r in range(9)
        for n, cell in enumerate((f"Dam {r + 1}", f"{r + 21} metres", f"{r + 300} farms"))
    ]
    by_rows = [piece for pair in zip(left, right, strict=True) for piece in pair]
    soft = [line.replace("Mon-", "Mon\u00ad") for line in WIDE]
    fine = [
        "The oﬃce conﬁrmed that the ﬂow was stopped after eﬀorts by nine oﬃcers of the county police, who had",
        "closed the upper gate on Sunday.",
    ]
    foot = [Text(60, 30, "https://courier.example/lesna"), Text(540, 30, "1/1")]
    stamp = [Text(60, 770, "3/14/26, 9:12 AM"), Text(300, 770, f"{HEAD} - Lesna Courier")]
    capital = [
        Text(60, 674, "T", 34),
        *column(
            [
                "he reservoir above Lesna is full for the first time in four years, the water board said",
                "on Monday. Its chair spoke of 48 million cubic metres of water.",
            ],
            x=90,
        ),
    ]
    return {
        "one column": (pdf_of([head, *wide, *column(MORE, y=648)]), [HEAD, WIDE_TEXT, MORE_TEXT]),
        "no space between paragraphs": (pdf_of([head, *column([*WIDE, *MORE])]), [HEAD, WIDE_TEXT, MORE_TEXT]),
        "soft hyphen": (pdf_of([head, *column(soft)]), [HEAD, WIDE_TEXT]),
        "columns drawn one by one": (pdf_of([head, *left, *right]), [HEAD, " ".join(LEFT), " ".join(RIGHT)]),
        "columns drawn row by row": (pdf_of([head, *by_rows]), [HEAD, " ".join(LEFT), " ".join(RIGHT)]),
        "columns below a full line": (pdf_of([head, *column(WIDE, y=715), *column(LEFT, y=640), *column(RIGHT, x=330, y=633)]), [HEAD, WIDE_TEXT, " ".join(LEFT), " ".join(RIGHT)]),
        "table": (pdf_of([head, *rows]), [HEAD, *(f"Dam {r + 1} {r + 21} metres {r + 300} farms" for r in range(9))]),
        "browser print": (pdf_of([*stamp, head, *wide, *foot]), [HEAD, WIDE_TEXT]),
        "drop cap": (pdf_of([head, *capital]), [HEAD, "The reservoir above Lesna is full for the first time in four years, the water board said on Monday. Its chair spoke of 48 million cubic metres of water."]),
        "ligatures": (pdf_of([head, *column(fine)]), [HEAD, "The office confirmed that the flow was stopped after efforts by nine officers of the county police, who had closed the upper gate on Sunday."]),
        "text over two pages": (pdf_of([head, *column(WIDE[:2])], column(WIDE[2:], y=740)), [HEAD, WIDE_TEXT]),
    }  # fmt: skip
