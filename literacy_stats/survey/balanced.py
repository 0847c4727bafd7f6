"""Balanced half-samples for designs of two clusters per stratum."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import ReplicateError
from literacy_stats.survey.design import Design, FloatArray
from literacy_stats.survey.replicates import Centre, Replicates

Signs = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class HalfSamples:
    """Multipliers 1 + s or 1 - s, one byte each. signs: (C, R) of +1 and -1."""

    signs: Signs
    size: float

    @property
    def count(self) -> int:
        """Replicates, R."""
        return int(self.signs.shape[1])

    def block(self, start: int, *, stop: int) -> FloatArray:
        """(C, stop - start) multipliers of these replicates."""
        return np.asarray(1 + self.size * self.signs[:, start:stop])


def balanced_replicates(design: Design, *, centre: Centre = Centre.FULL_SAMPLE) -> Replicates:
    """BRR: half-samples in full orthogonal balance, one cluster doubled and one left out in every stratum.

    There is no finite population correction. Raises ReplicateError unless every stratum has two clusters.
    Source: McCarthy (1969), Review of the International Statistical Institute 37.
    """
    return _half_samples(design, size=1.0, method="balanced (BRR)", centre=centre)


def fay_replicates(design: Design, *, damping: float, centre: Centre = Centre.FULL_SAMPLE) -> Replicates:
    """Fay's form of BRR: multipliers 2 - damping and damping, so that no cluster and no small domain vanishes.

    damping: in [0, 1), 0.3 to 0.5 in practice; zero is BRR. Raises ReplicateError.
    Source: Judkins (1990), Journal of Official Statistics 6.
    """
    if not 0 <= damping < 1:
        raise ReplicateError("Fay's damping lies in [0, 1)")
    return _half_samples(design, size=1 - damping, method="balanced (Fay)", centre=centre)


def hadamard_matrix(least: int) -> Signs:
    """A Hadamard matrix of the smallest order that can be built here and is not below `least`, first column of ones.

    Orders are 2^k and 2^k (q + 1) for primes q = 3 mod 4. Source: Paley (1933), Journal of Mathematics and Physics 12.
    """
    order = max(least, 1)
    while (factor := _factor_of(order)) is None:
        order += 1
    matrix = _paley(factor - 1) if factor > 1 else np.ones((1, 1), dtype=np.int8)
    while len(matrix) < order:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]]).astype(np.int8)
    return matrix


def _half_samples(design: Design, *, size: float, method: str, centre: Centre) -> Replicates:
    if not (design.clusters_per_stratum == 2).all():
        raise ReplicateError("balanced half-samples need two clusters in every stratum")
    strata = design.cluster_strata
    matrix = hadamard_matrix(design.stratum_count + 1)
    signs = matrix[:, strata + 1].T
    second = np.zeros(design.cluster_count, dtype=bool)
    second[np.argsort(strata, kind="stable")[1::2]] = True
    signs = np.where(second[:, None], -signs, signs)
    count = signs.shape[1]
    return Replicates(
        method=method,
        design=design,
        units=design.clusters,
        multipliers=HalfSamples(signs, size),
        coefficients=np.full(count, 1 / (count * size**2)),
        centre=centre,
    )


def _factor_of(order: int) -> int | None:
    """What is left of an order that can be built when its doublings are taken away: 1 or q + 1."""
    while order > 1:
        if _is_paley_order(order):
            return order
        if order % 2:
            return None
        order //= 2
    return 1


def _is_paley_order(order: int) -> bool:
    q = order - 1
    return q > 2 and q % 4 == 3 and all(q % divisor for divisor in range(2, int(q**0.5) + 1))


def _paley(q: int) -> Signs:
    """Order q + 1 for a prime q = 3 mod 4, from which numbers are squares modulo q."""
    squares = np.full(q, -1, dtype=np.int8)
    squares[np.arange(1, q, dtype=np.int64) ** 2 % q] = 1
    squares[0] = 0
    places = np.arange(q)
    core = squares[(places[:, None] - places) % q]
    matrix = np.ones((q + 1, q + 1), dtype=np.int8)
    matrix[1:, 1:] = core + np.eye(q, dtype=np.int8)
    matrix[1:, 0] = -1
    # Rows may change sign without harm; the first column is to be all ones.
    return np.asarray(matrix * matrix[:, :1], dtype=np.int8)
