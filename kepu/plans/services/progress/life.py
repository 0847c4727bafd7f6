"""The life of a report: submitted, returned, accepted, amended. Each step is also a row of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.models import Organisation, User
from kepu.audit.services import System
from kepu.audit.services import record as audit
from kepu.core.errors import BadInput, WrongState, require
from kepu.core.state import move
from kepu.plans import rules
from kepu.plans.models import Figure, Measure, ProgressReport, ReportDecision, ReportingPeriod, ReportState
from kepu.plans.queries.handed_in import SET_ASIDE
from kepu.plans.services.notices import Notice, tell_unit
from kepu.plans.services.refusals import require_reason, require_running

MOVES: Mapping[str, frozenset[str]] = {
    ReportState.DRAFT: frozenset({ReportState.SUBMITTED, ReportState.DROPPED}),
    ReportState.SUBMITTED: frozenset({ReportState.DRAFT, ReportState.RETURNED, ReportState.ACCEPTED}),
    ReportState.RETURNED: frozenset({ReportState.SUBMITTED, ReportState.DROPPED}),
    ReportState.ACCEPTED: frozenset({ReportState.SUPERSEDED}),
}
EDITABLE = frozenset({ReportState.DRAFT, ReportState.RETURNED})


class PeriodLocked(WrongState):
    code = "period_locked"
    message = gettext_lazy("这个填报期已经锁定。确需改动，请联系区纲要办解锁。")


class MeasureWithdrawn(WrongState):
    code = "measure_withdrawn"
    message = gettext_lazy("这条举措在现行方案里已经取消，不用再填报。")


class ReportIncomplete(BadInput):
    code = "report_incomplete"
    message = gettext_lazy("请先写明本季度做了什么，再提交。")


class ReportAccepted(WrongState):
    code = "report_accepted"
    message = gettext_lazy("这份填报已经核实。要改动请使用“更正”，并写明理由。")


class NotAnAmendment(WrongState):
    code = "report_not_an_amendment"
    message = gettext_lazy("只有更正稿可以放弃；第一次填报可以修改，不能放弃。")


class NotInForce(WrongState):
    code = "report_not_in_force"
    message = gettext_lazy("只有已经核实、仍然有效的填报可以更正。")


@transaction.atomic
def submit_report(report: ProgressReport, *, by: User, at: datetime) -> ProgressReport:
    """The unit hands the report in. The day of the first hand-in counts, also after a return."""
    report = lock_report(report)
    require(rules.can_change_report(by, report))
    require_open(report.period)
    _require_complete(report)
    move(report, to=ReportState.SUBMITTED, moves=MOVES)
    report.submitted_at = report.submitted_at or at
    report.return_reason = ""
    report.save(update_fields=["state", "submitted_at", "return_reason"])
    return _decided(report, deed="submit_report", by=by, acting_for=report.organisation, at=at)


@transaction.atomic
def withdraw_submission(report: ProgressReport, *, by: User, at: datetime) -> ProgressReport:
    """The unit takes back what the office has not decided on yet; it is a draft again and not handed in."""
    report = lock_report(report)
    require(rules.can_change_report(by, report))
    require_open(report.period)
    move(report, to=ReportState.DRAFT, moves=MOVES)
    report.submitted_at = None
    report.save(update_fields=["state", "submitted_at"])
    return _decided(report, deed="withdraw_submission", by=by, acting_for=report.organisation, at=at)


@transaction.atomic
def return_report(report: ProgressReport, *, reason: str, by: User | System, at: datetime) -> ProgressReport:
    """The office sends the report back and says what is missing; the unit's people get a message."""
    report = lock_report(report)
    require(rules.can_verify(by, report))
    reason = require_reason(reason)
    require_open(report.period)
    move(report, to=ReportState.RETURNED, moves=MOVES)
    report.return_reason = reason
    report.save(update_fields=["state", "return_reason"])
    decided = _decided(report, deed="return_report", by=by, acting_for=_office(report), at=at, reason=reason)
    tell_unit(report.organisation, notice=_return_notice(report, at=at), at=at)
    return decided


@transaction.atomic
def accept_report(report: ProgressReport, *, by: User | System, at: datetime) -> ProgressReport:
    """The office has verified the report: it counts. The version before, if there is one, is superseded."""
    report = lock_report(report)
    require(rules.can_verify(by, report))
    require_open(report.period)
    move(report, to=ReportState.ACCEPTED, moves=MOVES)
    _supersede_versions_before(report, by=by, at=at)
    report.save(update_fields=["state"])
    return _decided(report, deed="accept_report", by=by, acting_for=_office(report), at=at)


@transaction.atomic
def amend_report(report: ProgressReport, *, reason: str, by: User, at: datetime) -> ProgressReport:
    """Start the next version of an accepted report; the accepted one stays in force until the next is accepted."""
    report = lock_report(report)
    require(rules.can_change_report(by, report))
    reason = require_reason(reason)
    require_open(report.period)
    if report.state != ReportState.ACCEPTED or _open_version_of(report) is not None:
        raise NotInForce
    amended = _next_version(report, reason=reason, by=by, at=at)
    return _decided(amended, deed="amend_report", by=by, acting_for=report.organisation, at=at, reason=reason)


