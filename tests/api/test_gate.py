"""Who is let in: sessions, one-time passwords, tokens, roles, and what is open to anybody."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from api.gate import OPEN
from api.pages.signing import inside
from dedup.bootstrap import Application
from dedup.initiatives import Pair, Submission, Unit, UnitId, Verdict
from dedup.jobs.deciding import Opinion
from dedup.people import Role
from tests.asking import BASE, CONTENT, COPY, NAME, PASSWORD, TITLE, decide, session

PAGE = {"accept": "text/html", "origin": BASE}
TLS = "https://sangkien.congty.vn"


@pytest.fixture
def stranger(app: FastAPI) -> Iterator[TestClient]:
    """Somebody who is not signed in, on this very PC."""
    with TestClient(
        app, base_url=BASE, client=("127.0.0.1", 50000), follow_redirects=False
    ) as client:
        yield client


@contextmanager
def elsewhere(app: FastAPI, address: str, base: str = BASE) -> Iterator[TestClient]:
    yield TestClient(app, base_url=base, client=(address, 50000), follow_redirects=False)


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every route, each address filled in; a new one is found by itself."""
    return [
        (method, re.sub(r"\{[^}]*\}", "1", route.path.replace("{right}", "2")))
        for route in _routes(app.routes)
        for method in sorted(route.methods or ())
    ]


def _routes(found: Sequence[Any]) -> Iterator[APIRoute]:
    for route in found:
        if isinstance(route, APIRoute):
            yield route
        elif included := getattr(route, "original_router", None):
            yield from _routes(included.routes)


def sent(
    client: TestClient, *, login: str = "lan", password: str = PASSWORD, then: str = "/"
) -> Any:
    form = {"login": login, "password": password, "then": then}
    return client.post("/sign-in", data=form, headers=PAGE)


def test_nothing_is_told_to_somebody_who_is_not_signed_in(
    stranger: TestClient, app: FastAPI
) -> None:
    assert len(routes(app)) > 30
    answered = {
        path for method, path in routes(app) if stranger.request(method, path).status_code != 401
    }

    assert answered == OPEN - {"/api/v1/openapi.json"}
    for unknown in ("/nothing", "/sign-in/", "//sign-in", "/static", "/Healthz"):
        assert stranger.get(unknown).status_code == 401


def test_a_program_is_told_to_show_a_token_and_a_browser_shown_the_way_in(
    stranger: TestClient,
) -> None:
    refused = stranger.post("/api/v1/checks", json={"title": TITLE})
    assert (refused.status_code, refused.json()["title"]) == (401, "NotSignedIn")
    assert refused.headers["www-authenticate"] == "Bearer"

    shown = stranger.get("/pairs/1/2?show=all", headers=PAGE)
    assert shown.status_code == 303
    asked = urlsplit(shown.headers["location"])
    assert (asked.path, parse_qs(asked.query)) == ("/sign-in", {"then": ["/pairs/1/2?show=all"]})

    left = PAGE | {"referer": f"{BASE}/pairs/1/2"}
    written = stranger.post("/pairs/1/2/decisions", headers=left)
    assert written.headers["location"] == "/sign-in?then=%2Fpairs%2F1%2F2"
    assert stranger.get("/", headers=PAGE).headers["location"] == "/sign-in"


