import itertools
import json

import numpy as np
import pytest
from scipy.optimize import minimize

from literacy_stats.survey.small_areas import (
    FitPoint,
    ModelError,
    MultilevelFit,
    MultilevelModel,
    Slope,
    fit_at_mode,
    fit_integrated,
    outcome_cells,
    population_cells,
    poststratify,
    poststratify_draws,
)
from literacy_stats.survey.small_areas.laplace import cell_design, deviation_gradient, fixed_gradient, laplace
from literacy_stats.survey.tests import golden
from literacy_stats.survey.tests.district import district, drawn

DISTRICT = MultilevelModel(
    levels={"town": 21, "urban": 2, "sex": 2, "age": 6, "edu": 5},
    slopes=(Slope("sex", (0, 1)), Slope("urban", (0, 1))),
    varying=(("town",), ("age",), ("edu",), ("age", "edu")),
)
SMALL = MultilevelModel(
    levels={"town": 7, "age": 4, "sex": 2},
    slopes=(Slope("sex", (0, 1)), Slope("town", tuple(np.linspace(-1, 1, 7)))),
    varying=(("town",), ("age",), ("town", "age")),
)


def columns_of(people):
    return {name: getattr(people, name) for name in ("town", "urban", "sex", "age", "edu")}


def district_cells():
    people = district()
    key = np.ravel_multi_index(list(columns_of(people).values()), (21, 2, 2, 6, 5))
    sizes = np.bincount(key, minlength=2520)
    codes = dict(zip(columns_of(people), np.unravel_index(np.arange(2520), (21, 2, 2, 6, 5)), strict=True))
    return population_cells(DISTRICT, columns=codes, sizes=sizes, areas=codes["town"])


def small_sample(seed, *, n=700):
    rng = np.random.default_rng(seed)
    columns = {name: rng.integers(0, levels, n) for name, levels in SMALL.levels.items()}
    town, age = rng.normal(0, 0.5, 7), rng.normal(0, 0.8, 4)
    line = -1 + 0.4 * columns["sex"] + town[columns["town"]] + age[columns["age"]]
    return columns, (rng.random(n) < 1 / (1 + np.exp(-line))).astype(int)


def small_population():
    town, age, sex = np.unravel_index(np.arange(56), (7, 4, 2))
    sizes = np.random.default_rng(0).integers(50, 500, 56)
    return population_cells(SMALL, columns={"town": town, "age": age, "sex": sex}, sizes=sizes, areas=town)


@pytest.fixture(scope="module")
def small():
    columns, outcomes = small_sample(1)
    return outcome_cells(SMALL, columns=columns, outcomes=outcomes)


def test_fifty_thousand_respondents_agree_with_glmer():
    golden.require()
    wanted = json.loads((golden.FOLDER / "ref_mrp_glmer.json").read_text())
    people, _ = drawn(50_000)
    cells = outcome_cells(DISTRICT, columns=columns_of(people), outcomes=people.literate)
    fit = fit_at_mode(DISTRICT, cells=cells)
    deviations = dict(zip(("town", "age", "edu", "age:edu"), fit.deviations, strict=True))
    assert fit.fixed == pytest.approx(list(wanted["fixef"].values()), abs=1e-4)
    assert deviations == pytest.approx(dict(zip(wanted["grp"], wanted["sd"], strict=True)), abs=1e-4)
    assert fit.log_likelihood == pytest.approx(wanted["loglik"], abs=1e-4)
    assert poststratify(fit, population=district_cells()) == pytest.approx(wanted["town"], abs=1e-6)


def test_integrated_townships_are_near_the_truth_of_the_made_up_district():
    people, _ = drawn(50_000)
    cells = outcome_cells(DISTRICT, columns=columns_of(people), outcomes=people.literate)
    everybody = district()
    truth = np.bincount(everybody.town, weights=everybody.literate) / np.bincount(everybody.town)
    posterior = poststratify_draws(
        fit_integrated(DISTRICT, cells=cells), population=district_cells(), generator=np.random.default_rng(0)
    )
    assert np.sqrt(np.mean((posterior.estimates - truth) ** 2)) < 0.007
    assert np.mean(posterior.whole) == pytest.approx(everybody.literate.mean(), abs=0.004)
    # The township is described by fewer things than really make it differ (its villages), so not all are held.
    lower, upper = posterior.intervals()
    assert np.mean((lower <= truth) & (truth <= upper)) > 0.7


