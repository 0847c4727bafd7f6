"""A plan changed in place by a later version of its document: what stays keeps its row, its code and its progress."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.timezone import localdate

from kepu.plans.models import Action, Measure, Plan, Target
from kepu.plans.queries.differences import Continued, changes, continued
from kepu.plans.queries.outline import PlanOutline
from kepu.plans.services.importing.notifying import responsible_before, tell_units_concerned
from kepu.plans.services.importing.rows import Codes, write_action, write_measure, write_target
from kepu.plans.services.importing.versions import Confirmation, open_quarters, write_version
from kepu.plans.services.refusals import require_running


def amend_plan(plan: Plan, *, confirmation: Confirmation) -> Plan:
    """The plan as the new version says; what is missing there is withdrawn, never deleted."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    require_running(plan)
    plan_to_be = confirmation.outline
    found, kept = changes(plan, plan_to_be), continued(plan, plan_to_be)
    before = responsible_before(plan)
    plan.version += 1
    plan.title_en = plan.title_en if plan.title == plan_to_be.title else ""
    plan.title, plan.starts_in, plan.ends_in = plan_to_be.title, plan_to_be.starts_in, plan_to_be.ends_in
    plan.save()
    measures = _Amendment(plan, kept).write(plan_to_be)
    open_quarters(plan, on=localdate(confirmation.at))
    codes = {key: measure.code for key, measure in measures.items()}
    write_version(
        plan, confirmation=confirmation, codes=codes, differences=[change.as_json() for change in found]
    )
    differences = [change.difference for change in found]
    tell_units_concerned(plan, found=differences, before=before, confirmation=confirmation)
    return plan


class _Amendment:
    """The rows of a plan while a new version is written over them."""

    def __init__(self, plan: Plan, kept: Continued) -> None:
        self.plan, self.kept = plan, kept
        self.actions: dict[int, Action] = plan.actions.filter(withdrawn_in=None).in_bulk()
        self.measures: dict[int, Measure] = Measure.objects.filter(
            action__plan=plan, withdrawn_in=None
        ).in_bulk()
        self.targets: dict[int, Target] = plan.targets.filter(withdrawn_in=None).in_bulk()
        self.codes = Codes(plan)

    def write(self, plan_to_be: PlanOutline) -> dict[str, Measure]:
        """Everything the new version says; what it no longer says is withdrawn. The measures by their key."""
        measures: dict[str, Measure] = {}
        for number, outline in enumerate(plan_to_be.actions, start=1):
            row = self._kept(self.actions, self.kept.actions.get(outline.key))
            action = write_action(outline, plan=self.plan, position=number, row=row)
            for place, measure in enumerate(outline.measures, start=1):
                measures[measure.key] = self._write_measure(
                    measure, action=action, number=number, place=place
                )
        self._write_targets(plan_to_be, measures=measures)
        self._withdraw(self.actions, keep=self.kept.actions.values())
        self._withdraw(self.measures, keep=self.kept.measures.values())
        return measures

    def _write_measure(self, outline: Any, *, action: Action, number: int, place: int) -> Measure:
        row = self._kept(self.measures, self.kept.measures.get(outline.key))
        code = row.code if row else self.codes.next_for(number, preferred=place)
        return write_measure(outline, action=action, position=place, code=code, row=row)

    def _write_targets(self, plan_to_be: PlanOutline, *, measures: dict[str, Measure]) -> None:
        for place, outline in enumerate(plan_to_be.targets, start=1):
            row = self._kept(self.targets, self.kept.targets.get(outline.key))
            write_target(
                outline, plan=self.plan, position=place, measure=measures.get(outline.measure or ""), row=row
            )
        gone = self.measures.keys() - set(self.kept.measures.values())
        own = [row.pk for row in self.targets.values() if not row.is_from_plan and row.measure_id not in gone]
        self._withdraw(self.targets, keep=[*self.kept.targets.values(), *own])

    def _kept(self, rows: dict[int, Any], key: int | None) -> Any:
        return None if key is None else rows[key]

    def _withdraw(self, rows: dict[int, Any], *, keep: Iterable[int]) -> None:
        for key in rows.keys() - set(keep):
            rows[key].withdrawn_in = self.plan.version
            rows[key].save(update_fields=["withdrawn_in"])
