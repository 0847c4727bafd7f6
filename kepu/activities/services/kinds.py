"""Kinds of activity: loaded from what is shipped, and from then on kept by the district's office."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import User
from kepu.activities import rules
from kepu.activities.kinds import REQUIRABLE, Ability, ThemeRule
from kepu.activities.models import Kind, Shape
from kepu.activities.questions import Question
from kepu.audit.services import System, record
from kepu.core.errors import BadInput, WrongState, require
from kepu.core.vocabulary import Audience, vocabularies
from kepu.ledger.happenings import EvidenceClass

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "kinds.yaml"
SHIPPED_FIELDS = (
    "label",
    "label_en",
    "shape",
    "brand",
    "audiences",
    "theme_vocabularies",
    "required",
    "evidence",
    "questions",
    "abilities",
    "attendance_share",
    "gives_certificate",
    "follow_up_months",
    "position",
)


class KindNameTaken(BadInput):
    code = "kind_name_taken"
    message = _("已有同名的活动类别，请换一个名称。")


class KindUnusable(BadInput):
    code = "kind_unusable"
    message = _("类别里有不认识的内容，请重新选择。")


class KindWithoutAudience(BadInput):
    code = "kind_without_audience"
    message = _("请至少选一个对象。")


class KindWithoutEvidence(BadInput):
    code = "kind_without_evidence"
    message = _("请至少认可一种佐证，否则活动无法计数。")


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind as it is typed."""

    label: str
    label_en: str = ""
    shape: str = Shape.ACTIVITY
    brand: str = ""
    audiences: Sequence[str] = ()
    themes: Sequence[ThemeRule] = ()
    required: Sequence[str] = ()
    evidence: Sequence[str] = ()
    questions: Sequence[Question] = ()
    abilities: Sequence[Ability] = ()
    attendance_share: Decimal | None = None
    gives_certificate: bool = False
    follow_up_months: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class KindsLoaded:
    added: int
    changed: int
    edited: int  # left alone, because a person added or edited them


@cache
def shipped_kinds() -> Sequence[Mapping[str, Any]]:
    """The kinds that come with the program, as data; read once."""
    return tuple(yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))["kinds"])


@transaction.atomic
def load_shipped_kinds() -> KindsLoaded:
    """Add shipped kinds that are not there, and renew those that no person has edited."""
    present = {kind.code: kind for kind in Kind.objects.select_for_update()}
    shipped = [_as_shipped(row, position=number) for number, row in enumerate(shipped_kinds())]
    new = [kind for kind in shipped if kind.code not in present]
    changed = [
        present[kind.code]
        for kind in shipped
        if kind.code in present
        and present[kind.code].edited_at is None
        and _renew(present[kind.code], shipped=kind)
    ]
    Kind.objects.bulk_create(new)
    Kind.objects.bulk_update(changed, SHIPPED_FIELDS)
    return KindsLoaded(len(new), len(changed), sum(one.edited_at is not None for one in present.values()))


@transaction.atomic
def add_kind(words: KindWords, *, by: User | System, at: datetime) -> Kind:
    """Add a kind of the district's own."""
    require(rules.can_edit_kinds(by))
    others = list(Kind.objects.select_for_update())
    _check(words, others=others)
    kind = Kind(code=_local_code(words.label, at=at), position=len(others), edited_at=at)
    _put(kind, words=words)
    kind.save(force_insert=True)
    record("add_kind", of=kind, by=by, at=at)
    return kind


@transaction.atomic
def edit_kind(kind: Kind, *, words: KindWords, by: User | System, at: datetime) -> Kind:
    """Change a kind; from now on it is the district's own. What was published keeps what it was published with."""
    require(rules.can_edit_kinds(by))
    everything = list(Kind.objects.select_for_update())
    kind = next(one for one in everything if one.pk == kind.pk)
    _check(words, others=[one for one in everything if one.pk != kind.pk])
    before = _as_data(kind)
    _put(kind, words=words)
    kind.edited_at = at
    kind.save()
    record("edit_kind", of=kind, by=by, at=at, changes=_differences(before, _as_data(kind)))
    return kind


