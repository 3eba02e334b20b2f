"""What is a paragraph of a page's body?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table row of a page's body."""

    text: str
    kind: str = "p"
    is_link: bool = False
    """All of its text is one link."""