def test_a_form_sent_after_the_session_ended_is_kept_and_sent_again(
    archive: TestClient, application: Application
) -> None:
    left, right = application.deduplicator.view(Pair.of(1, 2)).seen
    typed = {"verdict": "TRUNG", "note": 'Đã gọi "đơn vị"\n<b>&', "reason": ""}
    form = {"seen_left": left, "seen_right": right} | typed
    secret = archive.cookies["sangkien"]
    archive.cookies.clear()

    ended = archive.post("/pairs/1/2/decisions", data=form, headers=PAGE)
    assert (ended.status_code, "điều vừa nhập vẫn còn" in ended.text) == (401, True)
    wrong = archive.post("/sign-in", data=fields(ended.text) | {"login": "lan"}, headers=PAGE)
    assert wrong.status_code == 401
    proven = fields(wrong.text) | {"login": "lan", "password": PASSWORD}
    again = archive.post("/sign-in", data=proven, headers=PAGE)

    assert 'action="/pairs/1/2/decisions"' in again.text
    assert fields(again.text) == form
    assert archive.cookies["sangkien"] != secret
    assert application.deduplicator.decider.history(Pair.of(1, 2)) == []
    archive.post("/pairs/1/2/decisions", data=fields(again.text), headers=PAGE)
    [said] = application.deduplicator.decider.history(Pair.of(1, 2))
    assert (said.verdict, said.note) == (Verdict.TRUNG, form["note"])


def fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    return {html.unescape(name): html.unescape(value) for name, value in found}


@pytest.mark.parametrize("path", ["/account/password", "/sign-out", "/rescans", "/imports"])
def test_what_holds_a_password_or_nothing_is_not_kept(stranger: TestClient, path: str) -> None:
    form = {"old": "bí mật"} if path != "/rescans" else None
    sent_files = {"file": ("a.csv", b"x")} if path == "/imports" else None
    answer = stranger.post(path, data=form, files=sent_files, headers=PAGE)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


def test_a_refused_upload_is_not_even_read(stranger: TestClient) -> None:
    def body() -> Iterator[bytes]:
        yield b"x"
        raise AssertionError("read")

    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert stranger.post("/api/v1/imports", content=body(), headers=kind).status_code == 401


def test_signing_in_leads_to_the_page_asked_for_and_out_of_it_again(
    stranger: TestClient, application: Application
) -> None:
    session(application)

    answer = sent(stranger, login=" LAN", then="/status")
    assert (answer.status_code, answer.headers["location"]) == (303, "/status")
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "Max-Age" not in cookie
    page = stranger.get("/status", headers=PAGE)
    assert NAME in page.text
    assert page.headers["cache-control"] == "no-store"

    secret = stranger.cookies["sangkien"]
    out = stranger.post("/sign-out", headers=PAGE)
    assert out.headers["location"] == "/sign-in"
    assert "sangkien" not in stranger.cookies
    stranger.cookies.set("sangkien", secret)
    assert stranger.get("/status").status_code == 401


def test_behind_tls_the_cookie_is_sent_over_tls_alone(
    app: FastAPI, application: Application
) -> None:
    session(application)
    with (
        TestClient(app, base_url=BASE),
        elsewhere(app, "10.0.0.3", "https://127.0.0.1:8000") as client,
    ):
        answer = client.post("/sign-in", data={"login": "lan", "password": PASSWORD})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-sangkien=")
        assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
        assert client.get("/api/v1/units").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "", "/\n/evil"],
)
def test_nobody_is_sent_on_to_another_site(address: str) -> None:
    assert inside(address) == "/"


@pytest.mark.parametrize("address", ["/", "/pairs/1/2?show=all", "/sign-in?then=/x"])
def test_whoever_came_for_a_page_is_sent_on_to_it(address: str) -> None:
    assert inside(address) == address


def test_a_wrong_password_is_told_on_the_page_and_after_some_has_to_wait(
    stranger: TestClient, application: Application
) -> None:
    session(application)

    for _ in range(5):
        refused = sent(stranger, password="sai mật khẩu", then="/status")
        assert refused.status_code == 401
        assert "Tên đăng nhập hoặc mật khẩu không đúng" in refused.text
        assert 'name="then" value="/status"' in refused.text
        assert "sai mật khẩu" not in refused.text
    waiting = sent(stranger)

    assert waiting.status_code == 429
    assert int(waiting.headers["retry-after"]) >= 1
    assert "set-cookie" not in waiting.headers


def test_a_sign_in_from_another_site_is_refused(
    stranger: TestClient, application: Application
) -> None:
    session(application)
    form = {"login": "lan", "password": PASSWORD}
    foreign = {"origin": "http://evil.example"}
    assert stranger.post("/sign-in", data=form, headers=foreign).status_code == 403


