"""An embedder that remembers: word pairs recur from pair to pair, and embedding them costs most."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from dedup.ports import Embedder, Vectors

# Texts kept; at 256 numbers each 100 MB. A full memory is emptied and fills again.
KEPT = 100_000


class Remembering:
    """The same rows as the embedder it asks; safe to use from several threads."""

    def __init__(self, embedder: Embedder, *, kept: int = KEPT) -> None:
        self._embedder = embedder
        self._kept = kept
        self._lock = threading.Lock()
        self._rows: dict[str, int] = {}
        self._vectors: Vectors = np.zeros((1_024, embedder.dim), dtype=np.float32)

    @property
    def model_id(self) -> str:
        return self._embedder.model_id

    @property
    def dim(self) -> int:
        return self._embedder.dim

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), dim); asks the embedder only for what is new."""
        with self._lock:
            new = [text for text in dict.fromkeys(texts) if text not in self._rows]
            if len(self._rows) + len(new) > self._kept:
                self._rows = {}
                new = list(dict.fromkeys(texts))
            if new:
                self._remember(new)
            return self._vectors[[self._rows[text] for text in texts]]

    def _remember(self, texts: Sequence[str]) -> None:
        begin, end = len(self._rows), len(self._rows) + len(texts)
        if end > len(self._vectors):
            grown = np.zeros((max(end, 2 * len(self._vectors)), self.dim), dtype=np.float32)
            grown[:begin] = self._vectors[:begin]
            self._vectors = grown
        self._vectors[begin:end] = self._embedder.embed(texts)
        self._rows.update(zip(texts, range(begin, end), strict=True))
