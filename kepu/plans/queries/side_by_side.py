"""Two plans beside each other: which measure of the newer one continues which of the older, and how they differ."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kepu.plans.models import Action, Measure, Plan, Target
from kepu.plans.queries.differences import view_of_plan
from kepu.plans.queries.structure import actions_in_force, responsible_for, targets_in_force
from plan_document.compare import continuations, target_continuations


@dataclass(frozen=True, slots=True)
class MeasurePair:
    """A measure and what it continues; one of the two may be missing."""

    old: Measure | None
    new: Measure | None
    old_units: str
    new_units: str


@dataclass(frozen=True, slots=True)
class TargetPair:
    old: Target | None
    new: Target | None


@dataclass(frozen=True, slots=True)
class ActionPairs:
    """The pairs under one action of the newer plan; None gathers what it no longer has."""

    action: Action | None
    pairs: list[MeasurePair]


@dataclass(frozen=True, slots=True)
class Comparison:
    actions: list[ActionPairs]
    targets: list[TargetPair]

    @property
    def continued_count(self) -> int:
        return sum(
            pair.old is not None and pair.new is not None for group in self.actions for pair in group.pairs
        )

    @property
    def new_count(self) -> int:
        return sum(pair.old is None for group in self.actions for pair in group.pairs)

    @property
    def ended_count(self) -> int:
        return sum(pair.new is None for group in self.actions for pair in group.pairs)


def side_by_side(old: Plan, *, new: Plan) -> Comparison:
    """Pairs in the order of the newer plan; what it has no more comes last."""
    before = _measures(old)
    continues = _continued(old, new=new)
    groups = [
        ActionPairs(action, [_pair(before.get(continues.get(row.pk, 0)), row) for row in measures])
        for action, measures in _by_action(new)
    ]
    ended = [row for key, row in before.items() if key not in continues.values()]
    if ended:
        groups.append(ActionPairs(None, [_pair(row, None) for row in ended]))
    return Comparison(groups, _target_pairs(old, new=new))


def _by_action(plan: Plan) -> list[tuple[Action, list[Measure]]]:
    found = []
    for action in actions_in_force(plan):
        measures = list(action.measures.all())
        for measure in measures:
            measure.action = action  # so that its owners are not read again
        found.append((action, measures))
    return found


def _measures(plan: Plan) -> dict[int, Measure]:
    return {row.pk: row for _action, measures in _by_action(plan) for row in measures}


def _continued(old: Plan, *, new: Plan) -> dict[int, int]:
    """What the office recorded as continued where the plan follows the other, else what reads alike."""
    if new.succeeds_id == old.pk:
        rows = Measure.objects.filter(action__plan=new, withdrawn_in=None, continues__action__plan=old)
        return dict(rows.values_list("pk", "continues_id"))
    found = continuations(view_of_plan(old), view_of_plan(new))
    return {int(one.new_key): int(one.old_key) for one in found if one.old_key}


def _pair(old: Measure | None, new: Measure | None) -> MeasurePair:
    return MeasurePair(old, new, _units(old), _units(new))


def _units(measure: Measure | None) -> str:
    rows = responsible_for(measure) if measure else []
    return _("、").join(row.organisation.short_name for row in rows if row.role == "lead")


def _target_pairs(old: Plan, *, new: Plan) -> list[TargetPair]:
    before = {target.pk: target for target in targets_in_force(old)}
    found = target_continuations(view_of_plan(old), view_of_plan(new))
    continues = {int(one.new_key): int(one.old_key) for one in found if one.old_key}
    pairs = [TargetPair(before.get(continues.get(target.pk, 0)), target) for target in targets_in_force(new)]
    return [*pairs, *(TargetPair(row, None) for key, row in before.items() if key not in continues.values())]