def test_a_session_of_the_browser_ends(
    client: TestClient, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/api/v1/units").status_code == 200
    now = application.signing._clock()
    monkeypatch.setattr(application.signing, "_clock", lambda: now + timedelta(hours=12))
    assert client.get("/api/v1/units").status_code == 401


def test_a_one_time_password_is_good_for_setting_ones_own_alone(
    stranger: TestClient, application: Application
) -> None:
    issued = application.people.first(demo=False)
    assert issued

    assert sent(stranger, login="admin", password=issued.password).status_code == 303
    for path in ("/", "/imports", "/khong-co"):
        assert stranger.get(path, headers=PAGE).headers["location"] == "/account"
    assert stranger.get("/api/v1/units").status_code == 403
    assert "chỉ dùng một lần" in stranger.get("/account", headers=PAGE).text

    def changed(**form: str) -> Any:
        whole = {"old": issued.password, "new": PASSWORD, "again": PASSWORD} | form
        return stranger.post("/account/password", data=whole, headers=PAGE)

    for form, told in (
        ({"again": "khác hẳn đi"}, "không giống nhau"),
        ({"new": "ngắn", "again": "ngắn"}, "từ 10 đến 200 ký tự"),
        ({"old": "sai mật khẩu"}, "Mật khẩu hiện tại không đúng"),
    ):
        refused = changed(**form)
        assert (refused.status_code, told in refused.text) == (422, True)
    done = changed()
    assert done.headers["location"] == "/account?changed=true"
    assert "Đã đổi mật khẩu" in stranger.get(done.headers["location"], headers=PAGE).text
    assert stranger.get("/", headers=PAGE).status_code == 200


def test_a_token_stands_for_its_account_and_ends_with_it(
    stranger: TestClient, application: Application
) -> None:
    account = application.people.add("may-chu", "Máy chủ", Role.REVIEWER, by="test").account
    token = application.people.make_token(account.id, "Kết nối", by="test")
    bearer = {"authorization": f"Bearer {token}"}

    assert stranger.get("/api/v1/units", headers=bearer).status_code == 200
    stranger.cookies.set("sangkien", token)
    assert stranger.get("/api/v1/units").status_code == 401
    for wrong in ("Bearer", "Bearer x", f"Basic {token}", f"Bearer {token} x"):
        assert stranger.get("/api/v1/units", headers={"authorization": wrong}).status_code == 401
    [key] = application.people.tokens(account.id)
    application.people.end_token(account.id, key.id, by="test")
    assert stranger.get("/api/v1/units", headers=bearer).status_code == 401


@pytest.mark.parametrize("path", ["/account", "/account/tokens", "/people", "/people/lan/password"])
def test_a_token_makes_no_token_and_no_way_in(
    stranger: TestClient, application: Application, path: str
) -> None:
    session(application)
    account = application.people.find("lan")
    token = application.people.make_token(account.id, "Kết nối", by="test")
    bearer = {"authorization": f"Bearer {token}"}

    for method in ("GET", "POST"):
        refused = stranger.request(method, path, data={"label": "Khác"}, headers=bearer)
        assert (refused.status_code, "không mở trang này" in refused.json()["detail"]) == (
            403,
            True,
        )
    assert len(application.people.tokens(account.id)) == 1
    assert application.signing.sign_in("lan", PASSWORD, address="test")


READS = {
    ("POST", "/api/v1/checks"),
    ("POST", "/check"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("POST", "/account/password"),
    ("POST", "/account/tokens"),
    ("POST", "/account/tokens/1/end"),
}
HEADS = {
    ("GET", "/log"),
    ("POST", "/audits"),
    ("POST", "/api/v1/audits"),
    ("POST", "/api/v1/initiatives/1/withdraw"),
    ("POST", "/api/v1/initiatives/1/restore"),
}
ADMINISTRATORS = {
    ("GET", "/people"),
    ("POST", "/people"),
    ("GET", "/people/1"),
    ("POST", "/people/1"),
    ("POST", "/people/1/password"),
    ("POST", "/people/1/tokens/1/end"),
}


def refused_to(client: TestClient, app: FastAPI) -> set[tuple[str, str]]:
    """What the role forbids, whatever is sent."""
    asked = [route for route in routes(app) if route[1] != "/sign-out"]
    return {route for route in asked if client.request(*route).status_code == 403}


def as_somebody(client: TestClient, application: Application, role: Role) -> TestClient:
    secret = session(application, role, login=role.value, name=role.value)
    client.cookies.set("sangkien", secret)
    return client


def test_a_viewer_reads_and_checks_and_writes_nothing(
    stranger: TestClient, app: FastAPI, application: Application
) -> None:
    viewer = as_somebody(stranger, application, Role.VIEWER)
    writes = {route for route in routes(app) if route[0] != "GET"} - READS
    assert writes <= refused_to(viewer, app)


def test_a_reviewer_does_all_but_what_heads_and_administrators_do(
    stranger: TestClient, app: FastAPI, application: Application
) -> None:
    reviewer = as_somebody(stranger, application, Role.REVIEWER)
    assert refused_to(reviewer, app) == HEADS | ADMINISTRATORS
    head = as_somebody(stranger, application, Role.HEAD)
    assert refused_to(head, app) == ADMINISTRATORS
    admin = as_somebody(stranger, application, Role.ADMIN)
    assert refused_to(admin, app) == set()


def test_only_a_head_takes_back_an_import_over_verdicts(
    stranger: TestClient, application: Application
) -> None:
    reviewer = as_somebody(stranger, application, Role.REVIEWER)
    refused = reviewer.post("/api/v1/imports/1/undo", json={"force": True})
    assert (refused.status_code, refused.json()["title"]) == (403, "Forbidden")
    assert "vai trò «Tổ trưởng» trở lên" in refused.json()["detail"]
    assert reviewer.post("/api/v1/imports/1/undo", json={}).status_code == 404
    assert (
        "Tổ trưởng" in reviewer.post("/imports/1/undo", data={"force": "true"}, headers=PAGE).text
    )


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.HEAD])
def test_only_a_head_shows_what_was_a_technology_secret(
    client: TestClient, application: Application, role: Role
) -> None:
    secret = {"title": TITLE, "description": CONTENT, "secret": True}
    client.post("/api/v1/initiatives", json=secret)
    somebody = as_somebody(client, application, role)

    def patched(**sent: Any) -> Any:
        return somebody.patch("/api/v1/initiatives/1", json=sent)

    assert patched(effect="tốt", version=1).status_code == 200
    assert patched(secret=True, version=2).status_code == 200
    shown = patched(secret=False, effect="hơn", version=3)
    description = somebody.get("/api/v1/initiatives/1").json()["description"]
    if role is Role.HEAD:
        assert (shown.status_code, description) == (200, CONTENT)
        return
    assert (shown.status_code, shown.json()["title"]) == (403, "Forbidden")
    assert "Bỏ dấu bí mật công nghệ cần vai trò «Tổ trưởng»" in shown.json()["detail"]
    assert description != CONTENT
    assert somebody.get("/api/v1/initiatives/1").json()["version"] == 3


