"""The rules of accounts: names, passwords, waiting, lasting, and whose case a pair is."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from dedup.errors import InvalidInput
from dedup.initiatives import Submission, Unit, UnitId
from dedup.people import (
    FREE_OF_BOTH,
    LONGEST_WAIT,
    SESSION_LIFE,
    Account,
    AccountId,
    Key,
    KeyId,
    KeyKind,
    Role,
    login_of,
    name_of,
    new_password,
    one_time_password,
    own_case,
    password_of,
    renewal,
    wait_after,
    watched,
)
from dedup.units import UnitTree

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LAN = Account(
    id=AccountId(1), login="lan", name="Lan", role=Role.REVIEWER, active=True, added_at=NOON
)


def test_a_role_covers_those_below_it() -> None:
    assert [role for role in Role if Role.REVIEWER.covers(role)] == [Role.VIEWER, Role.REVIEWER]
    assert all(Role.ADMIN.covers(role) for role in Role)


@pytest.mark.parametrize(("typed", "login"), [(" LAN ", "lan"), ("a.b@c-d.vn", "a.b@c-d.vn")])
def test_a_login_is_typed_in_any_case(typed: str, login: str) -> None:
    assert login_of(typed) == login


@pytest.mark.parametrize("typed", ["", "a", "trần", "a b", "../x", "x" * 65, "-lan"])
def test_what_can_be_no_login_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        login_of(typed)


def test_a_name_keeps_its_marks_and_loses_its_stray_spaces() -> None:
    assert name_of("  Trần  Thị Lan ") == "Trần Thị Lan"
    for typed in ("", "x" * 201, "Lan\u202e"):
        with pytest.raises(InvalidInput):
            name_of(typed)


def test_a_password_is_one_text_however_its_letters_were_composed() -> None:
    typed = "Mưa rơi trên phố"
    assert password_of(unicodedata.normalize("NFD", typed)) == password_of(typed)
    assert password_of(unicodedata.normalize("NFC", typed)) == password_of(typed)


@pytest.mark.parametrize("typed", ["ngắn", "a" * 20, "lan-lan-2026", "x1" * 101])
def test_a_password_guessed_at_once_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        new_password(typed, LAN)


def test_one_time_passwords_differ_and_pass_the_rules() -> None:
    chance = Random(1)
    made = {one_time_password(chance) for _ in range(100)}
    assert len(made) == 100
    assert all(new_password(password, LAN) == password for password in made)


def test_waiting_doubles_after_the_free_attempts_and_has_an_end() -> None:
    seconds = [wait_after(n, 5).total_seconds() for n in (0, 4, 5, 6, 7)]
    assert seconds == [0, 0, 1, 2, 4]
    assert wait_after(10**6, 5) == LONGEST_WAIT


def test_what_is_watched_tells_neither_login_nor_address() -> None:
    places = watched("lan", "10.0.0.3")
    assert list(places.values()).count(FREE_OF_BOTH) == 1
    assert not any("lan" in place or "10.0" in place for place in places)
    assert len(places.keys() & watched("minh", "10.0.0.3").keys()) == 1
    assert len(places.keys() & watched("lan", "10.0.0.4").keys()) == 1


def test_a_session_lasts_on_while_it_is_used_and_ends_after_a_week() -> None:
    key = Key(
        id=KeyId(1),
        account_id=LAN.id,
        kind=KeyKind.SESSION,
        digest="d",
        made_at=NOON,
        expires_at=NOON + SESSION_LIFE,
    )
    assert renewal(key, NOON + timedelta(hours=1)) is None
    late = NOON + timedelta(hours=10)
    assert renewal(key, late) == late + SESSION_LIFE
    old = Key(
        id=KeyId(1),
        account_id=LAN.id,
        kind=KeyKind.SESSION,
        digest="d",
        made_at=NOON - timedelta(days=6, hours=20),
        expires_at=NOON + timedelta(hours=1),
    )
    assert renewal(old, NOON) == NOON + timedelta(hours=4)
    assert key.opens(NOON + timedelta(hours=11))
    assert not key.opens(NOON + SESSION_LIFE)


TREE = UnitTree.of(
    [
        Unit(id=UnitId(1), code="T", name="Tổng công ty"),
        Unit(id=UnitId(2), code="A", name="Công ty A", parent_id=UnitId(1)),
        Unit(id=UnitId(3), code="B", name="Công ty B", parent_id=UnitId(1)),
        Unit(id=UnitId(4), code="A1", name="Xưởng A1", parent_id=UnitId(2)),
    ]
)
A, A1, B = (
    Submission(title="x", unit_id=UnitId(2)),
    Submission(title="x", unit="xưởng a1"),
    Submission(title="x", unit_id=UnitId(3)),
)
UNKNOWN = Submission(title="x", unit="Công ty lạ")


@pytest.mark.parametrize(
    ("home", "one", "other", "own"),
    [
        (2, A, B, True),
        (2, A1, B, True),
        (2, A, UNKNOWN, True),
        (2, A, A1, False),
        (1, A, B, False),
        (3, A, A1, False),
        (None, A, B, False),
    ],
)
def test_a_pair_is_a_persons_own_case_where_one_side_alone_is_of_their_unit(
    home: int | None, one: Submission, other: Submission, own: bool
) -> None:
    unit = None if home is None else UnitId(home)
    assert own_case(TREE, unit, one, other) is own
    assert own_case(TREE, unit, other, one) is own
