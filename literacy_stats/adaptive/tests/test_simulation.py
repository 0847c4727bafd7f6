import itertools

import numpy as np
import pytest

from literacy_stats.adaptive import (
    BankError,
    Blueprint,
    ItemBank,
    Randomesque,
    Shortage,
    StoppingRule,
    calibrate_exposure,
    check_coverage,
    simulate,
)
from literacy_stats.adaptive.tests.banks import drawn_bank, drawn_test
from literacy_stats.irt.items import ItemParameters, information

BLUEPRINT = Blueprint.from_shares((40, 20, 20, 20), length=20)


@pytest.fixture(scope="module")
def report():
    rng = np.random.default_rng(9)
    test = drawn_test(stopping=StoppingRule(minimum_length=8, standard_error=0.3, cut=0.9))
    return simulate(test, abilities=rng.normal(size=400), generator=rng)


def test_estimates_are_right_on_average_and_as_precise_as_they_say(report):
    assert abs(report.accuracy.bias) < 0.05
    assert report.accuracy.rmse == pytest.approx(report.accuracy.mean_standard_error, rel=0.1)


def test_overlap_is_what_counting_pairs_gives(report):
    given = [set(row[row >= 0].tolist()) for row in report.items]
    shared = np.mean([len(one & other) for one, other in itertools.combinations(given, 2)])
    assert report.overlap == pytest.approx(shared / report.mean_length, rel=1e-12)


def test_exposure_adds_up_to_the_length(report):
    assert report.exposure_rates.sum() == pytest.approx(report.mean_length)
    assert set(report.unused_items.tolist()).isdisjoint(report.items[report.items >= 0].tolist())


def test_few_people_are_put_on_the_wrong_side(report):
    plain = np.mean((report.above) != (report.abilities >= 0.9))
    assert report.misclassification == plain
    assert 0 < plain < 0.12


def test_bands_of_ability_make_up_the_whole(report):
    bands = report.accuracy_between([-9, -0.5, 0.5, 9])
    assert sum(band.count for band in bands) == 400
    assert sum(band.count * band.bias for band in bands) / 400 == pytest.approx(report.accuracy.bias)
    # A posterior mean leans towards the prior at both ends.
    assert bands[0].bias > 0 > bands[2].bias


def test_an_empty_band_is_said_to_be_empty(report):
    with pytest.raises(BankError, match="band"):
        report.accuracy_between([8, 9])


def test_choosing_among_more_items_spreads_them_and_costs_little_accuracy():
    abilities = np.random.default_rng(1).normal(size=300)
    best, spread = (
        simulate(
            drawn_test(exposure=Randomesque(size)), abilities=abilities, generator=np.random.default_rng(1)
        )
        for size in (1, 8)
    )
    assert spread.exposure_rates.max() < best.exposure_rates.max()
    assert spread.overlap < best.overlap
    assert spread.accuracy.rmse < best.accuracy.rmse * 1.15


def test_calibrated_exposure_keeps_items_below_the_limit_for_other_people_too():
    rng = np.random.default_rng(5)
    test = drawn_test(length=10, exposure=Randomesque(1))
    free = simulate(test, abilities=rng.normal(size=500), generator=rng)
    assert free.exposure_rates.max() > 0.5
    calibrated = calibrate_exposure(
        test, limit=0.25, abilities=rng.normal(size=600), generator=rng, tolerance=0.03
    )
    again = simulate(calibrated.test, abilities=rng.normal(size=600), generator=rng)
    assert again.exposure_rates.max() < 0.25 + 0.06
    assert again.accuracy.rmse < free.accuracy.rmse * 1.25
    assert calibrated.highest[0] > 0.5


def test_a_limit_below_what_an_area_needs_names_the_area():
    with pytest.raises(BankError, match=r"area 0 needs an exposure of 0\.160"):
        calibrate_exposure(drawn_test(), limit=0.1, abilities=[0.0], generator=np.random.default_rng(0))


def test_a_limit_the_rounds_cannot_reach_is_said():
    rng = np.random.default_rng(0)
    with pytest.raises(BankError, match="after 1 rounds"):
        calibrate_exposure(
            drawn_test(exposure=Randomesque(1)),
            limit=0.2,
            abilities=rng.normal(size=50),
            generator=rng,
            most_rounds=1,
        )


def coverage(bank, **changed):
    asked = {
        "blueprint": BLUEPRINT,
        "abilities": np.linspace(-1.5, 1.5, 7),
        "standard_error": 0.4,
        "exposure_limit": 0.3,
    }
    return check_coverage(bank, **(asked | changed))


def test_a_good_bank_may_go_live():
    assert coverage(drawn_bank(400)).may_go_live


def test_standard_errors_are_those_of_the_mean_of_the_items_that_may_be_given():
    bank = drawn_bank(400)
    found = coverage(bank, abilities=[0.5]).standard_errors[0]
    worth = information(bank.parameters, theta=0.5)[:, 0]
    gained = 0.0
    for area, (count, kept) in enumerate(zip((8, 4, 4, 4), (27, 14, 14, 14), strict=True)):
        best = sorted(worth[bank.areas == area], reverse=True)[:kept]
        gained += count * sum(best) / kept
    assert found == pytest.approx((gained + 1) ** -0.5)


def test_where_a_bank_is_not_precise_enough_is_said():
    report = coverage(drawn_bank(400), abilities=[0.0, -5.0])
    assert [(problem.shortage, problem.theta) for problem in report.problems] == [
        (Shortage.TOO_LITTLE_INFORMATION, -5.0)
    ]


def test_a_bank_that_would_show_its_items_too_often_is_held_back():
    report = coverage(drawn_bank(60), standard_error=1.0)
    assert [(p.shortage, p.area, round(p.found, 3)) for p in report.problems] == [
        (Shortage.TOO_MUCH_EXPOSURE, 0, 0.533)
    ]


def test_enemies_count_as_the_one_that_may_be_shown():
    bank = drawn_bank(40, enemies=({0, 4, 8},))
    report = coverage(bank, exposure_limit=1.0, standard_error=1.0, blueprint=Blueprint((9, 1, 1, 1)))
    assert [(p.shortage, p.area, p.found, p.needed) for p in report.problems] == [
        (Shortage.TOO_FEW_ITEMS, 0, 8, 9)
    ]


def test_an_item_keyed_the_wrong_way_round_is_named():
    parameters = ItemParameters.dichotomous(slopes=[1.0, -0.2, 1.0], difficulties=[0, 0, 0])
    report = check_coverage(
        ItemBank(parameters, [0, 0, 0]),
        blueprint=Blueprint((1,)),
        abilities=[0.0],
        standard_error=1.0,
        exposure_limit=1.0,
    )
    assert [(p.shortage, p.item) for p in report.problems] == [(Shortage.WORTHLESS_ITEM, 1)]
