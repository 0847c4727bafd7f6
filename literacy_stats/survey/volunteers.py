"""People who came of themselves are no sample of the population, and no figure here lets anybody forget it.

A `VolunteerSample` has no estimate of its own, only one adjusted to a reference. The result is no number: it cannot be
compared with a target, it has no standard error (which would be small and wrong), and it shows how far it moves if the
literate are more or less likely to come than their age, education and so on explain.
Source: Meng 2018, Annals of Applied Statistics 12:685; Bradley et al. 2021, Nature 600:695; Elliott & Valliant 2017,
Statistical Science 32:249.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError
from literacy_stats.survey.design import FloatArray, IntArray
from literacy_stats.survey.margins import Margin
from literacy_stats.survey.raking import rake
from literacy_stats.survey.volunteer_adjustments import expit, inclusion_weights, outcome_coefficients

Columns = Mapping[str, npt.ArrayLike]
NotAProbabilitySample = Literal["not a probability sample"]
FLAG: NotAProbabilitySample = "not a probability sample"
TILTS = (-0.6, -0.3, 0.0, 0.3, 0.6)


@dataclass(frozen=True, slots=True)
class PopulationMargins:
    """Totals by column, (levels,) each: volunteers are raked to them."""

    totals: Mapping[str, npt.ArrayLike]


@dataclass(frozen=True, slots=True)
class PopulationTable:
    """Cells of the population, columns of codes (C,) and people (C,): a regression of the volunteers is applied to them."""

    columns: Columns
    sizes: npt.ArrayLike


@dataclass(frozen=True, slots=True)
class ReferenceSample:
    """A probability sample with the same columns (m,) and weights (m,): doubly robust, propensity and regression together."""

    columns: Columns
    weights: npt.ArrayLike


@dataclass(frozen=True, slots=True)
class PropensitySample:
    """A probability sample as above, used for the chances to volunteer alone."""

    columns: Columns
    weights: npt.ArrayLike


Reference = PopulationMargins | PopulationTable | ReferenceSample | PropensitySample


@dataclass(frozen=True, slots=True, repr=False)
class VolunteerNumber:
    """A number to print or draw, by `format`, and not to compute with: it is no float and becomes none."""

    _value: float

    def __format__(self, specification: str) -> str:
        return format(self._value, specification)

    def __repr__(self) -> str:
        return f"VolunteerNumber({self:.4f}, {FLAG})"

    def __str__(self) -> str:
        return f"{self:.4f} ({FLAG})"


class ShownFigure(NamedTuple):
    """What a page or a file shows: the proportion, the ends of its sensitivity band, and the flag."""

    value: VolunteerNumber
    lowest: VolunteerNumber
    highest: VolunteerNumber
    flag: NotAProbabilitySample


@dataclass(frozen=True, slots=True, repr=False)
class VolunteerFigure:
    """A proportion from volunteers. It has no value to compute with: `shown()` gives numbers together with their flag.

    n: volunteers. reference: what kind of reference they were adjusted to.
    """

    n: int
    reference: str
    _band: tuple[tuple[float, float], ...]

    def __repr__(self) -> str:
        return f"VolunteerFigure({self})"

    def __str__(self) -> str:
        shown = self.shown()
        return f"{shown.value:.1%} ({shown.lowest:.1%} to {shown.highest:.1%}; {shown.flag})"

    @property
    def flag(self) -> NotAProbabilitySample:
        return FLAG

    @property
    def tilts(self) -> tuple[float, ...]:
        """How much likelier, in log odds, the literate might be to come: the steps of the band."""
        return tuple(tilt for tilt, _ in self._band)

    def shown(self) -> ShownFigure:
        """The adjusted proportion, the ends of the sensitivity band, and the flag."""
        return self.shown_at(0.0)

    def shown_at(self, tilt: float) -> ShownFigure:
        """The same if the literate come likelier by `tilt` in log odds. Raises StatisticsError for other tilts."""
        band = dict(self._band)
        if tilt not in band:
            raise StatisticsError(f"this figure was made for the tilts {', '.join(f'{t:g}' for t in band)}")
        return ShownFigure(
            value=VolunteerNumber(band[tilt]),
            lowest=VolunteerNumber(min(band.values())),
            highest=VolunteerNumber(max(band.values())),
            flag=FLAG,
        )


@dataclass(frozen=True, slots=True)
class VolunteerSample:
    """outcomes: (n,) 0, 1, or a probability in between. columns: codes (n,) of each covariate. levels: codes per covariate.

    Raises StatisticsError for columns of another length, codes outside the levels, outcomes outside 0…1.
    """

    outcomes: FloatArray
    columns: Mapping[str, IntArray]
    levels: Mapping[str, int]

    def __post_init__(self) -> None:
        values = np.array(self.outcomes, dtype=np.float64)
        if values.ndim != 1 or not len(values) or not ((values >= 0) & (values <= 1)).all():
            raise StatisticsError("outcomes are one column between 0 and 1")
        values.setflags(write=False)
        object.__setattr__(self, "outcomes", values)
        if set(self.columns) != set(self.levels):
            raise StatisticsError("every column needs its number of levels")
        checked = {name: self._codes(self.columns, name=name, count=len(values)) for name in self.levels}
        object.__setattr__(self, "columns", checked)

    def adjusted(self, *, reference: Reference, tilts: tuple[float, ...] = TILTS) -> VolunteerFigure:
        """The proportion as the reference says the population is made up, and where it moves for each tilt.

        Raises StatisticsError, or MarginError for margins that the volunteers cannot meet.
        """
        band = {float(tilt): 0.0 for tilt in (0.0, *tilts)}
        coefficients = outcome_coefficients(_matrix(self.columns, self.levels), outcomes=self.outcomes)
        if isinstance(reference, PopulationTable):
            found = self._predicted(reference, coefficients=coefficients, tilts=tuple(band))
        else:
            found = self._weighted(reference, coefficients=coefficients, tilts=tuple(band))
        return VolunteerFigure(len(self.outcomes), type(reference).__name__, tuple(sorted(found.items())))

    def _predicted(
        self, table: PopulationTable, *, coefficients: FloatArray, tilts: tuple[float, ...]
    ) -> dict[float, float]:
        sizes = np.asarray(table.sizes, dtype=np.float64)
        line = self._matrix_of(table.columns, count=len(sizes)) @ coefficients
        return {tilt: float(sizes @ expit(line - tilt) / sizes.sum()) for tilt in tilts}

    def _weighted(
        self,
        reference: PopulationMargins | ReferenceSample | PropensitySample,
        *,
        coefficients: FloatArray,
        tilts: tuple[float, ...],
    ) -> dict[float, float]:
        line = _matrix(self.columns, self.levels) @ coefficients
        weights = self._weights(reference)
        if not isinstance(reference, ReferenceSample):
            return {tilt: self._tilted_mean(weights, line=line, tilt=tilt) for tilt in tilts}
        sample = np.asarray(reference.weights, dtype=np.float64)
        reference_line = self._matrix_of(reference.columns, count=len(sample)) @ coefficients
        return {
            tilt: self._tilted_mean(weights, line=line, tilt=tilt)
            - float(weights @ expit(line - tilt) / weights.sum())
            + float(sample @ expit(reference_line - tilt) / sample.sum())
            for tilt in tilts
        }

    def _tilted_mean(self, weights: FloatArray, *, line: FloatArray, tilt: float) -> float:
        """The weighted mean if the literate are over-represented by exp(tilt) among those alike in all covariates."""
        literate = self.outcomes * np.exp(-tilt)
        # Among people alike the weights must still count for as many as before, so they are divided by what the tilt takes.
        chance = expit(line)
        shrunk = weights / (chance * np.exp(-tilt) + 1 - chance)
        return float(shrunk @ literate / (shrunk @ (literate + 1 - self.outcomes)))

    def _weights(self, reference: PopulationMargins | ReferenceSample | PropensitySample) -> FloatArray:
        if isinstance(reference, PopulationMargins):
            margins = [self._margin(name, totals=totals) for name, totals in reference.totals.items()]
            return rake(np.ones(len(self.outcomes)), margins=margins)
        sample = np.asarray(reference.weights, dtype=np.float64)
        return inclusion_weights(
            _matrix(self.columns, self.levels),
            reference_matrix=self._matrix_of(reference.columns, count=len(sample)),
            reference_weights=sample,
        )

    def _margin(self, name: str, *, totals: npt.ArrayLike) -> Margin:
        if name not in self.columns:
            raise StatisticsError(f"the volunteers have no column {name}")
        people = np.asarray(totals, dtype=np.float64)
        names = tuple(str(code) for code in range(len(people)))
        return Margin(name=name, codes=self.columns[name], totals=people, categories=names)

    def _matrix_of(self, columns: Columns, *, count: int) -> FloatArray:
        codes = {name: self._codes(columns, name=name, count=count) for name in self.levels}
        return _matrix(codes, self.levels)

    def _codes(self, columns: Columns, *, name: str, count: int) -> IntArray:
        if name not in columns:
            raise StatisticsError(f"there is no column {name}")
        codes = np.array(columns[name], dtype=np.int64)
        if codes.shape != (count,) or codes.min() < 0 or codes.max() >= self.levels[name]:
            raise StatisticsError(f"column {name} must hold {count} codes below {self.levels[name]}")
        codes.setflags(write=False)
        return codes


def _matrix(columns: Mapping[str, IntArray], levels: Mapping[str, int]) -> FloatArray:
    """Intercept and one column per level but the first of each covariate."""
    count = len(next(iter(columns.values())))
    parts = [np.ones((count, 1))]
    parts += [np.eye(size)[columns[name]][:, 1:] for name, size in levels.items()]
    return np.concatenate(parts, axis=1)
