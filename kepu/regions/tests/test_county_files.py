"""Loading another county's towns and villages from CSV files."""

import io

import pytest
from django.core.management import CommandError, call_command

from kepu.regions.division_csv import DivisionFile
from kepu.regions.models import Level, Region
from kepu.regions.services import (
    NothingOfTheCounty,
    UnknownCounty,
    check_division_csv,
    load_division_csv,
)

pytestmark = pytest.mark.django_db

STREETS = """code,name,areaCode,provinceCode,cityCode
330602001,"塔山街道",330602,33,3306
330602002,"府山街道",330602,33,3306
330604001,"百官街道",330604,33,3306
"""
VILLAGES = """code,name,streetCode,provinceCode,cityCode,areaCode
330602001001,"和畅堂社区",330602001,33,3306,330602
330602002001,"胜利社区",330602002,33,3306,330602
330604001001,"龙山社区",330604001,33,3306,330604
"""


@pytest.fixture(autouse=True)
def yuecheng():
    """越城区 and what lies above it, with nothing within."""
    province = Region.objects.create(code="330000000000", name="浙江省", level=Level.PROVINCE)
    city = Region.objects.create(code="330600000000", name="绍兴市", level=Level.CITY, parent=province)
    return Region.objects.create(code="330602000000", name="越城区", level=Level.COUNTY, parent=city)


def load(streets=STREETS, villages=VILLAGES, county="330602", act=load_division_csv):
    return act(
        DivisionFile("streets.csv", io.StringIO(streets)),
        villages=DivisionFile("villages.csv", io.StringIO(villages)),
        county_code=county,
    )


def errors(result):
    return [(error.source, error.line, error.reason) for error in result.errors]


def test_the_towns_and_villages_of_the_county_are_added_and_those_of_others_passed_over():
    result = load()
    assert (result.added, result.changed, result.unchanged, result.errors) == (4, 0, 0, ())
    village = Region.objects.get(code="330602001001")
    assert (village.name, village.level, village.parent.name) == ("和畅堂社区", Level.VILLAGE, "塔山街道")
    assert not Region.objects.filter(code__startswith="330604").exists()


def test_a_second_load_changes_nothing():
    load()
    result = load()
    assert (result.added, result.changed, result.unchanged) == (0, 0, 4)


def test_a_changed_name_is_taken_over_and_a_place_the_files_lack_stays():
    load()
    result = load(streets=STREETS.replace("府山", "府山新"), villages=VILLAGES.split("\n")[0])
    assert (result.added, result.changed, result.unchanged) == (0, 1, 1)
    assert Region.objects.get(code="330602002000").name == "府山新街道"
    assert Region.objects.filter(code="330602001001").exists()


def test_a_check_says_the_same_and_writes_nothing():
    assert load(act=check_division_csv).added == 4
    assert not Region.objects.filter(level__gte=Level.TOWNSHIP).exists()


@pytest.mark.parametrize("county", ["330699", "33", "330600", "330602001000", "", "越城区"])
def test_a_code_that_is_no_known_county_is_refused(county):
    with pytest.raises(UnknownCounty):
        load(county=county)


def test_files_without_anything_of_the_county_are_refused():
    with pytest.raises(NothingOfTheCounty, match="越城区"):
        load(streets=STREETS.split("\n")[0], villages=VILLAGES.split("\n")[0])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("33060200,塔山街道,330602", "代码“33060200”应为 9 位数字"),
        ("33060200x,塔山街道,330602", "代码“33060200x”应为 9 位数字"),
        (",塔山街道,330602", "代码“”应为 9 位数字"),
        ("3.30602E+08,塔山街道,330602", "代码 3.30602E+08 已被表格软件改写，请把该列设为文本"),
        ("330602003,,330602", "名称为空"),
        (f"330602003,{'长' * 61},330602", "名称超过 60 个字"),
        ("330602001,又一个,330602", "代码 330602001 重复"),
        ("330603001,别处街道,330602", "代码 330603001 与 areaCode“330602”不一致"),
        ("330602003,某街道", "代码 330602003 与 areaCode“”不一致"),
        ("330602000,越城区,330602", "代码 330602000 不是乡级代码"),
    ],
)
def test_a_bad_town_row_is_listed_with_line_and_reason_and_the_good_rows_are_kept(row, reason):
    result = load(streets=f"{STREETS}\n{row}\n")
    assert errors(result) == [("streets.csv", 6, reason)]  # an empty line counts as a line
    assert result.added == 4


