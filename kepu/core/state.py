"""One life cycle, one field, one table of allowed moves."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, Protocol

from django.utils.translation import gettext as _

from kepu.core.errors import WrongState


class HasState(Protocol):
    state: str

    def get_state_display(self) -> str: ...


def move(thing: HasState, *, to: str, moves: Mapping[Any, Set[str]]) -> None:
    """Set the state if the table allows the move from the present one; the caller saves."""
    if to not in moves.get(thing.state, frozenset()):
        raise WrongState(
            _("它现在是“%(state)s”，不能这样做，请刷新页面看最新状态。")
            % {"state": thing.get_state_display()}
        )
    thing.state = to
