"""A real browser over a real server on a small archive."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import BrowserContext

from api.app import create_app
from dedup.bootstrap import Application
from tests.browser import archive

CHROMIUM = Path("/usr/bin/chromium")
# Longer than any step takes on a busy machine; a page that never comes fails the test.
PATIENCE_MS = 20_000


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium. Absent, the tests are skipped aloud, or fail where it is required."""
    if not CHROMIUM.exists():
        told = f"{CHROMIUM} is absent: the pages were NOT tried in a browser"
        if os.environ.get("SANGKIEN_REQUIRE_CHROMIUM") == "1":
            pytest.fail(told)
        pytest.skip(told)
    return {"executable_path": str(CHROMIUM), "args": ["--no-sandbox"], "timeout": 60_000}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "vi-VN", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stocked")
    archive.fill(folder)
    return folder


@pytest.fixture
def application(tmp_path: Path, stocked: Path) -> Application:
    """Over an archive of its own."""
    shutil.copytree(stocked, tmp_path, dirs_exist_ok=True)
    return archive.opened(tmp_path)[1]


@pytest.fixture
def served(application: Application) -> Iterator[str]:
    """Where the service listens."""
    with serving(application) as address:
        yield address


@pytest.fixture
def signed_in(application: Application, served: str) -> list[SetCookieParam]:
    """The cookies of an administrator."""
    return [{"name": "sangkien", "value": archive.signed_in(application), "url": served}]


@pytest.fixture
def address(context: BrowserContext, served: str, signed_in: list[SetCookieParam]) -> str:
    """Where the service listens, the browser being signed in to it."""
    context.add_cookies(signed_in)
    return served


@contextmanager
def serving(application: Application) -> Iterator[str]:
    config = uvicorn.Config(
        create_app(application.settings, application), log_level="warning", ws="none", lifespan="on"
    )
    server = uvicorn.Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # from here on a browser waits for the server instead of being refused
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
