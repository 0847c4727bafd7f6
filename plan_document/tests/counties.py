"""Plans of invented counties with what a careful reader finds in them, written down by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from plan_document.draft import ActionKind, PlanDraft, Severity
from plan_document.serialize import to_public_json

COUNTIES = Path(__file__).parent / "samples" / "counties"
NAMES = sorted(path.stem for path in COUNTIES.glob("*.yaml"))

Field = tuple[str, Any, Any]


def text_of(name: str) -> str:
    (path,) = [path for path in COUNTIES.glob(f"{name}.*") if path.suffix != ".yaml"]
    return path.read_text(encoding="utf-8")


def expected_of(name: str) -> dict[str, Any]:
    return yaml.safe_load((COUNTIES / f"{name}.yaml").read_text(encoding="utf-8"))


def compared(draft: PlanDraft, expected: dict[str, Any]) -> Iterator[Field]:
    """Every field that was written down, with what it should be and what was read."""
    read = to_public_json(draft)
    period = read["period"]
    yield "title", expected["title"], read["title"]
    yield "period", expected["period"], [period["start"], period["end"]] if period else None
    tasks = [action for action in read["actions"] if action["kind"] != ActionKind.SAFEGUARD.value]
    yield "count of actions", len(expected["actions"]), len(tasks)
    for index, row in enumerate(expected["actions"]):
        yield from _action(f"action {index}", row, tasks[index] if index < len(tasks) else {})
    yield "count of targets", len(expected["targets"]), len(read["targets"])
    for index, row in enumerate(expected["targets"]):
        yield from _target(row, _nearest(row, index, read["targets"]))
    yield from _warnings(draft, expected)
    if "target_texts" in expected:
        yield "target texts", expected["target_texts"], [target["text"] for target in read["targets"]]
    for word in expected.get("last_measure_has_not", ()):
        last = read["actions"][-1]["measures"][-1]["text"] if read["actions"] else word
        yield f"{word} in the last measure", False, word in last


def _action(name: str, row: list[Any], read: dict[str, Any]) -> Iterator[Field]:
    title, kind, leads, partners, measures = row
    if title is not None:
        yield f"{name} title", title, read.get("title")
    if kind is not None:
        yield f"{name} kind", kind, read.get("kind")
    yield f"{name} leads", leads, read.get("leads")
    yield f"{name} partners", partners, read.get("partners")
    found = read.get("measures", [])
    yield f"{name} count of measures", len(measures), len(found)
    for index, (measure_title, *owners) in enumerate(measures):
        measure = found[index] if index < len(found) else {}
        if measure_title is not None:
            yield f"{name} measure {index} title", measure_title, measure.get("title")
        yield f"{name} measure {index} leads", owners[0] if owners else [], measure.get("leads")
        yield f"{name} measure {index} partners", owners[1] if owners else [], measure.get("partners")


def _nearest(row: list[Any], index: int, targets: list[dict[str, Any]]) -> dict[str, Any]:
    same = [target for target in targets if (target["value"], target["unit"]) == (row[1], row[2])]
    earlier = [target for target in targets[:index] if target in same]
    return same[min(len(earlier), len(same) - 1)] if same else {}


def _target(row: list[Any], read: dict[str, Any]) -> Iterator[Field]:
    name = f"target {row[1]}{row[2]}"
    for field, value in zip(
        ("comparator", "value", "unit", "baseline", "deadline", "per", "population"), row, strict=False
    ):
        yield f"{name} {field}", value, read.get(field)


def _warnings(draft: PlanDraft, expected: dict[str, Any]) -> Iterator[Field]:
    codes = {warning.code for warning in draft.warnings}
    grave = {warning.code for warning in draft.warnings if warning.severity is not Severity.INFO}
    for code in expected["warnings"]:
        yield f"warning {code}", True, code in codes
    for code in expected["not_warnings"]:
        yield f"no warning {code}", False, code in grave
