"""Every day on which something of a unit is due: reports, yearly work, measures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kepu.accounts.models import Organisation
from kepu.plans.models import PlanState, ReportingPeriod, WorkItem
from kepu.plans.queries.duties import Duty, duties_of, led_by


@dataclass(frozen=True, slots=True)
class DueDate:
    """One entry of a calendar."""

    key: str
    on: date
    title: str
    detail: str
    link: str


def due_dates(units: Collection[int]) -> list[DueDate]:
    """What is still to be done, soonest first; nine queries, however many units and measures."""
    found = [*_reports(units), *_work(units), *_deadlines(units)]
    return sorted(found, key=lambda due: (due.on, due.key))


def _reports(units: Collection[int]) -> list[DueDate]:
    grouped: dict[tuple[ReportingPeriod, Organisation], list[Duty]] = defaultdict(list)
    for duty in duties_of(units):
        grouped[duty.period, duty.organisation].append(duty)
    return [
        DueDate(
            key=f"report-{period.pk}-{unit.pk}",
            on=period.due_on,
            title=_count(len(duties), period=period, unit=unit),
            detail="\n".join(duty.measure.title for duty in duties),
            link=reverse("plans:reports"),
        )
        for (period, unit), duties in grouped.items()
    ]


def _count(count: int, *, period: ReportingPeriod, unit: Organisation) -> str:
    return ngettext(
        "%(unit)s：%(period)s还有 %(count)d 项要填报",
        "%(unit)s：%(period)s还有 %(count)d 项要填报",
        count,
    ) % {"count": count, "period": period, "unit": unit}


def _work(units: Collection[int]) -> list[DueDate]:
    items = WorkItem.objects.filter(
        organisation__in=units,
        done_on__isnull=True,
        measure__action__plan__state=PlanState.RUNNING,
        measure__withdrawn_in__isnull=True,
        measure__action__withdrawn_in__isnull=True,
    )
    return [
        DueDate(
            key=f"work-{item.pk}",
            on=item.due_on,
            title=_("年度工作：%(work)s") % {"work": item.text},
            detail=item.measure.title,
            link=reverse("plans:measure", args=[item.measure_id]),
        )
        for item in items.select_related("measure")
    ]


def _deadlines(units: Collection[int]) -> list[DueDate]:
    measures = {measure.pk: measure for measure, _unit in led_by(units)}
    return [
        DueDate(
            key=f"measure-{measure.pk}",
            on=measure.due_on,
            title=_("举措到期：%(measure)s") % {"measure": measure.title},
            detail=measure.action.title,
            link=reverse("plans:measure", args=[measure.pk]),
        )
        for measure in measures.values()
        if measure.due_on is not None
    ]
