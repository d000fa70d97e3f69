"""The figures behind the thresholds over HTTP, and the page that shows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.pages.thresholds import decimal, number, percent
from dedup.bootstrap import Application
from dedup.people import Role
from dedup.scoring.bands import UNKNOWN, Estimate
from dedup.scoring.shares import Share
from tests.asking import decide, session, until

HTML = {"accept": "text/html", "origin": "http://127.0.0.1:8000"}
OTHERS = (
    "Cải tiến khay nghiêng của máy đóng gói",
    "Cải tiến khay nghiêng của máy ép viên",
    "Thay khay nghiêng cho băng tải xi măng",
    "Lắp khay nghiêng hứng dầu dưới máy tiện",
)


@pytest.fixture
def judged(archive: TestClient) -> TestClient:
    """Records 1 and 2 are concluded to be one; others stand near each other."""
    for title in OTHERS:
        archive.post("/api/v1/initiatives", json={"title": title})
    decide(archive, "TRUNG")
    return archive


def text_of(client: TestClient, address: str, status: int = 200) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def drawn(client: TestClient, ask: Callable[[], Any]) -> dict[str, Any]:
    ask()
    until(lambda: client.get("/api/v1/thresholds").json()["audit"] is not None)
    audit: dict[str, Any] = client.get("/api/v1/thresholds").json()["audit"]
    return audit


def test_verdicts_give_each_band_its_precision_with_bounds(judged: TestClient) -> None:
    figures = judged.get("/api/v1/thresholds", params={"at": 0.33}).json()

    told = {row["band"]: row["precision"] for row in figures["bands"]}
    assert sum(share["hits"] for share in told.values()) == 1
    [band] = [share for share in told.values() if share["of"]]
    assert (band["value"], band["high"]) == (1.0, 1.0)
    assert band["low"] == pytest.approx(Share(1, 1).low, abs=1e-4)
    assert 0.33 in [row["threshold"] for row in figures["rows"]]
    assert figures["rows"][0]["recall"]["value"] is None  # nothing was drawn for audit
    assert figures["audit"] is None


@pytest.mark.parametrize("at", ["0", "1.5", "nan", "x"])
def test_what_is_no_threshold_is_refused(client: TestClient, at: str) -> None:
    assert client.get("/api/v1/thresholds", params={"at": at}).status_code == 422
    assert "lớn hơn 0 và không quá 1" in text_of(client, f"/thresholds?at={at}", 422)


def test_an_audit_is_drawn_and_judged_pair_by_pair(judged: TestClient) -> None:
    audit = drawn(judged, lambda: judged.post("/api/v1/audits", json={"count": 10}))
    assert audit["drawn"] == len(audit["waiting"]) > 0
    assert audit["holds"]
    left, right = audit["waiting"][0]

    said = judged.post(f"/api/v1/pairs/{left}/{right}/decisions", json={"verdict": "CUNG_CHU_DE"})

    assert said.status_code == 201
    after = judged.get("/api/v1/thresholds").json()["audit"]
    assert (after["said"], len(after["waiting"])) == (1, audit["drawn"] - 1)


def test_the_page_shows_the_figures_and_previews_a_threshold(judged: TestClient) -> None:
    page = text_of(judged, "/thresholds?at=0,33")

    assert "0,33 (đang hỏi)" in page
    assert "0,15 (Trung bình)" in page
    assert "100 % (21–100 %)" in page
    assert "Chưa rút mẫu nào" in page
    assert "vi phạm" not in page


def test_the_page_draws_a_sample_and_links_its_pairs(judged: TestClient) -> None:
    audit = drawn(judged, lambda: judged.post("/audits", data={"count": "10"}, headers=HTML))

    page = judged.get("/thresholds", headers=HTML).text

    for left, right in audit["waiting"]:
        assert f'href="/pairs/{left}/{right}"' in page
        assert judged.get(f"/pairs/{left}/{right}", headers=HTML).status_code == 200


def test_a_reviewer_reads_the_figures_and_draws_nothing(
    client: TestClient, application: Application
) -> None:
    client.cookies.set("sangkien", session(application, Role.REVIEWER, login="minh", name="Minh"))

    assert "Rút mẫu mới" not in text_of(client, "/thresholds")
    assert client.post("/audits", data={"count": "10"}, headers=HTML).status_code == 403


def test_a_version_chosen_while_the_service_runs_is_told(
    client: TestClient, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "khởi động lại dịch vụ" not in text_of(client, "/thresholds")
    versions = application.learner.versions
    with application.store.unit() as unit:
        model = application.deduplicator.scorer.model  # type: ignore[attr-defined]
        versions.propose(unit, model, method="recalibrated", upto=0, verdicts=0, report={})
        unit.commit()
    versions.adopt(by="Lan")

    assert "khởi động lại dịch vụ" in text_of(client, "/thresholds")


def test_numbers_are_told_with_their_bounds_or_as_not_known() -> None:
    assert percent(Share(5, 10)) == "50\u00a0% (24–76\u00a0%)"
    assert percent(Share(0, 0)) == "chưa biết"
    assert percent(Estimate(0.0, float("nan"), 0.8)) == "chưa biết (nhiều nhất 80\u00a0%)"
    assert number(Estimate(4.7, 20.4, 81.5)) == "20 (5–82)"
    assert number(UNKNOWN) == "chưa biết"
    assert decimal(0.25) == "0,25"
