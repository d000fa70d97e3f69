"""What an error of the domain becomes over HTTP: one table, one answer (RFC 9457), or a page."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from dedup.errors import Conflict, DedupError, InvalidInput, NotFound, TextTooLong, Unavailable
from dedup.initiatives import Pair

STATUS: tuple[tuple[type[DedupError], int], ...] = (
    (TextTooLong, 413),
    (InvalidInput, 422),
    (NotFound, 404),
    (Conflict, 409),
    (Unavailable, 503),
    (DedupError, 500),
)
PROBLEM = "application/problem+json"
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": text,
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, text in {
        400: "Không đọc được nội dung gửi lên / unreadable body",
        404: "Không tìm thấy / not found",
        409: "Dữ liệu đã thay đổi hoặc mâu thuẫn / conflict",
        413: "Quá lớn / too large",
        422: "Không hợp lệ / invalid",
        503: "Chưa sẵn sàng / not available now",
    }.items()
}
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "additionalProperties": True,
}


def add_handlers(app: FastAPI) -> None:
    app.add_exception_handler(DedupError, _domain)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def status_of(error: DedupError) -> int:
    return next(status for kind, status in STATUS if isinstance(error, kind))


def problem(request: Request, status: int, name: str, detail: str, **more: Any) -> Response:
    """The error as a page for a browser's page request, as problem+json for everything else."""
    if not request.url.path.startswith("/api/") and "text/html" in request.headers.get(
        "accept", ""
    ):
        from api.pages.rendering import page

        context = {"detail": detail, "status": status}
        return page(request, "error.html", context, status_code=status)
    body = {"type": "about:blank", "title": name, "status": status, "detail": detail, **more}
    return JSONResponse(body, status_code=status, media_type=PROBLEM)


def _domain(request: Request, error: Exception) -> Response:
    if not isinstance(error, DedupError):
        raise error
    data = {key: _plain(value) for key, value in error.data.items() if value not in (None, "")}
    return problem(request, status_of(error), type(error).__name__, error.message, data=data)


def _validation(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()
    unreadable = any(item["type"] == "json_invalid" for item in first)
    where = [".".join(map(str, item["loc"])) + ": " + item["msg"] for item in first[:5]]
    detail = (
        "Không đọc được JSON gửi lên."
        if unreadable
        else "Dữ liệu không hợp lệ: " + "; ".join(where)
    )
    return problem(request, 400 if unreadable else 422, "InvalidInput", _clean(detail))


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    details = {
        400: "Không đọc được nội dung gửi lên.",
        404: "Không có trang hay địa chỉ này.",
        405: "Địa chỉ này không nhận phương thức đó.",
    }
    detail = details.get(error.status_code, str(error.detail))
    response = problem(request, error.status_code, "HTTPError", detail)
    response.headers.update(error.headers or {})
    return response


def _unexpected(request: Request, _: Exception) -> Response:
    return problem(request, 500, "Error", "Có lỗi ngoài dự kiến; xin báo người quản trị.")


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, Pair):
        return [int(value.left), int(value.right)]
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return _clean(value)
    return value if isinstance(value, int | float | bool) else str(value)
