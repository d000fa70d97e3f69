"""Uploaded files on their way in: kept beside the database until confirmed, imported, then removed.

A file is named by its import: ``waiting-7.xlsx`` until confirmed, ``taken-7.xlsx`` while it is being
imported. The rename is the claim: of two confirmations one finds the file gone.
"""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from fastapi import UploadFile

from dedup import intake
from dedup.bootstrap import Application
from dedup.errors import Conflict, DedupError, ImportNotFound
from dedup.initiatives import ImportId
from dedup.jobs.importing import NOT_WAITING, Origin
from dedup.ports import ImportRecord

log = logging.getLogger("sangkien")

NAME_LIMIT = 200


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
        name = _file_name(file.filename or "")
        self._folder.mkdir(parents=True, exist_ok=True)
        arriving = self._folder / f"arriving-{uuid4().hex}{_suffix(name)}"
        try:
            with arriving.open("wb") as target:
                shutil.copyfileobj(file.file, target)
            preview = intake.preview(self._service, arriving, wanted, name=name)
            record = self._service.importer.stage(_origin(name, preview, by))
            arriving.rename(self._place("waiting", record))
        finally:
            arriving.unlink(missing_ok=True)
        return Staged(record, preview)

    def claim(self, record: ImportRecord) -> Path:
        """Take the bytes that wait under an import; raises Conflict where they were taken before."""
        taken = self._place("taken", record)
        try:
            return self._place("waiting", record).rename(taken)
        except FileNotFoundError as error:
            raise Conflict(NOT_WAITING, id=record.id) from error

    def carry_out(
        self, record: ImportRecord, path: Path, changes: Mapping[str, str], *, by: str
    ) -> None:
        """Import claimed bytes as they were previewed, with a person's changes of the mapping.

        What is new is scanned; a failure stands in the import's report.
        """
        wanted = intake.Wanted(
            sheet=record.sheet or None,
            header_row=record.report.get("header_row") or None,
            mapping=changes,
        )
        importer = self._service.importer
        try:
            brought = intake.import_file(
                self._service, path, wanted, by=by, name=record.file, staged=record
            )
        except DedupError as error:
            importer.fail(record.id, error.message)
            return
        except Exception:
            importer.fail(record.id, "Có lỗi ngoài dự kiến khi nhập; xin báo người quản trị.")
            raise
        finally:
            path.unlink(missing_ok=True)
        if brought.imported.again:
            known = f"Tệp này đã được nhập ở lần {brought.imported.id}; không thêm gì."
            importer.fail(record.id, known)
            return
        intake.scan_new(self._service, by=by)

    def recover(self) -> None:
        """After a process died: what it had taken waits again, unless its import was carried out.

        A file of an import that this database does not know (an older copy was restored) is kept.
        """
        for taken in self._folder.glob("taken-*"):
            id = re.fullmatch(r"taken-([0-9]{1,18})(?:\..*)?", taken.name)
            if id is None:
                continue
            try:
                record = self._service.importer.get(ImportId(int(id[1])))
            except ImportNotFound:
                log.warning(
                    "%s belongs to no import of this database; it is left there", taken.name
                )
                continue
            if record.state == "staged":
                taken.rename(self._place("waiting", record))
            else:
                taken.unlink()

    def _place(self, state: str, record: ImportRecord) -> Path:
        return self._folder / f"{state}-{record.id}{_suffix(record.file)}"


def _file_name(sent: str) -> str:
    """The last part of a name as sent, by either system's separators, without control characters."""
    last = re.split(r"[/\\]", sent)[-1]
    return re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "", last)[-NAME_LIMIT:].strip() or "tep"


def _suffix(name: str) -> str:
    found = re.search(r"\.[A-Za-z0-9]{1,8}$", name)
    return found[0].lower() if found else ""


def _origin(name: str, preview: intake.Preview, by: str) -> Origin:
    return Origin(
        file=name,
        sheet=preview.sheet,
        digest=preview.digest,
        header_key=preview.header_key,
        mapping=preview.mapping,
        by=by,
        header_row=preview.header_row,
    )
