"""Replicates equal what carrying out every step on rows gives, their errors agree with linearisation, df are the design's."""

import tracemalloc

import numpy as np
import pytest

from literacy_stats.errors import MarginError, ReplicateError, StatisticsError
from literacy_stats.survey import estimates, linearisation, replicated
from literacy_stats.survey import replicate_estimates as replicate
from literacy_stats.survey.balanced import balanced_replicates, fay_replicates, hadamard_matrix
from literacy_stats.survey.bootstrap import bootstrap_replicates
from literacy_stats.survey.calibration import CalibrationStep, NumericTotal
from literacy_stats.survey.design import Design, LonelyCluster
from literacy_stats.survey.distances import Logit
from literacy_stats.survey.jackknife import jackknife_replicates, unstratified_jackknife_replicates
from literacy_stats.survey.margins import Margin
from literacy_stats.survey.nonresponse import EligibilityAdjustment, ResponseCells, ResponsePropensity
from literacy_stats.survey.raking import Raking
from literacy_stats.survey.replicated import replicate_weighting
from literacy_stats.survey.replicates import Centre, given_replicates
from literacy_stats.survey.tests import district
from literacy_stats.survey.trimming import Trimming
from literacy_stats.survey.weights import Weighting

close = pytest.approx


def people(n=900, seed=4, clusters=6, strata=5):
    """Rows of a stratified cluster sample with what is asked and whether it was answered."""
    generator = np.random.default_rng(seed)
    cluster = generator.integers(0, clusters * strata, n)
    effect = generator.normal(0, 0.6, clusters * strata)[cluster]
    sex, age = generator.integers(0, 2, n), generator.integers(0, 4, n)
    return {
        "cluster": cluster,
        "stratum": cluster // clusters,
        "base": generator.lognormal(2, 0.3, n).round(2),
        "sex": sex,
        "age": age,
        "status": generator.choice(4, n, p=[0.6, 0.3, 0.06, 0.04]),
        "score": 50 + 10 * (effect + 0.3 * sex - 0.2 * age + generator.normal(size=n)),
    }


def design_of(rows, **more):
    return Design.from_columns(rows["base"], strata=rows["stratum"], clusters=rows["cluster"], **more)


def margins_of(rows, *, answered):
    return tuple(
        Margin(
            name,
            np.where(answered, rows[name], -1),
            np.bincount(rows[name], weights=rows["base"] * (1 + 0.1 * rows["sex"])),
            tuple(str(code) for code in range(rows[name].max() + 1)),
        )
        for name in ("sex", "age")
    )


def steps_of(rows):
    status = rows["status"]
    answered = status == 0
    margins = margins_of(rows, answered=answered)
    covariates = np.column_stack([rows["sex"], rows["age"] == 1, rows["age"] > 1]).astype(float)
    number = NumericTotal("size", np.where(answered, rows["age"] * 1.5, np.nan), 1.05e4)
    return {
        "none": (),
        "response": (EligibilityAdjustment(status, rows["stratum"]), ResponseCells(status, rows["sex"])),
        "propensity": (
            EligibilityAdjustment(status, rows["stratum"]),
            ResponsePropensity(status, covariates, class_count=3),
        ),
        "whole": (
            EligibilityAdjustment(status, rows["stratum"]),
            ResponseCells(status, rows["age"]),
            Raking(margins, tolerance=1e-12),
            Trimming(upper=24.0),
            CalibrationStep(margins, distance=Logit(0.3, 3), tolerance=1e-12),
        ),
        "number": (ResponseCells(np.minimum(status, 1), rows["age"]), CalibrationStep((), numeric=(number,))),
    }


CHAINS = ["none", "response", "propensity", "whole", "number"]


def slow_weights(chain, replicates):
    """Every replicate by itself: clusters multiplied first, then each step as if it were a sample of its own."""
    block = replicates.multipliers.block(0, stop=replicates.count)
    columns = [_slow_column(chain, multiplier[replicates.units]) for multiplier in block.T]
    return np.column_stack([chain.final_weights(), *columns])


