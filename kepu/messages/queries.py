"""Reads of the inbox."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from kepu.accounts.models import User
from kepu.messages.models import Message


def inbox_of(user: User) -> QuerySet[Message]:
    """Everything sent to somebody, newest first."""
    return Message.objects.filter(recipient=user)


def unread_count(user: User | AnonymousUser) -> int:
    if not isinstance(user, User):
        return 0
    return inbox_of(user).filter(read_at__isnull=True).count()
