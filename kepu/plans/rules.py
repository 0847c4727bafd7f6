"""Who may see and do what with plans. Views fetch through `visible_*`; services require `can_*`."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kepu.accounts.models import Organisation, Role
from kepu.accounts.rules import Someone, active_memberships, is_auditor
from kepu.audit.services import SYSTEM
from kepu.plans.models import (
    Assessment,
    AssessmentState,
    Evidence,
    Measure,
    Plan,
    PlanImport,
    ProgressReport,
    ReportState,
    Responsibility,
    ResponsibilityRole,
    Rubric,
    RubricState,
    WorkItem,
)

REPORTING_ROLES = frozenset({Role.DISTRICT_OFFICE, Role.LEAD_UNIT, Role.PARTNER_UNIT, Role.TOWNSHIP})


def offices_of(user: Someone) -> set[int]:
    """The organisations in which the user is the district's office."""
    return {m.organisation_id for m in active_memberships(user) if m.role == Role.DISTRICT_OFFICE}


def reporting_units_of(user: Someone) -> set[int]:
    """The organisations for which the user may report."""
    return {m.organisation_id for m in active_memberships(user) if m.role in REPORTING_ROLES}


def is_office(user: Someone, office: Organisation) -> bool:
    """Whether somebody acts for this office; SYSTEM, the actor of commands, acts for every office."""
    return user is SYSTEM or office.pk in offices_of(user)


def visible_plans(user: Someone) -> QuerySet[Plan]:
    """Everyone sees public plans; a plan that is not public is seen by those who work on it."""
    return Plan.objects.filter(Q(is_public=True) | Q(pk__in=plans_worked_on(user).values("pk")))


def plans_worked_on(user: Someone) -> QuerySet[Plan]:
    """The plans of which somebody is the office, a responsible unit, or the auditor: they see who reports on time."""
    if user is SYSTEM or is_auditor(user):
        return Plan.objects.all()
    units = reporting_units_of(user)
    mine = (
        Q(office__in=units)
        | Q(actions__responsibilities__organisation__in=units)
        | Q(actions__measures__responsibilities__organisation__in=units)
    )
    return Plan.objects.filter(pk__in=Plan.objects.filter(mine).values("pk"))


def can_import(user: Someone, office: Organisation) -> bool:
    return is_office(user, office)


def visible_imports(user: Someone) -> QuerySet[PlanImport]:
    return PlanImport.objects.filter(office__in=offices_of(user))


def can_edit_import(user: Someone, plan_import: PlanImport) -> bool:
    return is_office(user, plan_import.office)


def can_run_plan(user: Someone, plan: Plan) -> bool:
    """Change its targets, break work down, open and lock periods, verify reports, assess units."""
    return is_office(user, plan.office)


def can_finish_work(user: Someone, item: WorkItem) -> bool:
    """Say that a piece of work is done: the people of its unit, or the office."""
    return item.organisation_id in reporting_units_of(user) or can_run_plan(user, item.measure.action.plan)


def can_keep_library(user: Someone) -> bool:
    """Add and change higher documents and their clauses, which all plans share: any district's office."""
    return user is SYSTEM or bool(offices_of(user))


def is_responsible(organisation: Organisation, measure: Measure) -> bool:
    """A measure's own units if it names any, else its action's; the others where the action calls on all members."""
    own = [r.organisation_id for r in measure.responsibilities.all()]
    inherited = [r.organisation_id for r in measure.action.responsibilities.all()]
    if organisation.pk in (own or inherited):
        return True
    return measure.action.others_take_part and organisation.is_within(measure.action.plan.office)


def can_report(user: Someone, measure: Measure, organisation: Organisation) -> bool:
    return organisation.pk in reporting_units_of(user) and is_responsible(organisation, measure)


def can_change_report(user: Someone, report: ProgressReport) -> bool:
    return report.organisation_id in reporting_units_of(user)


def can_verify(user: Someone, report: ProgressReport) -> bool:
    return can_run_plan(user, report.period.plan)


def visible_reports(user: Someone) -> QuerySet[ProgressReport]:
    """A unit sees its own and, where it leads, those of its partners; the office and the auditor see all.

    What was never handed in, or was taken back, is its unit's own: a draft, an amendment that came to nothing.
    """
    unsent = Q(state__in=[ReportState.DRAFT, ReportState.DROPPED], submitted_at__isnull=True)
    if is_auditor(user):
        return ProgressReport.objects.exclude(unsent)
    units = reporting_units_of(user)
    led = Responsibility.objects.filter(role=ResponsibilityRole.LEAD, organisation__in=units)
    measures_led = Measure.objects.filter(Q(responsibilities__in=led) | Q(action__responsibilities__in=led))
    to_be_read = Q(period__plan__office__in=offices_of(user)) | Q(measure__in=measures_led.values("pk"))
    return ProgressReport.objects.filter(Q(organisation__in=units) | (to_be_read & ~unsent))


def visible_evidence(user: Someone) -> QuerySet[Evidence]:
    return Evidence.objects.filter(report__in=visible_reports(user).values("pk"))


def visible_assessments(user: Someone) -> QuerySet[Assessment]:
    """A unit sees its own, the office and the auditor all; scores of others are published as grades, not here."""
    if is_auditor(user):
        return Assessment.objects.all()
    return Assessment.objects.filter(
        Q(organisation__in=reporting_units_of(user)) | Q(rubric__plan__office__in=offices_of(user))
    ).exclude(rubric__state=RubricState.DRAFT)


def visible_rubrics(user: Someone) -> QuerySet[Rubric]:
    """The office and the auditor see all; a unit those by which it is assessed."""
    if is_auditor(user):
        return Rubric.objects.all()
    mine = Assessment.objects.filter(organisation__in=reporting_units_of(user)).values("rubric")
    return Rubric.objects.filter(Q(plan__office__in=offices_of(user)) | Q(pk__in=mine))


def can_self_review(user: Someone, assessment: Assessment) -> bool:
    return assessment.organisation_id in reporting_units_of(user)


def can_assess(user: Someone, assessment: Assessment) -> bool:
    return can_run_plan(user, assessment.rubric.plan)


def can_appeal(user: Someone, assessment: Assessment) -> bool:
    """Each score once, also while another one is being answered."""
    is_announced = assessment.state in (AssessmentState.PUBLISHED, AssessmentState.APPEALED)
    return is_announced and can_self_review(user, assessment)


def can_export_papers(user: Someone, plan: Plan) -> bool:
    """Quarterly, yearly and final papers and the whole ledger: the office that runs the plan, and the auditor."""
    return can_run_plan(user, plan) or is_auditor(user)


def can_export_ledger(user: Someone, plan: Plan, *, unit: Organisation) -> bool:
    """A unit takes its own part of the ledger with it; who may export papers may export any part."""
    return unit.pk in reporting_units_of(user) or can_export_papers(user, plan)
