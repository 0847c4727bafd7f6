"""Targets: what they are called, what kind of number they are, which higher target they serve.

The figures of a target that the plan names change only with the plan; those of the office's own targets change here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.models import User
from kepu.audit.services import System
from kepu.audit.services import record as audit
from kepu.core.errors import BadInput, WrongState, require
from kepu.plans import rules
from kepu.plans.models import Comparator, Measure, NumberKind, Plan, Target
from kepu.plans.services.progress.life import require_in_force
from kepu.plans.services.refusals import require_running

MAX_AMOUNT = Decimal(10) ** 12
_PLACES = Decimal("0.0001")


class FromThePlan(WrongState):
    code = "target_from_the_plan"
    message = gettext_lazy("这个指标是方案载明的，数值只能随方案修订改变。")


class KindHasValues(WrongState):
    code = "target_kind_has_values"
    message = gettext_lazy("这个指标已经登记过数值，数字性质不能再改。")


class CascadeBroken(BadInput):
    code = "cascade_broken"
    message = gettext_lazy("上级指标须属于更高层级的方案，并与本指标的计量单位相同。")


@dataclass(frozen=True, slots=True)
class TargetWords:
    """A figure that the office sets itself."""

    name: str
    kind: str
    comparator: str
    value: Decimal
    unit: str
    due_on: date | None = None
    name_en: str = ""
    population: str = ""
    baseline: Decimal | None = None


@transaction.atomic
def attach_own_target(measure: Measure, *, words: TargetWords, by: User | System, at: datetime) -> Target:
    """Give a measure, for which the plan names no figure, one of the office's own; it is marked as such everywhere."""
    measure = Measure.objects.select_related("action__plan__office").get(pk=measure.pk)
    plan = _lock_plan(measure.action.plan)
    require(rules.can_run_plan(by, plan))
    require_running(plan)
    require_in_force(measure)
    _check(words)
    target = Target(plan=plan, measure=measure, is_from_plan=False, position=plan.targets.count() + 1)
    _take_over(target, words=words)
    target.save()
    audit("attach_own_target", of=target, by=by, at=at, changes=_shown(target))
    return target


@transaction.atomic
def edit_own_target(target: Target, *, words: TargetWords, by: User | System, at: datetime) -> Target:
    """Change the office's own figure."""
    target = _lock_own(target, by=by)
    _check(words)
    _require_same_kind(target, kind=words.kind)
    before = _shown(target)
    _take_over(target, words=words)
    target.save()
    audit("edit_own_target", of=target, by=by, at=at, changes={"before": before, "after": _shown(target)})
    return target


@transaction.atomic
def withdraw_own_target(target: Target, *, by: User | System, at: datetime) -> Target:
    """The office no longer pursues its own figure; what was recorded stays."""
    target = _lock_own(target, by=by)
    if target.withdrawn_in is not None:
        raise WrongState
    target.withdrawn_in = target.plan.version
    target.save(update_fields=["withdrawn_in"])
    audit("withdraw_own_target", of=target, by=by, at=at)
    return target


@transaction.atomic
def edit_target(
    target: Target, *, name: str, name_en: str, kind: str, by: User | System, at: datetime
) -> Target:
    """Name a target and say what kind of number it is, also one that the plan names."""
    target = lock_target(target)
    require(rules.can_run_plan(by, target.plan))
    require_running(target.plan)
    _check_names(name, name_en=name_en)
    _require_same_kind(target, kind=kind)
    changes = {"name": [target.name, name.strip()], "kind": [target.kind, kind]}
    target.name, target.name_en, target.kind = name.strip(), name_en.strip(), kind
    target.save(update_fields=["name", "name_en", "kind"])
    audit("edit_target", of=target, by=by, at=at, changes=changes)
    return target


@transaction.atomic
def link_parent_target(target: Target, *, parent: Target | None, by: User | System, at: datetime) -> Target:
    """Say which target of a higher plan this one serves; None takes the link off."""
    target = lock_target(target)
    require(rules.can_run_plan(by, target.plan))
    require_running(target.plan)
    if parent is not None:
        _require_higher(parent, target=target)
    changes = {"parent": [str(target.parent or ""), str(parent or "")]}
    target.parent = parent
    target.save(update_fields=["parent"])
    audit("link_parent_target", of=target, by=by, at=at, changes=changes)
    return target


LEVELS = ("nation", "province", "city", "district")


def rank(plan: Plan) -> int:
    """0 for the nation, larger further down."""
    return LEVELS.index(plan.level)


def lock_target(target: Target) -> Target:
    locked = Target.objects.select_for_update(of=("self",))
    return locked.select_related("plan__office", "parent").get(pk=target.pk)


def _lock_plan(plan: Plan) -> Plan:
    return Plan.objects.select_for_update(of=("self",)).select_related("office").get(pk=plan.pk)


def _lock_own(target: Target, *, by: User | System) -> Target:
    target = lock_target(target)
    require(rules.can_run_plan(by, target.plan))
    require_running(target.plan)
    if target.is_from_plan:
        raise FromThePlan
    return target


def _require_higher(parent: Target, *, target: Target) -> None:
    """Up the levels only, so that a circle cannot be made."""
    if rank(parent.plan) >= rank(target.plan) or parent.unit != target.unit:
        raise CascadeBroken(field="parent")


def _require_same_kind(target: Target, *, kind: str) -> None:
    if kind not in NumberKind.values:
        raise BadInput(field="kind")
    if kind != target.kind and target.values.exists():
        raise KindHasValues(field="kind")


def _check(words: TargetWords) -> None:
    _check_names(words.name, name_en=words.name_en)
    if words.kind not in NumberKind.values:
        raise BadInput(field="kind")
    if words.comparator not in Comparator.values:
        raise BadInput(field="comparator")
    if not words.unit.strip() or len(words.unit.strip()) > 20:
        raise BadInput(_("请填写计量单位，不超过 20 字。"), field="unit")
    check_amount(words.value, field="value")
    if words.baseline is not None:
        check_amount(words.baseline, field="baseline")


def _check_names(name: str, *, name_en: str) -> None:
    if not name.strip() or len(name.strip()) > 120:
        raise BadInput(_("请填写名称，不超过 120 字。"), field="name")
    if len(name_en.strip()) > 160:
        raise BadInput(_("英文名称不超过 160 个字符。"), field="name_en")


def check_amount(number: Decimal, *, field: str) -> None:
    """Only what the database keeps without rounding."""
    if not number.is_finite() or abs(number) >= MAX_AMOUNT or number != number.quantize(_PLACES):
        raise BadInput(_("请填一个数，最多四位小数。"), field=field)


def _take_over(target: Target, *, words: TargetWords) -> None:
    target.name, target.name_en = words.name.strip(), words.name_en.strip()
    target.kind, target.comparator = words.kind, words.comparator
    target.value, target.unit = words.value, words.unit.strip()
    target.due_on, target.baseline = words.due_on, words.baseline
    target.population = words.population.strip()[:120]


def _shown(target: Target) -> dict[str, str]:
    return {
        "name": target.name,
        "kind": target.kind,
        "goal": f"{target.comparator} {target.value} {target.unit}",
        "due_on": "" if target.due_on is None else target.due_on.isoformat(),
    }