def _slow_column(chain, multiplier):
    cells = Weighting(chain.base, chain.steps).cells()
    rows = np.arange(len(chain.base))
    one_cell_per_row = type(cells)(codes=rows, representatives=rows)
    factors = chain.cell_factors((chain.base * multiplier)[:, None], cells=one_cell_per_row)
    weights = chain.base * multiplier
    for factor in factors:
        weights = weights * factor[:, 0]
    return weights


@pytest.fixture(params=CHAINS)
def case(request):
    rows = people()
    design = design_of(rows)
    replicates = bootstrap_replicates(design, count=40, generator=np.random.default_rng(1))
    chain = Weighting(rows["base"], steps_of(rows)[request.param])
    return rows, chain, replicates


def test_weights_of_all_replicates_equal_those_of_each_by_itself(case):
    _rows, chain, replicates = case
    sample = replicate_weighting(chain, replicates=replicates)
    found = sample.row_weights(0, stop=41)
    assert found == close(slow_weights(chain, replicates), rel=1e-7)


def test_estimates_equal_those_from_a_table_of_rows_and_replicates(case):
    rows, chain, replicates = case
    sample = replicate_weighting(chain, replicates=replicates)
    weights, score, domain = slow_weights(chain, replicates), rows["score"], rows["age"] == 2
    weighed = weights * domain[:, None]
    means = (weighed * score[:, None]).sum(axis=0) / weighed.sum(axis=0)
    found = replicate.replicate_mean(score, sample=sample, domain=domain)
    assert (found.value, found.standard_error) == close(
        (means[0], np.sqrt(np.mean((means[1:] - means[0]) ** 2))), rel=1e-7
    )
    totals = (weighed * score[:, None]).sum(axis=0)
    found = replicate.replicate_total(score, sample=sample, domain=domain)
    assert found.standard_error == close(np.sqrt(np.mean((totals[1:] - totals[0]) ** 2)), rel=1e-7)


def slow_quantile(values, weights, probability):
    order = np.argsort(values)
    upto = np.cumsum(weights[order])
    return values[order][np.searchsorted(upto, probability * upto[-1] * (1 - 1e-12))]


@pytest.mark.parametrize("narrow", [None, 300])
def test_quantiles_equal_those_of_rows_in_blocks_of_any_width(narrow, monkeypatch):
    if narrow:
        monkeypatch.setattr("literacy_stats.survey.replicate_sums._TABLE", narrow)
    rows = people()
    replicates = bootstrap_replicates(design_of(rows), count=30, generator=np.random.default_rng(3))
    sample = replicate_weighting(Weighting(rows["base"]), replicates=replicates)
    weights = sample.row_weights(0, stop=31)
    expected = np.array([slow_quantile(rows["score"], column, 0.3) for column in weights.T])
    found = replicate.replicate_quantile(rows["score"], probability=0.3, sample=sample)
    assert found.value == expected[0]
    assert found.standard_error == close(np.sqrt(np.mean((expected[1:] - expected[0]) ** 2)))


def test_factors_that_are_not_kept_are_computed_again_alike(case, monkeypatch):
    rows, chain, replicates = case
    kept = replicate_weighting(chain, replicates=replicates)
    monkeypatch.setattr(replicated, "_KEPT_BYTES", 0)
    monkeypatch.setattr(replicated, "_WIDEST", 8)
    again = replicate_weighting(chain, replicates=replicates)
    assert (len(kept.kept), again.kept, again.width) == (1, (), 8)
    first = replicate.replicate_mean(rows["score"], sample=kept)
    assert replicate.replicate_mean(rows["score"], sample=again).standard_error == close(
        first.standard_error, rel=1e-8
    )
    assert again.row_weights(5, stop=11) == close(kept.row_weights(5, stop=11), rel=1e-8)


