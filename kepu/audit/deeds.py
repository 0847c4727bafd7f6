"""What the deeds in the audit trail are called; each app names its own when it starts."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise

_names: dict[str, str | Promise] = {}


def name_deeds(names: Mapping[str, str | Promise]) -> None:
    """Give deeds their Chinese names; call it in the `ready` of the app that records them."""
    _names.update(names)


def deed_name(deed: str) -> str:
    """The name of a deed, or its code where nobody named it."""
    return str(_names.get(deed, deed))


def deed_names() -> dict[str, str]:
    """Every named deed, for the filter on the audit page."""
    return {deed: str(name) for deed, name in sorted(_names.items())}
