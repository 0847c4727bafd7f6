"""Computed points: what counts, what does not, and the shipped rubric."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kepu.plans.models import PointsSource, ReportDecision, ReportState, WorkItem
from kepu.plans.queries.assessments import grade_of, percent_of, units_to_assess
from kepu.plans.queries.year_work import Share, year_work
from kepu.plans.services.rubrics import begin_from_default, shipped_rubric
from tests.factories.accounts import make_organisation, personas
from tests.factories.plans import AT, make_action, make_measure, make_period, make_plan, make_report

pytestmark = pytest.mark.django_db
ON = date(2026, 2, 1)
IN_TIME = datetime(2025, 10, 15, 15, 30, tzinfo=UTC)  # 23:30 of the due day in the district
TOO_LATE = datetime(2025, 10, 15, 16, 30, tzinfo=UTC)  # half past midnight of the next day


@pytest.fixture
def lead():
    return make_organisation("教育局")


@pytest.fixture
def measure(lead):
    return make_measure(make_action(make_plan(), leads=[lead]))


def of(measure, unit, *, year=2025, on=ON):
    return year_work(measure.action.plan, year=year, on=on)[unit.pk]


def hand_in(measure, unit, period, *, at, **fields):
    report = make_report(measure, organisation=unit, period=period, submitted_at=at, **fields)
    ReportDecision.objects.create(report=report, state=ReportState.SUBMITTED, by="张三", at=at)
    return report


def test_the_whole_due_day_counts_in_the_district_s_time(measure, lead):
    period = make_period(measure.action.plan)
    hand_in(measure, lead, period, at=IN_TIME, state=ReportState.SUBMITTED)
    assert of(measure, lead).on_time == Share(1, 1)


def test_half_past_midnight_is_late(measure, lead):
    period = make_period(measure.action.plan)
    hand_in(measure, lead, period, at=TOO_LATE, state=ReportState.SUBMITTED)
    assert of(measure, lead).on_time == Share(0, 1)


def test_a_report_returned_and_handed_in_again_counts_by_its_first_time(measure, lead):
    period = make_period(measure.action.plan)
    report = hand_in(measure, lead, period, at=IN_TIME, state=ReportState.ACCEPTED)
    ReportDecision.objects.create(report=report, state=ReportState.SUBMITTED, by="张三", at=TOO_LATE)
    assert of(measure, lead).on_time == Share(1, 1)


def test_a_correction_of_a_verified_report_takes_nothing_away(measure, lead):
    period = make_period(measure.action.plan)
    hand_in(measure, lead, period, at=IN_TIME, state=ReportState.ACCEPTED)
    make_report(measure, organisation=lead, period=period, version=2)
    assert (of(measure, lead).on_time, of(measure, lead).accepted) == (Share(1, 1), Share(1, 1))


def test_a_draft_was_not_handed_in(measure, lead):
    make_report(measure, organisation=lead, period=make_period(measure.action.plan))
    assert of(measure, lead) == of(measure, lead).__class__(on_time=Share(0, 1))


def test_a_quarter_that_is_not_yet_due_is_not_missed(measure, lead):
    make_period(measure.action.plan)
    assert of(measure, lead, on=date(2025, 10, 15)).on_time == Share(0, 0)


def test_another_year_does_not_count(measure, lead):
    make_period(measure.action.plan, year=2024)
    assert of(measure, lead).on_time == Share(0, 0)


def test_a_partner_owes_no_report_but_its_report_can_be_verified(measure):
    partner = make_organisation("团委")
    period = make_period(measure.action.plan)
    hand_in(measure, partner, period, at=IN_TIME, state=ReportState.ACCEPTED)
    assert of(measure, partner).on_time == Share(0, 0)
    assert of(measure, partner).accepted == Share(1, 1)


def test_work_counts_when_it_has_a_day_of_completion(measure, lead):
    for done_on in (date(2025, 5, 1), None, date(2025, 9, 1)):
        WorkItem.objects.create(
            measure=measure, organisation=lead, year=2025, text="办一次活动", due_on=ON, done_on=done_on
        )
    assert of(measure, lead).done == Share(2, 3)


def test_points_are_rounded_half_up_to_one_place():
    assert Share(7, 8).points(Decimal(20)) == Decimal("17.5")
    assert Share(1, 8).points(Decimal("0.2")) == Decimal("0.0")
    assert Share(1, 4).points(Decimal("0.2")) == Decimal("0.1")


def test_an_item_with_nothing_to_count_gives_no_points_at_all():
    assert Share(0, 0).points(Decimal(20)) is None


def test_a_grade_holds_from_its_threshold_on():
    grades = shipped_rubric()["grades"]
    shares = (Decimal(90), Decimal("89.9"), Decimal(60), Decimal(0), None)
    assert [grade_of(share, grades=grades) for share in shares] == ["优秀", "良好", "合格", "待改进", ""]
    assert percent_of(Decimal(45), possible=Decimal(50)) == Decimal("90.0")


def test_the_shipped_rubric_sums_to_100_and_knows_no_clicks():
    items = shipped_rubric()["items"]
    assert sum(item["points"] for item in items) == 100
    assert {item["source"] for item in items} == set(PointsSource.values)
    assert PointsSource.values == ["judged", "on_time", "accepted", "done"]


def test_every_responsible_unit_is_assessed_once_and_the_office_is_not():
    people = personas()
    office, lead, partner = (
        people[role].active_memberships[0].organisation
        for role in ("district_office", "lead_unit", "partner_unit")
    )
    plan = make_plan(office=office)
    action = make_action(plan, leads=[lead, office], partners=[partner])
    make_measure(action, leads=[lead])
    make_action(plan, leads=[make_organisation("已取消任务的单位")], withdrawn_in=2)
    rubric = begin_from_default(plan, year=2025, by=people["district_office"], at=AT)
    assert list(units_to_assess(rubric)) == [lead, partner]


@pytest.mark.parametrize("size", [1, 30])
def test_the_year_costs_the_same_queries_for_one_and_many_measures(django_assert_num_queries, lead, size):
    plan = make_plan()
    action = make_action(plan, leads=[lead])
    periods = [make_period(plan, quarter=quarter) for quarter in (1, 2, 3)]
    for _number in range(size):
        measure = make_measure(action)
        hand_in(measure, lead, periods[0], at=IN_TIME, state=ReportState.ACCEPTED)
    with django_assert_num_queries(6):
        assert year_work(plan, year=2025, on=ON)[lead.pk].accepted == Share(size, size)
