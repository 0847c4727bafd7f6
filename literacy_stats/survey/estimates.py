"""Totals, means, proportions and ratios of a population or a part of it, with their errors."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError
from literacy_stats.survey.design import BoolArray, Design, FloatArray
from literacy_stats.survey.linearisation import (
    Linearised,
    column_of,
    covariance_of,
    linearised_mean,
    linearised_ratio,
    linearised_total,
    rows_of,
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure from a sample.

    standard_error: in the value's unit. degrees_of_freedom: clusters less strata, of those in which the domain occurs.
    n: rows. design_effect: its variance over that of a simple random sample of n with replacement; the other one
    compares with a sample without replacement from as many people as the weights stand for, and is None where the
    weights do not count people.
    """

    value: float
    standard_error: float
    degrees_of_freedom: int
    n: int
    design_effect: float | None = None
    design_effect_without_replacement: float | None = None


def estimate_total(values: npt.ArrayLike, *, design: Design, domain: npt.ArrayLike | None = None) -> Estimate:
    """The total of values (n,) over a domain (n,) of bool. Raises StatisticsError, DesignError."""
    found = linearised_total(values, design=design, domain=domain)
    size = float(design.weights[found.rows].sum())
    return _with_design_effect(found, values=values, design=design, multiple=size)


def estimate_mean(values: npt.ArrayLike, *, design: Design, domain: npt.ArrayLike | None = None) -> Estimate:
    """The mean of values (n,) over a domain (n,) of bool. Raises StatisticsError, DesignError."""
    found = linearised_mean(values, design=design, domain=domain)
    return _with_design_effect(found, values=values, design=design, multiple=1.0)


def estimate_proportion(
    values: npt.ArrayLike, *, design: Design, domain: npt.ArrayLike | None = None
) -> Estimate:
    """The share of a domain with a property: values (n,) are 0 or 1, or a probability in between.

    Raises StatisticsError for values outside 0..1, DesignError.
    """
    column = column_of(values, rows=rows_of(domain, design=design))
    if column.min() < 0 or column.max() > 1:
        raise StatisticsError("a proportion is of values between 0 and 1")
    return estimate_mean(values, design=design, domain=domain)


def estimate_ratio(
    numerator: npt.ArrayLike,
    *,
    denominator: npt.ArrayLike,
    design: Design,
    domain: npt.ArrayLike | None = None,
) -> Estimate:
    """The ratio of two totals over a domain. Raises StatisticsError, DesignError."""
    found = linearised_ratio(numerator, denominator=denominator, design=design, domain=domain)
    return estimate_of(found, design=design)


def estimate_by_domain(
    values: npt.ArrayLike,
    *,
    domains: npt.ArrayLike,
    design: Design,
    statistic: Callable[..., Estimate] = estimate_mean,
) -> dict[object, Estimate]:
    """The statistic for each label among domains (n,), in the order of the labels, on the whole design."""
    labels = np.asarray(domains)
    if labels.shape != (design.n,):
        raise StatisticsError("domains are one label per row")
    return {
        label: statistic(values, design=design, domain=labels == label)
        for label in np.unique(labels[design.weights > 0]).tolist()
    }


def estimate_of(found: Linearised, *, design: Design) -> Estimate:
    """A linearised figure with its standard error and degrees of freedom. Raises DesignError."""
    variance = float(covariance_of((found,), design=design)[0, 0])
    return Estimate(
        value=found.value,
        standard_error=float(np.sqrt(variance)),
        degrees_of_freedom=domain_degrees_of_freedom(found.rows, design=design),
        n=int(found.rows.sum()),
    )


def domain_degrees_of_freedom(rows: BoolArray, *, design: Design) -> int:
    """Clusters with a row of the domain less strata with one.

    Source: Korn & Graubard (1999), Analysis of Health Surveys, section 5.2; NHANES analytic guidelines.
    """
    return len(np.unique(design.clusters[rows])) - len(np.unique(design.strata[rows]))


def element_variance(
    values: npt.ArrayLike, *, design: Design, domain: npt.ArrayLike | None = None
) -> Estimate:
    """The variance of values (n,) among the people, n − 1 in the denominator, with its own error.

    Raises StatisticsError for fewer than two rows, DesignError.
    """
    rows = rows_of(domain, design=design)
    count = int(rows.sum())
    if count < 2:
        raise StatisticsError("a variance needs two rows")
    column = column_of(values, rows=rows)
    centre = linearised_mean(column, design=design, domain=rows).value
    squares = np.where(rows, (column - centre) ** 2, 0.0) * count / (count - 1)
    return estimate_of(linearised_mean(squares, design=design, domain=rows), design=design)


def _with_design_effect(
    found: Linearised, *, values: npt.ArrayLike, design: Design, multiple: float
) -> Estimate:
    plain = estimate_of(found, design=design)
    size = float(design.weights[found.rows].sum())
    spread = _spread(column_of(values, rows=found.rows)[found.rows], weights=design.weights[found.rows])
    reference = spread * multiple**2 / plain.n
    return Estimate(
        value=plain.value,
        standard_error=plain.standard_error,
        degrees_of_freedom=plain.degrees_of_freedom,
        n=plain.n,
        design_effect=_share(plain.standard_error**2, reference),
        design_effect_without_replacement=_share(plain.standard_error**2, reference * (1 - plain.n / size)),
    )


def _spread(column: FloatArray, *, weights: FloatArray) -> float:
    if len(column) < 2:
        return 0.0
    centre = weights @ column / weights.sum()
    mean_square = float(weights @ (column - centre) ** 2 / weights.sum())
    return mean_square * len(column) / (len(column) - 1)


def _share(variance: float, reference: float) -> float | None:
    return variance / reference if reference > 0 else None
