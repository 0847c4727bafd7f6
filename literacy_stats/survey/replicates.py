"""Replicates of a sample: what each multiplies the weight of a cluster by, and what its squared deviation counts for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import ReplicateError
from literacy_stats.survey.design import Design, FloatArray, IntArray, LonelyCluster


class Centre(StrEnum):
    """What deviations are measured from: the estimate of the full sample, or the mean of the replicates.

    The first is never smaller (Wolter 2007, Introduction to Variance Estimation, section 3.4) and the default here; R's
    survey package takes the second unless told `mse=TRUE`.
    """

    FULL_SAMPLE = "full sample"
    REPLICATE_MEAN = "replicate mean"


class Multipliers(Protocol):
    """R sets of multipliers of U units (clusters, mostly), made when they are needed."""

    @property
    def count(self) -> int:
        """Replicates, R."""
        ...

    def block(self, start: int, *, stop: int) -> FloatArray:
        """(U, stop - start) multipliers of these replicates."""
        ...


@dataclass(frozen=True, slots=True)
class Replicates:
    """R replicates of a design of n rows.

    units: (n,) the unit of each row that shares multipliers. coefficients: (R,) c in Σ c (θ_r - centre)².
    Raises ReplicateError.
    """

    method: str
    design: Design
    units: IntArray
    multipliers: Multipliers
    coefficients: FloatArray
    centre: Centre = Centre.FULL_SAMPLE

    def __post_init__(self) -> None:
        if self.coefficients.shape != (self.multipliers.count,) or self.multipliers.count < 2:
            raise ReplicateError("replicates are at least two, with one coefficient each")

    @property
    def count(self) -> int:
        """Replicates, R."""
        return self.multipliers.count

    @property
    def degrees_of_freedom(self) -> int:
        """The smaller of R - 1 and the design's: more replicates do not make more clusters.

        Source: Rust & Rao (1996), Statistical Methods in Medical Research 5.
        """
        return min(self.count - 1, self.design.degrees_of_freedom)

    def around(self, centre: Centre) -> "Replicates":
        """The same replicates with deviations from another centre."""
        return replace(self, centre=centre)

    def variances(self, estimates: FloatArray) -> FloatArray:
        """(k,) variances from estimates (R + 1, k), the full sample first."""
        middle = estimates[0] if self.centre == Centre.FULL_SAMPLE else self._mean(estimates[1:])
        return np.asarray(self.coefficients @ (estimates[1:] - middle) ** 2)

    def _mean(self, estimates: FloatArray) -> FloatArray:
        return np.asarray(estimates[self.coefficients > 0].mean(axis=0))


@dataclass(frozen=True, slots=True)
class GivenMultipliers:
    """Multipliers (U, R) that somebody else has drawn."""

    values: FloatArray

    @property
    def count(self) -> int:
        """Replicates, R."""
        return int(self.values.shape[1])

    def block(self, start: int, *, stop: int) -> FloatArray:
        """(U, stop - start) multipliers of these replicates."""
        return np.ascontiguousarray(self.values[:, start:stop])


def given_replicates(
    design: Design,
    *,
    weights: npt.ArrayLike,
    coefficients: npt.ArrayLike,
    method: str = "given",
    centre: Centre = Centre.FULL_SAMPLE,
) -> Replicates:
    """Replicates from a file of replicate weights (n, R), as statistical offices publish them with their data.

    coefficients: (R,) or one number for all, as the file's documentation says. Rows of weight zero stay zero.
    Raises ReplicateError.
    """
    values = np.asarray(weights, dtype=np.float64)
    if values.ndim != 2 or len(values) != design.n or not np.isfinite(values).all():
        raise ReplicateError("replicate weights are finite numbers, one row per row of the sample")
    full = design.weights[:, None]
    return Replicates(
        method=method,
        design=design,
        units=np.arange(design.n),
        multipliers=GivenMultipliers(np.divide(values, full, out=np.zeros_like(values), where=full > 0)),
        coefficients=np.array(np.broadcast_to(np.asarray(coefficients, dtype=np.float64), values.shape[1:])),
        centre=centre,
    )


def sampled_shares(design: Design) -> FloatArray:
    """(H,) the share of each stratum's clusters that was drawn; zero where nothing is known of it."""
    if design.stratum_population is None:
        return np.zeros(design.stratum_count)
    return np.minimum(design.clusters_per_stratum / design.stratum_population, 1.0)


def varying_strata(design: Design) -> npt.NDArray[np.bool_]:
    """(H,) strata in which replicates differ: not those of one cluster that is sure to be drawn.

    Raises ReplicateError for a stratum of one cluster where more exist, unless the design counts it as certain.
    """
    lonely = design.clusters_per_stratum == 1
    certain = sampled_shares(design) >= 1
    if design.lonely_cluster != LonelyCluster.CERTAINTY and (lonely & ~certain).any():
        stratum = int(np.flatnonzero(lonely & ~certain)[0])
        raise ReplicateError(f"stratum {stratum} has one cluster; merge strata with collapse_strata")
    return np.asarray(~lonely)


def spans(count: int, *, width: int) -> Iterator[tuple[int, int]]:
    """Start and stop of consecutive blocks of at most `width` out of `count`."""
    for start in range(0, count, width):
        yield start, min(start + width, count)
