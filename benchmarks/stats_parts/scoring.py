"""Expected a posteriori scores of 100,000 persons on 60 items, 61 nodes."""

from __future__ import annotations

import importlib.util

import numpy as np

from benchmarks.stats_parts import Row
from benchmarks.stats_parts.calibration_2pl import ITEMS, PERSONS, answers, least_seconds
from literacy_stats.irt import calibrate, expected_a_posteriori

NODES = np.linspace(-6, 6, 61)


def run() -> list[Row]:
    """Our scores beside those of PyPI mirt, on the items each of them calibrated."""
    codes = answers()
    items = calibrate(codes).items
    ours = least_seconds(lambda: expected_a_posteriori(codes, items=items, nodes=NODES), times=7)
    peer, note = _peer_seconds(codes)
    return [
        Row(f"EAP {PERSONS:,} × {ITEMS}", ours, "PyPI mirt", peer, peer and peer / ours, 1.0, note),
    ]


def _peer_seconds(codes: np.ndarray) -> tuple[float | None, str]:
    if importlib.util.find_spec("mirt") is None:
        return None, "PyPI mirt is not installed"
    import mirt  # noqa: PLC0415 - a peer that may be absent

    wide = codes.astype(np.int64)
    result = mirt.fit_mirt(wide[:20_000], model="2PL", n_quadpts=61, compute_standard_errors=False)
    seconds = least_seconds(lambda: mirt.fscores(result, wide, method="EAP", n_quadpts=len(NODES)), times=5)
    return seconds, "no goal was set: at least as fast"
