"""On random designs the replicates, re-raked in each, give the errors that svy gives."""

import numpy as np
import pytest

from literacy_stats.survey import replicate_estimates as replicate
from literacy_stats.survey.jackknife import jackknife_replicates
from literacy_stats.survey.raking import Raking
from literacy_stats.survey.replicated import replicate_weighting
from literacy_stats.survey.replicates import Centre, given_replicates
from literacy_stats.survey.tests.test_replicates import design_of, margins_of, people
from literacy_stats.survey.weights import Weighting

svy = pytest.importorskip("svy")
polars = pytest.importorskip("polars")

EXACT = {"rel": 1e-8}


@pytest.fixture(params=[1, 2, 3])
def rows(request):
    return people(500, seed=request.param, clusters=2 + request.param, strata=4)


def peer_of(rows):
    frame = polars.DataFrame(
        {
            "stratum": rows["stratum"],
            "cluster": rows["cluster"],
            "w": rows["base"],
            "score": rows["score"],
            "sex": rows["sex"].astype(str),
            "age": rows["age"].astype(str),
        }
    )
    return svy.Sample(frame, svy.Design(stratum="stratum", psu="cluster", wgt="w"))


def all_margins(rows):
    return margins_of(rows, answered=np.ones(len(rows["base"]), dtype=bool))


def raked_by_peer(sample, rows):
    controls = {
        margin.name: dict(zip(margin.categories, margin.totals.tolist(), strict=True))
        for margin in all_margins(rows)
    }
    return sample.weighting.rake(controls=controls, wgt_name="raked", tol=1e-12, max_iter=500)


def check(rows, *, peer, replicates):
    """The peer measures from the mean of the replicates."""
    chain = Weighting(rows["base"], (Raking(all_margins(rows), tolerance=1e-13),))
    sample = replicate_weighting(chain, replicates=replicates.around(Centre.REPLICATE_MEAN))
    expected = peer.estimation.mean("score", by="age", method="replication").to_polars()
    found = replicate.replicate_means_by_domain(rows["score"], domains=rows["age"], sample=sample)
    for line in expected.iter_rows(named=True):
        ours = found[int(line["age"])]
        assert (ours.value, ours.standard_error) == (
            pytest.approx(line["est"], **EXACT),
            pytest.approx(line["se"], **EXACT),
        )


def test_raked_jackknife_errors_are_those_of_svy(rows):
    peer = raked_by_peer(peer_of(rows).weighting.create_jk_wgts(), rows)
    check(rows, peer=peer, replicates=jackknife_replicates(design_of(rows)))


def test_raked_errors_from_the_bootstrap_draws_of_svy_are_those_of_svy(rows):
    drawn = peer_of(rows).weighting.create_bs_wgts(n_reps=60, rep_prefix="draw", rstate=5)
    weights = drawn.data.select([f"draw{number}" for number in range(1, 61)]).to_numpy()
    replicates = given_replicates(design_of(rows), weights=weights, coefficients=1 / 60)
    check(rows, peer=raked_by_peer(drawn, rows), replicates=replicates)
