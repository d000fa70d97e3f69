"""Uploaded files on their way in: kept beside the database until confirmed, imported, then removed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path, PurePath

from fastapi import UploadFile

from dedup import intake
from dedup.bootstrap import Application
from dedup.errors import Conflict, DedupError
from dedup.initiatives import ImportId
from dedup.jobs.importing import Origin
from dedup.ports import ImportRecord


@dataclass(frozen=True, slots=True)
class Staged:
    record: ImportRecord
    preview: intake.Preview


class Uploads:
    def __init__(self, application: Application) -> None:
        self._service = application.deduplicator
        self._folder = application.settings.data_dir / "uploads"

    def stage(self, file: UploadFile, wanted: intake.Wanted, *, by: str) -> Staged:
        """Keep the bytes, read a preview; nothing is imported. Raises BadFile."""
        name = PurePath(file.filename or "tep").name[:200] or "tep"
        self._folder.mkdir(parents=True, exist_ok=True)
        waiting = self._folder / f"waiting-{id(file)}{PurePath(name).suffix[:10]}"
        try:
            with waiting.open("wb") as target:
                shutil.copyfileobj(file.file, target)
            preview = intake.preview(self._service, waiting, wanted)
            record = self._service.importer.stage(_origin(name, preview, by))
            waiting.rename(self._place(record.id, name))
        finally:
            waiting.unlink(missing_ok=True)
        return Staged(record, preview)

    def staged_file(self, record: ImportRecord) -> Path:
        """The bytes waiting under an import; raises Conflict once it was carried out."""
        path = self._place(record.id, record.file)
        if record.state != "staged" or not path.exists():
            raise Conflict("Lần nhập này không còn chờ xác nhận.", id=record.id)
        return path

    def carry_out(
        self, record: ImportRecord, path: Path, wanted: intake.Wanted, *, by: str
    ) -> None:
        """Import the staged bytes and scan what is new; a failure stands in the import's report."""
        try:
            intake.import_file(
                self._service, path, wanted, by=by, name=record.file, staged=record.id
            )
        except DedupError as error:
            self._service.importer.fail(record.id, error.message)
            return
        finally:
            path.unlink(missing_ok=True)
        intake.scan_new(self._service)

    def _place(self, id: ImportId, name: str) -> Path:
        return self._folder / f"import-{id}{PurePath(name).suffix[:10]}"


def _origin(name: str, preview: intake.Preview, by: str) -> Origin:
    return Origin(
        file=name,
        sheet=preview.sheet,
        digest=preview.digest,
        header_key=preview.header_key,
        mapping=preview.mapping,
        by=by,
    )
