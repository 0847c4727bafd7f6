"""A multilevel model of a yes-or-no outcome, and respondents and population collapsed to its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Columns = Mapping[str, npt.ArrayLike]


class ModelError(StatisticsError):
    """A model, or cells for it, that cannot be fitted."""


@dataclass(frozen=True, slots=True)
class Slope:
    """A fixed effect: the number that stands for each code of a column, such as the share of graduates of each township."""

    column: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MultilevelModel:
    """log odds = intercept + slopes + one normal effect per level of each varying term.

    levels: how many codes each column has. slopes: fixed effects.
    varying: terms as tuples of column names, ("age",) or, for an interaction, ("age", "edu"). Put in what the sample was
    drawn by (strata, clusters) and the area; a cluster may be a column that the population does not have.
    Source: Gelman & Little 1997, Survey Methodology 23:127; Park, Gelman & Bafumi 2004, Political Analysis 12:375.
    """

    levels: Mapping[str, int]
    slopes: tuple[Slope, ...]
    varying: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        named = {slope.column for slope in self.slopes} | {name for term in self.varying for name in term}
        if not self.varying or not all(self.varying):
            raise ModelError("a multilevel model has at least one varying term")
        if missing := named - set(self.levels):
            raise ModelError(f"no number of levels is given for {', '.join(sorted(missing))}")
        if wrong := [slope.column for slope in self.slopes if len(slope.values) != self.levels[slope.column]]:
            raise ModelError(f"a slope needs one value per level of {', '.join(wrong)}")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the model uses, in the order of `levels`."""
        named = {slope.column for slope in self.slopes} | {name for term in self.varying for name in term}
        return tuple(name for name in self.levels if name in named)

    @property
    def fixed_count(self) -> int:
        return 1 + len(self.slopes)

    @property
    def term_sizes(self) -> tuple[int, ...]:
        return tuple(int(np.prod([self.levels[name] for name in term])) for term in self.varying)


@dataclass(frozen=True, slots=True)
class OutcomeCells:
    """C non-empty cells: codes of every column the model uses, respondents, and the sum of their outcomes."""

    codes: Mapping[str, IntArray]
    trials: FloatArray
    successes: FloatArray


@dataclass(frozen=True, slots=True)
class PopulationCells:
    """C cells of the population: codes by column, (C,) people, (C,) codes 0…A−1 of the area each belongs to.

    A column of the model that is missing here is averaged over: new levels of it are drawn from its distribution.
    """

    codes: Mapping[str, IntArray]
    sizes: FloatArray
    areas: IntArray

    @property
    def area_count(self) -> int:
        return int(self.areas.max()) + 1


def outcome_cells(model: MultilevelModel, *, columns: Columns, outcomes: npt.ArrayLike) -> OutcomeCells:
    """Collapse respondents: columns of codes (n,) and outcomes (n,) 0, 1, or a probability in between.

    Raises ModelError for a missing column, codes outside the levels, outcomes outside 0…1.
    """
    values = np.asarray(outcomes, dtype=np.float64)
    if values.ndim != 1 or not len(values) or not ((values >= 0) & (values <= 1)).all():
        raise ModelError("outcomes are one column between 0 and 1")
    codes = {
        name: checked_codes(columns, name=name, model=model, count=len(values)) for name in model.columns
    }
    sizes = [model.levels[name] for name in codes]
    key = np.zeros(len(values), dtype=np.int64)
    for name, size in zip(codes, sizes, strict=True):
        key = key * size + codes[name]
    numbers, places = _distinct(key, most=int(np.prod(sizes, dtype=object)))
    unfolded = np.unravel_index(numbers, sizes)
    return OutcomeCells(
        {name: np.asarray(code, dtype=np.int64) for name, code in zip(codes, unfolded, strict=True)},
        np.bincount(places, minlength=len(numbers)).astype(np.float64),
        np.bincount(places, weights=values, minlength=len(numbers)).astype(np.float64),
    )


def population_cells(
    model: MultilevelModel, *, columns: Columns, sizes: npt.ArrayLike, areas: npt.ArrayLike
) -> PopulationCells:
    """Cells of the population: columns of codes (C,), people (C,), area codes (C,). Raises ModelError."""
    people, area = np.asarray(sizes, dtype=np.float64), np.asarray(areas, dtype=np.int64)
    if people.ndim != 1 or area.shape != people.shape or not (people >= 0).all():
        raise ModelError("each cell of the population has a size and an area")
    if area.min() < 0 or not (np.bincount(area, weights=people) > 0).all():
        raise ModelError("area codes run from 0 without a gap, and every area has people")
    fixed = {slope.column for slope in model.slopes}
    if missing := fixed - set(columns):
        raise ModelError(f"the population has no column {', '.join(sorted(missing))}")
    present = [name for name in model.columns if name in columns]
    codes = {name: checked_codes(columns, name=name, model=model, count=len(people)) for name in present}
    return PopulationCells(codes, people, area)


def checked_codes(columns: Columns, *, name: str, model: MultilevelModel, count: int) -> IntArray:
    if name not in columns:
        raise ModelError(f"there is no column {name}")
    codes = np.asarray(columns[name], dtype=np.int64)
    if codes.shape != (count,) or codes.min() < 0 or codes.max() >= model.levels[name]:
        raise ModelError(f"column {name} must hold {count} codes below {model.levels[name]}")
    return codes


def _distinct(key: IntArray, *, most: int) -> tuple[IntArray, IntArray]:
    """The keys that occur and the place of each row among them; a table is faster than sorting while it is small."""
    if most > 4 * len(key) + 10_000:
        numbers, places = np.unique(key, return_inverse=True)
        return numbers, places.astype(np.int64)
    occurs = np.bincount(key, minlength=most) > 0
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[key]
