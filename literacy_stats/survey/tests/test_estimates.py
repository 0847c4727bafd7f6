"""Estimates and errors equal a slow reference, and do not change with what does not matter."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from literacy_stats.errors import DesignError, StatisticsError
from literacy_stats.survey import comparisons, estimates, intervals, linearisation, quantiles
from literacy_stats.survey.design import Design, LonelyCluster, collapse_strata

SEEDS = some.integers(0, 2**32 - 1)


def random_survey(seed, *, strata=4, clusters=3, finite=True):
    """Columns of a two-stage sample: at least two clusters a stratum and two units a cluster."""
    random = np.random.default_rng(seed)
    rows = [
        (stratum, f"{stratum}-{cluster}", unit)
        for stratum in range(random.integers(1, strata + 1))
        for cluster in range(random.integers(2, clusters + 2))
        for unit in range(random.integers(2, 6))
    ]
    stratum, cluster, _unit = (np.array(column) for column in zip(*rows, strict=True))
    n = len(rows)
    columns = {
        "weights": random.lognormal(3, 0.5, n),
        "strata": stratum,
        "clusters": cluster,
    }
    if finite:
        columns |= {
            "stratum_population": 8.0 + stratum,
            "second_stage_units": np.array([f"{at}" for at in range(n)]),
            "second_stage_population": np.array([10.0 + int(name[-1]) for name in cluster]),
        }
    effect = {name: random.normal() for name in np.unique(cluster)}
    values = np.array([effect[name] for name in cluster]) + random.normal(size=n)
    return columns, values, random.random(n) < 0.6


def slow_total_variance(columns, contributions):
    """The textbook double sum, written row by row."""
    strata, clusters = columns["strata"], columns["clusters"]
    variance = 0.0
    for stratum in np.unique(strata):
        names = np.unique(clusters[strata == stratum])
        totals = [contributions[clusters == name].sum() for name in names]
        m = len(names)
        population = columns.get("stratum_population", np.full(len(strata), np.inf))[strata == stratum][0]
        fraction = m / population
        variance += (1 - fraction) * m / (m - 1) * sum((total - np.mean(totals)) ** 2 for total in totals)
        for name in names:
            if "second_stage_population" not in columns:
                continue
            rows = contributions[clusters == name]
            k, size = len(rows), columns["second_stage_population"][clusters == name][0]
            variance += fraction * (1 - k / size) * k / (k - 1) * ((rows - rows.mean()) ** 2).sum()
    return variance


@settings(deadline=None)
@given(SEEDS, some.booleans())
def test_the_variance_equals_the_textbook_sum(seed, finite):
    columns, values, domain = random_survey(seed, finite=finite)
    design = Design.from_columns(**columns)
    found = estimates.estimate_total(values, design=design, domain=domain)
    contributions = columns["weights"] * values * domain
    assert found.value == pytest.approx(contributions.sum())
    assert found.standard_error**2 == pytest.approx(slow_total_variance(columns, contributions))


@settings(deadline=None)
@given(SEEDS)
def test_the_linearised_ratio_is_the_derivative_of_the_ratio(seed):
    """Each contribution is what the ratio changes when its row's weight grows a little, times that weight."""
    columns, values, domain = random_survey(seed)
    design = Design.from_columns(**columns)
    below = np.abs(values) + 1
    found = linearisation.linearised_ratio(values, denominator=below, design=design, domain=domain | True)
    row, grown = 0, columns["weights"].copy()
    grown[row] *= 1 + 1e-6
    moved = grown @ values / (grown @ below)
    assert found.contributions[row] == pytest.approx((moved - found.value) / 1e-6, rel=1e-3, abs=1e-6)


@settings(deadline=None)
@given(SEEDS)
def test_an_unclustered_sample_with_equal_weights_has_the_textbook_error(seed):
    values = np.random.default_rng(seed).normal(size=40)
    found = estimates.estimate_mean(values, design=Design.from_columns(np.full(40, 7.0)))
    assert found.standard_error == pytest.approx(values.std(ddof=1) / np.sqrt(40))
    assert found.design_effect == pytest.approx(1)
    assert found.degrees_of_freedom == 39


