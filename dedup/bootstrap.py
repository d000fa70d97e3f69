"""The composition root: the only module that names implementations."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dedup.config import Settings
from dedup.embedding import load_embedder
from dedup.ports import Embedder
from dedup.scoring import load_scorer
from dedup.service import Deduplicator
from dedup.shelf import DiskShelf
from dedup.store import Store, open_store

# Retrieval similarity below which a pair is not even scored, by measurement on the synthetic
# archive (scripts/bench): at this floor the self-join still brings the planted pairs.
RETRIEVAL_FLOOR = 0.5


@dataclass(frozen=True, slots=True)
class Application:
    """Everything an entry point needs."""

    settings: Settings
    store: Store
    deduplicator: Deduplicator

    def close(self) -> None:
        self.store.close()


def build(settings: Settings, *, embedder: Embedder | None = None) -> Application:
    """Open (and migrate) the database and put the jobs on their ports.

    Raises ModelUnavailable, DatabaseUnavailable.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.url)
    store.migrate()
    embedder = embedder or load_embedder(settings.model, allow_download=settings.allow_download)
    return Application(settings, store, _deduplicator(settings, store, embedder))


def _deduplicator(settings: Settings, store: Store, embedder: Embedder) -> Deduplicator:
    return Deduplicator(
        store.unit,
        _now,
        embedder=embedder,
        scorer=load_scorer(embedder.model_id),
        shelf=DiskShelf(settings.data_dir / "index", embedder.dim, store.archive_id()),
        thresholds=settings.thresholds,
        floor=RETRIEVAL_FLOOR,
        owner={"host": socket.gethostname(), "pid": os.getpid()},
        alive=process_alive,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def process_alive(owner: Mapping[str, Any]) -> bool:
    """Whether a run's process may still live; another machine's always may."""
    if owner.get("host") != socket.gethostname() or sys.platform == "win32":
        return True  # Windows' os.kill would end the process instead of asking after it
    try:
        os.kill(int(owner.get("pid", 0)) or os.getpid(), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
