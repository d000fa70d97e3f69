"""What every index demands of the ids and vectors handed to it."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from index.errors import BadIds, BadVectors

# Rows are unit or zero. The room is for vectors kept as float16 or int8 and not normalised again
# (norm off by up to 0.005 at 256 dimensions); a forgotten normalisation is off by far more.
NORM_TOLERANCE = 0.01


def checked_dim(dim: int) -> int:
    """`dim`, or BadVectors when it is not a positive number of dimensions."""
    if dim < 1:
        raise BadVectors(f"an index needs at least one dimension, not {dim}")
    return dim


def checked_rows(vectors: ArrayLike, dim: int) -> NDArray[np.float32]:
    """Unit or zero float32 rows (n, dim), C-contiguous; raises BadVectors.

    Other float types are refused, not converted: a store that hands out float16 or float64 where
    float32 was agreed is a mistake worth hearing of.
    """
    rows = np.asarray(vectors)
    if rows.dtype != np.float32:
        raise BadVectors(f"vectors must be float32, not {rows.dtype}")
    if rows.ndim != 2 or rows.shape[1] != dim:
        raise BadVectors(f"vectors must have shape (n, {dim}), not {rows.shape}")
    _check_norms(rows)
    return np.ascontiguousarray(rows)


def _check_norms(rows: NDArray[np.float32]) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    if not np.isfinite(norms).all():
        raise BadVectors(f"row {_first(~np.isfinite(norms))} holds a value that is not finite")
    odd = (np.abs(norms - 1) > NORM_TOLERANCE) & (norms != 0)
    if odd.any():
        row = _first(odd)
        raise BadVectors(f"row {row} has norm {norms[row]:.4g}: rows must be unit or zero")


def checked_ids(ids: ArrayLike) -> NDArray[np.int64]:
    """Non-negative int64 ids (n,); raises BadIds. Other integer types are widened."""
    given = np.asarray(ids)
    if given.size == 0 and given.ndim == 1:
        return np.empty(0, np.int64)
    if given.ndim != 1 or not np.issubdtype(given.dtype, np.integer):
        raise BadIds(f"ids must be a flat array of integers, not {given.dtype} {given.shape}")
    if given.max() > np.iinfo(np.int64).max or given.min() < 0:
        raise BadIds("ids must lie between 0 and 2^63 - 1")
    return given.astype(np.int64)


def checked_new_ids(ids: ArrayLike, count: int) -> NDArray[np.int64]:
    """`checked_ids`, as many as there are vectors and none of them twice; raises BadIds."""
    new = checked_ids(ids)
    if len(new) != count:
        raise BadIds(f"{len(new)} ids for {count} vectors")
    ordered = np.sort(new)
    repeated = ordered[1:] == ordered[:-1]
    if repeated.any():
        raise BadIds(f"id {ordered[1:][_first(repeated)]} is given twice")
    return new


def checked_exclude(exclude: ArrayLike | None, queries: int) -> NDArray[np.int64]:
    """One id a query that must not be among its hits; -1 (no id) where nothing is excluded."""
    if exclude is None:
        return np.full(queries, -1, np.int64)
    given = np.asarray(exclude)
    if given.shape != (queries,) or not (given.size == 0 or np.issubdtype(given.dtype, np.integer)):
        raise BadIds(f"exclude must hold one id for each of {queries} queries")
    return given.astype(np.int64)


def checked_count(count: int) -> int:
    """`k` or a cap, or ValueError when it is below one."""
    if count < 1:
        raise ValueError(f"at least one must be asked for, not {count}")
    return count


def checked_threshold(threshold: float) -> float:
    """A similarity in (0, 1], or ValueError: at or below zero every row would match every row."""
    if not 0 < threshold <= 1:
        raise ValueError(f"a threshold lies above 0 and at most at 1, not at {threshold}")
    return threshold


def _first(flags: NDArray[np.bool_]) -> int:
    return int(flags.argmax())
