"""Index snapshots on disk, one folder a model; a cache that may vanish at any moment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import index as vector_index
from dedup.ports import VectorIndex


@dataclass(frozen=True, slots=True)
class DiskShelf:
    """Makes indexes of ``dim`` and keeps their snapshots under ``folder``."""

    folder: Path
    dim: int
    archive_id: str  # a snapshot belongs to one database

    def empty(self, expected_rows: int) -> VectorIndex:
        return vector_index.open_index(self.dim, expected_rows)

    def outgrown(self, index: VectorIndex) -> bool:
        return vector_index.outgrown(index)

    def load(self, model_id: str) -> tuple[VectorIndex, int] | None:
        try:
            found, manifest = vector_index.load(self._place(model_id), self._belongs(model_id))
        except vector_index.SnapshotError:
            return None
        return found, int(manifest["change_no"])

    def save(self, index: VectorIndex, model_id: str, change_no: int) -> None:
        """An unwritable disk costs the next start time, nothing else."""
        manifest = {**self._belongs(model_id), "change_no": change_no}
        try:
            vector_index.save(index, self._place(model_id), manifest)
        except OSError:
            return

    def _belongs(self, model_id: str) -> dict[str, str | int]:
        return {"model_id": model_id, "archive_id": self.archive_id}

    def _place(self, model_id: str) -> Path:
        return self.folder / hashlib.sha256(model_id.encode()).hexdigest()[:16]
