"""The exact index for an archive that fits in memory: products with all rows answer a query.

The rows are one NumPy array, and several queries are one product of the BLAS. A single query is
bound by memory: FAISS scans a copy at half precision for the rows worth a full comparison.
"""

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from index.answers import Hits, Pairs
from index.checks import (
    checked_count,
    checked_dim,
    checked_exclude,
    checked_ids,
    checked_new_ids,
    checked_rows,
    checked_threshold,
)
from index.halves import HalfRows
from index.ranking import best_of, candidates, first_of
from index.rows import IdRows
from index.selfjoin import join_triangle

# Queries multiplied at a time: the products of 64 queries with 200,000 rows take 51 MB.
QUERIES = 64


class FlatIndex:
    """Exact answers for any number of threads: readers never wait, writers wait for each other.

    A reader works on the rows it found when it began. Adding ids larger than all before is cheap;
    an id in between, or a removal, copies the rows (about 50 ms for 100 MB).
    """

    def __init__(self, dim: int) -> None:
        self._held = IdRows.empty(checked_dim(dim))
        self._halves = HalfRows(dim)
        self._writing = threading.Lock()

    @classmethod
    def of(cls, ids: NDArray[np.int64], rows: NDArray[np.float32]) -> "FlatIndex":
        """An index over these very arrays (a mapped file, say): ids ascending, rows checked."""
        index = cls(rows.shape[1])
        index._held = IdRows.of(ids, rows)
        return index

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, id: int) -> bool:
        return bool(self._held.holds(np.array([id], np.int64))[0])

    @property
    def dim(self) -> int:
        return int(self._held.rows.shape[1])

    @property
    def held(self) -> IdRows:
        """The ids and rows of this moment: later changes do not reach them."""
        return self._held

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Take in unit or zero rows (n, dim) under new ids (n,); raises BadIds, BadVectors."""
        rows = checked_rows(vectors, self.dim)
        new = checked_new_ids(ids, len(rows))
        with self._writing:
            self._held = self._held.with_added(new, rows)

    def remove(self, ids: NDArray[np.int64]) -> int:
        """Forget these ids; unknown ones are passed over. Returns how many went."""
        gone = checked_ids(ids)
        with self._writing:
            before, self._held = self._held, self._held.without(gone)
            return len(before) - len(self._held)

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The rows (n, dim) of these ids in the order asked for; raises UnknownIds."""
        return self._held.of_ids(checked_ids(ids))

    def contents(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """All ids (n,) and their rows (n, dim), in any order, as they are at this moment."""
        held = self._held
        return held.ids, held.rows

    def search(
        self,
        vectors: NDArray[np.float32],
        k: int,
        *,
        exclude: NDArray[np.int64] | None = None,
    ) -> list[Hits]:
        """The k best rows for each query row (n, dim), without the id exclude[i] for query i."""
        queries = checked_rows(vectors, self.dim)
        checked_count(k)
        excluded = checked_exclude(exclude, len(queries))
        held = self._held
        hits: list[Hits] = []
        for start in range(0, len(queries), QUERIES):
            part = slice(start, start + QUERIES)
            hits += self._search(held, queries[part], k, excluded[part])
        return hits

    def _search(
        self,
        held: IdRows,
        queries: NDArray[np.float32],
        k: int,
        excluded: NDArray[np.int64],
    ) -> list[Hits]:
        if len(queries) == 1 and len(held) and queries.any():
            places = self._halves.candidates(held, queries[0], k + 1)
            if places is not None:
                return [_best(held, queries[0], places, k, int(excluded[0]))]
        products = queries @ held.rows.T
        return [
            _hits(held, query, row, k, int(hidden))
            for query, row, hidden in zip(queries, products, excluded, strict=True)
        ]

    def pairs_above(
        self,
        threshold: float,
        *,
        per_row: int | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> Pairs:
        """All pairs whose similarity is at least `threshold`, in (0, 1].

        With `per_row`, a pair stays only when it is among the `per_row` best of one of its ends,
        and memory stays bounded by rows x `per_row` however many rows are alike.
        """
        checked_threshold(threshold)
        cap = None if per_row is None else checked_count(per_row)
        held = self._held
        return join_triangle(held.ids, held.rows, threshold, per_row=cap, on_progress=on_progress)


def _hits(
    held: IdRows,
    query: NDArray[np.float32],
    products: NDArray[np.float32],
    k: int,
    hidden: int,
) -> Hits:
    if not query.any():
        return first_of(held.ids, k, hidden)
    return _best(held, query, candidates(products, k + 1, len(query)), k, hidden)


def _best(
    held: IdRows, query: NDArray[np.float32], places: NDArray[np.intp], k: int, hidden: int
) -> Hits:
    places = places[held.ids[places] != hidden]
    return best_of(query, held.ids[places], held.rows[places], k)
