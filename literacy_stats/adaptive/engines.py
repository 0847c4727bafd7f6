"""The two ways to take a step: numpy everywhere, numba where it is installed; the results are the same."""

from __future__ import annotations

from collections.abc import Callable

from literacy_stats.adaptive.bank import BoolArray, FloatArray
from literacy_stats.adaptive.steps import Step, advance
from literacy_stats.adaptive.tables import Tables

# Posterior, blocked items, item just answered or −1, answer, area of the next item or −1, uniform number → step.
Advance = Callable[[FloatArray, BoolArray, int, int, int, float], Step]


def steps_with_numpy(tables: Tables) -> Advance:
    def step(
        posterior: FloatArray, blocked: BoolArray, item: int, answer: int, area: int, uniform: float
    ) -> Step:
        return advance(
            tables,
            posterior=posterior,
            blocked=blocked,
            item=item,
            answer=answer,
            area=area,
            uniform=uniform,
        )

    return step


def steps_with_numba(tables: Tables) -> Advance:
    """Compiled steps; the first one of a machine compiles for a few seconds. Raises ImportError without numba."""
    from literacy_stats.adaptive.compiled import advance_compiled  # noqa: PLC0415 - numba is optional and slow to import

    # Writable copies of its own: numba takes a third of the time over them that it takes over read-only arrays.
    likelihoods, moments = tables.likelihoods.copy(), tables.moments.copy()
    ranking, enemies, chances = tables.ranking.copy(), tables.enemies.copy(), tables.chances.copy()

    def step(
        posterior: FloatArray, blocked: BoolArray, item: int, answer: int, area: int, uniform: float
    ) -> Step:
        start, stop, needed = tables.spans[area] if area >= 0 else (0, 0, 0)
        posterior, blocked = posterior.copy(), blocked.copy()
        found = advance_compiled(
            likelihoods,
            moments,
            ranking,
            enemies,
            chances,
            tables.choices,
            posterior,
            blocked,
            item,
            answer,
            start,
            stop,
            needed,
            uniform,
        )
        posterior.setflags(write=False)
        blocked.setflags(write=False)
        return Step(posterior, blocked, *found)

    return step
