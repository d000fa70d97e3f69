"""Which index an archive of a given size gets, and when it has outgrown it."""

from index.flat import FlatIndex
from index.ivf import IvfIndex

# The flat index reads every row for every query: about 15 ms and 200 MB at 200,000 rows of 256
# dimensions, where the whole answer to a check should take no longer than that; the exact
# self-join, which grows with the square, takes about 1.5 minutes there and 40 at a million.
FLAT_ROWS = 200_000


def open_index(dim: int, expected_rows: int) -> FlatIndex | IvfIndex:
    """An empty index for rows of `dim` dimensions, exact for up to 200,000 expected rows."""
    if expected_rows <= FLAT_ROWS:
        return FlatIndex(dim)
    return IvfIndex(dim, expected_rows)


def outgrown(index: FlatIndex | IvfIndex) -> bool:
    """Whether the index holds more rows than its kind is meant for: time to build a new one.

    A tenth above the limit, so that an archive at the limit is not rebuilt back and forth.
    """
    return isinstance(index, FlatIndex) and len(index) > FLAT_ROWS * 1.1
