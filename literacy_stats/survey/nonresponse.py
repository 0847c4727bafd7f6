"""From the people drawn to those who answered: eligibility, response cells, response propensity."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import WeightingError
from literacy_stats.survey.cells import collapse
from literacy_stats.survey.design import FloatArray, IntArray
from literacy_stats.survey.propensity import fitted_probabilities
from literacy_stats.survey.sums import sums_by_code
from literacy_stats.survey.weights import CellWeights


class ResponseStatus(IntEnum):
    """What became of a person drawn. UNKNOWN: nobody found out whether the person belongs to the population."""

    RESPONDENT = 0
    NONRESPONDENT = 1
    INELIGIBLE = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class EligibilityAdjustment:
    """The step that gives the weight of people of unknown eligibility to the others of their class.

    The known ineligible take their part of it, which says how many of the unknown were not eligible, and then leave.
    status, classes: (n,) codes. Raises WeightingError. Source: Valliant, Dever & Kreuter (2018), Practical Tools for
    Designing and Weighting Survey Samples, section 13.4.
    """

    status: IntArray
    classes: IntArray
    name: str = "eligibility"

    def __post_init__(self) -> None:
        _check_codes(self.status, self.classes)

    def columns(self, base: FloatArray) -> tuple[IntArray, ...]:
        """What the factors depend on."""
        return (self.status, self.classes)

    def factors(self, weights: CellWeights) -> FloatArray:
        """(C, B) factors of cells; zero for the unknown and the ineligible."""
        status, classes = self.status[weights.rows], self.classes[weights.rows]
        known = status != ResponseStatus.UNKNOWN
        share = _share_passed_on(weights.totals, classes=classes, takes=known, gives=~known, step=self.name)
        return np.where((status <= ResponseStatus.NONRESPONDENT)[:, None], share[classes], 0.0)


@dataclass(frozen=True, slots=True)
class ResponseCells:
    """The step that gives the weight of those who did not answer to those of their class who did.

    status, classes: (n,) codes. Raises WeightingError where a class has nobody who answered.
    Source: Little & Rubin (2019), Statistical Analysis with Missing Data, section 3.3.
    """

    status: IntArray
    classes: IntArray
    name: str = "non-response cells"

    def __post_init__(self) -> None:
        _check_codes(self.status, self.classes)

    def columns(self, base: FloatArray) -> tuple[IntArray, ...]:
        """What the factors depend on."""
        return (self.status, self.classes)

    def factors(self, weights: CellWeights) -> FloatArray:
        """(C, B) factors of cells; zero for all but the respondents."""
        status, classes = self.status[weights.rows], self.classes[weights.rows]
        return _response_factors(
            weights.totals,
            status=status,
            classes=np.broadcast_to(classes[:, None], weights.totals.shape),
            step=self.name,
        )


@dataclass(frozen=True, slots=True)
class ResponsePropensity:
    """The step that forms classes of equal weight by the fitted chance to answer, and then works as response cells.

    covariates: (n, K) known of respondents and non-respondents alike, indicators or numbers; an intercept is added.
    The weighted logistic regression and the limits of the classes are found anew in each replicate.
    Raises WeightingError. Source: Little (1986), International Statistical Review 54; Little & Vartivarian (2005),
    Survey Methodology 31.
    """

    status: IntArray
    covariates: FloatArray
    class_count: int = 5
    name: str = "non-response propensity"

    def __post_init__(self) -> None:
        if self.class_count < 2:
            raise WeightingError("propensity classes are at least two")
        covariates = np.array(self.covariates, dtype=np.float64)
        if covariates.ndim != 2 or len(covariates) != len(self.status) or not np.isfinite(covariates).all():
            raise WeightingError("covariates are finite numbers, one row per person and one column each")
        covariates.setflags(write=False)
        object.__setattr__(self, "covariates", covariates)
        _check_codes(self.status, self.status)

    def columns(self, base: FloatArray) -> tuple[IntArray, ...]:
        """What the factors depend on."""
        return (self.status, *_column_codes(self.covariates))

    def factors(self, weights: CellWeights) -> FloatArray:
        """(C, B) factors of cells; zero for all but the respondents."""
        status = self.status[weights.rows]
        covariates = self.covariates[weights.rows]
        # People with the same covariates have the same propensity, so they must fall into the same class.
        patterns = collapse(_column_codes(covariates), n=len(covariates))
        asked, answered = (
            sums_by_code(weights.totals * flag[:, None], codes=patterns.codes, count=patterns.count)
            for flag in (status <= ResponseStatus.NONRESPONDENT, status == ResponseStatus.RESPONDENT)
        )
        fitted = fitted_probabilities(covariates[patterns.representatives], weights=asked, successes=answered)
        classes = equal_weight_classes(fitted, weights=asked, count=self.class_count)
        return _response_factors(
            weights.totals, status=status, classes=classes[patterns.codes], step=self.name
        )


def equal_weight_classes(values: FloatArray, *, weights: FloatArray, count: int) -> IntArray:
    """(P, B) classes 0..count-1 of rising values (P, B), each of about the same weight (P, B)."""
    order = np.argsort(values, axis=0, kind="stable")
    ranked = np.take_along_axis(weights, order, axis=0)
    upto = np.cumsum(ranked, axis=0)
    middle = (upto - ranked / 2) / upto[-1]
    ranked_classes = np.minimum((middle * count).astype(np.int64), count - 1)
    classes: IntArray = np.empty_like(ranked_classes)
    np.put_along_axis(classes, order, ranked_classes, axis=0)
    return classes


def _response_factors(
    totals: FloatArray, *, status: IntArray, classes: npt.NDArray[np.int64], step: str
) -> FloatArray:
    answered = status == ResponseStatus.RESPONDENT
    silent = status == ResponseStatus.NONRESPONDENT
    _refuse_weight_left(totals, status=status, step=step)
    factors = np.zeros_like(totals)
    for code in range(int(classes.max()) + 1):
        inside = classes == code
        heard = np.where(inside & answered[:, None], totals, 0.0).sum(axis=0)
        lost = np.where(inside & silent[:, None], totals, 0.0).sum(axis=0)
        _refuse_nobody(heard, lost, step=step, code=code)
        share = 1 + np.divide(lost, heard, out=np.zeros_like(lost), where=heard > 0)
        factors += np.where(inside & answered[:, None], share, 0.0)
    return factors


def _share_passed_on(
    totals: FloatArray,
    *,
    classes: IntArray,
    takes: npt.NDArray[np.bool_],
    gives: npt.NDArray[np.bool_],
    step: str,
) -> FloatArray:
    count = int(classes.max()) + 1
    kept = sums_by_code(totals * takes[:, None], codes=classes, count=count)
    given = sums_by_code(totals * gives[:, None], codes=classes, count=count)
    for code in range(count):
        _refuse_nobody(kept[code], given[code], step=step, code=code)
    share: FloatArray = 1 + np.divide(given, kept, out=np.zeros_like(given), where=kept > 0)
    return share


def _refuse_nobody(takes: FloatArray, gives: FloatArray, *, step: str, code: int) -> None:
    if ((takes <= 0) & (gives > 0)).any():
        raise WeightingError(
            f"{step}: class {code} has weight to pass on and nobody to take it; merge classes"
        )


def _refuse_weight_left(totals: FloatArray, *, status: IntArray, step: str) -> None:
    if totals[status == ResponseStatus.UNKNOWN].any():
        raise WeightingError(
            f"{step}: rows of unknown eligibility carry weight; adjust for eligibility first"
        )


def _check_codes(status: IntArray, classes: IntArray) -> None:
    if status.shape != classes.shape or status.ndim != 1 or not len(status):
        raise WeightingError("status and classes are one code per row")
    if status.min() < 0 or status.max() > ResponseStatus.UNKNOWN:
        raise WeightingError("status is one of the four of ResponseStatus")
    if classes.min() < 0:
        raise WeightingError("classes are codes from 0")


def _column_codes(covariates: FloatArray) -> Sequence[IntArray]:
    return tuple(np.unique(column, return_inverse=True)[1].astype(np.int64) for column in covariates.T)
