"""Is why something was not read said in every language, whatever reader says it?"""

from __future__ import annotations

import ast
import re
from functools import partial
from pathlib import Path

import pytest

import askcorpus.articles
from askcorpus.telegram.reasons import said
from askcorpus.telegram.texts import plain

ARTICLES = Path(askcorpus.articles.__file__).parent
PASSED_ON = {"{}", "{}{}", "{}: {}", "{} {}: {}", "{} more {}s: {}", "message {}: {}", "{}: its {} has no end"}
"""Reasons that hold another reader's, or a file's part and its reason."""
OF_AN_ARCHIVE = {
    "{} hidden: {}", "{} part of the saved page {}: {}", "{} of a kind that is not read: {}", "not published: {}", "not a regular file",
    "none of its {} {}s is an article; {} {}: {}",
}  # fmt: skip
"""What is told of a folder or an archive to who can do something about it, as the reader says it."""
en, ru = partial(plain, "en"), partial(plain, "ru")


def reasons() -> set[str]:
    """What is written behind `Unreadable(`, with {} where something is filled in."""
    calls = (node for path in ARTICLES.rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    raised = (c for c in calls if isinstance(c, ast.Call) and getattr(c.func, "id", "") == "Unreadable")
    return {text for call in raised for text in _texts(call.args[0])}


def _texts(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    if isinstance(node, ast.JoinedStr):
        return ["".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)]
    return [node.value] if isinstance(node, ast.Constant) else []


def test_every_reader_s_reason_is_of_a_kind_that_has_a_text() -> None:
    unknown = [
        reason
        for reason in sorted(reasons() - PASSED_ON - OF_AN_ARCHIVE)
        if said(reason.replace("{}", "7"), en).startswith("It could not be read:")
    ]
    assert unknown == []


def test_every_wall_is_of_a_kind_that_has_a_text() -> None:
    walls = re.findall('^reason = "(.*)"', (ARTICLES / "page" / "walls.toml").read_text("utf-8"), re.MULTILINE)
    assert walls
    assert {said(reason, en) for reason in walls} == {plain("en", "why_wall")}


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("damaged PDF", "Файл повреждён или это не то, что говорит его имя."),
        ("the server answered 404 Not Found", "Сервер ответил 404."),
        ("the server answered 503, asking for robots.txt (--ignore-robots does not ask)", "Сервер ответил 503."),
        ("10.0.0.1 is an address of a private network (--allow-private lets it through)", "Это адрес частной сети."),
        ("robots.txt does not allow it (--ignore-robots does not ask)", "Сайт не разрешает программам читать эту страницу (robots.txt)."),
        ("cannot be reached: [Errno 111] Connection refused", "Сервер недоступен."),
        ("the page broke off: its gzip has no end", "Страница пришла не целиком."),
        ("ch2.xhtml: no article text in it", "Статьи в этом не нашлось."),
        ("its name is not UTF-8; rename it", "Прочесть не удалось: its name is not UTF-8; rename it"),
        ("link that leads out of the folder; to read it all the same: --follow-links", "Прочесть не удалось: link that leads out of the folder"),
    ],
)  # fmt: skip
def test_a_reason_is_said_in_the_reader_s_language(reason: str, told: str) -> None:
    assert said(reason, ru) == told
