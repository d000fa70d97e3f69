"""The triplets kept from training: how recipes are compared without touching any published set."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from sklearn.metrics import roc_auc_score

from scripts.training.sources import Triplet
from scripts.training.student import Encoder, Student


class HeldOut:
    def __init__(self, triplets: Sequence[Triplet], encode: Encoder) -> None:
        self._size = len(triplets)
        self._texts = [
            ids
            for side in ("anchor", "retold", "lookalike")
            for ids in encode([getattr(triplet, side) for triplet in triplets])
        ]

    def report(self, student: Student) -> str:
        """How often the retelling is nearer than the look-alike, the AUC over all, recall@1."""
        with torch.no_grad():
            anchor, retold, alike = student(self._texts).split(self._size)
        near, far = (anchor * retold).sum(1), (anchor * alike).sum(1)
        first = ((anchor @ retold.T) > near[:, None]).sum(1) == 0
        auc = roc_auc_score([1] * self._size + [0] * self._size, torch.cat([near, far]).numpy())
        return f"nearer {(near > far).float().mean():.3f} auc {auc:.3f} recall@1 {first.float().mean():.3f}"
