"""What was reached: rows that are only added. A correction is a newer row for the same day, with a reason."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.models import User
from kepu.audit.services import System
from kepu.audit.services import record as audit
from kepu.core.errors import BadInput, WrongState, require
from kepu.plans import rules
from kepu.plans.models import NumberKind, Target, TargetValue
from kepu.plans.services.plan.targets import check_amount, lock_target


class WrongKindOfNumber(WrongState):
    code = "wrong_kind_of_number"


class CorrectionNeedsReason(BadInput):
    code = "correction_needs_reason"
    message = gettext_lazy("这一天已经登记过数值。要更正请写明理由，原来的数值会保留在历史里。")


@transaction.atomic
def record_value(
    target: Target,
    *,
    value: Decimal,
    as_of: date,
    source: str,
    by: User | System,
    at: datetime,
    unverified: Decimal | None = None,
    reason: str = "",
) -> TargetValue:
    """Write down a reported number: what was reached by a day, and in which document it stands.

    Not after the plan's end alone: the final figures of a closed plan often come months later.
    """
    target = _lock(target, by=by)
    if target.kind == NumberKind.ESTIMATED:
        raise WrongKindOfNumber(_("这个指标只能由抽样调查估计，请登记估计值。"))
    row = TargetValue(target=target, kind=NumberKind.REPORTED, as_of=as_of, value=value)
    if unverified is not None:
        check_amount(unverified, field="unverified")
    row.unverified = unverified
    return _add(row, source=source, reason=reason, by=by, at=at)


@transaction.atomic
def record_estimate(  # noqa: PLR0913 - what a survey says, each by its name
    target: Target,
    *,
    value: Decimal,
    low: Decimal | None,
    high: Decimal | None,
    sample_size: int | None,
    as_of: date,
    source: str,
    by: User | System,
    at: datetime,
    reason: str = "",
) -> TargetValue:
    """Write down the result of a survey. Where no interval was published, none is made up: low and high are None."""
    target = _lock(target, by=by)
    if target.kind != NumberKind.ESTIMATED:
        raise WrongKindOfNumber(_("这个指标不是由抽样调查估计的，请登记上报数。"))
    row = TargetValue(target=target, kind=NumberKind.ESTIMATED, as_of=as_of, value=value)
    _check_interval(value, low=low, high=high, sample_size=sample_size)
    row.low, row.high, row.sample_size = low, high, sample_size
    return _add(row, source=source, reason=reason, by=by, at=at)


def _lock(target: Target, *, by: User | System) -> Target:
    target = lock_target(target)
    require(rules.can_run_plan(by, target.plan))
    if target.withdrawn_in is not None:
        raise WrongState
    return target


def _check_interval(
    value: Decimal, *, low: Decimal | None, high: Decimal | None, sample_size: int | None
) -> None:
    if (low is None) != (high is None):
        raise BadInput(_("区间的下限和上限请同时填写，或者都不填。"), field="low")
    if low is not None and high is not None:
        check_amount(low, field="low")
        check_amount(high, field="high")
        if not low <= value <= high:
            raise BadInput(_("数值须在区间的下限和上限之间。"), field="low")
    if sample_size is not None and not 0 < sample_size < 2**31:
        raise BadInput(_("样本量须是大于零的整数。"), field="sample_size")


def _add(row: TargetValue, *, source: str, reason: str, by: User | System, at: datetime) -> TargetValue:
    source, reason = source.strip(), reason.strip()
    check_amount(row.value, field="value")
    if not source or len(source) > 200:
        raise BadInput(_("请写明来源：文件名称、文号或调查名称，不超过 200 字。"), field="source")
    if row.as_of > timezone.localdate(at):
        raise BadInput(_("截至日期不能在今天以后。"), field="as_of")
    if not reason and row.target.values.filter(as_of=row.as_of).exists():
        raise CorrectionNeedsReason(field="reason")
    row.source, row.reason = source, reason[:200]
    row.recorded_by, row.recorded_at = str(by), at
    row.save()
    changes = {"as_of": row.as_of.isoformat(), "value": str(row.value), "kind": row.kind, "source": source}
    audit("record_target_value", of=row.target, by=by, at=at, reason=reason, changes=changes)
    return row