def dense_matrix(cells):
    """One column per coefficient, as in a book."""
    codes = cells.codes
    tables = [np.eye(7)[codes["town"]], np.eye(4)[codes["age"]], np.eye(28)[codes["town"] * 4 + codes["age"]]]
    fixed = [np.ones(len(cells.trials)), codes["sex"], np.linspace(-1, 1, 7)[codes["town"]]]
    return np.concatenate([np.column_stack(fixed), *tables], axis=1)


def dense_laplace(cells, log_deviations, *, integrated_from):
    """The approximation from its definition, with a general optimiser."""
    matrix = dense_matrix(cells)
    ridge = np.concatenate([np.zeros(3), np.repeat(np.exp(-2 * log_deviations), (7, 4, 28))])

    def fall(mode):
        line = matrix @ mode
        height = cells.successes @ line - cells.trials @ np.logaddexp(0, line) - 0.5 * ridge @ mode**2
        slope = matrix.T @ (cells.successes - cells.trials / (1 + np.exp(-line))) - ridge * mode
        return -height, -slope

    ended = minimize(fall, np.zeros(42), jac=True, method="BFGS", options={"gtol": 1e-7})
    mean = 1 / (1 + np.exp(-matrix @ ended.x))
    precision = (matrix.T * (cells.trials * mean * (1 - mean))) @ matrix + np.diag(ridge)
    block = precision[integrated_from:, integrated_from:]
    value = -ended.fun - np.array([7, 4, 28]) @ log_deviations - 0.5 * np.linalg.slogdet(block)[1]
    return value, ended.x


def fast_laplace(cells, log_deviations, **changed):
    design = cell_design(SMALL, cells=cells)
    asked = {"start": np.zeros(42), "integrated_from": 0} | changed
    return design, laplace(design, cells=cells, log_deviations=np.asarray(log_deviations), **asked)


@pytest.mark.parametrize("integrated_from", [0, 3])
@pytest.mark.parametrize("log_deviations", [(-1.0, 0.0, -2.0), (0.3, -1.5, -0.5)])
def test_the_approximation_is_that_of_whole_matrices(small, log_deviations, integrated_from):
    value, mode = dense_laplace(small, np.array(log_deviations), integrated_from=integrated_from)
    _, found = fast_laplace(small, log_deviations, integrated_from=integrated_from)
    assert found.value == pytest.approx(value, abs=1e-6)
    assert found.mode == pytest.approx(mode, abs=1e-5)


@pytest.mark.parametrize("integrated_from", [0, 3])
def test_the_gradient_is_the_difference_of_values(small, integrated_from):
    place = np.array([-1.0, 0.1, -1.5])
    design, found = fast_laplace(small, place, integrated_from=integrated_from)
    gradient = deviation_gradient(found, design=design, cells=small)
    for term in range(3):
        up, down = (
            fast_laplace(small, place + sign * 1e-4 * np.eye(3)[term], integrated_from=integrated_from)[
                1
            ].value
            for sign in (1, -1)
        )
        assert gradient[term] == pytest.approx((up - down) / 2e-4, abs=1e-5)


def test_the_gradient_by_slopes_is_the_difference_of_values(small):
    place = np.array([-1.0, 0.1, -1.5])
    start = fast_laplace(small, place)[1].mode + np.eye(42)[1] * 0.05
    held = {"integrated_from": 3, "free_from": 3}
    design, found = fast_laplace(small, place, start=start, **held)
    gradient = fixed_gradient(found, design=design, cells=small)
    for slope in range(3):
        up, down = (
            fast_laplace(small, place, start=start + sign * 1e-4 * np.eye(42)[slope], **held)[1].value
            for sign in (1, -1)
        )
        assert gradient[slope] == pytest.approx((up - down) / 2e-4, abs=1e-4)


