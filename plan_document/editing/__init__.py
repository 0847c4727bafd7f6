"""What a person corrects on the preview page: pure functions from draft to draft.

Every edit keeps the source text and its tiling by parts, and raises nothing but `EditRefused`.
`apply` takes an edit as JSON, so that a page can store the list of edits and replay it:

    {"op": "split_measure", "action": 0, "measure": 1, "at": 812, "title"?: "…"}
    {"op": "merge_with_next_measure", "action": 0, "measure": 1}
    {"op": "rename_measure", "action": 0, "measure": 1, "title": "…"}
    {"op": "move_measure", "action": 0, "measure": 1, "to_action": 2, "to_measure": 0}
    {"op": "add_measure", "action": 0, "position": 3, "title": "…", "text"?, "start"?, "end"?}
    {"op": "remove_measure", "action": 0, "measure": 1}
    {"op": "rename_action", "action": 0, "title": "…", "number"?: "一", "kind"?: "project"}
    {"op": "add_action", "position": 9, "title": "…", "kind"?, "number"?, "start"?, "end"?}
    {"op": "remove_action", "action": 9}
    {"op": "split_action", "action": 0, "measure": 2, "title": "…"}
    {"op": "merge_actions", "action": 0}                              with the next one
    {"op": "set_owners", "action": 0, "measure"?: 1, "leads"?: ["…"], "partners"?: ["…"]}
    {"op": "add_lead" | "add_partner" | "remove_owner", "action": 0, "measure"?: 1, "name": "…"}
    {"op": "add_target", "value": 30000, "unit": "人次", "comparator"?: ">=", "text"?, "population"?,
     "baseline"?, "deadline"?, "per"?, "action"?, "measure"?, "start"?, "end"?}
    {"op": "edit_target", "target": 0, …any of the fields of add_target but start and end}
    {"op": "remove_target", "target": 0}
    {"op": "set_title", "title": "…"}
    {"op": "set_period", "start": 2022, "end": 2025}
    {"op": "dismiss_warning" | "restore_warning", "code": "…", "start": 10, "end": 12}

Positions count from 0. Offsets count characters of the source. A field marked ? may be left out or null.
"""

from __future__ import annotations

from plan_document.editing.actions import (
    add_action,
    merge_actions,
    remove_action,
    rename_action,
    split_action,
)
from plan_document.editing.dispatch import apply, replay
from plan_document.editing.document import (
    dismiss_warning,
    restore_warning,
    set_period,
    set_title,
)
from plan_document.editing.measures import (
    add_measure,
    merge_with_next_measure,
    move_measure,
    remove_measure,
    rename_measure,
    split_measure,
)
from plan_document.editing.owners import add_lead, add_partner, remove_owner, set_owners
from plan_document.editing.refusal import EditRefused
from plan_document.editing.targets import TargetWording, add_target, edit_target, remove_target

__all__ = [
    "EditRefused",
    "TargetWording",
    "add_action",
    "add_lead",
    "add_measure",
    "add_partner",
    "add_target",
    "apply",
    "dismiss_warning",
    "edit_target",
    "merge_actions",
    "merge_with_next_measure",
    "move_measure",
    "remove_action",
    "remove_measure",
    "remove_owner",
    "remove_target",
    "rename_action",
    "rename_measure",
    "replay",
    "restore_warning",
    "set_owners",
    "set_period",
    "set_title",
    "split_action",
    "split_measure",
]
