import numpy as np
import pytest
from scipy.optimize import minimize

from literacy_stats.irt import (
    ItemParameters,
    ResponsesError,
    logistic_functioning,
    mantel_haenszel,
)
from literacy_stats.irt.tests.simulated import answered, bank


def sample(*, shift=0.0, slope=1.0, count=4000):
    """Item 3 is harder by `shift` and steeper by `slope` for the focal group, whose ability is lower by half."""
    generator = np.random.default_rng(1)
    items = bank(generator, count=20)
    focal = generator.random(count) < 0.5
    theta = generator.normal(np.where(focal, -0.5, 0.0), 1.0)
    other = ItemParameters.dichotomous(
        slopes=items.slopes * np.where(np.arange(20) == 3, slope, 1),
        difficulties=items.difficulties + np.where(np.arange(20) == 3, shift, 0),
    )
    codes = np.where(
        focal[:, None],
        answered(generator, items=other, theta=theta),
        answered(generator, items=items, theta=theta),
    )
    return codes, focal


def slow_table(codes, focal, item):
    totals = codes.sum(axis=1)
    for score in np.unique(totals):
        here = totals == score
        yield [
            np.sum(here & (focal == member) & (codes[:, item] == right))
            for member in (False, True)
            for right in (1, 0)
        ]


def test_the_common_odds_ratio_and_its_test_are_those_written_out():
    codes, focal = sample(shift=0.4, count=600)
    found = mantel_haenszel(codes, focal=focal, strata=codes.sum(axis=1))
    top = bottom = distance = spread = 0.0
    for a, b, c, d in slow_table(codes, focal, 3):
        n = a + b + c + d
        top, bottom = top + a * d / n, bottom + b * c / n
        distance += a - (a + b) * (a + c) / n
        if n > 1:
            spread += (a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1))

    assert found.odds_ratios[3] == pytest.approx(top / bottom)
    assert found.deltas[3] == pytest.approx(-2.35 * np.log(top / bottom))
    assert found.statistics[3] == pytest.approx((abs(distance) - 0.5) ** 2 / spread)


def test_one_stratum_has_the_odds_ratio_and_error_of_a_single_table():
    codes = np.repeat([[1], [0], [1], [0]], [30, 10, 15, 20], axis=0)
    focal = np.repeat([False, True], [40, 35])
    found = mantel_haenszel(codes, focal=focal, strata=np.zeros(75, dtype=int))

    assert found.odds_ratios[0] == pytest.approx(30 * 20 / (10 * 15))
    assert found.standard_errors[0] == pytest.approx(2.35 * np.sqrt(1 / 30 + 1 / 10 + 1 / 15 + 1 / 20))


def test_only_the_item_that_favours_one_group_is_large():
    codes, focal = sample(shift=0.9)
    found = mantel_haenszel(codes, focal=focal, strata=codes.sum(axis=1))

    assert found.categories[3] == "C"
    assert found.deltas[3] < 0
    assert [c for i, c in enumerate(found.categories) if i != 3].count("C") == 0


def test_renaming_the_groups_turns_the_sign():
    codes, focal = sample(shift=0.5, count=1000)
    one = mantel_haenszel(codes, focal=focal, strata=codes.sum(axis=1))
    other = mantel_haenszel(codes, focal=~focal, strata=codes.sum(axis=1))

    assert other.deltas == pytest.approx(-one.deltas)


def test_the_logistic_test_tells_uniform_from_non_uniform():
    codes, focal = sample(shift=0.8)
    shifted = logistic_functioning(codes, focal=focal, matching=codes.sum(axis=1))
    steeper, _ = sample(slope=3.0)
    crossed = logistic_functioning(steeper, focal=focal, matching=steeper.sum(axis=1))

    assert shifted.uniform_p_values[3] < 1e-6
    assert shifted.nonuniform_p_values[3] > 1e-3
    assert crossed.nonuniform_p_values[3] < 1e-6
    assert shifted.r_squared_gain.argmax() == 3


def test_the_likelihood_ratio_is_that_of_a_general_optimiser():
    codes, focal = sample(shift=0.3, count=400)
    weights = np.random.default_rng(2).uniform(0.5, 2, 400)
    score = codes.sum(axis=1).astype(float)
    found = logistic_functioning(codes, focal=focal, matching=score, weights=weights)

    def deviance(columns):
        def negative(vector):
            line = columns @ vector
            return -(weights / weights.mean()) @ (codes[:, 3] * line - np.logaddexp(0, line))

        return 2 * minimize(negative, np.zeros(columns.shape[1]), method="BFGS", options={"gtol": 1e-6}).fun

    ones, ability = np.ones(400), (score - score.mean()) / score.std()
    slow = deviance(np.c_[ones, ability]) - deviance(np.c_[ones, ability, focal])
    assert found.uniform[3] == pytest.approx(slow, abs=1e-5)


def test_items_without_difference_are_rejected_as_often_as_the_level_says():
    codes, focal = sample()
    found = logistic_functioning(codes, focal=focal, matching=codes.sum(axis=1))

    assert np.mean(found.uniform_p_values < 0.05) <= 0.2


def test_one_group_alone_is_refused():
    codes, focal = sample(count=100)

    with pytest.raises(ResponsesError, match="both groups"):
        mantel_haenszel(codes, focal=np.ones_like(focal), strata=codes.sum(axis=1))
