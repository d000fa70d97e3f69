"""The self-join by blocks: products of rows with rows, and the pairs among them that are alike.

Each thread multiplies a block with a single-threaded product and looks through it while it is warm;
one thread for the whole product and one look at the end would leave a core idle during the look.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from index.answers import Pairs
from index.blas import blas_threads
from index.strongest import Side, Strongest

# Rows on each side of a block.
BLOCK = 2048
# Products looked at together, 1 MB: they and their flags stay in a core's cache.
STRIP = 2**18
# Hits of one block handed on together. A block with more (many rows alike) is handed on by strips,
# so that no more than this many pairs are in hand at once.
MANY = 2**18


class Block(Protocol):
    """A part of the join: two sides, multiplied with each other."""

    def sides(self) -> tuple[Side, Side]: ...

    def here(
        self, one: Side, two: Side, i: NDArray[np.intp], j: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        """Which pairs (one[i], two[j]) count here: each pair counts in exactly one block."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """Places in a block, and the float32 products found there."""

    i: NDArray[np.intp]
    j: NDArray[np.intp]
    products: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Triangle:
    """A block of the upper triangle of all rows (n, dim), in order of rank, with all rows."""

    rows: NDArray[np.float32]
    top: slice
    side: slice

    def sides(self) -> tuple[Side, Side]:
        return self._side(self.top), self._side(self.side)

    def here(
        self, one: Side, two: Side, i: NDArray[np.intp], j: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        return one.ranks[i] < two.ranks[j]

    def _side(self, part: slice) -> Side:
        rows = self.rows[part]
        return Side(rows, np.arange(part.start, part.start + len(rows), dtype=np.int32))


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

    n^2 x dim floating point operations; memory for a few blocks beside the pairs. `on_progress`
    is told the share of the work done, in (0, 1], the last time exactly 1.
    """
    starts = range(0, len(ids), block)
    blocks = [
        Triangle(rows, slice(top, top + block), slice(side, side + block))
        for place, top in enumerate(starts)
        for side in starts[place:]
    ]
    strongest = Strongest(len(ids), rows.shape[1], threshold, per_row)
    join(blocks, strongest, on_progress)
    return as_pairs(strongest, ids)


def join(
    blocks: Iterable[Block],
    strongest: Strongest,
    on_progress: Callable[[float], None] | None = None,
) -> None:
    """Offer the pairs of all blocks, in the blocks' order whatever the number of threads."""
    waiting = list(blocks)
    threads = blas_threads()
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        for done, work in enumerate(_in_order(pool, waiting, strongest, ahead=threads + 1), 1):
            work.offer_to(strongest)
            if on_progress is not None:
                on_progress(done / len(waiting))
    if not waiting and on_progress is not None:
        on_progress(1.0)


def as_pairs(strongest: Strongest, ids: NDArray[np.int64]) -> Pairs:
    """What was collected by rank, as pairs of ids (ascending, so left < right holds)."""
    found, crowded = strongest.result()
    return Pairs(ids[found.left], ids[found.right], found.similarity, ids[crowded])


@dataclass(frozen=True, slots=True)
class Multiplied:
    """A block after its product: its few hits, or, where they are many, the products themselves."""

    block: Block
    one: Side
    two: Side
    products: NDArray[np.float32] | None
    hits: Iterable[Hit]

    def offer_to(self, strongest: Strongest) -> None:
        hits = self.hits if self.products is None else _hits(self.products, strongest)
        for hit in hits:
            here = self.block.here(self.one, self.two, hit.i, hit.j)
            strongest.offer(self.one, self.two, hit.i[here], hit.j[here], hit.products[here])


def _in_order(
    pool: ThreadPoolExecutor, blocks: list[Block], strongest: Strongest, ahead: int
) -> Iterator[Multiplied]:
    running: deque[Future[Multiplied]] = deque()
    for block in blocks:
        running.append(pool.submit(_multiply, block, strongest))
        if len(running) >= ahead:
            yield running.popleft().result()
    while running:
        yield running.popleft().result()


def _multiply(block: Block, strongest: Strongest) -> Multiplied:
    one, two = block.sides()
    products = one.rows @ two.rows.T
    found: list[Hit] = []
    for hit in _hits(products, strongest):
        found.append(hit)
        if sum(len(hit.i) for hit in found) > MANY:
            return Multiplied(block, one, two, products, ())
    return Multiplied(block, one, two, None, _together(found))


def _hits(products: NDArray[np.float32], strongest: Strongest) -> Iterator[Hit]:
    width = max(1, products.shape[1])
    height = max(1, STRIP // width)
    for start in range(0, len(products), height):
        strip = products[start : start + height]
        places = np.flatnonzero(strip >= strongest.lowest_product)
        if len(places):
            i, j = np.divmod(places, width)
            yield Hit(i + start, j, strip[i, j])


def _together(found: list[Hit]) -> list[Hit]:
    if len(found) < 2:
        return found
    return [
        Hit(
            np.concatenate([hit.i for hit in found]),
            np.concatenate([hit.j for hit in found]),
            np.concatenate([hit.products for hit in found]),
        )
    ]
