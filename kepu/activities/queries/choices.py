"""What the planning forms offer: kinds, measures of running plans, units, towns, terms."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kepu.accounts.models import Organisation
from kepu.accounts.rules import Someone
from kepu.activities import rules
from kepu.activities.models import Campaign, Kind, Series
from kepu.plans.models import Measure, Plan, PlanState
from kepu.regions.models import Level, Region


def kinds_in_use() -> QuerySet[Kind]:
    return Kind.objects.filter(is_active=True)


def districts_of(user: Someone) -> set[str]:
    """The six-digit codes of the districts in which somebody plans."""
    return {code[:6] for code in rules.organisers_for(user).values_list("region_id", flat=True)}


def measures_to_serve(districts: set[str]) -> QuerySet[Measure]:
    """The measures in force of the running plans of these districts, in the order of the plan."""
    within = Q(pk__in=[])
    for code in districts:
        within |= Q(region__code__startswith=code)
    plans = Plan.objects.filter(within, state=PlanState.RUNNING)
    in_force = Measure.objects.filter(
        action__plan__in=plans, withdrawn_in__isnull=True, action__withdrawn_in__isnull=True
    )
    return in_force.select_related("action__plan").order_by(
        "action__plan", "action__position", "position", "pk"
    )


def towns(districts: set[str]) -> QuerySet[Region]:
    """Each district and its towns."""
    within = Q(pk__in=[])
    for code in districts:
        within |= Q(code__startswith=code)
    return Region.objects.filter(within, level__in=[Level.COUNTY, Level.TOWNSHIP]).order_by("code")


def units_in(districts: set[str]) -> QuerySet[Organisation]:
    """Who may be a partner: every unit of the district."""
    within = Q(pk__in=[])
    for code in districts:
        within |= Q(region__code__startswith=code)
    return Organisation.objects.filter(within, is_active=True).order_by("path")


def campaigns_in(districts: set[str]) -> QuerySet[Campaign]:
    within = Q(pk__in=[])
    for code in districts:
        within |= Q(region__code__startswith=code)
    return Campaign.objects.filter(within)


def series_of(user: Someone) -> QuerySet[Series]:
    return Series.objects.filter(rules.managed_by(user)).select_related("kind")
