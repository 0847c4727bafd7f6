"""Make the pictures of the README and the docs anew from a fresh demo district: `make screenshots`."""

from __future__ import annotations

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402 - the tree must be on the path first

from tests.site import BROWSER, BROWSER_OPTIONS, Site, running_site  # noqa: E402

FOLDER = ROOT / "docs" / "images"
WIDTHS = {390: 844, 1280: 900}
PICTURES = [
    # name, page, who (nobody is a visitor), mode
    ("home", "/", "", "standard"),
    ("home-elder", "/", "", "elder"),
    ("plan", "/plans/330604-2022-2025/", "", "standard"),
    ("desk", "/desk/", "office", "standard"),
    ("unit", "/desk/", "education", "standard"),
    ("import", "/desk/plans/import/2/", "office", "standard"),
]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_OPTIONS)
        for width, height in WIDTHS.items():
            for name, path, who, mode in PICTURES:
                page = _opened(browser, site, size={"width": width, "height": height}, who=who, mode=mode)
                page.goto(path)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=FOLDER / f"{name}-{width}.png")
                page.context.close()
        browser.close()
    print(f"{len(PICTURES) * len(WIDTHS)} pictures in {FOLDER.relative_to(ROOT)}")


def _opened(browser: Browser, site: Site, *, size: dict[str, int], who: str, mode: str) -> Page:
    context = browser.new_context(base_url=site.address, viewport=size, locale="zh-CN")
    context.add_cookies([{"name": "mode", "value": mode, "url": site.address}])
    page = context.new_page()
    if who:
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(who)
        page.locator("input[name=password]").fill(site.password)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/desk/**")
    return page


if __name__ == "__main__":
    main()
