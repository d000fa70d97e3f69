"""The composition root: the only module that names implementations."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from random import SystemRandom
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from dedup.adaptation import Adaptation
from dedup.config import Settings
from dedup.embedding import load_embedder
from dedup.embedding.versions import ModelVersions
from dedup.errors import InvalidInput
from dedup.initiatives import Submission
from dedup.jobs.auditing import Auditor
from dedup.jobs.corrections import ARCHIVE_NOTE
from dedup.jobs.learning import Learner
from dedup.jobs.monitoring import Monitor
from dedup.jobs.people import People
from dedup.jobs.retrieving import Retrieval
from dedup.jobs.signing import Signing
from dedup.jobs.versions import Versions
from dedup.passwords import Argon2Passwords
from dedup.people_ports import Passwords
from dedup.ports import Comparables, Embedder, Scorer, Scores
from dedup.processes import life_of, this_process
from dedup.representation import as_stored
from dedup.scoring import load_scorer
from dedup.service import Deduplicator
from dedup.shelf import DiskShelf
from dedup.store import Store, open_store
from index.blas import describe as describe_blas

# Retrieval similarity below which a re-scan does not even score a pair. On a synthetic archive of 20,000
# records it keeps 99 % of the planted copies (D1-D3, D6, D9, D10), 97 % of those between units (D4) and
# three in four of the parts (D11), at 1.7 pairs a record; 0.6 doubles the pairs for few more.
RETRIEVAL_FLOOR = 0.65


@dataclass(frozen=True, slots=True)
class Application:
    """Everything an entry point needs."""

    settings: Settings
    store: Store
    deduplicator: Deduplicator
    learner: Learner
    auditor: Auditor
    monitor: Monitor
    people: People
    signing: Signing

    def close(self) -> None:
        self.store.close()


def build(
    settings: Settings, *, embedder: Embedder | None = None, passwords: Passwords | None = None
) -> Application:
    """Open (and migrate) the database and put the jobs on their ports.

    Raises ModelUnavailable, DatabaseUnavailable.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.url)
    store.migrate()
    embedder = embedder or _embedder(settings)
    hashing, chance = passwords or Argon2Passwords(), SystemRandom()
    shipped = load_scorer(embedder.model_id, embedder=embedder)
    versions = Versions(store.unit, _now, base=shipped.digest, model_id=embedder.model_id)
    learned = versions.model_in_force()
    scorer = shipped.with_model(learned) if learned else shipped
    deduplicator = _deduplicator(settings, store, embedder, scorer)
    jobs, thresholds = deduplicator.jobs, settings.thresholds
    retrieval = Retrieval(
        store.unit,
        model_id=embedder.model_id,
        live=deduplicator.live,
        floor=RETRIEVAL_FLOOR,
        thresholds=thresholds,
    )
    return Application(
        settings,
        store,
        deduplicator,
        Learner(
            store.unit,
            shipped=shipped,
            versions=versions,
            retrieval=retrieval,
            jobs=jobs,
            thresholds=thresholds,
        ),
        Auditor(
            store.unit,
            _now,
            scorer=scorer,
            retrieval=retrieval,
            jobs=jobs,
            thresholds=thresholds,
        ),
        Monitor(store.unit, _now, scorer_version=scorer.version, thresholds=thresholds),
        People(store.unit, _now, passwords=hashing, chance=chance),
        Signing(store.unit, _now, passwords=hashing, chance=chance),
    )


def adaptation(application: Application) -> Adaptation:
    """Raises InvalidInput where another model than the shipped one is set."""
    if application.settings.model != "shipped":
        raise InvalidInput(
            "Chỉ mô hình kèm theo mới học tiếp được; hãy đặt SANGKIEN_MODEL=shipped."
        )
    return Adaptation(
        application.store.unit,
        _now,
        versions=_model_versions(application.settings),
        jobs=application.deduplicator.jobs,
    )


def _embedder(settings: Settings) -> Embedder:
    if settings.model == "shipped":
        return _model_versions(settings).load()
    return load_embedder(settings.model, allow_download=settings.allow_download)


def _model_versions(settings: Settings) -> ModelVersions:
    return ModelVersions(settings.data_dir / "models")


def _deduplicator(
    settings: Settings, store: Store, embedder: Embedder, scorer: Scorer
) -> Deduplicator:
    return Deduplicator(
        store.unit,
        _now,
        embedder=embedder,
        scorer=scorer,
        shelf=DiskShelf(settings.data_dir / "index", embedder.dim, _archive_id(store)),
        thresholds=settings.thresholds,
        floor=RETRIEVAL_FLOOR,
        owner=this_process(),
        life_of=life_of,
    )


def compare(
    settings: Settings,
    submissions: Sequence[Submission],
    left: NDArray[np.intp],
    right: NDArray[np.intp],
) -> Scores:
    """Score pairs of rows of records that are in no archive; for measuring on labelled pairs."""
    embedder = _embedder(settings)
    titles = [submission.title for submission in submissions]
    contents = [submission.content for submission in submissions]
    records = Comparables(
        titles,
        contents,
        [submission.effect for submission in submissions],
        as_stored(embedder.embed(titles)),
        as_stored(embedder.embed(contents)),
    )
    return load_scorer(embedder.model_id, embedder=embedder).score(records, left, right)


def diagnosis(application: Application) -> dict[str, dict[str, Any]]:
    """What is in force on this machine: versions, BLAS and threads, database, model, index."""
    service = application.deduplicator
    packages = ("numpy", "scikit-learn", "faiss-cpu", "sentence-transformers", "sqlalchemy")
    return {
        "Python": {"version": sys.version.split()[0], "platform": sys.platform}
        | {name: version(name) for name in packages},
        "BLAS": asdict(describe_blas()),
        "database": asdict(application.store.describe()),
        "model": {"model_id": service.embedder.model_id, "dim": service.embedder.dim},
        "scorer": {"version": service.scorer.version},
        "index": {"rows": service.warm(), "change_no": service.live.change_no},
    }


def _archive_id(store: Store) -> str:
    """Names this database once: another's index snapshot or row key is never taken for its own."""
    with store.unit() as unit:
        known = unit.notes.get(ARCHIVE_NOTE)
        if known is None:
            known = uuid4().hex
            unit.notes.set(ARCHIVE_NOTE, known, at=_now())
            unit.commit()
        return known


def _now() -> datetime:
    return datetime.now(UTC)