def retire_kind(kind: Kind, *, by: User | System, at: datetime) -> Kind:
    """Offer it no longer; what is of this kind stays so."""
    return _switch(kind, to=False, deed="retire_kind", by=by, at=at)


def restore_kind(kind: Kind, *, by: User | System, at: datetime) -> Kind:
    """Offer it again."""
    return _switch(kind, to=True, deed="restore_kind", by=by, at=at)


@transaction.atomic
def _switch(kind: Kind, *, to: bool, deed: str, by: User | System, at: datetime) -> Kind:
    require(rules.can_edit_kinds(by))
    kind = Kind.objects.select_for_update().get(pk=kind.pk)
    if kind.is_active == to:
        raise WrongState
    kind.is_active, kind.edited_at = to, at
    kind.save(update_fields=["is_active", "edited_at"])
    record(deed, of=kind, by=by, at=at)
    return kind


def _as_shipped(row: Mapping[str, Any], *, position: int) -> Kind:
    share = row.get("attendance_share")
    themes = row.get("themes", {})
    return Kind(
        code=row["code"],
        label=row["label"],
        label_en=row["label_en"],
        shape=row.get("shape", Shape.ACTIVITY),
        brand=row.get("brand", ""),
        audiences=list(row["audiences"]),
        theme_vocabularies=[ThemeRule(name, themes[name] == "required").as_data() for name in themes],
        required=list(row["required"]),
        evidence=list(row["evidence"]),
        questions=[dict(question) for question in row.get("questions", ())],
        abilities=[dict(ability) for ability in row.get("abilities", ())],
        attendance_share=Decimal(share) if share else None,
        gives_certificate=row.get("gives_certificate", False),
        follow_up_months=list(row.get("follow_up_months", ())),
        position=position,
    )


def _renew(kind: Kind, *, shipped: Kind) -> bool:
    """Take over what is shipped; whether that changed anything."""
    different = [name for name in SHIPPED_FIELDS if getattr(kind, name) != getattr(shipped, name)]
    for name in different:
        setattr(kind, name, getattr(shipped, name))
    return bool(different)


def _check(words: KindWords, *, others: Sequence[Kind]) -> None:
    if any(words.label.strip() == other.label for other in others):
        raise KindNameTaken(field="label")
    known = {
        "audiences": (words.audiences, Audience.values),
        "themes": ([one.vocabulary for one in words.themes], vocabularies()),
        "required": (words.required, REQUIRABLE),
        "evidence": (words.evidence, EvidenceClass.values),
    }
    for field, (chosen, offered) in known.items():
        if not set(chosen) <= set(offered):
            raise KindUnusable(field=field)
    if not words.audiences:
        raise KindWithoutAudience(field="audiences")
    if not words.evidence:
        raise KindWithoutEvidence(field="evidence")


def _put(kind: Kind, *, words: KindWords) -> None:
    kind.label, kind.label_en = words.label.strip(), words.label_en.strip()
    kind.shape, kind.brand = words.shape, words.brand
    kind.audiences, kind.required, kind.evidence = (
        list(words.audiences),
        list(words.required),
        list(words.evidence),
    )
    kind.theme_vocabularies = [one.as_data() for one in words.themes]
    kind.questions = [one.as_data() for one in words.questions]
    kind.abilities = [one.as_data() for one in words.abilities]
    kind.attendance_share, kind.gives_certificate = words.attendance_share, words.gives_certificate
    kind.follow_up_months = list(words.follow_up_months)


def _as_data(kind: Kind) -> dict[str, Any]:
    data = {name: getattr(kind, name) for name in SHIPPED_FIELDS}
    share = data["attendance_share"]
    return data | {"attendance_share": None if share is None else str(share)}


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}


def _local_code(label: str, *, at: datetime) -> str:
    """Chinese makes no slug, and facts carry the code for good: it says only that the district made it, and when."""
    digest = hashlib.sha256(f"{label} {at.isoformat()}".encode()).hexdigest()
    return f"local-{digest[:12]}"
