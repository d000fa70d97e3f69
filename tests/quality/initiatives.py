"""The published benchmark: 50 groups of nine hand-written initiatives, and how a score is judged on it.

In a group ``para``, ``mid`` and ``copy`` are the base again; ``neg1`` to ``neg5`` are not. Unit, year
and benefit leak here and are never given to a scorer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

SAME = ("para", "mid", "copy")
OTHER = ("neg1", "neg2", "neg3", "neg4", "neg5")
_FILE = Path(__file__).parent / "initiatives_dev.jsonl"

Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]


@dataclass(frozen=True, slots=True)
class Figures:
    """Average precision and ROC AUC over all pairs with a base; AUC of each kind over each."""

    average_precision: float
    auc: float
    over: dict[tuple[str, str], float]


def texts() -> dict[str, str]:
    """``group-kind`` -> title and description as one text."""
    return {key: f"{title}. {description}" for key, (title, description) in told().items()}


def told() -> dict[str, tuple[str, str]]:
    """``group-kind`` -> title and description."""
    rows = map(json.loads, _FILE.read_text(encoding="utf-8").splitlines())
    return {row["id"]: (row["title"], row["description"]) for row in rows}


def groups() -> list[str]:
    return sorted({key.partition("-")[0] for key in texts()})


def judge_embedding(embed: Embed) -> Figures:
    """A pair's score is the cosine of its two texts."""
    written = texts()
    rows = dict(zip(written, embed(list(written.values())), strict=True))
    return judge(lambda left, right: float(rows[left] @ rows[right]))


def judge(score: Callable[[str, str], float]) -> Figures:
    """``score`` takes two ids (``A001-base``, ``A001-para``); higher means more alike."""
    names = groups()
    by_kind = {
        kind: np.array([score(f"{name}-base", f"{name}-{kind}") for name in names])
        for kind in SAME + OTHER
    }
    same = np.concatenate([by_kind[kind] for kind in SAME])
    other = np.concatenate([by_kind[kind] for kind in OTHER])
    return Figures(
        average_precision=float(average_precision_score(*_labelled(same, other))),
        auc=_auc(same, other),
        over={(s, o): _auc(by_kind[s], by_kind[o]) for s in SAME for o in OTHER},
    )


def _auc(same: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(roc_auc_score(*_labelled(same, other)))


def _labelled(
    same: NDArray[np.float64], other: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.r_[np.ones(len(same)), np.zeros(len(other))], np.r_[same, other]
