"""The service against its own description: whatever is sent, it answers as documented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
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
from tests.asking import BASE, CONTENT, COPY, QUICK, TITLE, session, until


def _operations() -> list[Any]:
    """Read before any database is opened: the description is the same whatever the settings."""
    described = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
    found = []
    for result in described.get_all_operations():
        assert isinstance(result, Ok), result
        found.append(result.ok())
    return found


# Enough to send every field right and wrong; each costs a real request.
EXAMPLES = 20
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    told = Settings(data_dir=tmp_path_factory.mktemp("openapi"), model="lexical")
    application = build(told, embedder=LexicalEmbedder(), passwords=QUICK)
    app = create_app(told, application)
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        client.cookies.set("sangkien", session(application))
        until(lambda: client.get("/readyz").status_code == 200)
        for title in (TITLE, COPY):
            client.post("/api/v1/initiatives", json={"title": title, "description": CONTENT})
        yield client


@pytest.mark.parametrize("operation", _operations(), ids=lambda operation: operation.label)
def test_every_route_answers_as_documented(client: TestClient, operation: Any) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=_right_or_wrong(operation))
    def asked(case: Any) -> None:
        case.validate_response(client.request(**_request(case)), checks=CHECKS)

    asked()


def test_requests_and_answers_are_described_with_examples() -> None:
    schemas = create_app(Settings()).openapi()["components"]["schemas"]
    for name in ("SubmissionIn", "CheckIn", "EditIn", "DecisionIn"):
        assert schemas[name]["examples"], name
    assert {"title", "score", "band", "evidence"} <= set(schemas["MatchOut"]["properties"])
    assert schemas["Problem"]["required"] == ["type", "title", "status", "detail"]


def test_every_route_of_the_api_says_what_refusals_it_gives() -> None:
    for path, methods in create_app(Settings()).openapi()["paths"].items():
        for method, described in methods.items():
            if path.startswith("/api/"):
                assert {"400", "401", "403", "404", "409", "413", "422", "503"} <= set(
                    described["responses"]
                ), (
                    method,
                    path,
                )
            assert described["summary"]


def _right_or_wrong(operation: Any) -> Any:
    """Requests as described and, where anything is sent at all, requests that break the description."""
    modes = [GenerationMode.POSITIVE]
    if operation.body or list(operation.iter_parameters()):
        modes.append(GenerationMode.NEGATIVE)
    return st.one_of([operation.as_strategy(generation_mode=mode) for mode in modes])


def _request(case: Any) -> dict[str, Any]:
    """A generated case as bytes, encoded by the library it was generated for.

    Without its made-up token, which would be refused before anything else is tried: the client's
    session stands.
    """
    sent = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
    sent.headers.pop("Authorization", None)
    return {
        "method": sent.method,
        "url": sent.url,
        "headers": dict(sent.headers),
        "content": sent.body,
    }
