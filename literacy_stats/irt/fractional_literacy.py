"""Fractional literacy: each respondent's probability of being at the cut, and its share by domain and replicate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.irt.items import FloatArray
from literacy_stats.irt.latent_regression import (
    LatentRegression,
    LatentRegressionError,
    LatentSample,
    cells_of,
    fit_latent_regression,
    replicate_weights,
)


def fractional_literacy(
    sample: LatentSample, *, fit: LatentRegression, pass_probabilities: FloatArray
) -> FloatArray:
    """(n,) or (n, R) posterior probability of being literate, e_i = Σ_q P(θ_q | answers, x_i) · pass(θ_q).

    pass_probabilities: (Q,) P(literate | θ_q), from `true_score_pass_probabilities` or the observed-score reading.
    Rows are in the order of the respondents. The weighted mean of e_i estimates the proportion literate; it is not a
    verdict on a person. Raises LatentRegressionError where there is not one pass probability per node.
    """
    shares = _shares(sample, fit=fit, pass_probabilities=pass_probabilities)
    return shares[:, 0] if shares.shape[1] == 1 else shares


@dataclass(frozen=True, slots=True)
class LiteracyScores:
    """Fractional literacy under any weights: what `survey.rescored_means_by_domain` calls in every replicate.

    pass_probabilities: (Q,) on the nodes of the sample; start: the fit with the full-sample weights, which saves steps.
    """

    sample: LatentSample
    pass_probabilities: FloatArray
    start: LatentRegression | None = None

    def __call__(self, weights: FloatArray) -> FloatArray:
        """(n, R) values from weights (n, R), the population model fitted anew to each column."""
        fit = fit_latent_regression(self.sample, weights=weights, start=self.start)
        if not fit.converged:
            raise LatentRegressionError("the population model did not settle: use fewer covariates")
        return _shares(self.sample, fit=fit, pass_probabilities=self.pass_probabilities)


@dataclass(frozen=True, slots=True)
class DomainLiteracy:
    """totals, weights: (D, R) weighted sums of e_i and of 1 per domain and replicate; proportions their ratio."""

    totals: FloatArray
    weights: FloatArray

    @property
    def proportions(self) -> FloatArray:
        empty = np.full_like(self.totals, np.nan)
        return np.divide(self.totals, self.weights, out=empty, where=self.weights > 0)


def domain_literacy(
    sample: LatentSample,
    *,
    weights: npt.ArrayLike,
    domains: npt.ArrayLike,
    pass_probabilities: FloatArray,
    start: LatentRegression | None = None,
) -> DomainLiteracy:
    """Proportion literate by domain, the population model fitted anew for each column of weights.

    weights: (n,) or (n, R), a block of replicate weights small enough to hold; domains: (n,) codes 0…D−1. Calling this
    once per block of replicates puts sampling, measurement and the population model into one replicate variance.
    Raises LatentRegressionError for wrong lengths and where a fit does not settle.
    """
    mass = replicate_weights(weights, count=len(sample))
    codes = np.asarray(domains)
    if codes.shape != (len(sample),) or codes.dtype.kind not in "iu" or codes.min() < 0:
        raise LatentRegressionError("give one domain code from 0 per respondent")
    shares = LiteracyScores(sample, pass_probabilities, start)(mass)
    members = np.zeros((int(codes.max()) + 1, len(sample)))
    members[codes, np.arange(len(sample))] = 1.0
    return DomainLiteracy(members @ (mass * shares), members @ mass)


def _shares(sample: LatentSample, *, fit: LatentRegression, pass_probabilities: FloatArray) -> FloatArray:
    if pass_probabilities.shape != sample.nodes.shape:
        raise LatentRegressionError("give one pass probability per node of the sample")
    shares = np.empty((len(sample), fit.coefficients.shape[1]))
    for cell, rows in cells_of(sample):
        deviations = (sample.nodes[:, None] - sample.design[cell] @ fit.coefficients) / fit.spreads
        prior = np.exp(-0.5 * deviations**2)
        passed = sample.likelihoods[rows] @ (prior * pass_probabilities[:, None])
        shares[sample.order[rows]] = passed / (sample.likelihoods[rows] @ prior)
    return shares