@settings(deadline=None)
@given(SEEDS, some.floats(0.01, 100))
def test_rescaled_weights_change_no_mean_and_no_error(seed, scale):
    columns, values, domain = random_survey(seed)
    assume(domain.any())
    plain = estimates.estimate_mean(values, design=Design.from_columns(**columns), domain=domain)
    columns["weights"] = columns["weights"] * scale
    scaled = estimates.estimate_mean(values, design=Design.from_columns(**columns), domain=domain)
    assert scaled.value == pytest.approx(plain.value, rel=1e-9, abs=1e-12)
    assert scaled.standard_error == pytest.approx(plain.standard_error, rel=1e-9, abs=1e-12)
    if plain.design_effect is not None and plain.n > 2:
        assert scaled.design_effect == pytest.approx(plain.design_effect, rel=1e-6)


@settings(deadline=None)
@given(SEEDS, SEEDS)
def test_reordered_rows_and_renamed_labels_change_nothing(seed, other):
    columns, values, domain = random_survey(seed)
    assume(domain.any())
    order = np.random.default_rng(other).permutation(len(values))
    moved = {name: column[order] for name, column in columns.items()}
    moved["strata"] = np.array([f"层{9 - label}" for label in moved["strata"]])
    moved["clusters"] = np.array([f"村{label}!" for label in moved["clusters"]])
    plain = estimates.estimate_mean(values, design=Design.from_columns(**columns), domain=domain)
    renamed = estimates.estimate_mean(
        values[order], design=Design.from_columns(**moved), domain=domain[order]
    )
    assert (renamed.value, renamed.standard_error) == pytest.approx(
        (plain.value, plain.standard_error), rel=1e-9, abs=1e-12
    )
    assert (renamed.n, renamed.degrees_of_freedom) == (plain.n, plain.degrees_of_freedom)


@settings(deadline=None)
@given(SEEDS)
def test_domains_add_up_to_the_total(seed):
    columns, values, domain = random_survey(seed)
    design = Design.from_columns(**columns)
    parts = estimates.estimate_by_domain(
        values, domains=domain, design=design, statistic=estimates.estimate_total
    )
    whole = estimates.estimate_total(values, design=design)
    assert sum(part.value for part in parts.values()) == pytest.approx(whole.value, abs=1e-9)
    assert sum(part.n for part in parts.values()) == whole.n


@settings(deadline=None)
@given(SEEDS)
def test_the_more_clusters_were_left_out_the_wider_the_error_of_one_stage(seed):
    columns, values, _ = random_survey(seed, finite=False)
    errors = [
        estimates.estimate_mean(
            values, design=Design.from_columns(**columns, stratum_population=np.full(len(values), size))
        ).standard_error
        for size in (8.0, 16.0, 1e12)
    ]
    forever = estimates.estimate_mean(values, design=Design.from_columns(**columns)).standard_error
    assert errors == sorted(errors)
    assert errors[-1] == pytest.approx(forever)


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_taking_out_one_cluster_at_a_time_gives_nearly_the_same_error_of_a_mean(seed):
    random = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(60), 5)
    values = random.normal(size=60)[clusters] + random.normal(size=300)
    weights = random.uniform(1, 2, size=300)
    found = estimates.estimate_mean(values, design=Design.from_columns(weights, clusters=clusters))
    kept = [clusters != cluster for cluster in range(60)]
    means = np.array([weights[rows] @ values[rows] / weights[rows].sum() for rows in kept])
    jackknife = np.sqrt(59 / 60 * ((means - found.value) ** 2).sum())
    assert found.standard_error == pytest.approx(jackknife, rel=0.1)


