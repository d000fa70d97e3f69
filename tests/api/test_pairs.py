"""Suggestions, pairs side by side, verdicts and their undo, groups."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.asking import CONTENT, TITLE, decide, until


def test_a_pair_shows_both_records_why_they_resemble_and_what_was_seen(
    archive: TestClient,
) -> None:
    view = archive.get("/api/v1/pairs/1/2").json()
    assert (view["left"]["code"], view["right"]["code"]) == ("SK/01", "SK/02")
    assert view["seen"] == [view["left"]["fingerprint"], view["right"]["fingerprint"]]
    assert view["suggestion"]["band"] == "LIKELY"
    spans = [span for reason in view["evidence"] for span in reason["spans"]]
    passages = {
        (view["left"]["title"][a:b], view["right"]["title"][c:d])
        for span in spans
        if span["field"] == "title"
        for (a, b), (c, d) in [(span["left"], span["right"])]
    }
    assert any(left == right and left.startswith("Cải tiến béc phun") for left, right in passages)


def test_a_verdict_takes_the_pair_off_the_queue_and_undo_brings_it_back(
    archive: TestClient,
) -> None:
    made = decide(archive, "TRUNG", reason="cùng nội dung", note="đã gọi hai đơn vị")
    assert made.status_code == 201
    assert made.json()["by"] == "Trần Thị Lan"
    assert archive.get("/api/v1/suggestions").json()["items"] == []
    decided = archive.get("/api/v1/suggestions", params={"decided": True}).json()["items"]
    assert [item["left"]["id"] for item in decided] == [1]

    assert decide(archive, None).json()["verdict"] is None
    assert len(archive.get("/api/v1/suggestions").json()["items"]) == 1
    history = archive.get("/api/v1/pairs/1/2/decisions").json()["items"]
    assert [decision["verdict"] for decision in history] == ["TRUNG", None]
    assert history[1]["supersedes"] == history[0]["id"]


def test_a_second_verdict_supersedes_the_first(archive: TestClient) -> None:
    first = decide(archive, "TRUNG").json()
    second = decide(archive, "KHONG_TRUNG").json()
    assert second["supersedes"] == first["id"]
    history = archive.get("/api/v1/pairs/1/2/decisions").json()["items"]
    assert [decision["live"] for decision in history] == [False, True]


def test_a_verdict_on_texts_that_changed_meanwhile_is_refused(archive: TestClient) -> None:
    seen = archive.get("/api/v1/pairs/1/2").json()["seen"]
    sent = {"title": "Lắp quạt thông gió cho kho muối", "version": 1}
    archive.patch("/api/v1/initiatives/1", json=sent)
    answer = decide(archive, "TRUNG", seen=seen)
    assert (answer.status_code, answer.json()["title"]) == (409, "StaleSuggestion")
    assert answer.json()["data"]["changed"] == [1]
    assert archive.get("/api/v1/pairs/1/2/decisions").json()["items"] == []


def test_a_contradictory_verdict_is_refused_and_names_the_others(archive: TestClient) -> None:
    decide(archive, "TRUNG")
    for pair in ("1/3", "2/3"):
        verdict = "TRUNG" if pair == "2/3" else "KHONG_TRUNG"
        answer = archive.post(f"/api/v1/pairs/{pair}/decisions", json={"verdict": verdict})
    assert (answer.status_code, answer.json()["title"]) == (409, "ContradictoryDecision")
    assert [1, 3] in answer.json()["data"]["against"]


def test_undo_without_a_verdict_is_told(archive: TestClient) -> None:
    answer = decide(archive, None)
    assert (answer.status_code, answer.json()["title"]) == (404, "PairNotFound")


@pytest.mark.parametrize(
    ("pair", "status"), [("2/1", 422), ("1/1", 422), ("1/999", 404), ("x/1", 422), ("0/1", 422)]
)
@pytest.mark.parametrize("tail", ["", "/decisions"])
def test_a_pair_that_cannot_be_is_refused(
    archive: TestClient, pair: str, tail: str, status: int
) -> None:
    answer = archive.get(f"/api/v1/pairs/{pair}{tail}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_suggestions_are_paged_best_first_without_gap_or_repeat(client: TestClient) -> None:
    for number in range(4):
        sent = {"title": f"{TITLE} {'mới ' * number}", "description": CONTENT}
        client.post("/api/v1/initiatives", json=sent)
    whole = client.get("/api/v1/suggestions").json()["items"]
    seen, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        part = client.get("/api/v1/suggestions", params=params).json()
        seen += part["items"]
        if (cursor := part["next"]) is None:
            break
    assert len(whole) == 6
    assert seen == whole
    assert [item["score"] for item in whole] == sorted((i["score"] for i in whole), reverse=True)


def test_suggestions_are_filtered(archive: TestClient) -> None:
    def count(**params: object) -> int:
        return len(archive.get("/api/v1/suggestions", params=params).json()["items"])  # type: ignore[arg-type]

    assert count(band="LIKELY") == 1
    assert count(band="POSSIBLE") == 0
    assert count(initiative_id=2) == 1
    assert count(initiative_id=3) == 0
    assert count(min_score=1.0) == 0


@pytest.mark.parametrize("cursor", ["x", "W10=", "bnVsbA==", "WzEsMl0=", "W05hTiwxLDJd", "é"])
@pytest.mark.parametrize("list_", ["suggestions", "initiatives"])
def test_a_cursor_we_did_not_make_is_refused(archive: TestClient, list_: str, cursor: str) -> None:
    answer = archive.get(f"/api/v1/{list_}", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["title"]) == (422, "InvalidInput")


def test_a_group_names_its_members_and_who_stands_for_it(archive: TestClient) -> None:
    run = archive.post("/api/v1/rescans", json={}).json()["id"]
    until(lambda: archive.get(f"/api/v1/rescans/{run}").json()["state"] == "done")
    [suggestion] = archive.get("/api/v1/suggestions").json()["items"]
    cluster = archive.get(f"/api/v1/clusters/{suggestion['cluster_id']}").json()
    assert [member["code"] for member in cluster["members"]] == ["SK/01", "SK/02"]
    assert cluster["representative"] == 1
    assert archive.get("/api/v1/clusters/999").status_code == 404
