"""The student: one row and one weight a token; a text is the weighted sum of its rows, at length one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

# Ids of one text, as rows of the table.
Ids = NDArray[np.int64]


class _SumRows(torch.autograd.Function):
    """Sums of table rows as a product with a sparse count matrix.

    An order of magnitude faster than an embedding bag with weights a sample on few cores: its
    backward is one sparse product again, into one dense gradient.
    """

    @staticmethod
    def forward(ctx: Any, table: Tensor, counts: sp.csr_matrix) -> Tensor:
        ctx.counts = counts
        return torch.from_numpy(counts @ table.detach().numpy())

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return torch.from_numpy(ctx.counts.T.tocsr() @ gradients[0].numpy()), None


class Student(nn.Module):
    """``rows`` (n, dim) and log-``weights`` (n, 1); row 0 is silent and stands for unknown pieces."""

    def __init__(self, weights: NDArray[np.float64], dim: int) -> None:
        super().__init__()
        self.rows = nn.Parameter(torch.randn(len(weights), dim) * dim**-0.5)
        start = torch.as_tensor(np.log(weights), dtype=torch.float32)
        self.weights = nn.Parameter(start[:, None])

    def table(self) -> Tensor:
        """Weighted rows (n, dim): what a text adds up."""
        return self.rows * self.weights.exp()

    def forward(self, texts: Sequence[Ids]) -> Tensor:
        """Unit rows (len(texts), dim)."""
        total: Tensor = _SumRows.apply(self.table(), self._counts(texts))  # type: ignore[no-untyped-call]
        return functional.normalize(total, dim=1, eps=1e-6)

    def _counts(self, texts: Sequence[Ids]) -> sp.csr_matrix:
        flat = np.concatenate(texts)
        starts = np.cumsum([0, *(len(ids) for ids in texts)])
        heard = (flat > 0).astype(np.float32)
        return sp.csr_matrix((heard, flat, starts), shape=(len(texts), len(self.rows)))


def inverse_frequency(texts: Sequence[Ids], size: int) -> NDArray[np.float64]:
    """Start weights (size,): inverse document frequency, mean one."""
    counts = np.bincount(np.concatenate([np.unique(ids) for ids in texts]), minlength=size)
    weights = np.log1p(len(texts) / (counts + len(texts) * 1e-5))
    return np.asarray(weights / weights.mean(), dtype=np.float64)


class Encoder:
    """Texts to row ids by the vocabulary's tokenizer."""

    def __init__(self, tokenizer: Tokenizer, rows: Sequence[int]) -> None:
        self._tokenizer = tokenizer
        self._rows = np.asarray(rows, dtype=np.int64)

    def __call__(self, texts: Sequence[str], *, longest: int = 512) -> list[Ids]:
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [self._rows[np.asarray(e.ids[:longest], dtype=np.int64)] for e in encoded]


@dataclass(frozen=True, slots=True)
class Packed:
    """Many id rows in one array: a corpus in memory without a Python object a text."""

    flat: NDArray[np.int32]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[Ids]) -> Packed:
        flat = np.concatenate(texts).astype(np.int32)
        return cls(flat, np.cumsum([0, *(len(ids) for ids in texts)]))

    @classmethod
    def load(cls, path: Path) -> Packed:
        with np.load(path) as stored:
            return cls(stored["flat"], stored["starts"])

    def save(self, path: Path) -> None:
        np.savez(path, flat=self.flat, starts=self.starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, at: int) -> Ids:
        return self.flat[self.starts[at] : self.starts[at + 1]].astype(np.int64)

    def take(self, places: NDArray[np.int64], *, longest: int = 40) -> list[Ids]:
        """The texts at ``places``, cut: a step's time grows with its tokens, its worth hardly."""
        return [self[int(at)][:longest] for at in places]
