"""From a rule to its dates."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kepu.activities.recurrence import (
    MOST_DATES,
    EndBeforeStart,
    Frequency,
    NoDate,
    Rule,
    RuleWithoutEnd,
    TooManyDates,
    slots,
)

ZONE = ZoneInfo("Asia/Shanghai")


def days(**fields):
    rule = Rule(**{"first_on": date(2026, 10, 1), "starts": time(9), "ends": time(11)} | fields)
    return [slot.starts_at.date().isoformat() for slot in slots(rule, zone=ZONE)]


def test_once_is_one_date_in_local_time():
    slot = slots(Rule(date(2026, 10, 1), time(9), time(11, 30)), zone=ZONE)[0]
    assert slot.starts_at.isoformat() == "2026-10-01T09:00:00+08:00"
    assert slot.ends_at.isoformat() == "2026-10-01T11:30:00+08:00"


def test_every_second_day_so_many_times():
    assert days(frequency=Frequency.DAILY, interval=2, count=3) == ["2026-10-01", "2026-10-03", "2026-10-05"]


def test_every_week_is_the_weekday_of_the_first_day():
    assert days(frequency=Frequency.WEEKLY, until=date(2026, 10, 20)) == [
        "2026-10-01",
        "2026-10-08",
        "2026-10-15",
    ]


def test_several_days_a_week_and_none_of_those_before_the_first():
    assert days(frequency=Frequency.WEEKLY, weekdays=[1, 3], count=4) == [
        "2026-10-01",
        "2026-10-06",
        "2026-10-08",
        "2026-10-13",
    ]


def test_the_31st_is_left_out_where_a_month_has_none():
    assert days(first_on=date(2026, 8, 31), frequency=Frequency.MONTHLY, count=3) == [
        "2026-08-31",
        "2026-10-31",
        "2026-12-31",
    ]


def test_the_second_wednesday_of_each_month():
    assert days(first_on=date(2026, 10, 14), frequency=Frequency.MONTHLY_WEEKDAY, count=3) == [
        "2026-10-14",
        "2026-11-11",
        "2026-12-09",
    ]


def test_a_fifth_weekday_means_the_last_one():
    assert days(first_on=date(2026, 10, 29), frequency=Frequency.MONTHLY_WEEKDAY, count=2) == [
        "2026-10-29",
        "2026-11-26",
    ]


def test_a_skipped_day_does_not_count_as_one_of_so_many():
    assert days(frequency=Frequency.DAILY, count=2, skipped=[date(2026, 10, 2)]) == [
        "2026-10-01",
        "2026-10-03",
    ]


def test_a_thousand_dates_are_allowed_and_one_more_is_not():
    assert len(days(frequency=Frequency.DAILY, count=MOST_DATES)) == MOST_DATES
    with pytest.raises(TooManyDates):
        days(frequency=Frequency.DAILY, until=date(2126, 1, 1))


def test_a_rule_without_an_end_is_refused():
    with pytest.raises(RuleWithoutEnd):
        days(frequency=Frequency.DAILY)


def test_a_rule_that_never_comes_true_is_refused():
    with pytest.raises(NoDate):
        days(frequency=Frequency.WEEKLY, weekdays=[0], until=date(2026, 10, 3))


@pytest.mark.parametrize("ends", [time(9), time(8)])
def test_it_ends_after_it_begins(ends):
    with pytest.raises(EndBeforeStart):
        days(ends=ends)


# A busy machine is slow to make examples; that says nothing about the rule.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(
    frequency=st.sampled_from(Frequency),
    interval=st.integers(1, 5),
    count=st.integers(1, 60),
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_dates_rise_begin_on_or_after_the_first_and_are_never_more_than_asked(
    frequency, interval, count, first
):
    found = days(first_on=first, frequency=frequency, interval=interval, count=count)
    assert found == sorted(set(found))
    assert found[0] >= first.isoformat()
    assert len(found) == (1 if frequency == Frequency.ONCE else count)
