"""What an error of the domain becomes over HTTP: one table, one answer (RFC 9457), or a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from api.pages.rendering import page
from api.records import plain
from dedup.errors import (
    Conflict,
    DedupError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotSignedIn,
    PasswordDue,
    TooManyAttempts,
    Unavailable,
)

STATUS: tuple[tuple[type[DedupError], int], ...] = (
    (InvalidInput, 422),
    (NotSignedIn, 401),
    (Forbidden, 403),
    (TooManyAttempts, 429),
    (NotFound, 404),
    (Conflict, 409),
    (Unavailable, 503),
    (DedupError, 500),
)
PROBLEM = "application/problem+json"
# A database or an index that is busy is so for seconds.
RETRY_AFTER = "5"
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": text,
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, text in {
        400: "Không đọc được nội dung gửi lên / unreadable body",
        401: "Chưa đăng nhập, hoặc mã truy cập không đúng / not signed in",
        403: "Không đủ quyền, hoặc yêu cầu đến từ trang khác / not allowed",
        404: "Không tìm thấy / not found",
        409: "Dữ liệu đã thay đổi hoặc mâu thuẫn / conflict",
        413: "Quá lớn / too large",
        421: "Tên máy chủ lạ / unknown host name",
        422: "Không hợp lệ / invalid",
        503: "Chưa sẵn sàng / not available now",
    }.items()
}
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "examples": ["InitiativeNotFound"]},
        "status": {"type": "integer", "examples": [404]},
        "detail": {"type": "string", "examples": ["Không có hồ sơ sáng kiến này."]},
        "data": {"type": "object"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
HTTP_WORDS: Mapping[int, str] = {
    400: "Không đọc được nội dung gửi lên.",
    404: "Không có trang hay địa chỉ này.",
    405: "Địa chỉ này không nhận phương thức đó.",
}
# Pydantic's kinds of error as a person reads them, with the limits they carry.
FIELD_WORDS: Mapping[str, str] = {
    "missing": "còn thiếu",
    "string_type": "phải là văn bản",
    "string_too_long": "dài quá {max_length} ký tự",
    "string_too_short": "còn trống",
    "string_unicode": "có ký tự không hợp lệ",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "int_from_float": "phải là số nguyên",
    "float_type": "phải là số",
    "float_parsing": "phải là số",
    "finite_number": "phải là số hữu hạn",
    "bool_type": "phải là true hoặc false",
    "bool_parsing": "phải là true hoặc false",
    "list_type": "phải là danh sách",
    "dict_type": "phải là đối tượng",
    "model_attributes_type": "phải là đối tượng JSON",
    "too_long": "có quá {max_length} mục",
    "too_short": "cần ít nhất {min_length} mục",
    "greater_than_equal": "phải từ {ge} trở lên",
    "less_than_equal": "không được quá {le}",
    "enum": "phải là một trong {expected}",
    "literal_error": "phải là một trong {expected}",
}


def add_handlers(app: FastAPI) -> None:
    app.add_exception_handler(DedupError, answer)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def status_of(error: DedupError) -> int:
    return next(status for kind, status in STATUS if isinstance(error, kind))


def problem(request: Request, status: int, name: str, detail: str, **more: Any) -> Response:
    """The error as a page for a browser's page request, as problem+json for everything else."""
    if wants_page(request):
        context = {"detail": detail, "status": status}
        return page(request, "error.html", context, status_code=status)
    body = {"type": "about:blank", "title": name, "status": status, "detail": detail, **more}
    return JSONResponse(body, status_code=status, media_type=PROBLEM)


def wants_page(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return not request.url.path.startswith("/api/") and "text/html" in accepted


def answer(request: Request, error: Exception) -> Response:
    """An error of the domain over HTTP; to a browser that has to sign in first, the page for it."""
    if not isinstance(error, DedupError):
        raise error
    if wants_page(request) and isinstance(error, NotSignedIn | PasswordDue):
        return RedirectResponse(_way_in(request, error), status_code=303)
    data = {key: plain(value) for key, value in error.data.items() if value not in (None, "")}
    response = problem(
        request, status_of(error), type(error).__name__, plain(error.message), data=data
    )
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = RETRY_AFTER
    if isinstance(error, NotSignedIn):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _way_in(request: Request, error: DedupError) -> str:
    """Where to sign in, and where to go on from there: to the page asked for, or left."""
    if isinstance(error, PasswordDue):
        return "/account"
    if request.method == "GET":
        path, query = request.url.path, request.url.query
    else:
        left = urlsplit(request.headers.get("referer", ""))
        path, query = left.path, left.query
    then = f"{path}?{query}" if query else path
    return "/sign-in" if then in {"", "/"} else f"/sign-in?{urlencode({'then': then})}"


def _validation(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        return problem(request, 400, "UnreadableJson", "Không đọc được JSON gửi lên.")
    told = [{"field": _place(item["loc"]), "reason": _reason(item)} for item in found[:20]]
    detail = "; ".join(f"«{one['field']}» {one['reason']}" for one in told[:3])
    return problem(
        request, 422, "InvalidInput", f"Dữ liệu gửi lên không hợp lệ: {detail}.", errors=told
    )


def _place(location: tuple[int | str, ...]) -> str:
    """Where the fault stands; the first word only says body, path or query."""
    return plain(".".join(map(str, location[1:] or location))) or "body"


def _reason(item: Mapping[str, Any]) -> str:
    words = FIELD_WORDS.get(item["type"], "không hợp lệ")
    return words.format_map(item.get("ctx", {}))


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    detail = HTTP_WORDS.get(error.status_code, str(error.detail))
    response = problem(request, error.status_code, "HTTPError", detail)
    response.headers.update(error.headers or {})
    return response


def _unexpected(request: Request, _: Exception) -> Response:
    return problem(request, 500, "Error", "Có lỗi ngoài dự kiến; xin báo người quản trị.")
