"""A quarter from the unit's desk to the board: write, hand in, be sent back, correct, be accepted."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import overflows

PLAN = "/desk/plans/330604-2022-2025/"
QUARTER = "2025 年第 4 季度"
REASON = "请补上 11 月那一场的签到表，人数以签到表为准。"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def sign_in_list(tmp_path: Path) -> Path:
    path = tmp_path / "11月签到表.csv"
    path.write_text("\ufeff序号,单位,人数\n1,上虞区实验小学,86\n", encoding="utf-8")
    return path


def test_a_unit_reports_is_sent_back_corrects_and_is_accepted(log_in, sign_in_list):
    unit, office = log_in("education"), log_in("office")
    measure = _what_waits(unit).inner_text()
    before = _standing(office, measure=measure), _on_time(office, unit="教体局")

    _write(unit, files=sign_in_list)
    _the_draft_survives(log_in("education"), measure=measure)
    unit.get_by_role("button", name="提交核实").click()
    expect(unit.get_by_text("已提交，等区纲要办核实。")).to_be_visible()
    address = unit.url

    _send_back(office, measure=measure)
    unit.goto("/desk/")
    waiting = unit.locator("#waiting").get_by_role("listitem").first
    expect(waiting).to_contain_text(measure)
    expect(waiting).to_contain_text(REASON)
    _correct(unit, measure=measure)

    office.goto(address)
    expect(office.get_by_text("96 人次")).to_be_visible()
    office.get_by_role("button", name="核实通过", exact=True).click()
    expect(office.get_by_text("已核实，数字计入全区。")).to_be_visible()
    after = _standing(office, measure=measure), _on_time(office, unit="教体局")
    assert (before, after) == (("未填报", "未报"), ("有风险", "迟报"))

    _only_those_entitled_see(address, log_in=log_in)


def test_a_file_of_the_wrong_kind_is_refused_and_nothing_typed_is_lost(log_in, tmp_path):
    unit = log_in("personnel")
    _what_waits(unit).click()
    _fill(unit, text="全区机关干部科学素质专题培训三期。", amount="240")
    wrong = tmp_path / "签到表.docx"
    wrong.write_bytes(PNG)
    unit.get_by_label("添加文件").set_input_files(wrong)
    unit.get_by_role("button", name="提交核实").click()
    refusal = unit.get_by_role("alert").or_(unit.locator(".alert")).filter(has_text="签到表.docx")
    expect(refusal).to_contain_text(re.compile("请|换|另存"))
    expect(unit.get_by_label("本季度做了什么")).to_have_value("全区机关干部科学素质专题培训三期。")
    expect(unit.get_by_role("textbox", name="数值").first).to_have_value("240")


def test_a_half_typed_figure_is_named_when_handing_in_and_kept(log_in):
    unit = log_in("personnel")
    _what_waits(unit).click()
    unit.get_by_label("本季度做了什么").fill("机关干部读书会两次。")
    row = unit.get_by_role("group", name="数字 1")
    row.get_by_label("名称").fill("读书会")
    unit.get_by_role("button", name="提交核实").click()
    expect(row.get_by_text("还没有填").first).to_be_visible()
    expect(row.get_by_label("名称")).to_have_value("读书会")
    unit.reload()
    expect(row.get_by_label("名称")).to_have_value("读书会")
    row.get_by_label("名称").fill("")
    unit.get_by_role("button", name="保存草稿").click()


def test_a_report_is_written_on_a_phone_without_sideways_scrolling(log_in):
    unit = log_in("personnel", viewport={"width": 360, "height": 740})
    _what_waits(unit).click()
    assert overflows(unit) <= 0
    unit.get_by_label("本季度做了什么").fill("在手机上补充一句。")
    unit.get_by_role("button", name="保存草稿").click()
    expect(unit.get_by_text("草稿已保存，可以随时回来继续。")).to_be_visible()
    assert overflows(unit) <= 0


def _what_waits(unit: Page) -> Locator:
    """The report of the fourth quarter that the desk begins with."""
    unit.goto("/desk/")
    row = unit.locator("#waiting").get_by_role("listitem").filter(has_text=QUARTER)
    return row.get_by_role("link").first


def _fill(unit: Page, *, text: str, amount: str) -> None:
    unit.get_by_label("本季度做了什么").fill(text)
    row = unit.get_by_role("group", name="数字 1")
    row.get_by_label("名称").fill("参加人次")
    row.get_by_label("数值").fill(amount)
    row.get_by_label("单位", exact=True).or_(row.get_by_label("计量单位")).fill("人次")


def _write(unit: Page, *, files: Path) -> None:
    _what_waits(unit).click()
    _fill(unit, text="组织专家进校园两场，学生和家长都来了。", amount="86")
    unit.get_by_label("有风险").check()
    unit.get_by_label("添加文件").set_input_files(files)
    unit.get_by_role("button", name="保存草稿").click()
    expect(unit.get_by_text("草稿已保存，可以随时回来继续。")).to_be_visible()


def _the_draft_survives(elsewhere: Page, *, measure: str) -> None:
    """On another computer everything is there."""
    elsewhere.locator("#waiting").get_by_role("link", name=measure).click()
    expect(elsewhere.get_by_label("本季度做了什么")).to_have_value("组织专家进校园两场，学生和家长都来了。")
    expect(elsewhere.get_by_role("textbox", name="数值").first).to_have_value("86")
    expect(elsewhere.get_by_role("link", name="11月签到表.csv")).to_be_visible()
    expect(elsewhere.get_by_label("有风险")).to_be_checked()


def _send_back(office: Page, *, measure: str) -> None:
    office.goto("/desk/plans/reports/")
    mine = office.locator("#verify").get_by_role("listitem").filter(has_text=measure)
    mine.filter(has_text="教体局").get_by_role("link").click()
    expect(office.get_by_role("link", name="11月签到表.csv")).to_be_visible()
    office.get_by_label("退回理由").fill(REASON)
    office.get_by_role("button", name="退回").click()
    expect(office.get_by_text("已退回，单位会收到消息。")).to_be_visible()


def _correct(unit: Page, *, measure: str) -> None:
    unit.locator("#waiting").get_by_role("link", name=measure).click()
    expect(unit.locator("main .alert").first).to_contain_text(REASON)
    unit.get_by_role("textbox", name="数值").first.fill("96")
    unit.get_by_role("button", name="提交核实").click()
    expect(unit.get_by_text("已提交，等区纲要办核实。")).to_be_visible()


def _standing(office: Page, *, measure: str) -> str:
    """What the board says of the measure."""
    office.goto(PLAN)
    row = office.get_by_role("row").filter(has=office.get_by_role("link", name=measure, exact=True))
    return row.locator(".status").first.inner_text().strip()


def _on_time(office: Page, *, unit: str) -> str:
    """What the table of units and quarters says of the unit in the fourth quarter."""
    office.goto(f"{PLAN}periods/")
    table = office.get_by_role("table", name="各单位填报情况")
    heads = [head.split("\n")[0] for head in table.get_by_role("columnheader").all_inner_texts()]
    cells = table.get_by_role("row").filter(has=office.get_by_role("rowheader", name=unit, exact=True))
    return cells.get_by_role("cell").nth(heads.index(QUARTER) - 1).locator(".status").inner_text().strip()


def _only_those_entitled_see(address: str, *, log_in: Callable[..., Page]) -> None:
    """The report and its proof: for the office, the unit and the auditor; for others there is no such page."""
    office = log_in("office")
    office.goto(address)
    proof = office.get_by_role("link", name="11月签到表.csv").get_attribute("href")
    with office.expect_download() as download:
        office.get_by_role("link", name="11月签到表.csv").click()
    assert "上虞区实验小学" in download.value.path().read_text(encoding="utf-8-sig")
    seen = {
        name: [log_in(name).request.get(path, max_redirects=0).status for path in (address, proof)]
        for name in ("education", "auditor", "women", "township", "agriculture")
    }
    assert seen == {
        "education": [200, 200],
        "auditor": [200, 200],
        "women": [404, 404],
        "township": [404, 404],
        "agriculture": [404, 404],
    }
