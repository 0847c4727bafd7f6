"""How a visitor wants pages to look: two cookies, and nothing else that a cookie might say."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

MODES = ("standard", "elder")
THEMES = ("auto", "light", "dark")
MODE_COOKIE = "mode"
THEME_COOKIE = "theme"


@dataclass(frozen=True, slots=True)
class Appearance:
    mode: str
    theme: str

    @property
    def is_elder(self) -> bool:
        return self.mode == "elder"


def read_appearance(request: HttpRequest) -> Appearance:
    """Unknown values fall back to the standard look: a cookie is anybody's text."""
    return Appearance(
        mode=_known(request.COOKIES.get(MODE_COOKIE, ""), among=MODES),
        theme=_known(request.COOKIES.get(THEME_COOKIE, ""), among=THEMES),
    )


def _known(value: str, *, among: tuple[str, ...]) -> str:
    return value if value in among else among[0]
