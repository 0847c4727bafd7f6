"""A unit disagrees with one score; the office answers, and if the unit is right the points change."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.accounts.models import User
from kepu.core.errors import require
from kepu.core.state import move
from kepu.plans import rules
from kepu.plans.models import Appeal, Assessment, AssessmentState, Score
from kepu.plans.services.assessment import common, refusals


@transaction.atomic
def appeal(score: Score, *, text: str, by: User, at: datetime) -> Appeal:
    """Disagree with one score, once."""
    assessment = common.locked(score.assessment)
    require(rules.can_self_review(by, assessment))
    if not text.strip():
        raise refusals.ReasonMissing(field="text")
    move(assessment, to=AssessmentState.APPEALED, moves=common.MOVES)
    if score.appeals.exists():
        raise refusals.AppealExists
    assessment.save(update_fields=["state"])
    made = Appeal.objects.create(score=score, text=text, made_by=by, made_at=at)
    changes = {"item": score.item.title}
    common.write_down("appeal_score", assessment=assessment, by=by, at=at, reason=text, changes=changes)
    common.tell(
        assessment.rubric.plan.office,
        about=assessment,
        occasion=f"appeal:{made.pk}",
        subject=_("%(unit)s对考核得分提出申诉") % {"unit": assessment.organisation},
        body=text,
        at=at,
    )
    return made


@transaction.atomic
def uphold_appeal(made: Appeal, *, points: Decimal, answer: str, by: User, at: datetime) -> Appeal:
    """The unit is right: the points change."""
    assessment = _to_answer(made, answer=answer, by=by)
    score = Score.objects.select_related("item").get(pk=made.score_id)
    common.require_in_range(points, item=score.item)
    changes = {"item": score.item.title, "points": [common.text_of(score.points), common.text_of(points)]}
    score.points = points
    score.save(update_fields=["points"])
    made.is_upheld = True
    return _answer(made, assessment=assessment, answer=answer, changes=changes, by=by, at=at)


@transaction.atomic
def dismiss_appeal(made: Appeal, *, answer: str, by: User, at: datetime) -> Appeal:
    """The points stay, and the unit is told why."""
    assessment = _to_answer(made, answer=answer, by=by)
    made.is_upheld = False
    changes = {"item": made.score.item.title}
    return _answer(made, assessment=assessment, answer=answer, changes=changes, by=by, at=at)


def _to_answer(made: Appeal, *, answer: str, by: User) -> Assessment:
    assessment = common.locked(made.score.assessment)
    require(rules.can_assess(by, assessment))
    if Appeal.objects.get(pk=made.pk).is_upheld is not None:
        raise refusals.AppealAnswered
    if not answer.strip():
        raise refusals.ReasonMissing(field="answer")
    return assessment


def _answer(
    made: Appeal, *, assessment: Assessment, answer: str, changes: dict[str, Any], by: User, at: datetime
) -> Appeal:
    made.answer, made.answered_by, made.answered_at = answer, by, at
    made.save()
    is_settled = not Appeal.objects.filter(score__assessment=assessment, is_upheld__isnull=True).exists()
    move(
        assessment,
        to=AssessmentState.PUBLISHED if is_settled else AssessmentState.APPEALED,
        moves=common.MOVES,
    )
    assessment.save(update_fields=["state"])
    deed = "uphold_appeal" if made.is_upheld else "dismiss_appeal"
    common.write_down(deed, assessment=assessment, by=by, at=at, reason=answer, changes=changes)
    subject = _("申诉成立，得分已调整") if made.is_upheld else _("申诉已答复，得分不变")
    occasion = f"answer:{made.pk}"
    common.tell(
        assessment.organisation, about=assessment, occasion=occasion, subject=subject, body=answer, at=at
    )
    return made
