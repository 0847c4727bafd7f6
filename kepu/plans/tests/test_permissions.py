"""Who may do what with plans: deeds down, people across. This table is the test and the documentation.

The plan's action is led by the lead unit's organisation, with the partner unit's as partner; the township is a
member unit without a part in it. Office, auditor, expert, resident and guardian belong to the office's organisation.
"""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from kepu.accounts.models import Role
from kepu.core.errors import NotAllowed, Refused
from kepu.plans import rules
from kepu.plans.models import NumberKind, ReportState
from kepu.plans.services import assessment, importing, progress, rubrics
from kepu.plans.services import plan as plans
from kepu.plans.services.plan import ClauseWords, DocumentWords, TargetWords, WorkWords
from tests.factories.accounts import personas
from tests.factories.imports import ActionWords, MeasureWords, make_draft, make_import
from tests.factories.plans import (
    make_action,
    make_measure,
    make_period,
    make_plan,
    make_report,
    make_target,
)
from tests.factories.progress import AT, upload

pytestmark = pytest.mark.django_db

PEOPLE = [
    Role.DISTRICT_OFFICE,
    Role.LEAD_UNIT,
    Role.PARTNER_UNIT,
    Role.TOWNSHIP,
    Role.VENUE_KEEPER,
    Role.EXPERT,
    Role.VOLUNTEER_ORGANISER,
    Role.RESIDENT,
    Role.GUARDIAN,
    Role.AUDITOR,
    "nobody",
]

TABLE = """
                              office lead partner township keeper expert volunteer resident guardian auditor nobody
see_public_plan                 ✓     ✓     ✓       ✓        ✓      ✓       ✓         ✓        ✓       ✓      ✓
see_hidden_plan                 ✓     ✓     ✓       ✗        ✗      ✗       ✗         ✗        ✗       ✓      ✗
see_who_reports_on_time         ✓     ✓     ✓       ✗        ✗      ✗       ✗         ✗        ✗       ✓      ✗
see_report_of_lead              ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✓      ✗
see_report_of_partner           ✓     ✓     ✓       ✗        ✗      ✗       ✗         ✗        ✗       ✓      ✗
see_returned_of_partner         ✓     ✓     ✓       ✗        ✗      ✗       ✗         ✗        ✗       ✓      ✗
see_draft_of_partner            ✗     ✗     ✓       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
see_draft_evidence_of_lead      ✗     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
see_dropped_amendment_of_lead   ✗     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
see_evidence_of_lead            ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✓      ✗

open_period                     ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
move_due_day                    ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
lock_period                     ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
unlock_period                   ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
start_report_of_lead            ✗     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
start_report_of_partner         ✗     ✗     ✓       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
start_report_of_township        ✗     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
edit_report_of_lead             ✗     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
attach_evidence                 ✗     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
remove_evidence                 ✗     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
submit_report                   ✗     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
withdraw_submission             ✗     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
amend_report                    ✗     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
drop_amendment                  ✗     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
accept_report                   ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
return_report                   ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗

attach_own_target               ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
edit_own_target                 ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
withdraw_own_target             ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
edit_target                     ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
count_target                    ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
count_by_shipped_rule           ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
go_on_counting                  ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
stop_counting                   ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
link_parent_target              ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
record_value                    ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
record_estimate                 ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
register_higher_plan            ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
add_work                        ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
edit_work                       ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
remove_work                     ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
finish_work_of_partner          ✓     ✗     ✓       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
resume_work_of_partner          ✓     ✗     ✓       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
set_deadline                    ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
translate_title                 ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
close_plan                      ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
reopen_plan                     ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
hide_plan                       ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
publish_plan                    ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
add_document                    ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
edit_document                   ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
remove_document                 ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
add_clause                      ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
edit_clause                     ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
remove_clause                   ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
cite_clause                     ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
uncite                          ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗

see_import                      ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
start_import                    ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
map_unit                        ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
undo_edit                       ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
discard_import                  ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
confirm_import                  ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗

begin_rubric                    ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
open_rubric                     ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
see_assessment_of_lead          ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✓      ✗
save_self_review_of_lead        ✗     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
submit_self_review_of_lead      ✗     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
return_self_review              ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
close_self_review               ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
publish_assessments             ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
finalise_assessments            ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
"""
ROWS = [(words[0], words[1:]) for line in TABLE.strip().splitlines()[1:] if (words := line.split())]
DAY = date(2025, 9, 30)


