"""How people are told apart, and how old they are."""

from datetime import date

import pytest

from kepu.activities.people import age_on, is_child, person_key
from kepu.activities.services.participants import Who
from kepu.regions.models import Region

TOWN, OTHER_TOWN = Region(code="330604001000"), Region(code="330604002000")


def key(name="王秀英", **known):
    return person_key(Who(name=name, audience="elders", **known))


def test_with_a_phone_it_is_phone_and_name():
    assert key(phone="13800000001") == key("王 秀英", phone="+86 138-0000-0001", birth_year=1950)


def test_a_couple_with_one_phone_is_two_people():
    assert key(phone="13800000001") != key("李阿公", phone="13800000001")


def test_without_a_phone_it_is_name_year_and_place():
    assert key(birth_year=1950, region=TOWN) == key(birth_year=1950, region=TOWN)
    assert key(birth_year=1950, region=TOWN) != key(birth_year=1950, region=OTHER_TOWN)
    assert key(birth_year=1950, region=TOWN) != key(birth_year=1951, region=TOWN)


def test_a_birthday_is_as_good_as_a_place():
    assert key(birth_date=date(1950, 5, 1)) == key(birth_date=date(1950, 5, 1), region=TOWN)


def test_whoever_gave_only_a_name_is_nobody_else():
    assert key() != key()


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1966, 10, 8), date(2026, 10, 8), 60),
        (date(1966, 10, 9), date(2026, 10, 8), 59),
        (date(1964, 2, 29), date(2026, 2, 28), 61),
        (date(1964, 2, 29), date(2026, 3, 1), 62),
    ],
)
def test_with_the_birthday_the_age_is_exact(born, day, age):
    assert age_on(day, birth_year=born.year, birth_date=born) == age


def test_with_the_year_alone_it_is_the_age_reached_in_that_year():
    assert age_on(date(2026, 1, 1), birth_year=1966, birth_date=None) == 60


def test_without_either_nobody_knows():
    assert age_on(date(2026, 1, 1), birth_year=None, birth_date=None) is None


def test_where_it_protects_the_year_is_read_the_other_way():
    day = date(2026, 10, 8)
    assert is_child(day, birth_year=2012, birth_date=None)
    assert not is_child(day, birth_year=2011, birth_date=None)
    assert not is_child(day, birth_year=2012, birth_date=date(2012, 10, 8))
    assert not is_child(day, birth_year=None, birth_date=None)
