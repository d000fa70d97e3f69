"""Accounts, keys and the log: memory, SQLite and PostgreSQL answer the same."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from dedup.errors import AccountExists, AccountNotFound, NotFound
from dedup.initiatives import Unit, UnitId
from dedup.people import (
    Account,
    AccountId,
    Act,
    Attempts,
    Deed,
    Key,
    KeyKind,
    NewAccount,
    NewKey,
    Role,
)
from tests.conftest import AnyStore

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def added(store: AnyStore, login: str = "lan", name: str = "Trần Thị Lan") -> Account:
    new = NewAccount(login=login, name=name, role=Role.REVIEWER)
    with store.unit() as unit:
        account = unit.people.add(new, password_hash=f"hash of {login}", at=NOON)
        unit.commit()
    return account


def opened(store: AnyStore, account: Account, digest: str, kind: KeyKind) -> Key:
    new = NewKey(account_id=account.id, kind=kind, digest=digest, expires_at=LATER)
    with store.unit() as unit:
        key = unit.people.add_key(new, at=NOON)
        unit.commit()
    return key


def test_an_account_is_kept_with_its_home_and_found_by_its_login(store: AnyStore) -> None:
    with store.unit() as unit:
        [home] = unit.units.add([Unit(id=UnitId(0), code="A", name="CĐCS A")])
        new = NewAccount(login="lan", name="Trần Thị Lan", role=Role.HEAD, unit_id=home)
        unit.people.add(new, password_hash="h", at=NOON)
        unit.commit()
    with store.unit() as unit:
        account = unit.people.by_login("lan")
        assert account == Account(
            id=AccountId(1),
            login="lan",
            name="Trần Thị Lan",
            role=Role.HEAD,
            unit_id=home,
            must_change=True,
            active=True,
            added_at=NOON,
        )
        assert unit.people.all() == [account] == [unit.people.get(AccountId(1))]
        assert unit.people.password_hash(AccountId(1)) == "h"
        assert unit.people.by_login("minh") is None


@pytest.mark.parametrize(("login", "name"), [("lan", "Người khác"), ("khac", "Trần Thị Lan")])
def test_login_and_name_are_one_accounts_alone(store: AnyStore, login: str, name: str) -> None:
    added(store)
    with pytest.raises(AccountExists):
        added(store, login, name)


def test_role_home_and_activity_change_and_the_rest_stays(store: AnyStore) -> None:
    account = added(store)
    changed = dataclasses.replace(account, role=Role.VIEWER, active=False, must_change=False)
    with store.unit() as unit:
        unit.people.put(dataclasses.replace(changed, login="x", name="y"))
        unit.people.set_password_hash(account.id, "new")
        unit.commit()
    with store.unit() as unit:
        assert unit.people.get(account.id) == changed
        assert unit.people.password_hash(account.id) == "new"


def test_what_names_nobody_is_told(store: AnyStore) -> None:
    account = dataclasses.replace(added(store), id=AccountId(7))
    with store.unit() as unit:
        for call in (
            lambda: unit.people.get(AccountId(7)),
            lambda: unit.people.put(account),
            lambda: unit.people.password_hash(AccountId(7)),
            lambda: unit.people.set_password_hash(AccountId(7), "h"),
        ):
            with pytest.raises(AccountNotFound):
                call()
    with store.unit() as unit, pytest.raises(NotFound):
        new = NewAccount(login="x", name="x", role=Role.VIEWER, unit_id=UnitId(9))
        unit.people.add(new, password_hash="h", at=NOON)


def test_a_key_opens_its_account_by_digest_and_kind(store: AnyStore) -> None:
    lan, minh = added(store), added(store, "minh", "Lê Minh")
    key = opened(store, lan, "aa", KeyKind.SESSION)
    opened(store, minh, "bb", KeyKind.TOKEN)
    with store.unit() as unit:
        assert unit.people.opened_by("aa", KeyKind.SESSION) == (lan, key)
        assert unit.people.opened_by("aa", KeyKind.TOKEN) is None
        assert unit.people.opened_by("cc", KeyKind.SESSION) is None
        assert [k.digest for k in unit.people.keys(minh.id, KeyKind.TOKEN)] == ["bb"]
    assert (key.made_at, key.expires_at, key.ended_at) == (NOON, LATER, None)


def test_keys_are_renewed_and_ended_once(store: AnyStore) -> None:
    lan = added(store)
    first, second, token = (
        opened(store, lan, digest, kind)
        for digest, kind in (
            ("a", KeyKind.SESSION),
            ("b", KeyKind.SESSION),
            ("c", KeyKind.TOKEN),
        )
    )
    with store.unit() as unit:
        unit.people.renew_key(first.id, expires_at=LATER + timedelta(hours=1))
        unit.people.end_key(second.id, at=NOON)
        unit.people.end_keys(lan.id, KeyKind.SESSION, at=LATER)
        unit.commit()
    with store.unit() as unit:
        sessions = unit.people.keys(lan.id, KeyKind.SESSION)
        assert [k.ended_at for k in sessions] == [LATER, NOON]
        assert sessions[0].expires_at == LATER + timedelta(hours=1)
        assert unit.people.keys(lan.id, KeyKind.TOKEN) == [token]


def test_attempts_are_kept_until_they_are_old(store: AnyStore) -> None:
    with store.unit() as unit:
        assert unit.people.attempts("a") is None
        unit.people.set_attempts("a", Attempts(failures=1, last_at=NOON))
        unit.people.set_attempts("b", Attempts(failures=1, last_at=NOON))
        unit.people.set_attempts("b", Attempts(failures=2, last_at=LATER))
        unit.people.forget_attempts(before=LATER)
        unit.commit()
    with store.unit() as unit:
        assert unit.people.attempts("a") is None
        assert unit.people.attempts("b") == Attempts(failures=2, last_at=LATER)


def test_the_log_is_read_newest_first_and_onwards(store: AnyStore) -> None:
    with store.unit() as unit:
        for number in range(1, 5):
            detail = {"verdict": "TRUNG", "was": [number, None]}
            unit.log.append(
                Deed(by="Lan", act=Act.DECIDE, of=f"pairs/1/{number}", at=NOON, detail=detail)
            )
        unit.commit()
    with store.unit() as unit:
        newest = unit.log.page(limit=3)
        assert [(deed.id, deed.of) for deed in newest] == [
            (4, "pairs/1/4"),
            (3, "pairs/1/3"),
            (2, "pairs/1/2"),
        ]
        assert newest[0].detail == {"verdict": "TRUNG", "was": [4, None]}
        assert (newest[0].by, newest[0].act, newest[0].at) == ("Lan", Act.DECIDE, NOON)
        assert [deed.id for deed in unit.log.page(before=2)] == [1]