class World:
    """One plan with everything that a deed of the table needs."""

    def __init__(self):
        self.people = personas()
        self.office_unit, self.lead_unit, self.partner_unit, self.township = (
            self.people[role].active_memberships[0].organisation for role in PEOPLE[:4]
        )
        self.office, self.lead = self.people[Role.DISTRICT_OFFICE], self.people[Role.LEAD_UNIT]
        self.plan = make_plan(office=self.office_unit)
        action = make_action(self.plan, leads=[self.lead_unit], partners=[self.partner_unit])
        self.measure, self.other_measure = make_measure(action), make_measure(action)
        self.period = make_period(self.plan)
        self.target = make_target(self.plan)
        self.share = make_target(self.plan, kind=NumberKind.ESTIMATED, unit="%")
        self.own_target = make_target(self.plan, measure=self.measure, is_from_plan=False)
        self.work = self.measure.work_items.create(
            organisation=self.partner_unit, year=2025, text="做", due_on=DAY
        )
        self.document = plans.add_document(DocumentWords("纲要", "nation"), by=self.office, at=AT)
        self.clause = plans.add_clause(self.document, words=ClauseWords("三", "要点"), by=self.office, at=AT)

    def report(self, *, organisation=None, state=ReportState.DRAFT, measure=None, **fields):
        return make_report(
            measure or self.measure,
            organisation=organisation or self.lead_unit,
            period=self.period,
            state=state,
            by=self.lead,
            text="做了",
            **fields,
        )

    def imported(self):
        draft = make_draft(ActionWords("行动", [MeasureWords("举措")], leads=("教育体育局",)))
        return make_import(draft, office=self.office_unit, by=self.office)

    def assessed(self):
        """The lead unit's assessment, just opened for its self-review."""
        self.rubric = rubrics.begin_from_default(self.plan, year=2025, by=self.office, at=AT)
        opened = rubrics.open_rubric(self.rubric, by=self.office, at=AT)
        self.rubric.refresh_from_db()
        return next(one for one in opened if one.organisation == self.lead_unit)


@pytest.fixture
def world():
    return World()


def _start(world, unit):
    content = progress.ReportContent(text="做了")
    return lambda by: progress.save_report(
        world.other_measure, organisation=unit, period=world.period, content=content, by=by, at=AT
    )


def _see(rows, thing):
    return lambda by: _require_seen(rows(by).filter(pk=thing.pk).exists())


def _require_seen(is_seen):
    if not is_seen:
        raise NotAllowed


def _hidden(world):
    world.plan.is_public = False
    world.plan.save()
    return world.plan


def _closed(world):
    return plans.close_plan(world.plan, by=world.office, at=AT)


def _evidence(world):
    return progress.attach_evidence(world.report(), upload=upload(), by=world.lead, at=AT)


def _submitted_evidence(world):
    evidence = _evidence(world)
    progress.submit_report(evidence.report, by=world.lead, at=AT)
    return evidence


def _locked(world):
    return progress.lock_period(world.period, by=world.office, at=AT)


def _done(world):
    return plans.finish_work(world.work, done_on=DAY, by=world.office, at=AT)


def _cited(world):
    return plans.cite_clause(world.measure, clause=world.clause, by=world.office, at=AT)


OWN = TargetWords("讲座", "reported", ">=", Decimal(1), "场")


