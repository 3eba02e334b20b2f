"""Does the house stand as it was drawn?  Reads the imports of every module, also those inside functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "askcorpus"
ROOMS = (
    "errors", "types", "settings", "cache", "scratch", "language", "articles", "encoder", "store", "indexing", "question", "retrieval", "answer",
    "writing", "rendering", "cluster", "corpus", "integrations", "evaluation", "telegram", "server", "cli", "__main__",
)  # fmt: skip
LONGEST_CHAIN = 14  # modules from a front door down: who follows one import after the other opens so many files at most
SINGLE_MODULES = 8
HOMES = {
    "click": ("cli",),
    "faiss": ("store",),
    "langchain_core": ("integrations",),
    "llama_index": ("integrations",),
    "mcp": ("server",),
    "openai": ("writing",),
    "openvino": ("encoder",),
    "ray": ("cluster",),
    "sentence_transformers": ("encoder",),
    "starlette": ("server",),
    "uvicorn": ("server",),
    "sqlite3": ("store", "telegram.state"),  # the corpus; and what the bot remembers of those who ask it
    "tantivy": ("store",),
    "telegram": ("telegram",),
    "torch": ("encoder",),
    "trafilatura": ("articles",),
}


def modules() -> Iterator[tuple[str, Path]]:
    """Every module's name below askcorpus, a room's own being that of the room, and its file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imported(path: Path) -> Iterator[str]:
    """The full name of everything that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(name: str) -> str:
    """The module that `askcorpus.…` loads, "" for the package itself."""
    inside = name.removeprefix("askcorpus").removeprefix(".")
    return inside if inside in MODULES else inside.rpartition(".")[0]


MODULES = dict(modules())
IMPORTS = {name: sorted(set(imported(path))) for name, path in MODULES.items()}
GRAPH = {
    name: {module_of(other) for other in others if other.split(".")[0] == "askcorpus"} - {name}
    for name, others in IMPORTS.items()
}


def test_a_module_imports_only_from_rooms_above_it() -> None:
    inside = [
        name for name in MODULES if name
    ]  # the package itself hands out names of any room, and nobody in it asks it
    upward = [
        f"{name} imports {other or 'the package itself'}"
        for name in inside
        for other in sorted(GRAPH[name])
        if not other or ROOMS.index(other.split(".")[0]) > ROOMS.index(name.split(".")[0])
    ]
    assert upward == []


def test_imports_go_in_no_circle_and_are_not_deep() -> None:
    chains: dict[str, tuple[str, ...]] = {}
    for name in TopologicalSorter(GRAPH).static_order():  # a CycleError names the circle
        chains[name] = (name, *max((chains[other] for other in sorted(GRAPH[name])), key=len, default=()))
    longest = max(chains.values(), key=len)
    assert len(longest) <= LONGEST_CHAIN, " <- ".join(longest)


def test_few_modules_stand_beside_the_rooms() -> None:
    single = sorted(path.name for path in PACKAGE.glob("*.py"))
    assert len(single) <= SINGLE_MODULES, single


@pytest.mark.parametrize("package", sorted(HOMES))
def test_what_others_wrote_is_imported_in_one_room_only(package: str) -> None:
    users = [name for name, others in IMPORTS.items() if any(other.split(".")[0] == package for other in others)]
    assert users, f"nothing imports {package} any more"
    strangers = [name for name in users if not any(f"{name}.".startswith(f"{home}.") for home in HOMES[package])]
    assert strangers == []