def test_pages_offer_a_viewer_nothing_that_would_be_refused(
    archive: TestClient, application: Application
) -> None:
    decide(archive, "TRUNG")
    viewer = as_somebody(archive, application, Role.VIEWER)
    for path in ("/", "/pairs/1/2?saved=1-2", "/pairs/1/3", "/imports", "/status"):
        page = viewer.get(path, headers=PAGE)
        assert page.status_code == 200
        assert re.findall(r'<form[^>]* action="([^"]+)"', page.text) in (
            ["/sign-out"],
            ["/sign-out", "/"],
        )


def test_a_verdict_carries_the_name_of_who_is_signed_in_whatever_is_sent(
    archive: TestClient,
) -> None:
    said = decide(archive, "TRUNG", by="Ai khác")
    assert (said.status_code, said.json()["by"]) == (201, NAME)


@pytest.fixture
def two_units(application: Application) -> list[UnitId]:
    """A filing of either unit, a third of the first."""
    units = [Unit(id=UnitId(0), code=code, name=f"CĐCS {code}") for code in "AB"]
    with application.store.unit() as unit:
        ids = unit.units.add(units)
        unit.commit()
    for title, home in ((TITLE, "A"), (COPY, "B"), (f"{TITLE} hai", "A")):
        application.deduplicator.filer.file(Submission(title=title, unit=f"CĐCS {home}"))
    return ids


