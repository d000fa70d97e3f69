"""Accounts in SQL, what opens them, and attempts to sign in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dedup.errors import AccountExists, AccountNotFound
from dedup.initiatives import UnitId
from dedup.people import (
    Account,
    AccountId,
    Attempts,
    Key,
    KeyId,
    KeyKind,
    NewAccount,
    NewKey,
    Role,
)
from dedup.store.session import Session
from dedup.store.tables import access_keys, accounts, sign_in_attempts

_a, _k, _t = accounts.c, access_keys.c, sign_in_attempts.c
_ACCOUNT = [column for column in _a if column.name != "password_hash"]


class SqlPeople:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: NewAccount, *, password_hash: str, at: datetime) -> Account:
        id = self._session.next_id(_a.id)
        taken = select(_a.id).where((_a.login == new.login) | (_a.name == new.name))
        if self._session.read.execute(taken).first() is not None:
            raise AccountExists(login=new.login)
        row = {
            "id": id,
            "login": new.login,
            "name": new.name,
            "role": new.role.value,
            "unit_id": new.unit_id,
            "active": True,
            "must_change": new.must_change,
            "added_at": at,
            "password_hash": password_hash,
        }
        self._session.write.execute(insert(accounts), row)
        return self.get(AccountId(id))

    def get(self, id: AccountId) -> Account:
        row = self._session.read.execute(select(*_ACCOUNT).where(_a.id == id)).first()
        if row is None:
            raise AccountNotFound(id=id)
        return _account(row)

    def by_login(self, login: str) -> Account | None:
        row = self._session.read.execute(select(*_ACCOUNT).where(_a.login == login)).first()
        return None if row is None else _account(row)

    def all(self) -> list[Account]:
        rows = self._session.read.execute(select(*_ACCOUNT).order_by(_a.id))
        return [_account(row) for row in rows]

    def put(self, account: Account) -> None:
        values = {
            "role": account.role.value,
            "unit_id": account.unit_id,
            "active": account.active,
            "must_change": account.must_change,
        }
        self._change(account.id, values)

    def password_hash(self, id: AccountId) -> str:
        found = self._session.read.execute(select(_a.password_hash).where(_a.id == id)).scalar()
        if found is None:
            raise AccountNotFound(id=id)
        return str(found)

    def set_password_hash(self, id: AccountId, password_hash: str) -> None:
        self._change(id, {"password_hash": password_hash})

    def add_key(self, new: NewKey, *, at: datetime) -> Key:
        id = self._session.next_id(_k.id)
        row = {
            "id": id,
            "account_id": new.account_id,
            "kind": new.kind.value,
            "digest": new.digest,
            "label": new.label,
            "made_at": at,
            "expires_at": new.expires_at,
        }
        self._session.write.execute(insert(access_keys), row)
        return _key(self._session.read.execute(select(access_keys).where(_k.id == id)).one())

    def opened_by(self, digest: str, kind: KeyKind) -> tuple[Account, Key] | None:
        query = select(access_keys).where(_k.digest == digest, _k.kind == kind.value)
        row = self._session.read.execute(query).first()
        if row is None:
            return None
        key = _key(row)
        return self.get(key.account_id), key

    def renew_key(self, id: KeyId, *, expires_at: datetime) -> None:
        renewed = update(access_keys).where(_k.id == id).values(expires_at=expires_at)
        self._session.write.execute(renewed)

    def end_key(self, id: KeyId, *, at: datetime) -> None:
        self._end(_k.id == id, at=at)

    def end_keys(self, account_id: AccountId, kind: KeyKind, *, at: datetime) -> None:
        self._end(_k.account_id == account_id, _k.kind == kind.value, at=at)

    def keys(self, account_id: AccountId, kind: KeyKind) -> list[Key]:
        query = select(access_keys).where(_k.account_id == account_id, _k.kind == kind.value)
        return [_key(row) for row in self._session.read.execute(query.order_by(_k.id))]

    def attempts(self, watched: str) -> Attempts | None:
        query = select(_t.failures, _t.last_at).where(_t.watched == watched)
        row = self._session.read.execute(query).first()
        return None if row is None else Attempts(failures=row.failures, last_at=row.last_at)

    def set_attempts(self, watched: str, attempts: Attempts) -> None:
        insert = sqlite.insert if self._session.sqlite else postgresql.insert
        values = {"failures": attempts.failures, "last_at": attempts.last_at}
        new = insert(sign_in_attempts).values(watched=watched, **values)
        self._session.write.execute(
            new.on_conflict_do_update(index_elements=["watched"], set_=values)
        )

    def forget_attempts(self, *, before: datetime) -> None:
        self._session.write.execute(delete(sign_in_attempts).where(_t.last_at < before))

    def _end(self, *which: Any, at: datetime) -> None:
        still_open = update(access_keys).where(*which, _k.ended_at.is_(None))
        self._session.write.execute(still_open.values(ended_at=at))

    def _change(self, id: AccountId, values: dict[str, Any]) -> None:
        changed = update(accounts).where(_a.id == id).values(**values)
        if not self._session.write.execute(changed).rowcount:
            raise AccountNotFound(id=id)


def _account(row: Any) -> Account:
    columns = dict(row._mapping)
    unit_id = columns.pop("unit_id")
    return Account(
        **{**columns, "role": Role(columns["role"])},
        unit_id=None if unit_id is None else UnitId(unit_id),
    )


def _key(row: Any) -> Key:
    return Key(**{**row._mapping, "kind": KeyKind(row.kind)})
