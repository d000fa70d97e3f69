"""Asking the service over HTTP in tests: sample texts, signing in, waiting, a verdict."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from starlette.testclient import TestClient

from dedup.bootstrap import Application
from dedup.initiatives import UnitId
from dedup.passwords import Argon2Passwords
from dedup.people import Role

BASE = "http://127.0.0.1:8000"
TITLE = "Cải tiến béc phun tạo hạt NPK hạn chế vón cục"
COPY = "Cải tiến béc phun tạo hạt NPK giảm vón cục"
CONTENT = "Thay béc phun một lỗ bằng béc hai dòng, tự làm sạch bằng khí nén theo chu kỳ."
OTHER = "Xây dựng phần mềm quản lý hồ sơ bệnh án tại khoa khám bệnh"


NAME, PASSWORD = "Trần Thị Lan", "Mưa rơi trên phố"
# Of no use against guessing, and quick.
QUICK = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def session(
    application: Application,
    role: Role = Role.ADMIN,
    *,
    login: str = "lan",
    name: str = NAME,
    unit_id: UnitId | None = None,
) -> str:
    """The secret of a session of a new account."""
    issued = application.people.add(login, name, role, unit_id=unit_id, by="test")
    return application.signing.change_password(
        issued.account, issued.password, PASSWORD, address="test"
    )


def until(holds: Callable[[], bool], *, seconds: float = 20.0) -> None:
    """Wait for work on another thread; a wait that never ends fails the test."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def decide(client: TestClient, verdict: str | None, **more: Any) -> Any:
    sent = {"verdict": verdict, **more}
    return client.post("/api/v1/pairs/1/2/decisions", json=sent)
