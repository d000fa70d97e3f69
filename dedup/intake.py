"""Bringing a file in, from its bytes to stored records: between the files room and the import job.

Nothing is written before the whole file was read; rows that cannot be stored are reported by the
row number Excel shows, and returned in a copy of the file.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from dedup import files
from dedup.errors import BadFile
from dedup.files import Opened, ParsedRow, Problem, Wanted
from dedup.initiatives import (
    Initiative,
    RowKey,
    SourceRow,
    Submission,
    Unit,
    UnitId,
)
from dedup.jobs.corrections import Refusal
from dedup.jobs.importing import Imported, Origin
from dedup.jobs.rescanning import RescanOptions
from dedup.jobs.running import JobCancelled
from dedup.jobs.telling import PROGRAM, tell
from dedup.people import Act
from dedup.ports import ImportRecord, InitiativeFilter
from dedup.service import Deduplicator
from dedup.synthetic.sample import sample_records, sample_units
from dedup.validity import Circumstances, Level, check, remark

Tell = Callable[[float, str], None]
EXPORTED_AT_ONCE = 1_000
# Rows of a preview shown to a person; every row is read and every problem counted.
SHOWN = 20
PROBLEMS_SHOWN = 1_000

__all__ = ["Problem", "Wanted", "give_back", "import_file", "preview"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a file would bring, before anything is written."""

    sheet: str
    digest: str
    header_row: int
    header_key: str
    headings: tuple[str, ...]
    mapping: dict[str, str]
    rows: int
    corrections: int  # of the rows, those that put a new text over a record
    unchanged: int  # of the rows, those that came back as they went out
    refused: int
    problems: list[Problem]
    first: tuple[Submission, ...]
    again: bool  # these bytes and sheet are in the archive already


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What became of a file; ``sheet`` and ``header_row`` say where its table stands, if it has one."""

    imported: Imported
    refused: int
    warned: int
    problems: list[Problem]
    sheet: str
    header_row: int | None


@dataclass(frozen=True, slots=True)
class _Storable:
    source: SourceRow
    submission: Submission
    key: RowKey | None = None
    given: frozenset[str] = frozenset()


def preview(service: Deduplicator, path: Path, wanted: Wanted, *, name: str = "") -> Preview:
    """Read the whole file and write nothing; raises BadFile."""
    opened = _opened(service, path, wanted, name)
    rows = _read(service, opened)
    good = _storable(rows)
    judged = service.importer.judge(good)
    digest = files.digest(path, opened.sheet)
    return Preview(
        sheet=opened.sheet,
        digest=digest,
        header_row=opened.header.first if opened.header else 0,
        header_key=opened.header_key,
        headings=opened.header.labels if opened.header else (),
        mapping=dict(opened.mapping),
        rows=len(good) - len(judged.refusals),
        corrections=len(judged.corrections),
        unchanged=len(judged.unchanged),
        refused=len(rows) - len(good) + len(judged.refusals),
        problems=_problems(rows, judged.refusals),
        first=tuple(row.submission for row in good[:SHOWN]),
        again=service.importer.known(digest) is not None,
    )


def preview_json(shown: Preview) -> dict[str, Any]:
    """A preview for programs: mapping, counts, problems (the first ones), first rows."""
    return {
        "sheet": shown.sheet,
        "header_row": shown.header_row,
        "headings": list(shown.headings),
        "mapping": shown.mapping,
        "rows": shown.rows,
        "corrections": shown.corrections,
        "unchanged": shown.unchanged,
        "refused": shown.refused,
        "again": shown.again,
        "problem_count": len(shown.problems),
        "problems": [dataclasses.asdict(p) for p in shown.problems[:PROBLEMS_SHOWN]],
        "first": [files.record_json(submission) for submission in shown.first],
    }


def import_file(
    service: Deduplicator,
    path: Path,
    wanted: Wanted,
    *,
    by: str,
    name: str = "",
    staged: ImportRecord | None = None,
    tell: Tell = lambda _fraction, _stage: None,
) -> Brought:
    """Store every good row of a file as one import; raises BadFile. The same file again adds nothing.

    Of a ``staged`` import the mapping is the one that was previewed, with what ``wanted`` changes.
    """
    tell(0.0, "read")
    opened = _opened(service, path, wanted, name, seen=staged.mapping if staged else None)
    rows = _read(service, opened)
    tell(0.5, "write")
    good = _storable(rows)
    origin = Origin(
        file=name or path.name,
        sheet=opened.sheet,
        digest=files.digest(path, opened.sheet),
        header_key=opened.header_key,
        mapping=opened.mapping,
        by=by,
    )
    warned = len({p.row for row in rows for p in row.problems if p.level != "error"})
    imported = service.importer.store(
        origin, good, warnings=warned, staged=staged.id if staged else None
    )
    tell(1.0, "write")
    return Brought(
        imported=imported,
        refused=len(rows) - len(good) + len(imported.refusals),
        warned=warned,
        problems=_problems(rows, imported.refusals),
        sheet=opened.sheet,
        header_row=opened.header.lowest if opened.header else None,
    )


def give_back(path: Path, out: Path, brought: Brought) -> None:
    """Write the office's file with what is to be told and the keys of its rows; raises BadFile."""
    if brought.header_row is None:
        raise BadFile(reason="Chỉ bảng tính (.xlsx, .xls, .csv) mới trả lại được kèm lỗi.")
    files.write_returned(
        path,
        out,
        sheet=brought.sheet,
        header_row=brought.header_row,
        problems=brought.problems,
        keys={row: str(key) for row, key in brought.imported.keys.items()},
    )


