"""Plans for tests, made directly in the database; the smallest valid thing unless told otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from kepu.accounts.models import Organisation, User
from kepu.plans.models import (
    Action,
    Comparator,
    Measure,
    NumberKind,
    Plan,
    ProgressReport,
    ReportingPeriod,
    ReportState,
    Responsibility,
    ResponsibilityRole,
    Standing,
    Target,
)
from tests.factories.accounts import make_organisation, make_user

AT = datetime(2025, 10, 8, 9, 0, tzinfo=UTC)
OFFICE = "区科协办公室"
_number = count(1)


def make_plan(
    *, office: Organisation | None = None, starts_in: int = 2022, ends_in: int = 2025, **fields
) -> Plan:
    office = office or Organisation.objects.filter(name=OFFICE).first() or make_organisation(OFFICE)
    number = next(_number)
    fields.setdefault("slug", f"plan-{number}")
    fields.setdefault("title", f"方案{number}")
    return Plan.objects.create(
        office=office, region=office.region, starts_in=starts_in, ends_in=ends_in, **fields
    )


def make_action(
    plan: Plan, *, leads: list[Organisation] = (), partners: list[Organisation] = (), **fields
) -> Action:
    number = plan.actions.count() + 1
    fields.setdefault("title", f"任务{number}")
    fields.setdefault("kind", "action")
    action = Action.objects.create(plan=plan, position=number, **fields)
    add_units(leads, action=action, role=ResponsibilityRole.LEAD)
    add_units(partners, action=action, role=ResponsibilityRole.PARTNER)
    return action


def make_measure(
    action: Action, *, leads: list[Organisation] = (), partners: list[Organisation] = (), **fields
) -> Measure:
    number = action.measures.count() + 1
    fields.setdefault("title", f"举措{action.position}.{number}")
    measure = Measure.objects.create(
        action=action, position=number, code=f"{action.position}.{number}", **fields
    )
    add_units(leads, measure=measure, role=ResponsibilityRole.LEAD)
    add_units(partners, measure=measure, role=ResponsibilityRole.PARTNER)
    return measure


def add_units(organisations: list[Organisation], *, role: str, action=None, measure=None) -> None:
    for position, organisation in enumerate(organisations):
        Responsibility.objects.create(
            action=action, measure=measure, organisation=organisation, role=role, position=position
        )


def make_target(plan: Plan, **fields) -> Target:
    fields = {
        "name": "老年人培训",
        "kind": NumberKind.COUNTED,
        "comparator": Comparator.AT_LEAST,
        "value": Decimal(30_000),
        "unit": "人次",
        "due_on": date(plan.ends_in, 12, 31),
    } | fields
    return Target.objects.create(plan=plan, **fields)


def make_period(
    plan: Plan, *, year: int = 2025, quarter: int = 3, due_on: date | None = None
) -> ReportingPeriod:
    month = quarter * 3 + 1
    due = due_on or (date(year, month, 15) if month <= 12 else date(year + 1, 1, 15))
    return ReportingPeriod.objects.create(plan=plan, year=year, quarter=quarter, due_on=due)


def make_report(
    measure: Measure,
    *,
    organisation: Organisation,
    period: ReportingPeriod,
    by: User | None = None,
    state: str = ReportState.DRAFT,
    standing: str = Standing.ON_TRACK,
    **fields,
) -> ProgressReport:
    if state not in (ReportState.DRAFT, ReportState.DROPPED):
        fields.setdefault("submitted_at", AT)
    return ProgressReport.objects.create(
        measure=measure,
        organisation=organisation,
        period=period,
        state=state,
        standing=standing,
        changed_by=by or make_user(),
        changed_at=AT,
        **fields,
    )
