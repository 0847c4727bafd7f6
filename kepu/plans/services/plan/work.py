"""The yearly break-down: what each unit does for a measure in a year, and when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.models import Organisation, User
from kepu.audit.services import System
from kepu.audit.services import record as audit
from kepu.core.errors import BadInput, WrongState, require
from kepu.plans import rules
from kepu.plans.models import Measure, Plan, WorkItem
from kepu.plans.services.progress.content import MAX_AMOUNT, UnitNotResponsible
from kepu.plans.services.progress.life import require_in_force
from kepu.plans.services.refusals import require_running


class WorkIsDone(WrongState):
    code = "work_is_done"
    message = gettext_lazy("这项工作已经完成。要改动请先改回“未完成”。")


@dataclass(frozen=True, slots=True)
class WorkWords:
    """One piece of work of one unit in one year."""

    organisation: Organisation
    year: int
    text: str
    due_on: date
    quantity: Decimal | None = None
    unit: str = ""


@transaction.atomic
def add_work(measure: Measure, *, words: WorkWords, by: User | System, at: datetime) -> WorkItem:
    """Give a unit a piece of work for a measure."""
    measure = _lock_measure(measure)
    require(rules.can_run_plan(by, measure.action.plan))
    require_running(measure.action.plan)
    require_in_force(measure)
    _check(words, measure=measure)
    item = WorkItem(measure=measure)
    _take_over(item, words=words)
    item.save()
    audit("add_work", of=item, by=by, at=at, organisation=str(item.organisation), changes=_shown(item))
    return item


@transaction.atomic
def edit_work(item: WorkItem, *, words: WorkWords, by: User | System, at: datetime) -> WorkItem:
    item = _lock_open(item, by=by)
    _check(words, measure=item.measure)
    before = _shown(item)
    _take_over(item, words=words)
    item.save()
    changes = {"before": before, "after": _shown(item)}
    audit("edit_work", of=item, by=by, at=at, organisation=str(item.organisation), changes=changes)
    return item


@transaction.atomic
def remove_work(item: WorkItem, *, by: User | System, at: datetime) -> Measure:
    """Take back work that is not done; the audit keeps what it was."""
    item = _lock_open(item, by=by)
    audit("remove_work", of=item, by=by, at=at, organisation=str(item.organisation), changes=_shown(item))
    item.delete()
    return item.measure


@transaction.atomic
def finish_work(item: WorkItem, *, done_on: date, by: User | System, at: datetime) -> WorkItem:
    """The unit, or the office for it, says on which day the work was done."""
    item = _lock(item)
    require(rules.can_finish_work(by, item))
    require_running(item.measure.action.plan)
    if item.done_on is not None:
        raise WorkIsDone
    if done_on > timezone.localdate(at):
        raise BadInput(_("完成日期不能在今天以后。"), field="done_on")
    item.done_on = done_on
    item.save(update_fields=["done_on"])
    changes = {"done_on": done_on.isoformat()}
    audit("finish_work", of=item, by=by, at=at, organisation=str(item.organisation), changes=changes)
    return item


@transaction.atomic
def resume_work(item: WorkItem, *, by: User | System, at: datetime) -> WorkItem:
    """It was not done after all."""
    item = _lock(item)
    require(rules.can_finish_work(by, item))
    require_running(item.measure.action.plan)
    if item.done_on is None:
        raise WrongState
    changes = {"done_on": [item.done_on.isoformat(), ""]}
    item.done_on = None
    item.save(update_fields=["done_on"])
    audit("resume_work", of=item, by=by, at=at, organisation=str(item.organisation), changes=changes)
    return item


def _lock_measure(measure: Measure) -> Measure:
    found = Measure.objects.select_related("action__plan__office").get(pk=measure.pk)
    Plan.objects.select_for_update().get(pk=found.action.plan_id)
    return found


def _lock(item: WorkItem) -> WorkItem:
    locked = WorkItem.objects.select_for_update(of=("self",))
    return locked.select_related("measure__action__plan__office", "organisation").get(pk=item.pk)


def _lock_open(item: WorkItem, *, by: User | System) -> WorkItem:
    item = _lock(item)
    require(rules.can_run_plan(by, item.measure.action.plan))
    require_running(item.measure.action.plan)
    if item.done_on is not None:
        raise WorkIsDone
    return item


def _check(words: WorkWords, *, measure: Measure) -> None:
    plan = measure.action.plan
    if not words.text.strip() or len(words.text.strip()) > 300:
        raise BadInput(_("请写明工作内容，不超过 300 字。"), field="text")
    if not plan.starts_in <= words.year <= plan.ends_in:
        raise BadInput(_("年度须在方案的起止年份之内。"), field="year")
    if words.due_on.year != words.year:
        raise BadInput(_("期限须在所选年度之内。"), field="due_on")
    if not rules.is_responsible(words.organisation, measure):
        raise UnitNotResponsible(field="organisation")
    _check_quantity(words)


def _check_quantity(words: WorkWords) -> None:
    if words.quantity is None:
        return
    if not words.quantity.is_finite() or not 0 <= words.quantity < MAX_AMOUNT:
        raise BadInput(_("数量须是不小于零的数。"), field="quantity")
    if not words.unit.strip() or len(words.unit.strip()) > 20:
        raise BadInput(_("有数量就要有计量单位，不超过 20 字。"), field="unit")


def _take_over(item: WorkItem, *, words: WorkWords) -> None:
    item.organisation, item.year, item.due_on = words.organisation, words.year, words.due_on
    item.text, item.quantity, item.unit = words.text.strip(), words.quantity, words.unit.strip()


def _shown(item: WorkItem) -> dict[str, str]:
    return {
        "organisation": str(item.organisation),
        "year": str(item.year),
        "text": item.text,
        "quantity": "" if item.quantity is None else f"{item.quantity} {item.unit}",
        "due_on": item.due_on.isoformat(),
    }
