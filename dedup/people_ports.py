"""The shapes the people job depends on: accounts and what opens them, the log, the hashing of passwords."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

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


class Passwords(Protocol):
    """Slow on purpose; the hash says by which means it was made."""

    def hashed(self, password: str) -> str: ...
    def fits(self, hash: str | None, password: str) -> bool:
        """As slow for no hash at all: that no account is there cannot be told from the time."""

    def outdated(self, hash: str) -> bool: ...


class PeopleRepository(Protocol):
    """Accounts, their passwords, their keys, and attempts to sign in. No account is ever deleted."""

    def add(self, new: NewAccount, *, password_hash: str, at: datetime) -> Account:
        """Raises Conflict where the login or the name is another's."""

    def get(self, id: AccountId) -> Account:
        """Raises AccountNotFound."""

    def by_login(self, login: str) -> Account | None: ...
    def all(self) -> list[Account]:
        """By id."""

    def put(self, account: Account) -> None:
        """Role, unit, activity and whether the password must change; raises AccountNotFound."""

    def password_hash(self, id: AccountId) -> str: ...
    def set_password_hash(self, id: AccountId, password_hash: str) -> None: ...

    def add_key(self, new: NewKey, *, at: datetime) -> Key: ...
    def opened_by(self, digest: str, kind: KeyKind) -> tuple[Account, Key] | None:
        """Whatever became of the key or the account meanwhile."""

    def renew_key(self, id: KeyId, *, expires_at: datetime) -> None: ...
    def end_key(self, id: KeyId, *, at: datetime) -> None: ...
    def end_keys(self, account_id: AccountId, kind: KeyKind, *, at: datetime) -> None: ...
    def keys(self, account_id: AccountId, kind: KeyKind) -> list[Key]:
        """By id, those that ended included."""

    def attempts(self, watched: str) -> Attempts | None: ...
    def set_attempts(self, watched: str, attempts: Attempts) -> None: ...
    def forget_attempts(self, *, before: datetime) -> None: ...


class LogRepository(Protocol):
    """The log of deeds: appended and read, never changed."""

    def append(self, deed: Deed) -> None:
        """The id given is ignored; one is made."""

    def page(self, *, before: int | None = None, limit: int = 50) -> list[Deed]:
        """Newest first; ``before`` = the id of the last one seen."""
