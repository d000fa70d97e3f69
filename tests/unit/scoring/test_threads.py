"""However the calls overlap, the BLAS ends with the threads it began with."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from dedup.scoring.threads import single_thread
from index.blas import blas_threads


def test_products_of_many_at_once_leave_the_threads_as_they_were() -> None:
    def inside(_: int) -> int:
        with single_thread():
            return blas_threads()

    before = blas_threads()
    with ThreadPoolExecutor(4) as many:
        assert set(many.map(inside, range(40))) == {1}
    assert blas_threads() == before
