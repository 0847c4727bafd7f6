"""Change over the waves of a survey: sampling errors, the error of linking their scales, and breaks between instruments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isinf, sqrt

import numpy as np
import numpy.typing as npt

from literacy_stats.distributions import student_probability, student_quantile
from literacy_stats.errors import StatisticsError

FloatArray = npt.NDArray[np.float64]


class BrokenSeriesError(StatisticsError):
    """Two waves that cannot be compared, because nothing links their instruments."""


@dataclass(frozen=True, slots=True)
class Link:
    """How the scale of a wave was tied to that of the wave before.

    standard_error: of the figure, from the choice of anchor items. degrees_of_freedom: anchor items less one.
    """

    standard_error: float
    degrees_of_freedom: float = inf

    def __post_init__(self) -> None:
        if not self.standard_error >= 0 or not self.degrees_of_freedom >= 1:
            raise StatisticsError("a link has an error of 0 or more and a degree of freedom")


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave. instrument: the test and mode it was taken with; another one breaks the series unless there is a link.

    link: to the wave before; None says that the very same instrument was used, or that there is no link.
    """

    year: float
    value: float
    standard_error: float
    degrees_of_freedom: float
    instrument: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Later less earlier value, its standard error in parts, the probability that there was a rise, and an interval."""

    value: float
    standard_error: float
    sampling_error: float
    link_error: float
    degrees_of_freedom: float
    probability_of_rise: float
    lower: float
    upper: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Slope:
    """Change per year over an unbroken series, with its standard error and interval."""

    per_year: float
    standard_error: float
    lower: float
    upper: float
    confidence: float


def unbroken_series(waves: Sequence[Wave]) -> tuple[tuple[Wave, ...], ...]:
    """The waves by year, cut wherever the instrument changes without a link. A chart draws no line across a cut."""
    ordered = sorted(waves, key=lambda wave: wave.year)
    if len({wave.year for wave in ordered}) < len(ordered):
        raise StatisticsError("two waves have the same year")
    runs: list[list[Wave]] = []
    for wave in ordered:
        if runs and (wave.link is not None or wave.instrument == runs[-1][-1].instrument):
            runs[-1].append(wave)
        else:
            runs.append([wave])
    return tuple(tuple(run) for run in runs)


def change_between(
    waves: Sequence[Wave],
    *,
    earlier: float,
    later: float,
    covariance: float = 0.0,
    confidence: float = 0.95,
) -> Change:
    """The change between the waves of two years; link errors of every wave passed on the way count.

    covariance: of the two figures, above 0 where the waves share clusters. Degrees of freedom by Satterthwaite.
    Raises BrokenSeriesError over a break, StatisticsError for years without a wave.
    Source: Monseur & Berezner 2007, Journal of Applied Measurement 8:323; Wu 2010, Educational Measurement 29(4):15.
    """
    first, second, links = _path(waves, earlier=earlier, later=later)
    sampling = first.standard_error**2 + second.standard_error**2 - 2 * covariance
    if sampling < 0:
        raise StatisticsError("the covariance is larger than the errors allow")
    linking = sum(link.standard_error**2 for link in links)
    error = sqrt(sampling + linking)
    degrees = _satterthwaite(
        [(wave.standard_error**2, wave.degrees_of_freedom) for wave in (first, second)]
        + [(link.standard_error**2, link.degrees_of_freedom) for link in links]
    )
    value = second.value - first.value
    reach = student_quantile((1 + confidence) / 2, degrees_of_freedom=degrees) * error
    rise = student_probability(value / error, degrees_of_freedom=degrees) if error else float(value > 0)
    return Change(
        value, error, sqrt(sampling), sqrt(linking), degrees, rise, value - reach, value + reach, confidence
    )


def slope_of(waves: Sequence[Wave], *, confidence: float = 0.95) -> Slope:
    """Change per year by generalised least squares; the link errors of a wave stay in all waves after it.

    Raises BrokenSeriesError if the waves are not one unbroken series, StatisticsError for fewer than two.
    """
    runs = unbroken_series(waves)
    if len(runs) > 1:
        raise BrokenSeriesError(f"the series breaks before {runs[1][0].year:g}: {_instruments(runs)}")
    if len(waves) < 2:
        raise StatisticsError("a slope needs two waves")
    run = runs[0]
    years = np.array([wave.year for wave in run])
    weight = np.linalg.inv(_covariance(run))
    design = np.column_stack([np.ones(len(run)), years - years.mean()])
    spread = np.linalg.inv(design.T @ weight @ design)
    per_year = float((spread @ design.T @ weight @ np.array([wave.value for wave in run]))[1])
    degrees = min(wave.degrees_of_freedom for wave in run)
    reach = student_quantile((1 + confidence) / 2, degrees_of_freedom=degrees) * sqrt(spread[1, 1])
    return Slope(per_year, sqrt(spread[1, 1]), per_year - reach, per_year + reach, confidence)


def jackknife_link_error(figures: npt.ArrayLike) -> Link:
    """The link from the figure computed again without each of K ≥ 2 anchor items (K,).

    Source: Monseur & Berezner 2007; Robitzsch 2024, Stats 7:685.
    """
    values = np.asarray(figures, dtype=np.float64)
    if values.ndim != 1 or len(values) < 2:
        raise StatisticsError("a link error needs the figures without each of two or more anchor items")
    count = len(values)
    return Link(float(np.sqrt((count - 1) / count * np.sum((values - values.mean()) ** 2))), count - 1)


def _path(waves: Sequence[Wave], *, earlier: float, later: float) -> tuple[Wave, Wave, list[Link]]:
    runs = unbroken_series(waves)
    years = {wave.year: number for number, run in enumerate(runs) for wave in run}
    if not earlier < later or earlier not in years or later not in years:
        raise StatisticsError("a change is between the years of two waves, the earlier one first")
    if years[earlier] != years[later]:
        raise BrokenSeriesError(f"{earlier:g} and {later:g} cannot be compared: {_instruments(runs)}")
    between = [wave for wave in runs[years[earlier]] if earlier <= wave.year <= later]
    return between[0], between[-1], [wave.link for wave in between[1:] if wave.link is not None]


def _covariance(run: Sequence[Wave]) -> FloatArray:
    links = np.cumsum([0.0, *(wave.link.standard_error**2 if wave.link else 0.0 for wave in run[1:])])
    return np.asarray(np.minimum.outer(links, links) + np.diag([wave.standard_error**2 for wave in run]))


def _satterthwaite(parts: Sequence[tuple[float, float]]) -> float:
    total = sum(variance for variance, _ in parts)
    uncertain = sum(variance**2 / degrees for variance, degrees in parts if not isinf(degrees))
    return total**2 / uncertain if uncertain else inf


def _instruments(runs: Sequence[Sequence[Wave]]) -> str:
    return " then ".join(run[0].instrument for run in runs)