def test_the_jackknife_leaves_out_each_cluster_as_if_by_hand():
    rows = people(300, clusters=4, strata=3)
    design = design_of(rows)
    sample = replicate_weighting(Weighting(rows["base"]), replicates=jackknife_replicates(design))
    whole = np.average(rows["score"], weights=rows["base"])
    variance = 0.0
    for cluster in range(design.cluster_count):
        stratum = design.strata == design.cluster_strata[cluster]
        weights = np.where(stratum, rows["base"] * 4 / 3, rows["base"])
        weights[design.clusters == cluster] = 0
        variance += 3 / 4 * (np.average(rows["score"], weights=weights) - whole) ** 2
    found = replicate.replicate_mean(rows["score"], sample=sample)
    assert found.standard_error == close(np.sqrt(variance))


def test_jackknife_errors_of_the_generated_district_are_those_of_three_other_engines():
    sample_people, weights = district.drawn(10_000)
    margins = tuple(
        Margin(name, getattr(sample_people, name), totals, tuple(str(code) for code in range(len(totals))))
        for name in district.MARGINS
        for totals in [district.totals_of(name)]
    )
    design = Design.from_columns(weights, strata=sample_people.town, clusters=sample_people.village)
    sample = replicate_weighting(
        Weighting(weights, (Raking(margins),)), replicates=jackknife_replicates(design)
    )
    found = replicate.replicate_means_by_domain(
        sample_people.literate, domains=district.groups_of(sample_people), sample=sample
    )
    errors = [found[group].standard_error for group in range(3)]
    assert errors == close([0.041557, 0.025697, 0.023954], abs=5e-7)


REPLICATES = {
    "bootstrap": lambda d: bootstrap_replicates(d, count=4000, generator=np.random.default_rng(7)),
    "JKn": jackknife_replicates,
    "BRR": balanced_replicates,
    "Fay": lambda d: fay_replicates(d, damping=0.4),
}


@pytest.mark.parametrize("name", REPLICATES)
def test_replicate_errors_are_within_a_tenth_of_linearised_ones(name):
    rows = people(3000, clusters=2, strata=30)
    design = design_of(rows)
    sample = replicate_weighting(Weighting(rows["base"]), replicates=REPLICATES[name](design))
    for domain in (None, rows["age"] == 1):
        linear = estimates.estimate_mean(rows["score"], design=design, domain=domain)
        found = replicate.replicate_mean(rows["score"], sample=sample, domain=domain)
        assert found.standard_error == close(linear.standard_error, rel=0.1)
        assert (found.value, found.n) == (close(linear.value), linear.n)
        assert found.degrees_of_freedom == linear.degrees_of_freedom
        assert found.design_effect == close(linear.design_effect, rel=0.2)
    total = estimates.estimate_total(rows["score"], design=design)
    found = replicate.replicate_total(rows["score"], sample=sample)
    assert found.standard_error == close(total.standard_error, rel=0.1)
    assert found.design_effect == close(total.design_effect, rel=0.2)


@pytest.mark.parametrize("name", ["BRR", "JKn"])
def test_totals_of_balanced_replicates_and_the_jackknife_are_exact(name):
    rows = people(600, clusters=2, strata=11)
    design = design_of(rows)
    sample = replicate_weighting(Weighting(rows["base"]), replicates=REPLICATES[name](design))
    linear = estimates.estimate_total(rows["score"], design=design)
    found = replicate.replicate_total(rows["score"], sample=sample)
    assert found.standard_error == close(linear.standard_error)


def test_a_finite_population_shrinks_bootstrap_and_jackknife_as_it_shrinks_the_linearised_error():
    rows = people(1200, clusters=8, strata=6)
    design = design_of(rows, stratum_population=np.full(1200, 12.0))
    linear = estimates.estimate_total(rows["score"], design=design)
    for name in ("bootstrap", "JKn"):
        sample = replicate_weighting(Weighting(rows["base"]), replicates=REPLICATES[name](design))
        found = replicate.replicate_total(rows["score"], sample=sample)
        assert found.standard_error == close(linear.standard_error, rel=0.04)


