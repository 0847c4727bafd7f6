"""Log-likelihoods of single persons: on a grid for posteriors, and their derivatives at one θ each for estimates."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from literacy_stats.irt.items import FloatArray, ItemParameters, category_probabilities
from literacy_stats.irt.passes import log_category_probabilities
from literacy_stats.irt.responses import CodeArray, ResponsesError, response_codes

_CHUNK = 4096
_TINY = 1e-300


def codes_for(responses: npt.ArrayLike, *, items: ItemParameters) -> CodeArray:
    """Answers checked against the items they are answers to."""
    codes = response_codes(responses)
    if codes.shape[1] != len(items):
        raise ResponsesError(f"{codes.shape[1]} columns of answers for {len(items)} items")
    if (codes.max(axis=0) > items.step_counts).any():
        raise ResponsesError("an answer scores more than its item gives")
    return codes


def log_likelihoods(responses: npt.ArrayLike, *, items: ItemParameters, nodes: FloatArray) -> FloatArray:
    """(n, Q) log P(answers | θ_q); 0 for persons without answers."""
    codes = codes_for(responses, items=items)
    out = np.empty((len(codes), len(nodes)))
    for rows, block in log_likelihood_blocks(codes, items=items, nodes=nodes):
        out[rows] = block
    return out


def log_likelihood_blocks(
    codes: CodeArray, *, items: ItemParameters, nodes: FloatArray
) -> Iterator[tuple[slice, FloatArray]]:
    """Blocks of rows that stay in the cache; a block is overwritten by the next one."""
    categories = items.step_intercepts.shape[1] + 1
    lines = log_category_probabilities(items, nodes=nodes, categories=categories)
    for rows, indicators in indicator_blocks(codes, categories=categories):
        yield rows, indicators @ by_category(lines)


def by_category(values: FloatArray) -> FloatArray:
    """(J, K + 1, Q) as the (K + 1)·J rows that indicator columns are multiplied with."""
    return np.ascontiguousarray(values.transpose(1, 0, 2).reshape(-1, values.shape[2]))


def indicator_blocks(codes: CodeArray, *, categories: int) -> Iterator[tuple[slice, FloatArray]]:
    count = codes.shape[1]
    scratch = np.empty((min(_CHUNK, len(codes)), categories * count))
    for start in range(0, len(codes), _CHUNK):
        rows = slice(start, min(start + _CHUNK, len(codes)))
        indicators = scratch[: rows.stop - start]
        for score in range(categories):
            indicators[:, score * count : (score + 1) * count] = codes[rows] == score
        yield rows, indicators


def category_derivatives(
    items: ItemParameters, *, theta: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """P, dP/dθ and d²P/dθ² of each category, each (J, K + 1, Q)."""
    chances = category_probabilities(items, theta=theta)
    slopes = items.slopes[:, None, None]
    lines = np.where(np.isnan(items.step_intercepts), -np.inf, items.step_intercepts)
    falling = np.exp(-np.abs(slopes * theta + lines[:, :, None]))
    density = falling / (1.0 + falling) ** 2
    known = np.where(slopes * theta + lines[:, :, None] >= 0, 1.0, falling) / (1.0 + falling)
    keep = (1.0 - items.guessing)[:, None, None]
    edge = np.zeros((len(items), 1, chances.shape[2]))
    first = np.concatenate([edge, keep * slopes * density, edge], axis=1)
    second = np.concatenate([edge, keep * slopes**2 * density * (1.0 - 2.0 * known), edge], axis=1)
    return np.maximum(chances, _TINY), -np.diff(first, axis=1), -np.diff(second, axis=1)
