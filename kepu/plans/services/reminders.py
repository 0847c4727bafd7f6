"""Reminders of what is due: a week before, on the day, and each week after it. Run as often as you like.

The key of a message names its occasion, so a second run says nothing twice, and a run that was missed is made up
for by the next one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kepu.accounts.models import Organisation
from kepu.plans.models import (
    PlanState,
    ReportingPeriod,
    Responsibility,
    ResponsibilityRole,
    WorkItem,
)
from kepu.plans.queries.duties import Duty, duties_of
from kepu.plans.services.notices import Notice, tell_unit

AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RemindersSent:
    """How many notices went to how many units; repeated ones are counted too, though nobody gets them twice."""

    reports: int
    work: int


@transaction.atomic
def send_reminders(*, at: datetime) -> RemindersSent:
    """Tell the people of responsible units what is due soon, today, or overdue."""
    on = timezone.localdate(at)
    # Messages are kept as written, so a job writes them in the district's language, whoever started it.
    with translation.override(settings.LANGUAGE_CODE):
        return RemindersSent(reports=_remind_of_reports(on=on, at=at), work=_remind_of_work(on=on, at=at))


def occasion(due_on: date, *, on: date) -> str | None:
    """Which reminder of a due day this day belongs to; None when it is too early for any."""
    if on < due_on - AHEAD:
        return None
    if on < due_on:
        return "soon"
    if on == due_on:
        return "today"
    return f"week-{(on - due_on - timedelta(days=1)).days // 7 + 1}"


def _remind_of_reports(*, on: date, at: datetime) -> int:
    grouped: dict[tuple[Organisation, ReportingPeriod], list[Duty]] = defaultdict(list)
    for duty in duties_of(_leading_units()):
        if occasion(duty.period.due_on, on=on) is not None:
            grouped[duty.organisation, duty.period].append(duty)
    for (unit, period), duties in grouped.items():
        tell_unit(unit, notice=_report_notice(unit, period=period, duties=duties, on=on), at=at)
    return len(grouped)


def _remind_of_work(*, on: date, at: datetime) -> int:
    items = WorkItem.objects.filter(
        done_on__isnull=True,
        due_on__lte=on + AHEAD,
        measure__action__plan__state=PlanState.RUNNING,
        measure__withdrawn_in__isnull=True,
        measure__action__withdrawn_in__isnull=True,
    ).select_related("organisation", "measure")
    for item in items:
        tell_unit(item.organisation, notice=_work_notice(item, on=on), at=at)
    return len(items)


def _leading_units() -> list[int]:
    leads = Responsibility.objects.filter(role=ResponsibilityRole.LEAD)
    return list(leads.values_list("organisation", flat=True).distinct())


def _report_notice(unit: Organisation, *, period: ReportingPeriod, duties: list[Duty], on: date) -> Notice:
    count = len(duties)
    words = {"period": period, "count": count, "when": _when(period.due_on, on=on)}
    subject = ngettext(
        "%(period)s还有 %(count)d 项要填报，%(when)s", "%(period)s还有 %(count)d 项要填报，%(when)s", count
    )
    return Notice(
        key=f"report-due:{period.pk}:{unit.pk}:{occasion(period.due_on, on=on)}",
        kind="report-due",
        subject=subject % words,
        body="\n".join(duty.measure.title for duty in duties),
        link=reverse("plans:reports"),
    )


def _work_notice(item: WorkItem, *, on: date) -> Notice:
    words = {"work": item.text[:80], "when": _when(item.due_on, on=on)}
    return Notice(
        key=f"work-due:{item.pk}:{occasion(item.due_on, on=on)}",
        kind="work-due",
        subject=_("年度工作“%(work)s”%(when)s") % words,
        body=item.measure.title,
        link=reverse("plans:measure", args=[item.measure_id]),
    )


def _when(due_on: date, *, on: date) -> str:
    days = (due_on - on).days
    if days > 0:
        return ngettext("还有 %(days)d 天到期", "还有 %(days)d 天到期", days) % {"days": days}
    if days == 0:
        return _("今天到期")
    return ngettext("已逾期 %(days)d 天", "已逾期 %(days)d 天", -days) % {"days": -days}
