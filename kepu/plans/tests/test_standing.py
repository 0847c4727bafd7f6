"""How a measure stands: the rule's cases, and its cost."""

from datetime import date

import pytest

from kepu.plans.models import ReportState, Standing
from kepu.plans.queries.boards import score_card
from kepu.plans.queries.standing import SEVERITY, TONES, standing_of_measure, standings, worst
from tests.factories.accounts import make_organisation
from tests.factories.plans import make_action, make_measure, make_period, make_plan, make_report

pytestmark = pytest.mark.django_db
AFTER_DUE = date(2025, 10, 20)


@pytest.fixture
def lead():
    return make_organisation("教育局")


@pytest.fixture
def measure(lead):
    return make_measure(make_action(make_plan(), leads=[lead]))


def standing(measure, *, on=AFTER_DUE):
    (found,) = standings(measure.action.plan, on=on)
    return found.standing


def test_nothing_is_due_before_the_first_period_ends(measure):
    make_period(measure.action.plan)
    assert standing(measure, on=date(2025, 10, 15)) == Standing.NOT_DUE


def test_a_lead_without_a_report_is_silent_the_day_after_it_was_due(measure):
    make_period(measure.action.plan)
    assert standing(measure, on=date(2025, 10, 16)) == Standing.SILENT


def test_a_draft_is_not_a_report(measure, lead):
    make_report(measure, organisation=lead, period=make_period(measure.action.plan))
    assert standing(measure) == Standing.SILENT


@pytest.mark.parametrize("said", [Standing.ON_TRACK, Standing.AT_RISK, Standing.LATE, Standing.DONE])
def test_what_the_lead_handed_in_holds(measure, lead, said):
    period = make_period(measure.action.plan)
    make_report(measure, organisation=lead, period=period, state=ReportState.SUBMITTED, standing=said)
    assert standing(measure) == said


def test_a_returned_report_leaves_the_lead_silent_once_the_period_is_due(measure, lead):
    period = make_period(measure.action.plan)
    make_report(measure, organisation=lead, period=period, state=ReportState.RETURNED)
    assert standing(measure) == Standing.SILENT
    assert standing(measure, on=date(2025, 10, 1)) == Standing.AT_RISK


def test_a_partner_cannot_speak_for_the_lead(measure):
    partner = make_organisation("团委")
    period = make_period(measure.action.plan)
    make_report(measure, organisation=partner, period=period, state=ReportState.SUBMITTED)
    assert standing(measure) == Standing.SILENT


def test_one_of_two_leads_that_is_silent_makes_the_measure_silent(lead):
    other = make_organisation("科技局")
    measure = make_measure(make_action(make_plan(), leads=[lead, other]))
    period = make_period(measure.action.plan)
    make_report(measure, organisation=lead, period=period, state=ReportState.SUBMITTED)
    assert standing(measure) == Standing.SILENT


def test_a_passed_deadline_is_late_until_the_lead_says_it_is_done(lead):
    measure = make_measure(make_action(make_plan(), leads=[lead]), due_on=date(2025, 6, 30))
    period = make_period(measure.action.plan)
    report = make_report(measure, organisation=lead, period=period, state=ReportState.SUBMITTED)
    assert standing(measure) == Standing.LATE
    report.standing = Standing.DONE
    report.save()
    assert standing(measure) == Standing.DONE


@pytest.fixture
def unassigned():
    return make_measure(make_action(make_plan()))


def test_a_measure_that_nobody_answers_for_says_so_before_and_after_reports_are_due(unassigned):
    make_period(unassigned.action.plan)
    found = {standing(unassigned, on=day) for day in (date(2025, 10, 1), AFTER_DUE)}
    assert found == {Standing.UNASSIGNED}


def test_a_measure_of_its_actions_partners_is_not_without_a_unit():
    partner = make_organisation("团委")
    measure = make_measure(make_action(make_plan(), partners=[partner]))
    assert standing(measure) == Standing.NOT_DUE


def test_a_passed_deadline_is_late_even_where_nobody_answers_for_it():
    measure = make_measure(make_action(make_plan()), due_on=date(2025, 6, 30))
    assert standing(measure) == Standing.LATE


def test_the_board_and_the_measures_own_page_say_the_same_of_it(unassigned):
    (row,) = score_card(unassigned.action.plan, on=AFTER_DUE).actions[0].rows
    alone = standing_of_measure(unassigned, on=AFTER_DUE)
    assert (row.word, row.reason, row.standing) == ("没有责任单位", "方案没有写明由谁负责", alone)


def test_one_line_without_a_unit_does_not_hide_how_an_action_stands():
    assert worst([Standing.UNASSIGNED, Standing.ON_TRACK]) == Standing.ON_TRACK
    assert worst([Standing.UNASSIGNED, Standing.NOT_DUE]) == Standing.UNASSIGNED


def test_every_standing_has_a_colour_and_a_rank():
    assert set(TONES) == set(Standing) == set(SEVERITY)


@pytest.mark.parametrize("measures", [1, 300])
def test_the_board_costs_the_same_however_many_measures(django_assert_num_queries, lead, measures):
    plan = make_plan()
    action = make_action(plan, leads=[lead])
    period = make_period(plan)
    for _ in range(measures):
        make_report(make_measure(action), organisation=lead, period=period, state=ReportState.SUBMITTED)
    with django_assert_num_queries(6):
        found = standings(plan, on=AFTER_DUE)
    assert [row.standing for row in found] == [Standing.ON_TRACK] * measures
