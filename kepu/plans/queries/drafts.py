"""A plan import as it stands: what was parsed, with every correction made so far."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kepu.plans.models import NumberKind, PlanImport
from plan_document import editing, serialize
from plan_document.draft import PlanDraft, Target

SET_NUMBER_KIND = "set_number_kind"
_COUNTED_UNITS = re.compile(r"人次|场次|[人名位场次个家期所支件篇部项处座户册套堂辆台对条批门只间份]")
_LITERACY = "科学素质"


@dataclass(frozen=True, slots=True)
class WorkingDraft:
    """The corrected draft, and for each of its targets the kind of number that a person chose (None: by rule)."""

    draft: PlanDraft
    chosen_kinds: tuple[str | None, ...]

    def kind_of(self, target: int) -> str:
        """The kind of number of the target at this position."""
        return self.chosen_kinds[target] or kind_by_rule(self.draft.targets[target])


def working_draft(plan_import: PlanImport) -> WorkingDraft:
    """The draft after all corrections, in order."""
    draft = serialize.load(plan_import.parsed, source=plan_import.source)
    working = WorkingDraft(draft, (None,) * len(draft.targets))
    for edit in plan_import.edits:
        working = corrected(working, edit)
    return working


def corrected(working: WorkingDraft, edit: Mapping[str, Any]) -> WorkingDraft:
    """The draft after one more correction; raises the engine's EditRefused."""
    if edit.get("op") == SET_NUMBER_KIND:
        return _with_kind(working, target=edit.get("target"), kind=edit.get("kind"))
    kinds = list(working.chosen_kinds)
    draft = editing.apply(working.draft, edit)
    if edit["op"] == "remove_target":
        del kinds[edit["target"]]
    elif edit["op"] == "add_target":
        kinds.append(None)
    return WorkingDraft(draft, tuple(kinds))


def _with_kind(working: WorkingDraft, *, target: Any, kind: Any) -> WorkingDraft:
    if not isinstance(target, int) or not 0 <= target < len(working.draft.targets):
        raise editing.EditRefused("no_such_target", "没有这项指标，页面可能已经过时，请刷新后再试。")
    if kind not in NumberKind.values:
        raise editing.EditRefused("malformed", "数字性质只能是计数、估计或上报，请重新选择。")
    kinds = (*working.chosen_kinds[:target], kind, *working.chosen_kinds[target + 1 :])
    return replace(working, chosen_kinds=kinds)


def kind_by_rule(target: Target) -> str:
    """A share of people with literacy needs a survey; what comes in pieces is counted; the rest a unit reports."""
    words = f"{target.population}{target.text}"
    if target.unit in ("%", "％", "百分点") and _LITERACY in words:
        return NumberKind.ESTIMATED
    return NumberKind.COUNTED if _COUNTED_UNITS.fullmatch(target.unit) else NumberKind.REPORTED


def revision(plan_import: PlanImport) -> str:
    """Which state of the draft a page shows: a correction made to another state would hit the wrong item."""
    written = json.dumps(plan_import.edits, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:16]
