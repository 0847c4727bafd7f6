"""Two versions of a plan are told apart, and each measure finds the one it continues."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from plan_document.compare import (
    ActionView,
    DifferenceKind,
    MeasureView,
    PlanView,
    TargetView,
    compare,
    continuations,
    view_of,
)
from plan_document.draft import Comparator
from plan_document.tests.draft_strategies import drafts

COURSES = MeasureView(
    "m1", "教老人用手机", "依托老年大学和社区课堂开设智能手机课，每村每年不少于两场。", ("科协",), ("民政局",)
)
LECTURES = MeasureView("m2", "办健康讲堂", "组织医院专家下乡讲健康，发放用药手册。", ("卫健局",))
FARMERS = MeasureView("m3", "培训新型农民", "农技站每季度办班，讲授种植新品种与防灾知识。", ("农业局",))
ELDERS = ActionView("a1", "老年人科学素质提升行动", (COURSES, LECTURES), ("科协",))
VILLAGE = ActionView("a2", "农民科学素质提升行动", (FARMERS,))
SHARE = TargetView(
    "t1", "公民具备科学素质的比例达到18.5%以上", Comparator.AT_LEAST, 18.5, "%", "公民", deadline="2025"
)
PLAN = PlanView((ELDERS, VILLAGE), (SHARE,))


def with_measures(*measures: MeasureView, plan: PlanView = PLAN) -> PlanView:
    return replace(plan, actions=(replace(plan.actions[0], measures=measures), *plan.actions[1:]))


def kinds(old: PlanView, new: PlanView) -> list[tuple[str, str | None, str | None]]:
    return [(found.kind.value, found.old_key, found.new_key) for found in compare(old, new)]


def carried(old: PlanView, new: PlanView) -> dict[str, str | None]:
    return {found.new_key: found.old_key for found in continuations(old, new)}


def test_a_plan_does_not_differ_from_itself():
    assert compare(PLAN, PLAN) == ()
    assert carried(PLAN, PLAN) == {"m1": "m1", "m2": "m2", "m3": "m3"}


def test_spacing_and_the_width_of_punctuation_are_no_difference():
    spaced = replace(COURSES, text=COURSES.text.replace("，", ", "), title="教老人 用手机")
    assert compare(PLAN, with_measures(spaced, LECTURES)) == ()


def test_a_new_measure_begins_anew_and_a_missing_one_is_gone():
    songs = MeasureView("n1", "演红色戏曲", "文化馆排练越剧进校园。")
    new = with_measures(COURSES, songs)
    assert kinds(PLAN, new) == [("measure_added", None, "n1"), ("measure_removed", "m2", None)]
    assert carried(PLAN, new) == {"m1": "m1", "n1": None, "m3": "m3"}


def test_a_renamed_measure_is_known_by_its_text():
    renamed = replace(COURSES, key="n1", title="跨越数字鸿沟")
    found = compare(PLAN, with_measures(renamed, LECTURES))
    assert [(each.kind, each.old, each.new) for each in found] == [
        (DifferenceKind.MEASURE_RENAMED, "教老人用手机", "跨越数字鸿沟")
    ]
    assert carried(PLAN, with_measures(renamed, LECTURES))["n1"] == "m1"


def test_a_rewritten_measure_is_known_by_its_title_with_less_confidence():
    rewritten = replace(COURSES, key="n1", text="另行组织志愿团队上门辅导，建立服务台账。")
    new = with_measures(rewritten, LECTURES)
    assert kinds(PLAN, new) == [("measure_text_changed", "m1", "n1")]
    confidence = {found.new_key: found.confidence for found in continuations(PLAN, new)}
    assert 0.45 <= confidence["n1"] < confidence["m2"] == 1.0


def test_a_measure_that_has_changed_its_action_is_moved():
    new = PlanView(
        (replace(ELDERS, measures=(COURSES,)), replace(VILLAGE, measures=(FARMERS, LECTURES))), (SHARE,)
    )
    assert kinds(PLAN, new) == [("measure_moved", "m2", "m2")]


def test_the_order_within_an_action_is_no_move():
    assert compare(PLAN, with_measures(LECTURES, COURSES)) == ()


def test_changed_owners_are_named_for_leads_and_partners_apart():
    changed = replace(COURSES, leads=("民政局",), partners=("民政局", "科协"))
    found = compare(PLAN, with_measures(changed, LECTURES))
    assert [(each.kind.value, each.old, each.new) for each in found] == [
        ("measure_leads_changed", "科协", "民政局"),
        ("measure_partners_changed", "民政局", "民政局、科协"),
    ]


def test_the_order_of_owners_is_no_difference():
    first = with_measures(replace(COURSES, leads=("科协", "民政局")), LECTURES)
    second = with_measures(replace(COURSES, leads=("民政局", "科协")), LECTURES)
    assert compare(first, second) == ()


def test_two_measures_that_became_one_are_merged_not_lost():
    both = MeasureView("n1", COURSES.title, COURSES.text + LECTURES.text, COURSES.leads, COURSES.partners)
    new = with_measures(both)
    assert kinds(PLAN, new) == [("measure_text_changed", "m1", "n1"), ("measure_merged", "m2", "n1")]


def test_one_measure_that_became_two_gives_its_progress_to_one_of_them():
    both = replace(COURSES, text=COURSES.text + LECTURES.text)
    old = with_measures(both)
    assert kinds(old, PLAN) == [("measure_text_changed", "m1", "m1"), ("measure_split_off", "m1", "m2")]
    assert carried(old, PLAN) == {"m1": "m1", "m2": None, "m3": "m3"}


def test_actions_are_added_renamed_and_removed():
    renamed = replace(VILLAGE, title="农村居民科学素质提升行动")
    added = ActionView("a3", "科普信息化工程", ())
    assert kinds(PLAN, PlanView((ELDERS, renamed, added), (SHARE,))) == [
        ("action_renamed", "a2", "a2"),
        ("action_added", None, "a3"),
    ]
    assert kinds(PLAN, PlanView((ELDERS,), (SHARE,))) == [
        ("action_removed", "a2", None),
        ("measure_removed", "m3", None),
    ]


def test_two_actions_without_measures_are_not_taken_for_each_other():
    old, new = PlanView((ActionView("a", "科普设施工程", ()),)), PlanView((ActionView("b", "农民培训", ()),))
    assert kinds(old, new) == [("action_added", None, "b"), ("action_removed", "a", None)]


def test_targets_are_changed_added_and_removed():
    raised = replace(SHARE, key="t9", text="公民具备科学素质的比例达到21%以上", value=21, deadline="2030")
    trained = TargetView("t2", "培训老年人5万人次", Comparator.AT_LEAST, 50000, "人次", "老年人")
    assert kinds(PLAN, replace(PLAN, targets=(raised, trained))) == [
        ("target_changed", "t1", "t9"),
        ("target_added", None, "t2"),
    ]
    assert kinds(PLAN, replace(PLAN, targets=())) == [("target_removed", "t1", None)]


def test_the_same_title_under_two_actions_stays_with_its_own():
    twins = [
        replace(action, measures=(MeasureView(f"{action.key}.1", "加强组织领导", ""),))
        for action in PLAN.actions
    ]
    old = PlanView(tuple(twins))
    new = PlanView(tuple(reversed(twins)))
    assert carried(old, new) == {"a2.1": "a2.1", "a1.1": "a1.1"}


@given(drafts(), drafts())
@settings(deadline=None)
def test_any_two_drafts_compare_and_no_old_measure_is_continued_twice(old_draft, new_draft):
    old, new = view_of(old_draft), view_of(new_draft)
    assert compare(old, old) == ()
    found = continuations(old, new)
    measures = [measure.key for action in new.actions for measure in action.measures]
    assert [each.new_key for each in found] == measures
    continued = [each.old_key for each in found if each.old_key is not None]
    assert len(continued) == len(set(continued))
    old_keys = {measure.key for action in old.actions for measure in action.measures}
    measures_gone = {
        each.old_key
        for each in compare(old, new)
        if each.kind in (DifferenceKind.MEASURE_REMOVED, DifferenceKind.MEASURE_MERGED)
    }
    assert measures_gone | set(continued) == old_keys
    assert not measures_gone & set(continued)
