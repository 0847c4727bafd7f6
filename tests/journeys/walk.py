"""Find every page that a person can reach by following links, one or two of each kind."""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import APIRequestContext, APIResponse

LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]+)"')
NOT_FOLLOWED = {"portal:set_mode", "portal:set_language"}  # they change the look and lead back
OF_EACH_KIND = 2


class DeadLink(AssertionError):
    """A page shows a link that leads its reader nowhere."""


def pages_from(start: str, *, ask: APIRequestContext) -> dict[str, str]:
    """One address for each kind of page, by the name of its URL. A link that does not answer is an error."""
    found: dict[str, str] = {}
    waiting, seen, counts = deque([(start, "")]), set(), Counter[str]()
    while waiting:
        path, source = waiting.popleft()
        name = _name(path)
        if path in seen or name in NOT_FOLLOWED or counts[name] >= OF_EACH_KIND:
            continue
        seen.add(path)
        counts[name] += 1
        answer = ask.get(path)
        if not answer.ok:
            raise DeadLink(f"{source} leads to {path}, which answers {answer.status}")
        if answer.headers.get("content-type", "").startswith("text/html"):
            found.setdefault(_name(answer.url), urlsplit(answer.url).path)
            waiting.extend((link, path) for link in _links(answer))
    return found


def _links(answer: APIResponse) -> Iterator[str]:
    for reference in LINK.findall(answer.text()):
        parts = urlsplit(urljoin(answer.url, html.unescape(reference)))
        if parts.netloc == urlsplit(answer.url).netloc and parts.scheme == "http":
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def _name(path: str) -> str:
    """The name of the address, or the address itself where there is none, so that it is asked for and fails."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return path
