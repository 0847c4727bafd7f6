"""Who may do what at the desk itself."""

from __future__ import annotations

from kepu.accounts.rules import Someone, is_auditor, is_district_office, is_staff_member


def can_read_vocabulary(user: Someone) -> bool:
    """The district's words are read by everybody who works with them, and by the auditor."""
    return is_staff_member(user) or is_auditor(user)


def can_edit_vocabulary(user: Someone) -> bool:
    """All plans and units share the words, so a district's office keeps them."""
    return is_district_office(user)
