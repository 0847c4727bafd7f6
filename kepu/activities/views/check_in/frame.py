"""What the pages of one session share."""

from __future__ import annotations

import secrets

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.activities import rules
from kepu.activities.models import Session
from kepu.activities.queries.door import sessions_for_door
from kepu.core.templatetags.kepu_format import localized

Trail = list[tuple[str, str]]


def find_session(request: HttpRequest, *, pk: int) -> Session:
    """The session at whose door the visitor may stand; hidden means not found."""
    return get_object_or_404(
        sessions_for_door().filter(pk__in=rules.door_sessions(request.user).values("pk")), pk=pk
    )


def new_key() -> str:
    """For a form: sent twice, it is one deed."""
    return secrets.token_hex(12)


def trail(session: Session, *rest: tuple[str, str]) -> Trail:
    return [
        (localized(session.activity, "title"), reverse("activities:planned", args=[session.activity.slug])),
        (_("签到"), reverse("activities:attendance_list", args=[session.pk])),
        *rest,
    ]


def tabs(session: Session, *, current: str) -> list[tuple[str, str, bool]]:
    """The pages of a session at the door and after it."""
    pages = [
        ("check_in", _("扫码签到")),
        ("attendance_list", _("名单和进度")),
        ("walk_in", _("现场登记")),
        ("sign_in_sheet", _("签到表")),
        ("head_count", _("点人数")),
        ("check_in_screen", _("自助签到屏")),
    ]
    return [
        (label, reverse(f"activities:{name}", args=[session.pk]), name == current) for name, label in pages
    ]
