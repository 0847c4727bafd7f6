"""The one way in which an edit says no."""

from __future__ import annotations


class EditRefused(Exception):
    """An edit cannot be made; `code` is stable, `message` says in Chinese what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
