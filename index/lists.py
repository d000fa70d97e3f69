"""Rows in inverted lists: FAISS's IVF-Flat, told what it must do so that nothing is lost.

FAISS stores one id twice without complaint, pads short answers with -1 and searches only the
lists it is told to: here ids are looked up first, padding never leaves, and a search that finds
too few rows looks into more lists.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.answers import Hits
from index.ranking import best_of
from index.similarity import slack

# FAISS's own type hints lack some of its names and keywords.
_FAISS: Any = faiss
# Sample rows a list in training: FAISS's own lower limit is 39, and more rows (256 is its upper
# limit) cost time in proportion while the lists hardly become better.
SAMPLE_PER_LIST = 40
# Rounds of k-means; FAISS's default for coarse quantizers.
ROUNDS = 10
# Rows times lists below which one thread does the work: OpenMP's threads wait for each other by
# spinning, and on a busy machine a job of a millisecond was seen to take half a second with two.
SMALL_WORK = 2**20
# Candidates beyond k, so that rows nearly tied with the k-th need no second search.
SPARE = 8


@dataclass(frozen=True, slots=True, eq=False)
class ListedRows:
    """A copy of all lists: list c holds places starts[c] to starts[c + 1] of ids and rows."""

    ids: NDArray[np.int64]
    rows: NDArray[np.float32]
    starts: NDArray[np.int64]


class Lists:
    """`nlist` lists around trained centres; not for several threads while it is changed."""

    def __init__(self, trained: Any) -> None:
        self._faiss = trained

    @classmethod
    def trained(cls, sample: NDArray[np.float32], nlist: int, seed: int) -> "Lists":
        """Empty lists around the centres of a sample (n, dim); n >= nlist."""
        dim = sample.shape[1]
        index: Any = faiss.IndexIVFFlat(
            faiss.IndexFlatIP(dim), dim, nlist, faiss.METRIC_INNER_PRODUCT
        )
        index.cp.seed, index.cp.niter, index.cp.spherical = seed, ROUNDS, True
        index.cp.min_points_per_centroid = 1
        with _threads_for(len(sample) * nlist):
            index.train(sample)
        index.set_direct_map_type(_FAISS.DirectMap.Hashtable)
        return cls(index)

    @classmethod
    def read(cls, path: Path) -> "Lists":
        """Lists from a file that `write` made (and whose checksum was seen to be right)."""
        with path.open("rb") as file:
            return cls(faiss.read_index(_FAISS.PyCallbackIOReader(file.read)))

    def write(self, file: IO[bytes]) -> None:
        """Write everything to a file; raises OSError as the file does."""
        failed: list[OSError] = []

        def write(data: bytes) -> None:
            try:
                file.write(data)
            except OSError as error:
                failed.append(error)
                raise

        try:
            faiss.write_index(self._faiss, _FAISS.PyCallbackIOWriter(write))
        except RuntimeError:  # FAISS's word for whatever its writer raised
            if failed:
                raise failed[0] from None
            raise

    @property
    def dim(self) -> int:
        return int(self._faiss.d)

    @property
    def nlist(self) -> int:
        return int(self._faiss.nlist)

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    def add(self, ids: NDArray[np.int64], rows: NDArray[np.float32]) -> None:
        """Take in rows under ids that are known to be new."""
        with _threads_for(len(rows) * self.nlist):
            self._faiss.add_with_ids(rows, ids)

    def remove(self, ids: NDArray[np.int64]) -> None:
        """Forget ids that are known to be here."""
        self._faiss.remove_ids(faiss.IDSelectorArray(ids))

    def of_ids(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Rows (n, dim) of ids that are known to be here."""
        return np.asarray(self._faiss.reconstruct_batch(ids), np.float32)

    def best(self, query: NDArray[np.float32], k: int, nprobe: int, hidden: int) -> Hits:
        """The k best rows in the `nprobe` lists nearest to a query row (dim,), without one id.

        Looks into twice as many lists, and twice again, until there are k rows or no more lists.
        """
        if not len(self):
            return Hits.none()
        ids = self._candidates(query, k + 1, nprobe)
        ids = ids[ids != hidden]
        if len(ids) < k and nprobe < self.nlist:
            return self.best(query, k, min(2 * nprobe, self.nlist), hidden)
        return best_of(query, ids, self.of_ids(ids), k)

    def probed(self, listed: ListedRows, nprobe: int) -> NDArray[np.int64]:
        """The `nprobe` lists (n, nprobe) that each row of a copy looks into, its own first."""
        with _threads_for(len(listed.rows) * self.nlist):
            _, found = self._faiss.quantizer.search(listed.rows, nprobe)
        lists = np.asarray(found, np.int64)
        own = np.repeat(np.arange(self.nlist), np.diff(listed.starts))
        # A tie between centres, or a product that came out differently in another block shape, may
        # put another list first: the row's own list then takes its own place, or the last one.
        place = np.where(lists == own[:, None], np.arange(nprobe), nprobe - 1).min(axis=1)
        every = np.arange(len(lists))
        lists[every, place] = lists[:, 0]
        lists[:, 0] = own
        return lists

    def copy_ids(self) -> NDArray[np.int64]:
        """All ids in list order."""
        return np.concatenate([self._ids_of(number) for number in range(self.nlist)])

    def copy(self) -> ListedRows:
        """All ids and rows in list order, in memory of their own."""
        ids = [self._ids_of(number) for number in range(self.nlist)]
        starts = np.concatenate([[0], np.cumsum([len(part) for part in ids])])
        rows = np.empty((len(self), self.dim), np.float32)
        for number in range(self.nlist):
            if len(ids[number]):
                rows[starts[number] : starts[number + 1]] = self._rows_of(number)
        return ListedRows(np.concatenate(ids), rows, starts.astype(np.int64))

    def _ids_of(self, number: int) -> NDArray[np.int64]:
        lists = self._faiss.invlists
        size = lists.list_size(number)
        if not size:
            return np.empty(0, np.int64)
        return np.array(faiss.rev_swig_ptr(lists.get_ids(number), size), np.int64)

    def _rows_of(self, number: int) -> NDArray[np.float32]:
        """A view of the rows of a list that is not empty: good until the next change."""
        lists = self._faiss.invlists
        size = lists.list_size(number) * self.dim
        codes = faiss.rev_swig_ptr(lists.get_codes(number), size * np.float32().itemsize)
        return np.asarray(codes.view(np.float32).reshape(-1, self.dim), np.float32)

    def _candidates(self, query: NDArray[np.float32], k: int, nprobe: int) -> NDArray[np.int64]:
        """Ids that can be among the k best of the probed lists, rows tied at the end included."""
        wanted = min(k + SPARE, len(self))
        probing = _FAISS.SearchParametersIVF(nprobe=nprobe)
        products, ids = self._faiss.search(query[None], wanted, params=probing)
        products, ids = products[0], ids[0]
        if wanted <= k or ids[-1] < 0:
            return np.asarray(ids[ids >= 0], np.int64)
        lowest = products[k - 1] - np.float32(2 * slack(self.dim))
        if products[-1] < lowest:
            return np.asarray(ids[products >= lowest], np.int64)
        _, _, tied = self._faiss.range_search(query[None], float(lowest), params=probing)
        return np.asarray(tied, np.int64)


@contextmanager
def _threads_for(work: int) -> Iterator[None]:
    """One OpenMP thread for small work. The setting is the calling thread's own, not the process's."""
    before = faiss.omp_get_max_threads()
    if work < SMALL_WORK:
        faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
