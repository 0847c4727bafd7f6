"""Happenings for the ledger, plausible unless told otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from kepu.ledger.happenings import EvidenceClass, Happening

A_DAY = date(2025, 10, 8)
A_MOMENT = datetime(2025, 10, 8, 4, tzinfo=UTC)
A_TOWN = "330604101000"


def happening(**different: Any) -> Happening:
    """An elder scanned at a class; every value may be another one."""
    usual: dict[str, Any] = {
        "kind": "attendance",
        "activity_kind": "silver_digital",
        "quantity": Decimal(1),
        "unit": "人次",
        "happened_on": A_DAY,
        "region": A_TOWN,
        "organisation": 7,
        "occasion": "session:1",
        "evidence": EvidenceClass.SCANNED,
        "source": "扫码签到 2025-10-08",
        "source_address": "/desk/activities/attendances/1/",
        "audience": "elders",
        "themes": ["elder_scenarios:medical"],
        "setting": "on_site",
        "person_key": "a" * 64,
        "age": 66,
    }
    return Happening(**{**usual, **different})
