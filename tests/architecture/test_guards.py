"""Every address is either public by its own word or shut to visitors without an account."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

pytestmark = pytest.mark.django_db

# Public pages outside the portal, each because nobody could have logged in yet.
PUBLIC_ENTRANCES = {
    "account_login",
    "account_logout",
    "account_inactive",
    "mfa_authenticate",
    "accounts:invitation",
}
SAMPLES = {
    "int": "1",
    "str": "sample",
    "slug": "sample",
    "path": "sample",
    "uuid": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
}
_PLACEHOLDER = re.compile(r"<(?:(\w+):)?(\w+)>")


def pages(
    patterns: list[URLPattern | URLResolver] | None = None, *, before: str = "/", spaces: str = ""
) -> Iterator[tuple[str, str, object]]:
    """Each page's full name, an address of it, and its view."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = before + _PLACEHOLDER.sub(lambda found: SAMPLES[found[1] or "str"], str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            inside = f"{spaces}{pattern.namespace}:" if pattern.namespace else spaces
            yield from pages(pattern.url_patterns, before=address, spaces=inside)
        else:
            yield f"{spaces}{pattern.name}", address, pattern.callback


def is_public(view: object) -> bool:
    return getattr(view, "login_required", True) is False


PAGES = list(pages())
CLOSED = [(name, address) for name, address, view in PAGES if not is_public(view)]


def test_there_are_pages_to_guard():
    assert len(CLOSED) > 20


@pytest.mark.parametrize(("name", "address"), CLOSED, ids=[name for name, _address in CLOSED])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_without_an_account_is_sent_to_the_log_in(client, method, name, address):
    response = getattr(client, method)(address)
    sent_to_log_in = response.status_code == 302 and response.headers["Location"].startswith(
        reverse(settings.LOGIN_URL)
    )
    assert sent_to_log_in or response.status_code in (403, 404), f"{address} answered {response.status_code}"


def test_only_the_portal_and_the_entrances_are_public():
    outside = {name for name, _address, view in PAGES if is_public(view) and not name.startswith("portal:")}
    unexpected = outside - PUBLIC_ENTRANCES
    assert not {name for name in unexpected if not _says_public(name)}, unexpected


def test_every_page_has_a_name_so_that_it_can_be_guarded_by_name():
    assert [address for name, address, _view in PAGES if name.endswith("None")] == []


def _says_public(name: str) -> bool:
    """Apps above may open a page with `@public` of kepu.core.access, never by a library's own mark."""
    return any(getattr(view, "is_public", False) for other, _address, view in PAGES if other == name)
