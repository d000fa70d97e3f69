"""What stands everywhere weighs nothing: how often words and word pairs occur in such texts.

The table is part of the scorer, not of the records at hand: a pair scores the same alone, in a
screening and in a re-scan. ``learned`` adds the counts of an office's own archive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class Background:
    """Sorted codes (k,) of word 1-2-grams, the number of texts each stands in, and all texts."""

    codes: Codes
    texts: NDArray[np.int64]
    total: int

    def weights(self, codes: Codes) -> Floats:
        """Weight in (0, 1] of each code: idf over its largest value; 1 for what was never seen."""
        if not len(self.codes):
            return np.ones(len(codes), dtype=np.float32)
        place = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        seen = np.where(self.codes[place] == codes, self.texts[place], 0)
        largest = np.log1p(self.total)
        idf = (largest - np.log1p(seen)) / largest
        return np.asarray(np.maximum(idf, 1e-3), dtype=np.float32)

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
        keys.append((np.repeat(np.arange(len(words)), words.lengths) << 32) | words.codes)
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
