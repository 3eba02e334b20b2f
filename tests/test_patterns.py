"""Does any regular expression of the program take longer than its line is longer?  Every one of them, none by a list.

A process of its own writes down each pattern that is compiled while all modules are imported and the tables' patterns
are built; the rest are literals in the source.  Each is measured on lines made of its own characters.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]  # typeshed does not know it
from typing import Any

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "askcorpus"
USES = frozenset({"compile", "sub", "subn", "match", "search", "fullmatch", "findall", "finditer", "split"})
ROUNDS = int(os.environ.get("ASKCORPUS_TEST_ROUNDS", "0"))
STARTS = (120, 250, 500, 1_000, 2_000, 4_000)
"""Characters of the first line: as few as take any time; each further one is twice as long."""
NO_TIME_S = 0.003  # with 4,000 characters: squared that is 16 million steps, which take 30 times as long
DOUBLED, MOST = 6, 2.4  # how often; and how many times as long a line twice as long may take
LONG_S = 0.1  # has grown enough to be known
ALSO = ("a", "A", "1", " ", "a ", "A ", "1 ", "a.", "A. ", "1.", "1,", "-", "'", '"', "<", "<a", "é", "你", "。", "\n", "a\n", "\n ", "\t", "(", "[", "{{", "%", "/", ":", "http://a/", "@a", "#")  # fmt: skip
ANCHORED = {"dates.py": "fullmatch", "ages.py": "fullmatch", "filters.py": "search"}
"""How patterns are used that a function builds; those of modules tell by their name."""
BOUNDED = {
    ("articles/page/furniture.py", ""): (220, "furniture() and heading() look at no longer line"),
    ("articles/page/headlines.py", ""): (480, "like_a_headline, is_prose and title_from look at no more"),
    ("articles/page/lines.py", r"[|•·–—-]"): (140, "a line that names publisher, author and date together"),
    ("language/sentences.py", r"\.+\Z"): (24, "the word before a full stop is looked for so far back"),
    ("question/said.py", r"\Z"): (40, "_framed looks no further back from an outlet's name"),
    ("encoder/models.py", ""): (20_000, "the card of a model that the user chose"),
    ("articles/metadata.py", "19|20"): (255, "a file's name"),
    ("articles/formats/feeds.py", "first on"): (420, "the last paragraph of an entry, if it is no longer"),
    ("articles/formats/epub.py", "(?P<in>"): (300, "a book's title, if it is no longer"),
    ("articles/formats/pdf_margins.py", "(?P<site>"): (300, "a running title, if it is no longer"),
}
"""Patterns that no longer line reaches, by file and a part of them: how long, and why."""
BOUNDED_S = 0.02  # for a line of that length
RECORD = """
import importlib, json, pkgutil, re, sys
from pathlib import Path
import askcorpus
root = str(Path(askcorpus.__file__).parent)
seen, compiled = [], re._compile
def record(pattern, flags):
    frame = sys._getframe(1)
    while frame and frame.f_code.co_filename == re.__file__:
        frame = frame.f_back
    if frame and frame.f_code.co_filename.startswith(root) and isinstance(pattern, (str, bytes)):
        text, kind = (pattern, "s") if isinstance(pattern, str) else (pattern.decode("latin-1"), "b")
        seen.append([frame.f_code.co_filename[len(root) + 1:], frame.f_lineno, frame.f_code.co_name, kind, text, int(flags)])
    return compiled(pattern, flags)
re._compile = record
for module in pkgutil.walk_packages(askcorpus.__path__, "askcorpus."):
    if not module.name.endswith(("__main__", ".worker")):
        importlib.import_module(module.name)
from askcorpus.articles.page import furniture
from askcorpus.language import ages, calendar, counting, dates, numerals, sentences, tables, words
from askcorpus.question import filters, followup, labels, news, said
from askcorpus.writing import facts, sides
from askcorpus.writing.check import _names_agent
from askcorpus.language.words import words as _words
_of = _words("beaten by Ada", "en")
_names_agent("beaten by Ada", _of[0], _of[2:], "by|from")
tables._unspaced(), dates._date(), dates._label(), dates._changed()
for language in (None, *tables.languages("calendar")):
    calendar.date_pattern(language), numerals.number_pattern(language)
for language in tables.languages("calendar"):
    filters._month_pattern(language), followup._pronouns(language), ages._patterns(language), filters._years(language)
    said._relative(language), said._frames(language), news._relative(language), news._weekdays(language)
for language in tables.languages("claims"):
    facts.clauses("a, b", language), facts.clauses("a, b", language, joined=False)
    facts.says_little(language), facts.opposites(language), facts._denies(language), facts.tells(language), facts.told_by_each(language)
    facts.part_of(language), calendar.unit_of_time("ab", language), facts.causes(language), facts._only(language), sides._rows(language)
    facts.denies("大 ab", language)
