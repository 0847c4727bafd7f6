"""When a test ends: precise enough, on one side of the cut for certain enough, or long enough."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from literacy_stats.adaptive.bank import BankError


class Stop(StrEnum):
    """Why a test ended."""

    PRECISE = "precise"
    CLASSIFIED = "classified"
    FULL_LENGTH = "full length"


@dataclass(frozen=True, slots=True)
class StoppingRule:
    """A test ends at the first of these that holds, not before `minimum_length`, and always at the blueprint's length.

    standard_error: the posterior standard deviation of θ is this or less.
    cut, certainty: the posterior probability of θ ≥ cut is at least `certainty`, or at most 1 − certainty.
    Raises BankError for a length below 1, an error not above 0, a certainty outside (0.5, 1).
    Source: Weiss & Kingsbury 1984, Journal of Educational Measurement 21:361.
    """

    minimum_length: int = 1
    standard_error: float | None = None
    cut: float | None = None
    certainty: float = 0.95

    def __post_init__(self) -> None:
        if self.minimum_length < 1:
            raise BankError("a test has at least one item")
        if self.standard_error is not None and not self.standard_error > 0:
            raise BankError("a standard error to stop at must be above 0")
        if not 0.5 < self.certainty < 1:
            raise BankError("the certainty of a classification lies between 0.5 and 1")

    def reason_to_stop(self, *, length: int, standard_error: float, above: float) -> Stop | None:
        """The reason that holds after `length` items, or None; `above` is the probability of θ ≥ cut."""
        if length < self.minimum_length:
            return None
        if self.standard_error is not None and standard_error <= self.standard_error:
            return Stop.PRECISE
        if self.cut is not None and not 1 - self.certainty < above < self.certainty:
            return Stop.CLASSIFIED
        return None
