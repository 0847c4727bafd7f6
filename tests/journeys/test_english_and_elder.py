"""The other ways to look at the same pages: English, elder mode, dark, paper, a narrow phone, no script."""

from __future__ import annotations

import re
from collections.abc import Iterator

import docx
import polib
import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, overflows
from tests.site import ROOT

PLAN = "330604-2022-2025"
PUBLIC = ["/", f"/plans/{PLAN}/", "/accounts/login/"]
DESK = [
    "/desk/",
    "/desk/plans/",
    f"/desk/plans/{PLAN}/",
    f"/desk/plans/{PLAN}/periods/",
    "/desk/plans/measures/2/",
    "/desk/plans/targets/1/",
    "/desk/plans/import/",
    "/desk/plans/import/2/",
    "/desk/plans/reports/",
    "/desk/plans/reports/4/",
    "/desk/plans/assessments/",
    "/desk/reports/",
    "/accounts/",
    "/accounts/organisations/",
    "/desk/vocabulary/",
    "/inbox/",
]
# Data that is also a word of ours: units of counting, a group, names of units, a chapter of the plan.
DATA_LIKE_WORDS_OF_OURS = {
    "人次",
    "倍",
    "老年人",
    "培训老年人",
    "科协",
    "区纲要办",
    "其他成员单位",
    "保障措施",
}
# What is about Chinese papers themselves: the names of their fonts, and what a document number looks like.
OF_CHINESE_PAPERS = "方正小标宋简体 仿宋_GB2312 黑体 楷体_GB2312 宋体 虞科纲办〔2025〕7号"
HAN = re.compile(r"[\u4e00-\u9fff]+")
# Every word on the page, seen or spoken. What the reader of plans says of a Chinese document is said in Chinese.
WORDS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("[lang|=zh], script, template, option, textarea, .warning-row")) found.push(walker.currentNode.data);
  }
  for (const one of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (one.hasAttribute(name)) found.push(one.getAttribute(name));
  return found;
}"""
SMALL_TEXT = """(least) => [...document.querySelectorAll("body *")]
  .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((one) => one.getClientRects().length && !one.closest(".visually-hidden, svg, .skip-link"))
  .filter((one) => parseFloat(getComputedStyle(one).fontSize) < least)
  .map((one) => `${getComputedStyle(one).fontSize} ${one.outerHTML.slice(0, 90)}`)"""
SMALL_TARGETS = """(least) => [...document.querySelectorAll("button, .button, select, summary, input, .site-header a")]
  .filter((one) => one.getClientRects().length && !one.closest(".visually-hidden, .skip-link"))
  .filter((one) => !["checkbox", "radio", "hidden"].includes(one.type) && !one.classList.contains("skip-link"))
  .filter((one) => one.getBoundingClientRect().height < least)
  .map((one) => `${one.getBoundingClientRect().height} ${one.outerHTML.slice(0, 90)}`)"""


@pytest.fixture(scope="module")
def data() -> str:
    """Every Chinese text that is the district's own and not ours: plan, units, people, reports, words of the plan."""
    return "\n".join([settings.SITE_NAME, OF_CHINESE_PAPERS, *DATA_LIKE_WORDS_OF_OURS, *_texts()])


