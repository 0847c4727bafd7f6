"""From a document to a plan: warnings first, side by side, corrected, kept, settled, confirmed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PHONE, enter, overflows
from tests.site import ROOT, Site

SAMPLE = ROOT / "kepu" / "plans" / "samples" / "shangyu-2026-2030.docx"
DOWNLOADED = ROOT.parent / "shared" / "shangyu-plan.txt"
PLAN = "/desk/plans/330604-2022-2025/"
TASKS = [
    "青少年科学素质提升行动",
    "农民科学素质提升行动",
    "产业工人科学素质提升行动",
    "老年人科学素质提升行动",
    "领导干部和公务员科学素质提升行动",
    "科技资源科普化工程",
    "科普数字化赋能工程",
    "科普基础设施工程",
    "基层科普能力提升工程",
]
needs_the_download = pytest.mark.skipif(
    not DOWNLOADED.exists(), reason="the downloaded plan does not lie beside the checkout"
)


@pytest.fixture
def come_back(visit: Callable[..., Page], site: Site) -> Callable[[Page], Page]:
    """Close the browser, open another, log in again and go on with the newest draft."""

    def returned(page: Page) -> Page:
        address = page.url.split("#")[0]
        page.context.close()
        again = visit("/accounts/login/")
        enter(again, username="office", password=site.password)
        again.locator(f'#waiting a[href="{address.removeprefix(site.address)}"]').click()
        return again

    return returned


@pytest.fixture
def office(visit: Callable[..., Page], site: Site) -> Page:
    page = visit("/accounts/login/")
    enter(page, username="office", password=site.password)
    return page


@needs_the_download
def test_the_districts_real_plan_becomes_an_amendment_that_carries_progress_over(office, come_back):
    office.goto(f"{PLAN}?action=1")
    reported = _standings(office)
    assert len(reported) > 2
    _upload(office, DOWNLOADED)
    _warnings_stand_first_and_source_beside_structure(office)
    expect(_bar(office)).to_contain_text("9 项任务，27 条举措，2 项指标")
    _answer_for_the_task_without_owners(office)

    office = come_back(office)
    expect(_bar(office)).to_contain_text("还有 1 件事没办，暂不能确认")
    _settle_the_unknown_unit(office)
    office.get_by_role("link", name="去确认").click()
    expect(office.locator("main")).to_contain_text("27 条")
    expect(office.get_by_role("heading", name="和现行方案相比")).to_be_visible()
    _a_reason_is_required(office)

    expect(office.get_by_role("heading", level=1)).to_contain_text("全民科学素质行动规划纲要实施方案")
    expect(office.locator(".page-head")).to_contain_text("第 2 版")
    expect(_measures(office)).to_have_count(27)
    assert [office.get_by_role("heading", name=task, exact=True).count() for task in TASKS] == [1] * 9
    office.goto(f"{PLAN}?action=1")
    assert _standings(office) == reported


def test_the_sample_plan_is_corrected_kept_and_confirmed(office, come_back):
    _upload(office, SAMPLE)
    old, new = "鼓励加大科普创作", "鼓励科普创作和改编"
    _rename(office, old=old, new=new)
    _bar(office).get_by_role("button", name="撤销").click()
    expect(office.get_by_role("link", name=old, exact=True)).to_be_visible()
    _bar(office).get_by_role("button", name="恢复").click()
    expect(office.get_by_role("link", name=new, exact=True)).to_be_visible()

    office = come_back(office)
    expect(office.get_by_role("link", name=new, exact=True)).to_be_visible()
    office.get_by_role("link", name="去确认").click()
    office.get_by_role("button", name="确认，成为方案").click()
    expect(office.get_by_role("heading", level=1)).to_contain_text("绍兴市上虞区全民科学素质行动实施方案")
    expect(_measures(office)).to_have_count(31)
    expect(_measures(office).get_by_role("link", name=new)).to_be_visible()
    office.goto("/desk/plans/")
    expect(office.locator("main")).to_contain_text("2026–2030")


def test_a_pasted_text_without_years_is_settled_on_a_phone(log_in):
    office = log_in("office", viewport=PHONE)
    office.goto("/desk/plans/import/")
    text = "上虞区公民科学素质行动计划\n一、主要任务\n（一）农民科学素质提升行动\n1. 办好农村科普夜校。由农业农村局牵头。\n"
    office.get_by_label("或者粘贴全文").fill(text)
    office.get_by_role("button", name="开始识别").click()
    expect(_bar(office)).to_contain_text("没有识别出起止年份，请填写。")
    assert overflows(office) <= 0
    office.get_by_role("navigation", name="这一页的三部分").get_by_role("link", name="结构").click()
    office.locator("#document").get_by_role("link", name="修改").click()
    office.get_by_label("起始年").fill("2027")
    office.get_by_label("结束年").fill("2029")
    office.locator("details", has=office.get_by_label("起始年")).get_by_role("button", name="保存").click()
    expect(_bar(office)).to_contain_text("可以确认了")
    assert overflows(office) <= 0
    office.get_by_role("link", name="去确认").click()
    office.get_by_text("不导入了", exact=True).click()
    office.get_by_role("button", name="放弃这次导入").click()
    expect(office.get_by_text("已放弃这次导入，原文和更正仍留有记录。")).to_be_visible()


def test_a_bad_document_is_refused_with_what_to_do_and_the_pasted_text_stays(log_in, tmp_path):
    office = log_in("office")
    picture = tmp_path / "方案.docx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    empty = tmp_path / "空白.txt"
    empty.write_bytes(b"")
    told = {}
    for path in (picture, empty):
        office.goto("/desk/plans/import/")
        office.get_by_label("或者粘贴全文").fill("一、总体要求")
        told[path.name] = _refusal_of(office, path)
        expect(office.get_by_label("或者粘贴全文")).to_have_value("一、总体要求")
    office.goto("/desk/plans/import/")
    told["nothing"] = _refusal_of(office, None)
    assert all("请" in sentence for sentence in told.values()), told
    assert len(set(told.values())) == 3


def test_a_text_too_long_to_send_is_refused_with_what_to_do_and_is_still_there(log_in, watch):
    watch.expect_status(413)
    office = log_in("office")
    office.goto("/desk/plans/import/")
    office.evaluate("document.querySelector('textarea').value = '第一条任务。'.repeat(70_000)")
    office.get_by_role("button", name="开始识别").click()
    expect(office.get_by_role("heading", level=1)).to_have_text("内容太长，没有收下")
    expect(office.locator("main")).to_contain_text("上传")
    office.go_back()
    assert office.evaluate("document.querySelector('textarea').value.length") == 420_000


def _upload(office: Page, path: Path) -> None:
    """By the way a person takes: plans, import, choose a file."""
    office.get_by_role("navigation", name="工作台导航").get_by_role("link", name="方案").click()
    office.get_by_role("link", name="导入方案").click()
    office.get_by_label("方案文件").set_input_files(path)
    office.get_by_role("button", name="开始识别").click()
    expect(office.get_by_role("heading", name="核对方案")).to_be_visible()


def _refusal_of(office: Page, path: Path | None) -> str:
    if path:
        office.get_by_label("方案文件").set_input_files(path)
    office.get_by_role("button", name="开始识别").click()
    return office.locator(".field-error").first.inner_text()


def _bar(office: Page) -> Locator:
    return office.get_by_role("region", name="导入进度")


def _warnings_stand_first_and_source_beside_structure(office: Page) -> None:
    warnings = office.get_by_role("region", name="需要看一眼的地方")
    for said in ("20222025", "银铃", "大蓬车", "中断", "没有写明责任单位", "(A)"):
        expect(warnings).to_contain_text(said)
    boxes = [office.locator(f"#{name}").bounding_box() or {} for name in ("warnings", "structure", "source")]
    assert boxes[0]["y"] < boxes[1]["y"]
    assert boxes[2]["x"] >= boxes[1]["x"] + boxes[1]["width"]
    warnings.get_by_text("银铃", exact=True).click()
    expect(office.locator("#source .is-current").first).to_be_in_viewport()


def _panel(office: Page, *, name: str) -> Locator:
    """The corrections of an item, opened by its link."""
    office.get_by_role("link", name=f"修改 {name}", exact=True).click()
    panel = office.locator("[data-panel]")
    expect(panel).to_be_visible()
    return panel


def _rename(office: Page, *, old: str, new: str) -> None:
    panel = _panel(office, name=old)
    panel.get_by_role("textbox", name="名称", exact=True).first.fill(new)
    panel.get_by_role("button", name="保存").first.click()
    expect(office.get_by_role("link", name=new, exact=True)).to_be_visible()


def _answer_for_the_task_without_owners(office: Page) -> None:
    """Name who answers for the ninth task: one unit of the roster, and one that nobody knows. Undo it and redo it."""
    panel = _panel(office, name=TASKS[8])
    panel.get_by_label("牵头单位").fill("区科协、区科普协作联盟")
    panel.locator("form", has=office.get_by_label("牵头单位")).get_by_role("button", name="保存").click()
    expect(_bar(office)).to_contain_text("区科普协作联盟")
    _bar(office).get_by_role("button", name="撤销").click()
    expect(_bar(office)).to_contain_text("可以确认了")
    _bar(office).get_by_role("button", name="恢复").click()
    expect(_bar(office)).to_contain_text("区科普协作联盟")


def _settle_the_unknown_unit(office: Page) -> None:
    units = office.locator("#units")
    units.get_by_role("link", name="区科普协作联盟").last.click()
    units.get_by_label("名册中的单位").select_option(label="应急管理局")
    units.get_by_role("button", name="就是它").click()
    expect(_bar(office)).to_contain_text("可以确认了")


def _a_reason_is_required(office: Page) -> None:
    office.get_by_role("button", name="确认修订").click()
    assert office.get_by_label("修订说明").evaluate("field => field.matches(':invalid')")
    office.get_by_label("修订说明").fill("换成印发的正式文本。")
    office.get_by_role("button", name="确认修订").click()
    expect(office.get_by_text("第 2 版。")).to_be_visible()


def _measures(office: Page) -> Locator:
    return office.locator("main table").get_by_role("rowheader")


def _standings(office: Page) -> list[str]:
    """What the board says of each measure of a task."""
    return [row.strip() for row in office.locator("main tbody .status").all_inner_texts()]
