"""``/sign-in``, ``/sign-out``, ``/account``: the way in and out, one's own password and tokens."""

from __future__ import annotations

import ipaddress
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from api.cursors import ID_LIMIT
from api.errors import RETRY_AFTER, status_of, wants_page
from api.gate import SignedIn, forget_session, keep_session, session_of
from api.pages.rendering import page
from api.state import Holder
from dedup.config import LOOPBACK
from dedup.errors import DedupError, InvalidInput, SignInRefused, TooManyAttempts
from dedup.people import NAME_LIMIT, KeyId

router = APIRouter()
ADDRESS_LIMIT = 2_000
PASSWORD_FIELD_LIMIT = 1_000
KEPT_LIMIT = 1_000_000
ENDED = "Phiên đăng nhập đã kết thúc; điều vừa nhập vẫn còn. Xin đăng nhập lại rồi gửi tiếp."


class Credentials(BaseModel):
    login: str = Field("", max_length=PASSWORD_FIELD_LIMIT)
    password: str = Field("", max_length=PASSWORD_FIELD_LIMIT)
    then: str = Field("/", max_length=ADDRESS_LIMIT)
    kept: str = Field("", max_length=KEPT_LIMIT)  # a form's fields, to be sent on to ``then``


class NewPassword(BaseModel):
    old: str = Field("", max_length=PASSWORD_FIELD_LIMIT)
    new: str = Field("", max_length=PASSWORD_FIELD_LIMIT)
    again: str = Field("", max_length=PASSWORD_FIELD_LIMIT)


@router.get("/sign-in")
def form(
    request: Request,
    holder: Holder,
    then: Annotated[str, Query(max_length=ADDRESS_LIMIT)] = "/",
) -> Response:
    return _asked(request, holder, Credentials(then=then))


@router.post("/sign-in")
def sign_in(request: Request, holder: Holder, sent: Annotated[Credentials, Form()]) -> Response:
    signing = holder.application.signing
    try:
        secret = signing.sign_in(sent.login, sent.password, address=_address(request))
    except (SignInRefused, TooManyAttempts) as error:
        return _asked(request, holder, sent, error)
    response = _onwards(request, sent)
    keep_session(response, request, secret)
    return response


@router.post("/sign-out")
def sign_out(request: Request, holder: Holder) -> Response:
    holder.application.signing.sign_out(session_of(request) or "")
    response = RedirectResponse("/sign-in", status_code=303)
    forget_session(response, request)
    return response


@router.get("/account")
def account(request: Request, holder: Holder, account: SignedIn, changed: bool = False) -> Response:
    return _shown(request, holder, account, changed=changed)


@router.post("/account/tokens")
def make_token(
    request: Request,
    holder: Holder,
    account: SignedIn,
    label: Annotated[str, Form(max_length=NAME_LIMIT)] = "",
) -> Response:
    try:
        token = holder.application.people.make_token(account.id, label, by=account.name)
    except InvalidInput as error:
        return _shown(request, holder, account, error=error)
    return _shown(request, holder, account, token=token)


@router.post("/account/tokens/{id}/end")
def end_token(
    holder: Holder, account: SignedIn, id: Annotated[int, Path(ge=1, le=ID_LIMIT)]
) -> Response:
    holder.application.people.end_token(account.id, KeyId(id), by=account.name)
    return RedirectResponse("/account", status_code=303)


@router.post("/account/password")
def change_password(
    request: Request, holder: Holder, account: SignedIn, sent: Annotated[NewPassword, Form()]
) -> Response:
    signing = holder.application.signing
    try:
        if sent.new != sent.again:
            raise InvalidInput("Hai lần nhập mật khẩu mới không giống nhau.")
        secret = signing.change_password(account, sent.old, sent.new, address=_address(request))
    except (InvalidInput, TooManyAttempts) as error:
        return _shown(request, holder, account, error=error)
    response = RedirectResponse("/account?changed=true", status_code=303)
    keep_session(response, request, secret)
    return response


async def kept_form(request: Request) -> Response | None:
    """The way in for a form sent after its session had ended, with all that was typed into it.

    None where there is nothing to keep: no page's form, a file, or one with a password.
    """
    kind, path = request.headers.get("content-type", ""), request.scope["path"]
    form = request.method == "POST" and kind.startswith("application/x-www-form-urlencoded")
    if not form or not wants_page(request) or path.startswith(("/account", "/sign-out")):
        return None
    query = request.url.query
    kept = (await request.body()).decode("ascii", "replace")
    if not 0 < len(kept) <= KEPT_LIMIT:
        return None
    context = {
        "sent": Credentials(then=f"{path}?{query}" if query else path, kept=kept),
        "error": ENDED,
        "demo": None,
    }
    return page(request, "sign_in.html", context, status_code=401)


def inside(address: str) -> str:
    """The address where it is one of ours, else the first page: nobody is sent on to another site."""
    ours = address.startswith("/") and address[1:2] not in {"/", "\\"} and address.isprintable()
    return address if ours else "/"


def _onwards(request: Request, sent: Credentials) -> Response:
    """To the page that was asked for; with a kept form, to the button that sends it again."""
    if not sent.kept:
        return RedirectResponse(inside(sent.then), status_code=303)
    fields = parse_qsl(sent.kept, keep_blank_values=True)
    return page(request, "again.html", {"address": inside(sent.then), "fields": fields})


def _asked(
    request: Request, holder: Holder, sent: Credentials, error: DedupError | None = None
) -> Response:
    context = {
        "sent": sent,
        "error": error.message if error else None,
        "demo": holder.application.people.demo() if _here(request) else None,
    }
    return _told(page(request, "sign_in.html", context, status_code=_status(error)), error)


def _shown(
    request: Request,
    holder: Holder,
    account: SignedIn,
    *,
    changed: bool = False,
    token: str = "",
    error: DedupError | None = None,
) -> Response:
    context = {
        "unit": holder.service.units().name_of(account.unit_id),
        "changed": changed,
        "token": token,
        "tokens": holder.application.people.tokens(account.id),
        "error": error.message if error else None,
    }
    return _told(page(request, "account.html", context, status_code=_status(error)), error)


def _status(error: DedupError | None) -> int:
    return status_of(error) if error else 200


def _told(response: Response, error: DedupError | None) -> Response:
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(error.data.get("wait", RETRY_AFTER))
    return response


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _here(request: Request) -> bool:
    """Whether the browser runs on this very PC, as its own address and the one it asked tell alike."""
    asked = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return _loopback(_address(request)) and _loopback(asked)


def _loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name in LOOPBACK
