"""Population figures of regions, by category, with year and source."""

import io

import pytest
from django.core.management import CommandError, call_command

from kepu.regions.models import Level, Margin, PopulationMargin, Region
from kepu.regions.population import CATEGORIES, category_name
from kepu.regions.services import check_margin_csv, load_margin_csv

pytestmark = pytest.mark.django_db

HEADER = "region_code,year,margin,category,count,source\n"
GOOD = HEADER + "330604,2020,sex,1,1234,某公报\n330604000000,2020,性别,女,2345,某公报\n"


@pytest.fixture(autouse=True)
def shangyu():
    return Region.objects.create(code="330604000000", name="上虞区", level=Level.COUNTY)


def load(text, act=load_margin_csv):
    return act(io.StringIO(text), source="margins.csv")


def figures():
    return {(row.margin, row.category): (row.count, row.source) for row in PopulationMargin.objects.all()}


def test_figures_are_kept_under_their_codes_also_when_the_file_writes_names():
    result = load(GOOD)
    assert result.added == 2
    assert figures() == {("sex", "1"): (1234, "某公报"), ("sex", "2"): (2345, "某公报")}


def test_a_figure_loaded_again_replaces_the_old_one():
    load(GOOD)
    result = load(GOOD.replace("1234", "1235"))
    assert (result.added, result.changed, result.unchanged) == (0, 1, 1)
    assert figures()["sex", "1"] == (1235, "某公报")
    assert PopulationMargin.objects.count() == 2


def test_a_check_writes_nothing():
    assert load(GOOD, act=check_margin_csv).added == 2
    assert figures() == {}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("330699,2020,sex,1,5,公报", "没有代码为“330699”的地区"),
        ("330604,20,sex,1,5,公报", "年份“20”应为四位数字"),
        ("330604,2020,height,1,5,公报", "维度“height”应为 total、sex、age、education、residence 之一"),
        ("330604,2020,sex,3,5,公报", "类别“3”应为 1、2 之一"),
        ("330604,2020,age,20-29,5,公报", "类别“20-29”应为 0-17、18-29、30-39、40-49、50-59、60-69、70+ 之一"),
        ("330604,2020,total,all,80.28万,公报", "人数“80.28万”应为不带单位的整数"),
        ("330604,2020,total,all,-5,公报", "人数“-5”应为不带单位的整数"),
        ("330604,2020,total,all,2147483648,公报", "人数“2147483648”应为不带单位的整数"),
        ("330604,2020,total,all,,公报", "人数“”应为不带单位的整数"),
        ("330604,2020,total,all,5,", "没有写来源"),
        ("330604,2020,sex,男,5,公报", "与前面的一行重复"),
    ],
)
def test_a_bad_row_is_listed_with_line_and_reason_and_the_good_rows_are_kept(row, reason):
    result = load(GOOD + row + "\n")
    assert [(error.source, error.line, error.reason) for error in result.errors] == [
        ("margins.csv", 4, reason)
    ]
    assert len(figures()) == 2


def test_every_margin_has_named_categories_that_fit_the_column():
    assert set(CATEGORIES) == set(Margin)
    assert all(len(category) <= 20 for categories in CATEGORIES.values() for category in categories)
    assert category_name("age", "70+") == "70岁及以上"


def test_no_figures_are_shipped():
    call_command("load_regions")
    assert figures() == {}


def test_the_command_loads_lists_errors_and_a_dry_run_writes_nothing(tmp_path, capsys):
    file = tmp_path / "margins.csv"
    file.write_text(GOOD + "330604,2020,total,all,80万,公报\n", encoding="utf-8")
    call_command("load_margins", str(file), "--dry-run")
    assert figures() == {}
    call_command("load_margins", str(file))
    shown = capsys.readouterr()
    assert shown.err.splitlines() == ["margins.csv 第 4 行：人数“80万”应为不带单位的整数"] * 2
    assert shown.out.splitlines()[1] == "新增 2 条，修改 0 条，未变 0 条，未用 1 行。"
    assert len(figures()) == 2


def test_the_command_refuses_a_table_with_other_columns(tmp_path):
    file = tmp_path / "margins.csv"
    file.write_text("地区,人数\n上虞,5\n", encoding="utf-8")
    with pytest.raises(CommandError, match="缺少列 region_code"):
        call_command("load_margins", str(file))
