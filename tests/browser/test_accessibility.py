"""What axe can see of WCAG 2.2 AA, on every kind of page, in both colour schemes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATHS = (
    "/",
    "/pairs/1/2",
    "/search?q=bien+tan",
    "/initiatives/1",
    "/initiatives/1/nearest",
    "/check",
    "/imports",
    "/status",
    "/help",
    "/thresholds",
    "/account",
    "/people",
    "/people/lan",
    "/log",
    "/khong-co",
)


@pytest.mark.parametrize(
    ("scheme", "paths"), [("light", PATHS), ("dark", PATHS[:2])], ids=["light", "dark"]
)
def test_no_page_breaks_a_rule_that_axe_can_see(
    page: Page, address: str, scheme: Literal["light", "dark"], paths: Sequence[str]
) -> None:
    page.emulate_media(color_scheme=scheme)
    for path in paths:
        page.goto(address + path)
        assert broken(page) == [], path


def test_the_way_in_breaks_none_either(page: Page, served: str) -> None:
    page.goto(served)
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng nhập")
    assert broken(page) == []


def broken(page: Page) -> list[tuple[str, list[str]]]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [(v["id"], [n["html"] for n in v["nodes"]]) for v in found.response["violations"]]
