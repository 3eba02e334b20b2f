"""How many threads may a matrix product take?  One, while a question is answered.

OpenBLAS's other threads spin for some 30 ms after each product, and take a core from the encoder that reads the next question.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_guard = threading.Lock()
_limit: Any = None
_inside = 0


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """While any thread is inside, numpy's products take one thread each, in the whole process; then as many as before."""
    global _limit, _inside
    with _guard:
        if not _inside:
            _let_any_thread_set_it()
            _limit = _libraries().limit(limits=1, user_api="blas")
        _inside += 1
    try:
        yield
    finally:
        with _guard:
            _inside -= 1
            if not _inside:
                _let_any_thread_set_it()
                _limit.restore_original_limits()
                _let_any_thread_set_it()


@functools.cache
def _libraries() -> Any:
    """Those that numpy uses, whichever BLAS it was built with.

    Not one over OpenMP, as FAISS's is: there the number is each thread's own, and the last one out would set that of another.
    """
    from threadpoolctl import ThreadpoolController

    loaded = ThreadpoolController()
    numbered = [i for i in loaded.info() if i["user_api"] == "blas" and i.get("threading_layer") != "openmp"]
    return loaded.select(filepath=[i["filepath"] for i in numbered])


def _let_any_thread_set_it() -> None:
    """Otherwise threadpoolctl listens only to the thread that set it first, and the last one out may be another."""
    from threadpoolctl import OpenBLASController

    OpenBLASController.clear_controlling_thread(force=True)
