"""What the office may choose from when it says what counts for a target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kepu.accounts.models import Organisation
from kepu.core.models import Term
from kepu.core.vocabulary import name_of
from kepu.ledger.names import activity_kind_names
from kepu.plans.models import Measure, Plan
from kepu.regions.codes import code_range
from kepu.regions.models import Level
from kepu.regions.queries import descendants

THEMES = (
    "value_themes",
    "elder_scenarios",
    "learning_points",
    "elder_health_themes",
    "rural_themes",
    "work_safety_themes",
    "emergency_themes",
)
"""The vocabularies by which activities are sorted."""

Choices = Sequence[tuple[str, str]]


def counting_choices(plan: Plan) -> Mapping[str, Choices]:
    """The kinds of activities, and the themes, and the towns, units and measures of the plan. Four queries and those of the names."""
    towns = descendants(plan.region).filter(level=Level.TOWNSHIP).order_by("code")
    within = code_range(plan.region_id)
    units = Organisation.objects.filter(region__code__range=within, is_active=True).order_by("path")
    themes = Term.objects.filter(vocabulary__in=THEMES, is_active=True).order_by("vocabulary", "position")
    measures = Measure.objects.filter(
        action__plan=plan, withdrawn_in__isnull=True, action__withdrawn_in__isnull=True
    ).order_by("action__position", "position", "pk")
    return {
        "activity_kinds": sorted(activity_kind_names().items(), key=lambda pair: pair[1]),
        "themes": [(f"{term.vocabulary}:{term.code}", name_of(term)) for term in themes],
        "regions": [(town.code, town.name) for town in towns],
        "organisations": [(str(unit.pk), unit.short_name) for unit in units],
        "measures": [(one.code, one.title) for one in measures],
    }
