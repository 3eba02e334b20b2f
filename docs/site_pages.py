"""Which pages does the site have besides those of docs/?  A hook of MkDocs: README.md and the like, and links that lead there."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
BESIDE = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "embeddings/README.md")
"""Pages outside of docs/; on the site they lie in project/."""
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Files, *, config: Any) -> Files:
    """Add the pages that lie beside docs/, as they are."""
    for name in BESIDE:
        files.append(File.generated(config, f"project/{name}", abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Files) -> str:
    """The page, its links leading to where the site has what they lead to in the repository."""
    own = page.file.src_uri
    source = ROOT / own.removeprefix("project/") if own.startswith("project/") else ROOT / "docs" / own

    def lead(link: re.Match[str]) -> str:
        target = os.path.relpath((source.parent / link[1]).resolve(), ROOT).replace(os.sep, "/")
        there = f"project/{target}" if target in BESIDE else target.removeprefix("docs/")
        if target not in BESIDE and not target.startswith("docs/"):
            return "]"  # a file of the repository that is no page: its name will do
        return f"]({posixpath.relpath(there, posixpath.dirname(own) or '.')}{link[2] or ''})"

    return LINK.sub(lead, markdown)
