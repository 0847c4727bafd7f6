"""What a correction is about: the document, an action, a measure, a target or a stretch of text, by its key.

Keys are also the anchors of the preview: `document`, `a-0`, `m-0-1`, `t-2`, `x-120-180`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kepu.plans.queries.drafts import WorkingDraft
from plan_document.draft import Action, Measure, PlanDraft

_KEY = re.compile(
    r"document|a-(?P<action>\d{1,4})|m-(?P<home>\d{1,4})-(?P<measure>\d{1,4})|t-(?P<target>\d{1,4})|x-(?P<start>\d{1,9})-(?P<end>\d{1,9})"
)
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a draft that can be corrected; positions that do not apply are NOWHERE."""

    key: str
    kind: str
    working: WorkingDraft
    action: int = NOWHERE
    measure: int = NOWHERE
    target: int = NOWHERE
    start: int = NOWHERE
    end: int = NOWHERE

    @property
    def draft(self) -> PlanDraft:
        return self.working.draft

    @property
    def place(self) -> dict[str, int]:
        """The item's position as the engine's corrections write it."""
        places = {"action": self.action, "measure": self.measure, "target": self.target}
        return {name: place for name, place in places.items() if place != NOWHERE}

    @property
    def owned(self) -> Action | Measure:
        """The action or measure itself."""
        action = self.draft.actions[self.action]
        return action if self.measure == NOWHERE else action.measures[self.measure]

    @property
    def title(self) -> str:
        if self.kind == "target":
            return self.draft.targets[self.target].text
        if self.kind == "text":
            return self.draft.source[self.start : self.end].strip()[:60]
        return self.draft.title if self.kind == "document" else self.owned.title


def item_of(working: WorkingDraft, key: str) -> Item | None:
    """The item with this key, None if the draft has none."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    if key == "document":
        return Item(key, "document", working)
    numbers = {name: int(value) for name, value in found.groupdict().items() if value is not None}
    return _numbered(working, key, numbers)


def _numbered(working: WorkingDraft, key: str, numbers: dict[str, int]) -> Item | None:
    draft = working.draft
    if "target" in numbers:
        is_there = numbers["target"] < len(draft.targets)
        return Item(key, "target", working, target=numbers["target"]) if is_there else None
    if "start" in numbers:
        is_there = numbers["start"] < numbers["end"] <= len(draft.source)
        return Item(key, "text", working, start=numbers["start"], end=numbers["end"]) if is_there else None
    at = numbers.get("action", numbers.get("home", 0))
    if at >= len(draft.actions):
        return None
    if "measure" not in numbers:
        return Item(key, "action", working, action=at)
    is_there = numbers["measure"] < len(draft.actions[at].measures)
    return Item(key, "measure", working, action=at, measure=numbers["measure"]) if is_there else None
