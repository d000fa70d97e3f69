"""``/thresholds``, ``/audits``: how the bands do, and a sample that tells what they miss."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.figures import FiguresOut, figures_out
from api.gate import Head
from api.idempotency import OnlyOnce
from api.schemas import AuditIn
from api.state import Holder
from api.worklog import RunOut, run_out

router = APIRouter(prefix="/api/v1")


@router.get("/thresholds", summary="Độ chính xác, số sót và tác dụng của các ngưỡng")
def thresholds(
    holder: Holder,
    at: Annotated[float | None, Query(gt=0, le=1, description="Ngưỡng muốn xem thêm.")] = None,
) -> FiguresOut:
    return figures_out(holder.application.monitor.figures(asked=at))


@router.post("/audits", status_code=202, summary="Rút mẫu cặp không được nêu để kiểm tra")
def audit(asked: AuditIn, holder: Holder, once: OnlyOnce, account: Head) -> RunOut:
    return once(asked, lambda: run_out(holder.audit(asked.count, by=account.name)))
