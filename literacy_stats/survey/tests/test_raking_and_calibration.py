"""Raking and calibration meet their totals, equal slow references and two other programs, and say what cannot be met."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from literacy_stats.errors import MarginError, WeightingError
from literacy_stats.survey import raking
from literacy_stats.survey.calibration import CalibrationStep, NumericTotal, calibrate
from literacy_stats.survey.distances import Exponential, Linear, Logit, TruncatedLinear
from literacy_stats.survey.margins import Margin
from literacy_stats.survey.raking import Raking, rake
from literacy_stats.survey.weights import Weighting

close = pytest.approx
DISTANCES = [Linear(), Exponential(), Logit(0.3, 3), TruncatedLinear(0.3, 3)]


def a_sample(n=600, seed=5, sizes=(7, 2, 4, 3)):
    """Base weights, codes of dependent variables, and totals of a population like but not equal to the sample."""
    generator = np.random.default_rng(seed)
    latent = generator.normal(size=n)
    codes = []
    for size in sizes:
        ranks = np.argsort(np.argsort(latent + generator.normal(size=n)))
        codes.append(ranks * size // n)
    base = generator.lognormal(1, 0.4, n)
    base *= 5000 / base.sum()
    people = base * generator.lognormal(0, 0.3, n) * 5000 / base.sum()
    totals = [np.bincount(code, weights=people) for code in codes]
    return base, [
        Margin(f"m{place}", code, total, tuple(f"c{number}" for number in range(len(total))))
        for place, (code, total) in enumerate(zip(codes, totals, strict=True))
    ]


def slowly_raked(base, margins, *, rounds=400):
    weights = base.copy()
    for _ in range(rounds):
        for margin in margins:
            for code, total in enumerate(margin.totals):
                rows = margin.codes == code
                weights[rows] *= total / weights[rows].sum()
    return weights


def slowly_calibrated(base, margins, distance):
    """Newton's method on rows with all indicators and a pseudo-inverse."""
    x = np.column_stack([margin.codes == code for margin in margins for code in range(len(margin.totals))])
    x = x.astype(float)
    totals = np.concatenate([margin.totals for margin in margins])
    multipliers = np.zeros(len(totals))
    for _ in range(60):
        u = x @ multipliers
        missing = totals - x.T @ (base * distance.factors(u))
        multipliers += np.linalg.pinv(x.T @ (x * (base * distance.slopes(u))[:, None]), rcond=1e-10) @ missing
    return base * distance.factors(x @ multipliers)


def met(weights, margins):
    return [
        np.abs(np.bincount(margin.codes, weights=weights) / margin.totals - 1).max() for margin in margins
    ]


def test_raking_equals_its_slow_reference_row_by_row():
    base, margins = a_sample()
    assert rake(base, margins=margins, tolerance=1e-13) == close(slowly_raked(base, margins), rel=1e-9)


def test_raking_without_the_table_of_two_groups_gives_the_same(monkeypatch):
    base, margins = a_sample()
    with_table = rake(base, margins=margins, tolerance=1e-13)
    monkeypatch.setattr(raking, "_TABLE_PER_CELL", 0)
    monkeypatch.setattr(raking, "_DENSE", 0)
    assert rake(base, margins=margins, tolerance=1e-13) == close(with_table, rel=1e-10)


def test_raking_to_one_margin_is_post_stratification():
    base, margins = a_sample()
    step = raking.PostStratification(margins[0])
    assert rake(base, margins=margins[:1]) == close(Weighting(base, (step,)).final_weights())


def test_calibration_by_exponentials_is_raking():
    base, margins = a_sample()
    found = calibrate(base, margins=margins, distance=Exponential(), tolerance=1e-13)
    assert found == close(rake(base, margins=margins, tolerance=1e-13), rel=1e-9)


@pytest.mark.parametrize("distance", DISTANCES)
def test_calibration_equals_its_slow_reference_row_by_row(distance):
    base, margins = a_sample()
    found = calibrate(base, margins=margins, distance=distance, tolerance=1e-13)
    assert found == close(slowly_calibrated(base, margins, distance), rel=1e-8)


@given(st.integers(0, 10_000), st.sampled_from(["rake", *DISTANCES]))
@settings(max_examples=40, deadline=None)
def test_calibrated_margins_hold_whatever_the_sample(seed, distance):
    base, margins = a_sample(300, seed=seed, sizes=(4, 2, 3))
    found = (
        rake(base, margins=margins)
        if distance == "rake"
        else calibrate(base, margins=margins, distance=distance)
    )
    assert max(met(found, margins)) < 1e-8


@given(st.floats(0.001, 1000), st.permutations(range(3)))
@settings(max_examples=20, deadline=None)
def test_rescaled_weights_and_the_order_of_margins_change_nothing(scale, order):
    base, margins = a_sample(200, sizes=(4, 2, 3))
    moved = rake(base * scale, margins=[margins[place] for place in order], tolerance=1e-12)
    assert moved == close(rake(base, margins=margins, tolerance=1e-12), rel=1e-8)