@settings(deadline=None)
@given(SEEDS, some.floats(0.05, 0.95))
def test_a_quantile_is_a_value_that_the_wanted_share_does_not_exceed(seed, probability):
    columns, values, _ = random_survey(seed)
    design = Design.from_columns(**columns)
    found = quantiles.estimate_quantile(values, probability=probability, design=design)
    weights = columns["weights"] / columns["weights"].sum()
    assert weights[values <= found.estimate.value].sum() >= probability - 1e-9
    assert weights[values < found.estimate.value].sum() < probability + 1e-9
    assert found.interval.lower <= found.estimate.value <= found.interval.upper


def proportion(value, *, error=0.02, df=30, n=500):
    return estimates.Estimate(value, error, df, n)


@settings(deadline=None)
@given(some.floats(0.001, 0.999), some.floats(0.001, 0.2), some.integers(1, 200), some.integers(2, 5000))
def test_intervals_of_proportions_hold_the_estimate_and_stay_between_0_and_1(value, error, df, n):
    for name, interval_of in intervals.PROPORTION_INTERVALS.items():
        found = interval_of(proportion(value, error=error, df=df, n=n))
        assert found.lower <= value <= found.upper, name
        if name != "student":
            assert 0 <= found.lower <= found.upper <= 1, name


@settings(deadline=None)
@given(some.floats(0.01, 0.99), some.floats(0.005, 0.1), some.integers(2, 200))
def test_intervals_mirror_where_the_property_is_turned_round(value, error, df):
    for name, interval_of in intervals.PROPORTION_INTERVALS.items():
        found = interval_of(proportion(value, error=error, df=df))
        mirrored = interval_of(proportion(1 - value, error=error, df=df))
        assert 1 - mirrored.upper == pytest.approx(found.lower, abs=1e-7), name


@settings(deadline=None)
@given(some.floats(0.05, 0.95), some.integers(2, 100))
def test_more_degrees_and_less_confidence_make_the_default_interval_no_wider(value, df):
    few = intervals.korn_graubard_interval(proportion(value, df=df))
    many = intervals.korn_graubard_interval(proportion(value, df=df + 50))
    less = intervals.korn_graubard_interval(proportion(value, df=df), confidence=0.8)
    assert many.width <= few.width + 1e-12
    assert less.width < few.width


def test_korn_graubard_on_a_simple_random_sample_is_clopper_pearson():
    """25 of 100: the textbook interval is 0.1689 to 0.3466."""
    error = np.sqrt(0.25 * 0.75 / 100)
    found = intervals.korn_graubard_interval(proportion(0.25, error=error, df=99, n=100))
    assert (found.lower, found.upper) == pytest.approx((0.1688, 0.3466), abs=1e-4)


def test_a_lucky_design_never_counts_for_more_people_than_were_asked():
    lucky = intervals.korn_graubard_interval(proportion(0.25, error=0.001, df=99, n=100))
    plain = intervals.korn_graubard_interval(proportion(0.25, error=np.sqrt(0.25 * 0.75 / 100), df=99, n=100))
    assert lucky == plain
    assert intervals.beta_interval(proportion(0.25, error=0.001, df=99, n=100)).width < lucky.width


def test_korn_graubard_says_something_about_nobody_in_a_hundred():
    found = intervals.korn_graubard_interval(proportion(0.0, error=0.0, df=99, n=100))
    assert (found.lower, found.upper) == (0, pytest.approx(1 - 0.025 ** (1 / 100)))


def test_wilson_is_the_textbook_interval():
    error = np.sqrt(0.25 * 0.75 / 100)
    found = intervals.wilson_interval(proportion(0.25, error=error, df=99, n=100))
    assert (found.lower, found.upper) == pytest.approx((0.1755, 0.3430), abs=1e-4)


def test_methods_that_need_an_error_refuse_nobody_and_everybody():
    for name in ("logit", "beta", "arcsine", "likelihood"):
        with pytest.raises(StatisticsError):
            intervals.PROPORTION_INTERVALS[name](proportion(0.0, error=0.0))


