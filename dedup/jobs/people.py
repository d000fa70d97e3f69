"""Accounts: made, given a role and a home unit, set back, let go; their programs' tokens; the first one."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from dedup import text
from dedup.errors import AccountExists, AccountNotFound, InvalidInput, LastAdmin
from dedup.initiatives import UnitId
from dedup.jobs.signing import new_secret
from dedup.jobs.telling import PROGRAM, tell
from dedup.people import (
    Account,
    AccountId,
    Act,
    Key,
    KeyId,
    KeyKind,
    NewAccount,
    NewKey,
    Role,
    digest_of,
    login_of,
    name_of,
    one_time_password,
)
from dedup.people_ports import Passwords
from dedup.ports import Clock, OpenUnit, UnitOfWork

FIRST_LOGIN, DEMO_LOGIN = "admin", "demo"
_DEMO_NOTE = "demo_account"


@dataclass(frozen=True, slots=True)
class Issued:
    """An account and its password, told this once."""

    account: Account
    password: str


class People:
    def __init__(
        self, open_unit: OpenUnit, clock: Clock, *, passwords: Passwords, chance: Random
    ) -> None:
        self._open_unit = open_unit
        self._clock = clock
        self._passwords = passwords
        self._chance = chance

    def first(self, *, demo: bool) -> Issued | None:
        """The first account where there is none yet: an administrator, or the demo's ready one."""
        with self._open_unit() as unit:
            unit.lock()
            if unit.people.all():
                return None
            issued = self._added(unit, _first(demo), by=PROGRAM)
            if demo:
                hash = unit.people.password_hash(issued.account.id)
                known = {"login": DEMO_LOGIN, "password": issued.password, "hash": hash}
                unit.notes.set(_DEMO_NOTE, json.dumps(known), at=self._clock())
            unit.commit()
            return issued

    def demo(self) -> tuple[str, str] | None:
        """Login and password of the demo's account, while it is as it was made."""
        with self._open_unit() as unit:
            known = json.loads(unit.notes.get(_DEMO_NOTE) or "null")
            account = unit.people.by_login(known["login"]) if known else None
            if account is None or not account.active:
                return None
            hash = unit.people.password_hash(account.id)
        return (known["login"], known["password"]) if known["hash"] == hash else None

    def all(self) -> list[Account]:
        with self._open_unit() as unit:
            return unit.people.all()

    def find(self, login: str) -> Account:
        """Raises AccountNotFound, InvalidInput."""
        with self._open_unit() as unit:
            account = unit.people.by_login(login_of(login))
        if account is None:
            raise AccountNotFound(f"Không có tài khoản «{login}».", login=login)
        return account

    def add(
        self, login: str, name: str, role: Role, *, unit_id: UnitId | None = None, by: str
    ) -> Issued:
        """A new account with a one-time password; raises AccountExists, InvalidInput."""
        new = NewAccount(login=login_of(login), name=name_of(name), role=role, unit_id=unit_id)
        with self._open_unit() as unit:
            unit.lock()
            issued = self._added(unit, new, by=by)
            unit.commit()
            return issued

    def change(
        self, id: AccountId, *, role: Role, unit_id: UnitId | None, active: bool, by: str
    ) -> Account:
        """Raises AccountNotFound, LastAdmin; whoever is let go loses sessions and tokens."""
        with self._open_unit() as unit:
            unit.lock()
            before = unit.people.get(id)
            after = replace(before, role=role, unit_id=unit_id, active=active)
            if before == after:
                return before
            _refuse_without_admin(unit, after)
            unit.people.put(after)
            for kind in KeyKind if not active else ():
                unit.people.end_keys(id, kind, at=self._clock())
            self._tell(unit, after, Act.CHANGE_ACCOUNT, by, **_differences(before, after))
            unit.commit()
            return after

    def reset_password(self, id: AccountId, *, by: str) -> Issued:
        """A one-time password in place of a lost one; every session and token ends."""
        password = one_time_password(self._chance)
        hash = self._passwords.hashed(password)
        with self._open_unit() as unit:
            unit.lock()
            account = replace(unit.people.get(id), must_change=True)
            unit.people.put(account)
            unit.people.set_password_hash(id, hash)
            for kind in KeyKind:
                unit.people.end_keys(id, kind, at=self._clock())
            self._tell(unit, account, Act.RESET_PASSWORD, by)
            unit.commit()
            return Issued(account, password)

    def make_token(self, id: AccountId, label: str, *, by: str) -> str:
        """A token for a program, told this once; it may what its account may."""
        secret = f"sk-{new_secret(self._chance)}"
        label = name_of(label, "việc mà mã dùng cho")
        new = NewKey(account_id=id, kind=KeyKind.TOKEN, digest=digest_of(secret), label=label)
        with self._open_unit() as unit:
            account = unit.people.get(id)
            unit.people.add_key(new, at=self._clock())
            self._tell(unit, account, Act.MAKE_TOKEN, by, label=label)
            unit.commit()
        return secret

    def end_token(self, id: AccountId, key_id: KeyId, *, by: str) -> None:
        """Raises AccountNotFound, InvalidInput where the account has no such token."""
        with self._open_unit() as unit:
            unit.lock()
            account, keys = unit.people.get(id), unit.people.keys(id, KeyKind.TOKEN)
            key = next((key for key in keys if key.id == key_id), None)
            if key is None:
                raise InvalidInput("Tài khoản này không có mã truy cập ấy.")
            unit.people.end_key(key_id, at=self._clock())
            self._tell(unit, account, Act.END_TOKEN, by, label=key.label)
            unit.commit()

    def tokens(self, id: AccountId) -> list[Key]:
        """Those still in force."""
        with self._open_unit() as unit:
            keys = unit.people.keys(id, KeyKind.TOKEN)
        return [key for key in keys if key.opens(self._clock())]

    def _added(self, unit: UnitOfWork, new: NewAccount, *, by: str) -> Issued:
        known = {text.canonical(account.name) for account in unit.people.all()}
        if text.canonical(new.name) in known:
            raise AccountExists(name=new.name)
        password = one_time_password(self._chance)
        hash = self._passwords.hashed(password)
        account = unit.people.add(new, password_hash=hash, at=self._clock())
        self._tell(unit, account, Act.ADD_ACCOUNT, by, role=account.role.value)
        return Issued(account, password)

    def _tell(
        self,
        unit: UnitOfWork,
        account: Account,
        act: Act,
        by: str,
        **detail: Any,
    ) -> None:
        tell(unit, act, f"accounts/{account.login}", by=by, at=self._clock(), **detail)


def _first(demo: bool) -> NewAccount:
    if demo:
        return NewAccount(
            login=DEMO_LOGIN, name="Tài khoản thử", role=Role.ADMIN, must_change=False
        )
    return NewAccount(login=FIRST_LOGIN, name="Quản trị", role=Role.ADMIN)


def _refuse_without_admin(unit: UnitOfWork, after: Account) -> None:
    others = [account for account in unit.people.all() if account.id != after.id]
    if not any(a.active and a.role is Role.ADMIN for a in (*others, after)):
        raise LastAdmin


def _differences(before: Account, after: Account) -> dict[str, Any]:
    names = ("role", "unit_id", "active")
    pairs = {name: [getattr(before, name), getattr(after, name)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