def test_nobody_concludes_alone_for_their_own_unit(
    client: TestClient, application: Application, two_units: list[UnitId]
) -> None:
    own = two_units[0]
    secret = session(application, login="cua-a", name="Người của A", unit_id=own)
    client.cookies.set("sangkien", secret)

    refused = decide(client, "KHONG_TRUNG")
    assert (refused.status_code, refused.json()["title"]) == (403, "OwnCase")
    page = client.get("/pairs/1/2", headers=PAGE).text
    assert "không ai kết luận một mình cho đơn vị mình" in page
    assert 'action="/pairs/1/2/decisions"' not in page
    form = client.post("/pairs/1/2/decisions", data={"verdict": "KHONG_TRUNG"}, headers=PAGE)
    assert form.status_code == 403
    assert "không ai kết luận một mình" in form.text
    inside_one_unit = client.post("/api/v1/pairs/1/3/decisions", json={"verdict": "TRUNG"})
    assert inside_one_unit.status_code == 201

    said = Opinion(pair=Pair.of(1, 2), verdict=Verdict.TRUNG, by="Lan")
    application.deduplicator.decider.decide(said)
    assert decide(client, None).status_code == 403
    assert client.post("/pairs/1/2/undo", headers=PAGE).status_code == 403
    assert [d.verdict for d in application.deduplicator.decider.history(Pair.of(1, 2))] == [
        Verdict.TRUNG
    ]


def test_a_key_against_repeats_is_one_accounts_alone(
    client: TestClient, application: Application
) -> None:
    once = {"Idempotency-Key": "k"}
    client.post("/api/v1/initiatives", json={"title": TITLE}, headers=once)
    client.cookies.set("sangkien", session(application, login="minh", name="Minh"))
    again = client.post("/api/v1/initiatives", json={"title": TITLE}, headers=once)
    assert (again.status_code, again.json()["title"]) == (409, "IdempotencyMismatch")


def test_the_demos_account_is_shown_on_this_pc_alone(
    stranger: TestClient, app: FastAPI, application: Application
) -> None:
    assert "Kho mẫu" not in stranger.get("/sign-in").text
    issued = application.people.first(demo=True)
    assert issued

    page = stranger.get("/sign-in").text
    assert issued.password in page
    assert f'value="{issued.password}"' in page
    for address, host in (("10.0.0.3", "127.0.0.1"), ("127.0.0.1", "192.168.1.7")):
        with elsewhere(app, address) as client:
            hidden = client.get("/sign-in", headers={"host": f"{host}:8000"}).text
            assert issued.password not in hidden
    assert sent(stranger, login="demo", password=issued.password).status_code == 303
    assert stranger.get("/", headers=PAGE).status_code == 200


@pytest.mark.parametrize(
    "form", [{}, {"login": "\x00", "password": "\ud83d"}, {"login": "x" * 999}]
)
def test_whatever_is_sent_to_sign_in_is_a_clean_refusal(
    stranger: TestClient, form: dict[str, str]
) -> None:
    send: Callable[..., Any] = stranger.post
    encoded = {name: value.encode("utf-8", "surrogatepass") for name, value in form.items()}
    assert send("/sign-in", data=encoded, headers=PAGE).status_code in {401, 422}