@transaction.atomic
def drop_amendment(report: ProgressReport, *, by: User, at: datetime) -> ProgressReport:
    """The unit gives up an amendment; the version that it would have replaced goes on being in force.

    The row stays, because the decision that began the amendment, and its reason, are never deleted.
    """
    report = lock_report(report)
    require(rules.can_change_report(by, report))
    require_open(report.period)
    if report.version == 1:
        raise NotAnAmendment
    move(report, to=ReportState.DROPPED, moves=MOVES)
    report.save(update_fields=["state"])
    return _decided(report, deed="drop_amendment", by=by, acting_for=report.organisation, at=at)


def lock_report(report: ProgressReport) -> ProgressReport:
    """The report as it is now. Its period is locked first, so that no deed slips past the locking of the period."""
    ReportingPeriod.objects.select_for_update().get(pk=report.period_id)
    locked = ProgressReport.objects.select_for_update(of=("self",))
    return locked.select_related("period__plan__office", "organisation", "measure__action__plan").get(
        pk=report.pk
    )


def require_open(period: ReportingPeriod) -> None:
    require_running(period.plan)
    if period.locked_at is not None:
        raise PeriodLocked


def require_in_force(measure: Measure) -> None:
    if measure.withdrawn_in is not None or measure.action.withdrawn_in is not None:
        raise MeasureWithdrawn


def _require_complete(report: ProgressReport) -> None:
    require_in_force(report.measure)
    if not report.text.strip():
        raise ReportIncomplete(field="text")
    if report.unfinished_figures:
        raise ReportIncomplete(_("有数字还没有填完：请补上名称、数值和计量单位，或者清空那一行。"))


def _supersede_versions_before(report: ProgressReport, *, by: User | System, at: datetime) -> None:
    """Before the new version is saved as accepted, so that never two are in force."""
    for old in _versions_of(report).filter(state=ReportState.ACCEPTED).select_related("period__plan__office"):
        move(old, to=ReportState.SUPERSEDED, moves=MOVES)
        old.save(update_fields=["state"])
        _decided(
            old,
            deed="supersede_report",
            by=by,
            acting_for=_office(report),
            at=at,
            reason=report.amendment_reason,
        )


def _open_version_of(report: ProgressReport) -> ProgressReport | None:
    return _versions_of(report).exclude(state__in={ReportState.ACCEPTED, *SET_ASIDE}).first()


def _versions_of(report: ProgressReport) -> QuerySet[ProgressReport]:
    return ProgressReport.objects.filter(
        measure=report.measure_id, organisation=report.organisation_id, period=report.period_id
    )


def _newest_number(report: ProgressReport) -> int:
    """Dropped amendments keep their number: two versions with one number would be told apart by nobody."""
    return max(_versions_of(report).values_list("version", flat=True))


def _next_version(report: ProgressReport, *, reason: str, by: User, at: datetime) -> ProgressReport:
    amended = ProgressReport.objects.create(
        measure=report.measure,
        organisation=report.organisation,
        period=report.period,
        version=_newest_number(report) + 1,
        standing=report.standing,
        text=report.text,
        next_steps=report.next_steps,
        changed_by=by,
        changed_at=at,
        amendment_reason=reason,
    )
    _copy_figures(report, to=amended)
    _copy_evidence(report, to=amended)
    return amended


def _copy_figures(report: ProgressReport, *, to: ProgressReport) -> None:
    for figure in report.figures.prefetch_related("credited"):
        credited = list(figure.credited.all())
        copy = Figure.objects.create(
            report=to,
            target_id=figure.target_id,
            name=figure.name,
            numerator=figure.numerator,
            denominator=figure.denominator,
            unit=figure.unit,
        )
        copy.credited.set(credited)


def _copy_evidence(report: ProgressReport, *, to: ProgressReport) -> None:
    """New rows for the same stored files: what proved the old version may be taken from the new one only."""
    for evidence in report.evidence.all():
        evidence.pk = None
        evidence._state.adding = True
        evidence.report = to
        evidence.save()


def _decided(
    report: ProgressReport,
    *,
    deed: str,
    by: User | System,
    acting_for: Organisation,
    at: datetime,
    reason: str = "",
) -> ProgressReport:
    ReportDecision.objects.create(
        report=report, state=report.state, by=str(by), organisation=str(acting_for), at=at, reason=reason
    )
    changes = {"state": report.state, "version": report.version}
    audit(deed, of=report, by=by, at=at, organisation=str(acting_for), reason=reason, changes=changes)
    return report


def _office(report: ProgressReport) -> Organisation:
    return report.period.plan.office


def _return_notice(report: ProgressReport, *, at: datetime) -> Notice:
    words = {"period": report.period, "measure": report.measure, "reason": report.return_reason}
    return Notice(
        key=f"report-returned:{report.pk}:{at.isoformat()}",
        kind="report-returned",
        subject=_("%(period)s的填报被退回：%(measure)s") % words,
        body=_("退回理由：%(reason)s") % words,
        link=reverse("plans:report", args=[report.pk]),
    )
