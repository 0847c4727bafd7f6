"""A draft as JSON: the public shape for other programs, and a lossless one for storage."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar

from plan_document.draft import (
    Action,
    ActionKind,
    Comparator,
    Measure,
    Mention,
    ParentDocument,
    Part,
    PartKind,
    Period,
    PlanDraft,
    Severity,
    Target,
    Unit,
    Warning,
)

SCHEMA = 1

Built = TypeVar("Built")


class DraftUnreadable(Exception):
    """Stored data cannot become a draft; `code` is stable, `message` says in Chinese what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def to_public_json(draft: PlanDraft) -> dict[str, Any]:
    """The draft for other programs: names as plain strings, values in base units, offsets into the source."""
    return {
        "title": draft.title,
        "period": {"start": draft.period.start, "end": draft.period.end} if draft.period else None,
        "parents": _plain(draft.parents),
        "actions": [_public_action(action) for action in draft.actions],
        "targets": _plain(draft.targets),
        "mentions": _plain(draft.mentions),
        "warnings": _plain(draft.warnings),
    }


def _public_action(action: Action) -> dict[str, Any]:
    return {
        "number": action.number,
        "title": action.title,
        "kind": action.kind.value,
        "leads": [unit.name for unit in action.leads],
        "partners": [unit.name for unit in action.partners],
        "measures": [_public_measure(measure) for measure in action.measures],
        "start": action.start,
        "end": action.end,
        "confidence": action.confidence,
    }


def _public_measure(measure: Measure) -> dict[str, Any]:
    return {
        "title": measure.title,
        "text": measure.text,
        "leads": [unit.name for unit in measure.leads],
        "partners": [unit.name for unit in measure.partners],
        "start": measure.start,
        "end": measure.end,
        "confidence": measure.confidence,
    }


def dump(draft: PlanDraft) -> dict[str, Any]:
    """Everything in the draft but its source text, as JSON values, for `load`."""
    stored = {**_plain(draft), "schema": SCHEMA, "source_digest": _digest(draft.source)}
    del stored["source"]
    # One row per part: a long document has thousands of them.
    stored["parts"] = [[part.kind.value, part.start, part.end] for part in draft.parts]
    return stored


def _plain(thing: Any) -> Any:
    """A value of a draft as JSON knows it: fields by name, sequences as lists, choices as words."""
    if is_dataclass(thing):
        return {each.name: _plain(getattr(thing, each.name)) for each in fields(thing)}
    if isinstance(thing, tuple):
        return [_plain(each) for each in thing]
    return thing.value if isinstance(thing, Enum) else thing


def load(data: Mapping[str, Any], *, source: str) -> PlanDraft:
    """The draft that `dump` stored; refuses another schema, another source text or broken data."""
    if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
        raise DraftUnreadable("unknown_schema", "保存的草稿格式不是本版本能读取的，请重新导入原文件。")
    if data.get("source_digest") != _digest(source):
        raise DraftUnreadable("other_source", "保存的草稿与原文不一致，请重新导入原文件。")
    try:
        return _draft(data, source)
    except (KeyError, TypeError, ValueError, AttributeError) as broken:
        raise DraftUnreadable("broken", "保存的草稿已损坏，请重新导入原文件。") from broken


def _digest(source: str) -> str:
    # Text taken out of a damaged file may hold lone surrogates.
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def _draft(data: Mapping[str, Any], source: str) -> PlanDraft:
    period = data["period"]
    return PlanDraft(
        source=source,
        title=data["title"],
        period=Period(**period) if period is not None else None,
        parents=_each(data["parents"], lambda parent: ParentDocument(**parent)),
        actions=_each(data["actions"], _action),
        targets=_each(data["targets"], _target),
        mentions=_each(data["mentions"], lambda mention: Mention(**mention)),
        warnings=_each(data["warnings"], _warning),
        parts=_each(data["parts"], lambda row: Part(PartKind(row[0]), row[1], row[2])),
        dismissed=_each(data["dismissed"], _warning),
    )


def _each(rows: Iterable[Any], build: Callable[[Any], Built]) -> tuple[Built, ...]:
    return tuple(build(row) for row in rows)


def _action(row: Mapping[str, Any]) -> Action:
    return Action(
        **{
            **row,
            "kind": ActionKind(row["kind"]),
            "leads": _units(row["leads"]),
            "partners": _units(row["partners"]),
            "measures": _each(row["measures"], _measure),
        }
    )


def _measure(row: Mapping[str, Any]) -> Measure:
    return Measure(**{**row, "leads": _units(row["leads"]), "partners": _units(row["partners"])})


def _units(rows: Iterable[Mapping[str, Any]]) -> tuple[Unit, ...]:
    return tuple(Unit(**row) for row in rows)


def _target(row: Mapping[str, Any]) -> Target:
    position = row["measure"]
    return Target(
        **{
            **row,
            "comparator": Comparator(row["comparator"]),
            "measure": (position[0], position[1]) if position is not None else None,
        }
    )


def _warning(row: Mapping[str, Any]) -> Warning:
    # Drafts stored before warnings had a severity carry none.
    return Warning(**{**row, "severity": Severity(row.get("severity", Severity.WARNING))})
