"""Boards, lists of what waits, sums of figures, due dates: what they say and what they cost."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse

from kepu.accounts.models import CalendarToken, Organisation, Role
from kepu.messages.models import Message
from kepu.plans.models import ImportState, PlanImport, ReportState, Standing
from kepu.plans.queries import figures
from kepu.plans.queries.boards import Punctuality, period_board, score_card
from kepu.plans.queries.due_dates import due_dates
from kepu.plans.queries.duties import duties_of
from kepu.plans.queries.waiting import waiting_for_office, waiting_for_units
from kepu.plans.queries.year_work import year_work
from kepu.plans.services import plan as plans
from kepu.plans.services import progress
from kepu.plans.services.reminders import occasion, send_reminders
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.plans import (
    make_action,
    make_measure,
    make_period,
    make_plan,
    make_report,
    make_target,
)
from tests.factories.progress import AT, DUE, figure, make_district

pytestmark = pytest.mark.django_db
AFTER_DUE = date(2025, 10, 20)


@pytest.fixture
def district():
    return make_district()


def make_work(district, *, due_on=date(2025, 10, 30), **fields):
    return district.measure.work_items.create(
        organisation=district.lead_unit, year=due_on.year, text="办讲座", due_on=due_on, **fields
    )


def test_the_score_card_counts_measures_by_standing_and_names_the_silent(district):
    second = make_measure(district.measure.action)
    make_report(
        second,
        organisation=district.lead_unit,
        period=district.period,
        state=ReportState.SUBMITTED,
        standing=Standing.AT_RISK,
    )
    card = score_card(district.plan, on=AFTER_DUE)
    assert [(standing, number) for _tone, standing, number in card.tally] == [
        (Standing.SILENT, 1),
        (Standing.AT_RISK, 1),
    ]
    assert (card.total, card.silent_units) == (2, [(district.lead_unit, 1)])
    (action,) = card.actions
    assert (action.standing, action.tone, action.word) == (Standing.SILENT, "warn", "未填报")
    assert [word for _tone, word, _number in action.counts] == ["未填报", "有风险"]
    assert [row.measure for row in card.worst_rows] == [district.measure, second]
    assert action.rows[0].reason == "牵头单位没有按期填报"


def test_nobody_is_silent_before_anything_is_due(district):
    assert score_card(district.plan, on=DUE).silent_units == []


def test_withdrawn_measures_are_on_no_board(district):
    district.measure.withdrawn_in = 2
    district.measure.save()
    assert score_card(district.plan, on=AFTER_DUE).total == 0
    assert period_board(district.plan, on=AFTER_DUE).rows == []


def cell(district, *, on=AFTER_DUE):
    (row,) = period_board(district.plan, on=on).rows
    (found,) = row.cells
    return found


def test_a_quarter_is_open_until_its_due_day_and_missing_after_it(district):
    assert cell(district, on=DUE).punctuality == Punctuality.OPEN
    assert (cell(district).punctuality, cell(district).missing) == (Punctuality.MISSING, 1)


@pytest.mark.parametrize(
    ("at", "punctuality"),
    [
        (datetime(2025, 10, 15, 15, 59, tzinfo=UTC), Punctuality.ON_TIME),  # 23:59 in the district
        (datetime(2025, 10, 15, 16, 1, tzinfo=UTC), Punctuality.LATE),
    ],
)
def test_the_whole_due_day_in_the_district_is_on_time(district, at, punctuality):
    progress.submit_report(district.draft(), by=district.lead, at=at)
    assert cell(district).punctuality == punctuality


def test_a_returned_report_is_missing_until_it_is_handed_in_again_and_then_as_punctual_as_at_first(district):
    report = progress.return_report(district.submitted(), reason="缺", by=district.office, at=AT)
    assert cell(district).punctuality == Punctuality.MISSING
    late = datetime(2025, 10, 19, tzinfo=UTC)
    progress.submit_report(report, by=district.lead, at=late)
    assert cell(district).punctuality == Punctuality.ON_TIME


def test_a_report_that_was_taken_back_counts_by_the_day_on_which_it_is_handed_in_again(district):
    report = progress.withdraw_submission(district.submitted(), by=district.lead, at=AT)
    assert cell(district).punctuality == Punctuality.MISSING
    progress.submit_report(report, by=district.lead, at=datetime(2025, 10, 19, tzinfo=UTC))
    assert cell(district).punctuality == Punctuality.LATE


@pytest.mark.parametrize("state", ReportState.values)
def test_the_board_and_the_assessment_agree_on_what_is_handed_in(district, state):
    make_report(
        district.measure,
        organisation=district.lead_unit,
        period=district.period,
        state=state,
        submitted_at=AT,
    )
    year = year_work(district.plan, year=2025, on=AFTER_DUE)[district.lead_unit.pk]
    is_there = state in (ReportState.SUBMITTED, ReportState.ACCEPTED)
    assert (cell(district).on_time, year.on_time.count, year.accepted.of) == (is_there, is_there, is_there)


def test_units_stand_in_the_order_in_which_they_came_into_the_roster(district):
    """As text the path "10/" would come before "9/"."""
    last = Organisation.objects.order_by("-pk").first().pk
    later = [make_organisation(pk=10 ** len(str(last)) - 1), make_organisation(pk=10 ** len(str(last)))]
    make_measure(district.measure.action, leads=reversed(later))
    found = [row.organisation for row in period_board(district.plan, on=AFTER_DUE).rows]
    assert found == [district.lead_unit, *later]
    assert list(Organisation.objects.filter(pk__in=[one.pk for one in later])) == later


def test_an_amendment_under_way_does_not_make_a_report_missing(district):
    progress.amend_report(district.accepted(), reason="x", by=district.lead, at=AT)
    assert cell(district).punctuality == Punctuality.ON_TIME


def test_partners_owe_nothing(district):
    assert [row.organisation for row in period_board(district.plan, on=AFTER_DUE).rows] == [
        district.lead_unit
    ]
    assert duties_of({district.partner_unit.pk}) == []


def test_a_measures_own_leads_owe_instead_of_the_actions(district):
    other = make_organisation("科技局")
    make_measure(district.measure.action, leads=[other], title="自有")
    assert [duty.measure.title for duty in duties_of({other.pk})] == ["自有"]
    assert [duty.measure for duty in duties_of({district.lead_unit.pk})] == [district.measure]


def test_what_was_sent_back_comes_first_then_reports_then_work(district):
    second = make_measure(district.measure.action)
    progress.return_report(district.submitted(), reason="缺佐证", by=district.office, at=AT)
    item = make_work(district)
    make_work(district, due_on=date(2025, 12, 30))
    make_work(district, done_on=DUE)
    mine = waiting_for_units({district.lead_unit.pk}, on=AFTER_DUE)
    assert [(one.measure, one.return_reason) for one in mine.returned] == [(district.measure, "缺佐证")]
    assert [duty.measure for duty in mine.duties] == [second]
    assert list(mine.work) == [item]
    assert (mine.count, mine.overdue) == (3, 1)


def test_a_quarter_waits_for_nobody_before_it_begins(district):
    make_period(district.plan, year=2026, quarter=3, due_on=date(2026, 10, 15))
    before, after = (
        {duty.period.year for duty in waiting_for_units({district.lead_unit.pk}, on=day).duties}
        for day in (date(2026, 6, 30), date(2026, 7, 1))
    )
    assert (2026 in before, 2026 in after) == (False, True)


def test_a_draft_is_still_a_duty_and_can_be_continued(district):
    draft = district.draft()
    (duty,) = duties_of({district.lead_unit.pk})
    assert duty.draft == draft


def test_nothing_waits_in_locked_periods_and_closed_plans(district):
    make_work(district)
    progress.lock_period(district.period, by=district.office, at=AT)
    mine = waiting_for_units({district.lead_unit.pk}, on=AFTER_DUE)
    assert (len(mine.duties), len(mine.work)) == (0, 1)
    plans.close_plan(district.plan, by=district.office, at=AT)
    assert waiting_for_units({district.lead_unit.pk}, on=AFTER_DUE).count == 0


def test_the_office_verifies_what_has_waited_longest_first(district):
    second = make_measure(district.measure.action)
    newer = district.submitted()
    older = make_report(
        second,
        organisation=district.lead_unit,
        period=district.period,
        state=ReportState.SUBMITTED,
        submitted_at=AT - timedelta(days=1),
    )
    found = waiting_for_office({district.office_unit.pk})
    assert list(found.to_verify) == [older, newer]
    assert waiting_for_office({district.lead_unit.pk}).count == 0


def test_open_imports_wait_for_their_office(district):
    for state in ImportState.values:
        PlanImport.objects.create(
            region=district.office_unit.region,
            office=district.office_unit,
            file_name=state,
            file_digest="x",
            source="文",
            parsed={},
            state=state,
            created_by=district.office,
            created_at=AT,
            changed_at=AT,
        )
    assert [one.file_name for one in waiting_for_office({district.office_unit.pk}).imports] == ["open"]


def test_a_joint_figure_counts_once_and_is_credited_to_every_unit(district):
    district.accepted(figures=[figure(numerator=120, credited=[district.partner_unit])])
    (total,) = figures.district_totals(district.plan)
    assert (total.name, total.verified, total.unverified, total.share) == ("培训人次", 120, 0, None)
    credits = figures.unit_credits(district.plan)
    assert [(one.organisation, one.total.verified) for one in credits] == [
        (district.lead_unit, 120),
        (district.partner_unit, 120),
    ]
    only = figures.unit_credits(district.plan, organisations=[district.partner_unit])
    assert [one.organisation for one in only] == [district.partner_unit]


def test_what_is_not_verified_stands_beside_the_total(district):
    target = make_target(district.plan, unit="人次")
    district.submitted(figures=[figure(numerator=7, target=target)])
    (total,) = figures.district_totals(district.plan, period=district.period, measure=district.measure)
    assert (total.verified, total.unverified) == (0, 7)
    assert figures.target_totals(district.plan)[target.pk] == figures.TargetTotal(Decimal(0), Decimal(7))


def test_drafts_and_other_quarters_do_not_count(district):
    district.draft(figures=[figure()])
    assert figures.district_totals(district.plan) == []
    progress.submit_report(district.draft(figures=[figure()]), by=district.lead, at=AT)
    assert figures.district_totals(district.plan, period=make_period(district.plan, quarter=2)) == []


def test_an_amendment_replaces_the_figures_of_the_version_before(district):
    first = district.accepted(figures=[figure(numerator=100)])
    second = progress.amend_report(first, reason="x", by=district.lead, at=AT)
    district.draft(figures=[figure(numerator=130)])
    progress.submit_report(second, by=district.lead, at=AT)
    (total,) = figures.district_totals(district.plan)
    assert (total.verified, total.unverified) == (100, 0)
    progress.accept_report(second, by=district.office, at=AT)
    (total,) = figures.district_totals(district.plan)
    assert total.verified == 130


def test_shares_are_pooled_not_averaged(district):
    target = make_target(district.plan, unit="%")
    rows = [
        figure(name="城区", numerator=9, denominator=Decimal(10), unit="所", target=target),
        figure(name="山区", numerator=1, denominator=Decimal(90), unit="所", target=target),
    ]
    district.accepted(figures=rows)
    assert figures.target_totals(district.plan)[target.pk].verified == 10
    shares = {total.name: total.share for total in figures.district_totals(district.plan)}
    assert shares == {"城区": Decimal("0.9"), "山区": Decimal(1) / Decimal(90)}


def test_a_partner_is_shown_what_others_have_typed_but_not_their_drafts(district):
    district.draft(figures=[figure()])
    ask = {"period": district.period, "by_other_than": district.partner_unit}
    assert list(figures.typed_already(district.measure, **ask)) == []
    progress.submit_report(district.draft(figures=[figure()]), by=district.lead, at=AT)
    assert [one.numerator for one in figures.typed_already(district.measure, **ask)] == [120]
    own = {"period": district.period, "by_other_than": district.lead_unit}
    assert list(figures.typed_already(district.measure, **own)) == []


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2025, 10, 7), None),
        (date(2025, 10, 8), "soon"),
        (date(2025, 10, 14), "soon"),
        (date(2025, 10, 15), "today"),
        (date(2025, 10, 16), "week-1"),
        (date(2025, 10, 22), "week-1"),
        (date(2025, 10, 23), "week-2"),
    ],
)
def test_each_day_belongs_to_one_reminder(day, said):
    assert occasion(DUE, on=day) == said


def inbox(user):
    return list(Message.objects.filter(recipient=user).values_list("subject", flat=True))


def test_a_unit_is_reminded_once_for_each_occasion_however_often_the_job_runs(district):
    colleague = make_user(Role.PARTNER_UNIT, district.lead_unit)
    make_membership(colleague, role=Role.LEAD_UNIT, organisation=district.lead_unit)
    for at in [datetime(2025, 10, 8, 9, tzinfo=UTC), datetime(2025, 10, 9, 9, tzinfo=UTC)]:
        sent = send_reminders(at=at)
        assert (sent.reports, sent.work) == (1, 0)
    assert inbox(district.lead) == ["2025 年第 3 季度还有 1 项要填报，还有 7 天到期"]
    assert inbox(colleague) == inbox(district.lead)
    assert inbox(district.partner) == []
    send_reminders(at=datetime(2025, 10, 15, 9, tzinfo=UTC))
    send_reminders(at=datetime(2025, 10, 17, 9, tzinfo=UTC))
    assert inbox(district.lead)[:2] == [
        "2025 年第 3 季度还有 1 项要填报，已逾期 2 天",
        "2025 年第 3 季度还有 1 项要填报，今天到期",
    ]


def test_nobody_is_reminded_of_what_is_done(district):
    district.submitted()
    make_work(district, done_on=DUE)
    sent = send_reminders(at=datetime(2025, 11, 8, 9, tzinfo=UTC))
    assert (sent.reports, sent.work) == (0, 0)


def test_work_is_reminded_of_too(district):
    make_work(district, due_on=date(2025, 9, 10))
    send_reminders(at=datetime(2025, 9, 9, 9, tzinfo=UTC))
    assert inbox(district.lead) == ["年度工作“办讲座”还有 1 天到期"]


def test_the_command_runs_the_jobs_and_says_what_it_did(district, capsys):
    make_work(district)
    call_command("tick")
    assert "年度工作提醒 1 条" in capsys.readouterr().out


def test_due_dates_are_those_of_reports_work_and_deadlines(district):
    district.measure.due_on = date(2025, 12, 1)
    district.measure.save()
    make_work(district)
    found = due_dates({district.lead_unit.pk})
    assert [(due.on, due.title) for due in found] == [
        (DUE, "区教体局：2025 年第 3 季度还有 1 项要填报"),
        (date(2025, 10, 30), "年度工作：办讲座"),
        (date(2025, 12, 1), "举措到期：举措1.1"),
    ]


def test_the_calendar_needs_its_token_and_nothing_else(district, client):
    CalendarToken.objects.create(user=district.lead, token="secret-token")
    response = client.get("/calendar/secret-token.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    lines = response.content.decode().replace("\r\n ", "").split("\r\n")
    assert "SUMMARY:区教体局：2025 年第 3 季度还有 1 项要填报" in lines
    assert "DTSTART;VALUE=DATE:20251015" in lines
    assert f"URL:http://testserver{reverse('plans:reports')}" in lines
    assert client.get("/calendar/other-token.ics").status_code == 404
    district.lead.is_active = False
    district.lead.save()
    assert client.get("/calendar/secret-token.ics").status_code == 404


def fill(district, measures):
    period = make_period(district.plan, quarter=2)
    for number in range(measures - 1):
        measure = make_measure(district.measure.action)
        state = ReportState.SUBMITTED if number % 2 else ReportState.RETURNED
        make_report(measure, organisation=district.lead_unit, period=period, state=state, by=district.lead)
        measure.work_items.create(
            organisation=district.lead_unit, year=2025, text="做", due_on=date(2025, 10, 21)
        )


@pytest.mark.parametrize("measures", [3, 300])
@pytest.mark.parametrize(
    ("ask", "queries"),
    [
        (lambda d: score_card(d.plan, on=AFTER_DUE), 8),
        (lambda d: period_board(d.plan, on=AFTER_DUE), 5),
        (lambda d: waiting_for_units({d.lead_unit.pk}, on=AFTER_DUE), 7),
        (lambda d: waiting_for_office({d.office_unit.pk}), 2),
        (lambda d: due_dates({d.lead_unit.pk}), 9),
        (lambda d: figures.unit_credits(d.plan), 1),
    ],
)
def test_boards_cost_the_same_however_many_measures(
    district, django_assert_num_queries, ask, queries, measures
):
    fill(district, measures)
    with django_assert_num_queries(queries):
        ask(district)


def test_each_plan_has_its_own_boards(district):
    foreign = make_plan()
    lead = make_organisation("外局")
    measure = make_measure(make_action(foreign, leads=[lead]))
    period = make_period(foreign)
    make_report(measure, organisation=lead, period=period, state=ReportState.SUBMITTED)
    make_work(district, due_on=date(2025, 10, 1))
    assert waiting_for_office({district.office_unit.pk}).count == 0
    assert [row.organisation for row in period_board(foreign, on=AFTER_DUE).rows] == [lead]
    assert [row.organisation for row in period_board(district.plan, on=AFTER_DUE).rows] == [
        district.lead_unit
    ]
    assert score_card(foreign, on=AFTER_DUE).counts[Standing.LATE] == 0
    assert score_card(district.plan, on=AFTER_DUE).counts[Standing.LATE] == 1
