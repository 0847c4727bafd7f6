"""So many times, then no more until the time is over; one person's turns are not another's."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection

from kepu.core import clock
from kepu.core.rate_limit import Limit, takes_turn

pytestmark = pytest.mark.django_db
AT = clock.now()  # the cache keeps its own time, so this has to be the real one
TWICE = Limit("try", most=2, seconds=60)


@pytest.fixture(autouse=True)
def _nobody_took_a_turn():
    cache.clear()


def test_the_turns_end_at_the_limit():
    assert [takes_turn("a", limit=TWICE, at=AT) for _ in range(4)] == [True, True, False, False]


def test_each_person_and_each_deed_has_turns_of_their_own():
    for _ in range(3):
        takes_turn("a", limit=TWICE, at=AT)
    other = Limit("other", most=2, seconds=60)
    assert (takes_turn("b", limit=TWICE, at=AT), takes_turn("a", limit=other, at=AT)) == (True, True)


def test_the_turns_begin_again_a_while_after_the_first_one_and_not_before():
    later = [AT + timedelta(seconds=passed) for passed in (0, 50, 59, 60, 61, 62)]
    taken = [takes_turn("a", limit=TWICE, at=moment) for moment in later]
    assert taken == [True, True, False, True, True, False]


def test_the_address_itself_is_not_stored():
    takes_turn("192.0.2.7", limit=TWICE, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache_entries")
        keys = [key for (key,) in cursor.fetchall()]
    assert (len(keys), any("192.0.2.7" in key for key in keys)) == (1, False)
