"""The rows of a static model's folder as they are trained, and written back into a folder of their own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from dedup.embedding.folder import ModelFolder

_WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` float32 (r, dim), and which of them each token (tokens,) adds: spellings share one."""

    rows: NDArray[np.float32]
    row_of: NDArray[np.int32]

    @classmethod
    def read(cls, folder: ModelFolder) -> Table:
        tensors = load_file(folder.static_part() / _WEIGHTS)
        if "embedding.weight" in tensors:
            rows = tensors["embedding.weight"].astype(np.float32)
            return cls(rows, np.arange(len(rows), dtype=np.int32))
        rows = tensors["embeddings"].astype(np.float32)
        row_of = tensors.get("mapping", np.arange(len(rows))).astype(np.int32)
        scale = np.ones(len(rows), dtype=np.float32)
        if "weights" in tensors:
            scale[row_of] = tensors["weights"]
        return cls(rows * scale[:, None], row_of)

    def write(self, base: ModelFolder, to: Path) -> None:
        """A copy of ``base`` with these rows, as int8 with one scale a token."""
        shutil.copytree(base.path, to, ignore=shutil.ignore_patterns("README.md"))
        part = to / base.static_part().relative_to(base.path)
        scale = np.abs(self.rows).max(axis=1) / 127
        scaled = self.rows / np.where(scale > 0, scale, 1)[:, None]
        tensors = {
            "embeddings": np.rint(scaled).astype(np.int8),
            "mapping": self.row_of,
            "weights": scale[self.row_of].astype(np.float32),
        }
        save_file(tensors, part / _WEIGHTS, metadata={"format": "pt"})

    def towards(self, other: Table, share: float) -> Table:
        """Between the two: this one at 0, ``other`` at 1."""
        return Table(self.rows + np.float32(share) * (other.rows - self.rows), self.row_of)