def test_a_few_points_integrate_as_a_fine_grid_does(small):
    population = small_population()
    posterior = poststratify_draws(
        fit_integrated(SMALL, cells=small),
        population=population,
        generator=np.random.default_rng(0),
        count=40_000,
    )
    reference = poststratify_draws(
        fine_grid_fit(small), population=population, generator=np.random.default_rng(1), count=40_000
    )
    assert posterior.estimates == pytest.approx(reference.estimates, abs=0.002)
    assert posterior.standard_errors == pytest.approx(reference.standard_errors, rel=0.06)


def fine_grid_fit(cells):
    """Laplace at 14 × 14 × 14 standard deviations, weighed by their posterior."""
    line = np.linspace(-4.5, 1.3, 14)
    places = [np.array(place) for place in itertools.product(line, repeat=3)]
    design, found = fast_laplace(cells, places[len(places) // 2])
    heights, points = [], []
    for place in places:
        found = laplace(design, cells=cells, log_deviations=place, start=found.mode, integrated_from=0)
        heights.append(found.value + np.sum(place - 0.5 * np.exp(2 * place)))
        points.append((np.exp(place), found.mode, found.precision))
    weights = np.exp(np.array(heights) - max(heights))
    weights /= weights.sum()
    kept = [
        FitPoint(float(weight), *point)
        for weight, point in zip(weights, points, strict=True)
        if weight > 1e-6
    ]
    return MultilevelFit(SMALL, tuple(kept), 0.0)


def test_not_knowing_the_standard_deviations_makes_intervals_wider():
    columns, outcomes = small_sample(3, n=250)
    cells = outcome_cells(SMALL, columns=columns, outcomes=outcomes)
    errors = [
        poststratify_draws(
            fit(SMALL, cells=cells),
            population=small_population(),
            generator=np.random.default_rng(0),
            count=8000,
        ).standard_errors.mean()
        for fit in (fit_at_mode, fit_integrated)
    ]
    assert errors[1] > errors[0] * 1.02


def test_fine_and_coarse_terms_of_one_or_two_use_a_grid():
    model = MultilevelModel(levels={"town": 7, "age": 4}, slopes=(), varying=(("town",), ("age",)))
    columns, outcomes = small_sample(2)
    fit = fit_integrated(model, cells=outcome_cells(model, columns=columns, outcomes=outcomes))
    assert len(fit.points) == 81
    assert sum(point.weight for point in fit.points) == pytest.approx(1)


def test_the_order_of_respondents_and_the_names_of_categories_change_nothing():
    columns, outcomes = small_sample(5)
    renamed = np.array([2, 0, 3, 1])
    shuffled = np.random.default_rng(0).permutation(len(outcomes))
    other = {name: codes[shuffled] for name, codes in columns.items()} | {
        "age": renamed[columns["age"][shuffled]]
    }
    plain = fit_at_mode(SMALL, cells=outcome_cells(SMALL, columns=columns, outcomes=outcomes))
    again = fit_at_mode(SMALL, cells=outcome_cells(SMALL, columns=other, outcomes=outcomes[shuffled]))
    assert again.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-7)
    assert again.fixed == pytest.approx(plain.fixed, abs=1e-5)


def test_cells_are_what_counting_gives():
    columns, outcomes = small_sample(6, n=300)
    cells = outcome_cells(SMALL, columns=columns, outcomes=outcomes)
    wanted = {}
    for town, age, sex, outcome in zip(
        columns["town"], columns["age"], columns["sex"], outcomes, strict=True
    ):
        trials, successes = wanted.get((town, age, sex), (0, 0))
        wanted[town, age, sex] = (trials + 1, successes + outcome)
    names = zip(cells.codes["town"], cells.codes["age"], cells.codes["sex"], strict=True)
    assert dict(zip(names, zip(cells.trials, cells.successes, strict=True), strict=True)) == wanted


def test_a_column_with_very_many_levels_gives_the_same_cells():
    columns, outcomes = small_sample(6, n=300)
    wide = MultilevelModel(
        levels=SMALL.levels | {"village": 100_000}, slopes=(), varying=(("village",), ("age",))
    )
    village = columns["town"] * 10_000
    cells = outcome_cells(wide, columns=columns | {"village": village}, outcomes=outcomes)
    narrow = MultilevelModel(levels=SMALL.levels, slopes=(), varying=(("town",), ("age",)))
    plain = outcome_cells(narrow, columns=columns, outcomes=outcomes)
    assert sorted(cells.trials) == sorted(plain.trials)


def test_a_column_the_population_does_not_have_is_averaged_over():
    point = FitPoint(
        1.0, np.array([0.8, 0.1]), np.concatenate([[-1.0], np.zeros(7), np.zeros(4)]), np.eye(12) * 1e12
    )
    model = MultilevelModel(levels={"village": 7, "town": 4}, slopes=(), varying=(("village",), ("town",)))
    population = population_cells(model, columns={"town": [0, 1]}, sizes=[10, 20], areas=[0, 0])
    found = poststratify(MultilevelFit(model, (point,), 0.0), population=population)
    new_villages = np.random.default_rng(0).normal(0, 0.8, 4_000_000)
    assert found[0] == pytest.approx(np.mean(1 / (1 + np.exp(1.0 - new_villages))), abs=0.0005)


def test_draws_of_the_whole_are_the_areas_added_up_by_size(small):
    population = small_population()
    posterior = poststratify_draws(
        fit_at_mode(SMALL, cells=small), population=population, generator=np.random.default_rng(0), count=50
    )
    sizes = [population.sizes[population.areas == area].sum() for area in range(7)]
    assert posterior.draws.shape == (7, 50)
    assert posterior.whole == pytest.approx(np.average(posterior.draws, axis=0, weights=sizes))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"varying": ()}, "at least one varying"),
        ({"varying": (("street",),)}, "no number of levels is given for street"),
        ({"slopes": (Slope("sex", (0, 1, 2)),)}, "one value per level of sex"),
    ],
)
def test_a_model_that_contradicts_itself_is_refused(changed, message):
    asked = {"levels": {"town": 7, "sex": 2}, "slopes": (), "varying": (("town",),)} | changed
    with pytest.raises(ModelError, match=message):
        MultilevelModel(**asked)


