"""One thread for numpy's products while somebody is inside, as many as before when the last one is out."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import faiss
import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from askcorpus.retrieval.one_thread import _libraries, one_blas_thread

WAIT_S = 60


def numpy_threads() -> set[int]:
    """How many threads numpy's products take; FAISS's run over OpenMP."""
    found = [info for info in ThreadpoolController().info() if info["user_api"] == "blas"]
    return {info["num_threads"] for info in found if info.get("threading_layer") != "openmp"}


@pytest.fixture(autouse=True)
def two_threads_before() -> Iterator[None]:
    """For numpy and for FAISS, on any machine."""
    _libraries.cache_clear()  # another test may have loaded a library with a BLAS of its own since
    if not numpy_threads():
        pytest.skip("numpy's BLAS has no number of threads that can be set")
    faiss_before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(2)
    with ThreadpoolController().select(user_api="blas").limit(limits=2, user_api="blas"):
        yield
    faiss.omp_set_num_threads(faiss_before)


def test_inside_it_is_one_thread_and_after_it_as_many_as_before() -> None:
    with one_blas_thread():
        assert numpy_threads() == {1}
        assert np.ones((300, 300)).dot(np.ones((300, 2))).sum() == 300 * 300 * 2
    assert numpy_threads() == {2}


def test_a_function_can_be_run_inside_it_again_and_again() -> None:
    @one_blas_thread()
    def inside() -> set[int]:
        return numpy_threads()

    assert [inside(), numpy_threads(), inside(), numpy_threads()] == [{1}, {2}, {1}, {2}]


def test_one_inside_another_ends_with_the_outer() -> None:
    with one_blas_thread():
        with one_blas_thread():
            pass
        assert numpy_threads() == {1}
    assert numpy_threads() == {2}


def test_of_two_threads_the_last_one_out_brings_the_others_back() -> None:
    both_in = Barrier(2)
    first_out, may_leave = Event(), Event()

    def first() -> None:
        with one_blas_thread():
            both_in.wait(WAIT_S)
        first_out.set()

    def last() -> None:
        with one_blas_thread():
            both_in.wait(WAIT_S)
            assert may_leave.wait(WAIT_S)

    with ThreadPoolExecutor(2) as pool:
        under_way = [pool.submit(last), pool.submit(first)]
        assert first_out.wait(WAIT_S)
        still_inside = numpy_threads()
        may_leave.set()
        for future in under_way:
            future.result(WAIT_S)
    assert still_inside == {1}
    assert numpy_threads() == {2}


def test_an_exception_brings_the_others_back() -> None:
    with pytest.raises(ZeroDivisionError), one_blas_thread():
        raise ZeroDivisionError
    assert numpy_threads() == {2}


def test_afterwards_any_thread_may_set_the_number() -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(in_and_out).result(WAIT_S)
        with ThreadpoolController().limit(limits=1, user_api="blas"):
            assert numpy_threads() == {1}


def test_the_threads_of_faiss_are_left_alone() -> None:
    with one_blas_thread():
        assert faiss.omp_get_max_threads() == 2


def in_and_out() -> None:
    with one_blas_thread():
        pass
