"""``/queue.xlsx``: the filtered queue as a workbook, for meetings and for those who work on paper."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api.pages import words
from api.pages.comparing import chips
from api.pages.rendering import VIET_NAM, shown
from api.pages.trail import AskedTrail
from api.state import Records
from dedup import files
from dedup.errors import InvalidInput
from dedup.initiatives import Decision, Initiative, Pair, Suggestion
from dedup.ports import SuggestionFilter, UnitOfWork
from dedup.text import format_number

router = APIRouter()
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME = "cap-nghi-trung.xlsx"
# Some ten seconds of writing; nobody reads more in a sheet, and others wait for the processor.
LIMIT = 20_000
PORTION = 500


@router.get("/queue.xlsx")
def export(service: Records, trail: AskedTrail) -> Response:
    """Every text is a text cell: what begins like a formula is none."""
    where = trail.filter()
    with service.open_unit() as unit, TemporaryDirectory() as folder:
        found = list(islice(unit.suggestions.iterate(where), LIMIT + 1))
        if len(found) > LIMIT:
            raise InvalidInput(
                f"Danh sách quá {format_number(LIMIT)} cặp; xin lọc hẹp lại rồi tải về."
            )
        path = Path(folder) / NAME
        files.write_rows(path, _rows(unit, found, where), sheet="Cặp nghi trùng")
        body = path.read_bytes()
    headers = {
        "Content-Disposition": f'attachment; filename="{NAME}"',
        "Cache-Control": "no-store",
    }
    return Response(body, media_type=WORKBOOK, headers=headers)


def _rows(
    unit: UnitOfWork, found: list[Suggestion], where: SuggestionFilter
) -> Iterator[dict[str, Any]]:
    undecided = where.decided is False
    said: dict[Pair, Decision] = {} if undecided else {d.pair: d for d in unit.decisions.all_live()}
    for start in range(0, len(found), PORTION):
        portion = found[start : start + PORTION]
        ids = {id for suggestion in portion for id in suggestion.pair.ids}
        records = {record.id: record for record in unit.initiatives.get(sorted(ids))}
        for one in portion:
            left, right = records[one.pair.left], records[one.pair.right]
            yield _row(one, left, right, said.get(one.pair))


def _row(
    suggestion: Suggestion, left: Initiative, right: Initiative, said: Decision | None
) -> dict[str, Any]:
    supporting, opposing = chips(suggestion, left, right)
    verdict = words.VERDICTS[said.verdict] if said and said.verdict else "Chưa kết luận"
    row = {
        "Mức nghi trùng": words.LEVELS[suggestion.band].name,
        "Kiểu giống": words.RELATIONS[suggestion.relation],
        "Xác suất (máy ước tính)": round(suggestion.score, 2),
        **_side("A", left),
        **_side("B", right),
        "Điểm giống": "; ".join(supporting),
        "Điểm khác": "; ".join(opposing),
        "Kết luận": verdict,
        "Người kết luận": said.reviewer if said else "",
        "Lúc": f"{said.decided_at.astimezone(VIET_NAM):%d/%m/%Y %H:%M}" if said else "",
        "Lý do": said.reason if said else "",
        "Ghi chú": said.note if said else "",
    }
    return {name: shown(value) if isinstance(value, str) else value for name, value in row.items()}


def _side(letter: str, record: Initiative) -> dict[str, Any]:
    """Of a technology secret, and of any other, no more than the list itself shows."""
    return {
        f"{letter}: số hồ sơ": record.id,
        f"{letter}: mã": record.code,
        f"{letter}: tên sáng kiến": record.title,
        f"{letter}: đơn vị": record.unit,
        f"{letter}: giá trị làm lợi (01 năm)": record.benefit_vnd,
    }
