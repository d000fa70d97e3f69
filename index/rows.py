"""Ids and rows in ascending order of ids, never changed once made: a reader keeps what it took.

Adding gives a new `IdRows` that shares the memory of the old one where the new ids are the
largest, so that a search or a join of a minute runs undisturbed on the state it began with, while
rows are added and removed beside it.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.errors import BadIds, UnknownIds

# Room for half as many rows again at each growth: a row is copied twice on average, and the pages
# beyond the last row are not touched, so they cost address space and no memory.
GROWTH = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class IdRows:
    """ids: ascending int64 (n,); rows: float32 (n, dim); room: the array that `rows` begins."""

    ids: NDArray[np.int64]
    rows: NDArray[np.float32]
    room: NDArray[np.float32]

    @classmethod
    def of(cls, ids: NDArray[np.int64], rows: NDArray[np.float32]) -> Self:
        """Hold these arrays as they are: ids ascending, one row each, not written to elsewhere."""
        return cls(ids, rows, rows)

    @classmethod
    def empty(cls, dim: int) -> Self:
        return cls.of(np.empty(0, np.int64), np.empty((0, dim), np.float32))

    def __len__(self) -> int:
        return len(self.ids)

    def holds(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """For each id, whether it is here."""
        return holds(self.ids, ids)

    def of_ids(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """A copy of the rows of these ids, in their order; raises UnknownIds."""
        known = self.holds(ids)
        if not known.all():
            raise UnknownIds(ids[~known].tolist())
        return np.asarray(self.rows[np.searchsorted(self.ids, ids)], np.float32)

    def with_added(self, ids: NDArray[np.int64], rows: NDArray[np.float32]) -> Self:
        """These rows and new ones; raises BadIds for ids that are here already.

        To be called on the newest state only: it fills the room that older ones share.
        """
        known = self.holds(ids)
        if known.any():
            raise BadIds(f"id {ids[known.argmax()]} is in the index already")
        if not (ids[1:] > ids[:-1]).all():
            order = np.argsort(ids)
            ids, rows = ids[order], rows[order]
        if len(self) and len(ids) and ids[0] < self.ids[-1]:
            return self._merged(ids, rows)
        return self._appended(ids, rows)

    def without(self, ids: NDArray[np.int64]) -> Self:
        """The rows of all other ids, in memory of their own; unknown ids are passed over."""
        kept = ~np.isin(self.ids, ids)
        return self if kept.all() else self.of(self.ids[kept], self.rows[kept])

    def _appended(self, ids: NDArray[np.int64], rows: NDArray[np.float32]) -> Self:
        end = len(self) + len(ids)
        room = self.room if end <= len(self.room) else self._grown(end)
        room[len(self) : end] = rows
        return type(self)(np.concatenate([self.ids, ids]), room[:end], room)

    def _grown(self, end: int) -> NDArray[np.float32]:
        capacity = max(end, int(len(self) * GROWTH))
        room = np.empty((capacity, self.rows.shape[1]), np.float32)
        room[: len(self)] = self.rows
        return room

    def _merged(self, ids: NDArray[np.int64], rows: NDArray[np.float32]) -> Self:
        places = np.searchsorted(self.ids, ids)
        return self.of(np.insert(self.ids, places, ids), np.insert(self.rows, places, rows, axis=0))


def holds(ascending: NDArray[np.int64], ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each id, whether it is among the ascending ones."""
    if not len(ascending):
        return np.zeros(len(ids), bool)
    places = np.searchsorted(ascending, ids).clip(max=len(ascending) - 1)
    return np.asarray(ascending[places] == ids)
