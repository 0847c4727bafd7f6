"""The database itself keeps append-only rows as they are."""

import pytest
from django.db import DatabaseError, transaction

from kepu.audit.models import Entry
from kepu.audit.services import SYSTEM, record
from kepu.core.clock import now
from kepu.core.models import Term

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return record("try", of=Term(pk=1, label="试"), by=SYSTEM, at=now(), reason="原来的理由")


def test_update_is_refused_and_leaves_the_row(entry):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(reason="改过")
    assert Entry.objects.get(pk=entry.pk).reason == "原来的理由"


def test_delete_is_refused_and_leaves_the_row(entry):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).delete()
    assert Entry.objects.filter(pk=entry.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_test_database_can_still_be_emptied(entry):
    assert Entry.objects.count() == 1
