"""How the visitor wants pages to look, read once per request from two cookies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

MODES = ("standard", "elder")
THEMES = ("auto", "light", "dark")
MODE_COOKIE = "mode"
THEME_COOKIE = "theme"


@dataclass(frozen=True)
class Appearance:
    mode: str
    theme: str

    @property
    def is_elder(self) -> bool:
        return self.mode == "elder"


class AppearanceMiddleware:
    """Sets `request.appearance`, and tells caches that pages differ by cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.appearance = read_appearance(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        patch_vary_headers(response, ("Cookie",))
        return response


def read_appearance(request: HttpRequest) -> Appearance:
    """Unknown values fall back to the standard look: a cookie is anybody's text."""
    return Appearance(
        mode=_known(request.COOKIES.get(MODE_COOKIE, ""), among=MODES),
        theme=_known(request.COOKIES.get(THEME_COOKIE, ""), among=THEMES),
    )


def _known(value: str, *, among: tuple[str, ...]) -> str:
    return value if value in among else among[0]
