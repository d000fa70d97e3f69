"""One vector of a record out of two: its title's and its content's.

The index holds ``unit(title + content)``. A filing known by its title alone then still comes near a
record that has both: against its own title the similarity is sqrt((1 + cos(title, content)) / 2),
0.89 where title and content agree by 0.6, while a vector of the joined text would be ruled by
the longer content.
"""

from __future__ import annotations

import numpy as np

from dedup.ports import Vectors


def combine(titles: Vectors, contents: Vectors) -> Vectors:
    """Unit rows float32 (n, dim) of two sets of unit (or zero) rows; zero where both are."""
    return unit_rows(titles + contents)


def unit_rows(rows: Vectors) -> Vectors:
    """Rows scaled to length 1; zero rows stay zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return scaled


def as_stored(rows: Vectors) -> Vectors:
    """Rows rounded as the database rounds them (float16), so that memory and storage agree."""
    stored: Vectors = rows.astype(np.float16).astype(np.float32)
    return stored
