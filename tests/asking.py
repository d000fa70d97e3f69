"""Asking the service over HTTP in tests: sample texts, waiting, a verdict."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from starlette.testclient import TestClient

BASE = "http://127.0.0.1:8000"
TITLE = "Cải tiến béc phun tạo hạt NPK hạn chế vón cục"
COPY = "Cải tiến béc phun tạo hạt NPK giảm vón cục"
CONTENT = "Thay béc phun một lỗ bằng béc hai dòng, tự làm sạch bằng khí nén theo chu kỳ."
OTHER = "Xây dựng phần mềm quản lý hồ sơ bệnh án tại khoa khám bệnh"


def until(holds: Callable[[], bool], *, seconds: float = 20.0) -> None:
    """Wait for work on another thread; a wait that never ends fails the test."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def decide(client: TestClient, verdict: str | None, **more: Any) -> Any:
    sent = {"verdict": verdict, "by": "Trần Thị Lan", **more}
    return client.post("/api/v1/pairs/1/2/decisions", json=sent)
