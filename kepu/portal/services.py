"""Take in what a citizen writes, and answer it."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.accounts.models import Membership, Role, User
from kepu.audit.services import record as audit
from kepu.core.errors import BadInput, WrongState, require
from kepu.messages import services as messages
from kepu.portal import rules
from kepu.portal.models import Feedback, FeedbackState

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are taken for one another."""
LONGEST = 2000


@transaction.atomic
def send_feedback(text: str, *, kind: str, contact: str, at: datetime) -> Feedback:
    """Keep it under a new number and tell the office. Open to everybody; the page counts how often."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise BadInput(_("请写明内容，不超过 %(longest)d 字。") % {"longest": LONGEST}, field="text")
    feedback = Feedback.objects.create(
        number=_new_number(), kind=kind, text=text, contact=contact.strip(), sent_at=at
    )
    _tell_office(feedback, at=at)
    return feedback


@transaction.atomic
def answer_feedback(feedback: Feedback, *, answer: str, by: User, at: datetime) -> Feedback:
    """Answer once. Whoever holds the number reads it; how to reach the sender is forgotten with it."""
    require(rules.can_answer_feedback(by))
    found = Feedback.objects.select_for_update().get(pk=feedback.pk)
    if found.state != FeedbackState.OPEN:
        raise WrongState(_("这一件已经答复过了。"))
    if not answer.strip():
        raise BadInput(_("请写答复。"), field="answer")
    found.answer, found.contact, found.state = answer.strip(), "", FeedbackState.ANSWERED
    found.answered_at, found.answered_by = at, by
    found.save()
    audit("answer_feedback", of=found, by=by, at=at)
    return found


def _new_number() -> str:
    """Ten signs by chance, in two groups: nobody guesses the number of somebody else."""
    signs = "".join(secrets.choice(SIGNS) for _sign in range(10))
    return f"{signs[:5]}-{signs[5:]}"


def _tell_office(feedback: Feedback, *, at: datetime) -> None:
    """What was written stays on its page; the message only says that there is something."""
    offices = Membership.on(timezone.localdate(at)).filter(role=Role.DISTRICT_OFFICE).select_related("user")
    for user in {membership.user for membership in offices}:
        messages.send(
            _("有一件%(kind)s等待答复") % {"kind": feedback.get_kind_display()},
            to=user,
            kind="feedback",
            key=f"feedback:{feedback.pk}",
            at=at,
            link=reverse("portal:feedback_answer", args=[feedback.number]),
        )
