"""Which passages are nearest to this vector?  The only module that imports faiss.

A base that is mapped into memory and written rarely, a small delta that is written with each change, and the ids of the
base that are gone.  The base is exact while that is fast enough, then an inverted file whose lists are visited until
recall@10 holds; what it finds is scored again by the snapshot with the catalog's own vectors.
"""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss as faiss_untyped
import numpy as np
import numpy.typing as npt

from askcorpus.errors import StoreDamaged, said_by
from askcorpus.settings import usable_cores
from askcorpus.store import layout
from askcorpus.types import Matrix, PassageIds, Ranking, Vector

faiss: Any = faiss_untyped  # its stubs know neither its Python wrappers nor its factories' results

DENSE_FORMAT = 1
"""An index of another format is made again."""
FLAT_MAX = 100_000  # an exact search of so many half-float vectors takes 2.3 ms on one core, of 250,000 16: they leave its caches
DELTA_MAX = 10_000  # an exact scan of so many takes 0.2 ms; the delta is written with each commit
DELTA_SHARE = 0.05  # of the base, which is rewritten once the delta is larger: 400 MB for a million passages
RECALL = 0.995  # on mixtures of two passages, which are harder than questions; 0.98 must hold for those
QUERIES = 300  # with ten neighbours each, so that a thousandth of RECALL is told
OTHER_SHARE = 0.6  # how much of the second passage is mixed in
LISTS, SHARD_LISTS = 2, 4
"""Times the root of the count.  A shard holds some of every topic of the whole: its lists are as fine as the whole's would be, else more of
them must be visited for the same recall."""
POINTS_PER_LIST = 48  # FAISS asks for 39 at least to train a list
ROUNDS = 8  # of k-means; what its lists lack, RECALL makes up for by visiting more of them
OUTGROWN = 3  # times what the lists were made for: they are then so long that new ones pay
BASE, DELTA, GONE = "base.faiss", "delta.faiss", "gone.npy"

Blocks = Iterable[tuple[PassageIds, Matrix]]


@dataclass(frozen=True, slots=True)
class DenseChange:
    """What a new generation does to the dense index."""

    added: PassageIds
    vectors: Matrix
    removed: PassageIds


class Dense:
    """An open index of one generation; searching is safe from several threads."""

    def __init__(self, folder: Path, parameters: dict[str, int | float | str]) -> None:
        self._base = _read(folder / BASE, mapped=True)
        self._delta = _read(folder / DELTA, mapped=True)
        self._gone = _load_ids(folder / GONE)
        self._visits = int(parameters.get("visits", 0))

    @property
    def count(self) -> int:
        """Vectors that can be found."""
        return int(self._base.ntotal + self._delta.ntotal - len(self._gone))

    def search(self, vector: Vector, k: int, allowed: npt.NDArray[np.bool_] | None = None) -> Ranking:
        """At least the k nearest of the allowed ids, fewer only when there are no more; `allowed` is indexed by id.

        The scores are those of vectors in 8 or 16 bits, of the base and of the delta, each in order.
        """
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        if allowed is not None:
            return self._search_allowed(query, k, allowed)
        return _joined(self._without_gone(query, k), _search(self._delta, query, k, None))

    def ids(self) -> set[int]:
        """Every id in the index; for verification."""
        in_base = set(_ids_of(self._base)) - set(self._gone.tolist())
        return in_base | set(_ids_of(self._delta))

    def _search_allowed(self, query: Matrix, k: int, allowed: npt.NDArray[np.bool_]) -> Ranking:
        if len(self._gone):
            allowed = allowed.copy()
            allowed[self._gone[self._gone < len(allowed)]] = False
        share = float(np.count_nonzero(allowed)) / max(1, self.count)
        bits = np.packbits(allowed, bitorder="little")
        selector = faiss.IDSelectorBitmap(bits)
        from_base = _search(self._base, query, k, self._parameters(share, selector))
        return _joined(from_base, _search(self._delta, query, k, faiss.SearchParameters(sel=selector)))

    def _without_gone(self, query: Matrix, k: int) -> Ranking:
        """The base's nearest that are still there: a few more are asked for until enough are."""
        spare = min(len(self._gone), 16)
        while True:
            found = _search(self._base, query, k + spare, self._parameters(1.0, None))
            alive = ~np.isin(found.ids, self._gone)
            if np.count_nonzero(alive) >= k or len(alive) < k + spare or spare >= len(self._gone):
                return Ranking(found.ids[alive], found.scores[alive])
            spare = min(len(self._gone), 4 * spare)

    def _parameters(self, share: float, selector: Any) -> Any:
        if not self._visits:
            return faiss.SearchParameters(sel=selector) if selector is not None else None
        lists = int(self._base.nlist)
        visits = min(lists, math.ceil(self._visits / max(share, 1e-9)))
        return faiss.SearchParametersIVF(nprobe=visits, sel=selector)


