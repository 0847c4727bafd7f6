"""The variance of an estimate by Taylor linearisation: its contributions row by row, and their scatter over clusters."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import DesignError, StatisticsError
from literacy_stats.survey.design import BoolArray, Design, FloatArray, IntArray, LonelyCluster


@dataclass(frozen=True, slots=True)
class Linearised:
    """An estimate with its (n,) weighted contributions, zero outside the rows (n,) that it is about."""

    value: float
    contributions: FloatArray
    rows: BoolArray

    def minus(self, other: "Linearised") -> "Linearised":
        """The difference of two estimates from the same sample, their covariance included."""
        return Linearised(
            value=self.value - other.value,
            contributions=self.contributions - other.contributions,
            rows=self.rows | other.rows,
        )


def linearised_total(
    values: npt.ArrayLike, *, design: Design, domain: npt.ArrayLike | None = None
) -> Linearised:
    """The weighted total of values (n,) over the rows of a domain (n,) of bool. Raises StatisticsError."""
    rows = rows_of(domain, design=design)
    column = column_of(values, rows=rows)
    contributions = design.weights * column
    return Linearised(value=float(contributions.sum()), contributions=contributions, rows=rows)


def linearised_ratio(
    numerator: npt.ArrayLike,
    *,
    denominator: npt.ArrayLike,
    design: Design,
    domain: npt.ArrayLike | None = None,
) -> Linearised:
    """The ratio of two totals. Raises StatisticsError where the denominator is zero.

    Source: Särndal, Swensson & Wretman (1992), section 5.6.
    """
    rows = rows_of(domain, design=design)
    above, below = column_of(numerator, rows=rows), column_of(denominator, rows=rows)
    size = float(design.weights @ below)
    if size == 0:
        raise StatisticsError("the denominator of the ratio is zero")
    ratio = float(design.weights @ above) / size
    return Linearised(value=ratio, contributions=design.weights * (above - ratio * below) / size, rows=rows)


def linearised_mean(
    values: npt.ArrayLike, *, design: Design, domain: npt.ArrayLike | None = None
) -> Linearised:
    """The weighted mean of values (n,) over the rows of a domain. Raises StatisticsError for an empty domain."""
    return linearised_ratio(values, denominator=np.ones(design.n), design=design, domain=domain)


def covariance_of(estimates: tuple[Linearised, ...], *, design: Design) -> FloatArray:
    """(k, k) covariances of k estimates from one sample. Raises DesignError for lonely clusters under FAIL."""
    return total_covariance(np.column_stack([one.contributions for one in estimates]), design=design)


def total_covariance(contributions: npt.ArrayLike, *, design: Design) -> FloatArray:
    """(k, k) covariances of the sums of (n, k) weighted contributions.

    Within strata between cluster totals, with the finite population correction of one or two stages where the design
    knows them; for calibrated weights, of the residuals on the auxiliaries. Raises DesignError.
    Source: Särndal, Swensson & Wretman (1992), results 4.3.1 and 6.6; Lumley (2010), appendix A.
    """
    scores = np.asarray(contributions, dtype=np.float64).reshape(design.n, -1)
    scores = _residuals(scores, design=design)
    covariance: FloatArray = _first_stage(scores, design=design)
    if design.second_stage is not None:
        covariance = covariance + _second_stage(scores, design=design)
    return covariance


def rows_of(domain: npt.ArrayLike | None, *, design: Design) -> BoolArray:
    """(n,) the rows of a domain that carry weight."""
    if domain is None:
        return design.weights > 0
    mask = np.asarray(domain)
    if mask.shape != design.weights.shape or mask.dtype != np.bool_:
        raise StatisticsError("a domain is one bool per row")
    return mask & (design.weights > 0)


def column_of(values: npt.ArrayLike, *, rows: BoolArray) -> FloatArray:
    """(n,) the values, zero outside the rows. What is missing outside does not matter; inside it raises StatisticsError."""
    column = np.asarray(values, dtype=np.float64)
    if column.shape != rows.shape:
        raise StatisticsError(f"a column of shape {column.shape} for {len(rows)} rows")
    kept = np.where(rows, column, 0.0)
    if not np.all(np.isfinite(kept)):
        raise StatisticsError("values are missing: leave their rows out by the domain, or impute them")
    return kept


def sums_by_group(columns: FloatArray, *, groups: IntArray, count: int) -> FloatArray:
    """(count, k) sums of (n, k) columns over the groups (n,)."""
    return np.column_stack([np.bincount(groups, weights=column, minlength=count) for column in columns.T])


def _first_stage(scores: FloatArray, *, design: Design) -> FloatArray:
    totals = sums_by_group(scores, groups=design.clusters, count=design.cluster_count)
    strata, drawn = design.cluster_strata, design.clusters_per_stratum
    left_out = 1 - _first_fraction(design)
    lonely = (drawn == 1) & (left_out > 0)
    if lonely.any() and design.lonely_cluster is LonelyCluster.FAIL:
        raise DesignError(f"one cluster alone in strata {np.flatnonzero(lonely).tolist()}")
    spread = _scatter(totals, groups=strata, drawn=drawn, scale=left_out)
    if design.lonely_cluster is LonelyCluster.AVERAGE and lonely.any():
        return np.asarray(spread * (len(drawn) / _others(lonely)))
    if design.lonely_cluster is LonelyCluster.ADJUST:
        alone = (totals - totals.mean(axis=0)) * np.sqrt(left_out[strata] * lonely[strata])[:, None]
        return np.asarray(spread + alone.T @ alone)
    return spread


def _second_stage(scores: FloatArray, *, design: Design) -> FloatArray:
    stage = design.second_stage
    assert stage is not None  # noqa: S101 the caller asked
    unit_count = int(stage.units.max()) + 1
    unit_clusters = np.empty(unit_count, dtype=np.int64)
    unit_clusters[stage.units] = design.clusters
    drawn = np.bincount(unit_clusters, minlength=design.cluster_count)
    left_out = np.clip(1 - drawn / stage.population, 0, 1)
    lonely = (drawn == 1) & (left_out > 1e-12)
    if lonely.any() and design.lonely_cluster is LonelyCluster.FAIL:
        raise DesignError(f"one second-stage unit alone in clusters {np.flatnonzero(lonely).tolist()}")
    totals = sums_by_group(scores, groups=stage.units, count=unit_count)
    scale = left_out * _first_fraction(design)[design.cluster_strata]
    return _scatter(totals, groups=unit_clusters, drawn=drawn, scale=scale)


def _scatter(totals: FloatArray, *, groups: IntArray, drawn: IntArray, scale: FloatArray) -> FloatArray:
    """Sum over groups of scale · m/(m−1) · squares about the group's mean; a group of one adds nothing."""
    means = sums_by_group(totals, groups=groups, count=len(drawn)) / drawn[:, None]
    factor = scale * drawn / np.maximum(drawn - 1, 1) * (drawn > 1)
    deviations = (totals - means[groups]) * np.sqrt(factor[groups])[:, None]
    scatter: FloatArray = deviations.T @ deviations
    return scatter


