"""Whatever is clicked in whatever order, no character is lost and nothing but a refusal is raised."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from plan_document.draft import Measure, PlanDraft
from plan_document.editing import EditRefused, apply
from plan_document.serialize import dump, load
from plan_document.tests.draft_strategies import a_full_plan, drafts

WORDS = st.text(alphabet="科普 行动\n", max_size=6)
LIKELY_WORDS = st.sampled_from(["科普", "行动", "新的 举措"])
UNITS = st.lists(st.sampled_from(["科协", "妇联", "教体局"]), max_size=2, unique=True)


def _fields(draft: PlanDraft, *, action: int, measure: int) -> dict[str, st.SearchStrategy]:
    """Values that mostly fit this draft, so that sequences get somewhere, and some that do not."""
    here = draft.actions[action].measures if action < len(draft.actions) else ()
    seams = sorted({0, len(draft.source), *(part.start for part in draft.parts)})
    place = st.sampled_from(seams) | st.integers(-1, len(draft.source) + 1)
    small = st.integers(-1, 4)
    warned = [*draft.warnings, *draft.dismissed]
    return {
        "action": st.just(action),
        "measure": st.just(measure),
        "to_action": st.integers(0, max(0, len(draft.actions) - 1)) | small,
        "to_measure": small,
        "position": small,
        "target": st.integers(0, max(0, len(draft.targets) - 1)) | small,
        "at": _cut_in(here[measure]) if measure < len(here) else place,
        "start": st.sampled_from([warning.start for warning in warned] or [0]) | place,
        "end": st.sampled_from([warning.end for warning in warned] or [0]) | place,
        "title": LIKELY_WORDS | WORDS,
        "text": LIKELY_WORDS | WORDS,
        "number": WORDS,
        "name": st.sampled_from(["科协", "妇联", "教体局", ""]),
        "leads": UNITS,
        "partners": UNITS,
        "kind": st.sampled_from(["action", "task", "party"]),
        "value": st.sampled_from([1, 18.5, float("nan"), float("inf"), 10**400]),
        "unit": LIKELY_WORDS,
        "comparator": st.sampled_from([">=", "~"]),
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


def _cut_in(measure: Measure) -> st.SearchStrategy[int]:
    return st.integers(measure.start, measure.end)


@st.composite
def _edits(draw, draft: PlanDraft, *, among: Sequence[str] = ()):
    """An edit of this draft; every field that it needs, and some that it may have."""
    op = draw(st.sampled_from(among or sorted(SHAPES)))
    needs, _, takes = SHAPES[op].partition("|")
    action = draw(st.integers(0, max(0, len(draft.actions) - 1)))
    here = draft.actions[action].measures if action < len(draft.actions) else ()
    fields = _fields(draft, action=action, measure=draw(st.integers(0, max(0, len(here) - 1))))
    chosen = [*needs.split(), *(name for name in takes.split() if draw(st.booleans()))]
    return {"op": op, **{name: draw(fields[name]) for name in chosen}}


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


def stated_in(draft: PlanDraft) -> set[tuple[str, int]]:
    """Which targets stand in the text of the measure they belong to, by their value and place."""
    return {
        (target.text, target.start)
        for target in draft.targets
        if target.measure is not None
        for measure in [draft.actions[target.measure[0]].measures[target.measure[1]]]
        if measure.start <= target.start and target.end <= measure.end
    }


def assert_any_edits_are_sound(draft: PlanDraft, data: st.DataObject, *, most: int) -> PlanDraft:
    source = draft.source
    for _ in range(data.draw(st.integers(1, most))):
        edit = data.draw(_edits(draft))
        with contextlib.suppress(EditRefused):
            draft = apply(draft, edit)
        assert_sound(draft, source=source)
    stored = json.loads(json.dumps(dump(draft), allow_nan=False))
    assert load(stored, source=source) == draft
    return draft


@given(drafts(), st.data())
@settings(max_examples=100, deadline=None)
def test_any_sequence_of_edits_keeps_the_text_of_any_draft(draft, data):
    assert_any_edits_are_sound(draft, data, most=8)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_sequence_of_edits_keeps_the_text_of_a_full_plan(data):
    assert_any_edits_are_sound(a_full_plan(), data, most=15)


REARRANGEMENTS = sorted(
    name for name in SHAPES if "measure" in name or "action" in name if not name.startswith("remove")
)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_target_stays_with_the_words_that_state_it_however_the_plan_is_rearranged(data):
    draft = a_full_plan()
    before = stated_in(draft)
    assert len(before) == len(draft.targets)
    for _ in range(data.draw(st.integers(1, 12))):
        edit = data.draw(_edits(draft, among=REARRANGEMENTS))
        # A cut through the words of a target leaves it with neither half.
        if edit["op"] == "split_measure" and any(
            target.start < edit["at"] < target.end for target in draft.targets
        ):
            continue
        with contextlib.suppress(EditRefused):
            draft = apply(draft, edit)
    assert stated_in(draft) == before


@given(drafts(), st.sampled_from(sorted(SHAPES)), st.data())
@settings(max_examples=150, deadline=None)
def test_an_edit_with_anything_in_its_fields_raises_nothing_but_a_refusal(draft, op, data):
    names = SHAPES[op].replace("|", " ").split()
    edit = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, ANY_JSON)))
    with contextlib.suppress(EditRefused):
        assert_sound(apply(draft, {"op": op, **edit}), source=draft.source)