def test_outcomes_that_are_all_the_same_cannot_be_modelled():
    columns, _ = small_sample(0)
    cells = outcome_cells(SMALL, columns=columns, outcomes=np.ones(700))
    with pytest.raises(ModelError, match="every outcome is the same"):
        fit_at_mode(SMALL, cells=cells)


def test_a_slope_that_is_the_intercept_again_is_refused():
    model = MultilevelModel(
        levels={"town": 7, "sex": 2}, slopes=(Slope("sex", (1, 1)),), varying=(("town",),)
    )
    columns, outcomes = small_sample(0)
    with pytest.raises(ModelError, match="depend"):
        fit_at_mode(model, cells=outcome_cells(model, columns=columns, outcomes=outcomes))


@pytest.mark.parametrize(
    ("columns", "outcomes", "message"),
    [
        ({"town": [0, 7], "age": [0, 0], "sex": [0, 0]}, [0, 1], "column town must hold 2 codes below 7"),
        ({"town": [0, 1], "age": [0, 0]}, [0, 1], "no column sex"),
        ({"town": [0, 1], "age": [0, 0], "sex": [0, 0]}, [0, 2], "between 0 and 1"),
    ],
)
def test_respondents_that_do_not_fit_the_model_are_refused(columns, outcomes, message):
    with pytest.raises(ModelError, match=message):
        outcome_cells(SMALL, columns=columns, outcomes=outcomes)


@pytest.mark.parametrize(
    ("columns", "areas", "message"),
    [
        ({"age": [0, 1]}, [0, 1], "no column sex, town"),
        ({"town": [0, 1], "sex": [0, 1]}, [0, 2], "without a gap"),
    ],
)
def test_a_population_that_does_not_fit_the_model_is_refused(columns, areas, message):
    with pytest.raises(ModelError, match=message):
        population_cells(SMALL, columns=columns, sizes=[5, 6], areas=areas)
