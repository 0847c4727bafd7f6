"""Phone numbers and id numbers are brought to one form, or refused."""

from datetime import date

import pytest

from kepu.accounts.identity import (
    WrongIdNumber,
    WrongPhone,
    check_digit,
    checked_id_number,
    may_need_guardian,
    normalised_phone,
)


@pytest.mark.parametrize(
    "written",
    [
        "13800138000",
        "+86 138 0013 8000",
        "0086-138-0013-8000",
        "8613800138000",
        "１３８００１３８０００",
        "(138)00138000",
    ],
)
def test_every_usual_way_to_write_a_phone_number_gives_one_form(written):
    assert normalised_phone(written) == "+8613800138000"


@pytest.mark.parametrize(
    "written", ["", "12800138000", "1380013800", "138001380000", "+1 13800138000", "0575-82212345"]
)
def test_what_is_no_mainland_mobile_number_is_refused(written):
    with pytest.raises(WrongPhone) as refusal:
        normalised_phone(written)
    assert refusal.value.field == "phone"


def test_an_id_number_with_a_right_check_digit_tells_birth_date_and_sex():
    known = checked_id_number("11010519491231002x")
    assert (known.number, known.born_on, known.sex) == ("11010519491231002X", date(1949, 12, 31), "2")


@pytest.mark.parametrize(
    "written",
    [
        "110105194912310021",
        "11010519491231002",
        "01010519491231002X",
        "440524188001010015",
        "11010519491331002" + check_digit("11010519491331002"),
        "abc",
    ],
    ids=["check digit", "too short", "no province", "check digit of another", "month 13", "letters"],
)
def test_a_wrong_id_number_is_refused(written):
    with pytest.raises(WrongIdNumber):
        checked_id_number(written)


def test_the_example_of_the_standard_holds():
    assert checked_id_number("440524188001010014").born_on == date(1880, 1, 1)


def test_only_the_year_is_known_so_the_fourteenth_year_still_counts_as_a_child():
    asked_on = date(2025, 6, 1)
    assert [may_need_guardian(year, on=asked_on) for year in (2010, 2011, 2012, None)] == [
        False,
        True,
        True,
        False,
    ]
