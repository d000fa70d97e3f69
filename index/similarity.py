"""The one definition of similarity that every index reports, and how far a fast product strays.

A float32 product of the same two rows comes out a little different in every kernel and block
shape, so that equal texts would not tie and no two indexes would agree on an order. Reported
similarities are therefore summed in float64 and rounded once: equal for equal rows, whichever
index computed them. Fast float32 products only choose which rows are looked at.
"""

import numpy as np
from numpy.typing import NDArray

# Rows gathered at a time: 4,096 rows of 256 dimensions are 8 MB in float64, about a cache's size.
CHUNK = 4096


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
    found = np.empty(len(i), np.float32)
    for start in range(0, len(i), CHUNK):
        part = slice(start, start + CHUNK)
        found[part] = np.einsum("ij,ij->i", left[i[part]], right[j[part]], dtype=np.float64)
    return found


def slack(dim: int) -> float:
    """How far a float32 product of two unit rows can lie from the similarity reported.

    The bound of any order of summation, dim times the unit roundoff 2^-24 (Higham, Accuracy and
    Stability of Numerical Algorithms, 3.1), doubled for rows that are up to 1 % too long and for
    the last rounding.
    """
    return max(dim, 4) * 2.0**-23
