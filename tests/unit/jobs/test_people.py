"""Signing in, out and being let in; accounts made, changed, set back; the first one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from dedup.errors import (
    AccountExists,
    AccountNotFound,
    InvalidInput,
    LastAdmin,
    SignInRefused,
    TooManyAttempts,
)
from dedup.jobs.people import Issued, People
from dedup.jobs.signing import Signing
from dedup.people import FREE_OF_BOTH, SESSION_LIFE, KeyKind, Role
from dedup.ports import OpenUnit
from dedup.store.memory import MemoryStore
from tests.fakes import PlainPasswords, SteppingClock

HERE, ELSEWHERE = "10.0.0.3", "10.0.0.4"
NEW = "Mưa rơi trên phố"


@dataclass
class Office:
    open_unit: OpenUnit = field(default_factory=lambda: MemoryStore().unit)
    clock: SteppingClock = field(default_factory=SteppingClock)
    passwords: PlainPasswords = field(default_factory=PlainPasswords)

    def __post_init__(self) -> None:
        hashing = {"passwords": self.passwords, "chance": Random(1)}
        self.people = People(self.open_unit, self.clock, **hashing)  # type: ignore[arg-type]
        self.signing = Signing(self.open_unit, self.clock, **hashing)  # type: ignore[arg-type]

    def deeds(self) -> list[tuple[str, str, str]]:
        with self.open_unit() as unit:
            return [(deed.by, deed.act, deed.of) for deed in reversed(unit.log.page())]

    def let_in(self, secret: str) -> str | None:
        account = self.signing.holder(secret, KeyKind.SESSION)
        return account.login if account else None

    def sign_in(self, issued: Issued, *, address: str = HERE) -> str:
        return self.signing.sign_in(issued.account.login, issued.password, address=address)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def admin(office: Office) -> Issued:
    issued = office.people.first(demo=False)
    assert issued
    return issued


@pytest.fixture
def lan(office: Office, admin: Issued) -> Issued:
    return office.people.add("lan", "Trần Thị Lan", Role.REVIEWER, by="Quản trị")


def test_the_first_account_is_an_administrator_with_a_one_time_password(office: Office) -> None:
    first = office.people.first(demo=False)

    assert first
    assert (first.account.login, first.account.role) == ("admin", Role.ADMIN)
    assert first.account.must_change
    assert office.people.first(demo=False) is None
    assert office.people.first(demo=True) is None
    assert office.people.demo() is None


def test_the_demos_account_is_told_until_it_is_somebodys_own(office: Office) -> None:
    first = office.people.first(demo=True)

    assert first
    assert not first.account.must_change
    assert office.people.demo() == ("demo", first.password)
    office.signing.change_password(first.account, first.password, NEW, address=HERE)
    assert office.people.demo() is None


def test_who_signs_in_is_let_in_until_signing_out(office: Office, lan: Issued) -> None:
    secret = office.signing.sign_in(" LAN", lan.password, address=HERE)

    assert office.let_in(secret) == "lan"
    assert office.signing.holder(secret, KeyKind.TOKEN) is None
    assert office.let_in("x") is None
    office.signing.sign_out(secret)
    assert office.let_in(secret) is None
    assert office.deeds()[-2:] == [
        ("Trần Thị Lan", "sign_in", "accounts/lan"),
        ("Trần Thị Lan", "sign_out", "accounts/lan"),
    ]


@pytest.mark.parametrize("login", ["lan", "nobody", "Trần", ""])
def test_a_wrong_password_and_an_unknown_login_are_told_alike(
    office: Office, lan: Issued, login: str
) -> None:
    with pytest.raises(SignInRefused) as told:
        office.signing.sign_in(login, "sai mật khẩu", address=HERE)

    assert told.value.message == SignInRefused().message
    assert office.passwords.asked == 1


def test_a_session_ends_by_itself_unless_it_is_worked_in(office: Office, lan: Issued) -> None:
    read, worked = office.sign_in(lan), office.sign_in(lan)

    office.clock.now += SESSION_LIFE - timedelta(minutes=5)
    assert office.signing.holder(read, KeyKind.SESSION)
    assert office.signing.holder(worked, KeyKind.SESSION, writes=True)
    office.clock.now += timedelta(minutes=10)

    assert office.let_in(read) is None
    assert office.let_in(worked) == "lan"


def tried(office: Office, *, login: str = "lan", address: str = HERE) -> None:
    with pytest.raises(SignInRefused):
        office.signing.sign_in(login, "sai mật khẩu", address=address)


def test_after_some_wrong_attempts_even_the_right_one_has_to_wait(
    office: Office, lan: Issued
) -> None:
    for _ in range(FREE_OF_BOTH + 3):
        office.clock.now += timedelta(seconds=10)
        tried(office)

    with pytest.raises(TooManyAttempts) as told:
        office.sign_in(lan)
    assert f"chờ {told.value.data['wait']} giây" in told.value.message
    assert office.passwords.asked == FREE_OF_BOTH + 3
    assert office.let_in(office.sign_in(lan, address=ELSEWHERE)) == "lan"
    office.clock.now += timedelta(seconds=told.value.data["wait"])
    assert office.let_in(office.sign_in(lan)) == "lan"


def test_a_right_attempt_forgives_the_wrong_ones_before_it(office: Office, lan: Issued) -> None:
    for _ in range(3 * FREE_OF_BOTH):
        tried(office)
        office.sign_in(lan)


def test_many_logins_tried_from_one_address_have_to_wait_too(office: Office) -> None:
    for number in range(50):
        tried(office, login=f"a{number}")
    office.clock.step = timedelta(0)
    tried(office, login="b", address=ELSEWHERE)
    office.clock.step = timedelta(milliseconds=1)
    with pytest.raises(TooManyAttempts):
        for number in range(3):
            tried(office, login=f"c{number}")


def test_attempts_at_once_are_counted_before_they_are_looked_at(
    office: Office, lan: Issued
) -> None:
    office.clock.step = timedelta(0)
    told: list[object] = []

    def meanwhile() -> None:
        if len(told) < FREE_OF_BOTH:
            told.append(None)
            office.signing.sign_in("lan", "sai mật khẩu", address=HERE)

    office.passwords.meanwhile = meanwhile
    with pytest.raises(TooManyAttempts):
        office.signing.sign_in("lan", "sai mật khẩu", address=HERE)


def test_an_account_let_go_is_signed_out_and_stays_out(office: Office, lan: Issued) -> None:
    secret = office.sign_in(lan)
    token = office.people.make_token(lan.account.id, "Kết nối", by="Lan")

    office.people.change(
        lan.account.id, role=Role.REVIEWER, unit_id=None, active=False, by="Quản trị"
    )

    assert office.let_in(secret) is None
    assert office.signing.holder(token, KeyKind.TOKEN) is None
    with pytest.raises(SignInRefused):
        office.sign_in(lan)
    office.people.change(
        lan.account.id, role=Role.REVIEWER, unit_id=None, active=True, by="Quản trị"
    )
    assert office.signing.holder(token, KeyKind.TOKEN) is None
    assert office.let_in(office.sign_in(lan)) == "lan"


def test_a_changed_password_ends_the_other_sessions_and_every_token(
    office: Office, lan: Issued
) -> None:
    elsewhere = office.sign_in(lan)
    token = office.people.make_token(lan.account.id, "Kết nối", by="Lan")
    fresh = office.signing.change_password(lan.account, lan.password, NEW, address=HERE)

    assert office.let_in(elsewhere) is None
    assert office.signing.holder(token, KeyKind.TOKEN) is None
    assert office.let_in(fresh) == "lan"
    assert not office.people.find("lan").must_change
    assert office.let_in(office.signing.sign_in("lan", NEW, address=HERE)) == "lan"
    with pytest.raises(SignInRefused):
        office.sign_in(lan)


def test_a_password_is_not_changed_without_the_old_one_nor_to_it(
    office: Office, lan: Issued
) -> None:
    for old, new in (("sai", NEW), (lan.password, lan.password), (lan.password, "ngắn")):
        with pytest.raises(InvalidInput):
            office.signing.change_password(lan.account, old, new, address=HERE)
    assert office.let_in(office.sign_in(lan)) == "lan"


def test_a_lost_password_is_set_back_to_a_one_time_one(office: Office, lan: Issued) -> None:
    secret = office.sign_in(lan)
    token = office.people.make_token(lan.account.id, "Kết nối", by="Lan")
    again = office.people.reset_password(lan.account.id, by="Quản trị")

    assert office.let_in(secret) is None
    assert office.signing.holder(token, KeyKind.TOKEN) is None
    assert again.account.must_change
    assert office.let_in(office.sign_in(again)) == "lan"
    with pytest.raises(SignInRefused):
        office.sign_in(lan)


def test_a_hash_made_at_a_lower_cost_is_made_anew(office: Office, lan: Issued) -> None:
    office.passwords.cost = "2"
    office.sign_in(lan)
    with office.open_unit() as unit:
        assert unit.people.password_hash(lan.account.id).startswith("2:")
    office.sign_in(lan)


def test_a_token_opens_its_account_until_it_is_ended(office: Office, lan: Issued) -> None:
    token = office.people.make_token(lan.account.id, "Kết nối", by="Lan")
    [key] = office.people.tokens(lan.account.id)

    def holder() -> str | None:
        account = office.signing.holder(token, KeyKind.TOKEN)
        return account.login if account else None

    assert token.startswith("sk-")
    assert token not in (key.digest, key.label)
    assert holder() == "lan"
    assert office.let_in(token) is None
    office.people.end_token(lan.account.id, key.id, by="Lan")
    assert holder() is None
    assert office.people.tokens(lan.account.id) == []
    with pytest.raises(InvalidInput):
        office.people.end_token(office.people.find("admin").id, key.id, by="Lan")


def test_every_change_of_an_account_is_told_with_before_and_after(
    office: Office, lan: Issued
) -> None:
    office.people.change(lan.account.id, role=Role.HEAD, unit_id=None, active=True, by="Quản trị")
    office.people.change(lan.account.id, role=Role.HEAD, unit_id=None, active=True, by="Quản trị")

    with office.open_unit() as unit:
        changed, made, *_ = unit.log.page()
    assert (changed.by, changed.act, changed.of) == ("Quản trị", "change_account", "accounts/lan")
    assert changed.detail == {"role": ["reviewer", "head"]}
    assert made.act == "add_account"


def test_the_last_administrator_stays_one(office: Office, admin: Issued, lan: Issued) -> None:
    changes: list[Callable[[], object]] = [
        lambda: office.people.change(
            admin.account.id, role=Role.HEAD, unit_id=None, active=True, by="x"
        ),
        lambda: office.people.change(
            admin.account.id, role=Role.ADMIN, unit_id=None, active=False, by="x"
        ),
    ]
    for change in changes:
        with pytest.raises(LastAdmin):
            change()
    office.people.change(lan.account.id, role=Role.ADMIN, unit_id=None, active=True, by="x")
    changes[0]()


def test_two_people_never_share_a_name_or_a_login(office: Office, lan: Issued) -> None:
    for login, name in (("lan", "Người khác"), ("lan2", "TRẦN THỊ LAN")):
        with pytest.raises(AccountExists):
            office.people.add(login, name, Role.VIEWER, by="Quản trị")
    with pytest.raises(AccountNotFound):
        office.people.find("lan2")
