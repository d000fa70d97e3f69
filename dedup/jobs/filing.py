"""Filing, editing and withdrawing one record: record, vector and suggestions in one unit of work.

The index follows only after the commit (``dedup.jobs.following``); if the process dies between,
the next search repairs it from the table.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dedup import text
from dedup.errors import InitiativeExists, InitiativeNotFound
from dedup.initiatives import (
    Band,
    Initiative,
    InitiativeId,
    Pair,
    Submission,
    Suggestion,
)
from dedup.jobs.records import new_record, repaired, with_unit
from dedup.jobs.screening import Match, Screener, Screening
from dedup.jobs.telling import PROGRAM, tell
from dedup.people import Act
from dedup.ports import Clock, OpenUnit, UnitOfWork, Vectorised
from dedup.units import UnitTree

# Matches written as suggestions when a record is filed; a re-scan finds the rest.
SUGGESTED = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    initiative: Initiative
    screening: Screening


class Filer:
    def __init__(self, open_unit: OpenUnit, clock: Clock, screener: Screener) -> None:
        self._open_unit = open_unit
        self._clock = clock
        self._screener = screener

    def file(self, submission: Submission, *, by: str = PROGRAM) -> Filed:
        """Store a new record with its suggestions; raises InitiativeExists, InvalidInput."""
        clean = repaired(submission)
        query = self._screener.embed([clean])[0]
        screening = self._screener.screen(clean, top=SUGGESTED)
        with self._open_unit() as unit:
            unit.lock()  # of two filings of one code at once, the second sees what the first did
            clean = with_unit(UnitTree.of(unit.units.all()), clean)
            _refuse_known_code(unit, clean)
            [id] = unit.initiatives.add([new_record(clean)], at=self._clock())
            self._store_vector(unit, id, query.title, query.content)
            [initiative] = unit.initiatives.get([id])
            unit.suggestions.upsert(_suggestions(initiative, screening), at=self._clock())
            self._tell(unit, Act.FILE, id, by)
            unit.commit()
        return Filed(initiative=initiative, screening=screening)

    def edit(
        self, id: InitiativeId, submission: Submission, *, expected_version: int, by: str
    ) -> Filed:
        """Replace a record's text, keeping the old version; verdicts that rested on it expire.

        Raises InitiativeNotFound, StaleVersion, InvalidInput.
        """
        clean = repaired(submission)
        query = self._screener.embed([clean])[0]
        screening = self._screener.screen(clean, top=SUGGESTED, exclude=id)
        with self._open_unit() as unit:
            unit.lock()
            before = get_one(unit, id)
            clean = with_unit(UnitTree.of(unit.units.all()), clean)
            record = new_record(clean, import_id=before.import_id, source=before.source)
            after = unit.initiatives.update(
                id, record, expected_version=expected_version, by=by, at=self._clock()
            )
            if after.fingerprint != before.fingerprint:
                self._store_vector(unit, id, query.title, query.content)
                unit.decisions.expire([d.id for d in unit.decisions.touching([id])])
                unit.suggestions.retire_touching([id])
                unit.suggestions.upsert(_suggestions(after, screening), at=self._clock())
            self._tell(
                unit, Act.EDIT, id, by, version=after.version, fields=_changed(before, after)
            )
            unit.commit()
        return Filed(initiative=after, screening=screening)

    def withdraw(self, id: InitiativeId, *, by: str) -> None:
        """Hide a record everywhere; nothing is deleted."""
        self._set_withdrawn(id, True, by=by)

    def restore(self, id: InitiativeId, *, by: str) -> None:
        """Bring a withdrawn record back; the next re-scan suggests for it again."""
        self._set_withdrawn(id, False, by=by)

    def _set_withdrawn(self, id: InitiativeId, withdrawn: bool, *, by: str) -> None:
        with self._open_unit() as unit:
            get_one(unit, id)
            unit.initiatives.set_withdrawn([id], withdrawn, by=by, at=self._clock())
            if withdrawn:
                unit.suggestions.retire_touching([id])
            self._tell(unit, Act.WITHDRAW if withdrawn else Act.RESTORE, id, by)
            unit.commit()

    def _tell(self, unit: UnitOfWork, act: Act, id: InitiativeId, by: str, **detail: Any) -> None:
        tell(unit, act, f"initiatives/{id}", by=by, at=self._clock(), **detail)

    def _store_vector(
        self, unit: UnitOfWork, id: InitiativeId, title: np.ndarray, content: np.ndarray
    ) -> None:
        row = Vectorised(ids=np.array([id], dtype=np.int64), titles=title, contents=content)
        unit.vectors.put(self._screener.model_id, row)


def _changed(before: Submission, after: Submission) -> list[str]:
    """The fields that people wrote anew; remarks, and the node of a unit's name, follow from them."""
    names = [f.name for f in dataclasses.fields(Submission) if f.name not in {"flags", "unit_id"}]
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def get_one(unit: UnitOfWork, id: int) -> Initiative:
    """The record of an id; raises InitiativeNotFound."""
    found = unit.initiatives.get([id])
    if not found:
        raise InitiativeNotFound(id=id)
    return found[0]


def _refuse_known_code(unit: UnitOfWork, submission: Submission) -> None:
    if not submission.code:
        return
    same_unit = text.canonical(submission.unit)
    for known in unit.initiatives.by_code(submission.code):
        if not known.withdrawn and text.canonical(known.unit) == same_unit:
            raise InitiativeExists(code=submission.code, id=known.id)


def _suggestions(initiative: Initiative, screening: Screening) -> Sequence[Suggestion]:
    return [
        _suggestion(initiative, match, screening)
        for match in screening.matches
        if match.band is not Band.CLEAR
    ]


def _suggestion(initiative: Initiative, match: Match, screening: Screening) -> Suggestion:
    pair = Pair.of(initiative.id, match.initiative.id)
    prints = {r.id: r.fingerprint for r in (initiative, match.initiative)}
    return Suggestion(
        pair=pair,
        score=match.score.value,
        band=match.band,
        relation=match.score.relation,
        similarity=match.similarity,
        evidence=match.score.evidence,
        model_id=screening.model_id,
        scorer_version=screening.scorer_version,
        left_fingerprint=prints[pair.left],
        right_fingerprint=prints[pair.right],
    )
