"""What is worked out once for a bank so that a step of a test is a few additions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.adaptive.bank import BoolArray, FloatArray, IntArray, ItemBank
from literacy_stats.adaptive.exposure import ExposureRule, Randomesque
from literacy_stats.irt.items import information, probability

# The posterior is kept at 61 nodes; items are ranked at 241 abilities, so that the rank used is that of a θ at most
# 1/60 away, where no information function has moved by a visible amount.
NODES = np.linspace(-4.0, 4.0, 61)
GRID = np.linspace(-4.0, 4.0, 241)
GRID_PER_UNIT = 30.0
# Keeps the product of a long run of impossible answers from becoming zero at every node.
_LEAST_LIKELIHOOD = 1e-12


@dataclass(frozen=True, slots=True)
class Tables:
    """likelihoods: (J, 2, 61) of a wrong and a right answer at the nodes.

    moments: (4, 61) rows 1, θ, θ², and the share of the node's cell above the cut (0 without a cut).
    ranking: (241, J) item numbers by falling information at each ability, area after area.
    spans: for each area where it begins and ends in a row of the ranking, and how many of its items a test needs.
    prior: (61,) weights that add up to one. choices: size of a random choice, 0 for Sympson–Hetter; chances: (J,) for the latter.
    enemies: row pointers (J + 1,) into this very array, then the enemies of each item one after the other.
    """

    likelihoods: FloatArray
    moments: FloatArray
    ranking: npt.NDArray[np.int32]
    spans: tuple[tuple[int, int, int], ...]
    prior: FloatArray
    enemies: IntArray
    choices: int
    chances: FloatArray
    nothing_blocked: BoolArray


def make_tables(
    bank: ItemBank,
    *,
    counts: tuple[int, ...],
    exposure: ExposureRule,
    cut: float | None,
    prior_mean: float,
    prior_deviation: float,
) -> Tables:
    """The tables of a bank for a blueprint's counts, an exposure rule, a normal prior and, where given, a cut."""
    bounds = np.concatenate([[0], np.cumsum(np.bincount(bank.areas))]).tolist()
    choices = exposure.size if isinstance(exposure, Randomesque) else 0
    chances = np.ones(len(bank)) if isinstance(exposure, Randomesque) else exposure.probabilities
    tables = Tables(
        likelihoods=_likelihoods(bank),
        moments=np.stack([np.ones_like(NODES), NODES, NODES**2, share_above(cut)]),
        ranking=_ranking(bank),
        spans=tuple(zip(bounds, bounds[1:], counts, strict=False)),
        prior=_normal_weights(mean=prior_mean, deviation=prior_deviation),
        enemies=np.concatenate([bank.enemy_starts + len(bank) + 1, bank.enemy_items]),
        choices=choices,
        chances=chances,
        nothing_blocked=np.zeros(len(bank), dtype=np.bool_),
    )
    for name in ("likelihoods", "moments", "ranking", "prior", "enemies", "chances", "nothing_blocked"):
        getattr(tables, name).setflags(write=False)
    return tables


def share_above(cut: float | None) -> FloatArray:
    """(61,) how much of the cell around each node lies at or above the cut; zeros without a cut."""
    if cut is None:
        return np.zeros_like(NODES)
    width = NODES[1] - NODES[0]
    return np.asarray(np.clip((NODES + width / 2 - cut) / width, 0.0, 1.0))


def _likelihoods(bank: ItemBank) -> FloatArray:
    right = probability(bank.parameters, theta=NODES)
    pair = np.stack([1.0 - right, right], axis=1)
    return np.ascontiguousarray(np.maximum(pair, _LEAST_LIKELIHOOD))


def _normal_weights(*, mean: float, deviation: float) -> FloatArray:
    logs = -0.5 * ((NODES - mean) / deviation) ** 2
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def _ranking(bank: ItemBank) -> npt.NDArray[np.int32]:
    worth = information(bank.parameters, theta=GRID)
    parts = []
    for area in range(bank.area_count):
        members = np.flatnonzero(bank.areas == area)
        parts.append(members[np.argsort(-worth[members], axis=0, kind="stable")].T)
    return np.ascontiguousarray(np.concatenate(parts, axis=1), dtype=np.int32)
