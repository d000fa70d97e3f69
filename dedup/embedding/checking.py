"""Thirty hand-written groups that come with the package: whether a model still tells initiatives apart.

In a group ``para`` and ``mid`` are the base told again, ``neg1`` to ``neg5`` are others that look like it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dedup.ports import Embedder, Vectors
from dedup.representation import combine

CHECK_SET = Path(__file__).parent / "check_set.csv"
SAME = frozenset({"para", "mid"})


@dataclass(frozen=True, slots=True)
class Figures:
    """How pairs of one initiative stand above pairs of two, by the vectors that the index holds."""

    average_precision: float
    auc: float

    @classmethod
    def of(cls, same: NDArray[np.bool_], similar: NDArray[np.float32]) -> Figures:
        # scikit-learn takes a second to import, and every start would pay for it.
        from sklearn.metrics import average_precision_score, roc_auc_score

        return cls(
            float(average_precision_score(same, similar)), float(roc_auc_score(same, similar))
        )


def checked(embedder: Embedder) -> Figures:
    """Each group's base against its other tellings."""
    told = list(_told())
    held = vectors(embedder, [row["title"] for row in told], [row["content"] for row in told])
    pairs = [(base, at) for base, others in _groups(told) for at in others]
    left, right = np.array(pairs).T
    same = np.array([told[at]["kind"] in SAME for at in right])
    return Figures.of(same, (held[left] * held[right]).sum(axis=1))


def vectors(embedder: Embedder, titles: Sequence[str], contents: Sequence[str]) -> Vectors:
    return combine(embedder.embed(titles), embedder.embed(contents))


def _groups(told: Sequence[dict[str, str]]) -> Iterator[tuple[int, list[int]]]:
    for _, numbered in groupby(enumerate(told), key=lambda item: item[1]["group"]):
        (base, _), *others = numbered
        yield base, [at for at, _ in others]


def _told() -> Iterator[dict[str, str]]:
    """Rows of the file, each group's base first."""
    with CHECK_SET.open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)
