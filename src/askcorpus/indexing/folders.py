"""Which collection of the store is each folder that a run names?  Nothing that another run put in is ever removed for being left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import TypeAlias

from askcorpus.errors import FOLDER, FolderError, typed
from askcorpus.store.collections import NAME_CHARS, Collection

Folders: TypeAlias = Path | str | Sequence[Path | str] | Mapping[str, Path | str]
"""One folder, several, each also as "NAME=FOLDER", or several by their names."""
RESERVED = frozenset({"off", "all"})  # "/in off" brings back all
_NAME = re.compile(r"[^\s/=][^/=]{0,80}")


@dataclass(frozen=True, slots=True)
class Root:
    """A folder as a run reads it."""

    collection: Collection
    """As it is after the run."""
    path: Path
    before: str = ""
    """Where its files were the last time, if that was another folder."""
    alone: bool = False
    """Whether it is in the place of the store's only collection because nothing else was named: perhaps a mistake."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a run does with which collections."""

    roots: tuple[Root, ...]
    every: tuple[Collection, ...]
    """Of the store after the run."""
    new: tuple[Collection, ...] = ()
    left: tuple[Collection, ...] = ()
    """Those that were not named, and stay as they are."""
    dropped: tuple[Collection, ...] = ()


def chosen(folders: Folders, known: tuple[Collection, ...], store: Path | str, *, drop: Sequence[str] = ()) -> Chosen:
    """The collections that a run over these folders brings up to date; raises FolderError where that is not clear."""
    asked = given(folders, store)
    dropped = tuple(_by_name(name, known, store) for name in drop)
    every = [one for one in known if one not in dropped]
    roots, new = list[Root](), list[Collection]()
    for name, path in asked:
        root = _known(name, path, tuple(every), alone=len(asked) == 1)
        if root is None:
            _may_add(name, path, asked, every, store)
            key_taken = frozenset(one.key for one in every)
            made = _new(name, path, every, key="" if not every and not dropped else None, taken=key_taken)
            root = Root(made, path)
            new.append(made)
            every.append(made)
        else:
            every = [root.collection if one.key == root.collection.key else one for one in every]
        roots.append(root)
    if dropped and not every:
        raise FolderError(
            f"{dropped[0].name} is all that {store} holds. Name what it shall hold instead, or remove {store}."
        )
    moved = [root.collection for root in roots if root.before]
    for one in (*new, *moved):
        _apart([Path(one.folder), *(Path(other.folder) for other in every if other.folder and other is not one)])
    named = {root.collection.key for root in roots}
    return Chosen(tuple(roots), tuple(every), tuple(new), tuple(one for one in every if one.key not in named), dropped)


def unlike(folders: Sequence[str], known: Sequence[Collection]) -> tuple[tuple[Path, ...], tuple[Collection, ...]]:
    """The folders that are in no collection of a store yet, and the collections of which none of the folders is."""
    new, left = list[Path](), list(known)
    for name, path in map(parsed, folders):
        folder, own = str(path.resolve()), name or path.resolve().name
        mine = [one for one in known if one.folder == folder or (name and one.name.casefold() == name.casefold())]
        mine = mine or [one for one in known if not one.folder and one.name == own]
        left = [one for one in left if one not in mine]
        if not mine:
            new.append(path)
    return tuple(new), tuple(left)


def given(folders: Folders, store: Path | str, *, command: str = "index") -> list[tuple[str, Path]]:
    """Names, empty where none was given, and paths, each once; raises FolderError for folders that are not there or overlap."""
    if isinstance(folders, Mapping):
        pairs = [(name, Path(path)) for name, path in folders.items()]
    else:
        pairs = [parsed(one) for one in ((folders,) if isinstance(folders, Path | str) else folders)]
    unique = list({path.resolve(): (name, path) for name, path in pairs}.values())
    for name, path in unique:
        if not path.exists():
            raise FolderError(
                f"there is no folder {path}. Name the folder of articles: {typed(command, FOLDER, '--store', store)}"
            )
        if name and (not _NAME.fullmatch(name) or name.casefold() in RESERVED):
            raise FolderError(f"{name!r} cannot be the name of a collection: no slash, no =, not off or all")
    _apart([path.resolve() for _, path in unique])
    return unique