def test_bootstrap_multipliers_average_one_and_are_never_negative():
    rows = people(clusters=5, strata=4)
    for more in ({}, {"stratum_population": np.full(900, 7.0)}):
        replicates = bootstrap_replicates(
            design_of(rows, **more), count=6000, generator=np.random.default_rng(2)
        )
        block = replicates.multipliers.block(0, stop=6000)
        assert block.min() >= 0
        assert block.mean(axis=1) == close(np.ones(20), abs=0.06)
        # Within a stratum the multipliers of every replicate add up to its clusters: totals of counts are kept.
        assert block[:5].sum(axis=0) == close(np.full(6000, 5.0))


def test_the_same_generator_gives_the_same_replicates():
    design = design_of(people())
    first, again = (
        bootstrap_replicates(design, count=9, generator=np.random.default_rng(5)) for _ in range(2)
    )
    assert first.multipliers.block(0, stop=9).tolist() == again.multipliers.block(0, stop=9).tolist()


def test_degrees_of_freedom_are_the_smaller_of_replicates_and_design():
    rows = people()
    design = design_of(rows)
    assert design.degrees_of_freedom == 25
    few, many = (
        bootstrap_replicates(design, count=count, generator=np.random.default_rng(1)) for count in (10, 99)
    )
    assert (few.degrees_of_freedom, many.degrees_of_freedom) == (9, 25)
    sample = replicate_weighting(Weighting(rows["base"]), replicates=many)
    one = replicate.replicate_mean(rows["score"], sample=sample, domain=rows["stratum"] == 2)
    assert one.degrees_of_freedom == 5


def test_deviations_from_the_full_sample_are_never_smaller():
    rows = people()
    replicates = jackknife_replicates(design_of(rows))
    chain = Weighting(rows["base"])
    errors = [
        replicate.replicate_ratio(
            rows["score"],
            denominator=rows["age"] + 1,
            sample=replicate_weighting(chain, replicates=replicates.around(centre)),
        ).standard_error
        for centre in Centre
    ]
    assert errors[0] > errors[1] > 0


def test_differences_count_the_covariance_of_two_domains():
    rows = people(2000)
    design = design_of(rows)
    sample = replicate_weighting(Weighting(rows["base"]), replicates=jackknife_replicates(design))
    first, second = rows["sex"] == 0, rows["sex"] == 1
    found = replicate.replicate_difference(rows["score"], sample=sample, domain=first, other=second)
    parts = [
        linearisation.linearised_mean(rows["score"], design=design, domain=domain)
        for domain in (first, second)
    ]
    linear = estimates.estimate_of(parts[0].minus(parts[1]), design=design)
    assert found.value == close(linear.value)
    assert found.standard_error == close(linear.standard_error, rel=0.05)
    assert found.n == 2000
    same = replicate.replicate_difference(rows["score"], sample=sample, domain=first, other=first)
    assert (same.value, same.standard_error) == (0, 0)


def test_domains_add_up_to_the_whole_in_value_and_one_by_one_equals_all_at_once():
    rows = people()
    replicates = bootstrap_replicates(design_of(rows), count=50, generator=np.random.default_rng(1))
    sample = replicate_weighting(Weighting(rows["base"]), replicates=replicates)
    labels = np.array(["少", "青", "中", "老"])[rows["age"]]
    by_label = replicate.replicate_means_by_domain(rows["score"], domains=labels, sample=sample)
    assert list(by_label) == sorted({"少", "青", "中", "老"})
    for label, found in by_label.items():
        alone = replicate.replicate_mean(rows["score"], sample=sample, domain=labels == label)
        assert (found.value, found.n) == (close(alone.value), alone.n)
        assert found.standard_error == close(alone.standard_error)
        assert found.design_effect == close(alone.design_effect)
    totals = [
        replicate.replicate_total(rows["score"], sample=sample, domain=labels == label).value
        for label in by_label
    ]
    assert sum(totals) == close(replicate.replicate_total(rows["score"], sample=sample).value)


def test_reordered_rows_renamed_clusters_and_rescaled_weights_change_nothing():
    rows = people()
    order = np.random.default_rng(9).permutation(len(rows["base"]))
    moved = {name: column[order] for name, column in rows.items()}
    moved["base"] = moved["base"] * 7
    moved["cluster"] = 1000 - moved["cluster"]
    errors = []
    for data in (rows, moved):
        sample = replicate_weighting(
            Weighting(data["base"]), replicates=jackknife_replicates(design_of(data))
        )
        errors.append(replicate.replicate_mean(data["score"], sample=sample).standard_error)
    assert errors[1] == close(errors[0])


