"""A whole plan as plain values: what a page needs that everybody opens. Five queries, however long the plan.

It says the same as `standings`, by the same rule, without making an object of every row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kepu.core.composed import composed
from kepu.plans.models import (
    Action,
    Measure,
    ReportingPeriod,
    ReportState,
    Responsibility,
    ResponsibilityRole,
    Standing,
)
from kepu.plans.queries.standing import (
    TONES,
    ReportRow,
    judgement,
    overdue_measures,
    reports_by_measure,
    worst,
)
from kepu.plans.queries.structure import answering


class Unit(NamedTuple):
    """A responsible unit, by name."""

    pk: int
    role: str
    short_name: str
    name_en: str


class Quarter(NamedTuple):
    """A reporting period without its plan."""

    pk: int
    year: int
    quarter: int
    due_on: date

    def __str__(self) -> str:
        return _("%(year)d 年第 %(quarter)d 季度") % {"year": self.year, "quarter": self.quarter}


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure: who does it, how it stands, and up to which quarter the office has verified it."""

    code: str
    title: str
    title_en: str
    units: Sequence[Unit]
    standing: Standing
    verified_until: Quarter | None

    @property
    def tone(self) -> str:
        return TONES[self.standing]


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action and its measures; it stands as its worst measure does."""

    title: str
    title_en: str
    kind: str
    units: Sequence[Unit]
    measures: Sequence[MeasureLine]
    standing: Standing

    @property
    def tone(self) -> str:
        return TONES[self.standing]


@dataclass(frozen=True, slots=True)
class _Facts:
    """Everything about a plan's measures on a day, read once."""

    units: Mapping[tuple[int | None, int | None], list[Unit]]
    reports: Mapping[int, list[ReportRow]]
    overdue: set[int]
    periods: Mapping[int, Quarter]
    newest_due: int | None
    on: date


def overview(plan_id: int, *, on: date) -> list[ActionLine]:
    """The actions in force, in order, each with its measures."""
    facts = _facts(plan_id, on=on)
    measures: dict[int, list[MeasureLine]] = defaultdict(list)
    for pk, action, code, title, title_en, due_on in _measures(plan_id):
        found = answering(facts.units.get((None, pk), []), of_action=facts.units.get((action, None), []))
        judged = judgement(
            units=[unit.pk for unit in found],
            leads=[unit.pk for unit in found if unit.role == ResponsibilityRole.LEAD],
            reports=facts.reports.get(pk, []),
            newest_due=facts.newest_due,
            is_overdue=pk in facts.overdue or (due_on is not None and due_on < on),
        )
        verified = _verified_until(facts.reports.get(pk, []), periods=facts.periods)
        measures[action].append(
            MeasureLine(code, title, title_en, first_named(found), judged.standing, verified)
        )
    return [
        ActionLine(
            title,
            title_en,
            kind,
            _leads(facts.units.get((pk, None), [])),
            measures[pk],
            worst(line.standing for line in measures[pk]),
        )
        for pk, title, title_en, kind in _actions(plan_id)
    ]


def first_named(units: Sequence[Unit]) -> Sequence[Unit]:
    """The leads, or where a measure has none, whoever it names."""
    return _leads(units) or units


def _leads(units: Iterable[Unit]) -> list[Unit]:
    return [unit for unit in units if unit.role == ResponsibilityRole.LEAD]


def _verified_until(reports: Iterable[ReportRow], *, periods: Mapping[int, Quarter]) -> Quarter | None:
    """Reports come with the newest period first."""
    for report in reports:
        if report.state == ReportState.ACCEPTED:
            return periods[report.period_id]
    return None


def _facts(plan_id: int, *, on: date) -> _Facts:
    units: dict[tuple[int | None, int | None], list[Unit]] = defaultdict(list)
    for action, measure, *unit in _responsibilities(plan_id):
        units[action, measure].append(Unit(*unit))
    periods = [Quarter(*row) for row in _periods(plan_id)]
    due = [period.pk for period in periods if period.due_on < on]
    return _Facts(
        units=units,
        reports=reports_by_measure(plan_id),
        overdue=overdue_measures(plan_id, on),
        periods={period.pk: period for period in periods},
        newest_due=due[0] if due else None,
        on=on,
    )


@composed
def _actions(plan_id: int) -> QuerySet[Action, Any]:
    actions = Action.objects.filter(plan=plan_id, withdrawn_in__isnull=True)
    return actions.order_by("position", "pk").values_list("pk", "title", "title_en", "kind")


@composed
def _measures(plan_id: int) -> QuerySet[Measure, Any]:
    measures = Measure.objects.filter(
        action__plan=plan_id, action__withdrawn_in__isnull=True, withdrawn_in__isnull=True
    )
    return measures.order_by("position", "pk").values_list(
        "pk", "action", "code", "title", "title_en", "due_on"
    )


@composed
def _responsibilities(plan_id: int) -> QuerySet[Responsibility, Any]:
    """Leads first: their role comes first in the alphabet, too."""
    rows = Responsibility.objects.filter(Q(action__plan=plan_id) | Q(measure__action__plan=plan_id))
    return rows.order_by("role", "position", "pk").values_list(
        "action", "measure", "organisation", "role", "organisation__short_name", "organisation__name_en"
    )


@composed
def _periods(plan_id: int) -> QuerySet[ReportingPeriod, Any]:
    """Newest first."""
    periods = ReportingPeriod.objects.filter(plan=plan_id).order_by("-year", "-quarter")
    return periods.values_list("pk", "year", "quarter", "due_on")
