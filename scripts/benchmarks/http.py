"""``POST /checks`` against a server of its own process, one keep-alive connection on loopback."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from dedup.bootstrap import build
from dedup.config import Settings
from scripts.benchmarks.measuring import percentiles

DEADLINE_S = 180


def checks(queries: list[dict[str, str]]) -> dict[str, float]:
    """Seconds from start to ready, then p50 and p99 of a check in milliseconds."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {_token()}"}
    with _server() as (port, ready_s):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

        def check(i: int) -> None:
            body = json.dumps(queries[i % len(queries)])
            connection.request("POST", "/api/v1/checks", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"POST /checks answered {answer.status}: {text[:300]!r}")

        return {"ready_s": ready_s, **percentiles(check, len(queries))}


def _token() -> str:
    application = build(Settings())
    try:
        people = application.people
        people.first(demo=False)
        return people.make_token(people.all()[0].id, "bench", by="bench")
    finally:
        application.close()


@contextlib.contextmanager
def _server() -> Iterator[tuple[int, float]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begin = time.perf_counter()
    command = [sys.executable, "-m", "uvicorn", "api.app:serve", "--factory"]
    server = subprocess.Popen([*command, "--port", str(port), "--log-level", "error"])
    try:
        _wait(port, begin)
        yield port, time.perf_counter() - begin
    finally:
        server.terminate()
        server.wait()


def _wait(port: int, begin: float) -> None:
    while time.perf_counter() - begin < DEADLINE_S:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError):
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the server was not ready in {DEADLINE_S} s")
