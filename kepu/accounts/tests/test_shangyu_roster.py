"""The shipped roster names every unit of the plan, however the plan and other papers write it."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from kepu.accounts.models import OrganisationKind
from kepu.regions.models import Level, Region
from kepu.regions.services import load_shipped_regions

ROSTER = Path(__file__).resolve().parents[1] / "data" / "shangyu_roster.yaml"
LEADS = [
    "教体局",
    "团区委",
    "科协",
    "农业农村局",
    "人力社保局",
    "总工会",
    "卫生健康局",
    "组织部",
    "科技局",
    "宣传部",
    "融媒体中心",
    "发改局",
]


@pytest.fixture(scope="module")
def rows():
    return yaml.safe_load(ROSTER.read_text(encoding="utf-8"))["organisations"]


def names_of(row):
    return {row["name"], row["short_name"], *row["aliases"]}


def test_the_units_that_the_plan_names_are_confirmed_and_the_others_wait_for_the_office(rows):
    confirmed = [row["short_name"] for row in rows if row["confirmed"] and row["kind"] != "township"]
    assert set(confirmed) == {*LEADS, "区委党校", "妇联"}
    waiting = {row["short_name"] for row in rows if not row["confirmed"]}
    assert waiting == {
        *("区纲要办", "应急管理局", "民政局", "文广旅游局", "自然资源规划分局", "生态环境分局", "市场监管局"),
        *("气象局", "公安分局", "经信局", "财政局", "消防救援大队"),
    }


def test_no_name_means_two_units(rows):
    named = Counter(name for row in rows for name in names_of(row))
    assert [name for name, count in named.items() if count > 1] == []


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("教育体育局", "education"),
        ("教育局", "education"),
        ("人社局", "human_resources"),
        ("人力资源和社会保障局", "human_resources"),
        ("卫健局", "health"),
        ("卫健委", "health"),
        ("发展和改革局", "development_reform"),
        ("区科协", "association"),
        ("科学技术协会", "association"),
        ("共青团上虞区委", "youth_league"),
    ],
)
def test_the_usual_names_of_a_unit_are_its_aliases(rows, written, key):
    assert [row["key"] for row in rows if written in names_of(row)] == [key]


def test_every_unit_is_complete_and_lies_below_the_office(rows):
    keys = {row["key"] for row in rows}
    columns = {
        "key",
        "name",
        "short_name",
        "name_en",
        "kind",
        "aliases",
        "parent",
        "region_code",
        "confirmed",
    }
    assert len(keys) == len(rows) == 46
    assert [row["key"] for row in rows if row["parent"] is None] == ["district_office"]
    assert {row["parent"] for row in rows} <= {None, *keys}
    assert all(set(row) == columns and row["name_en"].isascii() for row in rows)
    assert {row["kind"] for row in rows} <= set(OrganisationKind.values)


@pytest.mark.django_db
def test_the_townships_are_the_twenty_towns_of_the_district(rows):
    load_shipped_regions()
    towns = {(town.code, town.name) for town in Region.objects.filter(level=Level.TOWNSHIP)}
    assert {(row["region_code"], row["short_name"]) for row in rows if row["kind"] == "township"} == towns
    assert {row["region_code"] for row in rows if row["kind"] != "township"} == {"330604000000"}
