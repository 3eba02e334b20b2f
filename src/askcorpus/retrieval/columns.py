"""How is a number that travels reached by its name?  Tables of features, and weights that fit a table by name.

Knows no feature.  To add one, write its line in a table of `features.py`, `support.py` or `answer/confidence.py`; then give
every set of weights a number for it, or name it there as unused, until `benchmarks/fusion.py --fit` has fitted it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from askcorpus.errors import WeightsError

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]
Measured = TypeVar("Measured")


@dataclass(frozen=True, slots=True)
class Columns(Generic[Measured]):
    """Named features of one thing: each name with the function that measures it, in the order of the columns."""

    measures: Mapping[str, Callable[[Measured], npt.ArrayLike]]

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in the order of the columns."""
        return tuple(self.measures)

    def row(self, thing: Measured) -> Floats:
        """Each feature of the thing is one number: float32 of shape (names,)."""
        return np.array([measure(thing) for measure in self.measures.values()], np.float32)

    def rows(self, thing: Measured, count: int) -> Floats:
        """Each feature of the thing is `count` numbers: float32 of shape (count, names)."""
        filled = np.empty((count, len(self.measures)), np.float32)
        for column, measure in enumerate(self.measures.values()):
            filled[:, column] = measure(thing)
        return filled

    def places(self, names: Sequence[str]) -> Places:
        """The columns of these names, to take them out of a row; look them up once, not for each row."""
        return np.array([self.names.index(name) for name in names], np.int64)


def in_order(
    names: Sequence[str], given: Mapping[str, float], *, unused: Collection[str], of: str, instead: float = 0.0
) -> Floats:
    """The numbers `given` by name in the order of `names`, and `instead` for those that are `unused`.

    Raises WeightsError, which says that it is `of` this set, where a name is missing, unknown or in both.
    """
    said = {name: "has no weight" for name in names if name not in given and name not in unused}
    said |= {name: "is no feature" for name in (*given, *unused) if name not in names}
    said |= {name: "has a weight and is unused" for name in given if name in unused}
    if said:
        what = ", ".join(f"{name} {wrong}" for name, wrong in sorted(said.items()))
        raise WeightsError(
            f"{of} does not fit the features of the code: {what}. Correct it there (a new feature is named in `unused` "
            "until it is fitted), then fit: python benchmarks/fusion.py FOLDER_OF_SETS --keep FOLDER --fit"
        )
    return np.array([given.get(name, instead) for name in names], np.float32)
