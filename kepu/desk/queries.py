"""What a person sees first: what waits for them, and how far the plan is that they work on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kepu.accounts.models import User
from kepu.accounts.rules import is_auditor
from kepu.plans import rules
from kepu.plans.models import Assessment, AssessmentState, Plan, PlanLevel, PlanState
from kepu.plans.queries.boards import ScoreCard, score_card
from kepu.plans.queries.goals import GoalProgress, goals
from kepu.plans.queries.waiting import OfficesList, UnitsList, waiting_for_office, waiting_for_units


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one person; None where they have no such role."""

    office: OfficesList | None
    units: UnitsList | None
    assessments: Sequence[Assessment]

    @property
    def count(self) -> int:
        lists = [one.count for one in (self.office, self.units) if one is not None]
        return sum(lists) + len(self.assessments)


@dataclass(frozen=True, slots=True)
class PlanAtAGlance:
    """One plan: its goals and its score-card."""

    plan: Plan
    goals: Sequence[GoalProgress]
    card: ScoreCard


def waiting_for(user: User, *, on: date) -> Waiting:
    """At most ten queries, whatever the size of the plans."""
    units, offices = rules.reporting_units_of(user), rules.offices_of(user)
    return Waiting(
        office=waiting_for_office(offices) if offices else None,
        units=waiting_for_units(units, on=on) if units else None,
        assessments=_assessments(user, units=units, offices=offices) if units else [],
    )


def plan_at_a_glance(user: User, *, on: date) -> PlanAtAGlance | None:
    """The plan that somebody works on now: a running one before an ended one, then the latest."""
    worked_on = rules.plans_worked_on(user) if _works(user) else Plan.objects.none()
    plans = worked_on.filter(level=PlanLevel.DISTRICT).select_related("office")
    found = sorted(
        plans, key=lambda plan: (plan.state == PlanState.RUNNING, _has_begun(plan, on), plan.starts_in)
    )
    if not found:
        return None
    plan = found[-1]
    return PlanAtAGlance(plan, goals(plan, on=on), score_card(plan, on=on))


def _works(user: User) -> bool:
    return bool(rules.reporting_units_of(user)) or is_auditor(user)


def _has_begun(plan: Plan, on: date) -> bool:
    """A successor that is already imported does not push the present plan off the desk."""
    return plan.starts_in <= on.year


def _assessments(user: User, *, units: set[int], offices: set[int]) -> list[Assessment]:
    """Self-reviews that my units owe, and assessments that my office has to review or answer."""
    visible = rules.visible_assessments(user).select_related("rubric__plan", "organisation")
    mine = visible.filter(organisation__in=units, state=AssessmentState.SELF_REVIEW)
    to_review = visible.filter(
        rubric__plan__office__in=offices, state__in=[AssessmentState.SUBMITTED, AssessmentState.APPEALED]
    )
    return list((mine | to_review).distinct())
