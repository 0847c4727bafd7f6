"""Score vectors (derivatives of the log-likelihood) of whole tables and of single persons.

Fisher's identity: the derivative of the marginal log-likelihood is the posterior mean of the complete-data one
(Louis 1982, JRSS B 44:226). Columns follow the order of `FreeParameters`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from literacy_stats.irt.items import FloatArray, category_probabilities
from literacy_stats.irt.parameters import FreeParameters, Priors, State, item_scores, probability_derivatives
from literacy_stats.irt.passes import (
    AnyFloats,
    FloatKind,
    Pass,
    log_category_probabilities,
    normal_log_prior,
    pass_over,
    posterior_blocks,
)
from literacy_stats.irt.responses import ResponseTable

_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Point:
    """A model at certain parameter values on a certain grid, with everything a pass needs."""

    state: State
    free: FreeParameters
    nodes: FloatArray
    categories: int

    def log_probabilities(self) -> FloatArray:
        return log_category_probabilities(
            self.free.items(self.state), nodes=self.nodes, categories=self.categories
        )

    def log_prior(self) -> FloatArray:
        return normal_log_prior(
            self.nodes, mean=self.state.means, standard_deviation=np.exp(self.state.log_spreads)
        )

    def expected(self, table: ResponseTable, *, kind: FloatKind) -> Pass:
        return pass_over(
            table, log_probabilities=self.log_probabilities(), log_prior=self.log_prior(), kind=kind
        )


def gradient(point: Point, *, expected: Pass, priors: Priors) -> FloatArray:
    """Derivative of the log-posterior with respect to the free parameters, exact for the grid."""
    scores = item_scores(
        point.free.items(point.state),
        counts=expected.counts,
        nodes=point.nodes,
        free=point.free,
        priors=priors,
    )
    groups = np.einsum("gq,pgq->pg", expected.group_mass, _group_scores(point))
    whole = np.concatenate([scores.gradient.ravel(), groups.ravel()])
    return np.asarray(_collected(whole[None], free=point.free)[0])


def complete_information(point: Point, *, expected: Pass, priors: Priors) -> FloatArray:
    """Information the answers would carry if everybody's θ were known, between the free parameters."""
    free = point.free
    scores = item_scores(
        free.items(point.state), counts=expected.counts, nodes=point.nodes, free=free, priors=priors
    )
    whole = np.zeros((len(free.owners), len(free.owners)))
    for item in range(free.item_count):
        run = slice(item * free.width, (item + 1) * free.width)
        whole[run, run] = scores.information[item]
    moments = _group_scores(point)
    for group in range(free.group_count):
        places = np.array([0, free.group_count]) + free.item_count * free.width + group
        weighted = moments[:, group] * expected.group_mass[group]
        whole[np.ix_(places, places)] = weighted @ moments[:, group].T
    return _collected(_collected(whole, free=free).T, free=free)


def person_scores(
    table: ResponseTable, *, point: Point, kind: FloatKind
) -> Iterator[tuple[slice, AnyFloats]]:
    """Blocks of rows with their posterior mean scores (rows, parameters), weights not applied."""
    tables, slots = _score_tables(point, kind=kind)
    flat = tables.reshape(-1, len(point.nodes)).T.copy()
    moments = _group_scores(point)
    blocks = posterior_blocks(
        table, log_probabilities=point.log_probabilities(), log_prior=point.log_prior(), kind=kind
    )
    for block in blocks:
        shape = (len(block.posterior), len(slots), table.categories, table.item_count)
        answers = block.indicators.reshape(shape[0], 1, *shape[2:])
        means = ((block.posterior @ flat).reshape(shape) * answers).sum(axis=2)
        group = block.posterior @ moments[:, block.group].T.astype(kind)
        yield block.rows, _arranged(means, group, slots=slots, number=block.group, point=point)


def missing_information(table: ResponseTable, *, point: Point, kind: FloatKind) -> FloatArray:
    """Σ w Cov(complete-data score | answers): what not knowing θ costs (Louis 1982). Q products of (m, parameters)."""
    tables, slots = _score_tables(point, kind=kind)
    moments = _group_scores(point).astype(kind)
    size = int(point.free.owners.max()) + 1
    total = np.zeros((size, size))
    blocks = posterior_blocks(
        table, log_probabilities=point.log_probabilities(), log_prior=point.log_prior(), kind=kind
    )
    for block in blocks:
        weights: AnyFloats = np.sqrt(table.weights[block.rows]).astype(kind)[:, None]
        answers = block.indicators.reshape(-1, 1, table.categories, table.item_count)
        mean = np.zeros((len(weights), size), dtype=kind)
        for node in range(len(point.nodes)):
            scores = (answers * tables[None, :, :, :, node]).sum(axis=2)
            group = np.broadcast_to(moments[:, block.group, node], (len(weights), 2))
            whole = _arranged(scores, group, slots=slots, number=block.group, point=point)
            share = block.posterior[:, node, None]
            mean += share * whole
            scaled = whole * (np.sqrt(share) * weights)
            total += scaled.T @ scaled
        scaled = mean * weights
        total -= scaled.T @ scaled
    return total


def _score_tables(point: Point, *, kind: FloatKind) -> tuple[AnyFloats, list[int]]:
    """(slots, K + 1, J, Q) complete-data scores of each answer at each node, for the slots some item has free."""
    items = point.free.items(point.state)
    chances = np.maximum(category_probabilities(items, theta=point.nodes), _TINY)
    derivatives = probability_derivatives(items, theta=point.nodes) / chances[:, None]
    mask = point.free.item_mask
    slots = np.flatnonzero(mask.any(axis=0)).tolist()
    derivatives = np.where(mask[:, :, None, None], derivatives, 0.0)[:, slots]
    return np.ascontiguousarray(derivatives.transpose(1, 2, 0, 3), dtype=kind), slots


def _group_scores(point: Point) -> FloatArray:
    """(2, G, Q) derivatives of the normalised log prior with respect to the mean and the log standard deviation."""
    spreads = np.exp(point.state.log_spreads)[:, None]
    deviation = (point.nodes - point.state.means[:, None]) / spreads
    scores = np.stack([deviation / spreads, deviation**2])
    centre = (scores * np.exp(point.log_prior())).sum(axis=2, keepdims=True)
    return np.asarray(scores - centre)


def _arranged(
    items: AnyFloats, group: AnyFloats, *, slots: list[int], number: int, point: Point
) -> AnyFloats:
    """Item scores (rows, slots, J) and group scores (rows, 2) in the order of the free parameters."""
    free = point.free
    size = free.item_count * free.width
    whole = np.zeros((len(items), len(free.owners)), dtype=items.dtype)
    rows = whole[:, :size].reshape(len(items), free.item_count, free.width)
    rows[:, :, slots] = items.transpose(0, 2, 1)
    whole[:, size + number] = group[:, 0]
    whole[:, size + free.group_count + number] = group[:, 1]
    return _collected(whole, free=free)


def _collected(rows: AnyFloats, *, free: FreeParameters) -> AnyFloats:
    """Columns of the full vector summed into the free parameters that own them."""
    owners = free.owners
    places = np.flatnonzero(owners >= 0)
    count = int(owners.max()) + 1
    if len(places) == count:
        return np.ascontiguousarray(rows[:, places[np.argsort(owners[places])]])
    collect = np.zeros((len(owners), count), dtype=rows.dtype)
    collect[places, owners[places]] = 1
    return np.asarray(rows @ collect)
