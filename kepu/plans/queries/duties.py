"""Who owes which report. The leading units of a measure owe one each quarter; the partners may add theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from kepu.accounts.models import Organisation
from kepu.plans.models import (
    Measure,
    Plan,
    PlanState,
    ProgressReport,
    ReportingPeriod,
    Responsibility,
    ResponsibilityRole,
)
from kepu.plans.queries.handed_in import SET_ASIDE, is_handed_in
from kepu.plans.queries.structure import leads_of, measures_in_force, with_units


@dataclass(frozen=True, slots=True)
class Duty:
    """A report that a unit has to write, and what there is of it already."""

    measure: Measure
    organisation: Organisation
    period: ReportingPeriod
    draft: ProgressReport | None


def leading_pairs(plan: Plan) -> list[tuple[Measure, Organisation]]:
    """Every measure with each unit that leads it: three queries."""
    return [(measure, lead.organisation) for measure in measures_in_force(plan) for lead in leads_of(measure)]


def led_by(units: Collection[int]) -> list[tuple[Measure, Organisation]]:
    """The measures in force that these units lead, in all running plans: three queries, however large the plans."""
    leads = Responsibility.objects.filter(organisation__in=units, role=ResponsibilityRole.LEAD)
    names_its_own = Exists(Responsibility.objects.filter(measure=OuterRef("pk")))
    measures = Measure.objects.filter(action__plan__state=PlanState.RUNNING).filter(
        Q(pk__in=leads.values("measure")) | (~names_its_own & Q(action__in=leads.values("action")))
    )
    return [
        (measure, lead.organisation)
        for measure in with_units(measures)
        for lead in leads_of(measure)
        if lead.organisation_id in units
    ]


def duties_of(units: Collection[int]) -> list[Duty]:
    """What these units still have to hand in, for every period that is open, soonest first: five queries."""
    pairs = led_by(units)
    periods = _open_periods({measure.action.plan_id for measure, _unit in pairs})
    versions = _versions(units, periods=periods)
    return [
        Duty(measure, organisation, period, _draft(there))
        for period in periods
        for measure, organisation in pairs
        if measure.action.plan_id == period.plan_id
        and not is_handed_in(there := versions[measure.pk, organisation.pk, period.pk])
    ]


def duties_begun(units: Collection[int], *, on: date) -> list[Duty]:
    """Those that can be worked on: of a five-year plan not the quarters that have not begun, unless due earlier."""
    return [duty for duty in duties_of(units) if duty.period.begins_on <= on or duty.period.due_on <= on]


def _draft(versions: Iterable[ProgressReport]) -> ProgressReport | None:
    return next(iter(versions), None)


def _open_periods(plans: Collection[int]) -> list[ReportingPeriod]:
    periods = ReportingPeriod.objects.filter(plan__in=plans, locked_at__isnull=True)
    return list(periods.select_related("plan").order_by("due_on", "pk"))


def _versions(
    units: Collection[int], *, periods: Collection[ReportingPeriod]
) -> dict[tuple[int, int, int], list[ProgressReport]]:
    grouped: dict[tuple[int, int, int], list[ProgressReport]] = defaultdict(list)
    rows = ProgressReport.objects.filter(organisation__in=units, period__in=[one.pk for one in periods])
    for row in rows.exclude(state__in=SET_ASIDE).order_by("version"):
        grouped[row.measure_id, row.organisation_id, row.period_id].append(row)
    return grouped
