"""What stands everywhere weighs nothing: how often words and word pairs occur in such texts.

The table is part of the scorer, not of the records at hand: a pair scores the same alone, in a
screening and in a re-scan. ``learned`` adds the counts of an office's own archive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.scoring.words import Coded, Codes, Floats, coded, grams, joined
from dedup.text import canonical, fold_canonical

_ROW = np.dtype([("code", "<u4"), ("texts", "<u4")])
# A phrase seen in fewer texts than this is not worth a row: unseen phrases weigh 1 anyway.
_LEAST = 3
# Rows kept, the most frequent first: 60,000 rows are half a megabyte and reach down to phrases of
# a few texts in 10^5, where the weight is near 1.
_ROWS = 60_000
_SLOTS = 1 << 20  # sixteen a row: one look-up in sixteen of unseen codes clashes
_LEAST_WEIGHT = 1e-3  # above 0, so that a text of stock phrases alone still has a mass


class Background:
    """Sorted codes (k,) of word 1-2-grams, the number of texts each stands in, and all texts."""

    def __init__(self, codes: Codes, texts: NDArray[np.int64], total: int) -> None:
        self.codes, self.texts, self.total = codes, texts, total
        largest = np.log1p(max(total, 1))
        idf = (largest - np.log1p(texts)) / largest
        self._weights = np.maximum(idf, _LEAST_WEIGHT).astype(np.float32)
        # Most codes are looked up once in a hashed slot; only a clash costs a binary search.
        self._slots = np.full(_SLOTS, -1, dtype=np.int32)
        self._slots[codes % _SLOTS] = np.arange(len(codes))

    @cached_property
    def digest(self) -> str:
        """Eight hex digits that tell one table from another."""
        return blake2b(
            self.codes.tobytes() + self.texts.tobytes(), digest_size=4, salt=b"background"
        ).hexdigest()

    def weights(self, codes: NDArray[np.integer[Any]]) -> Floats:
        """Weight in (0, 1] of each code: idf over its largest value; 1 for what was never seen."""
        row = self._slots[codes % _SLOTS]
        if not len(self.codes):
            return np.ones(len(codes), dtype=np.float32)
        met = self.codes[row] == codes
        clash = np.flatnonzero((row >= 0) & ~met)
        near = np.minimum(np.searchsorted(self.codes, codes[clash]), len(self.codes) - 1)
        row[clash], met[clash] = near, self.codes[near] == codes[clash]
        return np.where(met, self._weights[row], np.float32(1))

    def learned(self, texts: Iterable[str]) -> Background:
        """The table with the counts of more texts added (canonical and unaccented forms)."""
        more = count(texts)
        codes = np.union1d(self.codes, more.codes)
        both = np.zeros(len(codes), dtype=np.int64)
        for part in (self, more):
            both[np.searchsorted(codes, part.codes)] += part.texts
        return _most_frequent(codes, both, self.total + more.total)

    def save(self, path: Path) -> None:
        rows = np.empty(len(self.codes) + 1, dtype=_ROW)
        rows["code"] = np.concatenate([[0], self.codes])
        rows["texts"] = np.concatenate([[self.total], self.texts])
        np.save(path, rows, allow_pickle=False)

    @classmethod
    def load(cls, path: Path) -> Background:
        rows = np.load(path, allow_pickle=False)
        codes, texts = rows["code"].astype(np.int64), rows["texts"].astype(np.int64)
        return cls(codes[1:], texts[1:], int(texts[0]))

    @classmethod
    def empty(cls) -> Background:
        """No phrase is known to be common: every word weighs 1."""
        return cls(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), 0)


def count(texts: Iterable[str], *, batch: int = 5_000) -> Background:
    """Texts that hold each word 1-2-gram, in canonical and unaccented form."""
    codes, counts, total = np.empty(0, np.int64), np.empty(0, np.int64), 0
    for block in _blocks(texts, batch):
        forms = [canonical(text) for text in block]
        found = _distinct(forms, [fold_canonical(form) for form in forms])
        ones = np.ones(len(found), dtype=np.int64)
        codes, place = np.unique(np.concatenate([found, codes]), return_inverse=True)
        counts = np.bincount(place, weights=np.concatenate([ones, counts])).astype(np.int64)
        total += len(block)
    return _most_frequent(codes, counts, total)


def vocabulary(texts: Coded) -> Coded:
    """Words and word pairs of coded texts: what overlap is counted in."""
    return joined([texts, grams(texts, 2)])


def _distinct(*forms: Sequence[str]) -> Codes:
    """Each text's distinct 1-2-grams over all its forms, text after text."""
    keys = []
    for form in forms:
        words = vocabulary(coded([text.split() for text in form]))
        keys.append((words.owners << 32) | words.codes)
    return np.unique(np.concatenate(keys)) & 0xFFFFFFFF


def _most_frequent(codes: Codes, counts: NDArray[np.int64], total: int) -> Background:
    often = np.flatnonzero(counts >= _LEAST)
    kept = np.sort(often[np.argsort(-counts[often], kind="stable")[:_ROWS]])
    return Background(codes[kept], counts[kept], total)


def _blocks(texts: Iterable[str], size: int) -> Iterable[list[str]]:
    block: list[str] = []
    for text in texts:
        block.append(text)
        if len(block) == size:
            yield block
            block = []
    if block:
        yield block
