"""The sample plan on its way through the real import, and its successor left for the visitor to try."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from kepu.accounts.models import Organisation, User
from kepu.demo.progress import words
from kepu.plans.models import Plan
from kepu.plans.queries.structure import actions_in_force
from kepu.plans.services.importing import confirm_import, start_import
from kepu.plans.services.plan import translate_title

SAMPLES = Path(settings.BASE_DIR) / "kepu" / "plans" / "samples"


def import_sample_plan(*, office: Organisation, by: User, at: datetime) -> Plan:
    """Read the sample's Word file and confirm what was understood; it is marked as a demonstration."""
    plan = confirm_import(_read("shangyu-2022-2025.docx", office=office, by=by, at=at), by=by, at=at)
    plan.is_demo = True
    plan.save(update_fields=["is_demo"])
    return plan


def leave_successor_open(*, office: Organisation, by: User, at: datetime) -> None:
    """An import that waits to be corrected and confirmed: the plan of the next period, entirely invented."""
    _read("shangyu-2026-2030.docx", office=office, by=by, at=at)


def translate(plan: Plan, *, by: User, at: datetime) -> None:
    """English titles for the plan, its actions and measures."""
    english = words()
    translate_title(plan, title_en=english["english"]["plan"], by=by, at=at)
    actions = list(actions_in_force(plan))
    texts = [*english["actions"], {"title_en": "Safeguards", "measures": _titles(english["safeguards_en"])}]
    for action, text in zip(actions, texts, strict=False):
        translate_title(action, title_en=text["title_en"], by=by, at=at)
        for measure, line in zip(action.measures.all(), text["measures"], strict=False):
            translate_title(measure, title_en=line["title_en"], by=by, at=at)


def _titles(lines: list[str]) -> list[dict[str, Any]]:
    return [{"title_en": line} for line in lines]


def _read(name: str, *, office: Organisation, by: User, at: datetime) -> Any:
    return start_import((SAMPLES / name).read_bytes(), office=office, by=by, at=at, file_name=name)
