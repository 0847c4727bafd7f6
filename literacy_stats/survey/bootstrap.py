"""The rescaled bootstrap of clusters within strata."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import ReplicateError
from literacy_stats.survey.design import Design, FloatArray
from literacy_stats.survey.replicates import Centre, Replicates, sampled_shares, spans, varying_strata

# Draws under way at once: the numbers of a draw take eight bytes, what is kept of it one.
_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class DrawnMultipliers:
    """Multipliers kept as how often each cluster was drawn: one byte each. multiplier = fixed + each * draws.

    draws: (C, R). fixed, each: (C,).
    """

    draws: npt.NDArray[np.uint8]
    fixed: FloatArray
    each: FloatArray

    @property
    def count(self) -> int:
        """Replicates, R."""
        return int(self.draws.shape[1])

    def block(self, start: int, *, stop: int) -> FloatArray:
        """(C, stop - start) multipliers of these replicates."""
        multipliers = self.draws[:, start:stop] * self.each[:, None]
        multipliers += self.fixed[:, None]
        return multipliers


def bootstrap_replicates(
    design: Design, *, count: int, generator: np.random.Generator, centre: Centre = Centre.FULL_SAMPLE
) -> Replicates:
    """`count` replicates, each of m - 1 clusters drawn with replacement out of the m of every stratum.

    A cluster drawn t times has its weight multiplied by 1 - s + s t m / (m - 1), where s² is the share of the stratum
    that was not drawn (one, where the population of clusters is not known). No multiplier is negative.
    Raises ReplicateError. Source: Rao, Wu & Yue (1992), Survey Methodology 18; Rao & Wu (1988), Journal of the American
    Statistical Association 83.
    """
    if count < 2:
        raise ReplicateError("a bootstrap needs two replicates at least")
    size = count if centre == Centre.FULL_SAMPLE else count - 1
    return Replicates(
        method="bootstrap",
        design=design,
        units=design.clusters,
        multipliers=_drawn(design, count=count, generator=generator),
        coefficients=np.full(count, 1 / size),
        centre=centre,
    )


def _drawn(design: Design, *, count: int, generator: np.random.Generator) -> DrawnMultipliers:
    varying = varying_strata(design)
    clusters = design.clusters_per_stratum
    spread = np.where(varying, np.sqrt(1 - sampled_shares(design)), 0.0)
    each = spread * clusters / np.maximum(clusters - 1, 1)
    strata = design.cluster_strata
    # A cluster is expected to be drawn less than once, so a byte holds whatever will ever be drawn.
    draws = np.zeros((design.cluster_count, count), dtype=np.uint8)
    for stratum in np.flatnonzero(varying):
        members = np.flatnonzero(strata == stratum)
        draws[members] = _draws(len(members), count=count, generator=generator)
    return DrawnMultipliers(draws=draws, fixed=(1 - spread)[strata], each=each[strata])


def _draws(clusters: int, *, count: int, generator: np.random.Generator) -> npt.NDArray[np.uint8]:
    """(clusters, count) how often each was drawn when clusters - 1 were drawn with replacement."""
    draws = np.empty((clusters, count), dtype=np.uint8)
    for start, stop in spans(count, width=max(1, _AT_ONCE // clusters)):
        drawn = generator.integers(0, clusters, size=(clusters - 1, stop - start))
        places = drawn * (stop - start) + np.arange(stop - start)
        found = np.bincount(places.ravel(), minlength=clusters * (stop - start))
        draws[:, start:stop] = found.reshape(clusters, stop - start)
    return draws
