"""What waits for whom: a unit's own list, and the office's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from kepu.plans.models import (
    ImportState,
    PlanImport,
    PlanState,
    ProgressReport,
    ReportState,
    WorkItem,
)
from kepu.plans.queries.duties import Duty, duties_begun

LOOK_AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class UnitsList:
    """For one person's units: what was sent back comes first, then reports by their due day, then work."""

    returned: Sequence[ProgressReport]
    duties: Sequence[Duty]
    work: Sequence[WorkItem]
    on: date

    @property
    def count(self) -> int:
        return len(self.returned) + len(self.duties) + len(self.work)

    @property
    def overdue(self) -> int:
        late = [duty for duty in self.duties if duty.period.due_on < self.on]
        return len(late) + sum(item.due_on < self.on for item in self.work)


@dataclass(frozen=True, slots=True)
class OfficesList:
    """For an office: reports to verify, the one that has waited longest first, and imports that are not settled."""

    to_verify: Sequence[ProgressReport]
    imports: Sequence[PlanImport]

    @property
    def count(self) -> int:
        return len(self.to_verify) + len(self.imports)


def waiting_for_units(units: Collection[int], *, on: date) -> UnitsList:
    """Seven queries, however many measures and units."""
    returned = list(_reports().filter(organisation__in=units, state=ReportState.RETURNED))
    sent_back = {(one.measure_id, one.organisation_id, one.period_id) for one in returned}
    return UnitsList(
        returned=returned,
        duties=[
            duty
            for duty in duties_begun(units, on=on)
            if (duty.measure.pk, duty.organisation.pk, duty.period.pk) not in sent_back
        ],
        work=list(_work_due(units, on=on)),
        on=on,
    )


def waiting_for_office(offices: Collection[int]) -> OfficesList:
    """Two queries."""
    submitted = _reports().filter(period__plan__office__in=offices, state=ReportState.SUBMITTED)
    imports = PlanImport.objects.filter(office__in=offices, state=ImportState.OPEN)
    return OfficesList(
        to_verify=list(submitted.order_by("submitted_at", "pk")),
        imports=list(imports.defer("source", "parsed", "edits", "undone_edits").order_by("created_at")),
    )


def _reports() -> QuerySet[ProgressReport]:
    open_reports = ProgressReport.objects.filter(
        period__locked_at__isnull=True, period__plan__state=PlanState.RUNNING
    )
    return open_reports.select_related("measure__action", "organisation", "period__plan").order_by(
        "period__due_on", "pk"
    )


def _work_due(units: Collection[int], *, on: date) -> QuerySet[WorkItem]:
    """Work of these units that is not done and due within a month, or overdue."""
    return (
        WorkItem.objects.filter(
            organisation__in=units,
            done_on__isnull=True,
            due_on__lte=on + LOOK_AHEAD,
            measure__action__plan__state=PlanState.RUNNING,
            measure__withdrawn_in__isnull=True,
            measure__action__withdrawn_in__isnull=True,
        )
        .select_related("measure__action__plan", "organisation")
        .order_by("due_on", "pk")
    )
