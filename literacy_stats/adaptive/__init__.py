"""Adaptive tests: a blueprint met to the item, exposure kept low, a session that is a value."""

from literacy_stats.adaptive.bank import BankError, ItemBank
from literacy_stats.adaptive.blueprint import Blueprint
from literacy_stats.adaptive.coverage import CoverageProblem, CoverageReport, Shortage, check_coverage
from literacy_stats.adaptive.exposure import Randomesque, SympsonHetter
from literacy_stats.adaptive.exposure_calibration import ExposureCalibration, calibrate_exposure
from literacy_stats.adaptive.session import (
    AdaptiveTest,
    Session,
    SessionRecord,
    answer,
    begin,
    compile_test,
    prepare_test,
    record,
    resume,
)
from literacy_stats.adaptive.simulation import Accuracy, SimulationReport, simulate, simulate_one
from literacy_stats.adaptive.stopping import Stop, StoppingRule

__all__ = [
    "Accuracy",
    "AdaptiveTest",
    "BankError",
    "Blueprint",
    "CoverageProblem",
    "CoverageReport",
    "ExposureCalibration",
    "ItemBank",
    "Randomesque",
    "Session",
    "SessionRecord",
    "Shortage",
    "SimulationReport",
    "Stop",
    "StoppingRule",
    "SympsonHetter",
    "answer",
    "begin",
    "calibrate_exposure",
    "check_coverage",
    "compile_test",
    "prepare_test",
    "record",
    "resume",
    "simulate",
    "simulate_one",
]
