"""Who reads what citizens write."""

from __future__ import annotations

from kepu.accounts.rules import Someone, is_district_office


def can_answer_feedback(user: Someone) -> bool:
    """The office it is addressed to, and nobody else: a letter may be about a unit."""
    return is_district_office(user)
