"""What goes out of work on the whole archive: imports, runs, units."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from api.uploads import Staged
from dedup import intake
from dedup.initiatives import Unit
from dedup.ports import ImportRecord, Run


class ImportOut(TypedDict):
    id: int
    file: str
    sheet: str
    state: str
    mapping: dict[str, str]
    by: str
    at: str
    report: dict[str, Any]


class ImportsOut(TypedDict):
    items: list[ImportOut]


PreviewOut = TypedDict(
    "PreviewOut",
    {
        "import": ImportOut,
        "preview": dict[str, Any],
    },
)


class RunOut(TypedDict):
    id: int
    state: str
    stage: str
    progress: float
    incremental: bool
    dry_run: bool
    started_at: str
    finished_at: str | None
    report: dict[str, Any]
    error: str


class UnitOut(TypedDict):
    id: int
    code: str
    name: str
    aliases: list[str]
    parent_id: int | None


class UnitsOut(TypedDict):
    items: list[UnitOut]


class UndoneOut(TypedDict):
    withdrawn: int
    restored: int


def import_out(record: ImportRecord) -> ImportOut:
    return {
        "id": record.id,
        "file": record.file,
        "sheet": record.sheet,
        "state": record.state,
        "mapping": dict(record.mapping),
        "by": record.by,
        "at": record.at.isoformat(),
        "report": dict(record.report),
    }


def preview_out(staged: Staged) -> PreviewOut:
    return {"import": import_out(staged.record), "preview": intake.preview_json(staged.preview)}


def run_out(run: Run) -> RunOut:
    return {
        "id": run.id,
        "state": run.state,
        "stage": run.stage,
        "progress": round(run.progress, 4),
        "incremental": bool(run.options.get("incremental")),
        "dry_run": bool(run.options.get("dry_run")),
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "report": dict(run.report),
        "error": run.error,
    }


def unit_out(unit: Unit) -> UnitOut:
    return {
        "id": unit.id,
        "code": unit.code,
        "name": unit.name,
        "aliases": list(unit.aliases),
        "parent_id": unit.parent_id,
    }
