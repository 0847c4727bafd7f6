"""What differs between two versions of a plan, and which old measure each new one continues."""

from __future__ import annotations

from plan_document.compare.differences import (
    Continuation,
    Difference,
    DifferenceKind,
    action_continuations,
    compare,
    continuations,
    target_continuations,
)
from plan_document.compare.views import ActionView, MeasureView, PlanView, TargetView, view_of

__all__ = [
    "ActionView",
    "Continuation",
    "Difference",
    "DifferenceKind",
    "MeasureView",
    "PlanView",
    "TargetView",
    "action_continuations",
    "compare",
    "continuations",
    "target_continuations",
    "view_of",
]
