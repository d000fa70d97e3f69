"""The whole service over a real SQLite file and the lexical embedder, asked through HTTP."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from dedup.bootstrap import Application, build
from dedup.config import Settings
from dedup.embedding.lexical import LexicalEmbedder
from tests.asking import BASE, CONTENT, COPY, OTHER, QUICK, TITLE, session, until


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    shutil.copy(sqlite_template, tmp_path / "sangkien.sqlite3")
    # Bands of its own: what is asked here is how answers are told, not where the defaults lie.
    return Settings(
        data_dir=tmp_path,
        model="lexical",
        max_body_kb=64,
        max_upload_mb=1,
        threshold_possible=0.15,
        threshold_likely=0.4,
    )


@pytest.fixture
def application(settings: Settings) -> Application:
    return build(settings, embedder=LexicalEmbedder(), passwords=QUICK)


@pytest.fixture
def app(settings: Settings, application: Application) -> FastAPI:
    return create_app(settings, application)


@pytest.fixture
def client(app: FastAPI, application: Application) -> Iterator[TestClient]:
    """An administrator's."""
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        client.cookies.set("sangkien", session(application))
        until(lambda: client.get("/readyz").status_code == 200)
        yield client


@pytest.fixture
def archive(client: TestClient) -> TestClient:
    """Three records: 1 and 2 tell one initiative, 3 another."""
    for code, title, content in (
        ("SK/01", TITLE, CONTENT),
        ("SK/02", COPY, CONTENT),
        ("SK/03", OTHER, "Nhập bệnh án điện tử, tra cứu theo mã người bệnh."),
    ):
        sent = {"id": code, "title": title, "description": content, "unit": "CĐCS Supe"}
        assert client.post("/api/v1/initiatives", json=sent).status_code == 201
    return client
