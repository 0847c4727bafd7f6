"""How full an activity is, for its page at the desk."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.db.models import Sum

from kepu.activities.models import Activity
from kepu.activities.queries.sign_up import waiting_people

register = template.Library()


@dataclass(frozen=True, slots=True)
class Totals:
    taken: int
    capacity: int
    waiting: int


@register.simple_tag
def sign_up_totals(activity: Activity) -> Totals:
    """Seats over all sessions, and how many people wait; two queries, however many sessions there are."""
    seats = activity.pools.aggregate(taken=Sum("taken"), capacity=Sum("capacity"))
    return Totals(seats["taken"] or 0, seats["capacity"] or 0, waiting_people(activity))
