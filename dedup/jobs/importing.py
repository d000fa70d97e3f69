"""Importing the rows of a file: one unit of work; undone by hiding and putting back, never deleting.

Equal rows inside the file or the archive are stored and later suggested: a repeat is data.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dedup.errors import Conflict, VerdictsRest
from dedup.initiatives import (
    Decision,
    ImportId,
    Initiative,
    InitiativeId,
    RowKey,
    Submission,
    UnitId,
)
from dedup.jobs.corrections import Judged, Refusal, Row, archive_of, judge
from dedup.jobs.records import new_record, repaired
from dedup.jobs.telling import tell
from dedup.people import Act
from dedup.ports import Clock, ImportRecord, NewRecord, OpenUnit, UnitOfWork
from dedup.units import UnitTree

# Rows written at once; large enough that statements cost little beside the rows.
BATCH = 5_000
NOT_WAITING = "Lần nhập này không còn chờ xác nhận."


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the rows come from and who brings them."""

    file: str
    sheet: str
    digest: str
    header_key: str
    mapping: Mapping[str, str]
    by: str
    header_row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    id: ImportId
    added: int = 0
    updated: int = 0
    unchanged: int = 0  # rows that came back as they went out
    refusals: Sequence[Refusal] = ()
    keys: Mapping[int, RowKey] = field(
        default_factory=dict
    )  # of the rows it wrote, by Excel's number
    again: bool = False  # these bytes and sheet were imported before: nothing was done


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    withdrawn: int  # records that the import had added
    restored: int  # records that it had corrected, back at the text before


class Importer:
    def __init__(self, open_unit: OpenUnit, clock: Clock) -> None:
        self._open_unit = open_unit
        self._clock = clock

    def known(self, digest: str) -> ImportId | None:
        """The import of these bytes and sheet, if they are in the archive already."""
        with self._open_unit() as unit:
            before = unit.imports.by_digest(digest)
        return before.id if before else None

    def judge(self, rows: Sequence[Row]) -> Judged:
        """What the rows would do, as the archive stands; writes nothing."""
        with self._open_unit() as unit:
            return judge(unit, rows)

    def remembered_mapping(self, header_key: str) -> Mapping[str, str] | None:
        with self._open_unit() as unit:
            return unit.imports.remembered_mapping(header_key)

    def stage(self, origin: Origin) -> ImportRecord:
        """Register an import that waits for a person's word; no row is stored.

        The header row that was previewed stands in the report until there is one.
        """
        with self._open_unit() as unit:
            seen = {"header_row": origin.header_row}
            id = unit.imports.add(dataclasses.replace(self._record(origin, 0), report=seen))
            self._tell(unit, Act.STAGE_IMPORT, id, origin.by, file=origin.file)
            unit.commit()
            return unit.imports.get(id)

    def fail(self, id: ImportId, message: str) -> None:
        """A staged import that could not be carried out, and why; any other stays what it is."""
        with self._open_unit() as unit:
            unit.lock()
            if unit.imports.get(id).state == "staged":
                unit.imports.set_state(id, "failed", report={"error": message})
                unit.commit()

    def store(
        self,
        origin: Origin,
        rows: Sequence[Row],
        *,
        warnings: int = 0,
        staged: ImportId | None = None,
    ) -> Imported:
        """Store the rows under the import that was staged, if one was; those refused are told.

        Raises InvalidInput, and stores none, where a row is no record; Conflict where the import
        waits no longer.
        """
        with self._open_unit() as unit:
            unit.lock()  # of two imports of one file at once, the second sees what the first did
            if before := unit.imports.by_digest(origin.digest):
                return Imported(id=before.id, keys=_keys(unit, before.id, rows), again=True)
            if staged is not None and unit.imports.get(staged).state != "staged":
                raise Conflict(NOT_WAITING, id=staged)
            id = staged or unit.imports.add(self._record(origin, warnings))
            imported = self._stored(unit, id, rows, by=origin.by)
            report = {
                "added": imported.added,
                "updated": imported.updated,
                "unchanged": imported.unchanged,
                "refused": len(imported.refusals),
                "warnings": warnings,
            }
            unit.imports.set_state(id, "done", report=report)
            unit.imports.remember_mapping(origin.header_key, origin.mapping)
            self._tell(unit, Act.IMPORT, id, origin.by, file=origin.file, **report)
            unit.commit()
        return imported

    def _stored(self, unit: UnitOfWork, id: ImportId, rows: Sequence[Row], *, by: str) -> Imported:
        matched, archive = _Matcher(UnitTree.of(unit.units.all())), archive_of(unit)
        keys: dict[int, RowKey] = {}
        refusals: list[Refusal] = []
        added = updated = unchanged = 0
        for batch in _batches(rows):
            judged = judge(unit, batch)
            new = [_record_of(row, matched, id) for row in judged.new]
            ids = unit.initiatives.add(new, at=self._clock())
            for row, new_id in zip(judged.new, ids, strict=True):
                keys[row.source.row] = RowKey(archive, new_id, 1)
            for one in judged.corrections:
                after = self._put_over(unit, one.before, one.text, matched, by=by, import_id=id)
                keys[one.row] = RowKey(archive, after.id, after.version)
            refusals += judged.refusals
            added, updated = added + len(new), updated + len(judged.corrections)
            unchanged += len(judged.unchanged)
        return Imported(
            id=id,
            added=added,
            updated=updated,
            unchanged=unchanged,
            refusals=tuple(refusals),
            keys=keys,
        )

    def undo(self, id: ImportId, *, by: str, force: bool = False) -> Undone:
        """Hide what an import added and put back what it corrected.

        Raises VerdictsRest (with the pairs), or Conflict where a corrected record was edited since,
        unless forced; Conflict where the import is not in the archive.
        """
        with self._open_unit() as unit:
            unit.lock()
            if unit.imports.get(id).state != "done":
                raise Conflict("Lần nhập này không ở trong kho nên không có gì để thu hồi.", id=id)
            added, replaced = unit.initiatives.of_import(id), unit.initiatives.replaced_by(id)
            now = {r.id: r for r in unit.initiatives.get(record for record, _, _ in replaced)}
            resting = unit.decisions.touching(
                [*added, *(r for r, _, text in replaced if _says_another(text, now[r]))]
            )
            if not force:
                _refuse_to_undo(resting, [r for r, old, _ in replaced if now[r].version != old + 1])
            count = unit.initiatives.set_withdrawn(added, True, by=by, at=self._clock())
            unit.decisions.expire([decision.id for decision in resting])
            unit.suggestions.retire_touching(added)
            matched = _Matcher(UnitTree.of(unit.units.all()))
            for record, _, text in replaced:
                self._put_over(unit, now[record], text, matched, by=by)
            unit.imports.set_state(id, "undone")
            restored = len(replaced)
            self._tell(unit, Act.UNDO_IMPORT, id, by, withdrawn=count, restored=restored)
            unit.commit()
        return Undone(withdrawn=count, restored=restored)

    def latest(self, limit: int = 100) -> list[ImportRecord]:
        with self._open_unit() as unit:
            return unit.imports.page(limit)

    def get(self, id: ImportId) -> ImportRecord:
        with self._open_unit() as unit:
            return unit.imports.get(id)

    def _tell(self, unit: UnitOfWork, act: Act, id: ImportId, by: str, **detail: Any) -> None:
        tell(unit, act, f"imports/{id}", by=by, at=self._clock(), **detail)

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

    def _put_over(
        self,
        unit: UnitOfWork,
        before: Initiative,
        text: Submission,
        matched: _Matcher,
        *,
        by: str,
        import_id: ImportId | None = None,
    ) -> Initiative:
        """Put a text over a record; verdicts that rested on the old one expire."""
        typed_anew = text.unit != before.unit
        unit_id = text.unit_id or matched(text.unit) if typed_anew else before.unit_id
        after = unit.initiatives.update(
            before.id,
            new_record(dataclasses.replace(text, unit_id=unit_id)),
            expected_version=before.version,
            by=by,
            at=self._clock(),
            import_id=import_id,
        )
        if after.fingerprint != before.fingerprint:
            unit.decisions.expire([d.id for d in unit.decisions.touching([before.id])])
            unit.suggestions.retire_touching([before.id])
        return after


