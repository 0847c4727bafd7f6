"""What codes in facts are called. Kinds of fact are the ledger's; those of activities are named by the app that keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FACT_KINDS: Mapping[str, str | Promise] = {
    "attendance": _("到场"),
    "training_hours": _("培训学时"),
    "certificate": _("结业证书"),
    "session": _("场次"),
}

_providers: list[Callable[[], Mapping[str, str]]] = []


def name_activity_kinds(provider: Callable[[], Mapping[str, str]]) -> None:
    """Say where the names of activity kinds come from; call it in the `ready` of the app that keeps them."""
    if provider not in _providers:
        _providers.append(provider)


def activity_kind_names() -> dict[str, str]:
    """By code, in the language of the page; a code that nobody names is its own name."""
    return {code: name for provider in _providers for code, name in provider().items()}


def fact_kind_name(code: str) -> str:
    return str(FACT_KINDS.get(code, code))


_certificates: list[Callable[[str], str]] = []


def find_certificates(lookup: Callable[[str], str]) -> None:
    """Say how the number of a certificate leads to the key of its fact ("" where there is none); call it in `ready`."""
    if lookup not in _certificates:
        _certificates.append(lookup)


def certificate_fact(number: str) -> str:
    """The key of the fact behind a certificate, or nothing."""
    return next((key for lookup in _certificates if (key := lookup(number))), "")
