"""A real browser against a live server, at the sizes and in the looks that people use."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
LOOKS = {
    "light": {},
    "dark": {"theme": "dark"},
    "elder": {"mode": "elder"},
    "elder dark": {"mode": "elder", "theme": "dark"},
}


@pytest.fixture(scope="session", autouse=True)
def _static_root_exists():
    """The live server starts before a test can point elsewhere, and WhiteNoise warns of a missing folder."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def browser():
    # Playwright runs an event loop in this thread; Django would refuse the database calls of the live server.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser, live_server):
    """`open_page("/", width=390, look="elder")` gives the page; what the console said is in `page.said`."""
    contexts = []

    def opened(path, *, width=1280, look="light", **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN", **options)
        contexts.append(context)
        context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in LOOKS[look].items()]
        )
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def barriers():
    """What axe finds on a page, one line per rule: its name and the first element."""

    def found(page):
        return [
            f"{rule['id']}: {rule['nodes'][0]['target']}" for rule in Axe().run(page).response["violations"]
        ]

    return found
