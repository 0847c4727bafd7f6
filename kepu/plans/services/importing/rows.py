"""Write what an outline says into the plan's rows."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max

from kepu.plans.models import Action, Measure, Plan, Responsibility, Target
from kepu.plans.queries.outline import ActionOutline, MeasureOutline, Owner, TargetOutline


def write_action(outline: ActionOutline, *, plan: Plan, position: int, row: Action | None = None) -> Action:
    """The action's row, new or kept, as the outline says. A changed title loses its English one."""
    action = row or Action(plan=plan)
    action.title_en = action.title_en if action.title == outline.title else ""
    action.title, action.kind, action.position = outline.title, outline.kind, position
    action.others_take_part = outline.others_take_part
    action.save()
    write_owners(action, owners=outline.owners)
    return action


def write_measure(
    outline: MeasureOutline, *, action: Action, position: int, code: str, row: Measure | None = None
) -> Measure:
    """The measure's row, new or kept, as the outline says; a kept one keeps its code."""
    measure = row or Measure(code=code)
    measure.title_en = measure.title_en if measure.title == outline.title else ""
    measure.action, measure.position = action, position
    measure.title, measure.text = outline.title, outline.text
    measure.save()
    write_owners(measure, owners=outline.owners)
    return measure


def write_target(
    outline: TargetOutline, *, plan: Plan, position: int, measure: Measure | None, row: Target | None = None
) -> Target:
    """The target's row, new or kept, as the outline says."""
    target = row or Target(plan=plan, is_from_plan=True)
    target.name_en = target.name_en if target.name == outline.name else ""
    for name in (
        "name",
        "text",
        "kind",
        "comparator",
        "value",
        "unit",
        "population",
        "baseline",
        "per",
        "due_on",
    ):
        setattr(target, name, getattr(outline, name))
    target.measure, target.position = measure, position
    target.save()
    return target


def write_owners(holder: Action | Measure, *, owners: Sequence[Owner]) -> None:
    """Exactly these units answer for the action or measure."""
    present = {row.organisation_id: row for row in holder.responsibilities.all()}
    wanted = {owner.organisation.pk for owner in owners}
    holder.responsibilities.exclude(organisation__in=wanted).delete()
    new = [
        _responsibility(holder, owner, position=position)
        for position, owner in enumerate(owners)
        if owner.organisation.pk not in present
    ]
    Responsibility.objects.bulk_create(new)
    for position, owner in enumerate(owners):
        if row := present.get(owner.organisation.pk):
            row.role, row.written_as, row.position = owner.role, owner.written_as, position
            row.save(update_fields=["role", "written_as", "position"])


def _responsibility(holder: Action | Measure, owner: Owner, *, position: int) -> Responsibility:
    return Responsibility(
        action=holder if isinstance(holder, Action) else None,
        measure=holder if isinstance(holder, Measure) else None,
        organisation=owner.organisation,
        role=owner.role,
        position=position,
        written_as=owner.written_as,
    )


class Codes:
    """The next free code of each action's number; a code is never given twice in a plan, so that it can be cited."""

    def __init__(self, plan: Plan) -> None:
        self._taken = set(Measure.objects.filter(action__plan=plan).values_list("code", flat=True))

    def next_for(self, action_number: int, *, preferred: int) -> str:
        number = preferred
        while (code := f"{action_number}.{number}") in self._taken:
            number += 1
        self._taken.add(code)
        return code


def next_position(plan: Plan) -> int:
    """A place for targets after those that are there."""
    return int(plan.targets.aggregate(last=Max("position"))["last"] or 0) + 1
