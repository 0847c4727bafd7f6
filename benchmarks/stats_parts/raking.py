"""A million rows raked to five margins: from arrays to an array, and from a data frame to a column of it."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable

import numpy as np

from benchmarks.stats_parts import Row
from literacy_stats.survey import Margin, rake
from literacy_stats.survey.tests import district

_ROWS = 1_000_000
_TOLERANCE = 1e-8
_GOAL = 30.0
# R survey 4.1-1 on R 4.2.2 with OpenBLAS, same generator, 2 cores of an AMD EPYC (Zen 4), November 2026.
_R_RAKE_SECONDS = 17.3


def run() -> list[Row]:
    """Ours with the conversion of the frame excluded and included, beside svy and R's recorded time."""
    people, weights = district.drawn(_ROWS)
    margins = [_margin(name, codes=getattr(people, name)) for name in district.MARGINS]
    arrays = least(lambda: rake(weights, margins=margins, tolerance=_TOLERANCE), times=9)
    recorded = Row(
        "raking 1M × 5, arrays",
        arrays,
        "R survey::rake",
        _R_RAKE_SECONDS,
        _R_RAKE_SECONDS / arrays,
        _GOAL,
        "recorded",
    )
    if importlib.util.find_spec("svy") is None or importlib.util.find_spec("polars") is None:
        return [
            Row("raking 1M × 5, arrays", arrays, "svy", None, None, _GOAL, "svy is not installed"),
            recorded,
        ]
    frame = _frame(people, weights)
    framed = least(lambda: _from_frame(frame), times=5)
    peer = least(lambda: _by_peer(frame), times=3)
    _refuse_difference(_from_frame(frame), _by_peer(frame))
    return [
        Row(
            "raking 1M × 5, arrays", arrays, "svy", peer, peer / arrays, _GOAL, "least of 9; svy's least of 3"
        ),
        Row(
            "raking 1M × 5, from a frame of text",
            framed,
            "svy",
            peer,
            peer / framed,
            1.0,
            "polars text columns to codes included on both sides; no goal but to be sooner",
        ),
        recorded,
    ]


def least(work: Callable[[], object], *, times: int) -> float:
    """Seconds of the quickest of some runs: other work on the machine only ever adds."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def _margin(name: str, *, codes: np.ndarray) -> Margin:
    totals = district.totals_of(name)
    return Margin(name, codes, totals, tuple(str(code) for code in range(len(totals))))


def _frame(people: district.People, weights: np.ndarray) -> object:
    import polars  # noqa: PLC0415 - only where the peer is installed

    columns = {name: getattr(people, name) for name in district.MARGINS}
    frame = polars.DataFrame({**columns, "w": weights})
    return frame.with_columns([polars.col(name).cast(polars.Utf8) for name in district.MARGINS])


def _from_frame(frame: object) -> np.ndarray:
    import polars  # noqa: PLC0415 - only where the peer is installed

    margins = []
    for name in district.MARGINS:
        kinds = polars.Enum([str(code) for code in range(len(district.totals_of(name)))])
        margins.append(_margin(name, codes=frame[name].cast(kinds).to_physical().to_numpy()))
    raked = rake(frame["w"].to_numpy(), margins=margins, tolerance=_TOLERANCE)
    return frame.with_columns(raked=raked)["raked"].to_numpy()


def _by_peer(frame: object) -> np.ndarray:
    import svy  # noqa: PLC0415 - only where the peer is installed

    controls = {
        name: {str(code): float(total) for code, total in enumerate(district.totals_of(name))}
        for name in district.MARGINS
    }
    sample = svy.Sample(frame, svy.Design(wgt="w")).weighting.rake(
        controls=controls, wgt_name="raked", tol=_TOLERANCE, max_iter=500
    )
    return sample.data["raked"].to_numpy()


def _refuse_difference(ours: np.ndarray, peer: np.ndarray) -> None:
    if not np.allclose(ours, peer, rtol=1e-6):
        raise AssertionError("the two programs do not make the same weights")
