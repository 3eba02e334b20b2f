"""How does an answer look on a phone?  Draws docs/telegram-answer.png from real answers over the sample articles.

    python docs/render_answer.py            needs Pillow, Chromium and a font with emoji
                                            (Debian: apt-get install chromium fontconfig fonts-noto-color-emoji)

The bubbles hold exactly what the bot sends: the question goes through Corpus, the rendering and the bot's keyboard.  They are
kept in the picture, so that a test can hold it against the program.
"""

from __future__ import annotations

import argparse
import html
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from drawing import chromium, save
from telegram import InlineKeyboardMarkup

from askcorpus import Corpus
from askcorpus.encoder import load
from askcorpus.indexing.run import refresh
from askcorpus.rendering.keeping import shown
from askcorpus.rendering.telegram import render, render_passage
from askcorpus.settings import DEFAULT_MODEL
from askcorpus.telegram.keyboards import answer_keyboard
from askcorpus.telegram.state import State
from askcorpus.telegram.texts import speaker

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "How many people will the lithium refinery at Odrava employ?"
UNANSWERED = "Who won the chess tournament in Odrava?"
WIDTH, HEIGHT = 360, 1600  # of a small phone
SIGNS = "👍👎🔔✓↗"
"""What stands on the buttons beside letters."""
KEPT = "conversation"
"""The picture's text of this name is what it shows, as HTML."""

PAGE = """<!doctype html><meta charset="utf-8"><style>
* { box-sizing: border-box; margin: 0 }
html { background: #fff }
body { width: 360px; background: linear-gradient(160deg, #cfe0c3, #9fc3a8 60%, #8fb9b0);
       font: 15px/1.38 "Inter", "Liberation Sans", "DejaVu Sans", "Noto Color Emoji", sans-serif; color: #0f1419 }
header { background: #fff; padding: 10px 16px; display: flex; gap: 12px; align-items: center; box-shadow: 0 1px 3px #0002 }
header .face { width: 40px; height: 40px; border-radius: 50%; background: linear-gradient(#6fb1ef, #3b82c4); color: #fff;
               display: grid; place-items: center; font-weight: 600; font-size: 19px }
header b { display: block; font-size: 15.5px } header small { color: #7d8b97; font-size: 13px }
main { padding: 14px 12px 18px; display: flex; flex-direction: column; gap: 10px }
.mine, .bot { max-width: 330px; padding: 8px 12px 7px; border-radius: 15px; box-shadow: 0 1px 1px #0002; position: relative }
.mine { align-self: flex-end; background: #e7fdd1; border-bottom-right-radius: 5px }
.bot { align-self: flex-start; background: #fff; border-bottom-left-radius: 5px; white-space: pre-line }
time { float: right; margin: 8px 0 -3px 12px; font-size: 12px; color: #8a99a5 } .mine time { color: #5fa14d }
blockquote { position: relative; margin: 6px 0 2px; padding: 5px 24px 6px 11px; border-left: 3px solid #3b82c4; border-radius: 5px;
             background: #3b82c414; font-size: 14px }
blockquote::after { content: "\\201D"; position: absolute; right: 8px; top: -1px; font: 700 22px/1.2 Georgia, serif; color: #3b82c4 }
a { color: #2a76b8; text-decoration: none }
.keys { align-self: flex-start; width: 330px; margin-top: -6px; display: grid; gap: 4px }
.keys div { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 4px }
.keys span { background: #4f7f6a99; color: #fff; border-radius: 7px; padding: 8px 4px; text-align: center; font-weight: 500;
             font-size: 14px }
</style><header><div class="face">C</div><div><b>Corpus</b><small>bot</small></div></header><main>BUBBLES</main>"""


def main() -> None:
    """Ask, draw, write the picture."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=ROOT / "docs" / "telegram-answer.png")
    chosen = options.parse_args()
    program = chromium()
    without = [sign for sign in SIGNS if not fonts_with(sign)]
    if without:  # Chromium draws a box for what no font has, and says nothing
        sys.exit(f"No font has {' '.join(without)}: apt-get install fontconfig fonts-noto-color-emoji")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        conversation = bubbles(Path(folder, "store"))
        page.write_text(PAGE.replace("BUBBLES", conversation), "utf-8")
        flags = ("--headless", "--no-sandbox", "--hide-scrollbars", "--force-device-scale-factor=2")
        draw = (f"--screenshot={chosen.out.resolve()}", f"--window-size={WIDTH},{HEIGHT}", page.as_uri())
        subprocess.run([program, *flags, *draw], check=True, stderr=subprocess.DEVNULL)
    crop(chosen.out, conversation)


def fonts_with(sign: str) -> str:
    """The fonts of this machine that can draw a sign, as fontconfig lists them."""
    asked = ("fc-list", f":charset={ord(sign):x}")
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout if shutil.which(asked[0]) else ""


def bubbles(store: Path) -> str:
    """The conversation as HTML."""
    refresh(ROOT / "articles", store, lambda: load(DEFAULT_MODEL, store=store))
    say, out = speaker("en"), []
    with Corpus.open(store) as corpus, State(store / "picture.sqlite3") as state:
        for question in (QUESTION, UNANSWERED):
            answer = shown(corpus.ask(question, k=6), question=question)
            kept_answer = state.keep(chat=1, user=1, thread=None, topic=question, seconds=0.1, shown=answer)
            out.append(f'<div class="mine">{html.escape(question)}<time>12:30 ✓✓</time></div>')
            out.append(f'<div class="bot">{tidy(render(answer, say, at_most=3))}<time>12:30</time></div>')
            out.append(keys(answer_keyboard(kept_answer, "en", at_most=3)))
            if question == QUESTION:
                out.append(
                    '<div class="bot">' + tidy(render_passage(answer.cited[0], say)[0]) + "<time>12:31</time></div>"
                )
                out.append('<div class="keys"><div><span>Original ↗</span></div></div>')
    return "".join(out)


def tidy(markup: str) -> str:
    """A quote is a block of its own: the line breaks around it would be drawn twice."""
    return re.sub(r"\n?(<blockquote[^>]*>|</blockquote>)\n?", r"\1", markup)


def keys(keyboard: InlineKeyboardMarkup) -> str:
    """The buttons under a message."""
    rows = "".join(
        "<div>" + "".join(f"<span>{html.escape(b.text)}</span>" for b in row) + "</div>"
        for row in keyboard.inline_keyboard
    )
    return f'<div class="keys">{rows}</div>'


def crop(picture: Path, conversation: str) -> None:
    """Cut the empty part below the conversation, and note in the picture what it shows."""
    from PIL import Image, ImageChops

    image = Image.open(picture).convert("RGB")
    strip = image.crop((0, 0, 4, image.height))
    white = ImageChops.invert(strip).convert("L").point(lambda v: 255 if v == 0 else 0)
    lowest = white.crop((0, 200, 4, image.height)).getbbox()
    end = 200 + lowest[1] if lowest else image.height
    save(image.crop((0, 0, image.width, end)), picture, note=KEPT, says=conversation)


if __name__ == "__main__":
    main()
