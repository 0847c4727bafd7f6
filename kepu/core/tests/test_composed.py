"""A composed read gives what the queryset gives, reads anew every time, and composes only once."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db.models import DecimalField, Value
from django.db.models.functions import Cast

from kepu.core.composed import columns_of, composed, instances
from kepu.core.models import Term

pytestmark = pytest.mark.django_db


def make_term(code, **fields):
    return Term.objects.create(vocabulary="kinds", code=code, label=code, **fields)


def counting_read():
    """A read, and the list of the arguments it was composed for."""
    composed_for = []

    @composed
    def labels(vocabulary):
        composed_for.append(vocabulary)
        return Term.objects.filter(vocabulary=vocabulary).order_by("code").values_list("code", "label")

    return labels, composed_for


def test_it_gives_the_rows_of_the_queryset():
    make_term("b")
    make_term("a")
    labels, _composed_for = counting_read()
    assert labels("kinds") == [("a", "a"), ("b", "b")]


def test_rows_are_read_anew_while_the_query_is_composed_once():
    labels, composed_for = counting_read()
    before = labels("kinds")
    make_term("a")
    assert (before, labels("kinds"), composed_for) == ([], [("a", "a")], ["kinds"])


def test_other_arguments_ask_another_question():
    make_term("a")
    labels, composed_for = counting_read()
    assert (labels("kinds"), labels("others"), composed_for) == ([("a", "a")], [], ["kinds", "others"])


def test_values_come_in_the_types_that_the_fields_have():
    edited = datetime(2025, 9, 30, 6, 5, tzinfo=UTC)
    make_term("a", aliases=["甲"], edited_at=edited)

    @composed
    def values():
        share = Cast(Value("18.5"), DecimalField(max_digits=6, decimal_places=4))
        return Term.objects.annotate(share=share).values_list("is_active", "aliases", "edited_at", "share")

    assert values() == [(True, ["甲"], edited, Decimal("18.5"))]


def test_rows_of_all_columns_become_objects_that_can_be_saved():
    term = make_term("a", aliases=["甲"])

    @composed
    def rows():
        return Term.objects.values_list(*columns_of(Term))

    (found,) = instances(Term, rows())
    found.label = "新名"
    found.save()
    term.refresh_from_db()
    assert (found, term.label, term.aliases) == (term, "新名", ["甲"])
