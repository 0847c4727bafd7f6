"""Reporting periods: opened, moved, locked, unlocked."""

from datetime import date

import pytest

from kepu.audit.models import Entry
from kepu.audit.services import SYSTEM
from kepu.core.errors import NotAllowed, WrongState
from kepu.plans.services import plan as plans
from kepu.plans.services import progress
from tests.factories.progress import AT, LATER, make_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


def open_period(district, *, year=2025, quarter=4, due_on=date(2026, 1, 15), by=None):
    return progress.open_period(
        district.plan, year=year, quarter=quarter, due_on=due_on, by=by or district.office, at=AT
    )


def test_the_office_and_the_system_open_a_quarter(district):
    period = open_period(district)
    assert (period.year, period.quarter, period.due_on, period.locked_at) == (
        2025,
        4,
        date(2026, 1, 15),
        None,
    )
    assert open_period(district, quarter=2, by=SYSTEM).quarter == 2


@pytest.mark.parametrize("who", ["lead", "partner", "stranger"])
def test_nobody_else_runs_the_periods(district, who):
    by = getattr(district, who)
    with pytest.raises(NotAllowed):
        open_period(district, by=by)
    with pytest.raises(NotAllowed):
        progress.move_due_day(district.period, due_on=date(2025, 11, 1), reason="x", by=by, at=AT)
    with pytest.raises(NotAllowed):
        progress.lock_period(district.period, by=by, at=AT)
    with pytest.raises(NotAllowed):
        progress.unlock_period(district.period, reason="x", by=by, at=AT)


def test_a_quarter_is_opened_once(district):
    with pytest.raises(progress.PeriodExists):
        open_period(district, quarter=3)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"year": 2026}, "year"),
        ({"year": 2021}, "year"),
        ({"quarter": 5}, "year"),
        ({"quarter": 0}, "year"),
        ({"due_on": date(2025, 10, 1)}, "due_on"),
    ],
)
def test_a_quarter_lies_in_the_plan_and_is_due_after_it_began(district, words, field):
    with pytest.raises(progress.PeriodOutsidePlan) as refused:
        open_period(district, **words)
    assert refused.value.field == field


def test_a_closed_plan_opens_no_quarter(district):
    plans.close_plan(district.plan, by=district.office, at=AT)
    with pytest.raises(progress.PlanIsClosed):
        open_period(district)


def test_the_due_day_moves_with_a_reason(district):
    with pytest.raises(progress.ReasonMissing):
        progress.move_due_day(
            district.period, due_on=date(2025, 11, 1), reason=" ", by=district.office, at=AT
        )
    with pytest.raises(progress.PeriodOutsidePlan):
        progress.move_due_day(district.period, due_on=date(2025, 6, 1), reason="x", by=district.office, at=AT)
    moved = progress.move_due_day(
        district.period, due_on=date(2025, 11, 1), reason="台风", by=district.office, at=AT
    )
    assert moved.due_on == date(2025, 11, 1)
    entry = Entry.objects.get(deed="move_due_day")
    assert (entry.reason, entry.changes) == ("台风", {"due_on": ["2025-10-15", "2025-11-01"]})


def test_a_quarter_is_locked_when_everything_handed_in_is_decided(district):
    report = district.submitted()
    with pytest.raises(progress.ReportsUnverified):
        progress.lock_period(district.period, by=district.office, at=AT)
    progress.accept_report(report, by=district.office, at=AT)
    assert progress.lock_period(district.period, by=district.office, at=LATER).locked_at == LATER


def test_a_locked_quarter_is_not_locked_again_nor_moved(district):
    progress.lock_period(district.period, by=district.office, at=AT)
    with pytest.raises(progress.PeriodLocked):
        progress.lock_period(district.period, by=district.office, at=AT)
    with pytest.raises(progress.PeriodLocked):
        progress.move_due_day(
            district.period, due_on=date(2025, 11, 1), reason="x", by=district.office, at=AT
        )


def test_unlocking_takes_a_reason_a_lock_and_a_running_plan(district):
    with pytest.raises(WrongState):
        progress.unlock_period(district.period, reason="x", by=district.office, at=AT)
    progress.lock_period(district.period, by=district.office, at=AT)
    with pytest.raises(progress.ReasonMissing):
        progress.unlock_period(district.period, reason="", by=district.office, at=AT)
    assert progress.unlock_period(district.period, reason="补报", by=district.office, at=AT).locked_at is None
    assert Entry.objects.get(deed="unlock_period").reason == "补报"
    progress.lock_period(district.period, by=district.office, at=AT)
    plans.close_plan(district.plan, by=district.office, at=AT)
    with pytest.raises(progress.PlanIsClosed):
        progress.unlock_period(district.period, reason="x", by=district.office, at=AT)
