"""JSON lines in and out; the keys are the field names, ``id`` is the office's own code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from dedup import text
from dedup.errors import BadFile
from dedup.initiatives import Attachment, Author, Flag, Initiative, PartialDate, Submission

TEXTS = (
    "title",
    "situation",
    "description",
    "novelty",
    "effect",
    "kind",
    "field",
    "unit",
    "benefit_raw",
    "decision_no",
    "decision_level",
)
VIETNAM = timezone(timedelta(hours=7))
DATES = ("filed_on", "first_applied_on", "recognised_on")


def read_submissions(path: Path) -> Iterator[Submission]:
    """The records of a .jsonl file (or one JSON array); raises BadFile with the line."""
    for line, row in read_objects(path):
        try:
            yield submission_of(row)
        except BadFile as error:
            raise BadFile(f"Dòng {line}: {error.reason}", row=line, reason=error.reason) from error


def read_objects(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """JSON objects with their line numbers; raises BadFile where one cannot be read."""
    try:
        with path.open(encoding="utf-8-sig") as source:
            yield from enumerate(_objects(source.read() if _is_array(path) else source), start=1)
    except UnicodeDecodeError as error:
        raise BadFile(reason="Tệp không phải UTF-8; xin lưu lại với mã UTF-8.") from error
    except OSError as error:
        raise BadFile(reason=f"Không mở được tệp {path.name}: {error.strerror}.") from error


def submission_of(row: Mapping[str, Any]) -> Submission:
    """A submission of one object; unknown keys stay in ``raw``. Raises BadFile on a wrong type."""
    values: dict[str, Any] = {name: _text(row, name) for name in TEXTS}
    flags: list[Flag] = []
    values |= {name: _date(row, name, flags) for name in DATES}
    if values["first_applied_on"] is None and row.get("year") not in (None, ""):
        values["first_applied_on"] = _date(
            {"first_applied_on": str(row["year"])}, "first_applied_on", flags
        )
    return Submission(
        **values,
        code=_text(row, "code") or _text(row, "id"),
        authors=tuple(_author(author) for author in _listed(row, "authors")),
        attachments=tuple(_attachment(item) for item in _listed(row, "attachments")),
        benefit_vnd=_benefit(row, flags),
        uploaded_at=_timestamp(row, flags),
        secret=_flag(row, "secret"),
        flags=tuple(flags),
        raw=dict(row),
    )


def record_json(record: Submission) -> dict[str, Any]:
    """The record under the contract's keys; a filed one also carries its own ``record`` id."""
    row: dict[str, Any] = {"id": record.code}
    row |= {name: getattr(record, name) for name in TEXTS}
    row |= {name: _iso(getattr(record, name)) for name in DATES}
    row |= {
        "authors": [_author_json(author) for author in record.authors],
        "benefit_vnd": record.benefit_vnd,
        "uploaded_at": record.uploaded_at.isoformat() if record.uploaded_at else None,
        "secret": record.secret,
    }
    if isinstance(record, Initiative):
        row["record"] = int(record.id)
    return row


def _is_array(path: Path) -> bool:
    with path.open(encoding="utf-8-sig", errors="ignore") as source:
        return source.read(64).lstrip().startswith("[")


def _objects(source: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(source, str):
        yield from _array(source)
        return
    for line, content in enumerate(source, start=1):
        if content.strip():
            yield _object(content, line)


def _array(content: str) -> list[Mapping[str, Any]]:
    try:
        rows = json.loads(content)
    except json.JSONDecodeError as error:
        raise BadFile(
            f"Dòng {error.lineno} không phải JSON: {error.msg}.", row=error.lineno
        ) from error
    if not all(isinstance(row, dict) for row in rows):
        raise BadFile(reason="Mỗi phần tử của mảng JSON phải là một đối tượng.")
    return list(rows)


def _object(content: str, line: int) -> Mapping[str, Any]:
    try:
        row = json.loads(content)
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadFile(f"Dòng {line} không phải JSON.", row=line, reason=str(error)) from error
    if not isinstance(row, dict):
        raise BadFile(f"Dòng {line} phải là một đối tượng JSON.", row=line)
    return row


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool | list | dict):
        raise BadFile(column=name, reason=f"Trường «{name}» phải là văn bản.")
    return str(value)