@pytest.fixture(scope="module")
def interface() -> set[str]:
    """Every Chinese text of the interface, as the catalogue of translations lists it."""
    catalogue = polib.pofile(str(ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"))
    return {entry.msgid for entry in catalogue} - DATA_LIKE_WORDS_OF_OURS


def _texts() -> Iterator[str]:
    for folder in ("demo", "accounts", "core", "plans"):
        for path in sorted((ROOT / "kepu" / folder / "data").glob("*.y*ml")):
            yield path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "kepu" / "plans" / "samples").glob("*.docx")):
        yield from (paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    for path in sorted((ROOT / "kepu" / "demo").glob("*.py")):
        yield path.read_text(encoding="utf-8")


def left_in_chinese(page: Page, *, data: str, interface: set[str]) -> list[str]:
    """The Chinese words on an English page that are not data."""
    words = {word.strip() for word in page.evaluate(WORDS) if HAN.search(word)}
    return sorted(
        word for word in words if word in interface or any(run not in data for run in HAN.findall(word))
    )


def test_the_search_for_chinese_words_finds_them(visit, data, interface):
    assert len(left_in_chinese(visit("/"), data=data, interface=interface)) > 5


@pytest.mark.parametrize("paths", [PUBLIC, DESK], ids=["public", "desk"])
def test_in_english_no_word_of_the_interface_is_left_in_chinese(visit, log_in, paths, data, interface):
    page = visit("/") if paths is PUBLIC else log_in("office")
    page.locator("summary", has_text="显示和语言").click()
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    found = {}
    for path in paths:
        page.goto(path)
        found[path] = left_in_chinese(page, data=data, interface=interface)
    assert {path: words for path, words in found.items() if words} == {}


def test_english_is_remembered_and_chinese_is_one_click_away(visit):
    page = visit("/language/?language=en&next=/")
    page.goto(f"/plans/{PLAN}/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_contain_text("science literacy")
    page.locator("summary", has=page.locator(".menu-label")).first.click()
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert page.url.endswith(f"/plans/{PLAN}/")


@pytest.mark.parametrize("who", ["visitor", "office"])
def test_elder_mode_has_large_text_and_large_targets_and_stays(visit, log_in, who):
    page, paths = (visit("/"), PUBLIC) if who == "visitor" else (log_in("office"), DESK)
    page.get_by_role("link", name="长辈模式").click()
    found = {}
    for path in paths:
        page.goto(path)
        assert page.locator("html").get_attribute("data-mode") == "elder"
        found[path] = page.evaluate(SMALL_TEXT, 18) + page.evaluate(SMALL_TARGETS, 60)
    assert {path: small for path, small in found.items() if small} == {}
    page.get_by_role("link", name="标准版").click()
    assert page.locator("html").get_attribute("data-mode") == "standard"


@pytest.mark.parametrize("look", ["mode=standard&theme=light", "mode=elder&theme=dark"])
def test_nothing_is_wider_than_a_narrow_phone(visit, log_in, look):
    found = {}
    for page, paths in ((visit("/", viewport=PHONE), PUBLIC), (log_in("office", viewport=PHONE), DESK)):
        page.goto(f"/mode/?{look}&next=/accounts/login/")
        for path in paths:
            page.goto(path)
            found[path] = overflows(page)
    assert {path: wide for path, wide in found.items() if wide > 0} == {}


def test_in_english_nothing_is_wider_than_a_narrow_phone(log_in):
    page = log_in("office", viewport=PHONE)
    page.goto("/language/?language=en&next=/accounts/login/")
    found = {}
    for path in [*PUBLIC[:2], *DESK]:
        page.goto(path)
        found[path] = overflows(page)
    assert {path: wide for path, wide in found.items() if wide > 0} == {}


def test_dark_is_dark_and_follows_the_system_until_somebody_chooses(visit):
    follows = visit("/", color_scheme="dark")
    assert _brightness(follows) < 60
    follows.locator("summary", has_text="显示和语言").click()
    follows.get_by_role("link", name="浅色").click()
    assert _brightness(follows) > 200


@pytest.mark.parametrize("path", [f"/plans/{PLAN}/", f"/desk/plans/{PLAN}/", "/desk/plans/reports/4/"])
def test_on_paper_there_is_the_content_and_nothing_to_click(log_in, path):
    page = log_in("office")
    page.goto(path)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert (
        page.locator("header.site-header, footer.site-footer, .skip-link").locator("visible=true").count()
        == 0
    )
    assert page.get_by_role("button").locator("visible=true").count() == 0
    assert overflows(page) <= 0


def test_without_script_every_page_still_says_and_does_everything(log_in):
    page = log_in("office", java_script_enabled=False)
    page.goto("/desk/plans/import/2/")
    page.get_by_role("link", name=re.compile("改.*实施全链条青少年科学教育")).click()
    page.get_by_role("textbox", name="名称", exact=True).first.fill("实施科学教育全链条行动")
    page.get_by_role("button", name="保存").first.click()
    expect(page.get_by_role("link", name="实施科学教育全链条行动", exact=True).first).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("link", name="实施全链条青少年科学教育", exact=True).first).to_be_visible()


def _brightness(page: Page) -> float:
    """Of the ground of the page, 0 black to 255 white."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(float(part) for part in re.findall(r"[\d.]+", colour)[:3]) / 3
