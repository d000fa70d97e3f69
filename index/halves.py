"""A copy of the rows at half precision that tells which few rows a query must be compared with.

One query takes as long as its rows take to come from memory. FAISS reads half the bytes here, and the
rows that can be among the best by what rounding left are then compared in full: the answer is exact.
"""

import threading
from functools import lru_cache
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from index.rows import IdRows
from index.similarity import slack

# Rows asked for beyond the k best, so that those within the rounding of the k-th are among them.
MARGIN = 256
# Rounding to 11 significant bits moves a product of two unit rows by less than this (Cauchy-Schwarz).
_ROUNDING = 2.0**-11 * 1.02


class HalfRows:
    """Follows the rows it is asked about: new ones are taken in, a removal copies all of them."""

    def __init__(self, dim: int) -> None:
        self._rows = IdRows.empty(dim)
        self._scan: Any = faiss.IndexScalarQuantizer(
            dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        self._using = threading.Lock()

    def candidates(
        self, held: IdRows, query: NDArray[np.float32], k: int
    ) -> NDArray[np.intp] | None:
        """Ascending places in ``held`` that can be among the k best; None where it cannot tell."""
        with self._using:
            if not self._follow(held):
                return None
            wanted = min(k + MARGIN, len(held))
            # A second thread waits for memory as the first does, and on a busy PC for its turn, too.
            with _threads().limit(limits=1, user_api="openmp"):
                products, places = self._scan.search(query[None], wanted)
        last = products[0, min(k, wanted) - 1]
        near = products[0] >= last - 2 * (_ROUNDING + slack(len(query)))
        if near.all() and wanted < len(held):
            return None
        return np.sort(places[0][near]).astype(np.intp)

    def _follow(self, held: IdRows) -> bool:
        """Whether the copy now is that of ``held``: not where it is older than what was seen."""
        if held is self._rows:
            return True
        longer = len(held) - len(self._rows)
        if held.room is not self._rows.room:
            self._scan.reset()
            longer = len(held)
        elif longer < 0:
            return False
        self._scan.add(np.ascontiguousarray(held.rows[len(held) - longer :]))
        self._rows = held
        return True


@lru_cache(maxsize=1)
def _threads() -> ThreadpoolController:
    return ThreadpoolController()
