"""What people agree to at a sign-up: versioned texts, kept as data beside the program."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import get_language

SHIPPED = Path(__file__).parent / "data" / "consent_texts.yaml"
OWN, CHILD, PROXY = "sign_up", "child_sign_up", "proxy_sign_up"


@dataclass(frozen=True, slots=True)
class ConsentText:
    purpose: str
    version: str
    text: str
    text_en: str

    def __str__(self) -> str:
        return self.text_en if (get_language() or "").startswith("en") else self.text


@cache
def _all() -> tuple[ConsentText, ...]:
    return tuple(ConsentText(**row) for row in yaml.safe_load(SHIPPED.read_text(encoding="utf-8")))


def text_in_force(purpose: str) -> ConsentText:
    return next(one for one in _all() if one.purpose == purpose)
