"""The M-step: scoring steps for all items at once, and the moments of the free groups."""

from __future__ import annotations

import numpy as np

from literacy_stats.irt.items import FloatArray
from literacy_stats.irt.parameters import (
    FreeParameters,
    ItemScores,
    Model,
    Priors,
    State,
    item_scores,
)
from literacy_stats.irt.passes import Pass

_LONGEST_STEP = 0.7
_LOGIT_BOUND = 12.0


def maximise(
    state: State, *, expected: Pass, nodes: FloatArray, free: FreeParameters, priors: Priors, rounds: int
) -> State:
    """New parameters that raise the expected complete-data log-posterior, by `rounds` of Fisher scoring."""
    for _ in range(rounds):
        scores = item_scores(free.items(state), counts=expected.counts, nodes=nodes, free=free, priors=priors)
        state = _moved(state, step=_shortened(_scoring_step(scores, free=free)), free=free)
    means, log_spreads = _group_moments(state, expected=expected, nodes=nodes)
    return State(state.slopes, state.steps, state.logits, means, log_spreads)


def _scoring_step(scores: ItemScores, *, free: FreeParameters) -> FloatArray:
    # A trace of ridge keeps an item solvable whose c the answers hardly tell from its difficulty.
    information = scores.information.copy()
    diagonal = np.einsum("jpp->jp", information)
    diagonal *= 1.0 + 1e-7
    if free.model is Model.ONE_PARAMETER:
        return _tied_step(scores.gradient, information)
    return np.asarray(np.linalg.solve(information, scores.gradient[:, :, None])[:, :, 0])


def _tied_step(gradient: FloatArray, information: FloatArray) -> FloatArray:
    """One step for the common slope and the steps of each item: the information is an arrow, solved by its head."""
    border = information[:, 1:, 0]
    both = np.stack([gradient[:, 1:], border], axis=2)
    solved = np.linalg.solve(information[:, 1:, 1:], both)
    curvature = np.sum(information[:, 0, 0] - np.einsum("jp,jp->j", border, solved[:, :, 1]))
    slope = np.sum(gradient[:, 0] - np.einsum("jp,jp->j", border, solved[:, :, 0])) / curvature
    return np.concatenate(
        [np.full((len(gradient), 1), slope), solved[:, :, 0] - solved[:, :, 1] * slope], axis=1
    )


def _shortened(step: FloatArray) -> FloatArray:
    longest = np.abs(step).max(axis=1, keepdims=True)
    return np.asarray(step * np.minimum(1.0, _LONGEST_STEP / np.maximum(longest, _LONGEST_STEP)))


def _moved(state: State, *, step: FloatArray, free: FreeParameters) -> State:
    """The state after the step, halved for items whose steps would change their order."""
    rows = state.item_rows()
    for _ in range(30):
        moved = rows + step
        risen = (np.diff(moved[:, 1:-1], axis=1) >= 0) & free.item_mask[:, 2:-1]
        wrong = np.asarray(risen.any(axis=1))
        if not wrong.any():
            break
        step = np.where(wrong[:, None], step / 2, step)
    logits = np.clip(moved[:, -1], -_LOGIT_BOUND, _LOGIT_BOUND)
    return State(moved[:, 0], moved[:, 1:-1], logits, state.means, state.log_spreads)


def _group_moments(state: State, *, expected: Pass, nodes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The first group fixes the scale as N(0, 1); the others have their posterior mean and variance."""
    mass = expected.group_mass / expected.group_mass.sum(axis=1, keepdims=True)
    means = mass @ nodes
    spreads = np.sqrt(mass @ nodes**2 - means**2)
    means[0], spreads[0] = 0.0, 1.0
    return means, np.log(spreads)
