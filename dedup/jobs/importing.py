"""Importing the rows of a file: one unit of work, all or nothing; undone by hiding, never deleting.

Equal rows inside the file or the archive are stored and later suggested: a repeat is data.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from dedup.errors import VerdictsRest
from dedup.initiatives import ImportId, InitiativeId, SourceRow, Submission, UnitId
from dedup.jobs.filing import get_one
from dedup.jobs.records import new_record, repaired
from dedup.ports import Clock, ImportRecord, NewRecord, OpenUnit, UnitOfWork
from dedup.units import UnitTree

# Rows written at once; large enough that statements cost little beside the rows.
BATCH = 5_000


class Row(Protocol):
    """A row that can be stored; ``key`` names the record it corrects, in a returned file."""

    @property
    def source(self) -> SourceRow: ...
    @property
    def submission(self) -> Submission: ...
    @property
    def key(self) -> InitiativeId | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the rows come from and who brings them."""

    file: str
    sheet: str
    digest: str
    header_key: str
    mapping: Mapping[str, str]
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    id: ImportId
    added: int
    updated: int
    again: bool = False  # these bytes and sheet were imported before: nothing was done


class Importer:
    def __init__(self, open_unit: OpenUnit, clock: Clock) -> None:
        self._open_unit = open_unit
        self._clock = clock

    def known(self, digest: str) -> Imported | None:
        """The import of these bytes and sheet, if they are in the archive already."""
        with self._open_unit() as unit:
            before = unit.imports.by_digest(digest)
        if before is None:
            return None
        return Imported(id=before.id, added=0, updated=0, again=True)

    def remembered_mapping(self, header_key: str) -> Mapping[str, str] | None:
        with self._open_unit() as unit:
            return unit.imports.remembered_mapping(header_key)

    def stage(self, origin: Origin) -> ImportRecord:
        """Register an import that waits for a person's word; no row is stored."""
        with self._open_unit() as unit:
            id = unit.imports.add(self._record(origin, 0))
            unit.commit()
            return unit.imports.get(id)

    def fail(self, id: ImportId, message: str) -> None:
        """An import that could not be carried out, and why."""
        with self._open_unit() as unit:
            unit.imports.set_state(id, "failed", report={"error": message})
            unit.commit()

    def store(
        self,
        origin: Origin,
        rows: Iterable[Row],
        *,
        warnings: int = 0,
        staged: ImportId | None = None,
    ) -> Imported:
        """Store every row, or none; under the import that was staged, if one was.

        Raises InvalidInput where a row cannot be stored.
        """
        if known := self.known(origin.digest):
            return known
        with self._open_unit() as unit:
            id = staged or unit.imports.add(self._record(origin, warnings))
            matched = _Matcher(UnitTree.of(unit.units.all()))
            added = updated = 0
            for batch in _batches(rows):
                new = [row for row in batch if row.key is None]
                corrected = [row for row in batch if row.key is not None]
                unit.initiatives.add(
                    [_record_of(row, matched, id) for row in new], at=self._clock()
                )
                added += len(new)
                for row in corrected:
                    self._correct(unit, row, matched, origin.by)
                updated += len(corrected)
            unit.imports.set_state(
                id, "done", report={"added": added, "updated": updated, "warnings": warnings}
            )
            unit.imports.remember_mapping(origin.header_key, origin.mapping)
            unit.commit()
        return Imported(id=id, added=added, updated=updated)

    def undo(self, id: ImportId, *, by: str, force: bool = False) -> int:
        """Hide an import's records; raises VerdictsRest (with the pairs) unless forced."""
        with self._open_unit() as unit:
            unit.lock()
            unit.imports.get(id)
            ids = unit.initiatives.of_import(id)
            resting = unit.decisions.touching(ids)
            if resting and not force:
                raise VerdictsRest(pairs=[decision.pair for decision in resting])
            count = unit.initiatives.set_withdrawn(ids, True, by=by, at=self._clock())
            unit.suggestions.retire_touching(ids)
            unit.decisions.expire([decision.id for decision in resting])
            unit.imports.set_state(id, "undone")
            unit.commit()
        return count

    def latest(self, limit: int = 100) -> list[ImportRecord]:
        with self._open_unit() as unit:
            return unit.imports.page(limit)

    def get(self, id: ImportId) -> ImportRecord:
        with self._open_unit() as unit:
            return unit.imports.get(id)

    def _record(self, origin: Origin, warnings: int) -> ImportRecord:
        return ImportRecord(
            id=ImportId(0),
            file=origin.file,
            sheet=origin.sheet,
            digest=origin.digest,
            state="staged",
            rows=0,
            warnings=warnings,
            mapping=origin.mapping,
            by=origin.by,
            at=self._clock(),
            report={},
        )

    def _correct(self, unit: UnitOfWork, row: Row, matched: _Matcher, by: str) -> None:
        """Update the record a returned row names; verdicts that rested on its old text expire."""
        before = get_one(unit, row.key or 0)
        record = _record_of(row, matched, before.import_id)
        after = unit.initiatives.update(
            before.id, record, expected_version=before.version, by=by, at=self._clock()
        )
        if after.fingerprint != before.fingerprint:
            unit.decisions.expire([d.id for d in unit.decisions.touching([before.id])])
            unit.suggestions.retire_touching([before.id])


class _Matcher:
    """Unit names as typed, each looked up once."""

    def __init__(self, tree: UnitTree) -> None:
        self._tree = tree
        self._known: dict[str, UnitId | None] = {}

    def __call__(self, typed: str) -> UnitId | None:
        if typed not in self._known:
            self._known[typed] = self._tree.match(typed) if typed else None
        return self._known[typed]


def _record_of(row: Row, matched: _Matcher, import_id: ImportId | None) -> NewRecord:
    clean = repaired(row.submission)
    clean = dataclasses.replace(clean, unit_id=clean.unit_id or matched(clean.unit))
    return new_record(clean, import_id=import_id, source=row.source)


def _batches(rows: Iterable[Row]) -> Iterable[Sequence[Row]]:
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        yield batch
