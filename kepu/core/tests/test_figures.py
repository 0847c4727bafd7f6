"""Where bars, bands and target lines lie."""

from __future__ import annotations

import pytest
from django.core.paginator import Paginator

from kepu.core.templatetags import kepu_figures
from kepu.core.templatetags.kepu_figures import target_geometry


def test_a_bar_lies_on_a_scale_with_room_after_the_target():
    geometry = target_geometry(value=15000, goal=30000)
    assert (geometry.value, geometry.goal) == ("44.64%", "89.29%")


def test_what_is_not_verified_widens_the_scale_and_follows_the_bar():
    geometry = target_geometry(value=50, goal=60, unverified=50)
    assert (geometry.value, geometry.unverified_width) == ("44.64%", "44.64%")


def test_an_estimate_has_a_band_between_its_ends():
    geometry = target_geometry(value=17.9, goal=18.5, low=16.2, high=19.7, top=25)
    assert (geometry.is_estimate, geometry.low, geometry.band_width) == (True, "64.80%", "14.00%")


def test_a_counted_value_has_no_band():
    assert target_geometry(value=1, goal=2).is_estimate is False


def test_without_figure_and_target_there_is_nothing_to_draw():
    assert target_geometry(value=None, goal=None) is None


def test_a_target_without_a_figure_is_still_drawn():
    geometry = target_geometry(value=None, goal=120)
    assert (geometry.value, geometry.goal) == ("0.00%", "89.29%")


def test_all_zero_does_not_divide_by_zero():
    assert target_geometry(value=0, goal=0).goal == "0.00%"


def test_a_figure_beyond_a_given_scale_stays_inside_the_bar():
    assert target_geometry(value=300, goal=100, top=200).value == "100.00%"


@pytest.mark.parametrize(("goal", "anchor"), [(5, "start"), (50, "middle"), (95, "end")])
def test_the_label_of_the_target_turns_inward_at_the_edges(goal, anchor):
    assert target_geometry(value=1, goal=goal, top=100).goal_anchor == anchor


def test_the_table_behind_a_chart_has_every_value_of_every_series():
    data = {
        "categories": ["一季度", "二季度"],
        "series": [{"name": "2024", "values": [1, 2]}, {"name": "2025", "values": [3, 4]}],
    }
    assert kepu_figures.chart_rows(data) == [
        ("一季度", [("2024", 1), ("2025", 3)]),
        ("二季度", [("2024", 2), ("2025", 4)]),
    ]


def test_the_pager_shows_both_ends_and_the_neighbours():
    assert kepu_figures.page_numbers(Paginator(range(200), 10).page(10)) == [1, "…", 9, 10, 11, "…", 20]
