"""The gate behind the guard: whose session or token a request carries, before any work is done.

Kept here: nothing but what ``OPEN`` names is answered to somebody who is not signed in.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import anyio.to_thread
from fastapi import Depends, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import answer
from api.limits import SAFE
from api.pages import words
from dedup.errors import DedupError, Forbidden, NotSignedIn, PasswordDue
from dedup.initiatives import Submission
from dedup.jobs.signing import Signing
from dedup.people import Account, KeyKind, Role

# The way in, and what watches the service: neither tells of any record.
OPEN = frozenset({"/sign-in", "/healthz", "/readyz", "/metrics", "/api/v1/openapi.json"})
# What a one-time password is good for.
WITH_ONE_TIME_PASSWORD = frozenset({"/account", "/account/password", "/sign-out"})
# Where passwords and tokens are given out: a token would outlive its own end by making another.
WITH_SESSION = ("/account", "/people")


# A page for a form that would be lost otherwise; None where nothing would be.
Kept = Callable[[Request], Coroutine[Any, Any, Response | None]]


class Gate:
    """Finds the account and hands it on as ``request.state.account``, or refuses."""

    def __init__(self, app: ASGIApp, kept: Kept) -> None:
        self._app = app
        self._kept = kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _open(scope["path"]):
            request = Request(scope, receive)
            try:
                request.state.account = await _account(request)
            except DedupError as error:
                kept = await self._kept(request) if isinstance(error, NotSignedIn) else None
                await (kept or answer(request, error))(scope, receive, send)
                return
        await self._app(scope, receive, send)


def session_of(request: Request) -> str | None:
    """The secret in a browser's cookie."""
    return request.cookies.get(_cookie_name(request))


def keep_session(response: Response, request: Request, secret: str) -> None:
    """The browser keeps it until it is closed, tells it to no script and to no other site's requests."""
    response.set_cookie(
        _cookie_name(request), secret, secure=_tls(request), httponly=True, samesite="lax"
    )


def forget_session(response: Response, request: Request) -> None:
    response.delete_cookie(
        _cookie_name(request), secure=_tls(request), httponly=True, samesite="lax"
    )


def at_least(role: Role) -> Callable[[Request], Coroutine[Any, Any, Account]]:
    """A dependency: the account that asks; raises Forbidden where its role does not cover ``role``."""

    async def checked(request: Request) -> Account:
        account: Account = request.state.account
        return _covering(account, role)

    return checked


def may_force(account: Account, force: bool) -> bool:
    """``force`` as it was asked for; raises Forbidden: over verdicts only a head may go."""
    return _covering(account, Role.HEAD) is account if force else False


def refuse_unmasking(account: Account, before: Submission, after: Submission) -> None:
    """Raises Forbidden: what was a technology secret only a head may show."""
    if before.secret and not after.secret:
        _covering(account, Role.HEAD, "Bỏ dấu bí mật công nghệ")


SignedIn = Annotated[Account, Depends(at_least(Role.VIEWER))]
Reviewer = Annotated[Account, Depends(at_least(Role.REVIEWER))]
Head = Annotated[Account, Depends(at_least(Role.HEAD))]
Admin = Annotated[Account, Depends(at_least(Role.ADMIN))]


def _covering(account: Account, role: Role, what: str = "Việc này") -> Account:
    if not account.role.covers(role):
        raise Forbidden(
            f"{what} cần vai trò «{words.ROLES[role]}» trở lên; "
            f"tài khoản của bạn là «{words.ROLES[account.role]}»."
        )
    return account


def _open(path: str) -> bool:
    return path in OPEN or path.startswith("/static/")


async def _account(request: Request) -> Account:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    bearer = scheme.lower() == "bearer"
    secret = token.strip() if bearer else session_of(request)
    kind = KeyKind.TOKEN if bearer else KeyKind.SESSION
    signing: Signing = request.app.state.holder.application.signing
    writes = request.method not in SAFE
    if not secret:
        raise NotSignedIn
    account = await anyio.to_thread.run_sync(lambda: signing.holder(secret, kind, writes=writes))
    if account is None:
        raise NotSignedIn
    if bearer and request.scope["path"].startswith(WITH_SESSION):
        raise Forbidden("Mã truy cập không mở trang này; xin đăng nhập bằng mật khẩu.")
    # A program's account may never have been signed in to: its first password is nobody's concern.
    if account.must_change and not bearer and request.scope["path"] not in WITH_ONE_TIME_PASSWORD:
        raise PasswordDue
    return account


def _tls(request: Request) -> bool:
    """As the browser sees it: uvicorn takes a proxy's word (X-Forwarded-Proto) from this machine."""
    return request.url.scheme == "https"


def _cookie_name(request: Request) -> str:
    """Behind TLS a name that browsers take from this very host alone."""
    return "__Host-sangkien" if _tls(request) else "sangkien"
