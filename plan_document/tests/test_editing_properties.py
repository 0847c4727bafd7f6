"""Whatever is clicked in whatever order, no character is lost and nothing but a refusal is raised."""

from __future__ import annotations

import contextlib
import json
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from plan_document.draft import PlanDraft
from plan_document.editing import EditRefused, apply
from plan_document.serialize import dump, load
from plan_document.tests.draft_strategies import drafts

SMALL = st.integers(-1, 5)
PLACE = st.integers(-1, 62)
WORDS = st.text(alphabet="科普 行动\n", max_size=6)
FIELDS = {
    "action": SMALL,
    "measure": SMALL,
    "to_action": SMALL,
    "to_measure": SMALL,
    "position": SMALL,
    "target": SMALL,
    "at": PLACE,
    "start": PLACE | st.just(2026),
    "end": PLACE | st.just(2030),
    "title": WORDS,
    "text": WORDS,
    "number": WORDS,
    "name": st.sampled_from(["科协", "妇联", ""]),
    "leads": st.lists(st.sampled_from(["科协", "妇联", " "]), max_size=3),
    "partners": st.lists(st.sampled_from(["教体局", "科协"]), max_size=3),
    "kind": st.sampled_from(["action", "task", "party"]),
    "value": st.floats() | st.integers(),
    "unit": WORDS,
    "comparator": st.sampled_from([">=", "~", "!"]),
    "population": WORDS,
    "baseline": st.none() | st.floats(),
    "deadline": st.none() | WORDS,
    "per": WORDS,
    "code": st.just("missing_owners"),
}
SHAPES = {
    "split_measure": "action measure at | title",
    "merge_with_next_measure": "action measure",
    "rename_measure": "action measure title",
    "move_measure": "action measure to_action to_measure",
    "add_measure": "action position title | text start end",
    "remove_measure": "action measure",
    "rename_action": "action title | number kind",
    "add_action": "position title | kind number start end",
    "remove_action": "action",
    "split_action": "action measure title",
    "merge_actions": "action",
    "set_owners": "action | measure leads partners",
    "add_lead": "action name | measure",
    "add_partner": "action name | measure",
    "remove_owner": "action name | measure",
    "add_target": "value unit | comparator text population baseline deadline per action measure start end",
    "edit_target": "target | value unit comparator text population baseline deadline per action measure",
    "remove_target": "target",
    "set_title": "title",
    "set_period": "start end",
    "dismiss_warning": "code start end",
    "restore_warning": "code start end",
}


def _edits_of(op: str) -> st.SearchStrategy[dict]:
    needs, _, takes = SHAPES[op].partition("|")
    return st.fixed_dictionaries(
        {"op": st.just(op), **{name: FIELDS[name] for name in needs.split()}},
        optional={name: FIELDS[name] for name in takes.split()},
    )


EDITS = st.one_of([_edits_of(op) for op in SHAPES])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=3,
)


def assert_sound(draft: PlanDraft, *, source: str) -> None:
    assert draft.source == source
    assert "".join(source[part.start : part.end] for part in draft.parts) == source
    assert all(part.start < part.end for part in draft.parts)
    measures = [measure for action in draft.actions for measure in action.measures]
    placed = [
        *draft.actions,
        *measures,
        *draft.targets,
        *(unit for owned in (*draft.actions, *measures) for unit in (*owned.leads, *owned.partners)),
    ]
    assert all(0 <= each.start <= each.end <= len(source) for each in placed)
    for target in draft.targets:
        if target.measure is not None:
            action, measure = target.measure
            assert draft.actions[action].measures[measure]
    spans = sorted((each.start, each.end) for each in measures if each.start < each.end)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


@given(drafts(), st.lists(EDITS, max_size=12))
@settings(max_examples=300, deadline=None)
def test_any_sequence_of_edits_keeps_the_text_and_leaves_a_sound_draft(draft, edits):
    source = draft.source
    for edit in edits:
        with contextlib.suppress(EditRefused):
            draft = apply(draft, edit)
        assert_sound(draft, source=source)
    stored = json.loads(json.dumps(dump(draft), allow_nan=False))
    assert load(stored, source=source) == draft


@given(drafts(), st.sampled_from(sorted(SHAPES)), st.data())
@settings(max_examples=300, deadline=None)
def test_an_edit_with_anything_in_its_fields_raises_nothing_but_a_refusal(draft, op, data):
    names = SHAPES[op].replace("|", " ").split()
    edit = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, ANY_JSON)))
    with contextlib.suppress(EditRefused):
        assert_sound(apply(draft, {"op": op, **edit}), source=draft.source)
