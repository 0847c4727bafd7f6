"""What leaves the house as a file says what the page says: ledger, quarterly report, calendar, open data."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import docx
import icalendar
import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

PLAN = "330604-2022-2025"
STANDINGS = ("已完成", "按期", "有风险", "逾期", "未填报", "没有责任单位", "未到期")


@pytest.fixture
def exports(log_in) -> Page:
    """The page of papers, for the plan that has been worked on and its last quarter."""
    office = log_in("office")
    office.get_by_role("navigation", name="工作台导航").get_by_role("link", name="报表").click()
    scope = office.get_by_role("search", name="选择范围")
    scope.get_by_label("季度").select_option(label="2025 年第 4 季度")
    scope.get_by_role("button", name="选定").click()
    return office


def test_the_quarterly_report_says_in_word_and_in_pdf_what_the_page_says(exports):
    card = _card(exports, name="2025 年第 4 季度情况通报")
    owed, handed_in, missing, verified, waiting = _numbers(card.get_by_text("应报").inner_text())
    card.get_by_label("发文字号").fill("虞科纲办〔2026〕1号")
    word = _words_of(_save(exports, card.get_by_role("button", name="下载 Word"), ending=".docx"))
    card.get_by_label("发文字号").fill("虞科纲办〔2026〕1号")
    pdf = _pdf_text(_save(exports, card.get_by_role("button", name="下载 PDF"), ending=".pdf"))
    board = _board(exports)
    for paper in (word, pdf):
        assert "虞科纲办〔2026〕1号" in paper
        assert f"应填报{owed}份" in paper
        assert f"未报{missing}份" in paper
        assert f"其中已核实{verified}份、未核实{waiting}份" in paper
        assert owed == handed_in + missing
        assert all(f"{word}{number}项" in paper for word, number in board.items())


def test_the_ledger_holds_every_measure_with_the_standing_of_the_board(exports):
    book = openpyxl.load_workbook(
        io.BytesIO(_save(exports, exports.get_by_role("link", name="下载 Excel"), ending=".xlsx"))
    )
    rows = [row for row in book["任务台账"].iter_rows(min_row=4, values_only=True) if row[1]]
    standings = [row[6] for row in rows]
    board = _board(exports)
    assert len(rows) == sum(board.values())
    assert {word: standings.count(word) for word in board} == board


def test_a_unit_gets_the_ledger_of_its_own_measures_and_no_papers(log_in):
    unit = log_in("agriculture")
    unit.goto("/desk/reports/")
    expect(unit.get_by_role("button", name="下载 Word")).to_have_count(0)
    book = openpyxl.load_workbook(
        io.BytesIO(_save(unit, unit.get_by_role("link", name="下载 Excel"), ending=".xlsx"))
    )
    leads = {row[3] for row in book["任务台账"].iter_rows(min_row=4, values_only=True) if row[1]}
    assert leads
    assert all("农业农村局" in units for units in leads)
    paper = unit.request.get(f"/desk/reports/{PLAN}/final.docx", max_redirects=0)
    assert (paper.status, paper.headers["location"]) == (302, "/desk/reports/")


def test_the_deadlines_are_in_the_calendar_until_its_address_is_changed(log_in, visit):
    unit = log_in("education")
    unit.goto("/accounts/")
    first = _calendar_address(unit, button="生成地址")
    ask = visit("/").request
    events = icalendar.Calendar.from_ical(ask.get(first).text()).walk("VEVENT")
    assert events
    assert all(event["SUMMARY"] and event["DTSTART"] for event in events)
    second = _calendar_address(unit, button="更换地址")
    assert (ask.get(first).status, ask.get(second).status) == (404, 200)


def test_the_open_data_is_one_click_from_the_public_page_and_says_the_same(visit):
    page = visit(f"/plans/{PLAN}/")
    shown = _figure_of(page, name="我区公民具备科学素质的比例")
    data = json.loads(_save(page, page.get_by_role("link", name=re.compile("JSON")), ending=""))
    targets = _table(_save(page, page.get_by_role("link", name=re.compile("指标.*CSV")), ending=".csv"))
    measures = _table(_save(page, page.get_by_role("link", name=re.compile("举措.*CSV")), ending=".csv"))
    stated = next(one for one in data["targets"] if one["name"] == "我区公民具备科学素质的比例")
    assert {str(stated["value"]), targets[0]["value"]} == {shown}
    counted = re.findall(r"\d+", page.locator(".standing-key").inner_text())
    assert len(measures) == sum(map(int, counted))
    assert {row["standing_zh"] for row in measures} <= set(STANDINGS)


def _card(page: Page, *, name: str) -> Locator:
    return page.locator("section").filter(has=page.get_by_role("heading", name=name, exact=True)).last


def _numbers(text: str) -> list[int]:
    return [int(one) for one in re.findall(r"(\d+) 份", text)]


def _save(page: Page, button: Locator, *, ending: str) -> bytes:
    """Click and take the file that the browser saves."""
    if not ending:
        return page.request.get(button.get_attribute("href") or "").body()
    with page.expect_download() as download:
        button.click()
    assert download.value.suggested_filename.endswith(ending)
    return download.value.path().read_bytes()


def _words_of(document: bytes) -> str:
    return "".join(paragraph.text for paragraph in docx.Document(io.BytesIO(document)).paragraphs)


def _pdf_text(document: bytes) -> str:
    """Without the breaks that the layout puts in."""
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages))


def _table(document: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(document.decode("utf-8-sig"))))


def _board(office: Page) -> dict[str, int]:
    """How many measures stand where, as the plan's page counts them."""
    office.goto(f"/desk/plans/{PLAN}/")
    counts = office.get_by_role("group", name="按进展计数").get_by_role("link").all_inner_texts()
    return {word: int(number) for word, number in (count.split() for count in counts)}


def _calendar_address(page: Page, *, button: str) -> str:
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("button", name="更换地址")).to_be_visible()
    return page.locator("#calendar code").inner_text()


def _figure_of(page: Page, *, name: str) -> str:
    goal = page.get_by_role("article").filter(has=page.get_by_role("heading", name=name))
    return re.findall(r"[\d.]+", goal.locator("p").filter(has_text="%").first.inner_text())[0]
