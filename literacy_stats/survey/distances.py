"""How far a calibrated weight may go from its start: the four functions F with weight = start * F(u), u = x'λ.

Each has F(0) = 1 and F'(0) = 1 and is the derivative of a convex potential, the dual of the distance.
Source: Deville & Särndal (1992), Journal of the American Statistical Association 87, cases 1, 2, 6 and 7.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from literacy_stats.errors import WeightingError
from literacy_stats.survey.design import FloatArray

# exp beyond this is so far from any weight in use that a step which asks for it must be halved, not followed.
_LARGEST_EXPONENT = 50.0


class Distance(Protocol):
    """The factor g as a function of u = x'λ."""

    def factors(self, u: FloatArray) -> FloatArray:
        """F(u)."""
        ...

    def slopes(self, u: FloatArray) -> FloatArray:
        """F'(u), not negative."""
        ...

    def potential(self, u: FloatArray) -> FloatArray:
        """∫F, convex."""
        ...


@dataclass(frozen=True, slots=True)
class Linear:
    """g = 1 + u: the generalised regression estimator; weights may become negative."""

    def factors(self, u: FloatArray) -> FloatArray:
        """1 + u."""
        return 1 + u

    def slopes(self, u: FloatArray) -> FloatArray:
        """One everywhere."""
        return np.ones_like(u)

    def potential(self, u: FloatArray) -> FloatArray:
        """u + u²/2."""
        return u + u**2 / 2


@dataclass(frozen=True, slots=True)
class Exponential:
    """g = exp(u): on margins the same as raking; weights stay positive and have no upper bound."""

    def factors(self, u: FloatArray) -> FloatArray:
        """exp(u)."""
        return np.exp(np.minimum(u, _LARGEST_EXPONENT))

    def slopes(self, u: FloatArray) -> FloatArray:
        """exp(u)."""
        return self.factors(u)

    def potential(self, u: FloatArray) -> FloatArray:
        """exp(u)."""
        return self.factors(u)


@dataclass(frozen=True, slots=True)
class TruncatedLinear:
    """g = 1 + u, held between lower and upper; some weights end on the bounds. Raises WeightingError."""

    lower: float
    upper: float

    def __post_init__(self) -> None:
        _check_bounds(self.lower, self.upper)

    def factors(self, u: FloatArray) -> FloatArray:
        """1 + u within the bounds."""
        return np.clip(1 + u, self.lower, self.upper)

    def slopes(self, u: FloatArray) -> FloatArray:
        """One between the bounds, zero outside."""
        return ((1 + u > self.lower) & (1 + u < self.upper)).astype(np.float64)

    def potential(self, u: FloatArray) -> FloatArray:
        """Quadratic between the bounds, straight outside."""
        held = np.clip(u, self.lower - 1, self.upper - 1)
        return held + held**2 / 2 + (1 + held) * (u - held)


@dataclass(frozen=True, slots=True)
class Logit:
    """g rises smoothly from lower to upper and reaches neither. Raises WeightingError."""

    lower: float
    upper: float

    def __post_init__(self) -> None:
        _check_bounds(self.lower, self.upper)

    def factors(self, u: FloatArray) -> FloatArray:
        """lower + (upper - lower) * share, share the logistic function through F(0) = 1."""
        return self.lower + (self.upper - self.lower) * self._share(u)

    def slopes(self, u: FloatArray) -> FloatArray:
        """Largest near u = 0, never zero in exact arithmetic."""
        share = self._share(u)
        return (self.upper - self.lower) * self._steepness() * share * (1 - share)

    def potential(self, u: FloatArray) -> FloatArray:
        """Straight lines of slope lower and upper, joined smoothly."""
        offset = np.log((1 - self.lower) / (self.upper - 1))
        bend = np.logaddexp(0, self._steepness() * u + offset)
        return np.asarray(self.lower * u + (self.upper - self.lower) / self._steepness() * bend)

    def _share(self, u: FloatArray) -> FloatArray:
        offset = np.log((1 - self.lower) / (self.upper - 1))
        exponent = np.clip(self._steepness() * u + offset, -700, 700)
        return np.asarray(1 / (1 + np.exp(-exponent)))

    def _steepness(self) -> float:
        return (self.upper - self.lower) / ((1 - self.lower) * (self.upper - 1))


def _check_bounds(lower: float, upper: float) -> None:
    if not 0 <= lower < 1 < upper < np.inf:
        raise WeightingError("the bounds of g lie around 1, the lower one not below 0")
