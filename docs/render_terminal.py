"""What does `askcorpus ask` look like in a terminal?  Draws docs/terminal.png from real answers over the sample articles.

    python docs/render_terminal.py          needs playwright, Pillow and Chromium (Debian: apt-get install chromium fonts-dejavu-core)

The commands are run as they stand in the picture, on a terminal of 80 columns.  What they printed is noted in it, so that a test can
hold it against the program.
"""

from __future__ import annotations

import argparse
import html
import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from drawing import chromium, save

if TYPE_CHECKING:
    from PIL.Image import Image

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = (
    "How many people were hurt when the ferry hit the quay?",
    "When was the new bridge in Zarechye opened?",
    "Who won the chess tournament in Odrava?",
)
COLUMNS = 80
TERMINAL = {
    "FORCE_COLOR": "1",
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "COLUMNS": str(COLUMNS),
    "LC_ALL": "C.UTF-8",
}
"""What tells the program that it prints on one."""
KEPT = "shown"
"""The picture's text of this name is what it shows."""
LINK = re.compile(r"\x1b\]8;[^\x1b\x07]*(?:\x1b\\|\x07)")
STYLE = re.compile(r"\x1b\[[0-9;]*m")
PAGE = """<!doctype html><meta charset="utf-8"><style>
* { box-sizing: border-box; margin: 0 }
body { background: #fff }
.window { display: inline-block; background: #16191d; border-radius: 9px; overflow: hidden }
.bar { background: #2a2f36; height: 30px; display: flex; align-items: center; gap: 8px; padding: 0 12px }
.bar i { width: 12px; height: 12px; border-radius: 50%; background: #59616b }
pre { padding: 14px 18px 18px; width: calc(COLUMNSch + 36px); font: 14px/1.42 "DejaVu Sans Mono", monospace; color: #d7dade }
b.typed { color: #fff } i.prompt { color: #8fd6a8; font-style: normal }
a { color: inherit; text-decoration: underline dotted #8b939c }
</style><div class="window"><div class="bar"><i></i><i></i><i></i></div><pre>LINES</pre></div>"""


def main() -> None:
    """Index, ask, draw, write the picture."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=ROOT / "docs" / "terminal.png")
    chosen = options.parse_args()
    program = chromium()
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), "index", str(ROOT / "articles"))
        printed = [run(Path(folder), "ask", question) for question in QUESTIONS]
    save(drawn(program, printed), chosen.out, note=KEPT, says=noted(printed), colors=64)


def run(folder: Path, *arguments: str) -> str:
    """What a command prints in this folder."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ASKCORPUS_") or name == "ASKCORPUS_CACHE"
    }
    command = [sys.executable, "-m", "askcorpus", *arguments]
    done = subprocess.run(command, cwd=folder, env=own | TERMINAL, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):  # 3 is "not found"
        sys.exit(done.stderr)
    return done.stdout


def noted(printed: list[str]) -> str:
    """The answers as text, but for the time that each took."""
    plain = "\n".join(STYLE.sub("", LINK.sub("", one)).strip("\n") for one in printed)
    return re.sub(r"\b\d+ ms\b", "… ms", plain)


def drawn(program: str, printed: list[str]) -> Image:
    """The terminal's window."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    lines = []
    for question, answer in zip(QUESTIONS, printed, strict=True):
        typed = html.escape(f'askcorpus ask "{question}"', quote=False)
        lines.append(f'<i class="prompt">$</i> <b class="typed">{typed}</b>\n{as_html(answer)}\n')
    page_text = PAGE.replace("COLUMNS", str(COLUMNS)).replace("LINES", "".join(lines).rstrip("\n"))
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program)
        page = browser.new_page(viewport={"width": 800, "height": 600}, device_scale_factor=2)
        page.set_content(page_text)
        picture = page.locator(".window").screenshot()
        browser.close()
    return Image.open(io.BytesIO(picture)).convert("RGB")


def as_html(printed: str) -> str:
    """Text with a terminal's colours and links, as HTML."""
    from rich.console import Console
    from rich.terminal_theme import MONOKAI
    from rich.text import Text

    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for line in printed.strip("\n").split("\n"):
        console.print(Text.from_ansi(line), soft_wrap=True)
    return console.export_html(theme=MONOKAI, inline_styles=True, code_format="{code}")


if __name__ == "__main__":
    main()
