"""What the page of exports offers a person: which plans, quarters and units, and whether it is early to export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kepu.accounts.models import Organisation, User
from kepu.plans import rules
from kepu.plans.models import Plan, ProgressReport, ReportingPeriod, ReportState, Responsibility
from kepu.plans.queries.assessments import responsible_units
from kepu.plans.queries.boards import period_board


@dataclass(frozen=True, slots=True)
class Progress:
    """How complete a quarter is."""

    owed: int
    handed_in: int
    missing: int
    verified: int
    unverified: int

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.unverified


def plans_to_export(user: User) -> list[Plan]:
    """Plans of which somebody may take something along: those of the office, of the own units, or all for the auditor."""
    rows = rules.visible_plans(user).select_related("office", "region")
    mine = _plans_of(rules.reporting_units_of(user))
    return [plan for plan in rows if plan.pk in mine or rules.can_export_papers(user, plan)]


def _plans_of(units: set[int]) -> set[int]:
    """The plans in which these units answer for something."""
    rows = Responsibility.objects.filter(organisation__in=units)
    pairs = rows.values_list("action__plan", "measure__action__plan")
    return {plan for pair in pairs for plan in pair if plan is not None}


def units_to_export(user: User, plan: Plan) -> list[Organisation]:
    """Whose part of the ledger somebody may take."""
    units = responsible_units(plan)
    if rules.can_export_papers(user, plan):
        return list(units)
    return list(units.filter(pk__in=rules.reporting_units_of(user)))


def progress_of(period: ReportingPeriod, *, on: date) -> Progress:
    """Seven queries."""
    cells = [
        cell for row in period_board(period.plan, on=on).rows for cell in row.cells if cell.period == period
    ]
    states = list(ProgressReport.objects.filter(period=period).values_list("state", flat=True))
    return Progress(
        owed=sum(cell.owed for cell in cells),
        handed_in=sum(cell.on_time + cell.late for cell in cells),
        missing=sum(cell.missing for cell in cells),
        verified=states.count(ReportState.ACCEPTED),
        unverified=states.count(ReportState.SUBMITTED),
    )


def latest_due(periods: Sequence[ReportingPeriod], *, on: date) -> ReportingPeriod | None:
    """The quarter that people most likely want: the newest whose day has passed, else the newest."""
    due = [period for period in periods if period.due_on < on]
    return next(iter(due or periods), None)
