"""``/people``: whoever keeps the accounts makes them, gives roles and units, sets back passwords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from api.cursors import ID_LIMIT
from api.errors import status_of
from api.gate import Admin
from api.pages.rendering import page
from api.state import Holder
from dedup.errors import Conflict, DedupError, InvalidInput
from dedup.initiatives import Unit
from dedup.jobs.people import Issued
from dedup.people import Account, KeyId, Role
from dedup.units import UnitTree

router = APIRouter(prefix="/people")
Login = Annotated[str, Path(max_length=200)]


class Wanted(BaseModel):
    """Role and home unit of an account, as they were typed."""

    role: Role = Role.REVIEWER
    unit: str = Field("", max_length=1_000)


class Newcomer(Wanted):
    login: str = Field("", max_length=200)
    name: str = Field("", max_length=1_000)


class Change(Wanted):
    active: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """An account in the list, with the name of its home unit."""

    account: Account
    unit: str


@router.get("")
def people(request: Request, holder: Holder, _: Admin) -> Response:
    return _listed(request, holder, Newcomer())


@router.post("")
def add(
    request: Request, holder: Holder, admin: Admin, sent: Annotated[Newcomer, Form()]
) -> Response:
    try:
        home = holder.service.units().chosen(sent.unit)
        issued = holder.application.people.add(
            sent.login, sent.name, sent.role, unit_id=home, by=admin.name
        )
    except (Conflict, InvalidInput) as error:
        return _listed(request, holder, sent, error=error)
    return _listed(request, holder, Newcomer(), issued=issued)


@router.get("/{login}")
def person(
    request: Request, holder: Holder, login: Login, _: Admin, changed: bool = False
) -> Response:
    account = holder.application.people.find(login)
    return _shown(request, holder, account, changed=changed)


@router.post("/{login}")
def change(
    request: Request,
    holder: Holder,
    login: Login,
    admin: Admin,
    sent: Annotated[Change, Form()],
) -> Response:
    account = holder.application.people.find(login)
    try:
        holder.application.people.change(
            account.id,
            role=sent.role,
            unit_id=holder.service.units().chosen(sent.unit),
            active=sent.active,
            by=admin.name,
        )
    except (Conflict, InvalidInput) as error:
        return _shown(request, holder, account, error=error)
    return RedirectResponse(f"/people/{account.login}?changed=true", status_code=303)


@router.post("/{login}/password")
def reset_password(request: Request, holder: Holder, login: Login, admin: Admin) -> Response:
    account = holder.application.people.find(login)
    issued = holder.application.people.reset_password(account.id, by=admin.name)
    return _shown(request, holder, issued.account, issued=issued)


@router.post("/{login}/tokens/{id}/end")
def end_token(
    holder: Holder, login: Login, id: Annotated[int, Path(ge=1, le=ID_LIMIT)], admin: Admin
) -> Response:
    account = holder.application.people.find(login)
    holder.application.people.end_token(account.id, KeyId(id), by=admin.name)
    return RedirectResponse(f"/people/{account.login}", status_code=303)


def _listed(
    request: Request,
    holder: Holder,
    sent: Newcomer,
    *,
    issued: Issued | None = None,
    error: DedupError | None = None,
) -> Response:
    tree = holder.service.units()
    context = _context(tree, issued, error) | {
        "sent": sent,
        "people": [
            Person(account, tree.name_of(account.unit_id))
            for account in holder.application.people.all()
        ],
    }
    return page(request, "people.html", context, status_code=status_of(error) if error else 200)


def _shown(
    request: Request,
    holder: Holder,
    account: Account,
    *,
    changed: bool = False,
    issued: Issued | None = None,
    error: DedupError | None = None,
) -> Response:
    tree = holder.service.units()
    home = tree.by_id.get(account.unit_id) if account.unit_id else None
    context = _context(tree, issued, error) | {
        "person": account,
        "home": _typed(home) if home else "",
        "tokens": holder.application.people.tokens(account.id),
        "changed": changed,
    }
    return page(request, "person.html", context, status_code=status_of(error) if error else 200)


def _context(tree: UnitTree, issued: Issued | None, error: DedupError | None) -> dict[str, Any]:
    return {
        "issued": issued,
        "error": error.message if error else None,
        "units": [(_typed(unit), unit.name) for unit in tree.by_id.values()],
    }


def _typed(unit: Unit) -> str:
    """What names it in a form: its code, which no other unit has, where it has one."""
    return unit.code or unit.name
