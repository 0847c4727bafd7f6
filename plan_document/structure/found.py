"""Actions and measures as places in the view, before they become a draft."""

from __future__ import annotations

from dataclasses import dataclass, field

from plan_document.draft import ActionKind
from plan_document.owners import OwnerPhrase


@dataclass(slots=True)
class FoundMeasure:
    """A measure: its title's place, its stretch of the view, the phrases that name its owners."""

    title: str
    title_start: int
    title_end: int
    start: int
    end: int
    confidence: float
    owners: list[OwnerPhrase] = field(default_factory=list)
    text_end: int | None = None  # where its text ends, if before its stretch does


@dataclass(slots=True)
class FoundAction:
    """An action: its heading's place, its stretch of the view, its measures and its own owners."""

    number: str
    title: str
    kind: ActionKind
    title_start: int
    title_end: int
    start: int
    end: int
    measures: list[FoundMeasure]
    confidence: float
    owners: list[OwnerPhrase] = field(default_factory=list)
    has_own_heading: bool = True
