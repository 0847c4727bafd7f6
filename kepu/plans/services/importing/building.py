"""A new plan out of a confirmed draft."""

from __future__ import annotations

from django.utils.timezone import localdate

from kepu.plans.models import Measure, Plan, PlanLevel
from kepu.plans.queries.differences import continued
from kepu.plans.queries.outline import PlanOutline
from kepu.plans.queries.readiness import plan_before
from kepu.plans.services.importing.rows import Codes, write_action, write_measure, write_target
from kepu.plans.services.importing.versions import Confirmation, open_quarters, write_version
from kepu.regions.models import Level, Region

_LEVELS = {Level.PROVINCE: PlanLevel.PROVINCE, Level.CITY: PlanLevel.CITY}


def build_plan(confirmation: Confirmation) -> Plan:
    """The plan with all its rows, its first version and its quarters. It follows the office's plan before it."""
    plan_to_be, plan_import = confirmation.outline, confirmation.plan_import
    before = plan_before(plan_import, starts_in=plan_to_be.starts_in)
    plan = Plan.objects.create(
        slug=free_slug(plan_import.region, plan=plan_to_be),
        title=plan_to_be.title,
        level=_LEVELS.get(Level(plan_import.region.level), PlanLevel.DISTRICT),
        region=plan_import.region,
        office=plan_import.office,
        starts_in=plan_to_be.starts_in,
        ends_in=plan_to_be.ends_in,
        succeeds=before,
    )
    measures = _write_rows(plan, plan_to_be=plan_to_be)
    if before is not None:
        _continue_measures(measures, before=before, plan_to_be=plan_to_be)
    open_quarters(plan, on=localdate(confirmation.at))
    codes = {key: measure.code for key, measure in measures.items()}
    write_version(plan, confirmation=confirmation, codes=codes)
    return plan


def free_slug(region: Region, *, plan: PlanOutline) -> str:
    """The address name: the region's code and the years, with a number behind it if that is taken."""
    code = region.code[:6] if region.code.endswith("000000") else region.code
    stem = f"{code}-{plan.starts_in}-{plan.ends_in}"
    taken = set(Plan.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number = 1
    while (slug := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return slug


def _write_rows(plan: Plan, *, plan_to_be: PlanOutline) -> dict[str, Measure]:
    """The measures by their key in the outline."""
    codes = Codes(plan)
    measures: dict[str, Measure] = {}
    for number, action_to_be in enumerate(plan_to_be.actions, start=1):
        action = write_action(action_to_be, plan=plan, position=number)
        for place, measure in enumerate(action_to_be.measures, start=1):
            code = codes.next_for(number, preferred=place)
            measures[measure.key] = write_measure(measure, action=action, position=place, code=code)
    for place, target in enumerate(plan_to_be.targets, start=1):
        write_target(target, plan=plan, position=place, measure=measures.get(target.measure or ""))
    return measures


def _continue_measures(measures: dict[str, Measure], *, before: Plan, plan_to_be: PlanOutline) -> None:
    """Name for each measure the one of the plan before that it continues; no progress is copied."""
    for key, row in continued(before, plan_to_be).measures.items():
        measures[key].continues_id = row
        measures[key].save(update_fields=["continues"])