def test_a_difference_of_domains_knows_that_they_share_clusters():
    """Two halves of the same villages: what a village adds to both falls out of the difference."""
    random = np.random.default_rng(5)
    clusters = np.repeat(np.arange(40), 10)
    first = np.tile([True, False], 200)
    values = 5 * random.normal(size=40)[clusters] + random.normal(size=400)
    design = Design.from_columns(np.ones(400), clusters=clusters)
    apart = [estimates.estimate_mean(values, design=design, domain=rows) for rows in (first, ~first)]
    found = comparisons.difference_between_domains(values, design=design, first=first, second=~first)
    assert found.value == pytest.approx(apart[0].value - apart[1].value)
    assert found.standard_error < 0.2 * apart[0].standard_error
    assert found.degrees_of_freedom == 39


def test_the_change_between_waves_adds_their_variances_less_what_they_share():
    later, earlier = proportion(0.2, error=0.03, df=40), proportion(0.17, error=0.04, df=30)
    apart = comparisons.difference_between_waves(later, earlier=earlier)
    assert (apart.value, apart.standard_error) == (pytest.approx(0.03), pytest.approx(0.05))
    assert apart.degrees_of_freedom == int(0.0025**2 / (0.0009**2 / 40 + 0.0016**2 / 30))
    kept = comparisons.difference_between_waves(later, earlier=earlier, correlation=0.5)
    assert kept.standard_error == pytest.approx(np.sqrt(0.0025 - 0.0012))
    with pytest.raises(StatisticsError):
        comparisons.difference_between_waves(later, earlier=earlier, correlation=2)


def two_waves(*, kept):
    """Thirty villages a wave, the same ones again where they are kept."""
    random = np.random.default_rng(9)
    village = np.repeat(np.arange(30), 8)
    effect = random.normal(size=30)
    fresh = effect if kept else random.normal(size=30)
    values = np.concatenate([effect[village], fresh[village]]) + random.normal(size=480)
    clusters = np.concatenate([village, village if kept else village + 30])
    return values, clusters, np.repeat([False, True], 240)


def waves_apart(values, clusters, later):
    first, second = (
        estimates.estimate_mean(
            values[rows], design=Design.from_columns(np.ones(240), clusters=clusters[rows])
        )
        for rows in (~later, later)
    )
    return comparisons.difference_between_waves(second, earlier=first)


def test_waves_stacked_as_strata_differ_by_what_independent_waves_differ_by():
    values, clusters, later = two_waves(kept=False)
    stacked = Design.from_columns(np.ones(480), strata=later, clusters=clusters)
    found = comparisons.difference_between_domains(values, design=stacked, first=later, second=~later)
    apart = waves_apart(values, clusters, later)
    assert (found.value, found.standard_error) == pytest.approx((apart.value, apart.standard_error))


def test_waves_in_the_same_villages_stacked_over_the_villages_have_a_smaller_error():
    values, clusters, later = two_waves(kept=True)
    stacked = Design.from_columns(np.ones(480), clusters=clusters)
    found = comparisons.difference_between_domains(values, design=stacked, first=later, second=~later)
    assert found.standard_error < 0.6 * waves_apart(values, clusters, later).standard_error


def lonely(policy):
    strata = np.repeat([0, 1, 2], [4, 4, 1])
    return Design.from_columns(np.ones(9), strata=strata, lonely_cluster=policy)


VALUES = np.array([1.0, 2, 3, 4, 5, 6, 9, 9, 20])


def test_a_cluster_alone_is_an_error_that_names_its_stratum():
    with pytest.raises(DesignError, match=r"\[2\]"):
        estimates.estimate_mean(VALUES, design=lonely(LonelyCluster.FAIL))


def test_policies_for_a_cluster_alone_are_ordered_as_they_are_meant():
    certain, adjusted = (
        estimates.estimate_mean(VALUES, design=lonely(policy)).standard_error
        for policy in (LonelyCluster.CERTAINTY, LonelyCluster.ADJUST)
    )
    average = estimates.estimate_mean(VALUES, design=lonely(LonelyCluster.AVERAGE)).standard_error
    assert average == pytest.approx(certain * np.sqrt(3 / 2))
    assert adjusted > average


