"""The parts of `make bench NAME=stats`: each module has `run() -> list[Row]`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One comparison: `ratio` is peer_seconds / ours_seconds, `goal` what it must reach.

    A peer that could not be run here has `peer_seconds` None, `ratio` None and says why in `note`; a recorded figure
    is used as `peer_seconds` and named as recorded in `note`. For a limit in seconds without a peer, the limit stands
    in `peer_seconds`, `peer` is "limit" and the goal is 1.
    """

    name: str
    ours_seconds: float
    peer: str
    peer_seconds: float | None
    ratio: float | None
    goal: float
    note: str = ""
