"""JSON lines in and out; the keys are the field names, ``id`` is the office's own code."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any, TextIO

from dedup import text
from dedup.errors import BadFile
from dedup.initiatives import (
    TEXT_LIMIT,
    Attachment,
    Author,
    Flag,
    Initiative,
    PartialDate,
    Submission,
)

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
LINE_LIMIT = 8 * TEXT_LIMIT  # characters; several long fields share one line
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
            yield from _array(source.read()) if _is_array(path) else _lines(source)
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


def _lines(source: TextIO) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line in count(1):
        content = source.readline(LINE_LIMIT + 1)
        if not content:
            return
        if len(content) > LINE_LIMIT:
            raise BadFile(f"Dòng {line} dài hơn {LINE_LIMIT // 1_000_000} triệu ký tự.", row=line)
        if content.strip():
            yield line, _object(content, line)


def _array(content: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Elements by their place from 1: an array may stand on one line."""
    rows = _loaded(content, 1)
    for place, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
        if not isinstance(row, dict):
            raise BadFile(f"Phần tử {place} của mảng JSON phải là một đối tượng.", row=place)
        yield place, row


def _object(content: str, line: int) -> Mapping[str, Any]:
    row = _loaded(content.strip(), line)
    if not isinstance(row, dict):
        raise BadFile(f"Dòng {line} phải là một đối tượng JSON.", row=line)
    return row


def _loaded(content: str, line: int) -> Any:
    """Beside malformed text, Python refuses numbers of over 4,300 digits and very deep nesting."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        at = line + (error.lineno - 1 if isinstance(error, json.JSONDecodeError) else 0)
        raise BadFile(f"Dòng {at} không phải JSON.", row=at, reason=str(error)) from error


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
        if not _is_whole(value):
            raise BadFile(column="benefit_vnd", reason="«benefit_vnd» phải là số đồng nguyên.")
        if value < 0:
            raise BadFile(column="benefit_vnd", reason="«benefit_vnd» không được âm.")
        return int(value)
    money = text.parse_money(_text(row, "benefit_raw"))
    flags.extend(Flag(code=code, field="benefit_raw") for code in money.flags)
    return money.amount


def _is_whole(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and value == int(value) if isinstance(value, float) else True


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
    except (TypeError, ValueError, OverflowError) as error:
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