class CentredScores:
    """Scores as distances from the weighted mean of the sex: they must be found anew under each replicate's weights."""

    def __init__(self, rows):
        self.rows = rows

    def __call__(self, weights):
        score, sex = self.rows["score"][:, None], self.rows["sex"]
        means = [
            (weights * score)[sex == code].sum(axis=0) / weights[sex == code].sum(axis=0) for code in (0, 1)
        ]
        return score - np.stack(means)[sex]


def test_values_that_depend_on_the_weights_are_found_anew_in_every_replicate(monkeypatch):
    monkeypatch.setattr("literacy_stats.survey.replicate_sums._TABLE", 900 * 7)
    rows = people()
    replicates = bootstrap_replicates(design_of(rows), count=30, generator=np.random.default_rng(1))
    chain = Weighting(rows["base"], steps_of(rows)["response"])
    sample = replicate_weighting(chain, replicates=replicates)
    found = replicate.rescored_means_by_domain(CentredScores(rows), domains=rows["age"], sample=sample)
    weights = slow_weights(chain, replicates)
    scores = CentredScores(rows)(weights)
    inside = (rows["age"] == 1)[:, None]
    means = (weights * scores * inside).sum(axis=0) / (weights * inside).sum(axis=0)
    assert found[1].value == close(means[0])
    assert found[1].standard_error == close(np.sqrt(np.mean((means[1:] - means[0]) ** 2)))


def test_a_replicate_in_which_a_domain_is_empty_says_nothing_about_it():
    rows = people(400)
    design = design_of(rows)
    rare = np.isin(design.clusters, [0, 1])
    replicates = bootstrap_replicates(design, count=200, generator=np.random.default_rng(6))
    sample = replicate_weighting(Weighting(rows["base"]), replicates=replicates)
    weights = sample.row_weights(0, stop=201)[rare]
    some = weights.sum(axis=0) > 0
    assert 0 < (~some).sum() < 100
    means = (weights * rows["score"][rare][:, None]).sum(axis=0)[some] / weights.sum(axis=0)[some]
    found = replicate.replicate_mean(rows["score"], sample=sample, domain=rare)
    assert found.standard_error == close(np.sqrt(np.mean((means[1:] - means[0]) ** 2)))
    assert found.degrees_of_freedom == 1


def test_a_margin_that_a_replicate_cannot_meet_is_an_error_that_names_it():
    rows = people(200, clusters=3, strata=4)
    codes = (rows["cluster"] == 0).astype(int)
    margin = Margin("village", codes, np.array([900.0, 100]), ("others", "the one"))
    replicates = bootstrap_replicates(design_of(rows), count=60, generator=np.random.default_rng(1))
    chain = Weighting(rows["base"], (Raking((margin,)),))
    with pytest.raises(
        MarginError, match=r"'village', category 'the one': no respondent in \d+ of 61 replicates"
    ):
        replicate_weighting(chain, replicates=replicates)


def test_lonely_clusters_are_an_error_unless_they_are_certain():
    columns = {"strata": [0, 0, 1], "clusters": [0, 1, 2]}
    design = Design.from_columns([1, 1, 1], **columns)
    with pytest.raises(ReplicateError, match="stratum 1 has one cluster"):
        jackknife_replicates(design)
    for certain in (
        design.with_lonely_cluster(LonelyCluster.CERTAINTY),
        Design.from_columns([1, 1, 1], stratum_population=[5, 5, 1], **columns),
    ):
        drawn = bootstrap_replicates(certain, count=20, generator=np.random.default_rng(1))
        assert drawn.multipliers.block(0, stop=20)[2].tolist() == [1] * 20
        assert jackknife_replicates(certain).count == 2


