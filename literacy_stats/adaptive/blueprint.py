"""The content blueprint of a test, kept to the item at whatever length a test stops."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from literacy_stats.adaptive.bank import BankError


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How many items of each content area a test of full length holds.

    counts: one whole number per area code, at least one area above zero.
    sequence: the area of the first, second, … item. After every item each area holds less than one item more or
    less than its share, so a test that stops early is balanced too, and one of full length has exactly the counts.
    Source of the sequence: Tijdeman 1980, The chairman assignment problem, Discrete Mathematics 32:323.
    """

    counts: tuple[int, ...]
    sequence: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", tuple(int(count) for count in self.counts))
        if min(self.counts, default=-1) < 0 or not sum(self.counts):
            raise BankError("a blueprint needs counts that are not negative and not all zero")
        object.__setattr__(self, "sequence", _sequence(self.counts))

    @classmethod
    def from_shares(cls, shares: Sequence[float], *, length: int) -> Blueprint:
        """Counts for a test of `length` items, by largest remainders; shares in any unit, such as 40, 20, 20, 20."""
        if length < 1 or min(shares, default=-1) < 0 or not sum(shares):
            raise BankError("shares must not be negative or all zero, and the length at least 1")
        exact = [length * share / sum(shares) for share in shares]
        counts = [math.floor(value + 1e-9) for value in exact]
        by_remainder = sorted(range(len(exact)), key=lambda area: (counts[area] - exact[area], area))
        for area in by_remainder[: length - sum(counts)]:
            counts[area] += 1
        return cls(tuple(counts))

    @property
    def length(self) -> int:
        return len(self.sequence)


def _sequence(counts: tuple[int, ...]) -> tuple[int, ...]:
    length, areas = sum(counts), [area for area, count in enumerate(counts) if count]
    if len(areas) == 1:
        return (areas[0],) * length
    slack = 1 - 1 / (2 * len(areas) - 2)
    given = dict.fromkeys(areas, 0)
    order = []
    for number in range(1, length + 1):
        # Only areas that would not run ahead may be next; the one that would fall behind soonest is.
        due = [area for area in areas if given[area] + 1 - counts[area] * number / length <= slack + 1e-12]
        area = min(due, key=lambda area: ((given[area] + slack) * length / counts[area], area))
        given[area] += 1
        order.append(area)
    return tuple(order)
