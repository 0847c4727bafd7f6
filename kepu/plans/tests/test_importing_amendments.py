"""A later version of a plan changes it in place and keeps its progress; a successor is another plan."""

from __future__ import annotations

import pytest

from kepu.accounts.models import Role
from kepu.messages.models import Message
from kepu.plans.models import Measure, NumberKind, Plan, PlanState, ProgressReport
from kepu.plans.queries.drafts import working_draft
from kepu.plans.queries.structure import leads_of, measures_in_force, targets_in_force
from kepu.plans.services import importing
from kepu.plans.services.refusals import PlanIsClosed, ReasonMissing
from tests.factories.accounts import personas
from tests.factories.imports import (
    AT,
    ActionWords,
    MeasureWords,
    make_draft,
    make_import,
    make_target_words,
)
from tests.factories.plans import make_report, make_target

pytestmark = pytest.mark.django_db

COURSE = MeasureWords("办好科学课", "每所小学都配备一名科学副校长，开齐开足科学课程。")
ROOMS = MeasureWords("建好科学教室", "支持中学建设创新实验室，向周边学校开放共享。")
HEALTH = MeasureWords("普及健康知识", "组织医生进社区开讲，帮助老年人识别养生骗局。")
PHONES = MeasureWords("教会使用手机", "面向老年人开设智能手机课堂，手把手教会挂号缴费。")


def youth(*measures, **fields):
    return ActionWords("青少年科学素质提升行动", list(measures), **({"leads": ("教育体育局",)} | fields))


def elders(*measures, **fields):
    return ActionWords("老年人科学素质提升行动", list(measures), **({"leads": ("卫生健康局",)} | fields))


@pytest.fixture
def people():
    return personas()


@pytest.fixture
def office(people):
    return people[Role.DISTRICT_OFFICE].active_memberships[0].organisation


@pytest.fixture
def clerk(people):
    return people[Role.DISTRICT_OFFICE]


@pytest.fixture
def plan(office, clerk):
    draft = make_draft(youth(COURSE, ROOMS), elders(HEALTH), targets=(make_target_words(),))
    return importing.confirm_import(make_import(draft, office=office), by=clerk, at=AT)


@pytest.fixture
def amend(plan, office, clerk):
    def amended(*actions, reason="市里调整了分工", **fields):
        draft = make_draft(*actions, **({"targets": (make_target_words(),)} | fields))
        plan_import = make_import(draft, office=office, amends=plan)
        return importing.confirm_import(plan_import, by=clerk, at=AT, reason=reason)

    return amended


def in_force(plan):
    return [(measure.code, measure.title) for measure in measures_in_force(plan)]


def test_a_measure_that_stays_keeps_its_row_its_code_and_its_reports(plan, amend, people):
    measure = measures_in_force(plan)[0]
    unit = people[Role.LEAD_UNIT].active_memberships[0].organisation
    report = make_report(measure, organisation=unit, period=plan.periods.first(), by=people[Role.LEAD_UNIT])
    amend(youth(COURSE, ROOMS), elders(HEALTH))
    assert measures_in_force(plan)[0].pk == measure.pk
    assert ProgressReport.objects.get().pk == report.pk
    assert ProgressReport.objects.get().measure_id == measure.pk


def test_changed_words_are_updated_in_the_same_row(plan, amend):
    row = measures_in_force(plan)[1].pk
    amend(youth(COURSE, MeasureWords("建好用好科学教室", ROOMS.text + "每年检查一次。")), elders(HEALTH))
    changed = Measure.objects.get(pk=row)
    assert (changed.code, changed.title) == ("1.2", "建好用好科学教室")
    assert changed.text.endswith("每年检查一次。")


def test_a_new_measure_gets_a_code_that_nobody_had(plan, amend):
    amend(youth(PHONES, COURSE, ROOMS), elders(HEALTH))
    assert in_force(plan) == [
        ("1.3", "教会使用手机"),
        ("1.1", "办好科学课"),
        ("1.2", "建好科学教室"),
        ("2.1", "普及健康知识"),
    ]


def test_a_measure_that_is_gone_is_withdrawn_and_its_code_not_given_again(plan, amend):
    amend(youth(COURSE), elders(HEALTH))
    gone = Measure.objects.get(code="1.2")
    assert gone.withdrawn_in == 2
    amend(youth(COURSE, PHONES), elders(HEALTH))
    assert in_force(plan) == [("1.1", "办好科学课"), ("1.3", "教会使用手机"), ("2.1", "普及健康知识")]


def test_a_measure_that_moves_to_another_action_keeps_its_row(plan, amend):
    row = measures_in_force(plan)[1].pk
    amend(youth(COURSE), elders(HEALTH, ROOMS))
    moved = Measure.objects.get(pk=row)
    assert (moved.code, moved.action.title, moved.withdrawn_in) == ("1.2", "老年人科学素质提升行动", None)


def test_an_action_without_a_place_in_the_new_version_is_withdrawn(plan, amend):
    amend(youth(COURSE, ROOMS))
    assert [action.withdrawn_in for action in plan.actions.order_by("pk")] == [None, 2]


def test_changed_units_answer_from_now_on(plan, amend, people):
    amend(youth(COURSE, ROOMS, leads=("卫生健康局",)), elders(HEALTH))
    partner = people[Role.PARTNER_UNIT].active_memberships[0].organisation
    assert [row.organisation for row in leads_of(measures_in_force(plan)[0])] == [partner]