def _date(row: Mapping[str, Any], name: str, flags: list[Flag]) -> PartialDate | None:
    value = row.get(name)
    if value in (None, ""):
        return None
    parsed = text.parse_date(value)
    flags.extend(Flag(code=code, field=name, detail=str(value)) for code in parsed.flags)
    return PartialDate(parsed.value) if parsed.value else None


def _timestamp(row: Mapping[str, Any], flags: list[Flag]) -> datetime | None:
    value = row.get("uploaded_at")
    if value in (None, ""):
        return None
    parsed = text.parse_timestamp(value)
    flags.extend(Flag(code=code, field="uploaded_at", detail=str(value)) for code in parsed.flags)
    return moment(parsed.value) if parsed.value else None


def moment(iso: str) -> datetime | None:
    """An aware timestamp; one without a zone is Vietnam's, a date its first moment, a month none."""
    try:
        read = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=VIETNAM)


def _benefit(row: Mapping[str, Any], flags: list[Flag]) -> int | None:
    value = row.get("benefit_vnd")
    if value is not None:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise BadFile(column="benefit_vnd", reason="«benefit_vnd» phải là số đồng nguyên.")
        if value < 0:
            raise BadFile(column="benefit_vnd", reason="«benefit_vnd» không được âm.")
        return int(value)
    money = text.parse_money(_text(row, "benefit_raw"))
    flags.extend(Flag(code=code, field="benefit_raw") for code in money.flags)
    return money.amount


def _flag(row: Mapping[str, Any], name: str) -> bool:
    value = row.get(name, False)
    if value is not None and not isinstance(value, bool):
        raise BadFile(column=name, reason=f"Trường «{name}» phải là true hoặc false.")
    return bool(value)


def _listed(row: Mapping[str, Any], name: str) -> list[Any]:
    value = row.get(name)
    if value is None:
        return []
    if isinstance(value, str):
        return list(text.split_authors(value)) if name == "authors" else [value]
    if not isinstance(value, list):
        raise BadFile(column=name, reason=f"Trường «{name}» phải là một danh sách.")
    return value


def _author(value: Any) -> Author:
    if isinstance(value, str):
        return Author(name=value)
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        raise BadFile(column="authors", reason="Mỗi tác giả cần có «name».")
    return Author(
        name=value["name"],
        birth_year=_optional(value, "birth_year", int),
        phone=_text(value, "phone"),
        email=_text(value, "email"),
        job=_text(value, "job"),
        share=_optional(value, "share", float),
        main=bool(value.get("main", False)),
    )


def _optional(value: Mapping[str, Any], name: str, kind: Callable[[Any], Any]) -> Any:
    if value.get(name) is None:
        return None
    try:
        return kind(value[name])
    except (TypeError, ValueError) as error:
        raise BadFile(column="authors", reason=f"«{name}» của tác giả phải là số.") from error


def _attachment(value: Any) -> Attachment:
    if isinstance(value, str):
        return Attachment(name=value)
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        raise BadFile(column="attachments", reason="Mỗi tệp đính kèm cần có «name».")
    return Attachment(
        name=value["name"],
        sha256=_text(value, "sha256"),
        size=_optional(value, "size", int) or 0,
        mime=_text(value, "mime"),
    )


def _author_json(author: Author) -> dict[str, Any]:
    row = {"name": author.name, "job": author.job, "share": author.share, "main": author.main}
    return row | {"birth_year": author.birth_year, "phone": author.phone, "email": author.email}


def _iso(value: PartialDate | None) -> str | None:
    return str(value) if value else None
