"""The exact index in plain NumPy: the oracle that every other index is compared with."""

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
from index.errors import BadIds, UnknownIds
from index.similarity import similarities


class ExactIndex:
    """Every row compared with every row, nothing clever: for tests and for small archives.

    Not meant for several threads. Rows stand in ascending order of their ids.
    """

    def __init__(self, dim: int) -> None:
        self._dim = checked_dim(dim)
        self._ids = np.empty(0, np.int64)
        self._rows = np.empty((0, dim), np.float32)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, id: int) -> bool:
        return id in self._ids

    @property
    def dim(self) -> int:
        return self._dim

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Take in unit or zero rows (n, dim) under new ids (n,); raises BadIds, BadVectors."""
        rows = checked_rows(vectors, self._dim)
        new = checked_new_ids(ids, len(rows))
        if np.isin(new, self._ids).any():
            raise BadIds(f"id {new[np.isin(new, self._ids)][0]} is in the index already")
        ids = np.concatenate([self._ids, new])
        order = np.argsort(ids)
        self._ids, self._rows = ids[order], np.concatenate([self._rows, rows])[order]

    def remove(self, ids: NDArray[np.int64]) -> int:
        """Forget these ids; unknown ones are passed over. Returns how many went."""
        kept = ~np.isin(self._ids, checked_ids(ids))
        self._ids, self._rows = self._ids[kept], self._rows[kept]
        return int((~kept).sum())

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The rows (n, dim) of these ids in the order asked for; raises UnknownIds."""
        wanted = checked_ids(ids)
        unknown = wanted[~np.isin(wanted, self._ids)]
        if len(unknown):
            raise UnknownIds(unknown.tolist())
        return self._rows[np.searchsorted(self._ids, wanted)]

    def contents(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """All ids (n,) and their rows (n, dim), in any order, as they are at this moment."""
        return self._ids, self._rows

    def search(
        self,
        vectors: NDArray[np.float32],
        k: int,
        *,
        exclude: NDArray[np.int64] | None = None,
    ) -> list[Hits]:
        """The k best rows for each query row (n, dim), without the id exclude[i] for query i."""
        queries = checked_rows(vectors, self._dim)
        checked_count(k)
        excluded = checked_exclude(exclude, len(queries))
        return [
            self._best(similarity, k, hidden)
            for similarity, hidden in zip(similarities(queries, self._rows), excluded, strict=True)
        ]

    def _best(self, similarity: NDArray[np.float32], k: int, hidden: np.int64) -> Hits:
        order = np.lexsort((self._ids, -similarity))
        order = order[self._ids[order] != hidden][:k]
        return Hits(self._ids[order], similarity[order])

    def pairs_above(
        self,
        threshold: float,
        *,
        per_row: int | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> Pairs:
        """All pairs whose similarity is at least `threshold`, in (0, 1].

        With `per_row`, a pair stays only when it is among the `per_row` best of one of its ends.
        """
        cap = len(self) if per_row is None else checked_count(per_row)
        similarity = similarities(self._rows, self._rows)
        alike = similarity >= np.float32(checked_threshold(threshold))
        np.fill_diagonal(alike, False)
        listed = np.zeros_like(alike)
        for row in range(len(self)):
            partners = np.flatnonzero(alike[row])
            best = partners[np.argsort(-similarity[row, partners], kind="stable")][:cap]
            listed[row, best] = True
        left, right = np.nonzero(np.triu(listed | listed.T))
        if on_progress is not None:
            on_progress(1.0)
        return Pairs(
            self._ids[left],
            self._ids[right],
            similarity[left, right],
            self._ids[alike.sum(axis=1) > cap],
        )
