"""A bootstrap whose every replicate is raked anew, with Korn–Graubard intervals of twenty groups; and its memory."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable

import numpy as np

from benchmarks.stats_parts import Row
from benchmarks.stats_parts.raking import least
from literacy_stats.survey import (
    Design,
    Engine,
    Margin,
    Raking,
    Weighting,
    bootstrap_replicates,
    korn_graubard_interval,
    replicate_means_by_domain,
    replicate_weighting,
)
from literacy_stats.survey.tests import district

_ROWS, _REPLICATES = 10_000, 500
_TOLERANCE = 1e-7
# R survey 4.1-1 (subbootstrap, rake, svyby) on R 4.2.2 with OpenBLAS, same generator, 2 cores of an AMD EPYC (Zen 4),
# November 2026.
_R_SECONDS = 22.4
_MEGABYTES = 200.0
_MEASURE_MEMORY = """
from benchmarks.stats_parts.replicates import our_intervals, megabytes_now_and_most
from literacy_stats.survey import Engine
from literacy_stats.survey.tests import district
district.drawn(100_000)
our_intervals(100_000, replicates=4, engine=Engine.NUMPY)
district.district.cache_clear()
open("/proc/self/clear_refs", "w").write("5")
our_intervals(100_000, replicates=1000, engine=Engine.NUMPY)
print(megabytes_now_and_most()[1])
"""


def run() -> list[Row]:
    """Both engines beside svy and R's recorded time, and the memory of 1,000 replicates of 100,000 rows."""
    found = [_row("numpy", seconds=_ours(Engine.NUMPY), goal=10.0)]
    if importlib.util.find_spec("numba") is not None:
        found.append(_row("[fast]", seconds=_ours(Engine.COMPILED), goal=20.0))
    rows = [row for row in found if row is not None]
    best = min(row.ours_seconds for row in rows)
    return [
        *rows,
        Row(_name("best"), best, "R survey", _R_SECONDS, _R_SECONDS / best, 300.0, "recorded"),
        _memory(),
    ]


def our_intervals(rows: int, *, replicates: int, engine: Engine) -> list[object]:
    """From arrays to intervals of twenty groups."""
    people, weights = district.drawn(rows)
    design = Design.from_columns(weights, strata=people.town, clusters=people.village)
    margins = tuple(
        Margin(name, getattr(people, name), totals, tuple(str(code) for code in range(len(totals))))
        for name in district.MARGINS
        for totals in [district.totals_of(name)]
    )
    drawn = bootstrap_replicates(design, count=replicates, generator=np.random.default_rng(1))
    chain = Weighting(weights, (Raking(margins, tolerance=_TOLERANCE),))
    sample = replicate_weighting(chain, replicates=drawn, engine=engine)
    groups = replicate_means_by_domain(people.literate, domains=district.groups_of(people), sample=sample)
    return [korn_graubard_interval(estimate) for estimate in groups.values()]


def megabytes_now_and_most() -> tuple[float, float]:
    """Resident memory of this process, now and at its highest."""
    with open("/proc/self/status") as status:  # noqa: PTH123 - a file of the kernel, not of ours
        lines = dict(line.split(":", 1) for line in status)
    return tuple(int(lines[key].split()[0]) / 1024 for key in ("VmRSS", "VmHWM"))


def _ours(engine: Engine) -> float:
    def work() -> object:
        return our_intervals(_ROWS, replicates=_REPLICATES, engine=engine)

    work()
    return least(work, times=9)


def _row(kind: str, *, seconds: float, goal: float) -> Row:
    peer = _peer_seconds()
    if peer is None:
        return Row(_name(kind), seconds, "svy", None, None, goal, "svy is not installed")
    return Row(_name(kind), seconds, "svy", peer, peer / seconds, goal, "least of 9; svy's least of 3")


def _name(kind: str) -> str:
    return f"{_REPLICATES} re-raked replicates, 20 groups, {kind}"


_PEER: list[float | None] = []


def _peer_seconds() -> float | None:
    if not _PEER:
        here = importlib.util.find_spec("svy") is not None and importlib.util.find_spec("polars") is not None
        _PEER.append(least(_by_peer(), times=3) if here else None)
    return _PEER[0]


def _by_peer() -> Callable[[], object]:
    import polars  # noqa: PLC0415 - only where the peer is installed
    import svy  # noqa: PLC0415 - only where the peer is installed

    people, weights = district.drawn(_ROWS)
    texts = {name: getattr(people, name).astype(str) for name in district.MARGINS}
    frame = polars.DataFrame(
        {
            **texts,
            "w": weights,
            "lit": people.literate,
            "village": people.village,
            "group": district.groups_of(people).astype(str),
        }
    )
    controls = {
        name: {str(code): float(total) for code, total in enumerate(district.totals_of(name))}
        for name in district.MARGINS
    }

    def work() -> object:
        sample = svy.Sample(frame, svy.Design(stratum="town", psu="village", wgt="w"))
        drawn = sample.weighting.create_bs_wgts(n_reps=_REPLICATES, rstate=1)
        raked = drawn.weighting.rake(controls=controls, wgt_name="raked", tol=_TOLERANCE, max_iter=300)
        return raked.estimation.prop(
            "lit", by="group", method="replication", ci_method="korn-graubard"
        ).to_polars()

    return work


def _memory() -> Row:
    """Megabytes stand where seconds do: the whole process with its interpreter, numpy, scipy and the data."""
    name = "memory, 100,000 rows × 1,000 replicates, in MB/1000"
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE_MEMORY], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return Row(name, 0.0, "limit", None, None, 1.0, f"not measured: {done.stderr.strip()[-80:]}")
    most = float(done.stdout)
    return Row(
        name, most / 1000, "limit", _MEGABYTES / 1000, _MEGABYTES / most, 1.0, "megabytes ÷ 1000, not seconds"
    )
