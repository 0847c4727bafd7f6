"""Closing a period: what has been recorded so far gets a root that anybody can keep, and counts under numbers.

From then on nothing can be recorded as of an earlier moment. A later change of a row, even by somebody with the database in
hand, no longer leads to the same root.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.models import User
from kepu.audit.services import System
from kepu.audit.services import record as audit
from kepu.core.errors import BadInput, WrongState, require
from kepu.ledger import merkle, rules
from kepu.ledger.models import (
    Closing,
    ClosingPiece,
    Fact,
    PublishedCount,
    RuleProgress,
    RuleState,
    Verdict,
)
from kepu.ledger.queries.entries import entries_of, facts_in, verdicts_in
from kepu.ledger.queries.proofs import pieces
from kepu.ledger.queries.rule_counts import rule_counts
from kepu.ledger.services.refusals import PeriodClosed
from kepu.ledger.services.writers import hold_writers


class NothingToClose(WrongState):
    code = "nothing_to_close"
    message = gettext_lazy("上次结账以后还没有新的记录，不用结账。")


class LabelTaken(BadInput):
    code = "closing_label_taken"
    message = gettext_lazy("已经有一个同名的账期，请换一个名称。")


@transaction.atomic
def close_period(label: str, *, by: User | System, at: datetime) -> Closing:
    """Close everything recorded since the last closing, and publish what the rules in force count now."""
    label = label.strip()
    require(rules.can_close(by))
    if not 0 < len(label) <= 40:
        raise BadInput(_("请填写账期名称，不超过 40 字。"), field="label")
    if Closing.objects.filter(label=label).exists():
        raise LabelTaken(field="label")
    hold_writers()
    closing = _begin(label, by=by, at=at)
    rows = 1 + facts_in(closing).count() + verdicts_in(closing).count()
    counts = _counts(first=rows)
    closing.size = rows + len(counts)
    roots = list(pieces(entries_of(closing, counts=counts)))
    closing.root = merkle.root(roots).hex()
    closing.save()
    _keep(closing, counts=counts, roots=roots)
    audit("close_ledger_period", of=closing, by=by, at=at, changes={"root": closing.root})
    return closing


def _begin(label: str, *, by: User | System, at: datetime) -> Closing:
    last = Closing.objects.order_by("-pk").first()
    if last is not None and last.until > at:
        raise PeriodClosed
    closing = Closing(
        label=label,
        until=at,
        first_fact=last.last_fact if last else 0,
        last_fact=_highest(Fact),
        first_verdict=last.last_verdict if last else 0,
        last_verdict=_highest(Verdict),
        previous_root=last.root if last else "",
        closed_at=at,
        closed_by=str(by)[:150],
    )
    if not (facts_in(closing).exists() or verdicts_in(closing).exists()):
        raise NothingToClose
    return closing


def _highest(model: type[Model]) -> int:
    return int(model._default_manager.aggregate(highest=Max("pk"))["highest"] or 0)


def _counts(*, first: int) -> list[PublishedCount]:
    """What each rule in force counts, under the next numbers; `first` is the place of the first in the tree."""
    ready = RuleProgress.objects.filter(state=RuleState.READY).select_related("rule").order_by("rule")
    rules_in_force = [progress.rule for progress in ready]
    found = rule_counts([rule.code for rule in rules_in_force])
    before = PublishedCount.objects.count()
    return [
        PublishedCount(
            number=f"KP{before + place + 1:06d}",
            rule=rule,
            quantity=found[rule.code].total.quantity,
            unverified=found[rule.code].total.unverified,
            people=found[rule.code].total.people,
            position=first + place,
        )
        for place, rule in enumerate(rules_in_force)
    ]


def _keep(closing: Closing, *, counts: Sequence[PublishedCount], roots: Sequence[bytes]) -> None:
    for count in counts:
        count.closing = closing
    PublishedCount.objects.bulk_create(counts)
    ClosingPiece.objects.bulk_create(
        (ClosingPiece(closing=closing, position=place, root=one.hex()) for place, one in enumerate(roots)),
        batch_size=2000,
    )
