"""A closed period cannot change unseen, and what was published of it can be checked by anybody."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pymerkle
import pytest
from django.core.management import call_command
from django.db import connection

from kepu.audit.services import SYSTEM
from kepu.core.append_only import lock, locked_tables, unlock
from kepu.core.errors import NotAllowed
from kepu.ledger import merkle, queries, services
from kepu.ledger.models import Closing, ClosingPiece, Fact
from kepu.ledger.queries.proofs import root_now
from tests.factories.ledger import A_MOMENT, happening

LATER = A_MOMENT + timedelta(days=1)

# RFC 6962 in the test data of certificate transparency: eight entries and the roots of the first n of them.
ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves(number):
    return [merkle.leaf_hash(f"entry {place}".encode()) for place in range(number)]


@pytest.mark.parametrize("number", range(9))
def test_roots_are_those_of_the_published_vectors(number):
    hashes = [merkle.leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES[:number]]
    assert merkle.root(hashes).hex() == ROOTS[number]


@pytest.mark.parametrize("number", [1, 2, 3, 7, 8, 21, 100])
def test_roots_and_paths_are_those_of_another_implementation(number):
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for place in range(number):
        tree.append_entry(f"entry {place}".encode())
    hashes = leaves(number)
    assert merkle.root(hashes) == tree.get_state()
    for place in range(number):
        theirs = tree.prove_inclusion(place + 1, number).path
        assert [hashes[place], *merkle.path(hashes, index=place)] == list(theirs)


@pytest.mark.parametrize("number", [1, 2, 5, 16, 33])
def test_a_path_proves_its_leaf_at_its_place_and_nothing_else(number):
    hashes = leaves(number)
    top = merkle.root(hashes)
    for place, leaf in enumerate(hashes):
        proof = {"size": number, "path": merkle.path(hashes, index=place), "root": top}
        assert merkle.is_included(leaf, index=place, **proof)
        assert not merkle.is_included(hashlib.sha256(leaf).digest(), index=place, **proof)
        assert not merkle.is_included(leaf, index=place + 1, **proof)
        assert not merkle.is_included(leaf, index=place, **{**proof, "path": [*proof["path"], top]})


@pytest.mark.parametrize("number", [1, 4, 5, 9, 31])
def test_a_tree_over_pieces_is_the_tree_over_leaves(number):
    hashes = leaves(number)
    roots = [merkle.root(hashes[start : start + 4]) for start in range(0, number, 4)]
    assert merkle.root(roots) == merkle.root(hashes)


@pytest.fixture
def closed(db):
    services.define_rule("elders", title="老年人培训", definition={"min_age": 60}, by=SYSTEM, at=A_MOMENT)
    list(services.apply_rule("elders"))
    services.record(happening(partners=[8]), key="a", by=SYSTEM, at=A_MOMENT)
    services.record(happening(person_key="b" * 64), key="b", by=SYSTEM, at=A_MOMENT)
    services.verify_occasion("session:1", by=SYSTEM, at=A_MOMENT)
    return services.close_period("2025 年第 3 季度", by=SYSTEM, at=LATER)


def test_a_published_count_is_proved_without_a_person(closed):
    shown = queries.published_count("KP000001")
    assert (shown.quantity, shown.people, shown.title, shown.proof.holds) == (
        Decimal(2),
        2,
        "老年人培训",
        True,
    )
    assert "a" * 64 not in repr(shown)
    assert queries.published_count("KP000002") is None


def test_a_fact_is_proved_once_its_period_is_closed(closed):
    services.record(happening(occasion="session:2"), key="c", by=SYSTEM, at=LATER + timedelta(hours=1))
    assert queries.standing_of("a").proof.holds
    assert queries.standing_of("c").proof is None
    assert queries.standing_of("nothing") is None


def test_a_fact_that_was_taken_back_no_longer_stands_but_stays_sealed(closed):
    services.reverse("a", reason="不是本人", by=SYSTEM, at=LATER + timedelta(hours=1))
    found = queries.standing_of("a")
    assert (found.stands, found.proof.holds, root_now(closed)) == (False, True, closed.root)


def test_nothing_can_be_recorded_said_or_closed_as_of_a_closed_time(closed):
    with pytest.raises(services.PeriodClosed):
        services.record(happening(), key="late", by=SYSTEM, at=A_MOMENT)
    with pytest.raises(services.PeriodClosed):
        services.verify_occasion("session:1", by=SYSTEM, at=A_MOMENT)
    with pytest.raises(services.PeriodClosed):
        services.close_period("再结一次", by=SYSTEM, at=A_MOMENT)
    assert not Fact.objects.filter(key="late").exists()


def test_a_period_without_news_is_not_closed_and_a_label_not_given_twice(closed):
    with pytest.raises(services.NothingToClose):
        services.close_period("空账期", by=SYSTEM, at=LATER)
    services.record(happening(occasion="session:2"), key="c", by=SYSTEM, at=LATER)
    with pytest.raises(services.LabelTaken):
        services.close_period(closed.label, by=SYSTEM, at=LATER)


def test_each_closing_seals_the_one_before(closed):
    services.record(happening(occasion="session:2"), key="c", by=SYSTEM, at=LATER)
    second = services.close_period("2025 年第 4 季度", by=SYSTEM, at=LATER)
    assert second.previous_root == closed.root
    assert (queries.published_count("KP000002").proof.holds, root_now(second)) == (True, second.root)


@pytest.mark.parametrize("change", ["quantity = 5", "age = 61", "person_key = 'x'"])
def test_a_past_that_was_changed_behind_the_triggers_is_noticed(closed, change):
    table = Fact._meta.db_table
    call_command("ledger", "verify", stdout=StringIO())
    unlock(connection, table=table)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change} WHERE key = 'a'")  # noqa: S608 - the test's own words
    lock(connection, table=table)
    said = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("ledger", "verify", stderr=said)
    assert stopped.value.code == 1
    assert closed.label in said.getvalue()


def test_a_proof_in_a_period_of_several_pieces_holds(db):
    pairs = [(f"k{n}", happening(person_key=f"{n:064}", occasion=f"session:{n % 50}")) for n in range(2100)]
    services.record_all(pairs, by=SYSTEM, at=A_MOMENT)
    closing = services.close_period("大账期", by=SYSTEM, at=LATER)
    assert ClosingPiece.objects.filter(closing=closing).count() == 3
    for key in ("k0", "k1022", "k1023", "k1024", "k2099"):
        assert queries.standing_of(key).proof.holds


def test_only_an_office_closes(closed, django_user_model):
    nobody = django_user_model.objects.create(username="nobody", name="路人")
    with pytest.raises(NotAllowed):
        services.close_period("账期", by=nobody, at=LATER)
    assert Closing.objects.count() == 1


def test_every_table_that_is_written_once_is_locked(db):
    names = {"fact", "partnercredit", "verdict", "countingrule", "closing", "closingpiece", "publishedcount"}
    assert {f"ledger_{name}" for name in names} <= set(locked_tables(connection))
