"""What comes in over HTTP: typed, limited, unknown keys kept for the raw row."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, JsonValue, Tag, model_validator

from dedup import files
from dedup.errors import InvalidInput
from dedup.initiatives import TEXT_LIMIT, TITLE_LIMIT, Initiative, Submission, Verdict
from dedup.jobs.auditing import MOST_DRAWN

Text = Annotated[str, Field(max_length=TEXT_LIMIT)]
Short = Annotated[str, Field(max_length=1_000)]
EXAMPLE: dict[str, JsonValue] = {
    "id": "CT-2022-004512",
    "title": "Cải tiến béc phun tạo hạt NPK hạn chế vón cục",
    "description": "Thay béc phun một lỗ bằng béc hai dòng, tự làm sạch bằng khí nén.",
    "effect": "Tỷ lệ hạt đạt cỡ 2–4 mm tăng từ 81 % lên 93 %.",
    "unit": "CĐCS Công ty CP Supe Phốt phát",
    "authors": [{"name": "Nguyễn Văn An", "share": 100, "main": True}],
    "benefit_vnd": 350_000_000,
    "filed_on": "2022-02-20",
    "first_applied_on": "2022-03",
}


class AuthorIn(BaseModel):
    name: Short
    birth_year: int | None = Field(None, ge=1900, le=2100)
    phone: Short = ""
    email: Short = ""
    job: Short = ""
    share: float | None = Field(None, ge=0, le=100)
    main: bool = False


class SubmissionIn(BaseModel):
    """A record as the contract names its fields; only ``title`` is required."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [EXAMPLE]})

    title: Annotated[str, Field(min_length=1, max_length=TITLE_LIMIT)]
    id: Short | None = Field(None, description="Mã của đơn vị; cũng nhận «code».")
    code: Short = ""
    situation: Text = ""
    description: Text = ""
    novelty: Text = ""
    effect: Text = ""
    kind: Short = ""
    field: Short = ""
    unit: Short = ""
    authors: Annotated[list[AuthorIn], Field(max_length=200)] = []
    benefit_raw: Short = ""
    benefit_vnd: int | None = Field(None, ge=0, le=10**18)
    filed_on: Short | None = None
    first_applied_on: Short | None = None
    recognised_on: Short | None = None
    uploaded_at: Short | None = None
    decision_no: Short = ""
    decision_level: Short = ""
    year: int | None = Field(None, ge=1900, le=2100)
    secret: bool = False

    @model_validator(mode="after")
    def _storable(self) -> Self:
        """Unknown keys are kept too: what no database stores (NaN, lone surrogates) is refused."""
        if self.model_extra:
            json.dumps(self.model_extra, ensure_ascii=False, allow_nan=False).encode()
        return self

    def submission(self) -> Submission:
        """Raises BadFile where a value cannot be taken."""
        return files.submission_of(self.model_dump(exclude_unset=True))


class CheckIn(SubmissionIn):
    """One submission and how many matches are wanted."""

    top: int = Field(10, ge=1, le=64)

    def submission(self) -> Submission:
        return files.submission_of(self.model_dump(exclude_unset=True, exclude={"top"}))


class ChecksIn(BaseModel):
    """Many submissions in one request; they are answered in their order."""

    submissions: Annotated[list[SubmissionIn], Field(min_length=1, max_length=256)]
    top: int = Field(10, ge=1, le=64)


def _one_or_many(sent: Any) -> str:
    return "many" if isinstance(sent, dict) and "submissions" in sent else "one"


Asked = Annotated[
    Annotated[CheckIn, Tag("one")] | Annotated[ChecksIn, Tag("many")], Discriminator(_one_or_many)
]


class EditIn(SubmissionIn):
    """What changes; fields left out stay as they are."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={"examples": [{"effect": "Giảm 12 % điện năng.", "version": 1}]},
    )

    title: Annotated[str, Field(max_length=TITLE_LIMIT)] = ""
    version: int | None = Field(
        None, ge=1, le=2**31, description="Phiên bản đã xem (hoặc If-Match); đã cũ thì bị từ chối."
    )

    def over(self, before: Initiative) -> Submission:
        """The record's fields with those sent put over them; a new unit name is matched anew."""
        sent = self.model_dump(exclude_unset=True, exclude={"version"})
        given = files.submission_of({"title": before.title, **sent})
        changed = {name: getattr(given, name) for name in _named(sent)}
        unknown = {name: value for name, value in sent.items() if name in (self.model_extra or {})}
        if "unit" in changed:
            changed["unit_id"] = None
        whole = {f.name: getattr(before, f.name) for f in dataclasses.fields(Submission)}
        return Submission(**{**whole, **changed, "raw": {**before.raw, **unknown}})


def _named(sent: dict[str, Any]) -> set[str]:
    """The fields of a submission that keys as sent speak of."""
    spoken = {
        "id": {"code"},
        "year": {"first_applied_on"},
        "benefit_raw": {"benefit_raw", "benefit_vnd"},
    }
    fields = {f.name for f in dataclasses.fields(Submission)} - {"raw", "flags"}
    return {name for key in sent for name in spoken.get(key, {key})} & fields


def expected_version(sent: int | None, if_match: str | None) -> int:
    """The version a person has seen, from the body or from ``If-Match: "3"``; raises InvalidInput."""
    tag = (if_match or "").strip().removeprefix("W/").strip('"')
    if sent is None and tag.isdecimal() and len(tag) < 10:
        return int(tag)
    if sent is None or (if_match is not None and tag != str(sent)):
        raise InvalidInput("Xin ghi «version» hoặc If-Match: phiên bản hồ sơ đã xem.")
    return sent


class UndoImportIn(BaseModel):
    force: bool = False


class DecisionIn(BaseModel):
    """A verdict of who is signed in, or null to withdraw the one in force (undo)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"verdict": "TRUNG", "reason": "cùng nội dung"}]}
    )

    verdict: Verdict | None
    reason: Short = ""
    note: Annotated[str, Field(max_length=10_000)] = ""
    seen: tuple[Short, Short] | None = Field(
        None, description="Vân tay hai văn bản đã xem (trái, phải); đã đổi thì bị từ chối."
    )


class RescanIn(BaseModel):
    incremental: bool = False
    dry_run: bool = False


class AuditIn(BaseModel):
    """How many pairs that were not flagged are drawn for people to judge."""

    count: int = Field(100, ge=2, le=MOST_DRAWN)


class ConfirmIn(BaseModel):
    """The sheet, header row and mapping are those previewed; another sheet is another upload."""

    model_config = ConfigDict(extra="forbid")

    mapping: dict[str, str] = Field({}, description="Chỉ những cột muốn đổi so với bản xem trước.")
