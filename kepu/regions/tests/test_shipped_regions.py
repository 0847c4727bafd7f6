"""The regions that come with the product."""

from collections import Counter

import pytest
from django.core.management import call_command

from kepu.regions import queries, services
from kepu.regions.codes import is_code, level_of, parent_code
from kepu.regions.models import Level, Region

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def china(django_db_setup, django_db_blocker):
    """Loaded once for all tests here, for it takes a third of a second; what they change is rolled back."""
    with django_db_blocker.unblock():
        services.load_shipped_regions()
    yield
    with django_db_blocker.unblock():
        empty_table()


def empty_table():
    for level in sorted(Level, reverse=True):  # nothing that holds places can be deleted
        Region.objects.filter(level=level).delete()


def region(code):
    return Region.objects.get(code=code.ljust(12, "0"))


def test_all_of_china_down_to_the_county_and_shangyu_down_to_the_village_is_there(china):
    assert Counter(Region.objects.values_list("level", flat=True)) == {
        Level.PROVINCE: 34,
        Level.CITY: 342,
        Level.COUNTY: 2975,
        Level.TOWNSHIP: 20,
        Level.VILLAGE: 364,
    }


def test_every_code_is_valid_and_agrees_with_its_level_and_parent(china):
    wrong = [
        place.code
        for place in Region.objects.all()
        if not is_code(place.code)
        or level_of(place.code) != place.level
        or parent_code(place.code) != (place.parent_id or "")
    ]
    assert wrong == []


def test_only_provinces_lie_in_nothing(china):
    assert set(Region.objects.filter(parent=None).values_list("level", flat=True)) == {Level.PROVINCE}


def test_shangyu_lies_in_shaoxing_and_has_its_twenty_towns(china):
    shangyu = region("330604")
    assert (shangyu.name, shangyu.parent.name, shangyu.parent.parent.name) == ("上虞区", "绍兴市", "浙江省")
    assert [town.name for town in shangyu.children.all()] == [
        *("百官街道", "曹娥街道", "东关街道", "道墟街道", "梁湖街道", "小越街道", "崧厦街道"),
        *("长塘镇", "上浦镇", "汤浦镇", "章镇镇", "下管镇", "丰惠镇", "永和镇", "驿亭镇", "谢塘镇", "盖北镇"),
        *("岭南乡", "陈溪乡", "丁宅乡"),
    ]


def test_names_at_the_city_level_tell_whose_they_are(china):
    named = ["110100", "500200", "419000", "441900"]
    assert [region(code).name for code in named] == [
        "北京市辖区",
        "重庆市辖县",
        "河南省直辖县级行政区",
        "东莞市",
    ]
    assert not Region.objects.filter(
        level=Level.CITY, name__in=["市辖区", "县", "省直辖县级行政区划"]
    ).exists()


def test_a_second_load_does_nothing(china, django_assert_num_queries):
    with django_assert_num_queries(3):  # one read between the ends of a savepoint
        assert services.load_shipped_regions() == 0


def test_a_load_adds_what_is_missing_and_keeps_what_was_renamed(china):
    Region.objects.filter(code="330604001001").delete()
    Region.objects.filter(code="330604001000").update(name="百官新街道")
    assert services.load_shipped_regions() == 1
    assert region("330604001").name == "百官新街道"


def test_the_command_says_how_many_were_added(capsys):
    empty_table()
    call_command("load_regions")
    call_command("load_regions")
    assert capsys.readouterr().out.split() == ["新增地区", "3735", "个。", "新增地区", "0", "个。"]


def test_descendants_are_all_places_within_and_not_the_place_itself(china):
    assert queries.descendants(region("330604")).count() == 384
    assert {place.code[:6] for place in queries.descendants(region("330604"))} == {"330604"}
    assert queries.descendants(region("441900")).count() == 0


def test_ancestors_come_province_first(china):
    village = region("330604001001")
    assert [place.name for place in queries.ancestors(village)] == ["浙江省", "绍兴市", "上虞区", "百官街道"]
    assert queries.ancestors(region("330000")) == []


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("330604001001", "上虞区"),
        ("330604001000", "上虞区"),
        ("330604", "上虞区"),
        ("441900003000", "东莞市"),
        ("110101000000", "东城区"),
        ("330600000000", None),
        ("330000000000", None),
        ("810000", None),
        ("110100", None),
        ("339999000000", None),
        ("没有", None),
        ("", None),
    ],
)
def test_a_place_lies_in_one_county_or_is_above_counties(china, code, name):
    county = queries.county_of(code)
    assert (county and county.name) == name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("330604001", "浙江省绍兴市上虞区百官街道"),
        ("110101", "北京市东城区"),
        ("500229", "重庆市城口县"),
        ("429004", "湖北省仙桃市"),
    ],
)
def test_a_full_name_reads_like_an_address(china, code, name):
    assert queries.full_name(region(code)) == name


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("百官街道", "百官街道"),
        ("百官", "百官街道"),
        (" 百官街道办事处 ", "百官街道"),
        ("百官镇", "百官街道"),
        ("长塘镇人民政府", "长塘镇"),
        ("长塘乡", "长塘镇"),
        ("章镇", "章镇镇"),
        ("章镇镇", "章镇镇"),
        ("岭南", "岭南乡"),
        ("绍兴", None),
        ("镇", None),
        ("街道", None),
        ("", None),
    ],
)
def test_a_town_is_found_however_its_name_ends(china, written, meant):
    town = queries.find_town(written, within=region("330604"))
    assert (town and town.name) == meant


def test_a_name_that_two_towns_fit_equally_finds_neither(china):
    shangyu = region("330604")
    Region.objects.create(code="330604300000", name="百官乡", level=Level.TOWNSHIP, parent=shangyu)
    assert queries.find_town("百官", within=shangyu) is None
    assert queries.find_town("百官街道", within=shangyu).code == "330604001000"


def test_a_town_outside_the_place_is_not_found(china):
    assert queries.find_town("百官街道", within=region("330602")) is None
