"""A unit reviews itself: saved in parts, handed in whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.accounts.models import User
from kepu.core.errors import require
from kepu.core.state import move
from kepu.plans import rules
from kepu.plans.models import Assessment, AssessmentState, ProgressReport, RubricItem
from kepu.plans.queries.assessments import reports_to_cite
from kepu.plans.services.assessment import common, refusals


@dataclass(frozen=True, slots=True)
class SelfEntry:
    """What a unit says about one judged item; everything may still be empty."""

    points: Decimal | None = None
    basis: str = ""
    reports: Sequence[ProgressReport] = ()


@transaction.atomic
def save_self_review(
    assessment: Assessment, *, entries: Mapping[RubricItem, SelfEntry], by: User, at: datetime
) -> Assessment:
    """Keep what the unit has so far, however little."""
    assessment = common.locked(assessment)
    require(rules.can_self_review(by, assessment))
    if assessment.state != AssessmentState.SELF_REVIEW:
        raise refusals.SelfReviewClosed
    citable = set(reports_to_cite(assessment).values_list("pk", flat=True))
    for item in common.judged_items(assessment):
        if item in entries:
            _keep(assessment, item=item, entry=entries[item], citable=citable)
    points = {item.title: common.text_of(entry.points) for item, entry in entries.items()}
    common.write_down("save_self_review", assessment=assessment, by=by, at=at, changes={"points": points})
    return assessment


@transaction.atomic
def submit_self_review(assessment: Assessment, *, by: User, at: datetime) -> Assessment:
    """Hand the self-review in; every judged item has points, and points have something to rest on."""
    assessment = common.locked(assessment)
    require(rules.can_self_review(by, assessment))
    move(assessment, to=AssessmentState.SUBMITTED, moves=common.MOVES)
    for item in common.judged_items(assessment):
        _require_complete(assessment, item=item)
    assessment.return_reason = ""
    assessment.save(update_fields=["state", "return_reason"])
    common.write_down("submit_self_review", assessment=assessment, by=by, at=at)
    common.tell(
        assessment.rubric.plan.office,
        about=assessment,
        occasion=f"submitted:{at.isoformat()}",
        subject=_("%(unit)s提交了年度自评") % {"unit": assessment.organisation},
        body=_("请逐项复核；和自评分不同的项目要写明理由。"),
        at=at,
    )
    return assessment


@transaction.atomic
def close_self_review(assessment: Assessment, *, reason: str, by: User, at: datetime) -> Assessment:
    """Go on without a unit that handed nothing in although its day has passed."""
    assessment = common.locked(assessment)
    require(rules.can_assess(by, assessment))
    if not reason.strip():
        raise refusals.ReasonMissing(field="reason")
    due_on = assessment.rubric.due_on
    if due_on is None or timezone.localdate(at) <= due_on:
        raise refusals.SelfReviewStillOpen
    move(assessment, to=AssessmentState.SUBMITTED, moves=common.MOVES)
    assessment.save(update_fields=["state"])
    common.write_down("close_self_review", assessment=assessment, by=by, at=at, reason=reason)
    subject = _("自评已经截止，办公室开始复核")
    occasion = f"closed:{at.isoformat()}"
    common.tell(
        assessment.organisation, about=assessment, occasion=occasion, subject=subject, body=reason, at=at
    )
    return assessment


def _keep(assessment: Assessment, *, item: RubricItem, entry: SelfEntry, citable: set[int]) -> None:
    common.require_in_range(entry.points, item=item)
    score = common.score_of(assessment, item=item)
    score.self_points, score.basis = entry.points, entry.basis
    score.save(update_fields=["self_points", "basis"])
    common.cite(score, reports=entry.reports, citable=citable)


def _require_complete(assessment: Assessment, *, item: RubricItem) -> None:
    score = common.score_of(assessment, item=item)
    if score.self_points is None:
        raise refusals.PointsMissing(field=common.field_of(item))
    common.require_basis(score, points=score.self_points)
