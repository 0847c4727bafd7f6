"""No barrier on any page that links lead to, for each kind of reader, in both modes."""

from __future__ import annotations

from collections.abc import Iterator, Set

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import DESKTOP, PHONE, axe_violations, enter, overflows
from tests.journeys.walk import pages_from
from tests.site import Site

READERS = {"visitor": "/", "office": "/desk/", "education": "/desk/", "auditor": "/desk/"}
LOOKS_DIFFERENT_TO_EACH = {
    "desk:home",
    "plans:plan",
    "plans:measure",
    "plans:report",
    "plans:reports",
    "plans:assessment",
    "reports:home",
}
ON_A_PHONE = [
    "portal:home",
    "portal:plan",
    "account_login",
    "desk:home",
    "plans:plan",
    "plans:measure",
    "plans:import",
    "plans:import_preview",
    "plans:import_confirm",
    "plans:import_item",
    "plans:reports",
    "plans:report",
    "plans:periods",
    "plans:target",
    "plans:rubric",
    "reports:home",
    "accounts:organisations",
]


class Readers:
    """One browser for each reader, and what links lead each of them to."""

    def __init__(self, browser: Browser, *, site: Site) -> None:
        self.browser, self.site = browser, site
        self.pages = {name: self._open(name) for name in READERS}
        self.found: dict[str, dict[str, str]] = {}

    def _open(self, name: str) -> Page:
        context = self.browser.new_context(base_url=self.site.address, viewport=DESKTOP, locale="zh-CN")
        page = context.new_page()
        if name != "visitor":
            page.goto("/accounts/login/")
            enter(page, username=name, password=self.site.password)
        return page

    def reach(self, name: str) -> dict[str, str]:
        if name not in self.found:
            self.found[name] = pages_from(READERS[name], ask=self.pages[name].request)
        return self.found[name]

    def first_seen_by(self, name: str, *, again: Set[str] = frozenset()) -> dict[str, str]:
        """The pages that no reader before this one reaches, and those that are worth a second look."""
        before = list(READERS)[: list(READERS).index(name)]
        known = {page for one in before for page in self.reach(one)} - again
        return {page: path for page, path in self.reach(name).items() if page not in known}

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


@pytest.fixture(scope="module")
def readers(site: Site, browser: Browser) -> Iterator[Readers]:
    opened = Readers(browser, site=site)
    _furnish(opened.pages["office"])
    yield opened
    opened.close()


def _furnish(office: Page) -> None:
    """What the demo leaves out: a document above the plan with a clause, a piece of yearly work, an assessment."""
    office.goto("/desk/plans/library/documents/add/")
    office.get_by_label("文件名称").fill("全民科学素质行动规划纲要（2021—2035年）")
    office.get_by_role("button", name="保存").click()
    office.get_by_role("link", name="添加条款").first.click()
    office.get_by_label("条款号").fill("三（二）")
    office.get_by_label("要点").fill("面向五类重点人群开展科学素质提升行动")
    office.get_by_role("button", name="保存").click()
    office.goto("/desk/plans/measures/2/work/")
    office.get_by_label("单位", exact=True).select_option(label="教体局")
    office.get_by_label("工作内容").fill("办一次全区科学教师培训")
    office.get_by_label("期限").fill("2025-12-20")
    office.get_by_role("button", name="保存").click()
    for year in ("2024", "2025"):  # one stays a draft, one is opened to the units
        office.goto("/desk/plans/assessments/new/")
        office.get_by_label("年度").fill(year)
        office.get_by_role("button", name="新建").click()
    office.get_by_role("button", name="保存").click()
    office.get_by_role("button", name="开放自评").click()


def barriers(page: Page, paths: dict[str, str], *, look: str) -> dict[str, list[str]]:
    """What axe finds on these pages in this look, by page."""
    page.goto(f"/mode/?{look}&next=/plans/")
    found = {}
    for name, path in paths.items():
        page.goto(path)
        page.wait_for_load_state("load")
        found[name] = axe_violations(page)
    return {name: violations for name, violations in found.items() if violations}


def test_links_lead_each_reader_to_every_part_of_the_house(readers):
    reached = {name: set(readers.reach(name)) for name in READERS}
    assert {"portal:home", "portal:plan", "account_login"} <= reached["visitor"]
    assert {"plans:import_item", "plans:clause_edit", "plans:work_edit", "plans:assessment"} <= reached[
        "office"
    ]
    assert {"plans:write_report", "plans:work_done", "plans:assessment_self_review"} <= reached["education"]
    assert {"accounts:audit", "plans:report", "plans:assessment"} <= reached["auditor"]
    assert len(reached["office"]) > 55


@pytest.mark.parametrize("reader", READERS)
def test_no_page_that_links_lead_to_has_a_barrier(readers, reader):
    paths = readers.first_seen_by(reader, again=LOOKS_DIFFERENT_TO_EACH)
    assert barriers(readers.pages[reader], paths, look="mode=standard&theme=light") == {}


@pytest.mark.parametrize("reader", READERS)
def test_no_page_has_a_barrier_in_elder_mode(readers, reader):
    assert barriers(readers.pages[reader], readers.first_seen_by(reader), look="mode=elder&theme=light") == {}


@pytest.mark.parametrize("look", ["mode=standard&theme=dark", "mode=elder&theme=light"])
def test_the_pages_used_most_have_no_barrier_on_a_phone_and_fit(readers, look):
    page, paths = readers.pages["office"], {**readers.reach("visitor"), **readers.reach("office")}
    page.set_viewport_size(PHONE)
    page.goto(f"/mode/?{look}&next=/plans/")
    found = {}
    for name in ON_A_PHONE:
        page.goto(paths[name])
        found[name] = (axe_violations(page), max(overflows(page), 0))
    page.set_viewport_size(DESKTOP)
    assert found == {name: ([], 0) for name in ON_A_PHONE}