def deeds(w):
    """Each deed with what it needs made ready; called with the person who tries it."""
    at = {"at": AT}
    own, lead_report = progress.ReportContent(text="改"), w.report
    submitted, accepted = ReportState.SUBMITTED, ReportState.ACCEPTED
    work = WorkWords(w.partner_unit, 2025, "做", DAY)
    return {
        "see_public_plan": lambda: _see(rules.visible_plans, w.plan),
        "see_hidden_plan": lambda: _see(rules.visible_plans, _hidden(w)),
        "see_who_reports_on_time": lambda: _see(rules.plans_worked_on, w.plan),
        "see_report_of_lead": lambda: _see(rules.visible_reports, lead_report(state=submitted)),
        "see_report_of_partner": lambda: _see(
            rules.visible_reports, lead_report(state=submitted, organisation=w.partner_unit)
        ),
        "see_draft_of_partner": lambda: _see(rules.visible_reports, lead_report(organisation=w.partner_unit)),
        "see_returned_of_partner": lambda: _see(
            rules.visible_reports, lead_report(state=ReportState.RETURNED, organisation=w.partner_unit)
        ),
        "see_evidence_of_lead": lambda: _see(rules.visible_evidence, _submitted_evidence(w)),
        "see_draft_evidence_of_lead": lambda: _see(rules.visible_evidence, _evidence(w)),
        "see_dropped_amendment_of_lead": lambda: _see(
            rules.visible_reports, lead_report(state=ReportState.DROPPED, version=2)
        ),
        "open_period": lambda: (
            lambda by: progress.open_period(
                w.plan, year=2025, quarter=4, due_on=date(2026, 1, 9), by=by, **at
            )
        ),
        "move_due_day": lambda: (
            lambda by: progress.move_due_day(w.period, due_on=date(2025, 11, 1), reason="x", by=by, **at)
        ),
        "lock_period": lambda: lambda by: progress.lock_period(w.period, by=by, **at),
        "unlock_period": lambda: (lambda p: lambda by: progress.unlock_period(p, reason="x", by=by, **at))(
            _locked(w)
        ),
        "start_report_of_lead": lambda: _start(w, w.lead_unit),
        "start_report_of_partner": lambda: _start(w, w.partner_unit),
        "start_report_of_township": lambda: _start(w, w.township),
        "edit_report_of_lead": lambda: (
            lambda r: (
                lambda by: progress.save_report(
                    r.measure, organisation=w.lead_unit, period=w.period, content=own, by=by, **at
                )
            )
        )(lead_report()),
        "attach_evidence": lambda: (
            lambda r: lambda by: progress.attach_evidence(r, upload=upload(), by=by, **at)
        )(lead_report()),
        "remove_evidence": lambda: (lambda e: lambda by: progress.remove_evidence(e, by=by, **at))(
            _evidence(w)
        ),
        "submit_report": lambda: (lambda r: lambda by: progress.submit_report(r, by=by, **at))(lead_report()),
        "withdraw_submission": lambda: (lambda r: lambda by: progress.withdraw_submission(r, by=by, **at))(
            lead_report(state=submitted)
        ),
        "amend_report": lambda: (lambda r: lambda by: progress.amend_report(r, reason="x", by=by, **at))(
            lead_report(state=accepted)
        ),
        "drop_amendment": lambda: (lambda r: lambda by: progress.drop_amendment(r, by=by, **at))(
            lead_report(version=2)
        ),
        "accept_report": lambda: (lambda r: lambda by: progress.accept_report(r, by=by, **at))(
            lead_report(state=submitted)
        ),
        "return_report": lambda: (lambda r: lambda by: progress.return_report(r, reason="x", by=by, **at))(
            lead_report(state=submitted)
        ),
        "attach_own_target": lambda: lambda by: plans.attach_own_target(w.measure, words=OWN, by=by, **at),
        "edit_own_target": lambda: lambda by: plans.edit_own_target(w.own_target, words=OWN, by=by, **at),
        "withdraw_own_target": lambda: lambda by: plans.withdraw_own_target(w.own_target, by=by, **at),
        "edit_target": lambda: (
            lambda by: plans.edit_target(w.target, name="x", name_en="", kind="counted", by=by, **at)
        ),
        "count_target": lambda: (
            lambda by: plans.count_target(w.target, title="规则", definition={}, by=by, **at)
        ),
        "count_by_shipped_rule": lambda: (
            lambda by: plans.count_by_shipped_rule(w.target, code="elder_training", by=by, **at)
        ),
        "go_on_counting": lambda: lambda by: plans.go_on_counting(w.target, by=by),
        "stop_counting": lambda: lambda by: plans.stop_counting(w.target, by=by, **at),
        "link_parent_target": lambda: lambda by: plans.link_parent_target(w.target, parent=None, by=by, **at),
        "record_value": lambda: (
            lambda by: plans.record_value(w.target, value=Decimal(1), as_of=DAY, source="表", by=by, **at)
        ),
        "record_estimate": lambda: (
            lambda by: plans.record_estimate(
                w.share,
                value=Decimal(1),
                low=None,
                high=None,
                sample_size=None,
                as_of=DAY,
                source="表",
                by=by,
                **at,
            )
        ),
        "register_higher_plan": lambda: (
            lambda by: plans.register_higher_plan(
                "x", level="nation", office=w.office_unit, years=(2021, 2025), targets=[], by=by, **at
            )
        ),
        "add_work": lambda: lambda by: plans.add_work(w.measure, words=work, by=by, **at),
        "edit_work": lambda: lambda by: plans.edit_work(w.work, words=work, by=by, **at),
        "remove_work": lambda: lambda by: plans.remove_work(w.work, by=by, **at),
        "finish_work_of_partner": lambda: lambda by: plans.finish_work(w.work, done_on=DAY, by=by, **at),
        "resume_work_of_partner": lambda: (lambda i: lambda by: plans.resume_work(i, by=by, **at))(_done(w)),
        "set_deadline": lambda: lambda by: plans.set_deadline(w.measure, due_on=DAY, by=by, **at),
        "translate_title": lambda: lambda by: plans.translate_title(w.measure, title_en="x", by=by, **at),
        "close_plan": lambda: lambda by: plans.close_plan(w.plan, by=by, **at),
        "reopen_plan": lambda: (lambda p: lambda by: plans.reopen_plan(p, reason="x", by=by, **at))(
            _closed(w)
        ),
        "hide_plan": lambda: lambda by: plans.hide_plan(w.plan, reason="x", by=by, **at),
        "publish_plan": lambda: (lambda p: lambda by: plans.publish_plan(p, by=by, **at))(_hidden(w)),
        "add_document": lambda: lambda by: plans.add_document(DocumentWords("新", "nation"), by=by, **at),
        "edit_document": lambda: (
            lambda by: plans.edit_document(w.document, words=DocumentWords("新", "nation"), by=by, **at)
        ),
        "remove_document": lambda: lambda by: plans.remove_document(w.document, by=by, **at),
        "add_clause": lambda: (
            lambda by: plans.add_clause(w.document, words=ClauseWords("四", "x"), by=by, **at)
        ),
        "edit_clause": lambda: (
            lambda by: plans.edit_clause(w.clause, words=ClauseWords("四", "x"), by=by, **at)
        ),
        "remove_clause": lambda: lambda by: plans.remove_clause(w.clause, by=by, **at),
        "cite_clause": lambda: lambda by: plans.cite_clause(w.measure, clause=w.clause, by=by, **at),
        "uncite": lambda: (lambda c: lambda by: plans.uncite(c, by=by, **at))(_cited(w)),
        "see_import": lambda: _see(rules.visible_imports, w.imported()),
        "start_import": lambda: lambda by: importing.start_import("正文", office=w.office_unit, by=by, **at),
        "map_unit": lambda: (
            lambda i: (
                lambda by: importing.map_unit(i, name="教育体育局", organisation=w.lead_unit, by=by, **at)
            )
        )(w.imported()),
        "undo_edit": lambda: (lambda i: lambda by: importing.undo_edit(i, by=by, **at))(w.imported()),
        "discard_import": lambda: (lambda i: lambda by: importing.discard_import(i, by=by, **at))(
            w.imported()
        ),
        "confirm_import": lambda: (lambda i: lambda by: importing.confirm_import(i, by=by, **at))(
            w.imported()
        ),
        "begin_rubric": lambda: lambda by: rubrics.begin_from_default(w.plan, year=2024, by=by, **at),
        "open_rubric": lambda: (lambda r: lambda by: rubrics.open_rubric(r, by=by, **at))(
            rubrics.begin_from_default(w.plan, year=2025, by=w.office, **at)
        ),
        "see_assessment_of_lead": lambda: _see(rules.visible_assessments, w.assessed()),
        "save_self_review_of_lead": lambda: (
            lambda a: lambda by: assessment.save_self_review(a, entries={}, by=by, **at)
        )(w.assessed()),
        "submit_self_review_of_lead": lambda: (
            lambda a: lambda by: assessment.submit_self_review(a, by=by, **at)
        )(w.assessed()),
        "return_self_review": lambda: (
            lambda a: lambda by: assessment.return_self_review(a, reason="x", by=by, **at)
        )(w.assessed()),
        "close_self_review": lambda: (
            lambda a: lambda by: assessment.close_self_review(a, reason="x", by=by, **at)
        )(w.assessed()),
        "publish_assessments": lambda: (lambda a: lambda by: assessment.publish(w.rubric, by=by, **at))(
            w.assessed()
        ),
        "finalise_assessments": lambda: (lambda a: lambda by: assessment.finalise(w.rubric, by=by, **at))(
            w.assessed()
        ),
    }


@pytest.mark.parametrize(("name", "expected"), ROWS, ids=[name for name, _cells in ROWS])
def test_the_table_says_who_may(world, name, expected):
    deed = deeds(world)[name]()
    assert [_answer(deed, by=world.people[person]) for person in PEOPLE] == expected


def test_every_deed_of_the_table_is_tried_and_every_service_is_in_it(world):
    named = {name for name, _cells in ROWS}
    assert set(deeds(world)) == named
    for services in (plans, progress):
        offered = {one for one in services.__all__ if one[0].islower()} - {"add_term"}
        assert [one for one in offered if not any(row.startswith(one) for row in named | RENAMED)] == []


RENAMED = {"save_report"}  # stands in the table as the start and the editing of a report


def _answer(deed, *, by):
    """✓ unless this person was not allowed; a refusal for another reason comes only after the permission."""
    try:
        with transaction.atomic():
            deed(by)
            transaction.set_rollback(True)
    except NotAllowed:
        return "✗"
    except Refused:
        return "✓"
    return "✓"