def test_replicates_that_do_not_fit_the_design_are_refused():
    rows = people()
    design = design_of(rows)
    with pytest.raises(ReplicateError, match="without strata"):
        unstratified_jackknife_replicates(design)
    with pytest.raises(ReplicateError, match="two clusters in every stratum"):
        balanced_replicates(design)
    with pytest.raises(ReplicateError, match="damping"):
        fay_replicates(design, damping=1)
    with pytest.raises(ReplicateError, match="two replicates"):
        bootstrap_replicates(design, count=1, generator=np.random.default_rng(1))
    with pytest.raises(ReplicateError, match="one row per row"):
        given_replicates(design, weights=np.ones((3, 2)), coefficients=1.0)
    with pytest.raises(ReplicateError, match="at least two"):
        given_replicates(design, weights=np.ones((900, 1)), coefficients=1.0)
    with pytest.raises(ReplicateError, match="5 base weights for 900 rows"):
        replicate_weighting(Weighting(np.ones(5)), replicates=jackknife_replicates(design))


def test_questions_that_have_no_answer_are_refused():
    rows = people()
    sample = replicate_weighting(Weighting(rows["base"]), replicates=jackknife_replicates(design_of(rows)))
    score = rows["score"]
    with pytest.raises(StatisticsError, match="between 0 and 1"):
        replicate.replicate_proportion(score, sample=sample)
    with pytest.raises(StatisticsError, match="probability between"):
        replicate.replicate_quantile(score, probability=1.0, sample=sample)
    with pytest.raises(StatisticsError, match="jackknife does not"):
        replicate.replicate_quantile(score, probability=0.5, sample=sample)
    with pytest.raises(StatisticsError, match="empty"):
        replicate.replicate_mean(score, sample=sample, domain=np.zeros(900, dtype=bool))
    with pytest.raises(StatisticsError, match="one bool per row"):
        replicate.replicate_mean(score, sample=sample, domain=rows["sex"])
    with pytest.raises(StatisticsError, match="one number per row"):
        replicate.replicate_mean(score[:5], sample=sample)
    with pytest.raises(StatisticsError, match="one label per row"):
        replicate.replicate_means_by_domain(score, domains=["a"], sample=sample)
    with pytest.raises(StatisticsError, match="has no value"):
        replicate.replicate_mean(np.where(score > 50, np.nan, score), sample=sample)
    with pytest.raises(StatisticsError, match="denominator is zero"):
        replicate.replicate_ratio(score, denominator=np.zeros(900), sample=sample)


def test_proportions_are_means_of_zeros_and_ones():
    rows = people()
    sample = replicate_weighting(Weighting(rows["base"]), replicates=jackknife_replicates(design_of(rows)))
    found = replicate.replicate_proportion(rows["score"] > 50, sample=sample)
    assert found == replicate.replicate_mean((rows["score"] > 50) * 1.0, sample=sample)
    assert found.value == close(np.average(rows["score"] > 50, weights=rows["base"]))


@pytest.mark.parametrize("least", [1, 2, 3, 5, 12, 13, 20, 21, 25, 29, 37, 60, 85])
def test_hadamard_matrices_have_orthogonal_columns_and_begin_with_ones(least):
    matrix = hadamard_matrix(least).astype(int)
    order = len(matrix)
    assert least <= order <= least + 8
    assert (matrix.T @ matrix == order * np.eye(order)).all()
    assert (matrix[:, 0] == 1).all()


def test_memory_stays_far_below_a_table_of_rows_and_replicates():
    rows = people(40_000, clusters=10, strata=20)
    totals = np.bincount(rows["age"], weights=rows["base"] * (1 + 0.1 * rows["sex"]))
    margin = Margin("age", rows["age"], totals, tuple("abcd"))
    design = design_of(rows)
    tracemalloc.start()
    replicates = bootstrap_replicates(design, count=500, generator=np.random.default_rng(1))
    sample = replicate_weighting(Weighting(rows["base"], (Raking((margin,)),)), replicates=replicates)
    replicate.replicate_means_by_domain(rows["score"], domains=rows["stratum"], sample=sample)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 0.15 * (40_000 * 500 * 8)
