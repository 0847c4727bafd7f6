"""Plausible values: draws from each person's posterior, and Rubin's rules to combine what is computed from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.irt.calibration import DEFAULT_NODES
from literacy_stats.irt.items import FloatArray, ItemParameters
from literacy_stats.irt.likelihoods import codes_for, log_likelihood_blocks
from literacy_stats.irt.responses import ResponsesError


def plausible_values(
    responses: npt.ArrayLike,
    *,
    items: ItemParameters,
    mean: npt.ArrayLike,
    standard_deviation: float,
    count: int,
    generator: np.random.Generator,
    nodes: FloatArray = DEFAULT_NODES,
) -> FloatArray:
    """(n, count) draws from each person's posterior, for analysts who need θ as data (Mislevy 1991).

    mean: scalar or (n,), best the fitted X_iβ of a latent regression: results for a variable that is not in X are
    biased towards no effect (Mislevy, Beaton, Kaplan & Sheehan 1992). Draws are uniform within a cell of the grid.
    """
    codes = codes_for(responses, items=items)
    if count < 1:
        raise ResponsesError("draw at least one plausible value")
    centre = np.broadcast_to(np.asarray(mean, dtype=np.float64), len(codes))
    draws = np.empty((len(codes), count))
    for rows, block in log_likelihood_blocks(codes, items=items, nodes=nodes):
        block -= 0.5 * ((nodes - centre[rows, None]) / standard_deviation) ** 2
        block -= block.max(axis=1, keepdims=True)
        draws[rows] = draws_on_grid(np.exp(block), nodes=nodes, count=count, generator=generator)
    return draws


def draws_on_grid(
    density: FloatArray, *, nodes: FloatArray, count: int, generator: np.random.Generator
) -> FloatArray:
    """(n, count) draws from rows of unnormalised densities (n, Q) that are constant around each node."""
    cumulative = np.cumsum(density, axis=1)
    cumulative /= cumulative[:, -1:]
    places = generator.random((len(density), count))
    cell = (cumulative[:, None, :] < places[:, :, None]).sum(axis=2)
    share = generator.random(cell.shape) - 0.5
    return np.asarray(nodes[np.minimum(cell, len(nodes) - 1)] + share * (nodes[1] - nodes[0]))


@dataclass(frozen=True, slots=True)
class CombinedEstimate:
    """An estimate from M plausible values. missing_share: share of the variance that is due to not knowing θ."""

    value: float
    standard_error: float
    degrees_of_freedom: float
    missing_share: float


def combine_plausible_values(
    estimates: npt.ArrayLike, *, variances: npt.ArrayLike, degrees_of_freedom: float = np.inf
) -> CombinedEstimate:
    """Rubin's rules: variance U + (1 + 1/M) B, with the degrees of freedom of Barnard & Rubin 1999.

    estimates, variances: (M,) one per plausible value, M ≥ 2; degrees_of_freedom: of the complete data, the survey
    design's. Raises ResponsesError for fewer than two values. Rubin 1987, Multiple Imputation for Nonresponse.
    """
    values, within = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    if values.ndim != 1 or len(values) < 2 or values.shape != within.shape:
        raise ResponsesError("give two or more estimates, each with its variance")
    count = len(values)
    between = (1 + 1 / count) * float(values.var(ddof=1))
    total = float(within.mean()) + between
    share = between / total if total else 0.0
    return CombinedEstimate(
        value=float(values.mean()),
        standard_error=float(np.sqrt(total)),
        degrees_of_freedom=_combined_degrees(share, count=count, complete=degrees_of_freedom),
        missing_share=share,
    )


def _combined_degrees(share: float, *, count: int, complete: float) -> float:
    imputed = (count - 1) / share**2 if share else np.inf
    if np.isinf(complete):
        return float(imputed)
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    return float(1 / (1 / imputed + 1 / observed))
