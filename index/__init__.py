"""Nearest-row indexes over (id, unit float32 row): they know nothing of what the rows stand for."""

from index.answers import Hits, Pairs
from index.errors import (
    BadIds,
    BadVectors,
    SnapshotDamaged,
    SnapshotError,
    SnapshotMissing,
    SnapshotStale,
    UnknownIds,
)
from index.exact import ExactIndex
from index.flat import FlatIndex

__all__ = [
    "BadIds",
    "BadVectors",
    "ExactIndex",
    "FlatIndex",
    "Hits",
    "Pairs",
    "SnapshotDamaged",
    "SnapshotError",
    "SnapshotMissing",
    "SnapshotStale",
    "UnknownIds",
]