def _first_fraction(design: Design) -> FloatArray:
    """(H,) the share of a stratum's clusters that was drawn; zero for sampling with replacement."""
    if design.stratum_population is None:
        return np.zeros(design.stratum_count)
    return np.clip(design.clusters_per_stratum / design.stratum_population, 0, 1)


def _others(lonely: BoolArray) -> int:
    others = int((~lonely).sum())
    if others == 0:
        raise DesignError("every stratum has one cluster alone, so there is no average to take")
    return others


def _residuals(scores: FloatArray, *, design: Design) -> FloatArray:
    """What calibration cannot explain: the residual of a regression with the weights before, times the weights after.

    Source: Deville & Särndal (1992), JASA 87:376; Särndal, Swensson & Wretman (1992), result 6.6.1.
    """
    if design.calibration is None:
        return scores
    root = np.sqrt(design.calibration.base_weights)[:, None]
    moved = np.divide(design.weights, root[:, 0], out=np.zeros(design.n), where=root[:, 0] > 0)[:, None]
    left = np.divide(scores, moved, out=np.zeros_like(scores), where=moved > 0)
    slopes, *_ = np.linalg.lstsq(design.calibration.auxiliaries * root, left, rcond=None)
    residuals: FloatArray = (left - design.calibration.auxiliaries * root @ slopes) * moved
    return residuals
