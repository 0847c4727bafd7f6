"""The parts of `make bench NAME=coverage`: each has `run(...) -> Part`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A table to print, figures for the last line, and what lies outside its limits (nothing, if all is well)."""

    title: str
    table: list[str]
    figures: dict[str, float]
    failures: list[str]
