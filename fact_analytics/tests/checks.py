"""What must hold on every engine: the answers of an expression are those of plain Python on the same rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fact_analytics import AUDIENCE, QUARTER, THEME, TOWN, YEAR, Facts, distinct_people, matrix, totals
from fact_analytics.tests import answers

Rows = list[dict[str, Any]]
CASES = {
    "all": ((), ()),
    "by year": ((YEAR,), (answers.year,)),
    "by quarter and audience": ((QUARTER, AUDIENCE), (answers.quarter, answers.audience)),
    "by theme": ((THEME,), (answers.theme,)),
    "by theme and town": ((THEME, TOWN), (answers.theme, answers.town)),
}
each_case = pytest.mark.parametrize(("by", "classes"), CASES.values(), ids=CASES.keys())


def cells(answer: Any, *, by: tuple[Any, ...], amount: str) -> dict[tuple[Any, ...], Any]:
    names = [dimension.name for dimension in by]
    return {tuple(row[name] for name in names): row[amount] for row in answer.to_pyarrow().to_pylist()}


class EngineAgrees:
    """Inherited by one class for each engine; `facts` and `rows` are fixtures of it."""

    @each_case
    def test_totals_are_those_of_plain_python(self, facts: Facts, rows: Rows, by, classes):
        expected = answers.quantities(rows, *classes)
        assert cells(totals(facts, by=by), by=by, amount="quantity") == pytest.approx(expected)

    @each_case
    def test_distinct_people_are_those_of_plain_python(self, facts: Facts, rows: Rows, by, classes):
        assert cells(distinct_people(facts, by=by), by=by, amount="people") == answers.people(rows, *classes)

    def test_a_matrix_is_in_order_and_says_the_same_as_the_totals(self, facts: Facts, rows: Rows):
        found = matrix(facts, rows=AUDIENCE, columns=QUARTER).to_pyarrow().to_pylist()
        pairs = [(row["audience"], row["quarter"]) for row in found]
        expected = answers.quantities(rows, answers.audience, answers.quarter)
        assert pairs == sorted(expected)
        assert [row["quantity"] for row in found] == pytest.approx([expected[pair] for pair in pairs])

    def test_only_verified_facts_count_as_verified(self, facts: Facts, rows: Rows):
        expected = sum(row["quantity"] for row in rows if row["is_verified"])
        assert totals(facts).to_pyarrow().to_pylist()[0]["verified"] == expected

    def test_a_period_an_age_and_a_county_narrow_what_is_counted(self, facts: Facts, rows: Rows):
        first, last = date(2024, 1, 1), date(2024, 6, 30)
        narrowed = facts.between(first, last).aged(least=60).where(county="330604")
        expected = sum(
            row["quantity"]
            for row in rows
            if first <= row["happened_on"] <= last
            and (row["age"] or 0) >= 60
            and row["region"].startswith("330604")
        )
        assert totals(narrowed).to_pyarrow().to_pylist()[0]["quantity"] == expected

    def test_no_facts_are_nothing_and_nobody(self, facts: Facts):
        nothing = facts.where(kind="never")
        assert totals(nothing).to_pyarrow().to_pylist() == [{"quantity": 0.0, "verified": 0.0}]
        assert distinct_people(nothing).to_pyarrow().to_pylist() == [{"people": 0}]
