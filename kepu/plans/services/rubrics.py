"""The yardstick of a year: begun from the shipped rubric or from last year's, edited, opened for self-review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.models import User
from kepu.audit.services import record
from kepu.core.errors import BadInput, WrongState, require
from kepu.core.state import move
from kepu.plans import rules
from kepu.plans.models import Assessment, Plan, PointsSource, Rubric, RubricItem, RubricState
from kepu.plans.queries.assessments import units_to_assess
from kepu.plans.services.notices import Notice, tell_unit

DEFAULT_RUBRIC = Path(__file__).resolve().parents[1] / "data" / "default_rubric.yaml"
RUBRIC_MOVES = {
    RubricState.DRAFT: {RubricState.OPEN},
    RubricState.OPEN: {RubricState.PUBLISHED},
}


class YearHasRubric(BadInput):
    code = "year_has_rubric"
    message = gettext_lazy("这一年已经有评分表了，请直接打开它。")


class YearOutsidePlan(BadInput):
    code = "year_outside_plan"
    message = gettext_lazy("这一年不在方案期内，请改选方案期内的年度。")


class RubricInUse(WrongState):
    code = "rubric_in_use"
    message = gettext_lazy("评分表已经开放自评，不能再改；需要调整时请在下一年的评分表里改。")


class RubricIncomplete(BadInput):
    code = "rubric_incomplete"
    message = gettext_lazy("评分表还没有评分项，请至少填写一项再开放。")


class NobodyToAssess(BadInput):
    code = "nobody_to_assess"
    message = gettext_lazy("方案里还没有责任单位，请先在方案中落实牵头和配合单位。")


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One line of a rubric as it is typed."""

    title: str
    source: str
    points: Decimal
    guidance: str = ""


@transaction.atomic
def begin_from_default(plan: Plan, *, year: int, by: User, at: datetime) -> Rubric:
    """Start the year with the rubric that is shipped."""
    shipped = shipped_rubric()
    items = [ItemDraft(**{**item, "points": Decimal(str(item["points"]))}) for item in shipped["items"]]
    rubric = _begin(plan, year=year, title=shipped["title"], grades=shipped["grades"], by=by)
    _put_items(rubric, items=items)
    record(
        "begin_rubric", of=rubric, by=by, at=at, organisation=str(plan.office), changes={"from": "default"}
    )
    return rubric


@transaction.atomic
def begin_from(source: Rubric, *, year: int, by: User, at: datetime) -> Rubric:
    """Start the year with a copy of an earlier year's rubric."""
    rubric = _begin(source.plan, year=year, title=source.title, grades=source.grades, by=by)
    items = [ItemDraft(i.title, i.source, i.points, i.guidance) for i in source.items.all()]
    _put_items(rubric, items=items)
    office = str(source.plan.office)
    record("begin_rubric", of=rubric, by=by, at=at, organisation=office, changes={"from": source.year})
    return rubric


@transaction.atomic
def edit_rubric(
    rubric: Rubric,
    *,
    title: str,
    due_on: date | None,
    grades: Sequence[dict[str, Any]],
    items: Sequence[ItemDraft],
    by: User,
    at: datetime,
) -> Rubric:
    """Replace the whole rubric by what was typed, while it is a draft."""
    rubric = _locked(rubric, by=by)
    if rubric.state != RubricState.DRAFT:
        raise RubricInUse
    before = _as_data(rubric)
    rubric.title, rubric.due_on, rubric.grades = title, due_on, list(grades)
    rubric.save()
    rubric.items.all().delete()
    _put_items(rubric, items=items)
    changes = {"before": before, "after": _as_data(rubric)}
    record("edit_rubric", of=rubric, by=by, at=at, organisation=str(rubric.plan.office), changes=changes)
    return rubric


@transaction.atomic
def open_rubric(rubric: Rubric, *, by: User, at: datetime) -> list[Assessment]:
    """Ask every responsible unit for its self-review."""
    rubric = _locked(rubric, by=by)
    move(rubric, to=RubricState.OPEN, moves=RUBRIC_MOVES)
    if not rubric.items.exists():
        raise RubricIncomplete
    units = list(units_to_assess(rubric))
    if not units:
        raise NobodyToAssess
    rubric.save(update_fields=["state"])
    assessments = [Assessment.objects.create(rubric=rubric, organisation=unit) for unit in units]
    for assessment in assessments:
        tell_unit(assessment.organisation, notice=_invitation(assessment), at=at)
    changes = {"units": [str(unit) for unit in units]}
    record("open_rubric", of=rubric, by=by, at=at, organisation=str(rubric.plan.office), changes=changes)
    return assessments


@cache
def shipped_rubric() -> dict[str, Any]:
    """The rubric of the package, as data."""
    return dict(yaml.safe_load(DEFAULT_RUBRIC.read_text(encoding="utf-8")))


def _begin(plan: Plan, *, year: int, title: str, grades: list[dict[str, Any]], by: User) -> Rubric:
    plan = Plan.objects.select_for_update().select_related("office").get(pk=plan.pk)
    require(rules.can_run_plan(by, plan))
    if not plan.starts_in <= year <= plan.ends_in:
        raise YearOutsidePlan(field="year")
    if plan.rubrics.filter(year=year).exists():
        raise YearHasRubric(field="year")
    return Rubric.objects.create(plan=plan, year=year, title=title, grades=grades)


def _locked(rubric: Rubric, *, by: User) -> Rubric:
    rubric = Rubric.objects.select_for_update(of=("self",)).select_related("plan__office").get(pk=rubric.pk)
    require(rules.can_run_plan(by, rubric.plan))
    return rubric


def _put_items(rubric: Rubric, *, items: Sequence[ItemDraft]) -> None:
    RubricItem.objects.bulk_create(
        RubricItem(
            rubric=rubric,
            position=position,
            title=item.title,
            guidance=item.guidance,
            points=item.points,
            source=PointsSource(item.source),
        )
        for position, item in enumerate(items, start=1)
    )


def _as_data(rubric: Rubric) -> dict[str, Any]:
    items = rubric.items.values_list("title", "source", "points")
    return {
        "title": rubric.title,
        "due_on": rubric.due_on.isoformat() if rubric.due_on else "",
        "grades": rubric.grades,
        "items": [[title, source, str(points)] for title, source, points in items],
    }


def _invitation(assessment: Assessment) -> Notice:
    return Notice(
        key=f"assessment-opened:{assessment.pk}",
        kind="assessment",
        subject=_("%(year)d 年度考核开始自评") % {"year": assessment.rubric.year},
        body=_("请填写自评分和依据，可以随时保存，写完再提交；按数据计算的项目不用填。"),
        link=reverse("plans:assessment", args=[assessment.pk]),
    )