def test_a_cluster_alone_that_was_all_there_is_has_no_error():
    design = Design.from_columns(
        np.ones(9),
        strata=np.repeat([0, 1, 2], [4, 4, 1]),
        stratum_population=np.repeat([40, 40, 1], [4, 4, 1]),
    )
    assert estimates.estimate_mean(VALUES, design=design).standard_error > 0


def test_declared_strata_are_merged():
    merged = collapse_strata(lonely(LonelyCluster.FAIL), into=["东", "西", "西"])
    assert merged.degrees_of_freedom == 7
    expected = Design.from_columns(np.ones(9), strata=np.repeat([0, 1], [4, 5]))
    found, by_hand = (estimates.estimate_mean(VALUES, design=one) for one in (merged, expected))
    assert found == by_hand


def test_where_all_are_alone_there_is_no_average():
    design = Design.from_columns(np.ones(2), strata=[0, 1], lonely_cluster=LonelyCluster.AVERAGE)
    with pytest.raises(DesignError, match="no average"):
        estimates.estimate_mean([1.0, 2.0], design=design)


def test_missing_values_are_refused_inside_a_domain_and_ignored_outside():
    design = Design.from_columns(np.ones(4))
    values = np.array([1.0, np.nan, 3.0, 5.0])
    with pytest.raises(StatisticsError, match="missing"):
        estimates.estimate_mean(values, design=design)
    assert estimates.estimate_mean(values, design=design, domain=~np.isnan(values)).value == 3


def test_what_is_no_proportion_and_nobody_are_refused():
    design = Design.from_columns(np.ones(4))
    with pytest.raises(StatisticsError, match="between 0 and 1"):
        estimates.estimate_proportion([0.0, 2.0, 1.0, 1.0], design=design)
    with pytest.raises(StatisticsError):
        estimates.estimate_mean(np.ones(4), design=design, domain=np.zeros(4, dtype=bool))


def test_rows_without_weight_are_not_counted():
    design = Design.from_columns([1.0, 1.0, 1.0, 0.0])
    assert estimates.estimate_mean([1.0, 2.0, 3.0, np.nan], design=design).n == 3


def test_rows_without_weight_are_not_counted_in_a_domain_either():
    design = Design.from_columns([1.0, 1.0, 1.0, 0.0])
    found = estimates.estimate_mean([1, 2, 3, 4], design=design, domain=np.array([False, True, True, True]))
    assert (found.n, found.value) == (2, 2.5)


def test_degrees_of_freedom_are_those_of_the_clusters_in_which_the_domain_occurs():
    strata = np.repeat(["东", "西"], 6)
    clusters = np.repeat(np.arange(6), 2)
    design = Design.from_columns(np.ones(12), strata=strata, clusters=clusters)
    domain = np.isin(clusters, (0, 1, 3))
    found = estimates.estimate_mean(np.arange(12.0), design=design, domain=domain)
    assert (design.degrees_of_freedom, found.degrees_of_freedom) == (4, 1)


def test_a_published_expected_share_counts_fractions_of_people():
    design = Design.from_columns(np.ones(4))
    assert estimates.estimate_proportion([0.2, 0.4, 0.9, 0.5], design=design).value == pytest.approx(0.5)


@settings(deadline=None)
@given(SEEDS)
def test_calibrated_totals_of_the_auxiliaries_have_no_error(seed):
    columns, values, _ = random_survey(seed)
    design = Design.from_columns(**columns)
    auxiliaries = np.column_stack([np.ones(len(values)), values > 0])
    calibrated = design.calibrated(columns["weights"] * 1.1, auxiliaries=auxiliaries)
    size = estimates.estimate_total((values > 0).astype(float), design=calibrated)
    assert size.standard_error == pytest.approx(0, abs=1e-6 * max(size.value, 1))
