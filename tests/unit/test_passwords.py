"""Hashing of passwords: what fits, what does not, and that nobody's takes as long."""

from argon2 import PasswordHasher

from dedup.passwords import Argon2Passwords

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_a_password_fits_its_own_hash_alone() -> None:
    passwords = Argon2Passwords(QUICK)
    hash = passwords.hashed("Mưa rơi trên phố")

    assert hash.startswith("$argon2id$")
    assert hash != passwords.hashed("Mưa rơi trên phố")
    assert passwords.fits(hash, "Mưa rơi trên phố")
    assert not passwords.fits(hash, "mưa rơi trên phố")
    assert not passwords.fits("not a hash", "x")


def test_nobodys_password_fits_nothing() -> None:
    passwords = Argon2Passwords(QUICK)
    assert not passwords.fits(None, "")
    assert not passwords.fits(None, "x")


def test_a_hash_of_a_lower_cost_is_outdated() -> None:
    hash = Argon2Passwords(QUICK).hashed("x")
    assert Argon2Passwords().outdated(hash)
    assert not Argon2Passwords(QUICK).outdated(hash)