def test_renamed_and_reordered_categories_change_nothing():
    words = np.array(["男", "女", "女", "男", "女"])
    once = Margin.from_column(words, name="sex", totals={"男": 30.0, "女": 20.0})
    codes = (words == "女").astype(int)
    again = Margin.from_column(codes, name="性别", totals={1: 20.0, 0: 30.0})
    assert rake(np.ones(5), margins=[once]).tolist() == rake(np.ones(5), margins=[again]).tolist()


@pytest.mark.parametrize("distance", [Logit(0.6, 1.6), TruncatedLinear(0.6, 1.6)])
def test_bounded_factors_stay_within_their_bounds(distance):
    base, margins = a_sample()
    factors = calibrate(base, margins=margins, distance=distance) / base
    assert factors.min() >= 0.6 - 1e-12
    assert factors.max() <= 1.6 + 1e-12


@pytest.mark.parametrize("distance", [Logit(0.6, 1.6), TruncatedLinear(0.6, 1.6)])
def test_bounds_that_no_weights_can_keep_are_an_error(distance):
    base, margins = a_sample()
    with pytest.raises(MarginError, match="bounds are too narrow"):
        # The weights add up to a third of the population: no factor near one can do.
        calibrate(base / 3, margins=margins, distance=distance)


@pytest.mark.parametrize("distance", DISTANCES)
def test_a_distance_begins_at_one_and_is_the_slope_of_its_potential(distance):
    u = np.linspace(-2.5, 2.5, 41)
    assert distance.factors(np.zeros(1)) == close(1)
    assert distance.slopes(np.zeros(1)) == close(1)
    step = 1e-6
    slope = (distance.potential(u + step) - distance.potential(u - step)) / (2 * step)
    assert slope == close(distance.factors(u), abs=1e-6)
    kinks = np.abs(np.abs(1 + u - np.array([[0.3], [3.0]])).min(axis=0)) < 1e-3
    curvature = (distance.factors(u + step) - distance.factors(u - step)) / (2 * step)
    assert curvature[~kinks] == close(distance.slopes(u)[~kinks], abs=1e-5)


@pytest.mark.parametrize("bounds", [(-0.1, 2), (1, 2), (0.5, 1), (0.5, np.inf)])
def test_bounds_lie_around_one(bounds):
    for make in (Logit, TruncatedLinear):
        with pytest.raises(WeightingError, match="around 1"):
            make(*bounds)


def test_a_number_is_calibrated_beside_margins():
    base, margins = a_sample()
    income = np.random.default_rng(1).gamma(3, 10, len(base))
    total = 31.5 * 5000
    found = calibrate(base, margins=margins, numeric=[NumericTotal("income", income, total)])
    assert found @ income == close(total)
    assert max(met(found, margins)) < 1e-9


def test_a_number_that_follows_from_a_margin_must_agree_with_it():
    base, margins = a_sample()
    people = NumericTotal("people", np.ones(len(base)), margins[0].population)
    assert calibrate(base, margins=margins, numeric=[people]) == close(calibrate(base, margins=margins))
    wrong = NumericTotal("people", np.ones(len(base)), 6000.0)
    with pytest.raises(MarginError, match="'people', category 'total': the total contradicts"):
        calibrate(base, margins=margins, numeric=[wrong])


def test_margins_of_different_populations_are_an_error_that_names_them():
    first = Margin("sex", np.array([0, 1]), np.array([50.0, 50]), ("f", "m"))
    second = Margin("age", np.array([0, 1]), np.array([60.0, 60]), ("young", "old"))
    for step in (Raking, CalibrationStep):
        with pytest.raises(MarginError, match=r"'age'.* 120, those of 'sex' to 100") as caught:
            step((first, second))
        assert caught.value.margin == "age"


@pytest.mark.parametrize("distance", [None, *DISTANCES])
def test_a_category_without_respondents_is_an_error_that_names_it(distance):
    margin = Margin("edu", np.array([0, 0, 1]), np.array([5.0, 5, 1]), ("low", "middle", "high"))
    step = CalibrationStep((margin,), distance=distance) if distance else Raking((margin, margin))
    chain = Weighting(np.ones(3), (step,))
    with pytest.raises(MarginError, match="no respondent in the sample") as caught:
        chain.final_weights()
    assert (caught.value.margin, caught.value.category) == ("edu", "high")


def contradicting():
    """All women are old in the sample, and the population has more women than old people."""
    sex = Margin("sex", np.array([0, 0, 1, 1]), np.array([70.0, 30]), ("f", "m"))
    age = Margin("age", np.array([0, 0, 0, 1]), np.array([40.0, 60]), ("old", "young"))
    return [sex, age]