def scan_new(service: Deduplicator, *, by: str = PROGRAM) -> None:
    """The re-scan after an import; one that is running already will be followed by the next."""
    run = service.rescanner.start(RescanOptions(incremental=True), by=by)
    try:
        service.rescanner.carry_out(run)
    except JobCancelled:
        return


def load_sample(service: Deduplicator) -> int:
    """The bundled sample archive and its union tree, as one import; returns its records."""
    _add_units(service, sample_units(), by=PROGRAM)
    rows = [
        _Storable(SourceRow(file="sample", sheet="", row=number), files.submission_of(record))
        for number, record in enumerate(sample_records(), start=1)
    ]
    origin = Origin(
        file="sample", sheet="", digest="sample", header_key="sample", mapping={}, by=PROGRAM
    )
    return service.importer.store(origin, rows).added


def import_units(service: Deduplicator, path: Path, *, by: str = PROGRAM) -> int:
    """Fill the union tree from a file; raises BadFile. Codes known already are left as they are."""
    return _add_units(service, files.read_units(path), by=by)


def records(service: Deduplicator, text: str = "") -> Iterator[Initiative]:
    """Every live record with these words, by id."""
    where, after = InitiativeFilter(text=text), 0
    while page := service.page(where, after=after, limit=EXPORTED_AT_ONCE):
        yield from page
        after = page[-1].id


def _opened(
    service: Deduplicator,
    path: Path,
    wanted: Wanted,
    name: str,
    *,
    seen: Mapping[str, str] | None = None,
) -> Opened:
    """The file under the mapping a person has seen, else the one remembered for its headings."""
    if seen is None:
        seen = service.importer.remembered_mapping(files.header_key(path, wanted))
    return files.open_rows(path, wanted, remembered=seen, name=name)


def _read(service: Deduplicator, opened: Opened) -> list[ParsedRow]:
    return files.keyed_once([_checked(service, row) for row in opened.rows])


def _storable(rows: Sequence[ParsedRow]) -> list[_Storable]:
    return [
        _Storable(r.source, r.submission, r.key, r.given) for r in rows if r.submission is not None
    ]


def _problems(rows: Sequence[ParsedRow], refusals: Sequence[Refusal]) -> list[Problem]:
    """What is to be told, row by row as Excel numbers them."""
    told = [problem for row in rows for problem in row.problems]
    told += [files.key_problem(refusal.row, refusal.error.message) for refusal in refusals]
    return sorted(told, key=lambda problem: problem.row)


def _checked(service: Deduplicator, row: ParsedRow) -> ParsedRow:
    """The row with its faults of validity: as flags on the record and as problems of the row."""
    if row.submission is None:
        return row
    around = Circumstances(today=service.clock().date())
    whole = dataclasses.replace(
        row.submission, flags=row.submission.flags + check(row.submission, around)
    )
    told = [remark(flag) for flag in whole.flags if row.speaks_of(flag.field)]
    problems = tuple(
        Problem(row.source.row, r.code, "warning", r.message, r.field)
        for r in told
        if r.level is not Level.NOTE
    )
    return dataclasses.replace(row, submission=whole, problems=row.problems + problems)


class UnitLine(Protocol):
    """One unit by codes, after its parent."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def parent(self) -> str: ...


def _add_units(service: Deduplicator, rows: Sequence[UnitLine], *, by: str) -> int:
    with service.open_unit() as unit:
        ids = {known.code: known.id for known in unit.units.all()}
        added = 0
        for row in rows:
            if row.code in ids:
                continue
            new = Unit(
                id=UnitId(0),
                code=row.code,
                name=row.name,
                aliases=row.aliases,
                parent_id=ids.get(row.parent),
            )
            [ids[row.code]] = unit.units.add([new])
            added += 1
        if added:
            tell(unit, Act.ADD_UNITS, "units", by=by, at=service.clock(), added=added)
        unit.commit()
    return added
