"""The colour beside the word of a state, for templates."""

from __future__ import annotations

from django import template

from kepu.plans.models import ReportState

register = template.Library()

REPORT_TONES = {
    ReportState.DRAFT: "unknown",
    ReportState.SUBMITTED: "info",
    ReportState.RETURNED: "bad",
    ReportState.ACCEPTED: "good",
    ReportState.SUPERSEDED: "unknown",
    ReportState.DROPPED: "unknown",
}
EVENT_TONES = {"unknown": "neutral", "info": "brand"}


@register.filter
def report_tone(state: str) -> str:
    """For <c-status>."""
    return REPORT_TONES[ReportState(state)]


@register.filter
def event_tone(state: str) -> str:
    """For <c-event>."""
    tone = report_tone(state)
    return EVENT_TONES.get(tone, tone)
