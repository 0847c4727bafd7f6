"""What callers hand to the ledger, and what they get back. The tables themselves are the ledger's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class EvidenceClass(models.TextChoices):
    """How a fact is known. The last three count as unverified until the office has verified their occasion."""

    SCANNED = "scanned", _("扫码")
    ROSTER = "roster", _("按名单")
    PAPER_SHEET = "paper_sheet", _("纸质签到表")
    IMPORTED = "imported", _("导入名单")
    HEAD_COUNT = "head_count", _("点人数")
    SELF_REPORTED = "self_reported", _("单位自报")


UNVERIFIED_AT_FIRST = frozenset(
    {EvidenceClass.IMPORTED, EvidenceClass.HEAD_COUNT, EvidenceClass.SELF_REPORTED}
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One fact as the caller knows it. Codes are copied into the row: a fact never looks anything up later."""

    kind: str
    """What is counted: "attendance", "certificate", "training_hours" …"""
    activity_kind: str
    """Code of the kind of activity, such as `silver_digital`; empty where there is none."""
    quantity: Decimal
    unit: str
    happened_on: date
    region: str
    """Twelve-digit code of the place."""
    organisation: int
    """Id of the unit that leads; it and the partners are credited, the district counts once."""
    occasion: str
    """What the fact belongs to and is verified with: "session:12", "import:3"."""
    evidence: EvidenceClass
    source: str
    """A label a person reads: "扫码签到 2025-10-08"."""
    source_address: str = ""
    """Path of the page at the desk that shows the single sign-in and its evidence."""
    partners: Sequence[int] = field(default=())
    plan: str = ""
    """Slug of the plan."""
    measure: str = ""
    """Code of the measure within the plan."""
    audience: str = ""
    themes: Sequence[str] = field(default=())
    """Term codes as "vocabulary:code"."""
    setting: str = ""
    """on_site or online."""
    person_key: str = ""
    """Keyed digest of the person; empty for a head count."""
    age: int | None = None
    """Whole years on the day."""
