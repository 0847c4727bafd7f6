"""Progress by quarter: periods, reports, evidence, verification. Every write is here.

DRAFT ──submit──▶ SUBMITTED ──accept──▶ ACCEPTED ──(next version accepted)──▶ SUPERSEDED
  ▲                │  │                    │
  └───withdraw─────┘  └─return─▶ RETURNED  └─amend─▶ a next version as DRAFT
                                  └─submit─▶ SUBMITTED
A DRAFT or RETURNED amendment ──drop──▶ DROPPED
"""

from kepu.plans.services.progress.content import (
    FigureInput,
    ReportContent,
    TargetNotOfPlan,
    UnitNotResponsible,
)
from kepu.plans.services.progress.evidence import (
    EvidenceRefused,
    attach_evidence,
    remove_evidence,
)
from kepu.plans.services.progress.life import (
    EDITABLE,
    MOVES,
    MeasureWithdrawn,
    NotAnAmendment,
    NotInForce,
    PeriodLocked,
    ReportAccepted,
    ReportIncomplete,
    accept_report,
    amend_report,
    drop_amendment,
    return_report,
    submit_report,
    withdraw_submission,
)
from kepu.plans.services.progress.periods import (
    PeriodExists,
    PeriodOutsidePlan,
    ReportsUnverified,
    lock_period,
    move_due_day,
    open_period,
    unlock_period,
)
from kepu.plans.services.progress.writing import save_report
from kepu.plans.services.refusals import PlanIsClosed, ReasonMissing

__all__ = [
    "EDITABLE",
    "MOVES",
    "EvidenceRefused",
    "FigureInput",
    "MeasureWithdrawn",
    "NotAnAmendment",
    "NotInForce",
    "PeriodExists",
    "PeriodLocked",
    "PeriodOutsidePlan",
    "PlanIsClosed",
    "ReasonMissing",
    "ReportAccepted",
    "ReportContent",
    "ReportIncomplete",
    "ReportsUnverified",
    "TargetNotOfPlan",
    "UnitNotResponsible",
    "accept_report",
    "amend_report",
    "attach_evidence",
    "drop_amendment",
    "lock_period",
    "move_due_day",
    "open_period",
    "remove_evidence",
    "return_report",
    "save_report",
    "submit_report",
    "unlock_period",
    "withdraw_submission",
]
