"""Drafts travel as JSON and come back the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from plan_document.draft import (
    Action,
    ActionKind,
    Comparator,
    Measure,
    Part,
    PartKind,
    Period,
    PlanDraft,
    Target,
    Unit,
    Warning,
)
from plan_document.serialize import DraftUnreadable, dump, load, to_public_json
from plan_document.tests.draft_strategies import drafts


def a_draft() -> PlanDraft:
    source = "一、助老行动\n智慧助老。培训3万人次以上。（责任单位：科协）"
    measure = Measure("智慧助老", "培训3万人次以上。", (), (Unit("妇联", 7, 9),), 7, 21)
    action = Action("一", "助老行动", ActionKind.CAMPAIGN, (Unit("科协", 27, 29),), (), (measure,), 0, 30)
    target = Target(
        "培训3万人次以上",
        Comparator.AT_LEAST,
        30000.0,
        "人次",
        "老年人",
        None,
        "2025",
        "",
        (0, 0),
        12,
        20,
    )
    return PlanDraft(
        source=source,
        title="方案",
        period=Period(2022, 2025),
        parents=(),
        actions=(action,),
        targets=(target,),
        mentions=(),
        warnings=(Warning("odd_number", "编号不连续", 0, 2),),
        parts=(Part(PartKind.OTHER, 0, len(source)),),
    )


def test_the_public_shape_names_units_as_strings_and_carries_values_and_offsets():
    public = to_public_json(a_draft())
    assert public["period"] == {"start": 2022, "end": 2025}
    (action,) = public["actions"]
    assert (action["title"], action["kind"], action["leads"], action["partners"]) == (
        "助老行动",
        "action",
        ["科协"],
        [],
    )
    assert action["measures"] == [
        {
            "title": "智慧助老",
            "text": "培训3万人次以上。",
            "leads": [],
            "partners": ["妇联"],
            "start": 7,
            "end": 21,
            "confidence": 1.0,
        }
    ]
    (target,) = public["targets"]
    stated = ("comparator", "value", "unit", "population", "baseline", "deadline", "start", "end")
    assert [target[name] for name in stated] == [">=", 30000.0, "人次", "老年人", None, "2025", 12, 20]
    assert public["warnings"] == [
        {"code": "odd_number", "message": "编号不连续", "start": 0, "end": 2, "severity": "warning"}
    ]


def test_a_plan_without_years_has_a_null_period():
    draft = load({**dump(a_draft()), "period": None}, source=a_draft().source)
    assert to_public_json(draft)["period"] is None


@given(drafts())
def test_whatever_is_dumped_loads_as_the_same_draft_after_a_trip_through_json(draft):
    stored = json.loads(json.dumps(dump(draft), allow_nan=False))
    assert stored == dump(draft)
    assert load(stored, source=draft.source) == draft


@given(drafts())
def test_the_public_shape_is_plain_json(draft):
    public = to_public_json(draft)
    assert json.loads(json.dumps(public, allow_nan=False)) == public


def test_the_stored_draft_does_not_repeat_the_source():
    draft = a_draft()
    assert draft.source not in json.dumps(dump(draft), ensure_ascii=False)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"schema": 2}, "unknown_schema"),
        ({"source_digest": "0" * 64}, "other_source"),
        ({"actions": [{"title": "缺字段"}]}, "broken"),
        ({"parts": [["no_such_kind", 0, 1]]}, "broken"),
        ({"targets": 7}, "broken"),
    ],
)
def test_data_that_is_not_this_draft_is_refused_by_name(change, code):
    draft = a_draft()
    with pytest.raises(DraftUnreadable) as refused:
        load({**dump(draft), **change}, source=draft.source)
    assert refused.value.code == code


def test_a_draft_stored_before_warnings_had_a_severity_still_loads():
    stored = dump(a_draft())
    del stored["warnings"][0]["severity"]
    assert load(stored, source=a_draft().source) == a_draft()


def test_a_draft_does_not_load_onto_another_text():
    with pytest.raises(DraftUnreadable) as refused:
        load(dump(a_draft()), source="另一份文件")
    assert refused.value.code == "other_source"
