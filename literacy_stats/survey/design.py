"""How a sample was drawn: weights, strata, first-stage clusters and, where known, the sizes of what was drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import DesignError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Column = npt.ArrayLike | Sequence[object]


class LonelyCluster(StrEnum):
    """What the variance does with a stratum of which a single cluster was drawn, though more exist.

    FAIL raises; CERTAINTY counts it as drawn for certain (variance zero); AVERAGE gives it the mean variance of
    the other strata; ADJUST measures its distance from the mean of all clusters (conservative).
    To merge strata instead, see `collapse_strata`. Source: Lumley (2010), Complex Surveys, section 2.2.
    """

    FAIL = "fail"
    CERTAINTY = "certainty"
    AVERAGE = "average"
    ADJUST = "adjust"


@dataclass(frozen=True, slots=True)
class Stage:
    """The second stage of selection: which unit a row belongs to, and how many units its cluster holds.

    units: (n,) codes, unique over clusters. population: (C,) second-stage units in each first-stage cluster.
    """

    units: IntArray
    population: FloatArray

    def __post_init__(self) -> None:
        _freeze(self, "units", np.int64)
        _freeze(self, "population", np.float64)


@dataclass(frozen=True, slots=True)
class Calibration:
    """To what the weights were calibrated: (n, K) auxiliaries whose weighted totals are known, and the (n,) weights before."""

    auxiliaries: FloatArray
    base_weights: FloatArray

    def __post_init__(self) -> None:
        _freeze(self, "auxiliaries", np.float64)
        _freeze(self, "base_weights", np.float64)
        if self.auxiliaries.ndim != 2 or self.base_weights.shape != self.auxiliaries.shape[:1]:
            raise DesignError("auxiliaries are (n, K) and the weights before calibration (n,)")
        if not np.all(np.isfinite(self.auxiliaries)) or not np.all(self.base_weights >= 0):
            raise DesignError("auxiliaries are finite and the weights before calibration not negative")


@dataclass(frozen=True, slots=True)
class Design:
    """A stratified cluster sample of n rows, H strata and C first-stage clusters.

    weights: (n,) non-negative. strata: (n,) codes 0..H-1. clusters: (n,) codes 0..C-1, each inside one stratum.
    stratum_population: (H,) clusters that exist in each stratum, or None for sampling with replacement.
    second_stage: only with stratum_population, otherwise it adds nothing to the variance.
    calibration: set by `calibrated`, so that linearised variances use the residuals.
    Raises DesignError where these do not hold.
    """

    weights: FloatArray
    strata: IntArray
    clusters: IntArray
    stratum_population: FloatArray | None = None
    second_stage: Stage | None = None
    lonely_cluster: LonelyCluster = field(default=LonelyCluster.FAIL, kw_only=True)
    calibration: Calibration | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        _freeze(self, "weights", np.float64)
        _freeze(self, "strata", np.int64)
        _freeze(self, "clusters", np.int64)
        _check_rows(self)
        _check_nesting(self)
        if self.stratum_population is not None:
            _freeze(self, "stratum_population", np.float64)
            _check_stratum_population(self.stratum_population, design=self)
        if self.second_stage is not None:
            _check_second_stage(self.second_stage, design=self)
        if self.calibration is not None and self.calibration.base_weights.shape != self.weights.shape:
            raise DesignError("the calibration has other rows than the design")

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.weights)

    @property
    def stratum_count(self) -> int:
        """Strata, H."""
        return int(self.strata.max()) + 1

    @property
    def cluster_count(self) -> int:
        """First-stage clusters in the sample, C."""
        return int(self.clusters.max()) + 1

    @property
    def degrees_of_freedom(self) -> int:
        """Clusters less strata."""
        return self.cluster_count - self.stratum_count

    @property
    def cluster_strata(self) -> IntArray:
        """(C,) the stratum of each cluster."""
        strata = np.empty(self.cluster_count, dtype=np.int64)
        strata[self.clusters] = self.strata
        return strata

    @property
    def clusters_per_stratum(self) -> IntArray:
        """(H,) clusters drawn in each stratum."""
        return np.bincount(self.cluster_strata, minlength=self.stratum_count)

    def with_weights(self, weights: npt.ArrayLike) -> Self:
        """The same sample with other weights, (n,)."""
        return replace(self, weights=np.asarray(weights, dtype=np.float64))

    def calibrated(self, weights: npt.ArrayLike, *, auxiliaries: npt.ArrayLike) -> Self:
        """The same sample with weights, (n,), that reproduce known totals of the (n, K) auxiliaries.

        Categories count as indicator columns; columns may be collinear. Raises DesignError.
        """
        calibration = Calibration(
            auxiliaries=np.asarray(auxiliaries, dtype=np.float64), base_weights=self.weights
        )
        return replace(self, weights=np.asarray(weights, dtype=np.float64), calibration=calibration)

    def with_lonely_cluster(self, policy: LonelyCluster) -> Self:
        """The same sample with another treatment of strata of one cluster."""
        return replace(self, lonely_cluster=policy)

    @classmethod
    def from_columns(
        cls,
        weights: npt.ArrayLike,
        *,
        strata: Column | None = None,
        clusters: Column | None = None,
        stratum_population: npt.ArrayLike | None = None,
        second_stage_units: Column | None = None,
        second_stage_population: npt.ArrayLike | None = None,
        lonely_cluster: LonelyCluster = LonelyCluster.FAIL,
    ) -> Self:
        """A design from columns of n rows with labels of any kind.

        A cluster label that occurs in two strata means two clusters. The populations are columns too, constant within
        a stratum (clusters that exist there) and within a cluster (second-stage units that exist there).
        Raises DesignError.
        """
        weight_column = np.array(weights, dtype=np.float64)
        stratum_codes = _codes(strata, n=len(weight_column), absent="one stratum")
        cluster_codes = _codes(clusters, n=len(weight_column), absent="rows")
        nested = _nested_codes(cluster_codes, inside=stratum_codes)
        populations = None
        if stratum_population is not None:
            populations = _constant_within(stratum_codes, stratum_population, what="stratum")
        second_stage = None
        if second_stage_population is not None:
            units = _codes(second_stage_units, n=len(weight_column), absent="rows")
            second_stage = Stage(
                units=_nested_codes(units, inside=nested),
                population=_constant_within(nested, second_stage_population, what="cluster"),
            )
        return cls(
            weights=weight_column,
            strata=stratum_codes,
            clusters=nested,
            stratum_population=populations,
            second_stage=second_stage,
            lonely_cluster=lonely_cluster,
        )


def collapse_strata(design: Design, *, into: npt.ArrayLike) -> Design:
    """The design with strata merged: `into` is (H,), the new stratum of each old one, any labels.

    Declare the pairs before the survey, from what was known then: merging after looking at the answers understates
    the variance. Raises DesignError. Source: Cochran (1977), section 5A.12.
    """
    labels = np.asarray(into)
    if labels.shape != (design.stratum_count,):
        raise DesignError(f"{labels.shape} labels for {design.stratum_count} strata")
    _, merged = np.unique(labels, return_inverse=True)
    populations = None
    if design.stratum_population is not None:
        populations = np.bincount(merged, weights=design.stratum_population).astype(np.float64)
    return replace(design, strata=merged[design.strata].astype(np.int64), stratum_population=populations)


def _freeze(owner: object, name: str, dtype: type[np.generic]) -> None:
    values = np.array(getattr(owner, name), dtype=dtype)
    values.setflags(write=False)
    object.__setattr__(owner, name, values)


def _codes(labels: Column | None, *, n: int, absent: str) -> IntArray:
    if labels is None:
        return np.zeros(n, dtype=np.int64) if absent == "one stratum" else np.arange(n, dtype=np.int64)
    column = np.asarray(labels)
    if column.shape != (n,):
        raise DesignError(f"a column of shape {column.shape} beside {n} weights")
    _, codes = np.unique(column, return_inverse=True)
    return codes.astype(np.int64)


def _nested_codes(inner: IntArray, *, inside: IntArray) -> IntArray:
    pairs = inside * (inner.max(initial=0) + 1) + inner
    _, codes = np.unique(pairs, return_inverse=True)
    return codes.astype(np.int64)


def _constant_within(groups: IntArray, values: npt.ArrayLike, *, what: str) -> FloatArray:
    column = np.asarray(values, dtype=np.float64)
    if column.shape != groups.shape:
        raise DesignError(f"a population column of shape {column.shape} beside {len(groups)} rows")
    _, first = np.unique(groups, return_index=True)
    constant: FloatArray = column[first]
    if not np.array_equal(constant[groups], column):
        raise DesignError(f"the population size differs within a {what}")
    return constant


def _check_rows(design: Design) -> None:
    shape = design.weights.shape
    if len(shape) != 1 or shape[0] == 0:
        raise DesignError("weights are one column with at least one row")
    if not np.all(np.isfinite(design.weights)) or np.any(design.weights < 0) or not design.weights.any():
        raise DesignError("weights are finite, not negative and not all zero")
    if design.strata.shape != shape or design.clusters.shape != shape:
        raise DesignError("weights, strata and clusters have one entry per row")


def _check_nesting(design: Design) -> None:
    for name, codes in (("strata", design.strata), ("clusters", design.clusters)):
        if codes.min() < 0 or not np.bincount(codes).all():
            raise DesignError(f"codes of {name} run from 0 without a gap")
    if not np.array_equal(design.cluster_strata[design.clusters], design.strata):
        raise DesignError("a cluster lies in two strata")


def _check_stratum_population(population: FloatArray, *, design: Design) -> None:
    if population.shape != (design.stratum_count,):
        raise DesignError("stratum_population has one entry per stratum")
    if not np.all(population >= design.clusters_per_stratum * (1 - 1e-9)):
        raise DesignError("a stratum has fewer clusters in the population than in the sample")


def _check_second_stage(stage: Stage, *, design: Design) -> None:
    if design.stratum_population is None:
        raise DesignError("a second stage counts only where the population of clusters is known")
    if stage.units.shape != design.weights.shape or stage.population.shape != (design.cluster_count,):
        raise DesignError("the second stage has one unit per row and one population per cluster")
    if stage.units.min() < 0 or not np.bincount(stage.units).all():
        raise DesignError("codes of second-stage units run from 0 without a gap")
    unit_clusters = np.empty(stage.units.max() + 1, dtype=np.int64)
    unit_clusters[stage.units] = design.clusters
    if not np.array_equal(unit_clusters[stage.units], design.clusters):
        raise DesignError("a second-stage unit lies in two clusters")
    drawn = np.bincount(unit_clusters, minlength=design.cluster_count)
    if not np.all(stage.population >= drawn * (1 - 1e-9)):
        raise DesignError("a cluster has fewer second-stage units in the population than in the sample")
