"""The first page at the desk: different for each role, and as cheap for many measures as for one."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from kepu.accounts.models import Role
from kepu.plans.models import AssessmentState, NumberKind, PlanState, ReportState
from kepu.plans.services import plan as plans
from kepu.plans.services import progress, rubrics
from tests.factories.accounts import make_user
from tests.factories.plans import make_measure, make_plan, make_report, make_target
from tests.factories.progress import AT, make_district

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2025-10-20T03:00:00+00:00", tick=False):
        yield


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def home(client):
    def get(user):
        client.force_login(user)
        return client.get(reverse("desk:home"))

    return get


def text(response):
    return response.content.decode()


def test_the_office_starts_with_what_it_has_to_verify(district, home):
    district.submitted()
    response = home(district.office)
    assert response.context["waiting"].count == 1
    assert "核实 1 份季度填报" in text(response)


def test_the_office_reads_of_more_than_five_on_the_page_of_reports(district, home):
    for _ in range(6):
        make_report(
            make_measure(district.measure.action),
            organisation=district.lead_unit,
            period=district.period,
            state=ReportState.SUBMITTED,
            submitted_at=AT,
        )
    assert "看全部 6 份" in text(home(district.office))


def test_a_unit_starts_with_what_was_sent_back_and_why(district, home):
    progress.return_report(district.submitted(), reason="缺签到表", by=district.office, at=AT)
    response = home(district.lead)
    assert "缺签到表" in text(response)
    assert response.context["office"] is None


def test_an_empty_list_says_that_all_is_done(district, home):
    assert "都处理完了" in text(home(district.partner))


def test_hard_targets_are_those_of_the_plan_not_the_offices_own(district, home):
    make_target(district.plan, name="老年人培训")
    make_target(district.plan, name="自定的", measure=district.measure, is_from_plan=False)
    goals = home(district.partner).context["hard_goals"]
    assert [goal.target.name for goal in goals] == ["老年人培训"]


def test_tasks_and_the_most_pressing_measures_are_shown(district, home):
    response = home(district.office)
    assert [row.measure for row in response.context["worst"]] == [district.measure]
    assert "未填报" in text(response)
    assert "没有按期填报的单位" in text(response)
    assert "没有按期填报的单位" not in text(home(district.lead))


def test_an_auditor_reads_and_is_asked_nothing(district, home):
    page = text(home(make_user(Role.AUDITOR, district.office_unit)))
    assert "操作记录" in page
    assert "等我处理" not in page
    assert district.plan.title in page


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.EXPERT])
def test_who_does_not_report_is_led_to_the_public_plans(district, home, role):
    page = text(home(make_user(role, district.office_unit)))
    assert "现在没有要您处理的事" in page
    assert "各项重点任务" not in page


def test_somebody_without_a_role_is_told_what_to_do(home):
    assert "请联系所在单位的管理员" in text(home(make_user()))


def test_an_office_without_a_plan_is_led_to_the_import(home):
    assert "还没有方案" in text(home(make_user(Role.DISTRICT_OFFICE)))


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"starts_in": 2026, "ends_in": 2030}, "old"),  # imported already, but not begun
        ({"starts_in": 2023, "ends_in": 2030}, "new"),
        ({"starts_in": 2023, "ends_in": 2030, "state": PlanState.CLOSED}, "old"),
    ],
)
def test_the_plan_shown_is_the_one_that_runs_now(district, home, fields, shown):
    new = make_plan(office=district.office_unit, **fields)
    assert home(district.office).context["glance"].plan == {"old": district.plan, "new": new}[shown]


def test_a_plan_that_has_not_begun_is_better_than_none(district, home):
    plans.close_plan(district.plan, by=district.office, at=AT)
    new = make_plan(office=district.office_unit, starts_in=2026, ends_in=2030)
    assert home(district.office).context["glance"].plan == new


def test_higher_plans_are_never_the_plan_of_the_desk(district, home):
    plans.register_higher_plan(
        "国家",
        level="nation",
        office=district.office_unit,
        years=(2024, 2035),
        targets=[],
        by=district.office,
        at=AT,
    )
    assert home(district.office).context["glance"].plan == district.plan


def test_assessments_wait_for_the_unit_and_then_for_the_office(district, home):
    rubric = rubrics.begin_from_default(district.plan, year=2025, by=district.office, at=AT)
    (found, *_others) = [
        one
        for one in rubrics.open_rubric(rubric, by=district.office, at=AT)
        if one.organisation == district.lead_unit
    ]
    assert [one.pk for one in home(district.lead).context["waiting"].assessments] == [found.pk]
    assert found.pk not in [one.pk for one in home(district.office).context["waiting"].assessments]
    found.state = AssessmentState.SUBMITTED
    found.save()
    assert found.pk in [one.pk for one in home(district.office).context["waiting"].assessments]
    assert home(district.lead).context["waiting"].assessments == []


def fill(district, measures):
    make_target(district.plan, kind=NumberKind.COUNTED, value=Decimal(1))
    for number in range(measures - 1):
        measure = make_measure(district.measure.action)
        if number % 2:
            make_report(
                measure,
                organisation=district.lead_unit,
                period=district.period,
                state=ReportState.SUBMITTED,
                submitted_at=AT,
                by=district.lead,
            )
        measure.work_items.create(
            organisation=district.lead_unit, year=2025, text="做", due_on=date(2025, 10, 21)
        )


@pytest.mark.parametrize("measures", [2, 300])
@pytest.mark.parametrize(("who", "queries"), [("office", 21), ("lead", 23)])
def test_the_home_costs_the_same_however_many_measures(
    district, client, django_assert_num_queries, who, queries, measures
):
    fill(district, measures)
    client.force_login(getattr(district, who))
    with django_assert_num_queries(queries):
        client.get(reverse("desk:home"))
