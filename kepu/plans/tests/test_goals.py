"""What may be said about a target: the verdict never says more than the number does."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kepu.plans.models import Comparator, NumberKind, TargetValue
from kepu.plans.queries.goals import Verdict, goals
from tests.factories.plans import AT, make_plan, make_target

pytestmark = pytest.mark.django_db
DAY = date(2025, 9, 30)


def add_value(target, value, *, low=None, high=None, as_of=DAY, recorded_at=AT, kind=None):
    return TargetValue.objects.create(
        target=target,
        kind=kind or target.kind,
        as_of=as_of,
        value=Decimal(str(value)),
        low=None if low is None else Decimal(str(low)),
        high=None if high is None else Decimal(str(high)),
        source="测试",
        recorded_by="测试",
        recorded_at=recorded_at,
    )


def the_goal(plan, *, on=DAY):
    (found,) = goals(plan, on=on)
    return found


@pytest.fixture
def share():
    return make_target(make_plan(), name="比例", kind=NumberKind.ESTIMATED, value=Decimal("18.5"), unit="%")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(18.5, 21, Verdict.MET), (15, 18.4, Verdict.NOT_MET), (16.9, 20.9, Verdict.UNDECIDED)],
)
def test_an_estimate_is_judged_by_its_whole_interval(share, low, high, said):
    add_value(share, (low + high) / 2, low=low, high=high)
    assert the_goal(share.plan).verdict == said


def test_an_estimate_without_an_interval_decides_nothing(share):
    add_value(share, 25)
    assert the_goal(share.plan).verdict == Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("value", "on", "said"),
    [
        (30_000, date(2025, 10, 1), Verdict.MET),
        (29_999, date(2025, 12, 31), Verdict.UNDER_WAY),
        (29_999, date(2026, 1, 1), Verdict.NOT_MET),
    ],
)
def test_a_count_has_time_until_its_day(value, on, said):
    target = make_target(make_plan())
    add_value(target, value)
    assert the_goal(target.plan, on=on).verdict == said


@pytest.mark.parametrize(
    ("comparator", "value", "said"),
    [
        (Comparator.MORE_THAN, 10, Verdict.NOT_MET),
        (Comparator.AT_MOST, 10, Verdict.MET),
        (Comparator.LESS_THAN, 10, Verdict.NOT_MET),
        (Comparator.EQUAL, 10, Verdict.MET),
        (Comparator.MULTIPLY, 10, Verdict.UNDECIDED),
    ],
)
def test_each_comparator_is_read_as_written(comparator, value, said):
    target = make_target(make_plan(), comparator=comparator, value=Decimal(10), due_on=DAY)
    add_value(target, value)
    assert the_goal(target.plan, on=DAY + timedelta(days=1)).verdict == said


def test_nothing_recorded_is_said_as_such():
    assert the_goal(make_target(make_plan()).plan).verdict == Verdict.NO_NUMBER


def test_a_later_row_for_the_same_day_corrects_the_first_and_the_day_after_is_not_seen_yet():
    target = make_target(make_plan())
    add_value(target, 100)
    add_value(target, 90, recorded_at=AT + timedelta(hours=1))
    add_value(target, 500, as_of=DAY + timedelta(days=1))
    assert the_goal(target.plan).value.value == 90


@pytest.mark.parametrize("targets", [1, 40])
def test_goals_cost_two_queries(django_assert_num_queries, targets):
    plan = make_plan()
    for _ in range(targets):
        add_value(make_target(plan), 1)
    with django_assert_num_queries(2):
        assert len(goals(plan, on=DAY)) == targets
