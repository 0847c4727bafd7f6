"""One pass over the answers: posterior on a grid, expected counts per item, category and node, log-likelihood.

With a row of indicators per person the log-likelihoods on the grid are one matrix product and the expected counts
another (Bock & Aitkin 1981, Psychometrika 46:443, written for matrix multiplication).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from literacy_stats.irt.items import FloatArray, ItemParameters, category_probabilities
from literacy_stats.irt.responses import ResponseTable

FloatKind = type[np.float32] | type[np.float64]
AnyFloats = npt.NDArray[Any]
_CHUNK = 4096
_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Pass:
    """counts: (J, K + 1, Q) expected answers; group_mass: (G, Q) expected weight of persons at each node."""

    counts: FloatArray
    group_mass: FloatArray
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class Block:
    """A run of rows of one group with its posterior (rows, Q) and log-likelihood (rows,)."""

    rows: slice
    group: int
    posterior: AnyFloats
    log_likelihood: FloatArray
    indicators: AnyFloats


def log_category_probabilities(items: ItemParameters, *, nodes: FloatArray, categories: int) -> FloatArray:
    """(J, categories, Q) log P(X = k | θ_q), finite everywhere: impossible categories are never multiplied by more than 0."""
    chances = category_probabilities(items, theta=nodes)
    logs = np.zeros((len(items), categories, len(nodes)))
    logs[:, : chances.shape[1]] = np.log(np.maximum(chances, _TINY))
    return logs


def normal_log_prior(
    nodes: FloatArray, *, mean: npt.ArrayLike, standard_deviation: npt.ArrayLike
) -> FloatArray:
    """(G, Q) log weights of N(mean, sd²) on the nodes, each row normalised to one."""
    centre = np.atleast_1d(np.asarray(mean, dtype=np.float64))[:, None]
    spread = np.atleast_1d(np.asarray(standard_deviation, dtype=np.float64))[:, None]
    logs = -0.5 * ((nodes - centre) / spread) ** 2
    logs -= logs.max(axis=1, keepdims=True)
    return np.asarray(logs - np.log(np.exp(logs).sum(axis=1, keepdims=True)))


def posterior_blocks(
    table: ResponseTable, *, log_probabilities: FloatArray, log_prior: FloatArray, kind: FloatKind
) -> Iterator[Block]:
    """Posteriors in blocks that stay in the cache; the arrays of a block are overwritten by the next one."""
    lines = np.ascontiguousarray(
        log_probabilities.transpose(1, 0, 2).reshape(-1, log_prior.shape[1]), dtype=kind
    )
    scratch = np.empty((_CHUNK, log_prior.shape[1]), dtype=kind)
    for group, prior in enumerate(log_prior.astype(kind)):
        for start in range(table.bounds[group], table.bounds[group + 1], _CHUNK):
            rows = slice(start, min(start + _CHUNK, int(table.bounds[group + 1])))
            indicators = table.indicators[rows].astype(kind, copy=False)
            posterior = np.matmul(indicators, lines, out=scratch[: len(indicators)])
            posterior += prior
            highest = posterior.max(axis=1, keepdims=True)
            posterior -= highest
            np.exp(posterior, out=posterior)
            total = posterior.sum(axis=1, keepdims=True)
            posterior /= total
            likelihood = np.log(total.astype(np.float64)) + highest
            yield Block(rows, group, posterior, likelihood[:, 0], indicators)


def pass_over(
    table: ResponseTable, *, log_probabilities: FloatArray, log_prior: FloatArray, kind: FloatKind
) -> Pass:
    """The E-step: sums run in `kind` within a block and in double precision over the blocks."""
    node_count = log_prior.shape[1]
    counts = np.zeros((table.indicators.shape[1], node_count))
    group_mass = np.zeros(log_prior.shape)
    log_likelihood = 0.0
    for block in posterior_blocks(table, log_probabilities=log_probabilities, log_prior=log_prior, kind=kind):
        weights = table.weights[block.rows]
        log_likelihood += float(weights @ block.log_likelihood)
        np.multiply(block.posterior, weights.astype(kind)[:, None], out=block.posterior)
        counts += block.indicators.T @ block.posterior
        group_mass[block.group] += block.posterior.sum(axis=0, dtype=np.float64)
    shaped = counts.reshape(table.categories, table.item_count, node_count).transpose(1, 0, 2)
    return Pass(np.ascontiguousarray(shaped), group_mass, log_likelihood)