class _Matcher:
    """Unit names as typed, each looked up once."""

    def __init__(self, tree: UnitTree) -> None:
        self._tree = tree
        self._known: dict[str, UnitId | None] = {}

    def __call__(self, typed: str) -> UnitId | None:
        if typed not in self._known:
            self._known[typed] = self._tree.match(typed) if typed else None
        return self._known[typed]


def _record_of(row: Row, matched: _Matcher, import_id: ImportId) -> NewRecord:
    clean = repaired(row.submission)
    clean = dataclasses.replace(clean, unit_id=clean.unit_id or matched(clean.unit))
    return new_record(clean, import_id=import_id, source=row.source)


def _says_another(text: Submission, record: Initiative) -> bool:
    return new_record(text).fingerprint != record.fingerprint


def _refuse_to_undo(resting: Sequence[Decision], edited: Sequence[InitiativeId]) -> None:
    if resting:
        raise VerdictsRest(pairs=[decision.pair for decision in resting])
    if edited:
        raise Conflict(
            f"Hồ sơ {', '.join(f'#{id}' for id in edited[:20])} đã được sửa tiếp sau lần nhập này; "
            "xin xem lại, hoặc chọn «vẫn thu hồi» để trở về bản trước lần nhập.",
            ids=list(edited),
        )


def _keys(unit: UnitOfWork, id: ImportId, rows: Sequence[Row]) -> dict[int, RowKey]:
    """Keys of the rows an import wrote, as it wrote them; ``rows`` are those of its file."""
    archive = archive_of(unit)
    added = unit.initiatives.get(unit.initiatives.of_import(id))
    keys = {r.source.row: RowKey(archive, r.id, 1) for r in added if r.source}
    replaced = {(record, version) for record, version, _ in unit.initiatives.replaced_by(id)}
    for row in rows:
        if row.key and (row.key.id, row.key.version) in replaced:
            keys[row.source.row] = RowKey(archive, row.key.id, row.key.version + 1)
    return keys


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
