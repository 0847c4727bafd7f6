"""The refusals that more than one service of plans raises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kepu.core.errors import BadInput, WrongState
from kepu.plans.models import Plan, PlanState


class ReasonMissing(BadInput):
    code = "reason_missing"
    message = _("请写明理由，对方会看到。")


class PlanIsClosed(WrongState):
    code = "plan_closed"
    message = _("这个方案已经结束，不能再改。需要改动时请区纲要办先重新打开方案。")


def require_running(plan: Plan) -> None:
    if plan.state != PlanState.RUNNING:
        raise PlanIsClosed


def require_reason(reason: str) -> str:
    """The reason without the blanks around it."""
    reason = reason.strip()
    if not reason:
        raise ReasonMissing(field="reason")
    return reason
