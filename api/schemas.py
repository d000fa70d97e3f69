"""What comes in over HTTP: typed, limited, unknown keys kept for the raw row."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from dedup import files
from dedup.initiatives import TEXT_LIMIT, TITLE_LIMIT, Initiative, Submission, Verdict

Text = Annotated[str, Field(max_length=TEXT_LIMIT)]
Short = Annotated[str, Field(max_length=1_000)]
EXAMPLE = {
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

    def submission(self) -> Submission:
        """Raises BadFile where a value cannot be taken."""
        return files.submission_of(self.model_dump(exclude_unset=True))


class CheckIn(SubmissionIn):
    top: int = Field(10, ge=1, le=64)


class ChecksIn(BaseModel):
    """Many submissions in one request."""

    submissions: Annotated[list[SubmissionIn], Field(min_length=1, max_length=256)]
    top: int = Field(10, ge=1, le=64)


class EditIn(SubmissionIn):
    """What changes; fields left out stay as they are."""

    title: Annotated[str, Field(max_length=TITLE_LIMIT)] = ""
    version: int = Field(ge=1, le=2**31, description="Phiên bản đã xem; đã cũ thì bị từ chối.")
    by: Annotated[str, Field(min_length=1, max_length=200)]

    def over(self, before: Initiative) -> Submission:
        """The record's fields with those sent put over them."""
        sent = self.model_dump(exclude_unset=True, exclude={"version", "by"})
        kept = {"authors", "uploaded_at", "flags", "attachments", "raw", "benefit_vnd"}
        changed = files.submission_of({**files.record_json(before), **sent})
        whole = {f.name: getattr(changed, f.name) for f in dataclasses.fields(Submission)}
        return Submission(**whole | {name: getattr(before, name) for name in kept - sent.keys()})


class ByIn(BaseModel):
    by: Annotated[str, Field(min_length=1, max_length=200)]


class UndoImportIn(ByIn):
    force: bool = False


class DecisionIn(ByIn):
    """A verdict, or null to withdraw the one in force (undo)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"verdict": "TRUNG", "by": "Trần Thị Lan", "reason": "cùng nội dung"}]
        }
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


class ConfirmIn(ByIn):
    mapping: dict[str, str] = {}
    sheet: Short | None = None
    header_row: int | None = Field(None, ge=1, le=2**31)


def plain_dump(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json")
