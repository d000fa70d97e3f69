"""``/check``: a title typed before filing, and the filings near it. Writes nothing, accuses nobody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.errors import status_of
from api.pages.rendering import page
from api.state import Service
from dedup.errors import InvalidInput
from dedup.initiatives import TEXT_LIMIT, TITLE_LIMIT, Submission
from dedup.jobs.screening import Screening

router = APIRouter()


class Asked(BaseModel):
    """The form as it was sent, shown again above the answer."""

    title: str = Field("", max_length=TITLE_LIMIT)
    content: str = Field("", max_length=TEXT_LIMIT)
    unit: str = Field("", max_length=1_000)


@router.get("/check")
def form(request: Request) -> Response:
    return _answered(request, Asked(), None)


@router.post("/check")
def check(request: Request, service: Service, asked: Annotated[Asked, Form()]) -> Response:
    submission = Submission(title=asked.title, description=asked.content, unit=asked.unit)
    try:
        if not asked.title.strip():
            raise InvalidInput("Thiếu tên sáng kiến; xin nhập tên rồi đối chiếu.")
        screening = service.screen(submission)
    except InvalidInput as error:
        return _answered(request, asked, None, error=error)
    return _answered(request, asked, screening)


def _answered(
    request: Request,
    asked: Asked,
    screening: Screening | None,
    *,
    error: InvalidInput | None = None,
) -> Response:
    context = {
        "asked": asked,
        "screening": screening,
        "error": error.message if error else None,
        "title_limit": TITLE_LIMIT,
    }
    return page(request, "check.html", context, status_code=status_of(error) if error else 200)
