"""The planner gives the known sizes, and says what a survey cannot show."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from literacy_stats.errors import DesignError
from literacy_stats.survey import planner
from literacy_stats.survey.planner import PlanFinding

SHARES = some.floats(0.02, 0.9)


def test_the_district_headline_needs_3863_interviews():
    assert planner.interviews_for_margin(0.185, half_width=0.015, design_effect=1.5) == 3863


@pytest.mark.parametrize(("half_width", "size"), [(0.01, 5792), (0.015, 2575), (0.02, 1448)])
def test_simple_random_samples_have_the_textbook_sizes(half_width, size):
    assert planner.interviews_for_margin(0.185, half_width=half_width) == size


def test_a_small_population_needs_fewer():
    assert planner.interviews_for_margin(0.5, half_width=0.05, population=500) == 218


@pytest.mark.parametrize(
    ("truth", "interviews", "power"),
    [(0.2, 2000, 0.41), (0.2, 4000, 0.63), (0.2, 6000, 0.78), (0.2, 10000, 0.93), (0.195, 4000, 0.38)],
)
def test_the_power_against_the_target_is_the_published_one(truth, interviews, power):
    found = planner.power_against_target(truth, target=0.185, interviews=interviews, design_effect=1.5)
    assert found == pytest.approx(power, abs=0.006)


def test_the_power_against_the_target_is_how_often_simulated_surveys_show_it():
    generator = np.random.default_rng(20261123)
    interviews, target, truth = 3000, 0.185, 0.205
    shares = generator.binomial(interviews, truth, size=40_000) / interviews
    shown = (shares - target) / math.sqrt(target * (1 - target) / interviews) > 1.6448536
    found = planner.power_against_target(truth, target=target, interviews=interviews)
    assert found == pytest.approx(shown.mean(), abs=0.012)


def test_a_truth_at_the_target_is_called_met_only_by_mistake():
    found = planner.power_against_target(0.185, target=0.185, interviews=4000)
    assert found == pytest.approx(0.05)


@pytest.mark.parametrize(("change", "size"), [(0.01, 33_990), (0.015, 15_273), (0.02, 8_683), (0.03, 3_939)])
def test_a_change_needs_the_published_sizes(change, size):
    found = planner.interviews_to_detect_change(change, baseline=0.17, design_effect=1.5)
    assert found == pytest.approx(size, abs=1)


def test_a_point_a_year_cannot_be_seen_with_4000_interviews_and_the_plan_says_so():
    outlook = planner.outlook_for_change(0.01, baseline=0.17, interviews=4000, design_effect=1.5)
    assert outlook.findings == (PlanFinding.NOT_DETECTABLE, PlanFinding.DETECTABLE_LATER)
    assert outlook.power < 0.2
    assert outlook.interviews_needed == 33_990
    assert outlook.smallest_change == pytest.approx(0.0298, abs=0.0001)
    assert outlook.years_needed == 3


def test_three_points_can_be_seen_with_4000_interviews():
    outlook = planner.outlook_for_change(0.03, baseline=0.17, interviews=4000, design_effect=1.5)
    assert outlook.findings == (PlanFinding.DETECTABLE,)
    assert outlook.years_needed == 1


def test_a_change_that_a_share_has_no_room_for_is_never_seen():
    outlook = planner.outlook_for_change(0.01, baseline=0.97, interviews=40)
    assert outlook.findings == (PlanFinding.NOT_DETECTABLE,)
    assert outlook.years_needed is None


def test_kept_clusters_make_a_change_easier_to_see():
    alone = planner.power_to_detect_change(0.02, baseline=0.17, interviews=4000)
    kept = planner.power_to_detect_change(0.02, baseline=0.17, interviews=4000, correlation=0.3)
    assert kept > alone


def test_a_truth_at_the_target_is_said_to_be_a_toss_up_before_fieldwork():
    assert planner.target_findings(0.186, target=0.185, interviews=4000) == (PlanFinding.TOSS_UP,)
    assert planner.target_findings(0.23, target=0.185, interviews=4000) == ()
    assert planner.target_findings(0.14, target=0.185, interviews=4000) == ()


def test_addresses_are_drawn_for_those_who_will_not_answer():
    assert planner.invitations_for(4000, response_rate=0.64, eligibility_rate=0.8) == 7813


def test_twenty_per_cluster_is_the_best_where_a_cluster_costs_as_much_as_21_interviews():
    found = planner.best_cluster_size(cost_per_cluster=21, cost_per_interview=1, intraclass_correlation=0.05)
    assert found == pytest.approx(math.sqrt(21 * 19))


@settings(deadline=None)
@given(rho=some.floats(0.005, 0.5), cost=some.floats(1, 200))
def test_no_other_cluster_size_gives_a_smaller_variance_for_the_money(rho, cost):
    best = planner.best_cluster_size(cost_per_cluster=cost, cost_per_interview=1, intraclass_correlation=rho)

    def variance_times_cost(size):
        return planner.design_effect_of_plan(cluster_size=size, intraclass_correlation=rho) * (
            cost / size + 1
        )

    others = [variance_times_cost(best * factor) for factor in (0.5, 0.9, 1.1, 2) if best * factor >= 1]
    assert all(variance_times_cost(best) <= other * (1 + 1e-12) for other in others)


@settings(deadline=None)
@given(proportion=SHARES, half_width=some.floats(0.005, 0.1), effect=some.floats(1, 4))
def test_the_planned_interviews_keep_the_margin_and_fewer_would_not(proportion, half_width, effect):
    size = planner.interviews_for_margin(proportion, half_width=half_width, design_effect=effect)
    reached = planner.margin_of_interviews(size, proportion=proportion, design_effect=effect)
    assert reached <= half_width * (1 + 1e-9)
    fewer = size - math.ceil(effect) - 1
    if fewer > 0:
        missed = planner.margin_of_interviews(fewer, proportion=proportion, design_effect=effect)
        assert missed > half_width


@settings(deadline=None)
@given(truth=some.floats(0.2, 0.4), effect=some.floats(1, 4), power=some.floats(0.5, 0.95))
def test_the_interviews_against_a_target_have_the_wanted_power(truth, effect, power):
    size = planner.interviews_against_target(truth, target=0.185, power=power, design_effect=effect)
    reached = planner.power_against_target(truth, target=0.185, interviews=size, design_effect=effect)
    assert reached >= power - 1e-9


@settings(deadline=None)
@given(change=some.floats(0.005, 0.08), baseline=SHARES, power=some.floats(0.5, 0.95))
def test_the_interviews_for_a_change_have_the_wanted_power_and_the_smallest_change_is_it(
    change, baseline, power
):
    size = planner.interviews_to_detect_change(change, baseline=baseline, power=power)
    assert planner.power_to_detect_change(change, baseline=baseline, interviews=size) >= power - 1e-9
    outlook = planner.outlook_for_change(change, baseline=baseline, interviews=size, power=power)
    assert outlook.smallest_change == pytest.approx(change, rel=2 / size)
    assert outlook.findings == (PlanFinding.DETECTABLE,)


def test_impossible_plans_are_refused():
    with pytest.raises(DesignError):
        planner.interviews_for_margin(1.2, half_width=0.01)
    with pytest.raises(DesignError):
        planner.interviews_against_target(0.18, target=0.185)
    with pytest.raises(DesignError):
        planner.invitations_for(100, response_rate=1.4)
    with pytest.raises(DesignError):
        planner.design_effect_of_plan(cluster_size=0.5)