def test_raking_that_cannot_be_done_is_an_error_that_names_a_margin(monkeypatch):
    with pytest.raises(MarginError, match=r"after 50 iterations") as caught:
        rake(np.ones(4), margins=contradicting(), maximum_iterations=50)
    assert caught.value.margin in {"sex", "age"}
    monkeypatch.setattr(raking, "_TABLE_PER_CELL", 0)
    with pytest.raises(MarginError, match=r"after 50 iterations"):
        rake(np.ones(4), margins=contradicting(), maximum_iterations=50)


@pytest.mark.parametrize("distance", [Exponential(), Logit(0.3, 3)])
def test_calibration_that_cannot_be_done_is_an_error_that_names_a_margin(distance):
    with pytest.raises(MarginError) as caught:
        calibrate(np.full(4, 25.0), margins=contradicting(), distance=distance)
    assert caught.value.margin in {"sex", "age"}


@pytest.mark.parametrize(
    ("codes", "totals", "categories"),
    [
        ([0, 1], [1.0], ("a", "b")),
        ([[0, 1]], [1.0, 1], ("a", "b")),
        ([0, -2], [1.0, 1], ("a", "b")),
        ([0, 2], [1.0, 1], ("a", "b")),
        ([0, 1], [1.0, 0], ("a", "b")),
        ([0, 1], [1.0, np.nan], ("a", "b")),
    ],
)
def test_a_margin_that_is_none_is_refused(codes, totals, categories):
    with pytest.raises(WeightingError):
        Margin("m", np.array(codes), np.array(totals), categories)


def test_labels_without_a_total_are_an_error_and_missing_ones_are_not_known():
    with pytest.raises(MarginError, match="category 'x': no population total"):
        Margin.from_column(np.array(["a", "x"]), name="m", totals={"a": 1.0})
    with pytest.raises(MarginError, match="category '7': no population total"):
        Margin.from_column(np.array([1, 7]), name="m", totals={1: 1.0, 3: 2.0})
    margin = Margin.from_column(np.array(["a", None, np.nan], dtype=object), name="m", totals={"a": 1.0})
    assert margin.codes.tolist() == [0, -1, -1]
    with pytest.raises(WeightingError, match="one label per row"):
        Margin.from_column(np.array([["a"]]), name="m", totals={"a": 1.0})


def test_calibration_needs_totals_and_known_values():
    with pytest.raises(WeightingError, match="needs a margin"):
        CalibrationStep(())
    with pytest.raises(WeightingError, match="needs a margin"):
        Raking(())
    with pytest.raises(WeightingError, match="finite number"):
        NumericTotal("x", np.array([np.inf]), 1.0)
    with pytest.raises(WeightingError, match="not known"):
        calibrate(np.ones(2), margins=[], numeric=[NumericTotal("x", np.array([np.nan, 1.0]), 5.0)])


@pytest.mark.parametrize(
    ("method", "distance"),
    [
        ("linear", Linear()),
        ("raking", Exponential()),
        ("logit", Logit(0.5, 2.0)),
        ("truncated_linear", TruncatedLinear(0.5, 2.0)),
    ],
)
def test_weights_are_those_of_icarus(method, distance):
    pycarus = pytest.importorskip("pycarus")
    pandas = pytest.importorskip("pandas")
    base, (margin, *_) = a_sample(300)
    generator = np.random.default_rng(2)
    numbers = {"income": generator.gamma(3, 10, 300), "distance": generator.gamma(2, 3, 300)}
    totals = {name: float(base @ column) * 1.03 for name, column in numbers.items()}
    frame = pandas.DataFrame({"m0": np.array(margin.categories)[margin.codes], **numbers, "w": base})
    # One margin only: with several, its indicators depend on each other and its Newton steps run away.
    wanted = {"m0": dict(zip(margin.categories, margin.totals.tolist(), strict=True)), **totals}
    options = {"bounds": (0.5, 2.0)} if method in {"logit", "truncated_linear"} else {}
    expected, _ = pycarus.calibrate(
        frame, wanted, method=method, initial_weights_column="w", tolerance=1e-12, verbose=False, **options
    )
    numeric = [NumericTotal(name, column, totals[name]) for name, column in numbers.items()]
    found = calibrate(base, margins=[margin], numeric=numeric, distance=distance, tolerance=1e-13)
    assert found == close(np.asarray(expected, dtype=float), rel=1e-9)


def test_raked_weights_are_those_of_svy():
    svy = pytest.importorskip("svy")
    polars = pytest.importorskip("polars")
    base, margins = a_sample(300)
    frame = polars.DataFrame(
        {margin.name: np.array(margin.categories)[margin.codes] for margin in margins} | {"w": base}
    )
    controls = {
        margin.name: dict(zip(margin.categories, margin.totals.tolist(), strict=True)) for margin in margins
    }
    raked = svy.Sample(frame, svy.Design(wgt="w")).weighting.rake(
        controls=controls, wgt_name="raked", tol=1e-12, max_iter=500
    )
    expected = raked.data["raked"].to_numpy()
    assert rake(base, margins=margins, tolerance=1e-12) == close(expected, rel=1e-8)
