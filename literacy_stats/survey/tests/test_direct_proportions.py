import numpy as np
import pytest

from literacy_stats.errors import StatisticsError
from literacy_stats.survey.design import Design
from literacy_stats.survey.small_areas import direct_proportions


def sample(seed=0, *, areas=6, villages=3, people=12):
    rng = np.random.default_rng(seed)
    village = np.repeat(np.arange(areas * villages), people)
    chance = rng.beta(2, 8, areas * villages)[village]
    return (rng.random(len(village)) < chance).astype(float), village // villages, village


def plain_design(area, village):
    return Design.from_columns(np.ones(len(area)), strata=area, clusters=village)


def test_the_design_effect_is_that_of_villages_within_areas():
    values, area, village = sample()
    found = direct_proportions(values, areas=area, design=plain_design(area, village))
    above, below = 0.0, 0.0
    for code in range(6):
        means = [values[village == v].mean() for v in np.unique(village[area == code])]
        share = values[area == code].mean()
        above += 2 * np.var(means, ddof=1) / 3
        below += 2 * share * (1 - share) / 36
    assert found.design_effect == pytest.approx(max(above / below, 1))
    assert found.degrees_of_freedom == 12
    assert found.proportions == pytest.approx([values[area == code].mean() for code in range(6)])
    assert found.effective_sizes == pytest.approx(np.full(6, 36 / found.design_effect))


def test_an_area_where_nobody_is_literate_has_an_interval_of_the_effective_size():
    values, area, village = sample()
    values[area == 0] = 0
    found = direct_proportions(values, areas=area, design=plain_design(area, village))
    interval = found.interval(0)
    size = round(36 / found.design_effect)
    assert interval.lower == 0
    assert interval.upper == pytest.approx(1 - 0.025 ** (1 / size), abs=0.02)


def test_pooled_errors_differ_less_between_areas_than_their_own():
    spread_own, spread_pooled = [], []
    for seed in range(30):
        values, area, village = sample(seed, villages=2)
        found = direct_proportions(values, areas=area, design=plain_design(area, village))
        spread_own.append(found.own_standard_errors.std())
        spread_pooled.append(found.standard_errors.std())
    assert np.mean(spread_pooled) < 0.5 * np.mean(spread_own)


def test_areas_that_are_no_codes_are_refused():
    values, area, village = sample()
    with pytest.raises(StatisticsError, match="without a gap"):
        direct_proportions(values, areas=area * 2, design=plain_design(area, village))


def test_people_who_are_all_alike_have_no_design_effect():
    values, area, village = sample()
    with pytest.raises(StatisticsError, match="differ"):
        direct_proportions(np.zeros_like(values), areas=area, design=plain_design(area, village))
