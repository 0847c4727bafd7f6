"""Counting rules: a new version is written down, applied to the past month by month, and then takes over from the one before.

Until it has taken over, the version before it goes on counting, so that a page never shows half a figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kepu.accounts.models import User
from kepu.audit.services import System
from kepu.core.errors import BadInput, require
from kepu.ledger import rules
from kepu.ledger.models import CountingRule, CreditTally, RulePerson, RuleProgress, RuleState, Tally
from kepu.ledger.queries.recount import months_with_facts, rule_recount
from kepu.ledger.queries.running_rules import RunningRule
from kepu.ledger.question import question_from
from kepu.ledger.services.counting import keep
from kepu.ledger.services.writers import hold_writers

FOREVER = 999912
"""The month up to which a rule in force follows the facts."""


@transaction.atomic
def define_rule(
    code: str,
    *,
    title: str,
    definition: Mapping[str, Any],
    by: User | System,
    at: datetime,
    reason: str = "",
) -> CountingRule:
    """Write down the next version of a rule; it counts once `apply_rule` has gone through the past."""
    require(rules.can_define_rules(by))
    question = question_from(definition)
    _check(code, title=title.strip(), reason=reason.strip())
    newest = CountingRule.objects.filter(code=code).aggregate(newest=Max("version"))["newest"] or 0
    rule = CountingRule.objects.create(
        code=code,
        version=newest + 1,
        title=title.strip(),
        definition=question.as_json(),
        reason=reason.strip(),
        defined_at=at,
        defined_by=str(by)[:150],
    )
    RuleProgress.objects.create(rule=rule)
    return rule


def _check(code: str, *, title: str, reason: str) -> None:
    if not 0 < len(code) <= 80:
        raise BadInput(field="code")
    if not 0 < len(title) <= 120:
        raise BadInput(_("请填写名称，不超过 120 字。"), field="title")
    if len(reason) > 300:
        raise BadInput(_("说明不超过 300 字。"), field="reason")


def apply_rule(code: str) -> Iterator[tuple[int, int]]:
    """Take the newest version of a rule through the past, a month in each transaction; gives the months done, of how many.

    Stopping between two months is safe: whoever calls again goes on where it stopped.
    """
    rule = CountingRule.objects.filter(code=code).order_by("-version").first()
    while rule is not None and (done := _apply_next(rule)):
        yield done


@transaction.atomic
def _apply_next(rule: CountingRule) -> tuple[int, int] | None:
    """The writers are held, so that a fact is counted either by them or here."""
    hold_writers()
    progress = RuleProgress.objects.select_for_update().get(rule=rule)
    if progress.state != RuleState.APPLYING:
        return None
    months = months_with_facts()
    left = [month for month in months if month > progress.through]
    if not left:
        _take_over(rule, progress=progress)
        return len(months), len(months)
    running = RunningRule(rule.pk, question_from(rule.definition), left[0])
    progress.through = left[0]
    progress.save(update_fields=["through"])
    keep(rule_recount(running, month=left[0]))
    return len(months) - len(left) + 1, len(months)


def _take_over(rule: CountingRule, *, progress: RuleProgress) -> None:
    progress.through, progress.state = FOREVER, RuleState.READY
    progress.save(update_fields=["through", "state"])
    before = CountingRule.objects.filter(code=rule.code, version__lt=rule.version)
    RuleProgress.objects.filter(rule__in=before).update(state=RuleState.RETIRED, people=0)
    for model in (Tally, CreditTally, RulePerson):
        model.objects.filter(rule__in=before).delete()
