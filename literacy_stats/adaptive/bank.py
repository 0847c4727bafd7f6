"""An item bank for adaptive tests: parameters, the content area of each item, and items that must not meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError
from literacy_stats.irt.items import ItemParameters

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


class BankError(StatisticsError):
    """An item bank, or a use of it, that contradicts itself."""


@dataclass(frozen=True, slots=True)
class ItemBank:
    """J items scored 0 or 1.

    parameters: the items, on the logistic metric.
    areas: (J,) codes 0…K−1 of the content area of each item.
    enemies: sets of item numbers of which one test may hold at most one; an item may stand in several sets.
    Raises BankError for graded items, areas of another length or with a gap, and enemies that are no items.
    """

    parameters: ItemParameters
    areas: IntArray
    enemies: tuple[frozenset[int], ...] = ()
    enemy_starts: IntArray = field(init=False, repr=False)
    enemy_items: IntArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "areas", _read_only(np.array(self.areas, dtype=np.int64)))
        object.__setattr__(self, "enemies", tuple(frozenset(group) for group in self.enemies))
        self._refuse_contradictions()
        starts, items = _adjacency(self.enemies, count=len(self.parameters))
        object.__setattr__(self, "enemy_starts", _read_only(starts))
        object.__setattr__(self, "enemy_items", _read_only(items))

    def _refuse_contradictions(self) -> None:
        if not self.parameters.are_dichotomous:
            raise BankError("an adaptive test takes items scored 0 or 1")
        if self.areas.shape != (len(self.parameters),):
            raise BankError("areas must hold one code per item")
        if self.areas.min() < 0 or not np.bincount(self.areas).all():
            raise BankError("area codes must run from 0 without a gap")
        if any(not 0 <= item < len(self.parameters) for group in self.enemies for item in group):
            raise BankError("a set of enemies names an item that is not in the bank")

    def __len__(self) -> int:
        return len(self.parameters)

    @property
    def area_count(self) -> int:
        return int(self.areas.max()) + 1

    def enemies_of(self, item: int) -> IntArray:
        """The items that may not be in a test together with this one."""
        return self.enemy_items[self.enemy_starts[item] : self.enemy_starts[item + 1]]


def _adjacency(groups: Iterable[frozenset[int]], *, count: int) -> tuple[IntArray, IntArray]:
    partners: list[set[int]] = [set() for _ in range(count)]
    for group in groups:
        for item in group:
            partners[item] |= group - {item}
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum([len(row) for row in partners], out=starts[1:])
    return starts, np.array([item for row in partners for item in sorted(row)], dtype=np.int64)


def _read_only(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    values.setflags(write=False)
    return values
