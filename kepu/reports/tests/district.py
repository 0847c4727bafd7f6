"""A small district with something of everything: verified and unverified, late and silent, counted and estimated."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

from django.core.files.base import ContentFile

from kepu.plans.models import (
    Evidence,
    Figure,
    NumberKind,
    ReportDecision,
    ReportState,
    Standing,
    TargetValue,
)
from tests.factories.accounts import personas
from tests.factories.plans import make_action, make_measure, make_period, make_plan, make_report, make_target

AT = datetime(2025, 10, 20, 2, 0, tzinfo=UTC)
IN_TIME = datetime(2025, 10, 10, 2, 0, tzinfo=UTC)
TOO_LATE = datetime(2025, 10, 18, 2, 0, tzinfo=UTC)


class District:
    """Four measures: one verified, one waiting, one late, one silent; two targets; three numbers; two files."""

    def __init__(self):
        self.people = personas()
        self.office, self.lead, self.partner = (
            self.people[role].active_memberships[0].organisation
            for role in ("district_office", "lead_unit", "partner_unit")
        )
        self.plan = make_plan(office=self.office, title="上虞区科学素质行动方案", slug="shangyu", version=2)
        youth = make_action(self.plan, leads=[self.lead], partners=[self.partner], title="青少年行动")
        elders = make_action(self.plan, leads=[self.partner], title="老年人行动")
        self.verified = make_measure(youth, title="专家进校园")
        self.waiting = make_measure(youth, title="=1+1 校外实践")
        self.late = make_measure(elders, title="健康讲堂", due_on=date(2025, 6, 30))
        self.silent = make_measure(elders, title="智能技术培训")
        self.period = make_period(self.plan, year=2025, quarter=3)
        self._report_everything()
        self._add_targets()

    def _report_everything(self):
        self.first = self.report(
            self.verified,
            self.lead,
            state=ReportState.ACCEPTED,
            text="开展讲座十二场",
            next_steps="覆盖全部中学",
        )
        self.second = self.report(self.waiting, self.lead, text="组织实践三次", at=TOO_LATE)
        self.third = self.report(
            self.late, self.partner, state=ReportState.ACCEPTED, standing=Standing.AT_RISK
        )
        make_report(self.verified, organisation=self.partner, period=self.period, text="草稿里的话")
        self.figure(self.first, "参加学生", Decimal(1200))
        self.figure(self.second, "参加家庭", Decimal(300))
        self.figure(self.first, "学校覆盖", Decimal(18), denominator=Decimal(24), unit="所")
        self.evidence(self.first, "名单.txt", "一二三".encode())
        self.evidence(self.second, "照片.txt", b"photo")

    def _add_targets(self):
        self.elders = make_target(self.plan, name="老年人培训", value=Decimal(30_000), unit="人次")
        self.literacy = make_target(
            self.plan,
            name="具备科学素质的比例",
            kind=NumberKind.ESTIMATED,
            value=Decimal("18.5"),
            unit="%",
            position=1,
        )
        self.value(self.elders, value=Decimal(31_200), source="区卫生健康局填报")
        self.value(
            self.literacy,
            value=Decimal("18.1"),
            low=Decimal("16.9"),
            high=Decimal("19.3"),
            sample_size=1500,
            source="2025 年抽样调查",
            kind=NumberKind.ESTIMATED,
        )

    def report(self, measure, unit, *, at=IN_TIME, state=ReportState.SUBMITTED, **fields):
        report = make_report(
            measure, organisation=unit, period=self.period, state=state, submitted_at=at, **fields
        )
        ReportDecision.objects.create(report=report, state=ReportState.SUBMITTED, by="张三", at=at)
        return report

    def figure(self, report, name, numerator, *, denominator=None, unit="人次"):
        figure = Figure.objects.create(
            report=report, name=name, numerator=numerator, denominator=denominator, unit=unit
        )
        figure.credited.add(report.organisation)
        return figure

    def evidence(self, report, name, content):
        return Evidence.objects.create(
            report=report,
            name=name,
            file=ContentFile(content, name=name),
            digest=hashlib.sha256(content).hexdigest(),
            size=len(content),
            media_type="text/plain",
            added_by=report.changed_by,
            added_at=IN_TIME,
        )

    def value(self, target, *, kind=NumberKind.COUNTED, **fields):
        return TargetValue.objects.create(
            target=target,
            kind=kind,
            as_of=date(2025, 9, 30),
            recorded_by="李四",
            recorded_at=IN_TIME,
            **fields,
        )