for language in tables.languages("kinds"):
    sides._kinds(language)
for language in tables.languages("numerals"):
    counting._values(language), counting._fused(language), counting.writes_characters(language) and counting._in_both(language)
labels._exact(("gt", "20")), labels._sibling(("gt", "20"))
for name, value in list(vars(furniture).items()) + list(vars(sentences).items()):
    if callable(value) and hasattr(value, "cache_info"):
        try:
            value()
        except TypeError:
            value("en")
print(json.dumps(seen))
"""


@dataclass(frozen=True, slots=True)
class Used:
    """A pattern, where it stands, and how a line is held against it."""

    file: str
    line: int
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]
    built: bool
    """By a function, of a table."""


@cache
def recorded() -> tuple[tuple[str, int, str, str, str, int], ...]:
    """What was compiled: file, line, function, kind, text, flags."""
    done = subprocess.run([sys.executable, "-c", RECORD], capture_output=True, text=True, check=True, timeout=300)
    return tuple(tuple(row) for row in json.loads(done.stdout.splitlines()[-1]))


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every use of the module re in the source."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            function = node.func if isinstance(node, ast.Call) else None
            if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
                continue
            if function.value.id == "re" and function.attr in USES and isinstance(node, ast.Call):
                yield path.relative_to(SOURCE).as_posix(), node


def literal(call: ast.Call) -> str | bytes | None:
    """The pattern of a call, where it is written there."""
    return call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None


@cache
def methods_of() -> dict[tuple[str, str], set[str]]:
    """How each name of a module that holds a pattern is used: by file and name."""
    used: dict[tuple[str, str], set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in USES:
                used.setdefault((path.relative_to(SOURCE).as_posix(), node.value.id), set()).add(node.attr)
    return used


@cache
def names() -> dict[tuple[str, int], str]:
    """The name that each statement of a module gives its value, by file and each of its lines."""
    named: dict[tuple[str, int], str] = {}
    for path in SOURCE.rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                    named[path.relative_to(SOURCE).as_posix(), line] = node.targets[0].id
    return named


@cache
def patterns() -> tuple[Used, ...]:
    """Every pattern of the program."""
    found: dict[tuple[str, str | bytes], Used] = {}
    for file, line, function, kind, text, flags in recorded():
        body = text if kind == "s" else text.encode("latin-1")
        if function == "<module>" or function.startswith("<"):
            methods = methods_of().get((file, names().get((file, line), "")), set())
        else:
            methods = {ANCHORED.get(file.rpartition("/")[2], "finditer")}
        found[file, body] = Used(
            file, line, re.compile(body, flags), tuple(sorted(methods or {"finditer"})), function != "<module>"
        )
    for file, call in calls():
        body_ = literal(call)
        assert isinstance(call.func, ast.Attribute)
        if body_ is not None and (file, body_) not in found:
            flags_ = sum(
                getattr(re, name) for name in ("DOTALL", "MULTILINE", "M", "I") if f"attr='{name}'" in ast.dump(call)
            )
            method = "finditer" if call.func.attr == "compile" else call.func.attr
            found[file, body_] = Used(file, call.lineno, re.compile(body_, flags_), (method,), False)
    return tuple(found.values())


def bits(pattern: re.Pattern[Any]) -> list[str]:
    """What lines are made of that this pattern may go wrong on: its own characters, alone and behind each other."""
    own = sorted(set(_characters(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))))[: 24 if ROUNDS else 8]
    runs = re.findall(r"\w{2,}", str(pattern.pattern))[: 8 if ROUNDS else 2]
    pairs = [a + b for a in own[:6] for b in own[:6] if a != b] if ROUNDS else []
    return list(dict.fromkeys([*ALSO, *own, *(c + " " for c in own), *runs, *(run + " " for run in runs), *pairs]))


def _characters(parsed: Any) -> Iterator[str]:
    for _, argument in _flat(parsed):
        if isinstance(argument, int) and 0 < argument < 0x110000 and not 0xD800 <= argument < 0xE000:
            yield chr(argument)


def _flat(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, tuple) and len(value) == 2 and str(value[0]) in ("LITERAL", "NOT_LITERAL"):
        yield value
    elif isinstance(value, list | tuple | _parser.SubPattern):
        for part in value:
            yield from _flat(part)


def run_of(used: Used, method: str) -> Callable[[Any], object]:
    """Holds a line against the pattern as the program does."""
    if method in ("sub", "subn"):
        return lambda line: used.pattern.sub("" if isinstance(used.pattern.pattern, str) else b"", line)
    if method in ("match", "search", "fullmatch", "split", "findall"):
        return getattr(used.pattern, method)  # type: ignore[no-any-return]
    return lambda line: sum(1 for _ in used.pattern.finditer(line))


def seconds(run: Callable[[Any], object], line: Any) -> float:
    started = time.process_time()
    run(line)
    return time.process_time() - started


def line(used: Used, bit: str, length: int) -> Any:
    """A line of this bit over and over."""
    text = (bit * (length // len(bit) + 1))[:length]
    return text if isinstance(used.pattern.pattern, str) else text.encode("utf-8")


def grows(used: Used, method: str, bit: str) -> bool:
    """Whether a line twice as long takes more than MOST times as long, each time that it is made twice as long."""
    run = run_of(used, method)
    length = next((n for n in STARTS if seconds(run, line(used, bit, n)) >= NO_TIME_S), None)
    if length is None:
        return False
    before = min(seconds(run, line(used, bit, length)) for _ in range(3))
    for _ in range(DOUBLED):
        length *= 2
        times = []
        for _ in range(3):  # beside other work a measurement may come out too long, never too short
            times.append(seconds(run, line(used, bit, length)))
            if times[-1] <= MOST * before:  # unless what came out too long is what it is compared with
                before = min(before, *(seconds(run, line(used, bit, length // 2)) for _ in range(3)))
            if times[-1] <= MOST * before:
                return False
            if times[-1] > 10 * LONG_S:  # beyond doubt
                return True
        before = min(times)
        if before > LONG_S:
            break
    return True


def bound(used: Used) -> int | None:
    """How long a line is at most that this pattern sees; None where nothing bounds it."""
    bounds = [n for (file, part), (n, _) in BOUNDED.items() if used.file == file and part in str(used.pattern.pattern)]
    return min(bounds) if bounds else None


def test_every_use_of_a_pattern_is_measured() -> None:
    at = {(file, line) for file, line, *_ in recorded()}
    unseen = [
        f"{file}:{call.lineno}"
        for file, call in calls()
        if literal(call) is None
        and not _a_constant(call)
        # two that a vocabulary is made of, when it is loaded: one class of characters each
        and file != "encoder/unigram.py"
        and not any((file, at_line) in at for at_line in range(call.lineno, (call.end_lineno or call.lineno) + 1))
    ]
    assert unseen == []
    assert len(patterns()) > 100


def _a_constant(call: ast.Call) -> bool:
    """Whether the pattern is a constant of the module, which is measured where it is made."""
    return isinstance(call.args[0], ast.Name) and call.args[0].id.strip("_").isupper()


def test_no_group_is_kept_whole_by_a_second_plus() -> None:
    """Before Python 3.11.5 such a group ends a character early: github.com/python/cpython/issues/106052.  (?>…) does not."""
    ends_early = [
        used for used in patterns() if _keeps_a_group(_parser.parse(used.pattern.pattern, used.pattern.flags))
    ]
    assert [f"{used.file}:{used.line}" for used in ends_early] == []
    assert _keeps_a_group(_parser.parse("x(?:(?:ab)++|c)"))


def _keeps_a_group(parsed: Any) -> bool:
    """Whether something longer than a character is repeated possessively in a pattern."""
    one = ("LITERAL", "NOT_LITERAL", "IN", "ANY")
    if isinstance(parsed, tuple) and len(parsed) == 2 and str(parsed[0]) == "POSSESSIVE_REPEAT":
        return not (len(parsed[1][2]) == 1 and str(parsed[1][2][0][0]) in one)
    inside = parsed if isinstance(parsed, list | tuple | _parser.SubPattern) else ()
    return any(_keeps_a_group(part) for part in inside)


def measured() -> list[Used]:
    """Every pattern; those of each of sixty languages, which test_patterns_are_safe.py measures, in long rounds only."""
    return [used for used in patterns() if ROUNDS or not used.built or used.file.startswith("articles")]


def test_no_pattern_takes_longer_than_its_line_is_longer() -> None:
    slow = [
        f"{used.file}:{used.line} {method} on {bit!r}"
        for used in measured()
        if bound(used) is None
        for method in used.methods
        for bit in bits(used.pattern)
        if grows(used, method, bit)
    ]
    assert slow == []


def test_a_pattern_that_sees_short_lines_only_is_fast_on_them() -> None:
    slow = [
        f"{used.file}:{used.line} {method} on {bit!r}"
        for used in measured()
        if (length := bound(used)) is not None
        for method in used.methods
        for bit in bits(used.pattern)
        if min(seconds(run_of(used, method), line(used, bit, length)) for _ in range(2)) > BOUNDED_S
    ]
    assert slow == []


@pytest.mark.parametrize("pattern", [r"\w*x", r".+?(?:[a-z]{3,}|\d)[.!?](?=\s)", r"(?:a|b)+a*c"])
def test_a_pattern_that_is_not_safe_would_be_noticed(pattern: str) -> None:
    assert grows(Used("", 0, re.compile(pattern), (), False), "search", "a")
