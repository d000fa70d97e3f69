"""Passwords hashed with argon2id; the cost stands in each hash and is raised when its person signs in."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """By default RFC 9106's profile for little memory: 64 MiB and about 50 ms an attempt."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = self._hasher.hash("")

    def hashed(self, password: str) -> str:
        return self._hasher.hash(password)

    def fits(self, hash: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(hash or self._nobodys, password) and hash is not None
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, hash: str) -> bool:
        return self._hasher.check_needs_rehash(hash)
