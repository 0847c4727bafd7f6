"""What a plan document is understood to say: frozen values, every one with its place in the source.

Offsets (`start`, `end`) are character offsets into the source text as it was decoded, before any
normalisation, so that `source[start:end]` is always what the reader saw. Confidence is a number
from 0 (a guess) to 1 (written out in full in the document).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PartKind(StrEnum):
    """What a stretch of the source is. The parts of a draft tile the whole source text."""

    BOILERPLATE = "boilerplate"
    PAGE_MARK = "page_mark"
    TITLE = "title"
    HEADING = "heading"
    PREAMBLE = "preamble"
    ACTION_TITLE = "action_title"
    MEASURE_TITLE = "measure_title"
    MEASURE_TEXT = "measure_text"
    OWNERS = "owners"
    OTHER = "other"


class ActionKind(StrEnum):
    """How the document calls the action: 行动, 工程, 任务 and so on."""

    CAMPAIGN = "action"
    PROJECT = "project"
    TASK = "task"
    SAFEGUARD = "safeguard"


class Comparator(StrEnum):
    """How a target's value is to be compared with what was reached."""

    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"
    EQUAL = "="
    ABOUT = "~"
    MULTIPLY = "x"


class Severity(StrEnum):
    """How much depends on a warning: nothing works without it, it should be looked at, it is good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the source and what it is."""

    kind: PartKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A responsible unit, named as the document names it (in simplified characters)."""

    name: str
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that somebody has to do. `text` is its whole wording, its heading included."""

    title: str
    text: str
    leads: tuple[Unit, ...]
    partners: tuple[Unit, ...]
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Action:
    """A key task of the plan: a heading with measures under it."""

    number: str
    title: str
    kind: ActionKind
    leads: tuple[Unit, ...]
    partners: tuple[Unit, ...]
    measures: tuple[Measure, ...]
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Target:
    """A goal with a number. `value` and `baseline` are in base units: 3万人次 is 30000 人次.

    `per` says what the value is counted for (每年, 每个乡镇), empty for the whole place and period.
    `measure` is the position (action, measure) of the measure that states it, None for the plan's own.
    """

    text: str
    comparator: Comparator
    value: float
    unit: str
    population: str
    baseline: float | None
    deadline: str | None
    per: str
    measure: tuple[int, int] | None
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Period:
    """The years for which the plan holds."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ParentDocument:
    """A higher document that the plan says it follows."""

    title: str
    issuer: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A term of the vocabulary (a brand, venue, audience) named in the text."""

    vocabulary: str
    code: str
    written: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Warning:
    """Something that a person should look at. `code` is stable; `message` is Chinese."""

    code: str
    message: str
    start: int
    end: int
    severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """The whole document, understood as far as it can be."""

    source: str
    title: str
    period: Period | None
    parents: tuple[ParentDocument, ...]
    actions: tuple[Action, ...]
    targets: tuple[Target, ...]
    mentions: tuple[Mention, ...]
    warnings: tuple[Warning, ...]
    parts: tuple[Part, ...]
    dismissed: tuple[Warning, ...] = ()  # warnings a person has looked at and settled


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the district's vocabulary that the parser should recognise."""

    vocabulary: str
    code: str
    label: str
    aliases: tuple[str, ...] = ()
