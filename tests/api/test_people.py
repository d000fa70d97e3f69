"""The pages of accounts: made, changed, set back, let go; and one's own tokens."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from dedup.bootstrap import Application
from dedup.initiatives import Unit, UnitId
from dedup.people import Role
from tests.asking import BASE, NAME, PASSWORD, session

PAGE = {"accept": "text/html", "origin": BASE}


def sent(client: TestClient, address: str, **form: str) -> Any:
    return client.post(address, data=form, headers=PAGE, follow_redirects=False)


def shown(page: str) -> str:
    [secret] = re.findall(r"<code>([^<\s]{19,})</code>", page)
    return html.unescape(secret)


@pytest.fixture
def unit(application: Application) -> UnitId:
    tree = [Unit(id=UnitId(0), code="GBB", name="CĐCS Giấy <Bãi> Bằng")]
    with application.store.unit() as unit:
        [id] = unit.units.add(tree)
        unit.commit()
    return id


def test_an_account_is_made_with_a_password_shown_once(
    client: TestClient, application: Application, unit: UnitId
) -> None:
    made = sent(
        client,
        "/people",
        name=" Lê  Minh ",
        login="Minh",
        role="reviewer",
        unit="CĐCS giấy <bãi> bằng",
    )

    assert made.status_code == 200
    password = shown(made.text)
    account = application.people.find("minh")
    assert (account.name, account.role, account.unit_id) == ("Lê Minh", Role.REVIEWER, unit)
    assert application.signing.sign_in("minh", password, address="test")
    again = client.get("/people", headers=PAGE).text
    assert password not in again
    assert "Lê Minh" in again
    assert "CĐCS Giấy &lt;Bãi&gt; Bằng" in again
    assert "chưa đặt mật khẩu của mình" in again


@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({"login": "lan"}, 409, "Đã có tài khoản"),
        ({"name": NAME.upper()}, 409, "Đã có tài khoản"),
        ({"login": "có dấu"}, 422, "Tên đăng nhập cần"),
        ({"name": " "}, 422, "Thiếu họ tên"),
        ({"unit": "Đơn vị lạ"}, 422, "Cây đơn vị không có «Đơn vị lạ»"),
    ],
)
def test_an_account_that_cannot_be_made_is_told_and_what_was_typed_is_kept(
    client: TestClient, form: dict[str, str], status: int, told: str
) -> None:
    whole = {"name": "Lê Minh", "login": "minh", "role": "head", "unit": ""} | form

    refused = sent(client, "/people", **whole)

    assert (refused.status_code, told in refused.text) == (status, True)
    for value in whole.values():
        assert f'value="{value}"' in refused.text
    assert '<option value="head" selected>' in refused.text


def test_a_role_a_unit_and_the_end_are_given_on_an_accounts_page(
    client: TestClient, application: Application, unit: UnitId
) -> None:
    secret = session(application, Role.VIEWER, login="minh", name="Lê Minh")

    changed = sent(client, "/people/minh", role="head", unit="GBB", active="true")
    assert changed.headers["location"] == "/people/minh?changed=true"
    page = client.get(changed.headers["location"], headers=PAGE).text
    assert "Đã lưu." in page
    assert 'value="GBB"' in page
    account = application.people.find("minh")
    assert (account.role, account.unit_id, account.active) == (Role.HEAD, unit, True)

    sent(client, "/people/minh", role="head", unit="GBB")
    assert not application.people.find("minh").active
    bearer = {"cookie": f"sangkien={secret}"}
    client.cookies.clear()
    assert client.get("/api/v1/units", headers=bearer).status_code == 401


def test_the_last_administrator_and_unknown_units_are_refused_on_the_page(
    client: TestClient, application: Application
) -> None:
    last = sent(client, "/people/lan", role="head", unit="", active="true")
    assert (last.status_code, "ít nhất một tài khoản quản trị" in last.text) == (409, True)
    unknown = sent(client, "/people/lan", role="admin", unit="Lạ", active="true")
    assert unknown.status_code == 422
    assert application.people.find("lan").role is Role.ADMIN
    assert client.get("/people/khong-co", headers=PAGE).status_code == 404


def test_a_lost_password_is_set_back_on_the_page(
    client: TestClient, application: Application
) -> None:
    session(application, login="minh", name="Lê Minh")

    page = sent(client, "/people/minh/password")

    assert application.signing.sign_in("minh", shown(page.text), address="test")
    assert application.people.find("minh").must_change
    with pytest.raises(Exception, match="không đúng"):
        application.signing.sign_in("minh", PASSWORD, address="test")


def test_a_program_works_with_a_token_until_it_is_ended(
    client: TestClient, application: Application
) -> None:
    made = sent(client, "/account/tokens", label="Kết nối <kho>")
    token = shown(made.text)
    assert token not in client.get("/account", headers=PAGE).text
    assert "Kết nối &lt;kho&gt;" in client.get("/account", headers=PAGE).text

    program = TestClient(client.app, base_url=BASE, headers={"authorization": f"Bearer {token}"})
    filed = program.post("/api/v1/initiatives", json={"title": "Máy ép mía"})
    assert filed.status_code == 201
    [key] = application.people.tokens(application.people.find("lan").id)
    assert sent(client, f"/account/tokens/{key.id}/end").headers["location"] == "/account"
    assert program.get("/api/v1/units").status_code == 401
    assert sent(client, "/account/tokens/99/end").status_code == 422


def test_an_administrator_sees_a_persons_tokens_and_ends_them(
    client: TestClient, application: Application
) -> None:
    session(application, login="minh", name="Lê Minh")
    minh = application.people.find("minh")
    application.people.make_token(minh.id, "Kết nối <kho>", by="Lê Minh")
    [key] = application.people.tokens(minh.id)

    page = client.get("/people/minh", headers=PAGE).text
    assert "Kết nối &lt;kho&gt;" in page
    assert f'action="/people/minh/tokens/{key.id}/end"' in page
    assert sent(client, f"/people/lan/tokens/{key.id}/end").status_code == 422
    ended = sent(client, f"/people/minh/tokens/{key.id}/end")

    assert ended.headers["location"] == "/people/minh"
    assert application.people.tokens(minh.id) == []
    assert "Chưa có mã nào." in client.get("/people/minh", headers=PAGE).text


def test_a_password_set_back_or_changed_is_told_to_end_the_tokens(
    client: TestClient, application: Application
) -> None:
    session(application, login="minh", name="Lê Minh")
    person = client.get("/people/minh").text
    assert "mọi phiên đăng nhập và mã truy cập hết hiệu lực" in person
    assert "mọi mã truy cập của bạn đã hết hiệu lực" in client.get("/account?changed=true").text


def test_a_token_needs_a_word_on_what_it_is_for(client: TestClient) -> None:
    refused = sent(client, "/account/tokens", label=" ")
    assert (refused.status_code, "Thiếu việc mà mã dùng cho" in refused.text) == (422, True)


def test_the_way_to_the_accounts_is_shown_to_administrators_alone(
    client: TestClient, application: Application
) -> None:
    assert 'href="/people"' in client.get("/", headers=PAGE).text
    head = session(application, Role.HEAD, login="minh", name="Lê Minh")
    client.cookies.set("sangkien", head)
    page = client.get("/", headers=PAGE).text
    assert 'href="/people"' not in page
    refused = client.get("/people", headers=PAGE)
    assert (refused.status_code, "vai trò «Quản trị»" in refused.text) == (403, True)
