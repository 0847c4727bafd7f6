"""The same work with the keyboard alone: Tab, Enter, Space, arrows. Where one is can always be seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

MOST_STOPS = 250
# What has the focus, what it is called, and whether that can be seen: marked, in the window, under nothing.
FOCUS = """async () => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const name = [one.labels?.[0]?.innerText, one.getAttribute("aria-label"), one.innerText, one.value].find((text) => text?.trim());
  const style = getComputedStyle(one);
  const marked = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  const isShown = () => {
    const box = one.getBoundingClientRect();
    const [x, y] = [box.x + Math.min(box.width / 2, 20), box.y + Math.min(box.height / 2, 12)];
    const top = document.elementFromPoint(x, y);
    return y >= 0 && y <= innerHeight && top && (one.contains(top) || top.contains(one) || one.labels?.[0]?.contains(top));
  };
  const patience = performance.now() + 2000;  // it may still scroll, slowly where the machine is busy
  while (performance.now() < patience && !isShown()) await new Promise(requestAnimationFrame);
  const shown = isShown();
  return { name: (name || "").trim(), role: one.localName, marked, shown: Boolean(shown), html: one.outerHTML.slice(0, 120) };
}"""


def press_until(page: Page, name: str, *, key: str = "Tab", role: str = "") -> None:
    """Go on with the key until what is called so has the focus; every stop on the way must be visible."""
    wanted = re.compile(name, re.DOTALL)  # what a link says may be on two lines
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        stop = page.evaluate(FOCUS)
        if stop is None:
            continue
        if not stop[
            "shown"
        ]:  # a chart drawn just then moves what stands below it: one step back and forth, as people do
            page.keyboard.press("Tab" if key == "Shift+Tab" else "Shift+Tab")
            page.keyboard.press(key)
            stop = page.evaluate(FOCUS)
        assert stop["marked"], f"the focus is not marked on {stop['html']}"
        assert stop["shown"], f"the focus is hidden on {stop['html']}"
        if wanted.search(stop["name"]) and role in ("", stop["role"]):
            return
    raise AssertionError(f"no key press leads to {name}")


def log_in_by_keyboard(page: Page, *, username: str, password: str) -> None:
    press_until(page, "用户名或手机号", role="input")
    page.keyboard.type(username)
    press_until(page, "密码", role="input")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/**")


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    path = tmp_path / "通知.txt"
    path.write_text("演示：虚构的培训通知", encoding="utf-8")
    return path


def test_a_unit_logs_in_writes_a_report_and_hands_it_in(visit, site, proof):
    page = visit("/accounts/login/")
    log_in_by_keyboard(page, username="labour", password=site.password)
    press_until(page, "跳到正文")
    page.keyboard.press("Enter")
    press_until(page, "深入开展重点专项科普")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press_until(page, "本季度做了什么", role="textarea")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("应急志愿队进企业六场，工人自己动手演练。")
    press_until(page, "按期", role="input")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("有风险")).to_be_checked()
    page.keyboard.press("ArrowUp")
    press_until(page, "添加文件", role="input")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(proof)
    press_until(page, "提交核实")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已提交，等区纲要办核实。")).to_be_visible()
    expect(page.get_by_role("link", name="通知.txt")).to_be_visible()


def test_the_office_corrects_a_draft_and_stays_where_it_was(log_in):
    page = log_in("office")
    page.goto("/desk/plans/import/")
    page.get_by_label("或者粘贴全文").fill(
        "上虞区科普行动方案（2031—2032年）\n一、主要任务\n（一）农民行动\n"
        "1. 办好科普夜校。由农业农村局牵头。\n2. 开好科普集市。由科协牵头。\n"
    )
    page.get_by_role("button", name="开始识别").click()
    press_until(page, "^修改.*办好科普夜校")
    page.keyboard.press("Enter")
    panel = page.locator("[data-panel]")
    expect(panel).to_be_visible()
    title = panel.get_by_role("textbox", name="名称", exact=True).first
    expect(title).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("办好农村科普夜校")
    press_until(page, "^保存$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="办好农村科普夜校", exact=True).first).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "m-0-0"
    press_until(page, "撤销", key="Shift+Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("link", name="办好科普夜校", exact=True).first).to_be_visible()
    _give_up(page)


def test_the_menu_opens_with_enter_and_escape_gives_the_focus_back(log_in):
    page = log_in("office")
    press_until(page, "沈知行", role="summary")
    page.keyboard.press("Enter")
    press_until(page, "我的账号")
    page.keyboard.press("Escape")
    assert page.evaluate(FOCUS)["name"] == "沈知行"
    expect(page.get_by_role("link", name="我的账号")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 360])
def test_every_stop_on_the_pages_used_most_can_be_seen(log_in, width):
    page = log_in("office", viewport={"width": width, "height": 800})
    for path in ("/desk/", "/desk/plans/import/", "/desk/plans/reports/28/", "/desk/reports/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")  # charts are drawn last, and what stands below them moves
        press_until(page, "公开首页")


def _give_up(page: Page) -> None:
    """Leave no draft behind."""
    page.get_by_role("link", name="去确认").click()
    page.get_by_text("不导入了", exact=True).click()
    page.get_by_role("button", name="放弃这次导入").click()
