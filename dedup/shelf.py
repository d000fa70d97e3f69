"""Index snapshots on disk, one folder a model; a cache that may vanish at any moment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from dedup.ports import VectorIndex
from index import FlatIndex, IvfIndex, SnapshotError, open_index, outgrown
from index.snapshot import load, made_of, save

Ours = FlatIndex | IvfIndex


@dataclass(frozen=True, slots=True)
class DiskShelf:
    """Makes indexes of ``dim`` and keeps their snapshots under ``folder``."""

    folder: Path
    dim: int
    archive_id: str  # a snapshot belongs to one database

    def empty(self, expected_rows: int) -> VectorIndex:
        return open_index(self.dim, expected_rows)

    def outgrown(self, index: VectorIndex) -> bool:
        return isinstance(index, Ours) and outgrown(index)

    def load(self, model_id: str) -> tuple[VectorIndex, int] | None:
        """A snapshot of this database and model; missing, stale or damaged ones are passed over."""
        place = self._place(model_id)
        try:
            facts = made_of(place)
            change_no = int(facts["change_no"])
            return load(place, self._facts(model_id, change_no)), change_no
        except (SnapshotError, KeyError):
            return None

    def save(self, index: VectorIndex, model_id: str, change_no: int) -> None:
        """An unwritable disk costs the next start time, nothing else."""
        if not isinstance(index, Ours):
            return
        try:
            save(index, self._place(model_id), self._facts(model_id, change_no))
        except OSError:
            return

    def _facts(self, model_id: str, change_no: int) -> dict[str, str | int]:
        return {"model_id": model_id, "archive_id": self.archive_id, "change_no": change_no}

    def _place(self, model_id: str) -> Path:
        return self.folder / hashlib.sha256(model_id.encode()).hexdigest()[:16]
