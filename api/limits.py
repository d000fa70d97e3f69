"""Before any route: who may ask (Host, Origin), how much may be sent, what headers go back."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dedup.config import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with that, browsers send "Origin: null" with a form of our own pages.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FOREIGN_HOST = (
    "Máy chủ này không mang tên đó; xin mở bằng đúng địa chỉ được báo khi khởi động, "
    "hoặc thêm tên vào SANGKIEN_ALLOWED_HOSTS."
)
CROSS_SITE = "Yêu cầu đến từ trang khác nên bị từ chối; xin thao tác ngay trên trang này."
TOO_LARGE = "Nội dung gửi lên quá lớn; xin chia nhỏ rồi gửi lại."


class Guard:
    """Refuses foreign hosts, cross-site writes and bodies over the limit while they stream in."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._names = settings.host_names | {socket.gethostname().lower()}
        self._body_limit = settings.max_body_kb * 1024
        self._upload_limit = settings.max_upload_mb * 1024 * 1024

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, send = Headers(scope=scope), _with_headers(send, scope["path"])
        if not self._ours(headers.get("host", "")):
            await _refusal(421, "ForeignHost", FOREIGN_HOST)(scope, receive, send)
        elif scope["method"] not in SAFE and _cross_site(headers):
            await _refusal(403, "CrossSite", CROSS_SITE)(scope, receive, send)
        else:
            await self._limited(scope, receive, send, headers)

    def _ours(self, host: str) -> bool:
        """A known name or a bare address; another site's name that resolves to us is neither."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self._names or _is_address(name)

    async def _limited(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        body = _Body(receive, send, limit=self._limit(headers))
        if body.announced_too_large(headers):
            await _refusal(413, "TooLarge", TOO_LARGE)(scope, receive, send)
            return
        try:
            await self._app(scope, body.receive, body.send)
        except ClientDisconnect:
            if not body.refused:
                raise
        if body.refused:
            await _refusal(413, "TooLarge", TOO_LARGE)(scope, receive, send)

    def _limit(self, headers: Headers) -> int:
        upload = headers.get("content-type", "").startswith("multipart/form-data")
        return self._upload_limit if upload else self._body_limit


class _Body:
    """Counts a body as it streams in; over the limit the application is told that its client left."""

    def __init__(self, receive: Receive, send: Send, *, limit: int) -> None:
        self._receive, self._send, self._limit = receive, send, limit
        self._taken = 0
        self._begun = False
        self._over = False

    @property
    def refused(self) -> bool:
        """Over the limit, and nothing was answered yet."""
        return self._over and not self._begun

    def announced_too_large(self, headers: Headers) -> bool:
        announced = headers.get("content-length", "")
        return announced.isdecimal() and int(announced) > self._limit

    async def receive(self) -> Message:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        if self._taken > self._limit and not self._begun:
            self._over = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        if self._over:
            return
        self._begun = True
        await self._send(message)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _cross_site(headers: Headers) -> bool:
    """A browser's word that another site asks; programs send neither header."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host")


def _with_headers(send: Send, path: str) -> Send:
    # What is told of records is told to one account; the pages' own files are asked after, not kept.
    kept = "no-cache" if path.startswith("/static/") else "no-store"

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", kept)
        await send(message)

    return sending


def _refusal(status: int, name: str, detail: str) -> JSONResponse:
    body = {"type": "about:blank", "title": name, "status": status, "detail": detail}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")
