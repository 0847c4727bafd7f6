"""What the office says of an occasion: its facts change sides in every total from now on, not in the totals of before."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kepu.accounts.models import User
from kepu.audit.services import System
from kepu.core.errors import require
from kepu.ledger import rules
from kepu.ledger.models import Fact, Verdict
from kepu.ledger.queries.closings import closed_until
from kepu.ledger.queries.verdicts import verdicts_on
from kepu.ledger.services.counting import count_again
from kepu.ledger.services.refusals import (
    LONGEST_REASON,
    NoSuchFact,
    PeriodClosed,
    ReasonMissing,
    VerdictTooEarly,
)
from kepu.ledger.services.writers import hold_writers


def verify_occasion(occasion: str, *, by: User | System, at: datetime) -> Verdict:
    """Everything recorded of this occasion counts as verified, and so will what is still recorded of it."""
    return _say(Verdict(occasion=occasion, is_confirmed=True), by=by, at=at)


def refuse_occasion(occasion: str, *, reason: str, by: User | System, at: datetime) -> Verdict:
    """Nothing recorded of this occasion counts as verified, whatever its evidence."""
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonMissing(field="reason")
    return _say(Verdict(occasion=occasion, is_confirmed=False, reason=reason), by=by, at=at)


@transaction.atomic
def _say(verdict: Verdict, *, by: User | System, at: datetime) -> Verdict:
    hold_writers()
    facts = list(Fact.objects.filter(occasion=verdict.occasion).order_by("pk"))
    if not facts:
        raise NoSuchFact
    for region in sorted({fact.region for fact in facts}):
        require(rules.can_verify(by, region=region))
    _require_newest(verdict.occasion, at=at)
    before = verdicts_on([verdict.occasion])
    verdict.at, verdict.by, verdict.by_id = at, str(by)[:150], by.pk
    verdict.save()
    count_again(facts, before=before, after={verdict.occasion: verdict.is_confirmed})
    return verdict


def _require_newest(occasion: str, *, at: datetime) -> None:
    if closed_until() > at:
        raise PeriodClosed
    last = Verdict.objects.filter(occasion=occasion).order_by("-pk").first()
    if last is not None and last.at > at:
        raise VerdictTooEarly
