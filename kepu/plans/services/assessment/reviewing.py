"""The office reviews a unit: points for what is judged, and a record of how the computed points came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.accounts.models import User
from kepu.core.errors import require
from kepu.core.state import move
from kepu.plans import rules
from kepu.plans.models import Assessment, AssessmentState, PointsSource, ProgressReport, RubricItem
from kepu.plans.queries.assessments import reports_to_cite
from kepu.plans.queries.year_work import year_work
from kepu.plans.services.assessment import common, refusals


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """What the office gives for one judged item, why if it differs, and on which reports it rests."""

    points: Decimal | None = None
    note: str = ""
    reports: Sequence[ProgressReport] = ()


@transaction.atomic
def review(
    assessment: Assessment, *, entries: Mapping[RubricItem, ReviewEntry], by: User, at: datetime
) -> Assessment:
    """Give points for every item; can be repeated until the results are published."""
    assessment = common.locked(assessment)
    require(rules.can_assess(by, assessment))
    move(assessment, to=AssessmentState.REVIEWED, moves=common.MOVES)
    before = _points(assessment)
    citable = set(reports_to_cite(assessment).values_list("pk", flat=True))
    for item in common.judged_items(assessment):
        _judge(assessment, item=item, entry=entries.get(item, ReviewEntry()), citable=citable)
    _keep_calculations(assessment, at=at)
    assessment.save(update_fields=["state"])
    changes = {title: [before.get(title), after] for title, after in _points(assessment).items()}
    common.write_down("review_assessment", assessment=assessment, by=by, at=at, changes=changes)
    return assessment


@transaction.atomic
def return_self_review(assessment: Assessment, *, reason: str, by: User, at: datetime) -> Assessment:
    """Give a self-review back to the unit with a reason."""
    assessment = common.locked(assessment)
    require(rules.can_assess(by, assessment))
    if not reason.strip():
        raise refusals.ReasonMissing(field="reason")
    move(assessment, to=AssessmentState.SELF_REVIEW, moves=common.MOVES)
    assessment.return_reason = reason
    assessment.save(update_fields=["state", "return_reason"])
    common.write_down("return_self_review", assessment=assessment, by=by, at=at, reason=reason)
    subject = _("年度自评被退回，请补充")
    occasion = f"returned:{at.isoformat()}"
    common.tell(
        assessment.organisation, about=assessment, occasion=occasion, subject=subject, body=reason, at=at
    )
    return assessment


def _judge(assessment: Assessment, *, item: RubricItem, entry: ReviewEntry, citable: set[int]) -> None:
    if entry.points is None:
        raise refusals.PointsMissing(field=common.field_of(item))
    common.require_in_range(entry.points, item=item)
    score = common.score_of(assessment, item=item)
    if entry.points != (score.self_points or 0) and not entry.note.strip():
        raise refusals.DifferenceUnexplained(field=common.field_of(item, part="note"))
    score.points, score.review_note = entry.points, entry.note
    score.save(update_fields=["points", "review_note"])
    common.cite(score, reports=entry.reports, citable=citable)
    common.require_basis(score, points=score.points)


def _keep_calculations(assessment: Assessment, *, at: datetime) -> None:
    """From now on the computed points stay, whatever later happens to reports and work items."""
    rubric = assessment.rubric
    work = year_work(rubric.plan, year=rubric.year, on=timezone.localdate(at))[assessment.organisation_id]
    for item in rubric.items.exclude(source=PointsSource.JUDGED):
        share = work.share(item.source)
        score = common.score_of(assessment, item=item)
        score.points, score.calculation = share.points(item.points), asdict(share)
        score.save(update_fields=["points", "calculation"])


def _points(assessment: Assessment) -> dict[str, Any]:
    rows = assessment.scores.values_list("item__title", "points")
    return {title: common.text_of(points) for title, points in rows}
