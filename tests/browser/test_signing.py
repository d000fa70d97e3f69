"""The way in and out in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dedup.bootstrap import Application
from dedup.people import Role
from tests.asking import NAME, PASSWORD
from tests.browser.conftest import PATIENCE_MS

NEW = "Đồng lúa chín vàng"


@pytest.fixture(autouse=True)
def patience(page: Page) -> None:
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)


def sign_in(page: Page, login: str, password: str) -> None:
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(password)
    page.keyboard.press("Enter")


def test_whoever_comes_for_a_page_signs_in_and_gets_it(
    page: Page, context: BrowserContext, served: str
) -> None:
    page.goto(f"{served}/pairs/3/4")
    sign_in(page, "Lan", "sai mật khẩu")
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("Lan")
    sign_in(page, "Lan", PASSWORD)

    expect(page.get_by_role("heading", level=1)).to_have_text("So sánh hồ sơ #3 và #4")
    [cookie] = context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng nhập")
    assert context.cookies() == []
    page.goto(f"{served}/status")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng nhập")


def test_what_was_typed_outlives_the_session(
    page: Page, context: BrowserContext, address: str
) -> None:
    page.goto(f"{address}/pairs/3/4")
    page.get_by_role("radio", name="Không trùng", exact=True).check()
    page.get_by_label("Ghi chú").fill("Đã gọi điện cho đơn vị")
    context.clear_cookies()
    page.get_by_role("button", name="Lưu và sang cặp kế").click()
    expect(page.get_by_role("alert")).to_contain_text("Phiên đăng nhập đã kết thúc")
    sign_in(page, "lan", PASSWORD)
    page.get_by_role("button", name="Gửi tiếp").click()

    expect(page.get_by_role("status")).to_contain_text("Đã lưu. Cặp #3 – #4: «Không trùng»")
    page.goto(f"{address}/pairs/3/4")
    expect(page.get_by_text("Đã gọi điện cho đơn vị")).to_be_visible()


def test_a_one_time_password_is_changed_before_any_work(
    page: Page, served: str, application: Application
) -> None:
    issued = application.people.add("minh", "Lê Minh", Role.VIEWER, by=NAME)
    page.goto(served)
    sign_in(page, "minh", issued.password)
    expect(page.get_by_role("status")).to_contain_text("xin đặt mật khẩu mới")

    page.get_by_label("Mật khẩu hiện tại").fill(issued.password)
    page.get_by_label("Mật khẩu mới (").fill(NEW)
    page.get_by_label("Nhập lại mật khẩu mới").fill(NEW)
    page.get_by_role("button", name="Đổi mật khẩu").click()

    expect(page.get_by_role("status")).to_contain_text("Đã đổi mật khẩu")
    page.get_by_role("link", name="Cặp nghi trùng").click()
    page.get_by_role("link", name="So sánh cặp #3 – #4").click()
    expect(page.get_by_text("Tài khoản của bạn chỉ để xem")).to_be_visible()


def test_the_way_in_fits_a_narrow_screen(page: Page, served: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(served)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
