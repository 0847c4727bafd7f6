"""The port through which texts go to phones. A district names its provider's class in KEPU_SMS_SENDER.

A sender takes a normalised number and a text, and returns once the provider has taken it over; it raises `NotSent` otherwise.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class NotSent(Exception):
    """The provider did not take the text over; the caller tries again later."""


class Sender(Protocol):
    def send(self, phone: str, *, text: str) -> None: ...


class ConsoleSender:
    """For development and the demo: nothing leaves the machine."""

    def send(self, phone: str, *, text: str) -> None:
        sys.stdout.write(f"[SMS {phone}] {text}\n")
        sys.stdout.flush()


def sender() -> Sender | None:
    """The one that is configured; None where no text can be sent."""
    return _made(settings.SMS_SENDER) if settings.SMS_SENDER else None


def shows_texts_on_the_page() -> bool:
    """Only in a demo, and only when nothing is really sent: else a code on the page would prove nothing."""
    return (settings.DEMO or settings.DEBUG) and isinstance(sender(), ConsoleSender)


@lru_cache(maxsize=4)
def _made(path: str) -> Sender:
    made: Sender = import_string(path)()
    return made