def test_a_village_of_a_town_that_is_nowhere_is_listed():
    result = load(villages=VILLAGES + '330602009001,"某村",330602009,33,3306,330602\n')
    assert errors(result) == [("villages.csv", 5, "没有代码为 330602009 的乡镇街道")]


def test_a_village_may_lie_in_a_town_loaded_before():
    load()
    more = VILLAGES + '330602001002,"某社区",330602001,33,3306,330602\n'
    result = load(streets=STREETS.split("\n")[0], villages=more)
    assert (result.added, result.errors) == (1, ())


def test_a_city_without_counties_is_loaded_like_a_county(yuecheng):
    Region.objects.create(code="440000000000", name="广东省", level=Level.PROVINCE)
    Region.objects.create(code="441900000000", name="东莞市", level=Level.CITY, parent_id="440000000000")
    streets = "code,name,areaCode\n441900003,东城街道,441900\n"
    result = load(streets=streets, villages="code,name,areaCode\n", county="441900")
    assert result.added == 1
    assert Region.objects.get(code="441900003000").parent_id == "441900000000"


@pytest.fixture
def files(tmp_path):
    def write(streets=STREETS, villages=VILLAGES, encoding="utf-8"):
        (tmp_path / "streets.csv").write_bytes(streets.encode(encoding))
        (tmp_path / "villages.csv").write_bytes(villages.encode(encoding))
        return ["--streets", str(tmp_path / "streets.csv"), "--villages", str(tmp_path / "villages.csv")]

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_command_reads_the_encodings_that_spreadsheets_save(files, encoding, capsys):
    call_command("load_county", "--county", "330602", *files(encoding=encoding))
    assert capsys.readouterr().out == "新增 4 条，修改 0 条，未变 0 条，未用 0 行。\n"
    assert Region.objects.get(code="330602001000").name == "塔山街道"


def test_the_command_lists_bad_rows_and_a_dry_run_writes_nothing(files, capsys):
    arguments = files(streets=STREETS + "330602003,,330602\n")
    call_command("load_county", "--county", "330602", "--dry-run", *arguments)
    shown = capsys.readouterr()
    assert shown.err == "streets.csv 第 5 行：名称为空\n"
    assert "没有写入" in shown.out
    assert not Region.objects.filter(level__gte=Level.TOWNSHIP).exists()


def test_the_command_says_which_county_it_does_not_know(files):
    with pytest.raises(CommandError, match="没有代码为“330699”的县"):
        call_command("load_county", "--county", "330699", *files())


def test_the_command_says_which_columns_are_missing(files):
    with pytest.raises(CommandError, match=r"streets\.csv 缺少列 areaCode"):
        call_command("load_county", "--county", "330602", *files(streets="code,name\n"))


def test_the_command_says_that_a_file_is_not_there(files, tmp_path):
    arguments = files()
    (tmp_path / "villages.csv").unlink()
    with pytest.raises(CommandError, match=r"无法读取 .*villages\.csv"):
        call_command("load_county", "--county", "330602", *arguments)


def test_the_command_refuses_a_file_that_is_no_text(files, tmp_path):
    arguments = files()
    (tmp_path / "streets.csv").write_bytes(b"\x89PNG\xff\xff\xff\xff")
    with pytest.raises(CommandError, match=r"streets\.csv 不是 UTF-8 或 GB18030"):
        call_command("load_county", "--county", "330602", *arguments)
