"""Quantiles and probabilities of the usual distributions, scipy loaded on first use: it takes longer than all the rest."""

import functools
import importlib
from types import ModuleType

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def normal_quantile(probability: float) -> float:
    """The standard normal deviate below which the probability lies."""
    return float(_special().ndtri(probability))


def normal_probability(deviate: float) -> float:
    """The probability below a standard normal deviate."""
    return float(_special().ndtr(deviate))


def student_quantile(probability: float, *, degrees_of_freedom: float) -> float:
    """The deviate of Student's t below which the probability lies; the normal one for infinitely many degrees."""
    if np.isinf(degrees_of_freedom):
        return normal_quantile(probability)
    return float(_special().stdtrit(degrees_of_freedom, probability))


def student_probability(deviate: float, *, degrees_of_freedom: float) -> float:
    """The probability below a deviate of Student's t."""
    if np.isinf(degrees_of_freedom):
        return normal_probability(deviate)
    return float(_special().stdtr(degrees_of_freedom, deviate))


def beta_quantile(probability: float, *, alpha: float, beta: float) -> float:
    """The point of a beta distribution below which the probability lies."""
    return float(_special().betaincinv(alpha, beta, probability))


@functools.cache
def _special() -> ModuleType:
    return importlib.import_module("scipy.special")
