"""Send and read messages."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kepu.accounts.models import User
from kepu.core.errors import require
from kepu.messages.models import Message


def send(
    subject: str, *, to: User, kind: str, key: str, at: datetime, body: str = "", link: str = ""
) -> Message:
    """Put one message into a person's inbox; the same key sent again returns the first message."""
    message, _created = Message.objects.get_or_create(
        idempotency_key=f"{key}:{to.pk}",
        defaults={
            "recipient": to,
            "kind": kind,
            "subject": subject[:160],
            "body": body,
            "link": link,
            "sent_at": at,
        },
    )
    return message


@transaction.atomic
def mark_read(message: Message, *, by: User, at: datetime) -> Message:
    """The recipient has read it; reading twice keeps the first time."""
    require(message.recipient_id == by.pk)
    if message.read_at is None:
        message.read_at = at
        message.save(update_fields=["read_at"])
    return message


@transaction.atomic
def mark_all_read(recipient: User, *, at: datetime) -> int:
    """Everything unread counts as read now; says how many messages that were."""
    return Message.objects.filter(recipient=recipient, read_at__isnull=True).update(read_at=at)
