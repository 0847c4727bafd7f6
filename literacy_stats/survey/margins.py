"""Known population totals of the categories of one variable."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import MarginError, WeightingError
from literacy_stats.survey.design import Column, FloatArray, IntArray

# Totals of two margins may differ by rounding, not by more.
_SAME_POPULATION = 1e-6


@dataclass(frozen=True, slots=True)
class Margin:
    """One variable of the sample beside the population.

    codes: (n,) category of each row, 0..K-1, or -1 where it is not known (only rows that have no weight when the margin
    is applied may be -1). totals: (K,) people of each category, positive. categories: K names for messages.
    Raises MarginError, WeightingError.
    """

    name: str
    codes: IntArray
    totals: FloatArray
    categories: tuple[str, ...]

    def __post_init__(self) -> None:
        for name, dtype in (("codes", np.int64), ("totals", np.float64)):
            values = np.array(getattr(self, name), dtype=dtype)
            values.setflags(write=False)
            object.__setattr__(self, name, values)
        if self.totals.shape != (len(self.categories),) or not len(self.totals):
            raise WeightingError(f"margin {self.name!r} needs one total per category")
        if self.codes.ndim != 1 or self.codes.min(initial=0) < -1:
            raise WeightingError(f"margin {self.name!r} needs one code per row")
        if self.codes.max(initial=0) >= len(self.totals):
            raise WeightingError(f"margin {self.name!r} has a code without a total")
        for category, total in zip(self.categories, self.totals, strict=True):
            if not np.isfinite(total) or total <= 0:
                raise MarginError("the total is not positive", margin=self.name, category=category)

    @property
    def population(self) -> float:
        """The sum of the totals."""
        return float(self.totals.sum())

    @classmethod
    def from_column(cls, column: Column, *, name: str, totals: Mapping[Hashable, float]) -> Self:
        """A margin from labels (n,) of any kind; None and NaN mean not known. Raises MarginError for other labels."""
        labels = list(totals)
        return cls(
            name=name,
            codes=_codes(column, labels=labels, margin=name),
            totals=np.array([totals[label] for label in labels], dtype=np.float64),
            categories=tuple(str(label) for label in labels),
        )

    def at(self, rows: IntArray) -> "CellMargin":
        """The margin on the cells whose representative rows are given."""
        return CellMargin(
            name=self.name, codes=self.codes[rows], totals=self.totals, categories=self.categories
        )


@dataclass(frozen=True, slots=True)
class CellMargin:
    """A margin on cells. codes: (C,). totals: (K,)."""

    name: str
    codes: IntArray
    totals: FloatArray
    categories: tuple[str, ...]


def refuse_different_populations(margins: Sequence[Margin]) -> None:
    """Raise MarginError for the margin whose totals add up to another population than the first one's."""
    for margin in margins[1:]:
        if abs(margin.population / margins[0].population - 1) > _SAME_POPULATION:
            raise MarginError(
                f"totals add up to {margin.population:g}, those of {margins[0].name!r} to {margins[0].population:g}",
                margin=margin.name,
                category="all",
            )


def refuse_empty_category(
    sums: FloatArray, *, name: str, totals: FloatArray, categories: tuple[str, ...]
) -> None:
    """Raise MarginError for a category that carries no weight, sums (K, B), in one of B replicates."""
    empty = (sums <= 0) & (totals[:, None] != 0)
    if not empty.any():
        return
    worst = int(empty.sum(axis=1).argmax())
    count = int(empty[worst].sum())
    where = "the sample" if sums.shape[1] == 1 else f"{count} of {sums.shape[1]} replicates"
    raise MarginError(f"no respondent in {where}; merge categories", margin=name, category=categories[worst])


def refuse_unmet(shares: FloatArray, *, name: str, categories: tuple[str, ...], iterations: int) -> None:
    """Raise MarginError for the category that is furthest from its total; shares (K, B) are reached over wanted."""
    distance = np.abs(np.where(np.isfinite(shares), shares, np.inf) - 1).max(axis=1)
    worst = int(distance.argmax())
    raise MarginError(
        f"still {distance[worst]:.2g} (relative) from its total after {iterations} iterations",
        margin=name,
        category=categories[worst],
    )


def _codes(column: Column, *, labels: list[Hashable], margin: str) -> IntArray:
    values = np.asarray(column)
    if values.ndim != 1:
        raise WeightingError(f"margin {margin!r} needs one label per row")
    if values.dtype.kind in "iub" and all(isinstance(label, (int, np.integer)) for label in labels):
        return _integer_codes(values, labels=np.array(labels, dtype=np.int64), margin=margin)
    index: dict[object, int] = {label: code for code, label in enumerate(labels)}
    codes = np.fromiter(
        (index.get(label, -1) for label in values.tolist()), dtype=np.int64, count=len(values)
    )
    for label in set(np.array(values.tolist(), dtype=object)[codes < 0]):
        if label is not None and label == label:  # NaN differs from itself
            raise MarginError("no population total", margin=margin, category=str(label))
    return codes


def _integer_codes(values: npt.NDArray[np.generic], *, labels: IntArray, margin: str) -> IntArray:
    order = np.argsort(labels)
    ranked = labels[order]
    places = np.minimum(np.searchsorted(ranked, values), len(labels) - 1)
    strange = ranked[places] != values
    if strange.any():
        raise MarginError("no population total", margin=margin, category=str(values[strange][0]))
    return order[places].astype(np.int64)
