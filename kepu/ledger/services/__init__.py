"""Every write of the ledger."""

from kepu.ledger.services.closing import LabelTaken, NothingToClose, close_period
from kepu.ledger.services.defining import apply_rule, define_rule
from kepu.ledger.services.recording import Receipt, record, record_all, reverse
from kepu.ledger.services.refusals import (
    AlreadyReversed,
    BadFact,
    KeyReused,
    NoSuchFact,
    NotReversible,
    PeriodClosed,
    ReasonMissing,
    VerdictTooEarly,
)
from kepu.ledger.services.verifying import refuse_occasion, verify_occasion

__all__ = [
    "AlreadyReversed",
    "BadFact",
    "KeyReused",
    "LabelTaken",
    "NoSuchFact",
    "NotReversible",
    "NothingToClose",
    "PeriodClosed",
    "ReasonMissing",
    "Receipt",
    "VerdictTooEarly",
    "apply_rule",
    "close_period",
    "define_rule",
    "record",
    "record_all",
    "refuse_occasion",
    "reverse",
    "verify_occasion",
]
