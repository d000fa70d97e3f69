"""What stands before every route: hosts, origins, sizes, headers, errors, keys, probes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from dedup.bootstrap import Application, build
from dedup.config import Settings
from dedup.embedding.lexical import LexicalEmbedder
from dedup.errors import IndexNotReady
from tests.asking import BASE, TITLE, session, until

SENT = {"title": TITLE}


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "192.168.1.7"])
def test_a_known_name_or_a_bare_address_is_served(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("sangkien.congty.vn", 200),
        ("MAY-TO-CHUC:8000", 200),
        ("127.0.0.1:8000", 200),
        ("congty.vn", 421),
        ("evil.sangkien.congty.vn", 421),
        ("", 421),
    ],
)
def test_a_host_name_is_served_once_it_is_allowed(
    settings: Settings, host: str, status: int
) -> None:
    allowed = settings.model_copy(update={"allowed_hosts": "sangkien.congty.vn, may-to-chuc,"})
    application = build(allowed, embedder=LexicalEmbedder())
    with TestClient(create_app(allowed, application), base_url=BASE) as client:
        assert client.get("/healthz", headers={"host": host}).status_code == status


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "a b"])
def test_a_foreign_host_name_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/api/v1/units", headers={"host": host})
    assert (answer.status_code, answer.json()["title"]) == (421, "ForeignHost")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": BASE}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:9000"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": BASE, "sec-fetch-site": "cross-site"}, 403),
    ],
)
def test_a_write_from_another_site_is_refused(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    assert client.post("/api/v1/checks", json=SENT, headers=headers).status_code == status


def test_every_answer_forbids_framing_sniffing_and_scripts_of_others(client: TestClient) -> None:
    for address in ("/healthz", "/api/v1/units", "/", "/static/none", "/api/v1/initiatives/9"):
        headers = client.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def _streamed(size: int) -> Iterator[bytes]:
    yield b'{"title": "'
    for _ in range(size // 1000):
        yield b"x" * 1000
    yield b'"}'


@pytest.mark.parametrize("streamed", [False, True])
def test_a_body_over_the_limit_is_refused_announced_or_not(
    client: TestClient, streamed: bool
) -> None:
    body: Any = _streamed(100_000)
    answer = client.post(
        "/api/v1/checks",
        content=body if streamed else b"".join(body),
        headers={"content-type": "application/json"},
    )
    assert (answer.status_code, answer.json()["title"]) == (413, "TooLarge")


def test_an_upload_over_the_limit_is_refused(client: TestClient, settings: Any) -> None:
    answer = client.post("/api/v1/imports", files={"file": ("a.csv", b"x" * 1_200_000)})
    assert answer.status_code == 413
    assert not (settings.data_dir / "uploads").exists()


@pytest.mark.parametrize(
    "body", [b"{", b"", b"\xff\xfe", b"[" * 50_000, b'{"title": "a"', b'{"title": \x00}']
)
def test_unreadable_json_is_a_clean_refusal(client: TestClient, body: bytes) -> None:
    answer = client.post(
        "/api/v1/checks", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("sent", "field", "reason"),
    [
        ({}, "title", "còn thiếu"),
        ({"title": ""}, "title", "còn trống"),
        ({"title": 7}, "title", "phải là văn bản"),
        ({"title": "x" * 1001}, "title", "dài quá 1000 ký tự"),
        ({"title": "a", "benefit_vnd": -1}, "benefit_vnd", "phải từ 0 trở lên"),
        ({"title": "a", "benefit_vnd": 1.5}, "benefit_vnd", "phải là số nguyên"),
        ({"title": "a", "authors": "An"}, "authors", "phải là danh sách"),
        ({"title": "a", "top": 65}, "top", "không được quá 64"),
    ],
)
def test_a_wrong_field_is_named_in_vietnamese(
    client: TestClient, sent: dict[str, Any], field: str, reason: str
) -> None:
    answer = client.post("/api/v1/checks", json=sent)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"].endswith(field)
    assert error["reason"] == reason


def test_a_lone_surrogate_is_refused(client: TestClient) -> None:
    for sent in ('{"title": "a\\ud800"}', '{"title": "a", "x": "a\\ud800"}'):
        answer = client.post(
            "/api/v1/initiatives", content=sent, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 422


@pytest.mark.parametrize("title", [" ", "\u200b\u00ad", "\x00"])
def test_a_title_with_nothing_in_it_is_refused(client: TestClient, title: str) -> None:
    answer = client.post("/api/v1/checks", json={"title": title})
    assert (answer.status_code, answer.json()["title"]) == (422, "EmptyText")


def test_an_unknown_address_and_method_are_told_in_vietnamese(client: TestClient) -> None:
    assert client.get("/api/v1/nothing").json()["detail"] == "Không có trang hay địa chỉ này."
    answer = client.delete("/api/v1/units")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_browser_gets_its_error_as_a_page(client: TestClient) -> None:
    answer = client.get("/pairs/7/8", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "Không có hồ sơ sáng kiến này" in answer.text


def test_the_same_key_and_body_give_the_same_answer_and_work_once(client: TestClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = client.post("/api/v1/initiatives", json=SENT, headers=headers)
    again = client.post("/api/v1/initiatives", json=SENT, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert len(client.get("/api/v1/initiatives").json()["items"]) == 1


def test_a_key_used_for_another_request_is_refused(client: TestClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    client.post("/api/v1/initiatives", json=SENT, headers=headers)
    for address, sent in (("initiatives", {"title": "Khác"}), ("rescans", {})):
        answer = client.post(f"/api/v1/{address}", json=sent, headers=headers)
        assert (answer.status_code, answer.json()["title"]) == (409, "IdempotencyMismatch")


def test_answers_are_kept_for_a_week(client: TestClient, app: FastAPI) -> None:
    service = app.state.holder.service
    begun = service.clock()

    def filed(key: str, *, days: int) -> int:
        service.clock = lambda: begun + timedelta(days=days)
        answer = client.post("/api/v1/initiatives", json=SENT, headers={"Idempotency-Key": key})
        id: int = answer.json()["initiative"]["id"]
        return id

    assert [filed("k-1", days=0), filed("k-2", days=2), filed("k-1", days=6)] == [1, 2, 1]
    assert [filed("k-3", days=8), filed("k-2", days=8), filed("k-1", days=8)] == [3, 2, 4]


def test_a_key_whose_request_failed_may_be_tried_again(client: TestClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    sent = {"verdict": None}
    for title in ("Máy ép", "Máy ép hai"):
        client.post("/api/v1/initiatives", json={"title": title})
    address = "/api/v1/pairs/1/2/decisions"
    assert client.post(address, json=sent, headers=headers).status_code == 404
    client.post(address, json={"verdict": "TRUNG"})
    assert client.post(address, json=sent, headers=headers).status_code == 201


def test_of_two_requests_with_one_key_at_once_the_second_is_told(
    client: TestClient, app: FastAPI
) -> None:
    service = app.state.holder.service
    told = []

    def meanwhile(_: Any, *, by: str) -> Any:
        told.append(
            client.post("/api/v1/initiatives", json=SENT, headers={"Idempotency-Key": "k-1"})
        )
        raise IndexNotReady

    service.filer.file, filing = meanwhile, service.filer.file
    client.post("/api/v1/initiatives", json=SENT, headers={"Idempotency-Key": "k-1"})
    service.filer.file = filing
    assert [answer.status_code for answer in told] == [409]


def test_the_probes_tell_life_from_readiness(app: FastAPI, application: Application) -> None:
    with TestClient(app, base_url=BASE) as client:
        client.cookies.set("sangkien", session(application))
        until(lambda: client.get("/readyz").status_code == 200)
        app.state.holder.ready.clear()
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/readyz").status_code == 503
        answer = client.post("/api/v1/checks", json=SENT)
        assert (answer.status_code, answer.json()["title"]) == (503, "IndexNotReady")
        assert answer.headers["retry-after"] == "5"
        assert client.get("/api/v1/initiatives").status_code == 200


def test_the_index_is_kept_at_shutdown_for_a_quick_start(app: FastAPI, settings: Any) -> None:
    with TestClient(app, base_url=BASE) as client:
        until(lambda: client.get("/readyz").status_code == 200)
        client.post("/api/v1/initiatives", json=SENT)
        client.post("/api/v1/checks", json=SENT)
    assert any((settings.data_dir / "index").rglob("*"))


def test_metrics_count_answers_by_route_and_tell_the_size_of_the_index(
    archive: TestClient,
) -> None:
    archive.get("/api/v1/initiatives/1")
    archive.get("/wherever-a-stranger-likes")
    told = archive.get("/metrics").text
    assert (
        'sangkien_requests_total{method="GET",route="/api/v1/initiatives/{id}",status="200"} 1.0'
        in told
    )
    assert "stranger" not in told
    assert "sangkien_indexed_records 3.0" in told


def test_a_fault_nobody_foresaw_is_told_without_its_insides(
    app: FastAPI, application: Application
) -> None:
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        client.cookies.set("sangkien", session(application))
        app.state.holder.service.get = lambda _id: json.loads("secret insides")
        answer = client.get("/api/v1/initiatives/1")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "insides" not in answer.text
