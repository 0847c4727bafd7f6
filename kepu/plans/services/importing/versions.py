"""What every confirmed version of a plan has in common: its record, its content, its reporting periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kepu.accounts.rules import Someone
from kepu.audit.services import record
from kepu.plans.models import Plan, PlanImport, PlanVersion, ReportingPeriod
from kepu.plans.queries.drafts import WorkingDraft
from kepu.plans.queries.outline import PlanOutline
from kepu.plans.services.importing.access import person
from plan_document.serialize import to_public_json

DAYS_TO_REPORT = 15


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An import that is being confirmed: what it says, why, by whom and when."""

    plan_import: PlanImport
    working: WorkingDraft
    outline: PlanOutline
    reason: str
    by: Someone
    at: datetime


def write_version(
    plan: Plan,
    *,
    confirmation: Confirmation,
    codes: Mapping[str, str],
    differences: Iterable[Mapping[str, Any]] = (),
) -> PlanVersion:
    """Keep what the plan says in this version, in full, with the codes of its measures."""
    version = PlanVersion.objects.create(
        plan=plan,
        number=plan.version,
        content=_content(confirmation, codes=codes),
        differences=[dict(one) for one in differences],
        reason=confirmation.reason,
        confirmed_by=person(confirmation.by),
        confirmed_at=confirmation.at,
    )
    record(
        "confirm_plan" if plan.version == 1 else "amend_plan",
        of=plan,
        by=confirmation.by,
        at=confirmation.at,
        organisation=plan.office.name,
        reason=confirmation.reason,
        changes={"version": plan.version, "differences": len(version.differences)},
    )
    return version


def _content(confirmation: Confirmation, *, codes: Mapping[str, str]) -> dict[str, Any]:
    content = to_public_json(confirmation.working.draft)
    for place, action in enumerate(content["actions"], start=1):
        for inner, measure in enumerate(action["measures"], start=1):
            measure["code"] = codes[f"{place}.{inner}"]
    content["source_digest"] = confirmation.plan_import.file_digest
    return content


def open_quarters(plan: Plan, *, on: date) -> None:
    """A reporting period for every quarter that can still be reported in time on the day of confirmation.

    Nobody owes a report for a quarter that was over before the plan was here, so older quarters are not opened; the
    office may open one that it wants. Of a plan whose time is over the last year is opened, for its final assessment.
    Quarters that fell out of the plan go if nobody used them.
    """
    quarters = [
        (year, quarter) for year in range(plan.starts_in, plan.ends_in + 1) for quarter in range(1, 5)
    ]
    in_time = [one for one in quarters if due_day(one[0], quarter=one[1]) >= on] or quarters[-4:]
    there = {(period.year, period.quarter): period for period in plan.periods.all()}
    ReportingPeriod.objects.bulk_create(
        ReportingPeriod(plan=plan, year=year, quarter=quarter, due_on=due_day(year, quarter=quarter))
        for year, quarter in in_time
        if (year, quarter) not in there
    )
    outside = [period.pk for key, period in there.items() if key not in quarters]
    plan.periods.filter(pk__in=outside, reports__isnull=True, locked_at__isnull=True).delete()


def due_day(year: int, *, quarter: int) -> date:
    """Fifteen days after the quarter's last day."""
    first_of_next = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return first_of_next + timedelta(days=DAYS_TO_REPORT - 1)
