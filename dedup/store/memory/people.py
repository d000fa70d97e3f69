"""Accounts, what opens them, and the log, in memory."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

from dedup.errors import AccountExists, AccountNotFound, NotFound
from dedup.people import (
    Account,
    AccountId,
    Attempts,
    Deed,
    Key,
    KeyId,
    KeyKind,
    NewAccount,
    NewKey,
)
from dedup.store.columns import to_utc
from dedup.store.memory.state import MemorySession, as_kept, next_id, utc


class MemoryPeople:
    def __init__(self, session: MemorySession) -> None:
        self._session = session

    def add(self, new: NewAccount, *, password_hash: str, at: datetime) -> Account:
        state = self._session.write()
        for known in state.accounts.values():
            if new.login == known.login or new.name == known.name:
                raise AccountExists(login=new.login)
        if new.unit_id is not None and new.unit_id not in state.units:
            raise NotFound
        id = AccountId(next_id(state.accounts))
        account = Account(**_fields(new), id=id, active=True, added_at=to_utc(at))
        state.accounts[id], state.password_hashes[id] = account, password_hash
        return account

    def get(self, id: AccountId) -> Account:
        account = self._session.state.accounts.get(id)
        if account is None:
            raise AccountNotFound(id=id)
        return account

    def by_login(self, login: str) -> Account | None:
        return next((a for a in self.all() if a.login == login), None)

    def all(self) -> list[Account]:
        return [account for _, account in sorted(self._session.state.accounts.items())]

    def put(self, account: Account) -> None:
        state = self._session.write()
        names = ("role", "unit_id", "active", "must_change")
        changes: dict[str, Any] = {name: getattr(account, name) for name in names}
        state.accounts[account.id] = dataclasses.replace(self.get(account.id), **changes)

    def password_hash(self, id: AccountId) -> str:
        self.get(id)
        return self._session.state.password_hashes[id]

    def set_password_hash(self, id: AccountId, password_hash: str) -> None:
        self._session.write()
        self.get(id)
        self._session.write().password_hashes[id] = password_hash

    def add_key(self, new: NewKey, *, at: datetime) -> Key:
        keys = self._session.write().keys
        self.get(new.account_id)
        id = KeyId(next_id(keys))
        expires_at = utc(new.expires_at)
        keys[id] = Key(**{**_fields(new), "expires_at": expires_at}, id=id, made_at=to_utc(at))
        return keys[id]

    def opened_by(self, digest: str, kind: KeyKind) -> tuple[Account, Key] | None:
        keys = self._session.state.keys.values()
        key = next((k for k in keys if k.digest == digest and k.kind is kind), None)
        return None if key is None else (self.get(key.account_id), key)

    def renew_key(self, id: KeyId, *, expires_at: datetime) -> None:
        keys = self._session.write().keys
        keys[id] = dataclasses.replace(keys[id], expires_at=to_utc(expires_at))

    def end_key(self, id: KeyId, *, at: datetime) -> None:
        keys = self._session.write().keys
        if keys[id].ended_at is None:
            keys[id] = dataclasses.replace(keys[id], ended_at=to_utc(at))

    def end_keys(self, account_id: AccountId, kind: KeyKind, *, at: datetime) -> None:
        for key in self.keys(account_id, kind):
            self.end_key(key.id, at=at)

    def keys(self, account_id: AccountId, kind: KeyKind) -> list[Key]:
        keys = (key for _, key in sorted(self._session.state.keys.items()))
        return [key for key in keys if key.account_id == account_id and key.kind is kind]

    def attempts(self, watched: str) -> Attempts | None:
        return self._session.state.attempts.get(watched)

    def set_attempts(self, watched: str, attempts: Attempts) -> None:
        kept = dataclasses.replace(attempts, last_at=to_utc(attempts.last_at))
        self._session.write().attempts[watched] = kept

    def forget_attempts(self, *, before: datetime) -> None:
        state = self._session.write()
        state.attempts = {w: a for w, a in state.attempts.items() if a.last_at >= to_utc(before)}


class MemoryLog:
    def __init__(self, session: MemorySession) -> None:
        self._session = session

    def append(self, deed: Deed) -> None:
        deeds = self._session.write().deeds
        id, detail = next_id(deeds), as_kept(dict(deed.detail))
        deeds[id] = dataclasses.replace(deed, id=id, at=to_utc(deed.at), detail=detail)

    def page(self, *, before: int | None = None, limit: int = 50) -> list[Deed]:
        newest = sorted(self._session.state.deeds.values(), key=lambda deed: -deed.id)
        return [deed for deed in newest if before is None or deed.id < before][:limit]


def _fields(new: NewAccount | NewKey) -> dict[str, Any]:
    return {field.name: getattr(new, field.name) for field in dataclasses.fields(new)}
