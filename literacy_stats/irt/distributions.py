"""Distribution functions over arrays; scipy.special is loaded on first use, since it takes longer than all the rest."""

from __future__ import annotations

import functools
import importlib
from types import ModuleType

import numpy as np
import numpy.typing as npt

from literacy_stats.irt.items import FloatArray


def normal_distribution(deviates: npt.ArrayLike) -> FloatArray:
    """The standard normal probability below each deviate."""
    return np.asarray(_special().ndtr(deviates), dtype=np.float64)


def chi_squared_survival(values: npt.ArrayLike, *, degrees_of_freedom: npt.ArrayLike) -> FloatArray:
    """The probability above each value; NaN where there are no degrees of freedom."""
    degrees = np.asarray(degrees_of_freedom, dtype=np.float64)
    usable = np.where(degrees > 0, degrees, 1.0)
    return np.where(degrees > 0, _special().chdtrc(usable, values), np.nan)


@functools.cache
def _special() -> ModuleType:
    return importlib.import_module("scipy.special")
