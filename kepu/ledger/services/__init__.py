"""Every write of the ledger."""

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

__all__ = [
    "AlreadyReversed",
    "BadFact",
    "KeyReused",
    "NoSuchFact",
    "NotReversible",
    "PeriodClosed",
    "ReasonMissing",
    "Receipt",
    "VerdictTooEarly",
    "record",
    "record_all",
    "reverse",
]