def build(
    folder: Path, blocks: Callable[[], Blocks], count: int, dim: int, *, shard: bool = False
) -> tuple[list[str], dict[str, int | float | str]]:
    """A whole new index from the catalog's vectors, of a shard or of all; its files and how to search it."""
    folder.mkdir(parents=True)
    faiss.omp_set_num_threads(usable_cores())
    parameters: dict[str, int | float | str] = {"trained_on": count}
    if count <= FLAT_MAX:
        base = _flat(dim)
        for ids, vectors in blocks():
            base.add_with_ids(vectors, ids)
    else:
        lists = 1 << round(math.log2((SHARD_LISTS if shard else LISTS) * math.sqrt(count)))
        base, visits = _inverted(blocks, count, dim, lists)
        parameters["visits"] = visits
    _write(folder / BASE, base)
    _write(folder / DELTA, _flat(dim))
    _save_ids(folder / GONE, np.zeros(0, np.int64))
    return _files(folder), parameters


def extend(
    folder: Path, previous: Path, change: DenseChange, parameters: dict[str, int | float | str]
) -> tuple[list[str], dict[str, int | float | str]] | None:
    """The previous index with a change applied; None when a whole new one is due."""
    base = _read(previous / BASE, mapped=True)
    delta = _read(previous / DELTA, mapped=False)
    gone = _load_ids(previous / GONE)
    from_delta = np.intersect1d(change.removed, _ids_of(delta))
    gone = np.union1d(gone, np.setdiff1d(change.removed, from_delta))
    total = int(base.ntotal) - len(gone) + int(delta.ntotal) - len(from_delta) + len(change.added)
    inverted = "visits" in parameters
    if total > FLAT_MAX and (not inverted or total > OUTGROWN * int(parameters["trained_on"])):
        return None
    if inverted and total < FLAT_MAX // 2:  # half, so that a store at the edge is not built anew with each change
        return None
    if len(from_delta):
        delta.remove_ids(from_delta)
    if len(change.added):
        delta.add_with_ids(change.vectors, change.added)
    folder.mkdir(parents=True)
    limit = max(DELTA_MAX, int(DELTA_SHARE * base.ntotal))
    if max(int(delta.ntotal), len(gone)) > limit or (base.ntotal < DELTA_MAX and not inverted):
        base, delta, gone = _folded(previous, delta, gone)
        _write(folder / BASE, base)
    else:
        _link(previous / BASE, folder / BASE)
    _write(folder / DELTA, delta)
    _save_ids(folder / GONE, gone)
    return _files(folder), parameters


def _folded(previous: Path, delta: Any, gone: PassageIds) -> tuple[Any, Any, PassageIds]:
    """A base of its own with the delta in it and the gone out of it."""
    base = _read(previous / BASE, mapped=False)
    if len(gone):
        base.remove_ids(gone)
    for ids, vectors in _content(delta):
        base.add_with_ids(vectors, ids)
    return base, _flat(base.d), np.zeros(0, np.int64)


