"""Who works here: accounts, roles, the keys that open them, and the rules of signing in. Pure.

Kept here: a login is typed in any case and means one account; a person's name means one account too,
for verdicts and the log carry it; nobody concludes alone for their own unit.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any, NewType

from dedup.errors import InvalidInput
from dedup.initiatives import Submission, UnitId
from dedup.units import UnitTree

AccountId = NewType("AccountId", int)
KeyId = NewType("KeyId", int)

NAME_LIMIT = 200
PASSWORD_AT_LEAST, PASSWORD_LIMIT = 10, 200
# A day at the office without signing in again; whoever works on is asked anew once a week.
SESSION_LIFE, SESSION_END = timedelta(hours=12), timedelta(days=7)
# Attempts that cost no waiting: of one login from one address, of one login, from one address (an
# office behind one proxy). Each further one doubles the wait, up to an end that a person can sit out.
FREE_OF_BOTH, FREE_OF_ONE = 5, 50
LONGEST_WAIT = timedelta(minutes=5)
ATTEMPTS_FORGOTTEN = timedelta(hours=1)
# Without what is read as another letter: 1 l i, 0 o.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class Role(StrEnum):
    """What an account may do; each role may all that those before it may."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    HEAD = "head"
    ADMIN = "admin"

    def covers(self, other: Role) -> bool:
        roles = list(Role)
        return roles.index(self) >= roles.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    login: str
    name: str
    role: Role
    unit_id: UnitId | None = None
    must_change: bool = True  # its password is a one-time one


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(NewAccount):
    """A person, or a piece of software, that may sign in. The password's hash is kept apart."""

    id: AccountId
    active: bool
    added_at: datetime


class KeyKind(StrEnum):
    SESSION = "session"  # a browser's, in its cookie
    TOKEN = "token"  # noqa: S105 - a program's, in its Authorization header


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """What opens an account; of its secret the digest alone is kept."""

    account_id: AccountId
    kind: KeyKind
    digest: str
    label: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key(NewKey):
    id: KeyId
    made_at: datetime
    ended_at: datetime | None = None

    def opens(self, at: datetime) -> bool:
        return self.ended_at is None and (self.expires_at is None or at < self.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Attempts to sign in that came to nothing, and the last of them."""

    failures: int
    last_at: datetime

    def since(self, at: datetime) -> int:
        """How many still count."""
        return self.failures if at - self.last_at < ATTEMPTS_FORGOTTEN else 0


class Act(StrEnum):
    """What the log tells of."""

    DECIDE = "decide"
    UNDO = "undo"
    FILE = "file"
    EDIT = "edit"
    WITHDRAW = "withdraw"
    RESTORE = "restore"
    STAGE_IMPORT = "stage_import"
    IMPORT = "import"
    UNDO_IMPORT = "undo_import"
    RUN = "run"
    CANCEL_RUN = "cancel_run"
    ADOPT = "adopt"
    ROLL_BACK = "roll_back"
    ADD_UNITS = "add_units"
    ASSIGN_UNIT = "assign_unit"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    CHANGE_PASSWORD = "change_password"  # noqa: S105
    ADD_ACCOUNT = "add_account"
    CHANGE_ACCOUNT = "change_account"
    RESET_PASSWORD = "reset_password"  # noqa: S105
    MAKE_TOKEN = "make_token"  # noqa: S105
    END_TOKEN = "end_token"  # noqa: S105
    RESTORE_BACKUP = "restore_backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One line of the log: who did what to which thing; lines are only ever appended."""

    by: str
    act: Act
    of: str  # the thing's address: "pairs/1/2", "imports/3", "accounts/lan"
    at: datetime
    detail: Mapping[str, Any]
    id: int = 0


def login_of(typed: str) -> str:
    """A login as it is kept; raises InvalidInput where no account could carry it."""
    login = unicodedata.normalize("NFKC", typed).strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9._@-]{1,63}", login):
        raise InvalidInput(
            "Tên đăng nhập cần 2–64 ký tự: chữ cái không dấu, chữ số, dấu chấm, gạch hoặc @."
        )
    return login


def name_of(typed: str, what: str = "họ tên") -> str:
    """One line, without stray spaces; raises InvalidInput where nothing is left or it is too long."""
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    if not 0 < len(name) <= NAME_LIMIT or not name.isprintable():
        raise InvalidInput(f"Thiếu {what}, hoặc có hơn {NAME_LIMIT} ký tự, hoặc có ký tự lạ.")
    return name


def password_of(typed: str) -> str:
    """The password as it is hashed: one text however the keyboard composed its letters."""
    return unicodedata.normalize("NFKC", typed)


def new_password(typed: str, account: Account) -> str:
    """Raises InvalidInput for one that is guessed at once."""
    password = password_of(typed)
    if not PASSWORD_AT_LEAST <= len(password) <= PASSWORD_LIMIT:
        raise InvalidInput(
            f"Mật khẩu mới cần từ {PASSWORD_AT_LEAST} đến {PASSWORD_LIMIT} ký tự; "
            "một câu ngắn dễ nhớ là đủ."
        )
    if len(set(password)) < PASSWORD_AT_LEAST // 2 or account.login in password.lower():
        raise InvalidInput("Mật khẩu mới quá dễ đoán: ít ký tự khác nhau, hoặc chứa tên đăng nhập.")
    return password


def one_time_password(chance: Random) -> str:
    """About 79 bits, easily read out: "k7mw-3xqp-9dhr-t2vb"."""
    return "-".join("".join(chance.choices(_ALPHABET, k=4)) for _ in range(4))


def digest_of(secret: str) -> str:
    """A random secret of 256 bits needs no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def watched(login: str, address: str) -> dict[str, int]:
    """What attempts are counted by, and how many of each cost no waiting.

    Digests: what is typed as a login may be a password by mistake.
    """
    free = {(login, address): FREE_OF_BOTH, (login, ""): FREE_OF_ONE, ("", address): FREE_OF_ONE}
    return {digest_of("\n".join(watched)): count for watched, count in free.items()}


def wait_after(failures: int, free: int) -> timedelta:
    """How long after the last of ``failures`` the next attempt has to wait."""
    if failures < free:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - free, 12)), LONGEST_WAIT)


def renewal(key: Key, at: datetime) -> datetime | None:
    """When a session that is still worked in should end from now on; None where it stays as it is."""
    if key.expires_at is None or key.expires_at - at > SESSION_LIFE / 2:
        return None
    return min(at + SESSION_LIFE, key.made_at + SESSION_END)


def own_case(tree: UnitTree, home: UnitId | None, one: Submission, other: Submission) -> bool:
    """Whether of two filings one alone is of a person's own unit, or of a unit below it."""
    return home is not None and _within(tree, home, one) != _within(tree, home, other)


def _within(tree: UnitTree, home: UnitId, filing: Submission) -> bool:
    unit_id = filing.unit_id if filing.unit_id is not None else tree.match(filing.unit)
    return unit_id is not None and home in tree.ancestors(unit_id)
