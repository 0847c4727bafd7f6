"""What a person corrects keeps the text and lands where it was meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plan_document.draft import (
    Action,
    ActionKind,
    Comparator,
    Measure,
    Part,
    PartKind,
    PlanDraft,
    Target,
    Unit,
    Warning,
)
from plan_document.editing import EditRefused, apply, replay

PIECES = [
    (PartKind.TITLE, "科普实施方案\n"),
    (PartKind.ACTION_TITLE, "（一）助老行动\n"),
    (PartKind.MEASURE_TITLE, "智慧助老。"),
    (PartKind.MEASURE_TEXT, "教会老人用手机。培训3万人次。"),
    (PartKind.PAGE_MARK, "\n3、"),
    (PartKind.MEASURE_TEXT, "到村上课。"),
    (PartKind.MEASURE_TITLE, "健康素养。"),
    (PartKind.MEASURE_TEXT, "办健康讲堂。"),
    (PartKind.OWNERS, "（责任单位：科协）\n"),
    (PartKind.ACTION_TITLE, "（二）惠农工程\n"),
    (PartKind.MEASURE_TITLE, "送科技下乡。"),
    (PartKind.MEASURE_TEXT, "每年办班10次。"),
    (PartKind.OTHER, "附则另行通知。"),
]
SOURCE = "".join(text for _, text in PIECES)


def at(words: str) -> int:
    return SOURCE.index(words)


def past(words: str) -> int:
    return at(words) + len(words)


def plan() -> PlanDraft:
    parts, place = [], 0
    for kind, text in PIECES:
        parts.append(Part(kind, place, place + len(text)))
        place += len(text)
    lead = (Unit("科协", at("科协"), past("科协"), 0.9),)
    smart = Measure(
        "智慧助老",
        "智慧助老。教会老人用手机。培训3万人次。到村上课。",
        lead,
        (),
        at("智慧"),
        past("到村上课。"),
    )
    health = Measure("健康素养", "健康素养。办健康讲堂。", (), (), at("健康素养"), past("办健康讲堂。"))
    rural = Measure("送科技下乡", "送科技下乡。每年办班10次。", (), (), at("送科技"), past("10次。"))
    return PlanDraft(
        source=SOURCE,
        title="科普实施方案",
        period=None,
        parents=(),
        actions=(
            Action(
                "一", "助老行动", ActionKind.CAMPAIGN, lead, (), (smart, health), at("（一）"), at("（二）")
            ),
            Action("二", "惠农工程", ActionKind.PROJECT, (), (), (rural,), at("（二）"), past("10次。")),
        ),
        targets=(
            target("培训3万人次", 30000, (0, 0)),
            target("每年办班10次", 10, (1, 0)),
        ),
        mentions=(),
        warnings=(Warning("missing_owners", "缺少责任单位", at("（二）"), past("（二）")),),
        parts=tuple(parts),
    )


def target(words: str, value: float, measure: tuple[int, int]) -> Target:
    return Target(words, Comparator.EQUAL, value, "次", "", None, None, "", measure, at(words), past(words))


def titles(draft: PlanDraft) -> list[list[str]]:
    return [[measure.title for measure in action.measures] for action in draft.actions]


def homes(draft: PlanDraft) -> list[tuple[int, int] | None]:
    return [each.measure for each in draft.targets]


def words_of(draft: PlanDraft, kind: PartKind) -> list[str]:
    return [SOURCE[part.start : part.end] for part in draft.parts if part.kind is kind]


def refusal(draft: PlanDraft, **edit: object) -> str:
    with pytest.raises(EditRefused) as refused:
        apply(draft, edit)
    assert refused.value.message
    return refused.value.code


def test_splitting_gives_two_measures_with_the_words_of_each_and_the_same_owners():
    draft = apply(plan(), {"op": "split_measure", "action": 0, "measure": 0, "at": at("培训3万")})
    first, second, _ = draft.actions[0].measures
    assert (first.title, first.text) == ("智慧助老", "智慧助老。教会老人用手机。")
    assert (second.title, second.text) == ("培训3万人次", "培训3万人次。到村上课。")
    assert second.leads == first.leads == plan().actions[0].leads
    assert (first.end, second.start) == (at("培训3万"), at("培训3万"))


def test_a_target_goes_with_the_half_that_states_it_and_later_ones_move_down():
    draft = apply(plan(), {"op": "split_measure", "action": 0, "measure": 0, "at": at("培训3万")})
    assert homes(draft) == [(0, 1), (1, 0)]
    draft = apply(plan(), {"op": "split_measure", "action": 0, "measure": 0, "at": at("到村上课")})
    assert homes(draft) == [(0, 0), (1, 0)]


def test_a_split_may_name_the_second_half():
    edit = {"op": "split_measure", "action": 0, "measure": 0, "at": at("到村"), "title": "送课到村"}
    assert titles(apply(plan(), edit))[0] == ["智慧助老", "送课到村", "健康素养"]


def test_a_split_cuts_the_tidied_text_where_the_source_is_cut():
    source = "智 慧\n助老。敎會老人。"
    measure = Measure("智慧助老", "智慧助老。教会老人。", (), (), 0, len(source))
    action = Action("", "甲", ActionKind.TASK, (), (), (measure,), 0, len(source))
    heading = source.index("敎")
    parts = (
        Part(PartKind.MEASURE_TITLE, 0, heading),
        Part(PartKind.MEASURE_TEXT, heading, len(source)),
    )
    draft = replace(plan(), source=source, actions=(action,), targets=(), warnings=(), parts=parts)
    halves = apply(draft, {"op": "split_measure", "action": 0, "measure": 0, "at": heading})
    assert [(each.title, each.text) for each in halves.actions[0].measures] == [
        ("智慧助老", "智慧助老。"),
        ("教会老人", "教会老人。"),
    ]


def test_a_split_through_the_heading_names_both_halves_by_their_own_words():
    draft = apply(plan(), {"op": "split_measure", "action": 0, "measure": 0, "at": at("助老。")})
    assert titles(draft)[0] == ["智慧", "助老", "健康素养"]


def test_a_split_that_leaves_a_half_without_words_is_refused():
    draft = apply(plan(), {"op": "split_measure", "action": 0, "measure": 0, "at": at("到村")})
    page_mark = {"action": 0, "measure": 0, "at": at("\n3、")}
    first = apply(draft, {"op": "split_measure", **page_mark, "at": at("培训")})
    assert titles(first)[0] == ["智慧助老", "培训3万人次", "到村上课", "健康素养"]
    assert refusal(draft, op="split_measure", **page_mark) == "empty_half"


@pytest.mark.parametrize("place", [0, at("智慧"), past("到村上课。"), 10**9, -1])
def test_a_split_outside_the_measure_is_refused(place):
    assert refusal(plan(), op="split_measure", action=0, measure=0, at=place) == "cut_outside"


def test_merging_turns_the_second_heading_into_text_and_joins_owners():
    draft = apply(plan(), {"op": "merge_with_next_measure", "action": 0, "measure": 0})
    (merged,) = draft.actions[0].measures
    assert merged.title == "智慧助老"
    assert merged.text == "智慧助老。教会老人用手机。培训3万人次。到村上课。健康素养。办健康讲堂。"
    assert [unit.name for unit in merged.leads] == ["科协"]
    assert (merged.start, merged.end) == (at("智慧"), past("办健康讲堂。"))
    assert words_of(draft, PartKind.MEASURE_TITLE) == ["智慧助老。", "送科技下乡。"]
    assert homes(draft) == [(0, 0), (1, 0)]


def test_merging_moves_the_targets_of_the_second_and_of_those_behind_it():
    last = {"op": "move_measure", "action": 1, "measure": 0, "to_action": 0, "to_measure": 2}
    stated = {"op": "add_target", "value": 1, "unit": "次", "text": "办健康讲堂", "action": 0, "measure": 1}
    draft = replay(plan(), [last, stated])
    assert homes(draft) == [(0, 0), (0, 2), (0, 1)]
    merged = apply(draft, {"op": "merge_with_next_measure", "action": 0, "measure": 0})
    assert homes(merged) == [(0, 0), (0, 1), (0, 0)]


def test_measures_with_another_between_them_do_not_merge():
    draft = apply(plan(), {"op": "move_measure", "action": 1, "measure": 0, "to_action": 0, "to_measure": 1})
    assert titles(draft) == [["智慧助老", "送科技下乡", "健康素养"], []]
    assert refusal(draft, op="merge_with_next_measure", action=0, measure=0) == "not_neighbours"


def test_the_last_measure_has_nothing_to_merge_with():
    assert refusal(plan(), op="merge_with_next_measure", action=0, measure=1) == "no_such_measure"


def test_a_moved_measure_takes_its_target_along():
    draft = apply(plan(), {"op": "move_measure", "action": 0, "measure": 0, "to_action": 1, "to_measure": 0})
    assert titles(draft) == [["健康素养"], ["智慧助老", "送科技下乡"]]
    assert homes(draft) == [(1, 0), (1, 1)]


def test_a_measure_moves_within_its_own_action():
    draft = apply(plan(), {"op": "move_measure", "action": 0, "measure": 0, "to_action": 0, "to_measure": 1})
    assert titles(draft)[0] == ["健康素养", "智慧助老"]
    assert homes(draft)[0] == (0, 1)


def test_a_removed_measure_leaves_its_words_as_text_of_nothing_and_its_target_to_the_plan():
    draft = apply(plan(), {"op": "remove_measure", "action": 0, "measure": 0})
    assert titles(draft) == [["健康素养"], ["送科技下乡"]]
    assert homes(draft) == [None, (1, 0)]
    assert "智慧助老。" in words_of(draft, PartKind.OTHER)
    assert words_of(draft, PartKind.PAGE_MARK) == ["\n3、"]


def test_a_missed_measure_is_added_from_the_text():
    place = {"start": at("附则"), "end": past("通知。")}
    edit = {"op": "add_measure", "action": 1, "position": 0, "title": "附则", **place}
    draft = apply(plan(), edit)
    added = draft.actions[1].measures[0]
    assert (added.title, added.text, added.start) == ("附则", "附则另行通知。", at("附则"))
    assert homes(draft) == [(0, 0), (1, 1)]
    assert words_of(draft, PartKind.OTHER) == []


def test_text_of_another_measure_cannot_be_taken():
    edit = {"op": "add_measure", "action": 1, "position": 0, "title": "抢", "start": at("讲堂")}
    assert refusal(plan(), **edit, end=past("讲堂")) == "text_taken"
    assert refusal(plan(), **edit) == "no_such_text"


def test_a_measure_that_the_document_lacks_is_typed_in_and_merges_into_its_neighbour():
    typed = {"op": "add_measure", "action": 0, "position": 2, "title": "新增", "text": "办夜校。"}
    draft = replay(plan(), [typed, {"op": "merge_with_next_measure", "action": 0, "measure": 1}])
    merged = draft.actions[0].measures[1]
    assert merged.text == "健康素养。办健康讲堂。新增。办夜校。"
    assert (merged.start, merged.end) == (at("健康素养"), past("办健康讲堂。"))


def test_renaming_changes_only_the_name():
    draft = replay(
        plan(),
        [
            {"op": "rename_measure", "action": 0, "measure": 1, "title": " 健康  科普 "},
            {"op": "rename_action", "action": 1, "title": "惠农行动", "kind": "action"},
            {"op": "set_title", "title": "方案"},
        ],
    )
    assert titles(draft) == [["智慧助老", "健康 科普"], ["送科技下乡"]]
    renamed = draft.actions[1]
    assert (renamed.number, renamed.title, renamed.kind) == ("二", "惠农行动", ActionKind.CAMPAIGN)
    assert draft.parts == plan().parts


def test_only_an_empty_action_is_removed_and_its_heading_stays_as_text():
    assert refusal(plan(), op="remove_action", action=0) == "action_not_empty"
    emptied = apply(plan(), {"op": "remove_measure", "action": 1, "measure": 0})
    draft = apply(emptied, {"op": "remove_action", "action": 1})
    assert titles(draft) == [["智慧助老", "健康素养"]]
    assert "（二）惠农工程\n" in words_of(draft, PartKind.OTHER)


def test_splitting_an_action_carries_measures_owners_and_targets():
    edits = [
        {"op": "move_measure", "action": 0, "measure": 0, "to_action": 0, "to_measure": 1},
        {"op": "split_action", "action": 0, "measure": 1, "title": "智慧行动"},
    ]
    draft = replay(plan(), edits)
    assert titles(draft) == [["健康素养"], ["智慧助老"], ["送科技下乡"]]
    assert homes(draft) == [(1, 0), (2, 0)]
    assert draft.actions[1].leads == draft.actions[0].leads


def test_merging_actions_is_the_way_back_from_splitting_one():
    split = {"op": "split_action", "action": 0, "measure": 1, "title": "健康行动"}
    draft = replay(plan(), [split, {"op": "merge_actions", "action": 0}])
    assert titles(draft) == titles(plan())
    assert homes(draft) == homes(plan())
    assert (draft.actions[0].start, draft.actions[0].end) == (at("（一）"), at("（二）"))


def test_an_added_action_moves_the_targets_of_those_behind_it():
    edit = {"op": "add_action", "position": 1, "title": "新任务", "number": "二"}
    draft = apply(plan(), edit)
    assert [action.title for action in draft.actions] == ["助老行动", "新任务", "惠农工程"]
    assert homes(draft) == [(0, 0), (2, 0)]


def test_owners_set_by_a_person_keep_their_place_in_the_text_or_find_one():
    edit = {"op": "set_owners", "action": 0, "leads": ["科协", "老年大学"], "partners": ["健康讲堂"]}
    action = apply(plan(), edit).actions[0]
    assert action.leads == (
        Unit("科协", at("科协"), past("科协"), 1.0),
        Unit("老年大学", action.end, action.end),
    )
    assert action.partners == (Unit("健康讲堂", at("健康讲堂"), past("健康讲堂")),)


def test_a_partner_that_becomes_the_lead_is_a_partner_no_longer():
    edits = [
        {"op": "add_partner", "action": 1, "measure": 0, "name": "科协"},
        {"op": "add_lead", "action": 1, "measure": 0, "name": "科协"},
    ]
    measure = replay(plan(), edits).actions[1].measures[0]
    assert ([unit.name for unit in measure.leads], measure.partners) == (["科协"], ())


def test_a_unit_cannot_lead_and_take_part_at_once():
    edit = {"op": "set_owners", "action": 0, "leads": ["科协"], "partners": ["科协"]}
    assert refusal(plan(), **edit) == "unit_twice"


def test_removing_an_owner_who_is_not_there_is_refused():
    draft = apply(plan(), {"op": "remove_owner", "action": 0, "name": "科协"})
    assert draft.actions[0].leads == ()
    assert refusal(draft, op="remove_owner", action=0, name="科协") == "no_such_unit"


def test_a_target_is_corrected_field_by_field():
    changes = {"comparator": ">=", "value": 3, "unit": "万人次", "deadline": "2025", "per": "年"}
    draft = apply(plan(), {"op": "edit_target", "target": 0, **changes})
    edited = draft.targets[0]
    assert (edited.comparator, edited.value, edited.unit) == (Comparator.AT_LEAST, 3.0, "万人次")
    assert (edited.deadline, edited.per, edited.measure) == ("2025", "年", (0, 0))
    to_the_plan = {"op": "edit_target", "target": 0, "action": None, "measure": None, "deadline": None}
    again = apply(draft, to_the_plan).targets[0]
    assert (again.measure, again.deadline, again.value) == (None, None, 3.0)


def test_an_added_target_is_placed_by_its_own_words():
    edit = {"op": "add_target", "value": 12, "unit": "场", "text": "办健康讲堂", "action": 0, "measure": 1}
    added = apply(plan(), edit).targets[-1]
    assert (added.start, added.end, added.measure) == (at("办健康讲堂"), past("办健康讲堂"), (0, 1))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400])
def test_a_target_needs_a_finite_value(value):
    assert refusal(plan(), op="add_target", value=value, unit="人") == "not_a_number"


def test_a_dismissed_warning_is_kept_and_can_come_back():
    key = {"code": "missing_owners", "start": at("（二）"), "end": past("（二）")}
    draft = apply(plan(), {"op": "dismiss_warning", **key})
    assert (draft.warnings, draft.dismissed) == ((), plan().warnings)
    assert refusal(draft, op="dismiss_warning", **key) == "no_such_warning"
    assert apply(draft, {"op": "restore_warning", **key}) == plan()


def test_the_period_is_set_and_an_impossible_one_refused():
    assert apply(plan(), {"op": "set_period", "start": 2026, "end": 2030}).period.end == 2030
    assert refusal(plan(), op="set_period", start=2030, end=2026) == "impossible_period"


@pytest.mark.parametrize(
    "edit",
    [
        {},
        {"op": 7},
        {"op": "apply"},
        {"op": "merge_actions"},
        {"op": "merge_actions", "action": True},
        {"op": "merge_actions", "action": "0"},
        {"op": "merge_actions", "action": 0, "extra": 1},
        {"op": "set_title", "title": "含\x00空字符"},
        {"op": "set_title", "title": "\ud800"},
        {"op": "set_owners", "action": 0, "leads": "科协"},
        {"op": "add_action", "position": 0, "title": "甲", "kind": "party"},
        {"op": "add_target", "value": "3", "unit": "人"},
        {"op": "edit_target", "target": 0, "action": 0},
    ],
)
def test_an_edit_that_is_not_in_shape_is_refused_by_name(edit):
    with pytest.raises(EditRefused) as refused:
        apply(plan(), edit)
    assert refused.value.code in {"unknown_edit", "malformed"}


def test_replaying_all_but_the_last_edit_undoes_it():
    edits = [
        {"op": "rename_action", "action": 0, "title": "甲"},
        {"op": "remove_measure", "action": 0, "measure": 0},
    ]
    before = replay(plan(), edits[:1])
    assert before == replace(
        plan(),
        actions=(replace(plan().actions[0], title="甲", confidence=1.0), plan().actions[1]),
    )
    assert replay(plan(), edits) != before
