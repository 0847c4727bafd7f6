"""The package mirt of PyPI as an oracle, for what it can do: slopes above 0.1, no weights."""

import numpy as np
import pytest

from literacy_stats.irt import ItemParameters, Model, calibrate, expected_a_posteriori
from literacy_stats.irt.tests.simulated import answered, bank

mirt = pytest.importorskip("mirt")

NODES = np.linspace(-6, 6, 61)


def fitted(codes, **options):
    return mirt.fit_mirt(
        codes.astype(np.int64),
        n_quadpts=61,
        tol=1e-7,
        max_iter=2000,
        compute_standard_errors=False,
        **options,
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_two_parameter_tables_with_gaps_agree(seed):
    generator = np.random.default_rng(seed)
    codes = answered(
        generator, items=bank(generator, count=12), theta=generator.normal(size=1500), missing=0.25
    )

    ours, theirs = calibrate(codes, nodes=NODES), fitted(codes, model="2PL")

    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood, abs=1e-3)
    assert ours.items.slopes == pytest.approx(np.ravel(theirs.model.parameters["discrimination"]), abs=2e-3)


def test_its_floor_hides_a_mis_keyed_item_which_ours_shows():
    generator = np.random.default_rng(4)
    codes = answered(generator, items=bank(generator, count=12), theta=generator.normal(size=1500))
    codes[:, 5] = 1 - codes[:, 5]

    ours, theirs = calibrate(codes, nodes=NODES), fitted(codes, model="2PL")

    assert ours.items.slopes[5] < -0.3
    assert np.ravel(theirs.model.parameters["discrimination"])[5] > 0
    assert ours.log_likelihood > theirs.log_likelihood + 10


def test_graded_tables_reach_at_least_its_log_likelihood():
    generator = np.random.default_rng(5)
    items = ItemParameters.graded(
        slopes=generator.lognormal(0.1, 0.2, 8),
        thresholds=[np.sort(generator.normal(size=3)) for _ in range(8)],
    )
    codes = answered(generator, items=items, theta=generator.normal(size=2000))

    ours, theirs = (
        calibrate(codes, model=Model.GRADED, nodes=NODES),
        fitted(codes, model="GRM", n_categories=4),
    )

    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood, abs=0.05)
    assert ours.items.slopes == pytest.approx(np.ravel(theirs.model.parameters["discrimination"]), abs=0.01)


def test_scores_agree():
    generator = np.random.default_rng(6)
    codes = answered(generator, items=bank(generator, count=12), theta=generator.normal(size=1000))
    theirs = fitted(codes, model="2PL")
    scores = mirt.fscores(theirs, codes.astype(np.int64), method="EAP", n_quadpts=61)

    ours = expected_a_posteriori(codes, items=calibrate(codes, nodes=NODES).items)

    assert ours.values == pytest.approx(np.ravel(scores.theta), abs=2e-3)
