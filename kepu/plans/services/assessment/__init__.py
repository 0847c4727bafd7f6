"""The yearly assessment of units: self-review, review, publication, appeal, end. Every point rests on something."""

from kepu.plans.services.assessment.appeals import appeal, dismiss_appeal, uphold_appeal
from kepu.plans.services.assessment.results import finalise, publish
from kepu.plans.services.assessment.reviewing import ReviewEntry, return_self_review, review
from kepu.plans.services.assessment.self_review import (
    SelfEntry,
    close_self_review,
    save_self_review,
    submit_self_review,
)

__all__ = [
    "ReviewEntry",
    "SelfEntry",
    "appeal",
    "close_self_review",
    "dismiss_appeal",
    "finalise",
    "publish",
    "return_self_review",
    "review",
    "save_self_review",
    "submit_self_review",
    "uphold_appeal",
]
