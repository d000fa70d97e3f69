"""The approximate index for more rows than one product can go through at every query."""

from collections.abc import Callable
from typing import IO

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
from index.flat import FlatIndex
from index.listjoin import join_lists
from index.lists import SAMPLE_PER_LIST, Lists
from index.lock import ReadersWriter
from index.ranking import first_of
from index.rows import holds

# Lists for n rows: 2 sqrt(n). Finding the nearest lists then costs about as much as looking through
# 8 of them holding sqrt(n) / 2 rows each, and a million rows train in seconds, not minutes.
LISTS_PER_ROOT = 2
# Lists searched for one query, and lists each row looks into in the self-join, of about 2,000.
NPROBE = 16
JOIN_NPROBE = 8


class IvfIndex:
    """Answers from the lists nearest to a query; exact until there are rows enough to train on.

    Any number of threads may search; a change waits for the searches that run and holds up new
    ones. The self-join works on a copy and holds nothing up. `k` rows are always found where the
    index holds them; which of the very best are missed is what `index.recall` measures.
    """

    def __init__(
        self,
        dim: int,
        expected_rows: int = 1_000_000,
        *,
        nlist: int | None = None,
        nprobe: int = NPROBE,
        join_nprobe: int = JOIN_NPROBE,
        seed: int = 0,
    ) -> None:
        self._dim = checked_dim(dim)
        self._nlist = nlist or max(1, round(LISTS_PER_ROOT * expected_rows**0.5))
        self._nprobe, self._join_nprobe, self._seed = nprobe, join_nprobe, seed
        self._untrained = FlatIndex(dim)
        self._lists: Lists | None = None
        self._ids = np.empty(0, np.int64)  # ascending
        self._lock = ReadersWriter()

    @classmethod
    def of(cls, lists: Lists) -> "IvfIndex":
        """An index over trained and filled lists, as a snapshot holds them."""
        index = cls(lists.dim, nlist=lists.nlist)
        index._lists = lists
        index._ids = np.sort(lists.copy_ids())
        return index

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, id: int) -> bool:
        return bool(holds(self._ids, np.array([id], np.int64))[0])

    @property
    def dim(self) -> int:
        return self._dim

    @property
    def is_trained(self) -> bool:
        """Whether the lists stand; before that every answer is exact, and slow for many rows."""
        return self._lists is not None

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Take in unit or zero rows (n, dim) under new ids (n,); raises BadIds, BadVectors.

        The lists are trained on a seeded sample of the rows there as soon as there are 40 a list:
        hand over an archive in one call and the sample is of the whole of it.
        """
        rows = checked_rows(vectors, self._dim)
        new = checked_new_ids(ids, len(rows))
        with self._lock.writing():
            known = holds(self._ids, new)
            if known.any():
                raise BadIds(f"id {new[known.argmax()]} is in the index already")
            self._add(new, rows)
            ordered = np.sort(new)
            self._ids = np.insert(self._ids, np.searchsorted(self._ids, ordered), ordered)

    def remove(self, ids: NDArray[np.int64]) -> int:
        """Forget these ids; unknown ones are passed over. Returns how many went."""
        given = np.unique(checked_ids(ids))
        with self._lock.writing():
            gone = given[holds(self._ids, given)]
            if len(gone):
                (self._lists or self._untrained).remove(gone)
                self._ids = self._ids[~np.isin(self._ids, gone)]
            return len(gone)

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The rows (n, dim) of these ids in the order asked for; raises UnknownIds."""
        wanted = checked_ids(ids)
        with self._lock.reading():
            unknown = wanted[~holds(self._ids, wanted)]
            if len(unknown):
                raise UnknownIds(unknown.tolist())
            if self._lists is None:
                return self._untrained.vectors(wanted)
            return self._lists.of_ids(wanted)

    def contents(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """All ids (n,) and their rows (n, dim), in any order, as they are at this moment."""
        with self._lock.reading():
            if self._lists is None:
                return self._untrained.contents()
            listed = self._lists.copy()
        return listed.ids, listed.rows

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
        with self._lock.reading():
            if self._lists is None:
                return self._untrained.search(queries, k, exclude=excluded)
            lists = self._lists
            return [
                self._best(lists, query, k, int(hidden))
                for query, hidden in zip(queries, excluded, strict=True)
            ]

    def pairs_above(
        self,
        threshold: float,
        *,
        per_row: int | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> Pairs:
        """Pairs whose similarity is at least `threshold`, in (0, 1]: nearly all, none wrong.

        With `per_row`, a pair stays only when it is among the `per_row` best of one of its ends.
        """
        checked_threshold(threshold)
        cap = None if per_row is None else checked_count(per_row)
        with self._lock.reading():
            lists, untrained = self._lists, self._untrained
            listed = lists.copy() if lists is not None else None
        if lists is None or listed is None:
            return untrained.pairs_above(threshold, per_row=cap, on_progress=on_progress)
        # The centres never change, so that they can be searched without the lock.
        probed = lists.probed(listed, min(self._join_nprobe, self._nlist))
        return join_lists(listed, probed, threshold, per_row=cap, on_progress=on_progress)

    def write_lists(self, file: IO[bytes]) -> None:
        """Write the trained lists to a file; changes wait meanwhile. Raises OSError."""
        with self._lock.reading():
            if self._lists is not None:
                self._lists.write(file)

    def _add(self, ids: NDArray[np.int64], rows: NDArray[np.float32]) -> None:
        held = self._untrained.held
        if self._lists is None and len(held) + len(ids) < SAMPLE_PER_LIST * self._nlist:
            self._untrained.add(ids, rows)
            return
        if self._lists is None:
            self._lists = self._trained(held.rows, rows)
            self._lists.add(held.ids, held.rows)
            self._untrained = FlatIndex(self._dim)
        self._lists.add(ids, rows)

    def _trained(self, held: NDArray[np.float32], new: NDArray[np.float32]) -> Lists:
        """Lists around the centres of a seeded sample of the rows held and the rows coming in."""
        places = np.random.default_rng(self._seed).choice(
            len(held) + len(new), SAMPLE_PER_LIST * self._nlist, replace=False
        )
        places.sort()
        first = np.searchsorted(places, len(held))
        sample = np.concatenate([held[places[:first]], new[places[first:] - len(held)]])
        return Lists.trained(sample, self._nlist, self._seed)

    def _best(self, lists: Lists, query: NDArray[np.float32], k: int, hidden: int) -> Hits:
        if not query.any():
            return first_of(self._ids, k, hidden)
        return lists.best(query, k, min(self._nprobe, self._nlist), hidden)
