"""Stands behind every journey and notes what must never happen, whatever the journey is about."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page, Request, Response

NEVER = ("unsafe-inline", "unsafe-eval", "*", "http:", "https:")


@dataclass
class Watch:
    """Script errors, blocked scripts, requests to another host, pages without a strict policy."""

    address: str
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def expect_status(self, status: int) -> None:
        """The journey provokes this answer; the browser will report it."""
        self.expected.add(status)

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(f"status of {one} " in message.text for one in self.expected):
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.complaints.append(f"fetched from another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.request.resource_type == "document":
            self.complaints += policy_gaps(response.headers.get("content-security-policy", ""), response.url)


def policy_gaps(policy: str, url: str) -> list[str]:
    """What a page's content security policy leaves open."""
    parts = [part.split() for part in policy.split(";")]
    rules = {words[0]: words[1:] for words in parts if words}
    if "default-src" not in rules:
        return [f"{url}: no content security policy"]
    return [
        f"{url}: {name} allows {word}"
        for name, words in rules.items()
        for word in words
        if word in NEVER or word.startswith(("http:", "https:"))
    ]