def _inverted(blocks: Callable[[], Blocks], count: int, dim: int, lists: int) -> tuple[Any, int]:
    """An inverted file of 8-bit vectors, and how many of its lists must be visited."""
    sample = _sample(blocks(), count, lists * POINTS_PER_LIST, dim)
    index = faiss.index_factory(dim, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.cp.max_points_per_centroid = POINTS_PER_LIST
    index.cp.niter = ROUNDS
    index.cp.seed = 1
    index.train(sample)
    for ids, vectors in blocks():
        index.add_with_ids(vectors, ids)
    return index, _visits(index, blocks, count, dim)


def _visits(index: Any, blocks: Callable[[], Blocks], count: int, dim: int) -> int:
    """How many lists to visit so that recall@10 against an exact search holds for passages mixed with another one."""
    queries = _sample(blocks(), count, QUERIES, dim)
    queries = queries + OTHER_SHARE * np.roll(queries, 1, axis=0)
    faiss.normalize_L2(queries)
    heap = faiss.ResultHeap(len(queries), 10, keep_max=True)
    for ids, vectors in blocks():
        scores, nearest = faiss.knn(queries, vectors, min(10, len(ids)), faiss.METRIC_INNER_PRODUCT)
        heap.add_result(scores, ids[nearest])
    heap.finalize()
    visits = 4
    while visits < index.nlist:
        _, approximate = index.search(queries, 32, params=faiss.SearchParametersIVF(nprobe=visits))
        hits = sum(len(np.intersect1d(a, b)) for a, b in zip(heap.I, approximate, strict=True))
        if hits >= RECALL * heap.I.size:
            break
        visits = math.ceil(visits * 1.25)
    return int(min(visits, index.nlist))


def _sample(blocks: Blocks, count: int, wanted: int, dim: int) -> Matrix:
    """About `wanted` vectors, evenly taken from all."""
    rng = np.random.default_rng(1)
    share = min(1.0, wanted / max(1, count))
    parts = [vectors[rng.random(len(vectors)) < share] for _, vectors in blocks]
    return np.ascontiguousarray(np.concatenate([*parts, np.zeros((0, dim), np.float32)]))


def _flat(dim: int) -> Any:
    index = faiss.IndexIDMap2(
        faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    )
    index.is_trained = True
    return index


def _search(index: Any, query: Matrix, k: int, parameters: Any) -> Ranking:
    k = min(k, int(index.ntotal))
    if k < 1:
        return Ranking(np.zeros(0, np.int64), np.zeros(0, np.float32))
    faiss.omp_set_num_threads(1)  # of this thread; on a busy machine two wait for each other: 53 ms instead of 1
    scores, ids = index.search(query, k, params=parameters)
    there = ids[0] >= 0  # FAISS fills up with -1
    return Ranking(ids[0][there], scores[0][there])


def _joined(base: Ranking, delta: Ranking) -> Ranking:
    return Ranking(np.concatenate([base.ids, delta.ids]), np.concatenate([base.scores, delta.scores]))


def _ids_of(index: Any) -> npt.NDArray[np.int64]:
    """Every id of a flat or an inverted index."""
    if hasattr(index, "id_map"):
        return np.array(faiss.vector_to_array(index.id_map), np.int64)
    lists = index.invlists
    parts = [_list_ids(lists, i) for i in range(index.nlist)]
    return np.concatenate([*parts, np.zeros(0, np.int64)])


def _list_ids(lists: Any, number: int) -> npt.NDArray[np.int64]:
    size = lists.list_size(number)
    if not size:
        return np.zeros(0, np.int64)
    return np.array(faiss.rev_swig_ptr(lists.get_ids(number), size), np.int64)


def _content(index: Any) -> Iterator[tuple[PassageIds, Matrix]]:
    """The ids and vectors of a flat index."""
    ids = _ids_of(index)
    if len(ids):
        yield ids, faiss.downcast_index(index.index).reconstruct_n(0, len(ids))


def _read(path: Path, *, mapped: bool) -> Any:
    try:
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if mapped else 0)
    except (RuntimeError, MemoryError) as error:
        raise StoreDamaged(f"{path} cannot be read: {str(error).splitlines()[0]}") from error


def _write(path: Path, index: Any) -> None:
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:
        raise layout.no_room(path) from error


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _save_ids(path: Path, ids: PassageIds) -> None:
    with path.open("wb") as file:
        np.save(file, ids)


def _load_ids(path: Path) -> PassageIds:
    try:
        ids: PassageIds = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise StoreDamaged(f"{path} cannot be read: {said_by(error)}") from error
    return ids


def _files(folder: Path) -> list[str]:
    names: Sequence[str] = sorted(path.name for path in folder.iterdir())
    return [f"{folder.name}/{name}" for name in names]
