"""Nearest-row indexes over (id, unit float32 row): they know nothing of what the rows stand for."""

from index.answers import Hits, Pairs
from index.choose import open_index, outgrown
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
from index.ivf import IvfIndex
from index.recall import Recall, measure_pairs_recall, measure_recall
from index.snapshot import load, made_of, save

__all__ = [
    "BadIds",
    "BadVectors",
    "ExactIndex",
    "FlatIndex",
    "Hits",
    "IvfIndex",
    "Pairs",
    "Recall",
    "SnapshotDamaged",
    "SnapshotError",
    "SnapshotMissing",
    "SnapshotStale",
    "UnknownIds",
    "load",
    "made_of",
    "measure_pairs_recall",
    "measure_recall",
    "open_index",
    "outgrown",
    "save",
]
