"""Every write stands in the log under the name of who is signed in; the page tells it in words."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.pages import words
from dedup.bootstrap import Application
from dedup.jobs.telling import tell
from dedup.people import Act, Deed, Role
from tests.asking import BASE, NAME, decide, session, until

PAGE = {"accept": "text/html", "origin": BASE}
SHEET = {"file": ("Danh sách.csv", "Tên sáng kiến\nMáy ép mía hai trục\n".encode(), "text/csv")}


def deeds(application: Application, *, after: int = 0) -> list[Deed]:
    with application.store.unit() as unit:
        return [deed for deed in reversed(unit.log.page(limit=500)) if deed.id > after]


def imported(client: TestClient) -> None:
    id = client.post("/api/v1/imports", files=SHEET).json()["import"]["id"]
    client.post(f"/api/v1/imports/{id}/confirm", json={})
    until(lambda: client.get(f"/api/v1/imports/{id}").json()["state"] == "done")


def plain(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_each_write_is_told_with_its_person_and_its_thing(
    archive: TestClient, application: Application
) -> None:
    before = deeds(application)[-1].id
    writes: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "pairs/1/2/decisions", {"verdict": "TRUNG"}),
        ("POST", "pairs/1/2/decisions", {"verdict": None}),
        ("PATCH", "initiatives/1", {"effect": "Giảm 12 % điện năng.", "version": 1}),
        ("POST", "initiatives/2/withdraw", {}),
        ("POST", "initiatives/2/restore", {}),
        ("POST", "initiatives", {"title": "Máy ép mía"}),
        ("POST", "rescans", {"incremental": True}),
        ("POST", "rescans/1/cancel", {}),
    ]
    for method, path, body in writes:
        assert archive.request(method, f"/api/v1/{path}", json=body).is_success

    told = deeds(application, after=before)
    assert [(deed.act, deed.of) for deed in told] == [
        (Act.DECIDE, "pairs/1/2"),
        (Act.UNDO, "pairs/1/2"),
        (Act.EDIT, "initiatives/1"),
        (Act.WITHDRAW, "initiatives/2"),
        (Act.RESTORE, "initiatives/2"),
        (Act.FILE, "initiatives/4"),
        (Act.RUN, "runs/1"),
        (Act.CANCEL_RUN, "runs/1"),
    ]
    assert {deed.by for deed in told} == {NAME}
    assert told[0].detail == {"verdict": "TRUNG"}
    assert told[2].detail == {"version": 2, "fields": ["effect"]}


def test_an_edit_is_told_by_the_fields_it_changed(archive: TestClient) -> None:
    sent = {"effect": "Giảm 12 % điện năng.", "secret": True, "ma_noi_bo": "7", "version": 1}
    assert archive.patch("/api/v1/initiatives/1", json=sent | {"unit": "CĐCS Supe"}).is_success

    text = plain(archive.get("/log", headers=PAGE).text)
    assert (
        "( phiên bản: 2; đã đổi: Hiệu quả (xã hội, môi trường, an toàn), Bí mật công nghệ, cột khác )"
        in text
    )


def test_an_import_is_told_from_its_staging_to_its_undoing(
    client: TestClient, application: Application
) -> None:
    before = deeds(application)[-1].id
    imported(client)
    until(lambda: len(deeds(application, after=before)) == 3)
    client.post("/api/v1/imports/1/undo", json={})

    told = deeds(application, after=before)
    assert [deed.act for deed in told] == [
        Act.STAGE_IMPORT,
        Act.IMPORT,
        Act.RUN,
        Act.UNDO_IMPORT,
    ]
    assert {deed.by for deed in told} == {NAME}
    assert (told[1].detail["file"], told[1].detail["added"]) == ("Danh sách.csv", 1)
    assert told[3].detail == {"withdrawn": 1, "restored": 0}


def test_a_refused_write_leaves_no_line(archive: TestClient, application: Application) -> None:
    before = deeds(application)[-1].id
    assert decide(archive, None).status_code == 404
    assert archive.post("/api/v1/initiatives", json={"title": " "}).status_code == 422
    assert deeds(application, after=before) == []


def test_the_page_tells_deeds_in_words_newest_first(
    archive: TestClient, application: Application
) -> None:
    decide(archive, "KHONG_TRUNG")
    application.people.add("minh", "Lê <Minh>", Role.HEAD, by=NAME)

    page = archive.get("/log", headers=PAGE).text
    text = plain(page)

    assert 'href="/pairs/1/2"' in page
    assert f"{NAME} Kết luận : Cặp #1 – #2 ( kết luận: Không trùng )" in text
    assert f"{NAME} Thêm tài khoản : Tài khoản minh ( vai trò: Tổ trưởng )" in text
    assert text.index("Thêm tài khoản : Tài khoản minh") < text.index("Kết luận : Cặp")


def test_what_is_adopted_is_called_by_its_own_name(
    archive: TestClient, application: Application
) -> None:
    with application.store.unit() as unit:
        for act, of in ((Act.ADOPT, "models/1"), (Act.ROLL_BACK, "versions/2")):
            tell(unit, act, of, by=NAME, at=application.deduplicator.clock())
        unit.commit()

    text = plain(archive.get("/log", headers=PAGE).text)
    assert f"{NAME} Đưa vào dùng : Mô hình ngữ nghĩa #1" in text
    assert f"{NAME} Thôi dùng : Phiên bản chấm điểm #2" in text


def test_the_log_is_paged_without_gap_or_repeat(
    archive: TestClient, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.log.A_PAGE", 2)
    count, seen, address = len(deeds(application)), 0, "/log"
    while address:
        page = archive.get(address, headers=PAGE).text
        seen += page.count('<li><span class="dim">')
        onwards = re.search(r'rel="next" href="([^"]+)"', page)
        address = onwards[1] if onwards else ""
    assert seen == count


def test_a_token_and_a_password_are_never_in_the_log(
    client: TestClient, application: Application
) -> None:
    made = client.post("/account/tokens", data={"label": "Kết nối"}, headers=PAGE).text
    [token] = re.findall(r"sk-\w+", made)
    issued = application.people.reset_password(
        application.people.add("minh", "Lê Minh", Role.HEAD, by=NAME).account.id, by=NAME
    )
    page = client.get("/log", headers=PAGE).text
    assert "Kết nối" in page
    assert token not in page
    assert issued.password not in page


def test_the_log_is_for_heads(client: TestClient, application: Application) -> None:
    assert 'href="/log"' in client.get("/", headers=PAGE).text
    secret = session(application, Role.REVIEWER, login="minh", name="Lê Minh")
    client.cookies.set("sangkien", secret)
    assert 'href="/log"' not in client.get("/", headers=PAGE).text
    assert client.get("/log", headers=PAGE).status_code == 403


def test_every_act_has_its_word() -> None:
    assert set(words.ACTS) == set(Act)
    assert set(words.ROLES) == set(Role)
