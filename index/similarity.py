"""The one definition of similarity that every index reports, and how far a fast product strays.

A float32 product of the same two rows comes out a little different in every kernel and block
shape, so that equal texts would not tie and no two indexes would agree on an order. Reported
similarities are therefore summed in float64 and rounded once: equal for equal rows, whichever
index computed them. Fast float32 products only choose which rows are looked at.
"""

import numpy as np
from numpy.typing import NDArray

# Rows gathered at a time: 2 x 1,024 rows of 256 dimensions are 4 MB in float64, a cache's size.
CHUNK = 1024
# A pair gathered by itself costs about 1.1 us at 256 dimensions, one cell of a whole block 0.03 us:
# the block wins as soon as one cell in 30 is wanted. 16 keeps a margin for gathering its rows.
WHOLE_BLOCK = 16


def similarities(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Similarity of every left row to every right row: float32 (n, m)."""
    products = left.astype(np.float64) @ right.astype(np.float64).T
    return products.astype(np.float32)


def similarities_of_pairs(
    left: NDArray[np.float32],
    right: NDArray[np.float32],
    i: NDArray[np.intp],
    j: NDArray[np.intp],
) -> NDArray[np.float32]:
    """Similarity of left[i[p]] to right[j[p]] for every p: float32 (p,)."""
    if len(i) < CHUNK:
        return _gathered(left, right, i, j)
    rows, row_of = _distinct(i, len(left))
    columns, column_of = _distinct(j, len(right))
    if len(rows) * len(columns) > WHOLE_BLOCK * len(i):
        return _gathered(left, right, i, j)
    return similarities(left[rows], right[columns])[row_of[i], column_of[j]]


def slack(dim: int) -> float:
    """How far a float32 product of two unit rows can lie from the similarity reported.

    The bound of any order of summation, dim times the unit roundoff 2^-24 (Higham, Accuracy and
    Stability of Numerical Algorithms, 3.1), doubled for rows that are up to 1 % too long and for
    the last rounding.
    """
    return max(dim, 4) * 2.0**-23


def _gathered(
    left: NDArray[np.float32],
    right: NDArray[np.float32],
    i: NDArray[np.intp],
    j: NDArray[np.intp],
) -> NDArray[np.float32]:
    found = np.empty(len(i), np.float32)
    for start in range(0, len(i), CHUNK):
        part = slice(start, start + CHUNK)
        one, two = left[i[part]].astype(np.float64), right[j[part]].astype(np.float64)
        found[part] = np.einsum("ij,ij->i", one, two)
    return found


def _distinct(values: NDArray[np.intp], count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The distinct values below `count`, ascending, and the place of each value among them."""
    seen = np.zeros(count, bool)
    seen[values] = True
    return np.flatnonzero(seen), np.cumsum(seen) - 1
