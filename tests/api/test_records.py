"""Screening and records: check, file, find, edit, withdraw."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.records import record_out
from dedup.initiatives import Flag, Initiative, InitiativeId
from tests.asking import CONTENT, COPY, TITLE, decide

FULL: dict[str, Any] = {
    "id": "CT-2022-004512",
    "title": TITLE,
    "situation": "Hạt vón cục khi trời ẩm.",
    "description": CONTENT,
    "novelty": "Béc hai dòng.",
    "effect": "Tỷ lệ hạt đạt tăng từ 81 % lên 93 %.",
    "authors": [
        {
            "name": "Nguyễn Văn An",
            "birth_year": 1980,
            "phone": "0912000000",
            "email": "an@example.vn",
            "share": 60,
            "main": True,
        },
        {"name": "Lê Thị Bình", "share": 40},
    ],
    "unit": "CĐCS Supe",
    "benefit_vnd": 350_000_000,
    "filed_on": "2022-02-20",
    "first_applied_on": "2022-03",
    "phong_ban": "Xưởng NPK",
}


def test_a_check_finds_the_record_that_tells_the_same_and_writes_nothing(
    archive: TestClient,
) -> None:
    sent = {"id": "MOI/9", "title": COPY, "description": CONTENT, "top": 1}
    answer = archive.post("/api/v1/checks", json=sent)

    assert answer.status_code == 200
    found = answer.json()
    assert found["query"] == "MOI/9"
    assert found["best"] == "SAME_TEXT"
    assert [(match["id"], match["code"]) for match in found["matches"]] == [(2, "SK/02")]
    assert found["matches"][0]["evidence"]
    assert len(archive.get("/api/v1/initiatives").json()["items"]) == 3


def test_a_check_answers_for_the_unit_and_for_elsewhere(archive: TestClient) -> None:
    sent = {"title": COPY, "description": CONTENT, "top": 1}
    one = archive.post("/api/v1/checks", json={**sent, "unit": "CĐCS SUPE"}).json()
    other = archive.post("/api/v1/checks", json={**sent, "unit": "CĐCS Khác"}).json()
    filed = archive.post("/api/v1/initiatives", json={**sent, "unit": "CĐCS Khác"}).json()

    seen = {"seen": True, "best": "SAME_TEXT", "ids": [2, 1]}
    unseen = {"seen": False, "best": "CLEAR", "ids": []}
    assert one["novelty"] == {"in_unit": seen, "elsewhere": unseen}
    assert other["novelty"] == filed["novelty"] == {"in_unit": unseen, "elsewhere": seen}
    nowhere = archive.post("/api/v1/checks", json=sent).json()["novelty"]
    assert nowhere["in_unit"] == {**unseen, "seen": None}
    assert nowhere["elsewhere"]["ids"] == [2, 4, 1]


def test_many_checks_are_answered_in_their_order(archive: TestClient) -> None:
    titles = [COPY, "Đào tạo nghiệp vụ kế toán cho cán bộ công đoàn", TITLE]
    sent = {"submissions": [{"title": title, "description": CONTENT} for title in titles]}
    results = archive.post("/api/v1/checks", json=sent).json()["results"]

    assert [result["query"] for result in results] == titles
    assert results[0]["matches"][0]["code"] == "SK/02"
    assert results[2]["matches"][0]["code"] == "SK/01"


def test_a_filed_record_is_read_back_without_personal_fields(client: TestClient) -> None:
    filed = client.post("/api/v1/initiatives", json=FULL)

    assert filed.status_code == 201
    assert filed.headers["location"] == "/api/v1/initiatives/1"
    answer = client.get(filed.headers["location"])
    record = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert {name: record[name] for name in ("code", "title", "novelty", "unit", "benefit_vnd")} == {
        "code": "CT-2022-004512",
        "title": TITLE,
        "novelty": "Béc hai dòng.",
        "unit": "CĐCS Supe",
        "benefit_vnd": 350_000_000,
    }
    assert (record["filed_on"], record["first_applied_on"]) == ("2022-02-20", "2022-03")
    assert record["authors"] == [
        {"name": "Nguyễn Văn An", "job": "", "share": 60.0, "main": True},
        {"name": "Lê Thị Bình", "job": "", "share": 40.0, "main": False},
    ]
    for personal in ("0912000000", "an@example.vn", "1980"):
        assert personal not in answer.text


def test_an_unknown_key_stays_in_the_raw_row(client: TestClient, app: Any) -> None:
    client.post("/api/v1/initiatives", json=FULL)
    assert app.state.holder.service.get(1).raw["phong_ban"] == "Xưởng NPK"


def test_a_year_alone_becomes_the_year_of_first_application(client: TestClient) -> None:
    client.post("/api/v1/initiatives", json={"title": TITLE, "year": 2021})
    assert client.get("/api/v1/initiatives/1").json()["first_applied_on"] == "2021"


def test_filing_tells_what_the_record_resembles_and_suggests_it(archive: TestClient) -> None:
    [suggestion] = archive.get("/api/v1/suggestions").json()["items"]
    assert (suggestion["left"]["code"], suggestion["right"]["code"]) == ("SK/01", "SK/02")
    assert suggestion["band"] == "LIKELY"


def test_a_known_code_in_the_same_unit_is_refused(archive: TestClient) -> None:
    sent = {"code": "SK/01", "title": "Khác hẳn", "unit": "CĐCS Supe"}
    answer = archive.post("/api/v1/initiatives", json=sent)
    assert (answer.status_code, answer.json()["title"]) == (409, "InitiativeExists")
    assert answer.json()["data"] == {"code": "SK/01", "id": 1}


def test_records_are_found_by_words_without_marks_and_paged_by_a_cursor(
    archive: TestClient,
) -> None:
    first = archive.get("/api/v1/initiatives", params={"text": "bec phun", "limit": 1}).json()
    second = archive.get(
        "/api/v1/initiatives", params={"text": "bec phun", "limit": 1, "cursor": first["next"]}
    ).json()
    assert [record["code"] for record in first["items"]] == ["SK/01"]
    assert [record["code"] for record in second["items"]] == ["SK/02"]


def test_an_edit_changes_what_was_sent_and_nothing_else(client: TestClient) -> None:
    client.post("/api/v1/initiatives", json=FULL)
    before = client.get("/api/v1/initiatives/1").json()
    sent = {"effect": "Giảm 12 % điện năng.", "version": 1}
    edited = client.patch("/api/v1/initiatives/1", json=sent)

    assert (edited.status_code, edited.headers["etag"]) == (200, '"2"')
    after = client.get("/api/v1/initiatives/1").json()
    assert after == before | {"effect": "Giảm 12 % điện năng.", "version": 2}


def test_an_edit_keeps_the_personal_fields_it_does_not_show(client: TestClient, app: Any) -> None:
    client.post("/api/v1/initiatives", json=FULL)
    client.patch("/api/v1/initiatives/1", json={"novelty": "", "version": 1})
    record = app.state.holder.service.get(1)
    assert record.novelty == ""
    assert record.authors[0].phone == "0912000000"
    assert record.raw["phong_ban"] == "Xưởng NPK"


@pytest.mark.parametrize(
    ("version", "if_match", "status"),
    [(None, '"1"', 200), (1, '"1"', 200), (2, None, 409), (None, None, 422), (1, '"2"', 422)],
)
def test_an_edit_needs_the_version_that_was_seen(
    archive: TestClient, version: int | None, if_match: str | None, status: int
) -> None:
    sent = {"effect": "mới"} | ({"version": version} if version else {})
    headers = {"If-Match": if_match} if if_match else {}
    assert archive.patch("/api/v1/initiatives/1", json=sent, headers=headers).status_code == status


def test_an_edited_text_expires_the_verdict_that_rested_on_it(archive: TestClient) -> None:
    decide(archive, "TRUNG")
    sent = {"title": "Lắp quạt thông gió cho kho muối", "version": 1}
    archive.patch("/api/v1/initiatives/1", json=sent)
    [decision] = archive.get("/api/v1/pairs/1/2/decisions").json()["items"]
    assert (decision["live"], decision["expired_by_change"]) == (False, True)


def test_a_withdrawn_record_is_hidden_from_checks_until_restored(archive: TestClient) -> None:
    def codes() -> list[str]:
        sent = {"title": COPY, "description": CONTENT}
        return [m["code"] for m in archive.post("/api/v1/checks", json=sent).json()["matches"]]

    assert codes() == ["SK/02", "SK/01"]
    gone = archive.post("/api/v1/initiatives/2/withdraw", json={}).json()
    assert gone["withdrawn"] is True
    assert codes() == ["SK/01"]
    archive.post("/api/v1/initiatives/2/restore", json={})
    assert codes() == ["SK/02", "SK/01"]


def test_the_matches_of_a_record_leave_itself_out(archive: TestClient) -> None:
    found = archive.get("/api/v1/initiatives/1/matches").json()
    assert found["query"] == "SK/01"
    assert [match["code"] for match in found["matches"]] == ["SK/02"]


def test_a_technology_secret_shows_its_title_and_effect_only(client: TestClient) -> None:
    secret = "công thức phụ gia chống vón số bảy"
    for title in (TITLE, COPY):
        sent = {"title": title, "description": secret, "effect": "tốt", "secret": True}
        client.post("/api/v1/initiatives", json=sent)
    record = client.get("/api/v1/initiatives/1").json()
    assert (record["title"], record["effect"]) == (TITLE, "tốt")
    for address in ("/api/v1/initiatives/1", "/api/v1/pairs/1/2", "/api/v1/initiatives"):
        assert "phụ gia" not in client.get(address).text


def test_evidence_tells_no_word_and_no_place_of_a_secret(client: TestClient) -> None:
    secret = "công thức phụ gia chống vón số bảy trộn nóng"
    for title, hidden in ((TITLE, True), (COPY, False)):
        sent = {"title": title, "description": secret, "secret": hidden}
        client.post("/api/v1/initiatives", json=sent)
    view = client.get("/api/v1/pairs/1/2").json()

    assert view["right"]["description"] == secret
    assert "phụ gia" not in json.dumps(view["evidence"], ensure_ascii=False)
    assert {span["field"] for item in view["evidence"] for span in item["spans"]} == {"title"}


def test_a_remark_quotes_nothing_of_a_secret() -> None:
    flag = Flag(code="HL14", field="description", detail="công thức số bảy")
    record = Initiative(id=InitiativeId(1), fingerprint="f", title=TITLE, flags=(flag,))

    assert record_out(record)["flags"][0]["detail"] == "công thức số bảy"
    hidden = record_out(dataclasses.replace(record, secret=True))
    assert hidden["flags"] == [{"code": "HL14", "field": "description", "detail": ""}]


HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{ 7*7 }}{% raw %}",
    "quotes": "'; DROP TABLE initiatives; --",
    "nul": "ống\x00 dẫn",
    "bidi": "\u202eống dẫn\u202c",
    "emoji": "máy 🛠️ ép",
    "spaces": "  máy\u200bép\u00a0nhựa  ",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_kept_as_text(client: TestClient, text: str) -> None:
    filed = client.post("/api/v1/initiatives", json={"title": text, "description": text, "x": text})
    assert filed.status_code == 201
    assert (
        client.post("/api/v1/checks", json={"title": text, "description": text}).json()["matches"][
            0
        ]["id"]
        == 1
    )
    assert "\x00" not in client.get("/api/v1/initiatives/1").json()["title"]
