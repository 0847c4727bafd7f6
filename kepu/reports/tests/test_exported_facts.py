"""The ledger as Parquet: every fact once, in the layout that the engines read, and nobody's name in it."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from fact_analytics import distinct_people, engine, read_facts, totals
from kepu.audit.services import SYSTEM
from kepu.ledger import queries, services
from kepu.ledger.happenings import EvidenceClass
from tests.factories.ledger import A_MOMENT, happening

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger():
    for number, person in enumerate(("a", "b", "a")):
        services.record(happening(person_key=person * 64), key=f"k{number}", by=SYSTEM, at=A_MOMENT)
    crowd = happening(
        quantity=Decimal(40), person_key="", age=None, evidence=EvidenceClass.HEAD_COUNT, partners=(8, 9)
    )
    services.record(crowd, key="crowd", by=SYSTEM, at=A_MOMENT)
    services.reverse("k1", reason="重复", by=SYSTEM, at=A_MOMENT)


def answer(question):
    return question.to_pyarrow().to_pylist()


def test_the_engine_counts_in_the_export_what_the_ledger_counts(ledger, tmp_path):
    call_command("export_facts", str(tmp_path / "facts"))
    facts = read_facts(engine(), tmp_path / "facts")
    counted = queries.total(queries.Question())
    assert answer(totals(facts)) == [
        {"quantity": float(counted.quantity + counted.unverified), "verified": float(counted.quantity)}
    ]
    assert answer(distinct_people(facts)) == [{"people": counted.people}]


def test_an_export_can_be_gone_on_with(ledger, tmp_path):
    folder = tmp_path / "facts"
    portions = list(queries.exported_facts(rows=2))
    first = portions[0][-1]["number"]
    call_command("export_facts", str(folder), after=first)
    before = answer(totals(read_facts(engine(), folder)))
    call_command("export_facts", str(folder))
    assert before != answer(totals(read_facts(engine(), folder)))
    assert [len(portion) for portion in portions] == [2, 2, 1]


def test_the_export_takes_three_queries_for_each_portion(ledger, django_assert_num_queries):
    with django_assert_num_queries(4):  # the last one finds nothing more
        list(queries.exported_facts())


def test_a_matrix_is_printed_as_a_table(ledger, tmp_path, capsys):
    call_command("export_facts", str(tmp_path / "facts"))
    capsys.readouterr()
    call_command("fact_matrix", str(tmp_path / "facts"), "audience", "quarter")
    assert capsys.readouterr().out.splitlines() == [
        "audience,quarter,quantity,verified",
        "elders,20254,42.0,2.0",
    ]


def test_an_unknown_dimension_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(CommandError, match="town"):
        call_command("fact_matrix", str(tmp_path), "colour", "town")
