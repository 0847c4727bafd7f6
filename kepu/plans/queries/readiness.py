"""What still stands between an import and its plan, and which plan it would amend or follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kepu.plans.models import Plan, PlanImport
from kepu.plans.queries.outline import fits
from kepu.plans.queries.written_units import UnitReading
from plan_document.draft import Period, PlanDraft


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing to do before the plan can be confirmed; `place` is the part of the page where it is done."""

    code: str
    message: str
    place: str


def blockers(draft: PlanDraft, *, units: UnitReading) -> list[Blocker]:
    """Everything that must be settled first, in the order of the page."""
    return list(_blockers(draft, units=units))


def _blockers(draft: PlanDraft, *, units: UnitReading) -> Iterator[Blocker]:
    if not draft.title.strip():
        yield Blocker("title_missing", _("方案还没有名称，请填写。"), "document")
    if draft.period is None:
        yield Blocker("period_missing", _("没有识别出起止年份，请填写。"), "document")
    if not any(action.measures for action in draft.actions):
        yield Blocker("measures_missing", _("还没有一条举措，请添加任务和举措。"), "structure")
    if unknown := units.unknown:
        message = _("%(count)d 个单位名称还没有对应：%(names)s") % {
            "count": len(unknown),
            "names": _("、").join(unit.name for unit in unknown),
        }
        yield Blocker("units_unknown", message, "units")
    for number, target in enumerate(draft.targets, start=1):
        if not (fits(target.value) and fits(target.baseline)):
            message = _("第 %(number)d 项指标的数值过大，请改正。") % {"number": number}
            yield Blocker("value_too_large", message, "targets")


def plan_of_the_same_period(plan_import: PlanImport, *, period: Period | None) -> Plan | None:
    """The office's plan that already holds for exactly these years: this document is a later version of it."""
    if period is None:
        return None
    return (
        Plan.objects.filter(
            office=plan_import.office,
            region=plan_import.region,
            starts_in=period.start,
            ends_in=period.end,
        )
        .order_by("-pk")
        .first()
    )


def plan_before(plan_import: PlanImport, *, starts_in: int) -> Plan | None:
    """The office's newest plan of an earlier period: a plan that starts in this year follows it."""
    return (
        Plan.objects.filter(office=plan_import.office, region=plan_import.region, starts_in__lt=starts_in)
        .order_by("-ends_in", "-pk")
        .first()
    )
