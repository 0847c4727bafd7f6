"""What all deeds of an assessment share: the moves, the lock, the rules about points, the trail and the messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from kepu.accounts.models import Organisation, User
from kepu.audit.services import record
from kepu.plans.models import (
    Assessment,
    AssessmentState,
    PointsSource,
    ProgressReport,
    Rubric,
    RubricItem,
    Score,
)
from kepu.plans.services.assessment.refusals import PointsOutOfRange, PointsWithoutBasis, ReportNotCitable
from kepu.plans.services.notices import Notice, tell_unit

MOVES = {
    AssessmentState.SELF_REVIEW: {AssessmentState.SUBMITTED},
    AssessmentState.SUBMITTED: {AssessmentState.SELF_REVIEW, AssessmentState.REVIEWED},
    AssessmentState.REVIEWED: {AssessmentState.REVIEWED, AssessmentState.PUBLISHED},
    AssessmentState.PUBLISHED: {AssessmentState.APPEALED, AssessmentState.FINAL},
    AssessmentState.APPEALED: {AssessmentState.APPEALED, AssessmentState.PUBLISHED},
}


def lockable() -> QuerySet[Assessment]:
    """Rows to change: only the assessment's own row is locked."""
    rows = Assessment.objects.select_for_update(of=("self",))
    return rows.select_related("rubric__plan__office", "organisation")


def locked(assessment: Assessment) -> Assessment:
    return lockable().get(pk=assessment.pk)


def locked_rubric(rubric: Rubric) -> Rubric:
    return Rubric.objects.select_for_update(of=("self",)).select_related("plan__office").get(pk=rubric.pk)


def judged_items(assessment: Assessment) -> list[RubricItem]:
    return list(assessment.rubric.items.filter(source=PointsSource.JUDGED))


def score_of(assessment: Assessment, *, item: RubricItem) -> Score:
    return Score.objects.get_or_create(assessment=assessment, item=item)[0]


def require_in_range(points: Decimal | None, *, item: RubricItem) -> None:
    if points is not None and not 0 <= points <= item.points:
        raise PointsOutOfRange(field=field_of(item))


def require_basis(score: Score, *, points: Decimal | None) -> None:
    """Points rest on words or on a verified report; nothing rests on nothing."""
    if points and not score.basis.strip() and not score.reports.exists():
        raise PointsWithoutBasis(field=field_of(score.item))


def cite(score: Score, *, reports: Sequence[ProgressReport], citable: set[int]) -> None:
    """Link the reports on which the points rest."""
    if any(report.pk not in citable for report in reports):
        raise ReportNotCitable(field=field_of(score.item, part="reports"))
    score.reports.set(reports)


def field_of(item: RubricItem, *, part: str = "points") -> str:
    """The form field of one item, so that a refusal lands beside what was typed."""
    return f"{part}_{item.pk}"


def write_down(
    deed: str,
    *,
    assessment: Assessment,
    by: User,
    at: datetime,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> None:
    """One line of the audit trail, under the unit's name."""
    unit = str(assessment.organisation)
    record(deed, of=assessment, by=by, at=at, organisation=unit, reason=reason, changes=changes)


def tell(
    organisation: Organisation, *, about: Assessment, occasion: str, subject: str, body: str, at: datetime
) -> None:
    """A message about an assessment to the unit or to the office."""
    notice = Notice(
        key=f"assessment:{about.pk}:{occasion}",
        kind="assessment",
        subject=subject,
        body=body,
        link=reverse("plans:assessment", args=[about.pk]),
    )
    tell_unit(organisation, notice=notice, at=at)


def text_of(points: Decimal | None) -> str | None:
    return None if points is None else str(points)
