"""What a statistical code says by itself."""

import pytest

from kepu.regions.codes import (
    ancestor_codes,
    code_range,
    is_code,
    is_statistical_group,
    level_of,
    pad,
    parent_code,
)
from kepu.regions.models import Level


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("330000000000", Level.PROVINCE, ""),
        ("330600000000", Level.CITY, "330000000000"),
        ("330604000000", Level.COUNTY, "330600000000"),
        ("330604001000", Level.TOWNSHIP, "330604000000"),
        ("330604001200", Level.VILLAGE, "330604001000"),
        ("441900003000", Level.TOWNSHIP, "441900000000"),  # a city without counties
    ],
)
def test_a_code_says_its_level_and_the_place_above(code, level, parent):
    assert (level_of(code), parent_code(code)) == (level, parent)


def test_a_short_code_is_the_code_of_the_same_place():
    assert pad("330604") == "330604000000"


def test_the_codes_above_a_village_come_province_first():
    assert ancestor_codes("330604001200") == ["330000000000", "330600000000", "330604000000", "330604001000"]


def test_a_range_spans_a_place_and_all_within_it():
    assert code_range("330604") == ("330604000000", "330604999999")


@pytest.mark.parametrize("text", ["", "330604", "33060400100x", "000000000000", "３３０６０４００００００"])
def test_what_is_not_twelve_ascii_digits_of_a_province_is_no_code(text):
    assert not is_code(text)


@pytest.mark.parametrize(
    ("code", "is_heading"),
    [("110100", True), ("500200", True), ("419000", True), ("330600", False), ("110101", False)],
)
def test_headings_of_the_list_are_told_from_cities(code, is_heading):
    assert is_statistical_group(code) is is_heading
