"""What an assessment says: the points line by line, how each came about, and the grade.

An item that does not apply to a unit (nothing was due) is left out of both sides, so that nobody loses or gains by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Prefetch, Q, QuerySet

from kepu.accounts.models import Organisation
from kepu.plans.models import (
    Appeal,
    Assessment,
    AssessmentState,
    Plan,
    PointsSource,
    ProgressReport,
    ReportState,
    Responsibility,
    Rubric,
    RubricItem,
    Score,
)
from kepu.plans.queries.year_work import Share, YearWork, year_work

UNREVIEWED = frozenset({AssessmentState.SELF_REVIEW, AssessmentState.SUBMITTED})
ANNOUNCED = frozenset({AssessmentState.PUBLISHED, AssessmentState.APPEALED, AssessmentState.FINAL})


@dataclass(frozen=True, slots=True)
class Line:
    """One item of one unit. `share` is None for a judged item; `points` is None while unknown or not applicable."""

    item: RubricItem
    score: Score | None
    share: Share | None
    points: Decimal | None

    @property
    def is_judged(self) -> bool:
        return self.share is None

    @property
    def applies(self) -> bool:
        return self.share is None or self.share.of > 0

    @property
    def is_corrected(self) -> bool:
        """A computed item whose points an appeal changed."""
        return (
            self.share is not None
            and self.points is not None
            and self.points != self.share.points(self.item.points)
        )


@dataclass(frozen=True, slots=True)
class Result:
    """One unit under one rubric. Points are out of what applies; the grade looks at the share."""

    assessment: Assessment
    lines: Sequence[Line]
    grade: str

    @property
    def points(self) -> Decimal:
        return sum((line.points for line in self.lines if line.points is not None), Decimal(0))

    @property
    def possible(self) -> Decimal:
        return sum((line.item.points for line in self.lines if line.applies), Decimal(0))

    @property
    def percent(self) -> Decimal | None:
        return percent_of(self.points, possible=self.possible)

    @property
    def is_announced(self) -> bool:
        return self.assessment.state in ANNOUNCED


def percent_of(points: Decimal, *, possible: Decimal) -> Decimal | None:
    if not possible:
        return None
    return (points * 100 / possible).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def grade_of(percent: Decimal | None, *, grades: Sequence[Mapping[str, object]]) -> str:
    """The best grade whose threshold is reached; empty when nothing applied."""
    if percent is None:
        return ""
    ordered = sorted(grades, key=lambda grade: Decimal(str(grade["from"])), reverse=True)
    reached = [str(grade["name"]) for grade in ordered if percent >= Decimal(str(grade["from"]))]
    return reached[0] if reached else ""


def results(rubric: Rubric, *, on: date) -> list[Result]:
    """All units by their place in the tree, never by points."""
    work = year_work(rubric.plan, year=rubric.year, on=on)
    items = list(rubric.items.all())
    rows = assessments_with_scores(rubric.assessments.all())
    return [result_of(row, items=items, work=work[row.organisation_id]) for row in rows]


def result(assessment: Assessment, *, on: date) -> Result:
    """One unit's result."""
    rubric = assessment.rubric
    work = year_work(rubric.plan, year=rubric.year, on=on)[assessment.organisation_id]
    row = assessments_with_scores(Assessment.objects.filter(pk=assessment.pk)).get()
    return result_of(row, items=list(rubric.items.all()), work=work)


def result_of(assessment: Assessment, *, items: Sequence[RubricItem], work: YearWork) -> Result:
    """Before the review computed points follow the facts; from the review on they stay as they were."""
    scores = {score.item_id: score for score in assessment.scores.all()}
    is_live = assessment.state in UNREVIEWED
    lines = [_line(item, score=scores.get(item.pk), work=work, is_live=is_live) for item in items]
    known = sum((line.points for line in lines if line.points is not None), Decimal(0))
    possible = sum((line.item.points for line in lines if line.applies), Decimal(0))
    grade = grade_of(percent_of(known, possible=possible), grades=assessment.rubric.grades)
    return Result(assessment=assessment, lines=lines, grade="" if is_live else grade)


def _line(item: RubricItem, *, score: Score | None, work: YearWork, is_live: bool) -> Line:
    if item.source == PointsSource.JUDGED:
        return Line(item, score, None, score.points if score else None)
    if is_live or score is None:
        share = work.share(item.source)
        return Line(item, score, share, share.points(item.points))
    return Line(item, score, Share(**score.calculation), score.points)


def assessments_with_scores(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    scores = Score.objects.select_related("item").prefetch_related(
        Prefetch("reports", ProgressReport.objects.select_related("period", "measure")),
        Prefetch("appeals", Appeal.objects.select_related("made_by", "answered_by")),
    )
    return rows.select_related("rubric__plan__office", "organisation").prefetch_related(
        Prefetch("scores", scores)
    )


def reports_to_cite(assessment: Assessment) -> QuerySet[ProgressReport]:
    """The unit's verified reports of the year: what a point may rest on."""
    return (
        ProgressReport.objects.filter(
            period__plan=assessment.rubric.plan_id,
            period__year=assessment.rubric.year,
            organisation=assessment.organisation_id,
            state=ReportState.ACCEPTED,
        )
        .select_related("measure", "period")
        .order_by("period__quarter", "measure__action__position", "measure__position", "pk")
    )


def units_to_assess(rubric: Rubric) -> QuerySet[Organisation]:
    """Every responsible unit but the office: nobody assesses itself."""
    return responsible_units(rubric.plan).exclude(pk=rubric.plan.office_id)


def responsible_units(plan: Plan) -> QuerySet[Organisation]:
    """Every unit that answers for an action or a measure in force, in the order of the roster."""
    of_actions = Responsibility.objects.filter(action__plan=plan, action__withdrawn_in__isnull=True)
    of_measures = Responsibility.objects.filter(
        measure__action__plan=plan,
        measure__withdrawn_in__isnull=True,
        measure__action__withdrawn_in__isnull=True,
    )
    responsible = Q(pk__in=of_actions.values("organisation")) | Q(pk__in=of_measures.values("organisation"))
    return Organisation.objects.filter(responsible).order_by("path")


def open_appeals(rubric: Rubric) -> QuerySet[Appeal]:
    return Appeal.objects.filter(score__assessment__rubric=rubric, is_upheld__isnull=True)
