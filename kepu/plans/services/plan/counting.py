"""A target that is counted: which facts of the ledger count for it. A changed rule is a next version of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.models import User
from kepu.audit.services import System
from kepu.audit.services import record as audit
from kepu.core.errors import BadInput, WrongState, require
from kepu.ledger.services import apply_rule, define_rule
from kepu.plans import rules
from kepu.plans.models import NumberKind, Target
from kepu.plans.queries.counting import definition_for, shipped_rules
from kepu.plans.services.plan.targets import lock_target
from kepu.plans.services.refusals import require_running

MONTHS_AT_ONCE = 12


class CannotBeCounted(WrongState):
    code = "target_cannot_be_counted"
    message = gettext_lazy("这个指标由抽样调查估计，不能用台账计数。")


@transaction.atomic
def count_target(
    target: Target,
    *,
    title: str,
    definition: Mapping[str, Any],
    by: User | System,
    at: datetime,
    reason: str = "",
) -> Target:
    """Let the ledger count a target by this rule, or by a next version of its rule. `go_on_counting` takes it through the past."""
    target = lock_target(target)
    require(rules.can_run_plan(by, target.plan))
    require_running(target.plan)
    if target.kind == NumberKind.ESTIMATED:
        raise CannotBeCounted
    if target.withdrawn_in is not None:
        raise WrongState
    code = target.counting_rule or f"target:{target.pk}"
    rule = define_rule(code, title=title, definition=definition, by=by, at=at, reason=reason)
    target.counting_rule, target.kind = code, NumberKind.COUNTED
    target.save(update_fields=["counting_rule", "kind"])
    changes = {"version": rule.version, "definition": rule.definition}
    audit("count_target", of=target, by=by, at=at, reason=reason, changes=changes)
    return target


def count_by_shipped_rule(target: Target, *, code: str, by: User | System, at: datetime) -> Target:
    """Count a target by a rule that comes with Kepu, within the place and period of its plan; all of the past at once."""
    shipped = shipped_rules().get(code)
    if shipped is None:
        raise BadInput(_("没有这条随系统提供的规则。"), field="code")
    definition = definition_for(target.plan, definition=shipped.definition)
    counted = count_target(target, title=shipped.title, definition=definition, by=by, at=at)
    for _done in apply_rule(counted.counting_rule):
        pass
    return counted


def go_on_counting(target: Target, *, by: User | System) -> bool:
    """Take the newest version of a target's rule through some more months; whether it has reached the present."""
    require(rules.can_run_plan(by, target.plan))
    for number, _done in enumerate(apply_rule(target.counting_rule), start=1):
        if number == MONTHS_AT_ONCE:
            return False
    return True


@transaction.atomic
def stop_counting(target: Target, *, by: User | System, at: datetime) -> Target:
    """The target is no longer counted; its rule and all versions stay in the ledger."""
    target = lock_target(target)
    require(rules.can_run_plan(by, target.plan))
    if not target.counting_rule:
        raise WrongState
    audit("stop_counting", of=target, by=by, at=at, changes={"rule": target.counting_rule})
    target.counting_rule, target.kind = "", NumberKind.REPORTED
    target.save(update_fields=["counting_rule", "kind"])
    return target
