"""Figures for areas with few interviews: models, their check on each other, agreement with the district, ranks."""

from literacy_stats.survey.small_areas.benchmarking import (
    benchmark_by_difference,
    benchmark_by_ratio,
    benchmark_on_log_odds,
)
from literacy_stats.survey.small_areas.direct import DirectProportions, direct_proportions
from literacy_stats.survey.small_areas.fay_herriot import FayHerriotFit, fay_herriot_ml, fay_herriot_reml
from literacy_stats.survey.small_areas.model import (
    ModelError,
    MultilevelModel,
    OutcomeCells,
    PopulationCells,
    Slope,
    outcome_cells,
    population_cells,
)
from literacy_stats.survey.small_areas.multilevel import (
    FitPoint,
    MultilevelFit,
    fit_at_mode,
    fit_integrated,
)
from literacy_stats.survey.small_areas.poststratified_regression import (
    AreaPosterior,
    poststratify,
    poststratify_draws,
)
from literacy_stats.survey.small_areas.proportions import AreaProportions, fay_herriot_proportions
from literacy_stats.survey.small_areas.ranks import (
    Disagreement,
    RankIntervals,
    disagreement,
    draws_from_errors,
    rank_intervals,
)

__all__ = [
    "AreaPosterior",
    "AreaProportions",
    "DirectProportions",
    "Disagreement",
    "FayHerriotFit",
    "FitPoint",
    "ModelError",
    "MultilevelFit",
    "MultilevelModel",
    "OutcomeCells",
    "PopulationCells",
    "RankIntervals",
    "Slope",
    "benchmark_by_difference",
    "benchmark_by_ratio",
    "benchmark_on_log_odds",
    "direct_proportions",
    "disagreement",
    "draws_from_errors",
    "fay_herriot_ml",
    "fay_herriot_proportions",
    "fay_herriot_reml",
    "fit_at_mode",
    "fit_integrated",
    "outcome_cells",
    "population_cells",
    "poststratify",
    "poststratify_draws",
    "rank_intervals",
]
