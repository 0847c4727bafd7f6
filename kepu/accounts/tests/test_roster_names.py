"""A plan writes a unit's name in many ways; the roster knows which unit is meant, or says that it does not."""

import pytest

from kepu.accounts import queries
from kepu.regions.models import Level
from tests.factories.accounts import make_organisation, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    city = make_region("330600000000", name="绍兴市", level=Level.CITY)
    return make_region(parent=city)


@pytest.fixture
def education(region):
    return make_organisation("上虞区教育体育局", short_name="区教体局", aliases=["教体局"], region=region)


@pytest.mark.parametrize(
    "written",
    [
        "区教体局",
        "教体局",
        "上虞区教育体育局",
        "绍兴市上虞区教育体育局",
        "教育体育局",
        "区教育体育局(牵头)",
        "区　教体局",
        "“区教体局”",
    ],
)
def test_every_usual_spelling_finds_the_unit(region, education, written):
    assert queries.find_organisation(written, region=region) == education


def test_the_city_unit_is_not_taken_for_the_district_unit(region, education):
    assert queries.find_organisation("市教育体育局", region=region) is None


def test_a_bureau_whose_name_starts_with_the_word_market_is_found_with_and_without_the_district(region):
    bureau = make_organisation("上虞区市场监管局", short_name="区市场监管局", region=region)
    assert [queries.find_organisation(name, region=region) for name in ("市场监管局", "区市场监管局")] == [
        bureau,
        bureau,
    ]


def test_a_street_office_is_found_under_its_three_names(region):
    street = make_organisation("百官街道", region=region)
    names = ("百官街道办事处", "百官街道办", "上虞区百官街道")
    assert [queries.find_organisation(name, region=region) for name in names] == [street] * 3


def test_a_name_that_two_units_share_finds_neither(region):
    make_organisation("区科技局一", short_name="科技局", region=region)
    make_organisation("区科技局二", short_name="科技局", region=region)
    assert queries.find_organisation("科技局", region=region) is None


def test_a_unit_of_another_district_or_no_longer_in_use_is_not_found(region):
    make_organisation("区粮食局", region=make_region("330602000000", name="越城区"))
    make_organisation("区物价局", region=region, is_active=False)
    found = [queries.find_organisation(name, region=region) for name in ("区粮食局", "区物价局")]
    assert found == [None, None]


def test_an_unknown_unit_gets_the_likely_ones_best_first(region, education):
    make_organisation("上虞区农业农村局", short_name="区农业农村局", region=region)
    suggested = queries.suggest_organisations("区教育局", region=region)
    assert [candidate.organisation for candidate in suggested] == [education]
    assert suggested[0].likeness > 0.6


def test_a_name_like_nothing_gets_no_suggestion(region, education):
    assert queries.suggest_organisations("气象台", region=region) == []


def test_a_roster_of_three_hundred_units_costs_the_same_queries_as_one(region, django_assert_num_queries):
    for number in range(300):
        make_organisation(f"区第{number}中学", region=region)
    with django_assert_num_queries(1):
        known = queries.roster(region)
        assert known.find("第7中学").name == "区第7中学"
        assert known.find("没有的单位") is None


def test_in_a_municipality_the_city_level_of_the_code_list_is_no_part_of_a_name():
    beijing = make_region("110000000000", name="北京市", level=Level.PROVINCE)
    heading = make_region("110100000000", name="北京市辖区", level=Level.CITY, parent=beijing)
    dongcheng = make_region("110101000000", name="东城区", parent=heading)
    association = make_organisation("科学技术协会", short_name="科协", region=dongcheng)
    assert queries.find_organisation("北京市东城区科协", region=dongcheng) == association
