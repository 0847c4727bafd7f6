"""The first page at the desk: what waits for me, then how far we are, then where it is worst."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kepu.accounts.rules import is_auditor, roles
from kepu.accounts.session import account_of
from kepu.core.clock import today
from kepu.desk.queries import plan_at_a_glance, waiting_for
from kepu.plans import rules

SHOWN = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Different for an office, a unit, an auditor, and somebody who has no role yet."""
    user = account_of(request)
    waiting = waiting_for(user, on=today())
    glance = plan_at_a_glance(user, on=today())
    context = {
        "waiting": waiting,
        "office": waiting.office,
        "mine": waiting.units,
        "glance": glance,
        "hard_goals": [] if glance is None else [one for one in glance.goals if one.target.is_from_plan],
        "worst": [] if glance is None else glance.card.worst_rows[:SHOWN],
        "is_office": bool(rules.offices_of(user)),
        "is_auditor": is_auditor(user),
        "roles": roles(user),
        "several_units": len(rules.reporting_units_of(user)) > 1,
        "today": today(),
    }
    return render(request, "desk/home.html", context)
