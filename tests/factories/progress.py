"""A small district at work on a plan: an office, a leading unit, a partner, one measure, one open quarter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.core.files.base import ContentFile

from kepu.accounts.models import Organisation, Role, User
from kepu.plans.models import Measure, Plan, ProgressReport, ReportingPeriod
from kepu.plans.services import progress
from tests.factories.accounts import make_organisation, make_user
from tests.factories.plans import make_action, make_measure, make_period, make_plan

AT = datetime(2025, 10, 8, 9, 0, tzinfo=UTC)
LATER = datetime(2025, 10, 9, 9, 0, tzinfo=UTC)
DUE = date(2025, 10, 15)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"


@dataclass
class District:
    office: User
    lead: User
    partner: User
    stranger: User
    office_unit: Organisation
    lead_unit: Organisation
    partner_unit: Organisation
    plan: Plan
    measure: Measure
    period: ReportingPeriod

    def draft(self, *, text: str = "办了三场讲座", figures=(), **fields) -> ProgressReport:
        """What the leading unit has written, by the service."""
        content = progress.ReportContent(text=text, figures=figures, **fields)
        return progress.save_report(
            self.measure,
            organisation=self.lead_unit,
            period=self.period,
            content=content,
            by=self.lead,
            at=AT,
        )

    def submitted(self, **fields) -> ProgressReport:
        return progress.submit_report(self.draft(**fields), by=self.lead, at=AT)

    def accepted(self, **fields) -> ProgressReport:
        return progress.accept_report(self.submitted(**fields), by=self.office, at=AT)


def make_district() -> District:
    office_unit = make_organisation("区科协")
    lead_unit, partner_unit = make_organisation("区教体局"), make_organisation("区卫健局")
    plan = make_plan(office=office_unit)
    return District(
        office=make_user(Role.DISTRICT_OFFICE, office_unit, name="办公室"),
        lead=make_user(Role.LEAD_UNIT, lead_unit, name="牵头人"),
        partner=make_user(Role.PARTNER_UNIT, partner_unit, name="配合人"),
        stranger=make_user(Role.LEAD_UNIT, make_organisation("无关局"), name="无关人"),
        office_unit=office_unit,
        lead_unit=lead_unit,
        partner_unit=partner_unit,
        plan=plan,
        measure=make_measure(make_action(plan, leads=[lead_unit], partners=[partner_unit])),
        period=make_period(plan),
    )


def figure(
    name: str = "培训人次", numerator: object = 120, unit: str = "人次", **fields
) -> progress.FigureInput:
    return progress.FigureInput(name=name, numerator=Decimal(str(numerator)), unit=unit, **fields)


def upload(name: str = "总结.pdf", content: bytes = PDF) -> ContentFile:
    return ContentFile(content, name=name)
