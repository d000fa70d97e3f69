"""Unit rows: the one scaling every embedder ends with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def unit_rows(rows: ArrayLike) -> NDArray[np.float32]:
    """float32 rows (n, dim) scaled to length one; a row of (almost) no length becomes zero."""
    matrix = np.ascontiguousarray(rows, dtype=np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit = np.zeros_like(matrix)
    np.divide(matrix, lengths, out=unit, where=lengths > 1e-9)
    return unit


def blank(texts: Sequence[str]) -> NDArray[np.bool_]:
    """bool (n,): which texts hold nothing at all."""
    return np.fromiter((not text.strip() for text in texts), dtype=np.bool_, count=len(texts))
