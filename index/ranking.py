"""The k best of some candidates, by similarity and then by id."""

import numpy as np
from numpy.typing import NDArray

from index.answers import Hits
from index.similarity import similarities_of_pairs, slack


def best_of(
    query: NDArray[np.float32],
    ids: NDArray[np.int64],
    rows: NDArray[np.float32],
    k: int,
) -> Hits:
    """The k best of the candidate rows (n, dim) under these ids for a query row (dim,)."""
    one = np.zeros(len(ids), np.intp)
    found = similarities_of_pairs(query[None], rows, one, np.arange(len(ids)))
    order = np.lexsort((ids, -found))[:k]
    return Hits(ids[order], found[order])


def candidates(products: NDArray[np.float32], k: int, dim: int) -> NDArray[np.intp]:
    """Places that can be among the k best, given float32 products (n,): rows tied at the end too.

    A row outside lies so far below the k-th product that no rounding could have put it there.
    """
    if k >= len(products):
        return np.arange(len(products))
    kth = np.partition(products, len(products) - k)[len(products) - k]
    return np.flatnonzero(products >= kth - np.float32(2 * slack(dim)))


def first_of(ids: NDArray[np.int64], k: int, hidden: int) -> Hits:
    """A zero query is equally unlike every row: the smallest ids (given ascending), at 0."""
    first = ids[: k + 1]
    first = first[first != hidden][:k]
    return Hits(first, np.zeros(len(first), np.float32))
