"""The service against its own description: whatever is sent, it answers as documented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from api.app import create_app
from dedup.bootstrap import build
from dedup.config import Settings
from dedup.embedding.lexical import LexicalEmbedder
from tests.asking import BASE, CONTENT, COPY, TITLE, until

HOST = {"Host": "127.0.0.1:8000"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    folder: Path = tmp_path_factory.mktemp("openapi")
    told = Settings(data_dir=folder, model="lexical")
    app = create_app(told, build(told, embedder=LexicalEmbedder()))
    with TestClient(app, base_url=BASE) as client:
        until(lambda: client.get("/readyz").status_code == 200)
        for title in (TITLE, COPY):
            client.post("/api/v1/initiatives", json={"title": title, "description": CONTENT})
        yield app


@pytest.fixture(scope="module")
def described(app: FastAPI) -> Any:
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=HOST)


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_route_answers_as_documented(case: Any) -> None:
    case.call_and_validate(checks=CHECKS, headers=HOST)


def test_requests_and_answers_are_described_with_examples(app: FastAPI) -> None:
    schemas = app.openapi()["components"]["schemas"]
    for name in ("SubmissionIn", "CheckIn", "EditIn", "DecisionIn"):
        assert schemas[name]["examples"], name
    assert {"title", "score", "band", "evidence"} <= set(schemas["MatchOut"]["properties"])
    assert schemas["Problem"]["required"] == ["type", "title", "status", "detail"]


def test_every_route_of_the_api_says_what_refusals_it_gives(app: FastAPI) -> None:
    for path, methods in app.openapi()["paths"].items():
        for method, described in methods.items():
            if path.startswith("/api/"):
                assert {"400", "404", "409", "413", "422", "503"} <= set(described["responses"]), (
                    method,
                    path,
                )
            assert described["summary"]
