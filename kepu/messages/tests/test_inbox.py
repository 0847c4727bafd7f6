"""Messages reach one person once, and only that person."""

import pytest

from kepu.core.clock import now
from kepu.core.errors import NotAllowed
from kepu.messages import queries, services
from kepu.messages.models import Message
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return make_user(name="读者")


def send(to, *, key="late-1", subject="第三季度尚未填报", link=""):
    return services.send(subject, to=to, kind="reminder", key=key, at=now(), link=link)


def test_the_same_reminder_sent_twice_is_one_message(reader):
    assert send(reader) == send(reader)
    assert queries.unread_count(reader) == 1


def test_one_reminder_reaches_each_of_two_people(reader):
    other = make_user()
    send(reader), send(other)
    assert [queries.unread_count(one) for one in (reader, other)] == [1, 1]


def test_only_the_recipient_can_mark_a_message_read(reader):
    message = send(reader)
    with pytest.raises(NotAllowed):
        services.mark_read(message, by=make_user(), at=now())
    assert queries.unread_count(reader) == 1


def test_reading_twice_keeps_the_first_time(reader):
    first = services.mark_read(send(reader), by=reader, at=now()).read_at
    assert services.mark_read(Message.objects.get(), by=reader, at=now()).read_at == first


def test_the_inbox_shows_my_messages_and_not_those_of_others(client, reader):
    send(reader), send(make_user(), key="other", subject="别人的消息")
    client.force_login(reader)
    page = client.get("/inbox/").content.decode()
    assert ("第三季度尚未填报" in page, "别人的消息" in page) == (True, False)


def test_opening_a_message_marks_it_read_and_goes_to_its_link(client, reader):
    message = send(reader, link="/accounts/consents/")
    client.force_login(reader)
    assert client.post(f"/inbox/{message.pk}/").headers["Location"] == "/accounts/consents/"
    assert queries.unread_count(reader) == 0


def test_a_link_to_another_site_is_not_followed(client, reader):
    message = send(reader, link="//evil.example/")
    client.force_login(reader)
    assert client.post(f"/inbox/{message.pk}/").headers["Location"] == "/inbox/"


def test_looking_at_the_inbox_or_a_prefetched_link_marks_nothing_read(client, reader):
    message = send(reader)
    client.force_login(reader)
    client.get("/inbox/")
    assert client.get(f"/inbox/{message.pk}/").status_code == 405
    assert queries.unread_count(reader) == 1


def test_a_message_of_somebody_else_is_not_found(client, reader):
    message = send(make_user())
    client.force_login(reader)
    assert client.post(f"/inbox/{message.pk}/").status_code == 404
    assert Message.objects.get().read_at is None


def test_marking_all_read_touches_my_messages_only(client, reader):
    other = make_user()
    send(reader), send(reader, key="second"), send(other)
    client.force_login(reader)
    client.post("/inbox/read/")
    assert [queries.unread_count(one) for one in (reader, other)] == [0, 1]


def test_an_empty_inbox_says_what_will_come(client, reader):
    client.force_login(reader)
    assert "还没有消息" in client.get("/inbox/").content.decode()


@pytest.mark.parametrize("number", [1, 300])
def test_the_inbox_costs_the_same_queries_at_1_and_300_messages(
    client, reader, number, django_assert_num_queries
):
    for key in range(number):
        send(reader, key=str(key))
    client.force_login(reader)
    with django_assert_num_queries(6):  # session, account, roles (menu), how many, this page, unread
        client.get("/inbox/")


def test_a_page_that_shows_no_bell_does_not_count_messages(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/accounts/closed/")
