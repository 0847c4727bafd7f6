"""What every template may read: the site's name, the look the visitor chose, whether the data is a demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from kepu.portal.appearance import read_appearance


def page(request: HttpRequest) -> dict[str, Any]:
    return {
        "appearance": read_appearance(request),
        "site_name": settings.SITE_NAME,
        "is_demo": settings.DEMO,
    }
