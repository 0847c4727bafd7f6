"""Dates, figures and titles as people write them, and attributes that cannot break out of their element."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

from kepu.core.templatetags import kepu_format

DAY = date(2025, 9, 30)


@pytest.fixture(autouse=True)
def _in_chinese():
    with translation.override("zh-hans"):
        yield


def test_a_day_is_written_out():
    assert kepu_format.day(DAY) == "2025 年 9 月 30 日"


def test_a_day_in_a_list_leaves_out_the_year():
    assert kepu_format.short_day(DAY) == "9 月 30 日"


def test_the_weekday_is_a_word():
    assert kepu_format.weekday(DAY) == "周二"


def test_a_moment_is_told_in_the_time_of_the_district():
    assert kepu_format.moment(datetime(2025, 9, 30, 20, 5, tzinfo=UTC)) == "2025 年 10 月 1 日 04:05"


def test_a_day_without_clock_stays_a_day():
    assert kepu_format.moment_or_day(DAY) == "2025 年 9 月 30 日"


def test_a_missing_date_is_a_dash():
    assert [kepu_format.day(None), kepu_format.moment(None), kepu_format.weekday(None)] == ["—"] * 3


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (18240, "18,240"),
        (Decimal("17.90"), "17.9"),
        (0, "0"),
        ("86", "86"),
        (None, "—"),
        ("", "—"),
        (17.456, "17.46"),
    ],
)
def test_a_figure_has_thousands_and_no_empty_decimals(value, written):
    assert kepu_format.count(value) == written


@pytest.mark.parametrize(("value", "written"), [(30000, "3 万"), (32400, "3.2 万"), (9999, "9,999")])
def test_large_figures_are_told_in_ten_thousands(value, written):
    assert kepu_format.wan(value) == written


def test_ten_thousands_are_not_used_in_english():
    with translation.override("en"):
        assert kepu_format.wan(32400) == "32,400"


def test_a_share_becomes_a_percentage():
    assert kepu_format.percent(Decimal("0.179")) == "17.9%"


def test_the_english_title_is_used_on_english_pages_when_there_is_one():
    goal = SimpleNamespace(title="老年人培训", title_en="Training for elders")
    bare = {"title": "农民培训", "title_en": ""}
    with translation.override("en"):
        assert [kepu_format.localized(goal, "title"), kepu_format.localized(bare, "title")] == [
            "Training for elders",
            "农民培训",
        ]
    assert kepu_format.localized(goal, "title") == "老年人培训"


def test_an_attribute_value_cannot_add_an_attribute():
    page = Template('{% cotton button :data-name="name" %}x{% endcotton %}')
    assert page.render(Context({"name": '"x" onclick="steal()"'})).count("onclick=&quot;steal()&quot;") == 1


def test_markup_in_an_attribute_is_escaped_once():
    page = Template('{% cotton badge data-name="{{ name }}" %}x{% endcotton %}')
    assert 'data-name="甲 &amp; 乙"' in page.render(Context({"name": "甲 & 乙"}))


@pytest.mark.parametrize(
    ("template", "chinese", "english"),
    [
        ("{{ items|listed }}", "甲、乙", "甲, 乙"),
        ("{{ word|as_label }}1", "数值：1", "数值: 1"),
        ("甲{{ word|bracketed }}", "甲（数值）", "甲 (数值)"),
    ],
)
def test_marks_between_pieces_follow_the_language_of_the_page(template, chinese, english):
    shown = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            shown[language] = Template(template).render(Context({"items": ["甲", "乙"], "word": "数值"}))
    assert shown == {"zh-hans": chinese, "en": english}


def test_the_marks_escape_what_they_stand_beside():
    context = Context({"word": "<b>"})
    assert Template("{{ word|as_label }}{{ word|bracketed }}").render(context) == "&lt;b&gt;：（&lt;b&gt;）"


def test_of_a_menu_the_nearest_entry_is_found():
    assert kepu_format.nearest_address("/a/b/c/", "/a/", "/a/b/", "/x/", "") == "/a/b/"
    assert kepu_format.nearest_address("/y/", "/a/") == ""
