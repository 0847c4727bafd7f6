"""How often an item may be seen: who chooses among the most informative items that are left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from literacy_stats.adaptive.bank import BankError, FloatArray


@dataclass(frozen=True, slots=True)
class Randomesque:
    """One of the `size` most informative items, each as likely; size 1 is maximum information without control.

    Source: Kingsbury & Zara 1989, Applied Measurement in Education 2:359.
    """

    size: int = 5

    def __post_init__(self) -> None:
        if self.size < 1:
            raise BankError("a choice among items needs at least one")


@dataclass(frozen=True, slots=True)
class SympsonHetter:
    """The most informative item is given with its probability; otherwise it is set aside and the next one is asked.

    probabilities: (J,) in (0, 1], made by `calibrate_exposure`. Items are set aside
    only while an area keeps as many as the blueprint asks of it, so that a test cannot run out.
    Source: Sympson & Hetter 1985, Proceedings of the 27th Military Testing Association, 973.
    """

    probabilities: FloatArray

    def __post_init__(self) -> None:
        values = np.array(self.probabilities, dtype=np.float64)
        values.setflags(write=False)
        object.__setattr__(self, "probabilities", values)
        if values.ndim != 1 or not ((values > 0) & (values <= 1)).all():
            raise BankError("probabilities to give an item are one per item, above 0 and at most 1")


ExposureRule = Randomesque | SympsonHetter
