"""The goals of a plan as a page shows them: the picture of how far each is, the goals above it, its course."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from kepu.core.templatetags.kepu_format import count, localized
from kepu.core.templatetags.kepu_target import with_unit
from kepu.plans.models import Target
from kepu.plans.queries.goals import GoalProgress
from kepu.portal import charts
from kepu.portal.public_plans import PublicGoal


class Step(TypedDict):
    """A goal on its way down from the nation to the district."""

    level: str
    asks_for: str


class Course(TypedDict):
    """The chart of a goal's values through time."""

    id: str
    data: dict[str, Any]


class GoalRow(TypedDict):
    """`shown` has the names of `<c-target>`."""

    shown: dict[str, Any]
    steps: list[Step]
    course: Course | None


def goal_rows(goals: Iterable[PublicGoal]) -> list[GoalRow]:
    return [
        GoalRow(shown=_shown(goal.progress), steps=_steps(goal), course=_course(goal.progress))
        for goal in goals
    ]


def _shown(progress: GoalProgress) -> dict[str, Any]:
    target, value = progress.target, progress.value
    names = {
        "title": localized(target, "name"),
        "level": 3,
        "kind": value.kind if value else target.kind,
        "goal": target.value,
        "unit": target.unit,
        "tone": progress.tone,
        "word": progress.verdict.label,
        "slot": _remark(progress),
    }
    if value is None:
        return names
    fields = ("value", "low", "high", "unverified", "as_of", "source")
    return names | {name: getattr(value, name) for name in fields}


def _remark(progress: GoalProgress) -> str:
    size = progress.value.sample_size if progress.value else None
    remarks = [_("访问 %(n)s 人") % {"n": count(size)}] if size else []
    if not progress.target.is_from_plan:
        remarks.append(_("办公室自定的数字，方案原文没有"))
    return "；".join(remarks)


def _steps(goal: PublicGoal) -> list[Step]:
    if not goal.above:
        return []
    higher = [Step(level=one.plan.get_level_display(), asks_for=_asks_for(one)) for one in goal.above]
    return [*higher, Step(level=_("本区"), asks_for=_asks_for(goal.progress.target))]


def _asks_for(target: Target) -> str:
    """不低于 18.5%."""
    return f"{target.get_comparator_display()} {with_unit(target.value, target.unit)}"


def _course(progress: GoalProgress) -> Course | None:
    data = charts.course_of(progress)
    return Course(id=f"course-{progress.target.pk}", data=data) if data else None
