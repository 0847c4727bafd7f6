"""A kind of activity as its data says it: what may be asked of a kind, and how its fields are read.

Whoever checks abilities or themes reads a kind through these, not through the JSON; questions are read in `questions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kepu.activities.models import Kind

REQUIRABLE: Mapping[str, str | Promise] = {
    "measure": _("方案举措"),
    "campaign": _("主题活动"),
    "series": _("系列"),
    "place": _("地点"),
    "address": _("详细地址"),
    "partners": _("合作单位"),
    "text": _("介绍"),
    "contact": _("咨询电话"),
    "seats": _("名额"),
    "topic": _("每场的内容"),
    "hours": _("每场的学时"),
    "languages": _("语言"),
    "accessibility": _("无障碍条件"),
    "birth_year": _("报名人的出生年"),
}
"""What a kind may ask for. All but the last, which sign-up asks people, are due before publication; title, audience and a date
are asked of every activity."""


@dataclass(frozen=True, slots=True)
class ThemeRule:
    """A vocabulary from which themes are chosen."""

    vocabulary: str
    is_required: bool

    def as_data(self) -> dict[str, Any]:
        return {"vocabulary": self.vocabulary, "is_required": self.is_required}


@dataclass(frozen=True, slots=True)
class Ability:
    """What somebody can do or cannot, checked before and after; a scenario is a term of `elder_scenarios`."""

    code: str
    label: str
    label_en: str = ""
    scenario: str = ""

    def __str__(self) -> str:
        return _in_language(self.label, english=self.label_en)

    def as_data(self) -> dict[str, str]:
        return {"code": self.code, "label": self.label, "label_en": self.label_en, "scenario": self.scenario}


def name_of(kind: Kind) -> str:
    """The name in the language of the page."""
    return _in_language(kind.label, english=kind.label_en)


def names_by_code() -> dict[str, str]:
    """Of all kinds, those no longer offered too: old facts still name them."""
    return {kind.code: name_of(kind) for kind in Kind.objects.all()}


def theme_rules(kind: Kind) -> list[ThemeRule]:
    return [ThemeRule(one["vocabulary"], one["is_required"]) for one in kind.theme_vocabularies]


def abilities_of(kind: Kind) -> list[Ability]:
    return [Ability(**row) for row in kind.abilities]


def _in_language(chinese: str, *, english: str) -> str:
    return english if english and (get_language() or "").startswith("en") else chinese
