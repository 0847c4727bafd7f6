"""Writing a draft: what is typed is kept, also when it is not complete."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kepu.accounts.models import Organisation, User
from kepu.audit.services import record as audit
from kepu.core.errors import BadInput, WrongState, require
from kepu.plans import rules
from kepu.plans.models import Figure, Measure, ProgressReport, ReportingPeriod, ReportState
from kepu.plans.queries.handed_in import current_version
from kepu.plans.services.progress.content import FigureInput, ReportContent, check_content
from kepu.plans.services.progress.life import EDITABLE, ReportAccepted, require_in_force, require_open

MAX_TYPED = 200


@transaction.atomic
def save_report(
    measure: Measure,
    *,
    organisation: Organisation,
    period: ReportingPeriod,
    content: ReportContent,
    by: User,
    at: datetime,
) -> ProgressReport:
    """Keep what the unit has written so far: the first time as a new draft, later in the same one.

    Locks the period, so that two colleagues who start at once end up in one draft.
    """
    period = _lock_period(period)
    report = _open_report(measure, organisation=organisation, period=period)
    require(_may_write(report, measure=measure, organisation=organisation, by=by))
    require_open(period)
    _require_writable(report, measure=measure, period=period)
    check_content(content, measure=measure)
    report = report or _new_report(measure, organisation=organisation, period=period)
    _write(report, content=content, by=by, at=at)
    audit("save_report", of=report, by=by, at=at, organisation=str(organisation))
    return report


def _lock_period(period: ReportingPeriod) -> ReportingPeriod:
    locked = ReportingPeriod.objects.select_for_update(of=("self",))
    return locked.select_related("plan").get(pk=period.pk)


def _open_report(
    measure: Measure, *, organisation: Organisation, period: ReportingPeriod
) -> ProgressReport | None:
    found = ProgressReport.objects.filter(measure=measure, organisation=organisation, period=period)
    return current_version(found)


def _may_write(
    report: ProgressReport | None, *, measure: Measure, organisation: Organisation, by: User
) -> bool:
    if report is None:
        return rules.can_report(by, measure, organisation)
    return rules.can_change_report(by, report)


def _require_writable(report: ProgressReport | None, *, measure: Measure, period: ReportingPeriod) -> None:
    if measure.action.plan_id != period.plan_id:
        raise BadInput(field="period")
    require_in_force(measure)
    if report is None or report.state in EDITABLE:
        return
    raise ReportAccepted if report.state == ReportState.ACCEPTED else WrongState


def _new_report(measure: Measure, *, organisation: Organisation, period: ReportingPeriod) -> ProgressReport:
    return ProgressReport(measure=measure, organisation=organisation, period=period)


def _write(report: ProgressReport, *, content: ReportContent, by: User, at: datetime) -> None:
    report.text, report.next_steps = content.text.strip(), content.next_steps.strip()
    report.standing = content.standing
    report.unfinished_figures = [
        {key: value[:MAX_TYPED] for key, value in row.items()} for row in content.unfinished_figures
    ]
    report.changed_by, report.changed_at = by, at
    report.save()
    report.figures.all().delete()
    for figure in content.figures:
        _add_figure(report, figure=figure)


def _add_figure(report: ProgressReport, *, figure: FigureInput) -> None:
    """The unit that reports is always credited, the others when they are named."""
    row = Figure.objects.create(
        report=report,
        target=figure.target,
        name=figure.name.strip(),
        numerator=figure.numerator,
        denominator=figure.denominator,
        unit=figure.unit.strip(),
    )
    row.credited.set({report.organisation_id, *(unit.pk for unit in figure.credited)})
