"""Which state may follow which, for activities and their sessions."""

from __future__ import annotations

from collections.abc import Mapping, Set

from kepu.activities.models import ActivityState, SessionState

ACTIVITY_MOVES: Mapping[ActivityState, Set[ActivityState]] = {
    ActivityState.DRAFT: {ActivityState.PUBLISHED},
    ActivityState.PUBLISHED: {ActivityState.CANCELLED, ActivityState.REPORTED},
    ActivityState.REPORTED: {ActivityState.VERIFIED, ActivityState.PUBLISHED},
    ActivityState.VERIFIED: {ActivityState.REPORTED},
}
"""A report can be given back for correction, and a verified one can be opened again. Cancelled is for good: copy it."""

SESSION_MOVES: Mapping[SessionState, Set[SessionState]] = {
    SessionState.PLANNED: {SessionState.PLANNED, SessionState.POSTPONED, SessionState.CANCELLED},
    SessionState.POSTPONED: {SessionState.PLANNED, SessionState.CANCELLED},
}
"""A date that is moved stays planned; postponed is without a new date yet."""
