"""Estimates with standard errors from replicates in which the whole weighting was carried out anew.

Degrees of freedom are the smaller of replicates - 1 and the domain's clusters less strata. A replicate in which a domain
is empty says nothing about its mean; the others then count for it. Source: Wolter (2007), Introduction to Variance
Estimation; Rust & Rao (1996), Statistical Methods in Medical Research 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError
from literacy_stats.survey.cells import pair_codes
from literacy_stats.survey.design import BoolArray, FloatArray, IntArray
from literacy_stats.survey.estimates import Estimate
from literacy_stats.survey.replicate_sums import domain_sums, rescored_sums, sum_blocks
from literacy_stats.survey.replicated import ReplicatedWeighting, Rescorer


def replicate_total(
    values: npt.ArrayLike, *, sample: ReplicatedWeighting, domain: npt.ArrayLike | None = None
) -> Estimate:
    """The total of values (n,) over a domain (n,) of bool. Raises StatisticsError."""
    rows = _rows(domain, sample=sample)
    column = _column(values, rows=rows)
    sums = domain_sums([column], domains=_codes(rows), sample=sample)[:, 0]
    spread = _element_variance(column, rows=rows, sample=sample) * float(sample.weights[rows].sum()) ** 2
    return _estimates(sums, domains=_codes(rows), sample=sample, spreads=np.array([spread]))[0]


def replicate_mean(
    values: npt.ArrayLike, *, sample: ReplicatedWeighting, domain: npt.ArrayLike | None = None
) -> Estimate:
    """The mean of values (n,) over a domain (n,) of bool. Raises StatisticsError."""
    rows = _rows(domain, sample=sample)
    return _means(_column(values, rows=rows), codes=_codes(rows), sample=sample)[0]


def replicate_proportion(
    values: npt.ArrayLike, *, sample: ReplicatedWeighting, domain: npt.ArrayLike | None = None
) -> Estimate:
    """The share of a domain with a property: values (n,) are 0 or 1, or a probability in between.

    Raises StatisticsError for values outside 0..1.
    """
    rows = _rows(domain, sample=sample)
    column = _column(values, rows=rows)
    if column.min() < 0 or column.max() > 1:
        raise StatisticsError("a proportion is of values between 0 and 1")
    return _means(column, codes=_codes(rows), sample=sample)[0]


def replicate_ratio(
    numerator: npt.ArrayLike,
    *,
    denominator: npt.ArrayLike,
    sample: ReplicatedWeighting,
    domain: npt.ArrayLike | None = None,
) -> Estimate:
    """The ratio of two totals over a domain. Raises StatisticsError where the denominator is zero."""
    rows = _rows(domain, sample=sample)
    columns = [_column(numerator, rows=rows), _column(denominator, rows=rows)]
    sums = domain_sums(columns, domains=_codes(rows), sample=sample)
    return _estimates(_shares(sums[:, 0], sums[:, 1]), domains=_codes(rows), sample=sample)[0]


def replicate_quantile(
    values: npt.ArrayLike,
    *,
    probability: float,
    sample: ReplicatedWeighting,
    domain: npt.ArrayLike | None = None,
) -> Estimate:
    """The smallest of values (n,) at or below which a share `probability` of the domain lies.

    For bootstrap and balanced replicates; the jackknife's error is wrong for quantiles, however large the sample, and
    is refused with StatisticsError. Source: Shao & Tu (1995), The Jackknife and Bootstrap, section 2.2.
    """
    if not 0 < probability < 1:
        raise StatisticsError("a quantile is for a probability between 0 and 1")
    if sample.replicates.method.startswith("jackknife"):
        raise StatisticsError("the jackknife does not estimate the error of a quantile; use the bootstrap")
    rows = _rows(domain, sample=sample)
    column = _column(values, rows=rows)
    present, places = np.unique(column[rows], return_inverse=True)
    codes = np.full(len(column), -1)
    codes[rows] = places
    found = np.empty((sample.replicates.count + 1, 1))
    ones = np.ones(len(column))
    for start, stop, sums in sum_blocks([ones], domains=codes, sample=sample):
        found[start:stop, 0] = _quantiles(sums[0], values=present, probability=probability)
    return _estimates(found, domains=_codes(rows), sample=sample)[0]


def replicate_difference(
    values: npt.ArrayLike, *, sample: ReplicatedWeighting, domain: npt.ArrayLike, other: npt.ArrayLike
) -> Estimate:
    """The mean of values (n,) over one domain less that over another, their covariance included.

    Two waves that share clusters are two domains of one sample of both waves' rows, with the wave as part of every
    margin. The domains may overlap. Raises StatisticsError.
    """
    first, second = _rows(domain, sample=sample), _rows(other, sample=sample)
    column = _column(values, rows=first | second)
    means = []
    for rows in (first, second):
        sums = domain_sums([np.ones_like(column), column], domains=_codes(rows), sample=sample)
        means.append(_shares(sums[:, 1], sums[:, 0]))
    return _estimates(means[0] - means[1], domains=_codes(first | second), sample=sample)[0]


def replicate_means_by_domain(
    values: npt.ArrayLike, *, domains: npt.ArrayLike, sample: ReplicatedWeighting
) -> dict[object, Estimate]:
    """The mean of values (n,) for each label among domains (n,), all in one pass, in the order of the labels.

    Raises StatisticsError.
    """
    labels, codes = _labelled(domains, sample=sample)
    found = _means(_column(values, rows=codes >= 0), codes=codes, sample=sample)
    return dict(zip(labels, found, strict=True))


def rescored_means_by_domain(
    rescorer: Rescorer, *, domains: npt.ArrayLike, sample: ReplicatedWeighting
) -> dict[object, Estimate]:
    """The means of values that are found anew in every replicate, for each label among domains (n,).

    With a latent regression as the rescorer, the error holds sampling, measurement and the regression itself.
    Raises StatisticsError and what the rescorer raises.
    """
    labels, codes = _labelled(domains, sample=sample)
    sums = rescored_sums(rescorer, domains=codes, sample=sample)
    found = _estimates(_shares(sums[:, 1], sums[:, 0]), domains=codes, sample=sample)
    return dict(zip(labels, found, strict=True))


def _means(column: FloatArray, *, codes: IntArray, sample: ReplicatedWeighting) -> list[Estimate]:
    sums = domain_sums([np.ones_like(column), column], domains=codes, sample=sample)
    spreads = np.array(
        [_element_variance(column, rows=codes == code, sample=sample) for code in range(sums.shape[2])]
    )
    return _estimates(_shares(sums[:, 1], sums[:, 0]), domains=codes, sample=sample, spreads=spreads)


def _estimates(
    figures: FloatArray,
    *,
    domains: IntArray,
    sample: ReplicatedWeighting,
    spreads: FloatArray | None = None,
) -> list[Estimate]:
    """An estimate for each column of figures (R + 1, D); spreads: (D,) n times the variance of a simple sample."""
    variances = _variances(figures, sample=sample)
    sizes = _sizes(domains, sample=sample)
    found = []
    for place, (value, variance) in enumerate(zip(figures[0], variances, strict=True)):
        reference = 0.0 if spreads is None else spreads[place] / sizes.rows[place]
        found.append(
            Estimate(
                value=float(value),
                standard_error=float(np.sqrt(variance)),
                degrees_of_freedom=int(min(sample.replicates.count - 1, sizes.degrees_of_freedom[place])),
                n=int(sizes.rows[place]),
                design_effect=float(variance / reference) if reference > 0 else None,
            )
        )
    return found


def _variances(figures: FloatArray, *, sample: ReplicatedWeighting) -> FloatArray:
    if not np.isfinite(figures[0]).all():
        raise StatisticsError("the denominator is zero in the full sample")
    if np.isfinite(figures).all():
        return sample.replicates.variances(figures)
    coefficients = sample.replicates.coefficients[:, None]
    known = np.isfinite(figures[1:])
    # An unknown figure is put where it adds nothing, and the known ones count for it.
    filled = np.concatenate([figures[:1], np.where(known, figures[1:], figures[0])])
    heard = (coefficients * known).sum(axis=0)
    share = np.divide(coefficients.sum(), heard, out=np.full_like(heard, np.nan), where=heard > 0)
    return np.asarray(sample.replicates.variances(filled) * share)


@dataclass(frozen=True, slots=True)
class _Sizes:
    rows: IntArray
    degrees_of_freedom: IntArray


def _sizes(domains: IntArray, *, sample: ReplicatedWeighting) -> _Sizes:
    rows = np.flatnonzero((domains >= 0) & (sample.weights != 0))
    inside, design = domains[rows], sample.replicates.design
    count = int(domains.max()) + 1

    def distinct(codes: IntArray) -> IntArray:
        pairs = pair_codes(inside, codes[rows])
        return np.bincount(inside[pairs.representatives], minlength=count)

    return _Sizes(
        rows=np.bincount(inside, minlength=count),
        degrees_of_freedom=distinct(design.clusters) - distinct(design.strata),
    )


def _element_variance(column: FloatArray, *, rows: BoolArray, sample: ReplicatedWeighting) -> float:
    kept = rows & (sample.weights != 0)
    weights, values = sample.weights[kept], column[kept]
    if len(values) < 2 or weights.sum() == 0:
        return 0.0
    centre = weights @ values / weights.sum()
    return float(weights @ (values - centre) ** 2 / weights.sum()) * len(values) / (len(values) - 1)


def _quantiles(sums: FloatArray, *, values: FloatArray, probability: float) -> FloatArray:
    """(B,) quantiles from the weight (K, B) of each of the rising values (K,)."""
    upto = np.cumsum(sums, axis=0)
    # A share that reaches the probability but for rounding has reached it.
    reached = upto >= probability * upto[-1] * (1 - 1e-12)
    return np.where(upto[-1] > 0, values[reached.argmax(axis=0)], np.nan)


def _shares(above: FloatArray, below: FloatArray) -> FloatArray:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below != 0)


def _labelled(domains: npt.ArrayLike, *, sample: ReplicatedWeighting) -> tuple[Sequence[object], IntArray]:
    labels = np.asarray(domains)
    if labels.shape != sample.weights.shape:
        raise StatisticsError("domains are one label per row")
    carried = sample.weights != 0
    present, places = np.unique(labels[carried], return_inverse=True)
    codes = np.full(len(labels), -1)
    codes[carried] = places
    return present.tolist(), codes


def _rows(domain: npt.ArrayLike | None, *, sample: ReplicatedWeighting) -> BoolArray:
    rows: BoolArray = np.asarray(sample.weights != 0)
    if domain is not None:
        asked = np.asarray(domain)
        if asked.dtype != np.bool_ or asked.shape != rows.shape:
            raise StatisticsError("a domain is one bool per row")
        rows = rows & asked
    if not rows.any():
        raise StatisticsError("the domain is empty")
    return rows


def _codes(rows: BoolArray) -> IntArray:
    return np.where(rows, 0, -1)


def _column(values: npt.ArrayLike, *, rows: BoolArray) -> FloatArray:
    column = np.asarray(values, dtype=np.float64)
    if column.shape != rows.shape:
        raise StatisticsError("values are one number per row")
    if not np.isfinite(column[rows]).all():
        raise StatisticsError("a row of the domain has no value")
    return np.where(rows, column, 0.0)
