"""A letter to the office: written without an account, followed by its number, answered once."""

import re
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from kepu.accounts.models import Role
from kepu.audit.models import Entry
from kepu.core.errors import BadInput, NotAllowed, WrongState
from kepu.messages.models import Message
from kepu.portal.models import Feedback, FeedbackState
from kepu.portal.services import LONGEST, SIGNS, answer_feedback, send_feedback
from tests.factories.accounts import make_user, personas

pytestmark = pytest.mark.django_db
AT = datetime(2025, 10, 8, 9, 0, tzinfo=UTC)
LETTER = {"kind": "complaint", "text": "大篷车一年没来过", "contact": "13800000000"}


@pytest.fixture(autouse=True)
def _nobody_wrote_before():
    cache.clear()


@pytest.fixture
def office():
    return make_user(Role.DISTRICT_OFFICE)


@pytest.fixture
def letter():
    return send_feedback(LETTER["text"], kind="complaint", contact="13800000000", at=AT)


def write(client, **changed):
    return client.post(reverse("portal:feedback"), LETTER | changed)


def answered(letter, office, answer="下月就来"):
    return answer_feedback(letter, answer=answer, by=office, at=AT)


def test_a_letter_needs_no_account_and_leads_to_its_own_page(client):
    response = write(client)
    found = Feedback.objects.get()
    assert (response.url, found.text, found.state) == (
        reverse("portal:feedback_followed", args=[found.number]),
        LETTER["text"],
        FeedbackState.OPEN,
    )


def test_the_number_can_be_read_aloud_and_not_guessed(letter):
    other = send_feedback("再一件", kind="suggestion", contact="", at=AT)
    assert re.fullmatch(f"[{SIGNS}]{{5}}-[{SIGNS}]{{5}}", letter.number)
    assert other.number != letter.number


@pytest.mark.parametrize("text", ["", "  ", "字" * (LONGEST + 1)])
def test_a_letter_without_words_or_with_too_many_is_not_taken(text):
    with pytest.raises(BadInput):
        send_feedback(text, kind="complaint", contact="", at=AT)


def test_what_was_typed_stays_when_the_form_is_not_complete(client):
    body = write(client, kind="").content.decode()
    assert (LETTER["text"] in body, Feedback.objects.count()) == (True, 0)


def test_words_and_contact_lie_encrypted(letter):
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, contact FROM portal_feedback")
        (stored,) = cursor.fetchall()
    assert not any(word in "".join(stored) for word in (LETTER["text"], LETTER["contact"]))


def test_the_sender_sees_the_letter_but_not_the_contact(client, letter):
    body = client.get(reverse("portal:feedback_followed", args=[letter.number])).content.decode()
    assert (letter.text in body, letter.contact in body) == (True, False)


def test_a_number_is_found_however_it_was_copied_down(client, letter):
    typed = f" {letter.number.replace('-', ' ').lower()} "
    response = client.get(reverse("portal:feedback_find"), {"number": typed})
    assert response.url == reverse("portal:feedback_followed", args=[letter.number])


def test_a_number_that_nobody_has_is_not_found(client, letter):
    assert client.get(reverse("portal:feedback_followed", args=["22222-22222"])).status_code == 404


def test_the_office_is_told_that_there_is_something_and_not_what(office, letter):
    (message,) = Message.objects.filter(recipient=office)
    assert (message.link, letter.text in message.subject + message.body) == (
        reverse("portal:feedback_answer", args=[letter.number]),
        False,
    )


def test_the_answer_shows_to_whoever_has_the_number_without_the_name_of_who_gave_it(client, letter, office):
    answered(letter, office)
    body = client.get(reverse("portal:feedback_followed", args=[letter.number])).content.decode()
    assert ("下月就来" in body, office.name in body) == (True, False)


def test_the_contact_is_forgotten_with_the_answer(letter, office):
    assert answered(letter, office).contact == ""


def test_an_answer_is_audited_without_its_words(letter, office):
    answered(letter, office)
    entry = Entry.objects.get(deed="answer_feedback")
    assert (entry.actor_id, entry.object_label, entry.changes) == (office.pk, letter.number, {})


def test_a_letter_is_answered_once(letter, office):
    answered(letter, office)
    with pytest.raises(WrongState):
        answered(letter, office, answer="改口")
    letter.refresh_from_db()
    assert letter.answer == "下月就来"


def test_an_empty_answer_is_none(letter, office):
    with pytest.raises(BadInput):
        answered(letter, office, answer="  ")


def test_only_the_district_office_answers_and_reads(client):
    letter = send_feedback("一件事", kind="complaint", contact="", at=AT)
    may_answer, may_read = set(), set()
    for name, user in personas().items():
        client.force_login(user)
        if client.get(reverse("portal:feedback_desk")).status_code == 200:
            may_read.add(name)
        try:
            answer_feedback(letter, answer="好", by=user, at=AT)
        except NotAllowed:
            continue
        may_answer.add(name)
    assert may_answer == may_read == {Role.DISTRICT_OFFICE}


def test_the_office_answers_at_its_desk(client, letter, office):
    client.force_login(office)
    response = client.post(reverse("portal:feedback_answer", args=[letter.number]), {"answer": "下月就来"})
    letter.refresh_from_db()
    assert (response.url, letter.state) == (reverse("portal:feedback_desk"), FeedbackState.ANSWERED)


def test_what_waits_stands_before_what_is_answered(client, office):
    old = send_feedback("先来的", kind="complaint", contact="", at=AT)
    new = send_feedback("后来的", kind="complaint", contact="", at=AT.replace(hour=10))
    answered(new, office)
    client.force_login(office)
    assert list(client.get(reverse("portal:feedback_desk")).context["page"]) == [old, new]


def test_somebody_who_writes_again_and_again_has_to_wait(client):
    for number in range(10):
        write(client, text=f"第{number}件")
    body = write(client, text="第十一件").content.decode()
    assert (Feedback.objects.count(), "过一个小时再写" in body, "第十一件" in body) == (10, True, True)


def test_numbers_cannot_be_tried_out(client, letter):
    address = reverse("portal:feedback_followed", args=["22222-22222"])
    answers = {client.get(address).status_code for _ in range(31)}
    assert answers == {404, 429}