def _apart(folders: Sequence[Path]) -> None:
    """Raise FolderError where one of these lies inside of another."""
    for one, other in combinations(folders, 2):
        inner, outer = sorted((one, other), key=lambda path: -len(path.parts))
        if outer in inner.parents:
            raise FolderError(f"{inner} lies inside of {outer}: its articles would be indexed twice. Name one of them.")


def parsed(folder: Path | str) -> tuple[str, Path]:
    """The name and the path of NAME=FOLDER; a folder that is called so is itself."""
    name, equals, path = str(folder).partition("=")
    if isinstance(folder, Path) or not equals or not _NAME.fullmatch(name) or Path(folder).exists():
        return "", Path(folder)
    return name, Path(path).expanduser()


def _known(name: str, path: Path, known: tuple[Collection, ...], *, alone: bool) -> Root | None:
    """The collection of the store that this folder is; None for a new one."""
    folder = str(path.resolve())
    here = next((one for one in known if one.folder == folder), None)
    by_name = next((one for one in known if name and one.name.casefold() == name.casefold()), None)
    if here is not None:
        return Root(replace(here, name=name) if name and by_name in (None, here) else here, path)
    if by_name is not None:
        return Root(replace(by_name, folder=folder), path, before=by_name.folder)
    if name:
        return None
    elsewhere = next((one for one in known if not one.folder and one.name == path.resolve().name), None)
    if elsewhere is not None:
        return Root(replace(elsewhere, folder=folder), path)
    if alone and len(known) == 1:
        own_name = path.resolve().name if known[0].name == Path(known[0].folder).name else known[0].name
        return Root(replace(known[0], folder=folder, name=own_name), path, before=known[0].folder, alone=True)
    return None


def _may_add(
    name: str, path: Path, asked: Sequence[tuple[str, Path]], known: Sequence[Collection], store: Path | str
) -> None:
    """Raise FolderError where a folder that the store does not know may as well be one that it knows, somewhere else."""
    if name or not known:
        return
    mine = typed("index", f"{path.name}={path}", "--store", store)
    if len(asked) == 1:
        raise FolderError(
            f"{path} is none of the folders of {store}, which are {_listed(known)}. To add it: {mine}. "
            f"To have it in the place of one: {typed('index', f'{known[0].name}={path}', '--store', store)}"
        )
    gone = [one for one in known if one.folder and not Path(one.folder).exists()]
    here = {str(other.resolve()) for _, other in asked}
    if any(one.folder not in here for one in gone):
        raise FolderError(
            f"{path} is new to {store}, and {_listed(gone)} is not there any more; is it the same? "
            f"If so: {typed('index', f'{gone[0].name}={path}', '--store', store)}. If not: {mine}"
        )


def _new(name: str, path: Path, others: Iterable[Collection], *, key: str | None, taken: frozenset[str]) -> Collection:
    """A new collection, under a name and a key that no other has."""
    folder = path.resolve()
    plain = (name or folder.name or "articles").encode("utf-8", "replace").decode()[:NAME_CHARS]
    names = {one.name.casefold() for one in others} | RESERVED
    parent = f"{folder.parent.name}-{plain}"
    wanted = [plain, *([parent] if folder.parent.name else []), *(f"{plain}-{n}" for n in range(2, len(names) + 3))]
    own = next(one for one in wanted if one.casefold() not in names)
    if key is None:
        key = next(one for one in (own, *(f"{own}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)
    return Collection(key, own, str(folder))


def _by_name(name: str, known: Sequence[Collection], store: Path | str) -> Collection:
    found = next((one for one in known if one.name.casefold() == name.casefold()), None)
    if found is None:
        raise FolderError(f"{store} has no collection {name}. It has: {_listed(known)}")
    return found


def _listed(collections: Iterable[Collection]) -> str:
    return ", ".join(f"{one.name} ({one.folder or 'from another machine'})" for one in collections) or "none"
