"""The results of a year: announced to all units at once, ended when no appeal is open."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.accounts.models import User
from kepu.audit.services import record
from kepu.core.errors import require
from kepu.core.state import move
from kepu.plans import rules
from kepu.plans.models import Assessment, AssessmentState, PointsSource, Rubric, RubricState
from kepu.plans.queries.assessments import open_appeals
from kepu.plans.services.assessment import common, refusals
from kepu.plans.services.rubrics import RUBRIC_MOVES


@transaction.atomic
def publish(rubric: Rubric, *, by: User, at: datetime) -> Rubric:
    """Announce the results; each unit is told of its own."""
    rubric = common.locked_rubric(rubric)
    require(rules.can_run_plan(by, rubric.plan))
    move(rubric, to=RubricState.PUBLISHED, moves=RUBRIC_MOVES)
    assessments = list(common.lockable().filter(rubric=rubric))
    if any(assessment.state != AssessmentState.REVIEWED for assessment in assessments):
        raise refusals.ReviewsMissing
    for assessment in assessments:
        _announce(assessment, at=at)
    rubric.save(update_fields=["state"])
    record("publish_assessment", of=rubric, by=by, at=at, organisation=str(rubric.plan.office))
    return rubric


@transaction.atomic
def finalise(rubric: Rubric, *, by: User, at: datetime) -> int:
    """End the year: from here on no point changes. How many units that ends."""
    rubric = common.locked_rubric(rubric)
    require(rules.can_run_plan(by, rubric.plan))
    if rubric.state != RubricState.PUBLISHED:
        raise refusals.NotPublished
    if open_appeals(rubric).exists():
        raise refusals.AppealsOpen
    ending = list(common.lockable().filter(rubric=rubric, state=AssessmentState.PUBLISHED))
    for assessment in ending:
        move(assessment, to=AssessmentState.FINAL, moves=common.MOVES)
        assessment.save(update_fields=["state"])
    record("finalise_assessment", of=rubric, by=by, at=at, organisation=str(rubric.plan.office))
    return len(ending)


def _announce(assessment: Assessment, *, at: datetime) -> None:
    for score in assessment.scores.filter(item__source=PointsSource.JUDGED).select_related("item"):
        common.require_basis(score, points=score.points)
    move(assessment, to=AssessmentState.PUBLISHED, moves=common.MOVES)
    assessment.save(update_fields=["state"])
    common.tell(
        assessment.organisation,
        about=assessment,
        occasion="published",
        subject=_("%(year)d 年度考核结果已公布") % {"year": assessment.rubric.year},
        body=_("可以逐项查看得分、依据和复核说明；有不同意见请对那一项提出申诉。"),
        at=at,
    )
