"""Item response theory: calibration, scoring, fit, linking, and the cut on the reference form."""

from literacy_stats.irt.items import (
    ItemParameters,
    ItemParametersError,
    category_probabilities,
    expected_scores,
    information,
    probability,
)

__all__ = [
    "ItemParameters",
    "ItemParametersError",
    "category_probabilities",
    "expected_scores",
    "information",
    "probability",
]