def test_a_target_that_changes_keeps_its_row_and_an_own_target_of_the_office_stays(plan, amend):
    row = targets_in_force(plan).get().pk
    own = make_target(plan, name="办公室自定", is_from_plan=False)
    amend(youth(COURSE, ROOMS), elders(HEALTH), targets=(make_target_words(value=40_000.0),))
    assert {target.pk: int(target.value) for target in targets_in_force(plan)} == {
        row: 40_000,
        own.pk: 30_000,
    }


def test_an_own_target_goes_with_the_measure_that_it_belonged_to(plan, amend):
    measure = measures_in_force(plan)[1]
    own = make_target(plan, measure=measure, is_from_plan=False)
    amend(youth(COURSE), elders(HEALTH))
    own.refresh_from_db()
    assert own.withdrawn_in == 2


def test_the_new_version_records_what_changed_and_why(plan, amend):
    amend(youth(COURSE, MeasureWords("建好用好科学教室", ROOMS.text)), elders(HEALTH), reason="按要求修订")
    version = plan.versions.get(number=2)
    assert version.reason == "按要求修订"
    assert version.differences == [
        {
            "kind": "measure_renamed",
            "item": "建好用好科学教室",
            "old": "建好科学教室",
            "new": "建好用好科学教室",
        }
    ]
    plan.refresh_from_db()
    assert plan.version == 2


def test_writing_a_unit_differently_is_no_difference(plan, amend):
    amend(youth(COURSE, ROOMS, leads=("上虞区教育体育局",)), elders(HEALTH))
    assert plan.versions.get(number=2).differences == []


def test_only_the_units_concerned_are_told(plan, amend, people):
    amend(youth(COURSE, MeasureWords("建好用好科学教室", ROOMS.text)), elders(HEALTH))
    assert [message.recipient for message in Message.objects.all()] == [people[Role.LEAD_UNIT]]
    assert Message.objects.get().body == "建好用好科学教室"


def test_both_the_unit_that_gives_up_and_the_one_that_takes_over_are_told(plan, amend, people):
    amend(youth(COURSE, ROOMS, leads=("卫生健康局",)), elders(HEALTH))
    told = set(Message.objects.values_list("recipient", flat=True))
    assert told == {people[Role.LEAD_UNIT].pk, people[Role.PARTNER_UNIT].pk}


def test_an_amendment_needs_a_reason(plan, amend):
    with pytest.raises(ReasonMissing):
        amend(youth(COURSE), reason="  ")
    assert plan.versions.count() == 1


def test_a_closed_plan_is_not_amended(plan, amend):
    Plan.objects.update(state=PlanState.CLOSED)
    with pytest.raises(PlanIsClosed):
        amend(youth(COURSE))


def test_a_longer_period_opens_the_quarters_that_are_missing(plan, amend):
    amend(youth(COURSE, ROOMS), elders(HEALTH), period=(2022, 2026))
    assert sorted(p.year for p in plan.periods.all()) == [2025] * 4 + [2026] * 4


def test_a_shorter_period_keeps_quarters_in_which_somebody_reported(plan, amend, people):
    last = plan.periods.get(year=2025, quarter=4)
    unit = people[Role.LEAD_UNIT].active_memberships[0].organisation
    make_report(measures_in_force(plan)[0], organisation=unit, period=last, by=people[Role.LEAD_UNIT])
    amend(youth(COURSE, ROOMS), elders(HEALTH), period=(2022, 2024))
    assert [(p.year, p.quarter) for p in plan.periods.filter(year=2025)] == [(2025, 4)]


def test_an_english_title_is_kept_until_the_chinese_one_changes(plan, amend):
    Measure.objects.filter(code="1.1").update(title_en="Teach science well")
    Measure.objects.filter(code="1.2").update(title_en="Build science rooms")
    amend(youth(COURSE, MeasureWords("建好用好科学教室", ROOMS.text)), elders(HEALTH))
    assert [measure.title_en for measure in measures_in_force(plan)] == ["Teach science well", "", ""]


def test_a_plan_of_the_next_period_follows_and_names_what_it_continues(plan, office, clerk):
    draft = make_draft(youth(COURSE, PHONES), period=(2026, 2030))
    successor = importing.confirm_import(make_import(draft, office=office), by=clerk, at=AT)
    course, phones = measures_in_force(successor)
    assert successor.succeeds == plan
    assert successor.slug == "330604-2026-2030"
    assert (course.continues, phones.continues) == (Measure.objects.get(action__plan=plan, code="1.1"), None)
    assert not course.reports.exists()
    assert in_force(plan)[0] == ("1.1", "办好科学课")


def test_an_amendment_keeps_the_kind_of_number_chosen_on_the_preview(plan, office, clerk):
    draft = make_draft(youth(COURSE, ROOMS), elders(HEALTH), targets=(make_target_words(),))
    edits = [{"op": "set_number_kind", "target": 0, "kind": "reported"}]
    plan_import = make_import(draft, office=office, amends=plan, edits=edits)
    assert working_draft(plan_import).kind_of(0) == NumberKind.REPORTED
    importing.confirm_import(plan_import, by=clerk, at=AT, reason="改为上报")
    assert targets_in_force(plan).get().kind == NumberKind.REPORTED
