"""Signing in and out: an attempt counts as failed until it proves right, a session ends by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from dedup.errors import InvalidInput, SignInRefused, TooManyAttempts
from dedup.jobs.telling import tell
from dedup.people import (
    ATTEMPTS_FORGOTTEN,
    FREE_OF_BOTH,
    SESSION_LIFE,
    Account,
    Act,
    Attempts,
    KeyKind,
    NewKey,
    digest_of,
    login_of,
    new_password,
    password_of,
    renewal,
    wait_after,
    watched,
)
from dedup.people_ports import Passwords
from dedup.ports import Clock, OpenUnit, UnitOfWork


@dataclass(frozen=True, slots=True)
class _Attempt:
    """The account that was named, if it may sign in, and its password's hash."""

    account: Account | None
    hash: str | None
    free: dict[str, int]  # what it is counted by


class Signing:
    def __init__(
        self, open_unit: OpenUnit, clock: Clock, *, passwords: Passwords, chance: Random
    ) -> None:
        self._open_unit = open_unit
        self._clock = clock
        self._passwords = passwords
        self._chance = chance

    def sign_in(self, login: str, password: str, *, address: str) -> str:
        """The secret of a new session; raises SignInRefused, TooManyAttempts.

        ``address``: where the attempt comes from, as far as can be told.
        """
        attempt = self._attempted(login, address)
        account = attempt.account
        if not self._right(attempt, password) or account is None:
            raise SignInRefused
        with self._open_unit() as unit:
            unit.lock()
            self._forgiven(unit, attempt)
            if self._passwords.outdated(attempt.hash or ""):
                hash = self._passwords.hashed(password_of(password))
                unit.people.set_password_hash(account.id, hash)
            secret = self._session(unit, account)
            self._tell(unit, account, Act.SIGN_IN)
            unit.commit()
        return secret

    def sign_out(self, secret: str) -> None:
        with self._open_unit() as unit:
            found = unit.people.opened_by(digest_of(secret), KeyKind.SESSION)
            if found is not None:
                account, key = found
                unit.people.end_key(key.id, at=self._clock())
                self._tell(unit, account, Act.SIGN_OUT)
                unit.commit()

    def holder(self, secret: str, kind: KeyKind, *, writes: bool = False) -> Account | None:
        """Whom a secret lets in. Work that ``writes`` lets a session last on; reading never waits."""
        now = self._clock()
        with self._open_unit() as unit:
            found = unit.people.opened_by(digest_of(secret), kind)
            if found is None or not found[0].active or not found[1].opens(now):
                return None
            account, key = found
            until = renewal(key, now) if writes else None
            if until is not None:
                unit.people.renew_key(key.id, expires_at=until)
                unit.commit()
        return account

    def change_password(self, account: Account, old: str, new: str, *, address: str) -> str:
        """The secret of a new session, all others and every token being ended.

        Raises InvalidInput, also where the old password is wrong, and TooManyAttempts.
        """
        attempt = self._attempted(account.login, address)
        if not self._right(attempt, old):
            raise InvalidInput("Mật khẩu hiện tại không đúng.")
        password = new_password(new, account)
        if password == password_of(old):
            raise InvalidInput("Mật khẩu mới phải khác mật khẩu đang dùng.")
        hash = self._passwords.hashed(password)
        with self._open_unit() as unit:
            unit.lock()
            self._forgiven(unit, attempt)
            unit.people.set_password_hash(account.id, hash)
            unit.people.put(replace(unit.people.get(account.id), must_change=False))
            for kind in KeyKind:
                unit.people.end_keys(account.id, kind, at=self._clock())
            secret = self._session(unit, account)
            self._tell(unit, account, Act.CHANGE_PASSWORD)
            unit.commit()
        return secret

    def _attempted(self, login: str, address: str) -> _Attempt:
        """Count an attempt before it is looked at: of many at once none is free. TooManyAttempts."""
        now = self._clock()
        free = watched(_plain(login), address)
        with self._open_unit() as unit:
            unit.lock()
            unit.people.forget_attempts(before=now - ATTEMPTS_FORGOTTEN)
            known = {place: unit.people.attempts(place) for place in free}
            wait = max(_left(known[place], free[place], now) for place in free)
            if wait > timedelta(0):
                seconds = -(-wait // timedelta(seconds=1))
                raise TooManyAttempts(
                    f"Sai quá nhiều lần; xin chờ {seconds} giây rồi thử lại.", wait=seconds
                )
            for place in free:
                failures = _counted(known[place], now) + 1
                unit.people.set_attempts(place, Attempts(failures=failures, last_at=now))
            account = unit.people.by_login(_plain(login))
            hash = unit.people.password_hash(account.id) if account and account.active else None
            unit.commit()
        return _Attempt(account, hash, free)

    def _right(self, attempt: _Attempt, password: str) -> bool:
        return self._passwords.fits(attempt.hash, password_of(password))

    def _forgiven(self, unit: UnitOfWork, attempt: _Attempt) -> None:
        """It was right: it does not count, and this login's earlier ones from here are forgotten."""
        now = self._clock()
        for place, free in attempt.free.items():
            counted = _counted(unit.people.attempts(place), now) - 1
            left = 0 if free == FREE_OF_BOTH else max(0, counted)
            unit.people.set_attempts(place, Attempts(failures=left, last_at=now))

    def _session(self, unit: UnitOfWork, account: Account) -> str:
        secret, now = new_secret(self._chance), self._clock()
        key = NewKey(
            account_id=account.id,
            kind=KeyKind.SESSION,
            digest=digest_of(secret),
            expires_at=now + SESSION_LIFE,
        )
        unit.people.add_key(key, at=now)
        return secret

    def _tell(self, unit: UnitOfWork, account: Account, act: Act) -> None:
        tell(unit, act, f"accounts/{account.login}", by=account.name, at=self._clock())


def new_secret(chance: Random) -> str:
    """256 bits of chance."""
    return f"{chance.getrandbits(256):064x}"


def _counted(attempts: Attempts | None, now: datetime) -> int:
    return attempts.since(now) if attempts else 0


def _left(attempts: Attempts | None, free: int, now: datetime) -> timedelta:
    if attempts is None:
        return timedelta(0)
    return attempts.last_at + wait_after(attempts.since(now), free) - now


def _plain(login: str) -> str:
    """What was typed, whatever it is, as a login would be kept: nobody's where it can be none."""
    try:
        return login_of(login)
    except InvalidInput:
        return ""
