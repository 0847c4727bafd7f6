"""Calibrate 60 two-parameter items on 100,000 persons with 30 % of the answers missing by design.

Both use 41 nodes and start from the raw answers; ours goes on to a tolerance of 1e-6 where the peer stops at its
default of 1e-4. The peer runs in its fastest mode, without standard errors.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable

import numpy as np

from benchmarks.stats_parts import Row
from literacy_stats.irt import calibrate, cross_product_errors

PERSONS, ITEMS = 100_000, 60
R_MIRT_SECONDS = 30.5
NODES = np.linspace(-5.5, 5.5, 41)


def run() -> list[Row]:
    """Our calibration beside PyPI mirt, R mirt as recorded, and the cost of standard errors beside half of it."""
    codes = answers()
    table = np.where(codes < 0, np.nan, codes)
    found = calibrate(codes, nodes=NODES)
    ours = least_seconds(lambda: calibrate(codes, nodes=NODES), times=5)
    converted = least_seconds(lambda: calibrate(table, nodes=NODES), times=3)
    errors = least_seconds(lambda: cross_product_errors(codes, calibration=found), times=3)
    peer, note = _peer_seconds(codes, log_likelihood=found.log_likelihood)
    name = f"2PL {PERSONS:,} × {ITEMS}"
    recorded = "recorded, R 4.2.2 on the same kind of machine"
    return [
        Row(f"{name}, codes", ours, "PyPI mirt", peer, peer and peer / ours, 4.0, note),
        Row(f"{name}, table with NaN", converted, "PyPI mirt", peer, peer and peer / converted, 4.0, note),
        Row(f"{name}, codes", ours, "R mirt 1.47", R_MIRT_SECONDS, R_MIRT_SECONDS / ours, 50.0, recorded),
        Row(f"{name}, errors", errors, "limit", ours / 2, ours / 2 / errors, 1.0, "half of the calibration"),
    ]


def answers() -> np.ndarray:
    """(n, J) int8 codes from known items, −1 where an item was not presented."""
    generator = np.random.default_rng(20261123)
    slopes, difficulties = generator.lognormal(0, 0.3, ITEMS), generator.normal(0, 1, ITEMS)
    theta = generator.normal(size=PERSONS)
    chances = 1 / (1 + np.exp(-slopes * (theta[:, None] - difficulties)))
    codes = (generator.random(chances.shape) < chances).astype(np.int8)
    codes[generator.random(chances.shape) < 0.3] = -1
    return codes


def least_seconds(work: Callable[[], object], *, times: int) -> float:
    """The least wall time of several runs: what else the machine does only ever adds."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def _peer_seconds(codes: np.ndarray, *, log_likelihood: float) -> tuple[float | None, str]:
    if importlib.util.find_spec("mirt") is None:
        return None, "PyPI mirt is not installed"
    import mirt  # noqa: PLC0415 - a peer that may be absent

    wide = codes.astype(np.int64)
    reached = []

    def fit() -> None:
        result = mirt.fit_mirt(
            wide,
            model="2PL",
            n_quadpts=len(NODES),
            tol=1e-4,
            compute_standard_errors=False,
            accelerate="squarem",
        )
        reached.append(result.log_likelihood)

    seconds = least_seconds(fit, times=3)
    return seconds, f"EM with SQUAREM; our log-likelihood is {log_likelihood - reached[-1]:+.3f} beside it"
