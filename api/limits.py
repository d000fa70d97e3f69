"""Before any route: who may ask (Host, Origin), how much may be sent, what headers go back."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dedup.config import LOOPBACK, Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """Refuses foreign hosts, cross-site writes and bodies over the limit while they stream in."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._local_only = settings.host in LOOPBACK
        self._body_limit = settings.max_body_kb * 1024
        self._upload_limit = settings.max_upload_mb * 1024 * 1024

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if refused := self._refused(scope, headers):
            await refused(scope, receive, _with_headers(send))
            return
        limit = self._limit(headers)
        if int(headers.get("content-length") or 0) > limit:
            await _too_large(scope, receive, _with_headers(send))
            return
        await self._app(scope, _counted(receive, limit), _with_headers(send))

    def _refused(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        if self._local_only and host not in {*LOOPBACK, "testserver"}:
            return PlainTextResponse("Máy chủ này chỉ phục vụ tại chỗ.", status_code=421)
        if scope["method"] not in SAFE and _cross_site(headers):
            return PlainTextResponse("Yêu cầu đến từ trang khác; bị từ chối.", status_code=403)
        return None

    def _limit(self, headers: Headers) -> int:
        upload = headers.get("content-type", "").startswith("multipart/form-data")
        return self._upload_limit if upload else self._body_limit


def _cross_site(headers: Headers) -> bool:
    """A browser's word that another site asks; programs send neither header."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def _counted(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            return {"type": "http.disconnect"}
        return message

    return counted


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending


_too_large = JSONResponse(
    {
        "type": "about:blank",
        "title": "TooLarge",
        "status": 413,
        "detail": "Nội dung gửi lên quá lớn; xin chia nhỏ.",
    },
    status_code=413,
    media_type="application/problem+json",
)
