"""A reviewer's way through the pages in a real browser: by mouse, by keyboard, without scripts."""

from __future__ import annotations

import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import archive
from tests.browser.conftest import PATIENCE_MS

SLEEVE = "So sánh cặp #3 – #4"
SAME = "Trùng – giữ 1 hồ sơ đại diện"
# Enough to walk past every control of a page once; more means the control cannot be reached.
MOST_TABS = 60
PATHS = (
    "/",
    "/pairs/1/2",
    "/pairs/7/8",
    "/pairs/5/6",
    "/check",
    "/imports",
    "/status",
    "/account",
    "/people",
    "/people/lan",
    "/log",
    "/khong-co",
)
# Controls under 24 by 24 pixels; a radio button's target is its label.
SMALL = """() => [...document.querySelectorAll("button, select, label.choice, nav a, a.button, summary")]
    .filter(e => e.checkVisibility()).map(e => [e.innerText, e.getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.width, box.height) < 24).map(([text]) => text)"""


@pytest.fixture(autouse=True)
def patience(page: Page) -> None:
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)


def test_list_compare_decide_undo_by_mouse(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nghi trùng – cần xem xét")
    second = page.get_by_role("link", name="So sánh cặp").nth(1).inner_text()
    following = second.replace("cặp", "hồ sơ").replace("–", "và")
    page.get_by_role("link", name=SLEEVE).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("So sánh hồ sơ #3 và #4")
    page.get_by_role("radio", name=SAME).check()
    page.get_by_label("Lý do").fill("Nhập hai lần")
    page.get_by_role("button", name="Lưu và sang cặp kế").click()

    expect(page.get_by_role("status")).to_contain_text("Đã lưu. Cặp #3 – #4")
    expect(page.get_by_role("heading", level=1)).to_have_text(following)
    page.get_by_role("button", name="Hoàn tác kết luận vừa lưu").click()

    expect(page.get_by_role("status")).to_contain_text("Đã hoàn tác.")
    page.get_by_role("link", name="Danh sách cặp nghi trùng").click()
    expect(page.get_by_role("link", name=SLEEVE)).to_be_visible()


def test_the_same_by_keyboard_alone(page: Page, address: str) -> None:
    page.goto(address)
    reach(page, page.get_by_role("link", name=SLEEVE)).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("So sánh hồ sơ #3 và #4")

    reach(page, page.get_by_role("radio", name=SAME)).press("ArrowDown")
    expect(page.get_by_role("radio", name="Trùng do đồng tác giả")).to_be_checked()
    reach(page, page.get_by_role("button", name="Lưu và sang cặp kế")).press("Enter")

    expect(page.get_by_role("status")).to_contain_text("gộp tác giả")
    reach(page, page.get_by_role("button", name="Hoàn tác kết luận vừa lưu")).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã hoàn tác.")


def test_the_same_without_javascript(
    browser: Browser, address: str, signed_in: list[SetCookieParam]
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        context.add_cookies(signed_in)
        page = context.new_page()
        page.goto(f"{address}/pairs/3/4")
        page.get_by_role("radio", name="Không trùng", exact=True).check()
        page.get_by_role("button", name="Lưu và sang cặp kế").click()
        page.goto(f"{address}/?show=decided")
        page.get_by_role("link", name=SLEEVE).click()
        expect(page.get_by_text("Đang có hiệu lực: Không trùng")).to_be_visible()
        page.get_by_role("button", name="Hoàn tác kết luận", exact=True).click()

        expect(page.get_by_role("status")).to_contain_text("Đã hoàn tác.")
        expect(page.get_by_role("heading", name="Lịch sử kết luận")).to_be_visible()


def test_a_check_and_a_rescan_from_their_pages(page: Page, address: str) -> None:
    page.goto(f"{address}/check")
    page.get_by_label("Tên sáng kiến").fill(archive.NOZZLE.title)
    page.get_by_label("Nội dung giải pháp").fill(archive.NOZZLE.content)
    page.get_by_role("button", name="Đối chiếu").click()
    expect(page.get_by_role("status")).to_contain_text("hồ sơ gần với nội dung vừa nhập")

    page.get_by_role("link", name="Tình trạng kho").click()
    page.get_by_role("button", name="Quét lại toàn bộ").click()
    expect(page.get_by_text("Lần quét xong gần nhất")).to_be_visible()


def test_a_required_field_left_empty_is_asked_for_where_it_stands(page: Page, address: str) -> None:
    page.goto(f"{address}/pairs/3/4")
    page.get_by_role("button", name="Lưu và sang cặp kế").click()

    expect(page.get_by_role("radio", name=SAME)).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_text("So sánh hồ sơ #3 và #4")


def test_nothing_scrolls_sideways_at_320_pixels(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    for path in PATHS:
        page.goto(address + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide == 320, path


def test_every_control_is_large_enough_to_hit(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    for path in PATHS:
        page.goto(address + path)
        assert page.evaluate(SMALL) == [], path


def test_no_page_asks_the_outside_or_complains(page: Page, address: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    for path in ("/", "/pairs/7/8", "/check", "/status"):
        page.goto(address + path)

    assert {url for url in asked if not url.startswith(address)} == set()
    assert complaints == []


def reach(page: Page, wanted: Locator) -> Locator:
    """Tab until ``wanted`` has the focus, seen as focused."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            style = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
            assert style != "none"
            return wanted
    raise AssertionError(f"cannot be reached by keyboard: {wanted}")
