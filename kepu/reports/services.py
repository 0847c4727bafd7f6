"""Every export: who may, what is in it, and a trace that it was taken. Papers are Chinese whatever the page's language."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kepu.accounts.models import Organisation, User
from kepu.audit.services import record
from kepu.core.errors import BadInput, require
from kepu.plans import rules
from kepu.plans.models import Evidence, Plan, ReportingPeriod, RubricState
from kepu.plans.queries.assessments import Result, results
from kepu.plans.queries.final import final_assessment
from kepu.plans.queries.handed_in import HANDED_IN
from kepu.reports.composing.final import compose_final
from kepu.reports.composing.quarterly import compose_quarterly
from kepu.reports.composing.yearly import compose_yearly
from kepu.reports.paper import PaperContent
from kepu.reports.queries.facts import facts_of_quarter, facts_of_year
from kepu.reports.queries.ledger import ledger, ledger_of
from kepu.reports.writers import docx, evidence_zip, pdf, workbook

Writer = Callable[..., bytes]
PAPER_WRITERS: Mapping[str, tuple[Writer, str]] = {
    "docx": (docx.write_docx, docx.MEDIA_TYPE),
    "pdf": (pdf.write_pdf, pdf.MEDIA_TYPE),
}


class NoEvidence(BadInput):
    code = "no_evidence"
    message = _("这个季度还没有您能看到的佐证材料，请换一个季度，或等单位提交以后再导出。")


class NothingInYear(BadInput):
    code = "nothing_in_year"
    message = _("这一年还没有填报期，请先开放填报期，或改选另一年。")


class NumberTooLong(BadInput):
    code = "number_too_long"
    message = _("发文字号最多 40 个字，请改短后再导出。")


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file to hand over."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ExportedStream:
    """A file that is made while it is sent."""

    name: str
    media_type: str
    parts: Iterator[bytes]


def export_quarterly_paper(
    period: ReportingPeriod, *, file_format: str, by: User, at: datetime, number: str = ""
) -> ExportedFile:
    """The paper about one quarter, as .docx or .pdf."""
    plan = period.plan
    require(rules.can_export_papers(by, plan))
    with override("zh-hans"):
        content = compose_quarterly(facts_of_quarter(period, on=timezone.localdate(at)), number=number)
        file = _write_paper(content, file_format=file_format, at=at)
    scope = {"year": period.year, "quarter": period.quarter}
    return _handed_over(file, deed="export_quarterly_paper", plan=plan, scope=scope, by=by, at=at)


def export_yearly_paper(
    plan: Plan, *, year: int, file_format: str, by: User, at: datetime, number: str = ""
) -> ExportedFile:
    """The paper about one year, as .docx or .pdf."""
    require(rules.can_export_papers(by, plan))
    if not plan.periods.filter(year=year).exists():
        raise NothingInYear
    on = timezone.localdate(at)
    with override("zh-hans"):
        facts = facts_of_year(plan, year=year, on=on)
        published = published_results(plan, year=year, at=at)
        content = compose_yearly(facts, year=year, results=published, number=number)
        file = _write_paper(content, file_format=file_format, at=at)
    return _handed_over(file, deed="export_yearly_paper", plan=plan, scope={"year": year}, by=by, at=at)


def export_final_paper(
    plan: Plan, *, file_format: str, by: User, at: datetime, number: str = ""
) -> ExportedFile:
    """The final assessment of a plan, as .docx or .pdf."""
    require(rules.can_export_papers(by, plan))
    on = timezone.localdate(at)
    with override("zh-hans"):
        content = compose_final(final_assessment(plan, on=on), on=on, number=number)
        file = _write_paper(content, file_format=file_format, at=at)
    return _handed_over(file, deed="export_final_paper", plan=plan, scope={}, by=by, at=at)


def export_ledger(plan: Plan, *, by: User, at: datetime) -> ExportedFile:
    """The ledger of the whole plan."""
    require(rules.can_export_papers(by, plan))
    with override("zh-hans"):
        found = ledger(plan, on=timezone.localdate(at))
        file = ExportedFile(
            f"{plan.region.name}任务台账.xlsx",
            workbook.MEDIA_TYPE,
            workbook.write_workbook(found, at=at),
        )
    return _handed_over(file, deed="export_ledger", plan=plan, scope={}, by=by, at=at)


def export_ledger_of(unit: Organisation, *, plan: Plan, by: User, at: datetime) -> ExportedFile:
    """One unit's part of the ledger."""
    require(rules.can_export_ledger(by, plan, unit=unit))
    with override("zh-hans"):
        found = ledger_of(unit, plan=plan, on=timezone.localdate(at))
        file = ExportedFile(
            f"{unit.short_name}任务台账.xlsx",
            workbook.MEDIA_TYPE,
            workbook.write_workbook(found, at=at),
        )
    return _handed_over(file, deed="export_ledger", plan=plan, scope={"unit": unit.name}, by=by, at=at)


def export_evidence(period: ReportingPeriod, *, by: User, at: datetime) -> ExportedStream:
    """The files of one quarter that this person may see, streamed."""
    rows = list(evidence_of_quarter(period, seen_by=by))
    if not rows:
        raise NoEvidence
    scope = {"year": period.year, "quarter": period.quarter, "files": len(rows)}
    _leave_trace("export_evidence", plan=period.plan, scope=scope, by=by, at=at)
    name = f"{period.plan.region.name}{period.year}年第{period.quarter}季度佐证材料.zip"
    return ExportedStream(name, evidence_zip.MEDIA_TYPE, evidence_zip.stream_evidence(rows))


def evidence_of_quarter(period: ReportingPeriod, *, seen_by: User) -> QuerySet[Evidence]:
    """Files of reports that were handed in; a draft's files are nobody's evidence yet."""
    return (
        rules.visible_evidence(seen_by)
        .filter(report__period=period, report__state__in=HANDED_IN)
        .select_related("report__organisation", "report__measure", "report__period")
        .order_by(
            "report__organisation__path",
            "report__measure__action__position",
            "report__measure__position",
            "pk",
        )
    )


def published_results(plan: Plan, *, year: int, at: datetime) -> list[Result]:
    """The year's assessments once they are published."""
    rubric = (
        plan.rubrics.filter(year=year, state=RubricState.PUBLISHED).select_related("plan__office").first()
    )
    return results(rubric, on=timezone.localdate(at)) if rubric else []


def _write_paper(content: PaperContent, *, file_format: str, at: datetime) -> ExportedFile:
    write, media_type = PAPER_WRITERS[file_format]
    name = content.title.replace("\n", "")
    return ExportedFile(f"{name}.{file_format}", media_type, write(content, at=at))


def _handed_over(
    file: ExportedFile, *, deed: str, plan: Plan, scope: dict[str, Any], by: User, at: datetime
) -> ExportedFile:
    """The digest in the trail lets anyone check later whether a file in circulation is the one that was exported."""
    details = {**scope, "file": file.name, "sha256": hashlib.sha256(file.content).hexdigest()}
    _leave_trace(deed, plan=plan, scope=details, by=by, at=at)
    return file


def _leave_trace(deed: str, *, plan: Plan, scope: dict[str, Any], by: User, at: datetime) -> None:
    record(deed, of=plan, by=by, at=at, organisation=str(plan.office), changes=scope)
