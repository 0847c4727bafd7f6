"""What a browser sees of our promises. The watch adds, on every page of every journey: a strict content
security policy, nothing fetched from another host, no blocked script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import enter
from tests.journeys.watch import policy_gaps

BEHIND_THE_LOG_IN = [
    "/desk/",
    "/desk/plans/",
    "/desk/plans/import/",
    "/desk/plans/import/2/",
    "/desk/plans/330604-2022-2025/",
    "/desk/plans/reports/1/",
    "/desk/plans/evidence/1/",
    "/desk/reports/",
    "/desk/reports/330604-2022-2025/ledger.xlsx",
    "/inbox/",
    "/accounts/",
    "/accounts/audit/",
    "/accounts/organisations/",
]
INLINE = """() => [...document.querySelectorAll("script:not([src], [type='application/json']), style, [style], [onclick], [onload], [onchange], [onsubmit]")]
  .map((one) => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def office(log_in: Callable[..., Page]) -> Page:
    return log_in("office")


def test_who_is_not_logged_in_is_sent_to_the_log_in(visit):
    ask = visit("/").request
    answers = {path: ask.get(path, max_redirects=0) for path in BEHIND_THE_LOG_IN}
    assert [
        path
        for path, answer in answers.items()
        if answer.status != 302 or not answer.headers["location"].startswith("/accounts/login/?next=/")
    ] == []


def test_the_log_in_leads_to_the_page_that_was_asked_for_and_to_no_other_host(visit, site):
    page = visit("/desk/plans/reports/")
    enter(page, username="office", password=site.password)
    asked_for = page.url
    elsewhere = visit("/accounts/login/?next=https://example.org/")
    enter(elsewhere, username="office", password=site.password)
    assert (asked_for, elsewhere.url) == (f"{site.address}/desk/plans/reports/", f"{site.address}/desk/")


def test_scripts_cannot_read_the_session_and_it_ends_with_the_browser(office):
    session = next(one for one in office.context.cookies() if one["name"] == "sessionid")
    seen_by_scripts = office.evaluate("document.cookie")
    assert (session["httpOnly"], session["sameSite"], session["expires"]) == (True, "Lax", -1)
    assert session["value"] not in seen_by_scripts


def test_no_script_or_style_stands_in_the_page_itself(office, browser):
    """As the server sent it: what the chart library paints later is watched by the policy."""
    pages = ["/desk/", "/desk/plans/import/2/", "/desk/plans/330604-2022-2025/", "/styleguide/"]
    sheet = browser.new_page(java_script_enabled=True)
    found = {}
    for path in pages:
        sheet.set_content(office.request.get(path).text(), wait_until="domcontentloaded")
        found[path] = sheet.evaluate(INLINE)
    sheet.close()
    assert [path for path in pages if found[path]] == []


def test_pages_of_the_desk_are_kept_by_no_cache_and_shown_in_no_frame(office):
    headers = office.request.get("/desk/").headers
    assert ("no-store" in headers["cache-control"], headers["x-frame-options"]) == (True, "DENY")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_after_logging_out_the_old_session_opens_nothing(visit, site):
    office = visit("/accounts/login/")
    enter(office, username="office", password=site.password)
    old = office.context.cookies()
    office.locator("summary", has_text="沈知行").click()
    office.get_by_role("button", name="退出登录").click()
    office.wait_for_load_state()
    office.context.add_cookies(old)
    answer = office.request.get("/desk/", max_redirects=0)
    assert answer.status == 302


def test_a_file_of_evidence_is_a_download_that_no_browser_runs(office):
    answer = office.request.get("/desk/plans/evidence/1/")
    headers = answer.headers
    assert answer.ok
    assert headers["content-disposition"].startswith("attachment")
    assert headers["x-content-type-options"] == "nosniff"


def test_a_form_without_its_token_changes_nothing(office):
    answer = office.request.post("/desk/plans/import/", form={"text": "一、总体要求"})
    assert answer.status == 403


def test_the_watch_knows_a_weak_policy():
    assert policy_gaps("default-src 'self'; script-src 'self'", "/") == []
    assert policy_gaps("", "/") != []
    assert policy_gaps("default-src 'self'; script-src 'self' unsafe-inline", "/") != []
    assert policy_gaps("default-src 'self'; img-src https:", "/") != []
