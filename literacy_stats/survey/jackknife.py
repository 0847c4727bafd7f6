"""The jackknife: leave out one cluster at a time."""

from dataclasses import dataclass

import numpy as np

from literacy_stats.errors import ReplicateError
from literacy_stats.survey.design import Design, FloatArray, IntArray
from literacy_stats.survey.replicates import Centre, Replicates, sampled_shares, varying_strata


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """Multipliers that leave out one cluster and raise the others of its stratum.

    left_out: (R,) clusters. strata: (C,). raised: (H,) multiplier of the others.
    """

    left_out: IntArray
    strata: IntArray
    raised: FloatArray

    @property
    def count(self) -> int:
        """Replicates, R."""
        return len(self.left_out)

    def block(self, start: int, *, stop: int) -> FloatArray:
        """(C, stop - start) multipliers of these replicates."""
        gone = self.left_out[start:stop]
        multipliers = np.where(
            self.strata[:, None] == self.strata[gone], self.raised[self.strata][:, None], 1.0
        )
        multipliers[gone, np.arange(len(gone))] = 0.0
        return multipliers


def jackknife_replicates(design: Design, *, centre: Centre = Centre.FULL_SAMPLE) -> Replicates:
    """JKn: one replicate for each cluster of each stratum.

    Counts (m - 1) / m for a stratum of m clusters, times the share that was not drawn where the population is known.
    Raises ReplicateError for a stratum of one cluster. Source: Wolter (2007), section 4.5.
    """
    varying = varying_strata(design)
    clusters, strata = design.clusters_per_stratum, design.cluster_strata
    left_out = np.flatnonzero(varying[strata])
    weights = (1 - sampled_shares(design)) * (clusters - 1) / clusters
    return Replicates(
        method="jackknife (JKn)",
        design=design,
        units=design.clusters,
        multipliers=LeaveOneOut(left_out, strata, clusters / np.maximum(clusters - 1, 1)),
        coefficients=weights[strata][left_out],
        centre=centre,
    )


def unstratified_jackknife_replicates(design: Design, *, centre: Centre = Centre.FULL_SAMPLE) -> Replicates:
    """JK1: the jackknife of a design without strata. Raises ReplicateError where there are strata."""
    if design.stratum_count > 1:
        raise ReplicateError("JK1 is for designs without strata; use jackknife_replicates")
    found = jackknife_replicates(design, centre=centre)
    return Replicates(
        method="jackknife (JK1)",
        design=design,
        units=found.units,
        multipliers=found.multipliers,
        coefficients=found.coefficients,
        centre=centre,
    )
