"""The frame and the components in a real browser: both sizes, every look, with and without script."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import axe_violations, overflows

PAGES = ["/", "/styleguide/"]
LOOKS = {
    "light": {"mode": "standard", "theme": "light"},
    "dark": {"mode": "standard", "theme": "dark"},
    "elder": {"mode": "elder", "theme": "light"},
    "elder dark": {"mode": "elder", "theme": "dark"},
}
SMALL_TARGETS = """(least) => [...document.querySelectorAll("header a, header button, .button, .tabs a, .guide-index a, .rows a, input, select")]
  .filter((one) => one.getClientRects().length && !["checkbox", "radio"].includes(one.type) && !one.classList.contains("skip-link"))
  .filter((one) => one.getBoundingClientRect().height < least).map((one) => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def open_page(visit: Callable[..., Page]) -> Callable[..., Page]:
    """Choose the look as a visitor does, by the link, and land on the page."""

    def opened(path: str, *, width: int = 1280, look: str = "light", **options: object) -> Page:
        address = f"/mode/?{urlencode({**LOOKS[look], 'next': path})}"
        page = visit(address, viewport={"width": width, "height": 800}, **options)
        page.wait_for_load_state("networkidle")
        return page

    return opened


@pytest.mark.parametrize(("width", "look"), [*((390, look) for look in LOOKS), (1280, "light")])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_barrier(open_page, path, width, look):
    assert axe_violations(open_page(path, width=width, look=look)) == []


@pytest.mark.parametrize("look", ["light", "elder"])
@pytest.mark.parametrize("width", [360, 390, 1440])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_sticks_out_of_the_page(open_page, path, width, look):
    assert overflows(open_page(path, width=width, look=look)) <= 0


@pytest.mark.parametrize(("look", "least"), [("light", 44), ("elder", 60)])
def test_targets_are_large_enough_for_a_thumb(open_page, look, least):
    assert open_page("/styleguide/", width=390, look=look).evaluate(SMALL_TARGETS, least) == []


def test_text_in_elder_mode_is_22_pixels(open_page):
    size = open_page("/", look="elder").evaluate("getComputedStyle(document.querySelector('.lead')).fontSize")
    assert float(size.removesuffix("px")) >= 22


def test_hovering_a_chart_breaks_no_rule_of_the_content_security_policy(open_page):
    """The tooltip is drawn on the canvas; a complaint of the browser fails the visit."""
    page = open_page("/styleguide/")
    page.hover("#by-town canvas")
    page.wait_for_timeout(200)
    assert page.locator("#by-town div[style*=pointer-events]").count() == 0


def test_a_chart_is_drawn_and_its_table_closes(open_page):
    page = open_page("/styleguide/")
    chart = page.locator("figure:has(#by-town)")
    assert (chart.locator("canvas").count(), chart.locator("details").get_attribute("open")) == (1, None)


def test_without_script_the_figures_are_in_the_table(open_page):
    page = open_page("/styleguide/", java_script_enabled=False)
    chart = page.locator("figure:has(#by-town)")
    assert (chart.locator("canvas").count(), chart.get_by_text("4,820").is_visible()) == (0, True)


def test_a_dialog_opens_and_gives_the_focus_back(open_page):
    page = open_page("/styleguide/")
    page.click("[data-dialog=example-dialog]")
    opened = page.locator("#example-dialog").is_visible()
    page.keyboard.press("Escape")
    focused = page.evaluate("document.activeElement.dataset.dialog")
    assert (opened, page.locator("#example-dialog").is_visible(), focused) == (True, False, "example-dialog")


def test_a_menu_closes_on_escape_and_gives_the_focus_back(open_page):
    page = open_page("/styleguide/")
    page.click("#moving .menu summary")
    page.keyboard.press("Escape")
    assert page.evaluate(
        "[document.querySelector('#moving .menu').open, document.activeElement.tagName]"
    ) == [False, "SUMMARY"]


def test_the_first_tab_stop_leads_past_the_header(open_page):
    page = open_page("/styleguide/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_one_click_switches_elder_mode_on_and_stays_on_the_page(open_page):
    page = open_page("/styleguide/", java_script_enabled=False)
    page.get_by_role("link", name="长辈模式").click()
    assert (page.locator("html").get_attribute("data-mode"), page.url.endswith("/styleguide/")) == (
        "elder",
        True,
    )


def test_the_page_can_be_read_aloud_in_elder_mode(open_page):
    page = open_page("/", look="elder")
    page.evaluate(
        "() => { window.spoken = []; speechSynthesis.speak = (one) => window.spoken.push(one.text) }"
    )
    page.get_by_role("button", name="朗读本页").click()
    heading = page.locator("h1").inner_text().split("，")[0]
    assert heading in "".join(page.evaluate("window.spoken"))


def test_on_paper_the_header_and_the_buttons_are_left_out(open_page):
    page = open_page("/styleguide/")
    page.emulate_media(media="print")
    assert (page.locator(".site-header").is_visible(), page.locator("h1").is_visible()) == (False, True)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_menu_of_the_header_opens_inside_the_screen(open_page, width):
    page = open_page("/", width=width)
    page.click(".site-tools .menu summary")
    box = page.locator(".site-tools .menu-panel").bounding_box()
    assert (box["x"] >= 0, box["x"] + box["width"] <= width) == (True, True)
