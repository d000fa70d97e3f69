"""The exact self-join: blocked products over the upper triangle of all rows against all rows."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from index.answers import Pairs
from index.strongest import Side, Strongest

# Rows on each side of a block.
BLOCK = 4096
# Products tested at a time, 4 MB: they and their flags stay in the cache, and no more than this
# many pairs are in hand at once even where all rows are alike.
STRIP = 2**20


def join_triangle(
    ids: NDArray[np.int64],
    rows: NDArray[np.float32],
    threshold: float,
    *,
    per_row: int | None = None,
    on_progress: Callable[[float], None] | None = None,
    block: int = BLOCK,
) -> Pairs:
    """Every pair of rows (n, dim), ids ascending, whose similarity is at least `threshold`.

    n^2 x dim floating point operations; memory for one block beside the pairs. `on_progress` is
    told the share of the work done, in (0, 1], the last time exactly 1.
    """
    strongest = Strongest(len(ids), rows.shape[1], threshold, per_row)
    products = np.empty(min(block, len(ids)) ** 2, np.float32)
    for top, side, done in _blocks(len(ids), block):
        one, two = _side(rows, top), _side(rows, side)
        shape = len(one.ranks), len(two.ranks)
        out = products[: shape[0] * shape[1]].reshape(shape)
        np.matmul(one.rows, two.rows.T, out=out)
        offer_block(strongest, one, two, out)
        if on_progress is not None:
            on_progress(done)
    if on_progress is not None:
        on_progress(1.0)
    return as_pairs(strongest, ids)


def offer_block(strongest: Strongest, one: Side, two: Side, products: NDArray[np.float32]) -> None:
    """Offer the pairs of a block of products whose first end has the smaller rank."""
    height = max(1, STRIP // max(1, products.shape[1]))
    for start in range(0, len(products), height):
        strip = products[start : start + height]
        hits = np.flatnonzero(strip >= strongest.lowest_product)
        if not len(hits):
            continue
        i, j = np.divmod(hits, products.shape[1])
        i += start
        first = one.ranks[i] < two.ranks[j]
        i, j = i[first], j[first]
        strongest.offer(one, two, i, j, products[i, j])


def as_pairs(strongest: Strongest, ids: NDArray[np.int64]) -> Pairs:
    """What was collected by rank, as pairs of ids (ascending, so left < right holds)."""
    found, crowded = strongest.result()
    return Pairs(ids[found.left], ids[found.right], found.similarity, ids[crowded])


def _blocks(count: int, block: int) -> Iterator[tuple[slice, slice, float]]:
    """Blocks of the upper triangle, row of blocks by row of blocks, and the share then done."""
    starts = range(0, count, block)
    total = len(starts) * (len(starts) + 1) // 2
    done = 0
    for place, top in enumerate(starts):
        for side in starts[place:]:
            done += 1
            yield slice(top, top + block), slice(side, side + block), done / total


def _side(rows: NDArray[np.float32], part: slice) -> Side:
    first = part.start
    held = rows[part]
    return Side(held, np.arange(first, first + len(held), dtype=np.int32))
