import numpy as np
import pytest

from literacy_stats.irt import ResponsesError, expected_a_posteriori, expected_scores, s_x2, yen_q3
from literacy_stats.irt.tests import golden
from literacy_stats.irt.tests.simulated import answered, bank


@pytest.mark.parametrize(
    ("key", "parameters"), [("lsat6.2PL", 2), ("lsat7.2PL", 2), ("mathexam.2PL", 2), ("sim3pl.3PL", 3)]
)
def test_item_fit_equals_that_of_r(key, parameters):
    reference = golden.mirt(key)

    found = s_x2(
        golden.answers(key.split(".")[0]), items=golden.items_of(reference), parameters_per_item=parameters
    )

    assert found.statistics == pytest.approx(np.array(reference["itemfit_SX2"]["SX2"]), abs=1e-8)
    assert found.degrees_of_freedom.tolist() == reference["itemfit_SX2"]["df"]


def test_where_scores_are_sparse_only_the_merging_of_a_few_items_differs_from_r():
    """With 45 items R joins some cells in another order; every item joined alike has the same statistic."""
    reference = golden.mirt("spisa.2PL")

    found = s_x2(golden.answers("spisa"), items=golden.items_of(reference), parameters_per_item=2)

    same = np.array(reference["itemfit_SX2"]["df"]) == found.degrees_of_freedom
    distance = np.abs(found.statistics - np.array(reference["itemfit_SX2"]["SX2"]))
    assert same.mean() > 0.9
    assert (distance < 1e-8).mean() > 0.9
    assert distance.max() < 1


def test_items_that_fit_are_rejected_as_often_as_the_level_says():
    generator = np.random.default_rng(1)
    items = bank(generator, count=15)
    p_values = np.concatenate(
        [
            s_x2(
                answered(generator, items=items, theta=generator.normal(size=1500)),
                items=items,
                parameters_per_item=1,
            ).p_values
            for _ in range(20)
        ]
    )

    # The items are known, not estimated, so that all cells count: 15 × 20 tests at the 5 % level.
    assert 0.01 < np.mean(p_values < 0.05) < 0.1


def test_an_item_that_does_not_fit_is_found():
    generator = np.random.default_rng(2)
    items = bank(generator, count=15)
    codes = answered(generator, items=items, theta=generator.normal(size=3000))
    codes[:, 3] = generator.random(3000) < 0.5

    assert s_x2(codes, items=items, parameters_per_item=2).p_values.argmin() == 3


def test_only_persons_with_all_answers_count():
    generator = np.random.default_rng(3)
    items = bank(generator, count=8)
    codes = answered(generator, items=items, theta=generator.normal(size=800))
    gaps = codes.copy()
    gaps[400:, 0] = -1

    found = s_x2(gaps, items=items, parameters_per_item=2)

    assert found.persons == 400
    assert found.statistics == pytest.approx(s_x2(codes[:400], items=items, parameters_per_item=2).statistics)


def test_without_complete_persons_the_statistic_is_refused():
    items = bank(np.random.default_rng(4), count=4)

    with pytest.raises(ResponsesError, match="all items"):
        s_x2([[1, 0, 1, -1]], items=items, parameters_per_item=2)


def test_q3_is_the_correlation_of_residuals_of_those_who_answered_both():
    generator = np.random.default_rng(5)
    items = bank(generator, count=6)
    codes = answered(generator, items=items, theta=generator.normal(size=500), missing=0.3)
    theta = expected_a_posteriori(codes, items=items).values
    found = yen_q3(codes, items=items, theta=theta)

    residuals = codes - expected_scores(items, theta=theta).T
    both = (codes[:, 1] >= 0) & (codes[:, 4] >= 0)
    pair = residuals[both][:, [1, 4]]
    slow = ((pair - pair.mean(axis=0)).prod(axis=1)).mean() / pair.std(axis=0).prod()
    assert found[1, 4] == pytest.approx(slow)
    assert np.diag(found) == pytest.approx(np.ones(6))


def test_two_copies_of_an_item_stand_out_in_q3():
    generator = np.random.default_rng(6)
    items = bank(generator, count=12)
    codes = answered(generator, items=items, theta=generator.normal(size=2000))
    codes[:, 11] = codes[:, 10]
    found = yen_q3(codes, items=items, theta=expected_a_posteriori(codes, items=items).values)
    np.fill_diagonal(found, -1)

    assert sorted(np.unravel_index(found.argmax(), found.shape)) == [10, 11]
