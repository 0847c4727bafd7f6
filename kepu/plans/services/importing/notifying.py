"""Tell the units whose work an amendment changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.accounts.models import Organisation
from kepu.plans.models import Plan
from kepu.plans.queries.outline import PlanOutline
from kepu.plans.queries.structure import actions_in_force, responsible_for
from kepu.plans.services.importing.versions import Confirmation
from kepu.plans.services.notices import Notice, tell_unit
from plan_document.compare import Difference

Responsible = Mapping[str, set[Organisation]]
_MOST_LINES = 12


def responsible_before(plan: Plan) -> Responsible:
    """Who answered for each action and measure before the amendment, by the keys of a comparison."""
    found: dict[str, set[Organisation]] = {}
    for action in actions_in_force(plan):
        found[f"action:{action.pk}"] = {row.organisation for row in action.responsibilities.all()}
        for measure in action.measures.all():
            measure.action = action  # so that its owners are not read again
            found[f"measure:{measure.pk}"] = {row.organisation for row in responsible_for(measure)}
    return found


def responsible_after(plan: PlanOutline) -> Responsible:
    """Who answers for each action and measure from now on."""
    found: dict[str, set[Organisation]] = {}
    for action in plan.actions:
        found[f"action:{action.key}"] = {owner.organisation for owner in action.owners}
        for measure in action.measures:
            owners = measure.owners or action.owners
            found[f"measure:{measure.key}"] = {owner.organisation for owner in owners}
    return found


def tell_units_concerned(
    plan: Plan, *, found: Iterable[Difference], before: Responsible, confirmation: Confirmation
) -> None:
    """One message to each unit that answers, or answered, for something that changed."""
    changed: dict[Organisation, list[str]] = defaultdict(list)
    after = responsible_after(confirmation.outline)
    for difference in found:
        for organisation in _concerned(difference, before=before, after=after):
            changed[organisation].append(difference.new or difference.old)
    for organisation, titles in changed.items():
        tell_unit(organisation, notice=_notice(plan, organisation, titles), at=confirmation.at)


def _concerned(difference: Difference, *, before: Responsible, after: Responsible) -> set[Organisation]:
    kind = difference.kind.value.split("_")[0]
    return before.get(f"{kind}:{difference.old_key}", set()) | after.get(
        f"{kind}:{difference.new_key}", set()
    )


def _notice(plan: Plan, organisation: Organisation, titles: list[str]) -> Notice:
    lines = [title[:60] for title in dict.fromkeys(titles)]
    return Notice(
        key=f"plan-amended:{plan.pk}:{plan.version}:{organisation.pk}",
        kind="plan_amended",
        subject=_("《%(plan)s》有修订，涉及%(unit)s")
        % {"plan": plan.title[:80], "unit": organisation.short_name},
        body="\n".join(lines[:_MOST_LINES]),
        link=reverse("plans:versions", args=[plan.slug]),
    )
