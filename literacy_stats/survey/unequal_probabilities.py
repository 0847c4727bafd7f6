"""Variances for one-stage samples drawn without replacement with unequal probabilities.

Each takes the (n, k) contributions of the sampled units to k estimates (value ÷ inclusion probability for a total) and
gives their (k, k) covariances. With joint probabilities use Yates–Grundy; without them, Brewer's approximation.
"""

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import DesignError
from literacy_stats.survey.design import FloatArray


def horvitz_thompson_covariance(contributions: npt.ArrayLike, *, joint: npt.ArrayLike) -> FloatArray:
    """Unbiased for every design, but not always positive and rarely the steadier one.

    joint: (n, n) joint inclusion probabilities, the single ones in the diagonal. Raises DesignError.
    Source: Horvitz & Thompson (1952), JASA 47:663.
    """
    columns = _columns(contributions)
    weights = _relative_excess(_joint(joint, count=len(columns)))
    covariance: FloatArray = columns.T @ weights @ columns
    return covariance


def yates_grundy_covariance(contributions: npt.ArrayLike, *, joint: npt.ArrayLike) -> FloatArray:
    """Unbiased for samples of fixed size, and zero where the values are in proportion to the probabilities.

    joint as in `horvitz_thompson_covariance`. Raises DesignError.
    Source: Yates & Grundy (1953), JRSS B 15:253; Sen (1953).
    """
    columns = _columns(contributions)
    weights = _relative_excess(_joint(joint, count=len(columns)))
    # The double sum over pairs of differences, written as a quadratic form; its diagonal cancels.
    quadratic = columns.T @ weights @ columns
    covariance: FloatArray = quadratic - columns.T @ (weights.sum(axis=1)[:, None] * columns)
    return covariance


def brewer_covariance(contributions: npt.ArrayLike, *, probabilities: npt.ArrayLike) -> FloatArray:
    """Brewer's approximation from the (n,) single probabilities alone.

    Raises DesignError for fewer than two units. Source: Brewer (2002), Combined Survey Sampling Inference, chapter 9.
    """
    columns = _columns(contributions)
    single = _single(probabilities, count=len(columns))
    deviations = columns - columns.mean(axis=0)
    count = len(columns)
    covariance: FloatArray = deviations.T @ ((1 - single)[:, None] * deviations) * count / (count - 1)
    return covariance


def overton_joint(probabilities: npt.ArrayLike) -> FloatArray:
    """(n, n) joint probabilities approximated from (n,) single ones. Raises DesignError.

    Source: Overton (1985), A sampling plan for streams in the National Stream Survey.
    """
    single = _single(probabilities)
    count = len(single)
    joint = (count - 1) * np.outer(single, single) / (count - np.add.outer(single, single) / 2)
    np.fill_diagonal(joint, single)
    return np.asarray(joint)


def hartley_rao_joint(probabilities: npt.ArrayLike, *, mean_square: float | None = None) -> FloatArray:
    """(n, n) joint probabilities of systematic selection from a shuffled list, approximated from (n,) single ones.

    mean_square: the sum of the squared probabilities of the whole population, over n; estimated where it is None.
    Raises DesignError. Source: Hartley & Rao (1962), Annals of Mathematical Statistics 33:350.
    """
    single = _single(probabilities)
    count = len(single)
    squares = float(single.mean()) if mean_square is None else mean_square
    shortfall = 1 - (count - np.add.outer(single, single) + squares) / (count - 1)
    joint = np.outer(single, single) / (1 - shortfall)
    np.fill_diagonal(joint, single)
    return np.asarray(joint)


def _relative_excess(joint: FloatArray) -> FloatArray:
    """(n, n) 1 − π_i π_j ÷ π_ij: how far two units are from being drawn independently."""
    single = np.diag(joint)
    excess: FloatArray = 1 - np.outer(single, single) / joint
    return excess


def _columns(contributions: npt.ArrayLike) -> FloatArray:
    columns = np.asarray(contributions, dtype=np.float64)
    columns = columns.reshape(len(columns), -1)
    if len(columns) < 2 or not np.all(np.isfinite(columns)):
        raise DesignError("a variance needs the finite contributions of at least two units")
    return columns


def _single(probabilities: npt.ArrayLike, *, count: int | None = None) -> FloatArray:
    single = np.asarray(probabilities, dtype=np.float64)
    if single.ndim != 1 or len(single) < 2 or (count is not None and len(single) != count):
        raise DesignError("inclusion probabilities are one per unit, of at least two units")
    if not np.all((single > 0) & (single <= 1)):
        raise DesignError("inclusion probabilities lie above 0 and up to 1")
    return single


def _joint(joint: npt.ArrayLike, *, count: int) -> FloatArray:
    matrix = np.asarray(joint, dtype=np.float64)
    if matrix.shape != (count, count) or not np.allclose(matrix, matrix.T, rtol=1e-9):
        raise DesignError("joint probabilities are a symmetric matrix of the sampled units")
    if not np.all(matrix > 0):
        raise DesignError("two sampled units could not be drawn together, so no variance can be estimated")
    return matrix
