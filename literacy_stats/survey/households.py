"""Whom to ask in a household of several eligible people, and with what probability that person was chosen."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from literacy_stats.errors import DesignError


@dataclass(frozen=True, slots=True)
class Respondent:
    """The place of the chosen person in the household's list, from 0, and the probability of being chosen in it."""

    place: int
    probability: float


# Each row is one of the eight tables that are printed on the forms: how often it is printed, and whom it names in a
# household of 1, 2, 3, 4, 5, and 6 or more. Source: Kish (1949), JASA 44:380, table 1.
_GRID: tuple[tuple[Fraction, tuple[int, ...]], ...] = (
    (Fraction(1, 6), (1, 1, 1, 1, 1, 1)),
    (Fraction(1, 12), (1, 1, 1, 1, 2, 2)),
    (Fraction(1, 12), (1, 1, 1, 2, 2, 2)),
    (Fraction(1, 6), (1, 1, 2, 2, 3, 3)),
    (Fraction(1, 6), (1, 2, 2, 3, 4, 4)),
    (Fraction(1, 12), (1, 2, 3, 3, 3, 5)),
    (Fraction(1, 12), (1, 2, 3, 4, 5, 5)),
    (Fraction(1, 6), (1, 2, 3, 4, 5, 6)),
)
_GRID_WIDTH = 6


def kish_grid_tables(households: int, *, generator: np.random.Generator) -> tuple[int, ...]:
    """The table, 0 to 7, for each of the households in the order of the visits, in the grid's shares and shuffled.

    Twelve households hold each table as often as it should be; the rest of a dozen is drawn from one. Raises DesignError.
    """
    if households < 1:
        raise DesignError("a grid is for one household or more")
    dozen = [table for table, (share, _) in enumerate(_GRID) for _ in range(int(share * 12))]
    dozens = -(-households // 12)
    tables = np.concatenate([generator.permutation(dozen) for _ in range(dozens)])
    return tuple(tables[:households].tolist())


def select_by_kish_grid(eligible: int, *, table: int) -> Respondent:
    """Whom the table names among so many eligible people, listed men first and the eldest first within each sex.

    The probability is over the tables: with five people it is not the same for all, and the weight must use it. Beyond
    the sixth nobody is ever named: probability 0 for them is the grid's own weakness, `select_at_random` has none.
    Raises DesignError.
    """
    if eligible < 1 or not 0 <= table < len(_GRID):
        raise DesignError("a household has someone eligible, and tables are 0 to 7")
    column = min(eligible, _GRID_WIDTH) - 1
    place = _GRID[table][1][column]
    probability = sum((share for share, places in _GRID if places[column] == place), Fraction(0))
    return Respondent(place - 1, float(probability))


def select_by_last_birthday(
    birthdays: tuple[tuple[int, int], ...], *, on: date, generator: np.random.Generator
) -> Respondent:
    """Whoever had a birthday last, (month, day) each, up to and including the day of the visit.

    Chance decides between people of the same day. The probability holds as far as birthdays are chance and are told
    truly. Raises DesignError. Source: Salmon & Nichols (1983), Public Opinion Quarterly 47:270.
    """
    if not birthdays:
        raise DesignError("a household has someone eligible")
    passed = [_days_since(month, day, on=on) for month, day in birthdays]
    latest = [place for place, days in enumerate(passed) if days == min(passed)]
    place = latest[int(generator.random() * len(latest))]
    return Respondent(place, 1 / len(birthdays))


def select_at_random(eligible: int, *, generator: np.random.Generator) -> Respondent:
    """Any of the eligible people with equal probability, where a device can draw. Raises DesignError."""
    if eligible < 1:
        raise DesignError("a household has someone eligible")
    return Respondent(int(generator.random() * eligible), 1 / eligible)


def person_weight(
    *, cluster_probability: float, household_probability: float, person_probability: float
) -> float:
    """How many people a respondent stands for before any adjustment. Raises DesignError.

    Source: Kish (1965), section 11.3.
    """
    probabilities = (cluster_probability, household_probability, person_probability)
    if not all(0 < probability <= 1 for probability in probabilities):
        raise DesignError("the probabilities of all stages lie above 0 and up to 1")
    return 1 / (cluster_probability * household_probability * person_probability)


def _days_since(month: int, day: int, *, on: date) -> int:
    birthday = _birthday_in(on.year, month=month, day=day)
    if birthday > on:
        birthday = _birthday_in(on.year - 1, month=month, day=day)
    return (on - birthday).days


def _birthday_in(year: int, *, month: int, day: int) -> date:
    if (month, day) == (2, 29) and not _is_leap(year):
        return date(year, 3, 1)
    try:
        return date(year, month, day)
    except ValueError:
        raise DesignError(f"there is no day {month}-{day}") from None


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
