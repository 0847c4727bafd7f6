"""A real installation, a real browser: every journey starts at a page and does what a person does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, StorageState, sync_playwright

from tests.journeys.watch import Watch
from tests.site import BROWSER, BROWSER_OPTIONS, Prepared, Site, prepared_demo, serving_copy

PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1440, "height": 900}
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Only the violations leave the browser: with all that passed, each page would take twice as long.
RUN_AXE = """async (tags) => {
  const options = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] };
  const results = await axe.run(document, options);
  return results.violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.target} ${(node.failureSummary || "").slice(0, 200)}`));
}"""


@pytest.hookimpl(tryfirst=True)  # before xdist looks for groups, or it finds none
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The journeys of a file share one installation, so they run in one process, in order."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def demo() -> Iterator[Prepared]:
    with prepared_demo() as prepared:
        yield prepared


@pytest.fixture(scope="module")
def site(demo: Prepared) -> Iterator[Site]:
    """Each file of journeys begins with an untouched demo; within a file they build on each other."""
    with serving_copy(demo) as running:
        yield running


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for the process: a second one beside it is refused."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_OPTIONS)
    yield launched
    launched.close()


@pytest.fixture
def watch(site: Site) -> Iterator[Watch]:
    """What it complains of fails the journey, at its end."""
    standing = Watch(site.address)
    yield standing
    assert standing.complaints == []


@pytest.fixture
def visit(site: Site, browser: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Open a page as a new visitor: `visit("/", viewport=PHONE)`."""
    contexts: list[BrowserContext] = []

    def open_page(path: str, *, viewport: dict[str, int] = DESKTOP, **options: object) -> Page:
        context = browser.new_context(base_url=site.address, viewport=viewport, locale="zh-CN", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        watch.over(page)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def sessions() -> dict[str, StorageState]:
    """The cookies of who has logged in before, because typing the password each time would take half of all time."""
    return {}


@pytest.fixture
def log_in(visit: Callable[..., Page], site: Site, sessions: dict[str, StorageState]) -> Callable[..., Page]:
    """The desk of one of the demo's people, in a browser of their own: `log_in("office")`."""

    def sign_in(username: str, **options: object) -> Page:
        if username in sessions:
            return visit("/desk/", storage_state=sessions[username], **options)
        page = visit("/accounts/login/", **options)
        enter(page, username=username, password=site.password)
        sessions[username] = page.context.storage_state()
        return page

    return sign_in


def enter(page: Page, *, username: str, password: str) -> None:
    """Fill in the log-in form and wait for the desk."""
    page.get_by_label("用户名或手机号").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/desk/**")


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is now, one line a finding."""
    page.evaluate(f"{AXE_SCRIPT}; 0")
    return list(page.evaluate(RUN_AXE, AXE_TAGS))


def overflows(page: Page) -> int:
    """How many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
