"""Codes to phones: few mistakes, ten minutes, once; and texts that are never lost."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches

from kepu.accounts.identity import WrongPhone
from kepu.activities import senders
from kepu.activities.models import PhoneCode, TextMessage, TextMessageState
from kepu.activities.people import phone_index
from kepu.activities.services import notices, phone_codes
from kepu.activities.services.phone_codes import CodeNotSent, CodeOver, NoSender, TooManyCodes, WrongCode
from kepu.activities.tests.sign_ups import make_open, signed_up
from tests.factories.activities import AT

pytestmark = pytest.mark.django_db
PHONE = "138 0000 0001"
SENT: list[tuple[str, str]] = []


class Recording:
    """A provider that takes everything over."""

    def send(self, phone, *, text):
        SENT.append((phone, text))


class Broken:
    """A provider that takes nothing over."""

    def send(self, phone, *, text):
        raise senders.NotSent


@pytest.fixture(autouse=True)
def _a_sender(settings):
    settings.SMS_SENDER = f"{__name__}.Recording"
    SENT.clear()
    for cache in ("default", "limits"):
        caches[cache].clear()


@pytest.fixture
def broken(settings):
    settings.SMS_SENDER = f"{__name__}.Broken"


def code_sent():
    return re.search(r"\d{6}", SENT[-1][1])[0]


def test_the_code_that_was_sent_proves_the_phone():
    phone_codes.send_code(PHONE, at=AT)
    assert SENT[0][0] == "+8613800000001"
    assert phone_codes.confirm_phone("13800000001", code=code_sent(), at=AT) == phone_index("+8613800000001")


def test_a_code_works_once():
    phone_codes.send_code(PHONE, at=AT)
    phone_codes.confirm_phone(PHONE, code=code_sent(), at=AT)
    with pytest.raises(CodeOver):
        phone_codes.confirm_phone(PHONE, code=code_sent(), at=AT)


def test_after_ten_minutes_it_is_over():
    phone_codes.send_code(PHONE, at=AT)
    with pytest.raises(CodeOver):
        phone_codes.confirm_phone(PHONE, code=code_sent(), at=AT + timedelta(minutes=10))


def test_after_five_mistakes_even_the_right_code_is_refused():
    phone_codes.send_code(PHONE, at=AT)
    for _mistake in range(5):
        with pytest.raises(WrongCode):
            phone_codes.confirm_phone(PHONE, code="no", at=AT)
    with pytest.raises(CodeOver):
        phone_codes.confirm_phone(PHONE, code=code_sent(), at=AT)


def test_a_code_of_another_phone_proves_nothing():
    phone_codes.send_code(PHONE, at=AT)
    phone_codes.send_code("13800000002", at=AT)
    of_the_first = re.search(r"\d{6}", SENT[0][1])[0]
    if of_the_first != code_sent():
        with pytest.raises(WrongCode):
            phone_codes.confirm_phone("13800000002", code=of_the_first, at=AT)


def test_codes_to_one_phone_are_a_minute_apart_and_six_an_hour():
    for minute in range(6):
        phone_codes.send_code(PHONE, at=AT + timedelta(minutes=minute))
        with pytest.raises(TooManyCodes):
            phone_codes.send_code(PHONE, at=AT + timedelta(minutes=minute, seconds=20))
    with pytest.raises(TooManyCodes):
        phone_codes.send_code(PHONE, at=AT + timedelta(minutes=7))


def test_what_is_kept_of_a_code_does_not_say_it():
    phone_codes.send_code(PHONE, at=AT)
    kept = PhoneCode.objects.values().get()
    assert not any(
        code_sent() in str(value) for name, value in kept.items() if name.endswith(("digest", "index"))
    )
    assert "13800000001" not in str(kept)


def test_a_wrong_number_is_refused_before_anything_is_sent():
    with pytest.raises(WrongPhone):
        phone_codes.send_code("12345", at=AT)
    assert SENT == []


def test_without_a_sender_it_says_so(settings):
    settings.SMS_SENDER = ""
    with pytest.raises(NoSender):
        phone_codes.send_code(PHONE, at=AT)


@pytest.mark.usefixtures("broken")
def test_when_the_provider_fails_the_person_hears_it_and_no_code_is_kept():
    with pytest.raises(CodeNotSent):
        phone_codes.send_code(PHONE, at=AT)
    assert not PhoneCode.objects.exists()


def test_old_codes_are_forgotten():
    phone_codes.send_code(PHONE, at=AT)
    assert phone_codes.forget_old_codes(at=AT + timedelta(hours=2)) == 0
    assert phone_codes.forget_old_codes(at=AT + timedelta(days=2)) == 1


def test_a_text_is_sent_once_and_then_forgotten():
    signed_up(make_open(), phone="13800000005", is_phone_confirmed=True)
    assert notices.send_waiting_texts(at=AT) == 1
    assert notices.send_waiting_texts(at=AT) == 0
    text = TextMessage.objects.get()
    assert (text.state, text.phone, text.text, len(SENT)) == (TextMessageState.SENT, "", "", 1)


def test_a_text_says_what_and_where_to_look_and_names_nobody():
    done = signed_up(make_open(title="手机课"), phone="13800000005", is_phone_confirmed=True)
    notices.send_waiting_texts(at=AT)
    text = SENT[0][1]
    assert "手机课" in text
    assert done.registration.number in text
    assert done.registration.contact_name not in text


def test_a_text_carries_the_link_where_the_address_of_the_site_is_known(settings):
    settings.SITE_ADDRESS = "https://kepu.example.cn"
    done = signed_up(make_open(), phone="13800000005", is_phone_confirmed=True)
    notices.send_waiting_texts(at=AT)
    assert f"https://kepu.example.cn/activities/my-sign-ups/{done.token}/" in SENT[0][1]


def test_a_text_that_was_not_taken_over_is_tried_again_later_and_not_forever(settings):
    signed_up(make_open(), phone="13800000005", is_phone_confirmed=True)
    settings.SMS_SENDER = f"{__name__}.Broken"
    assert notices.send_waiting_texts(at=AT) == 0
    assert TextMessage.objects.get().next_try_at == AT + notices.FIRST_PAUSE
    later = AT
    for _try in range(notices.MOST_TRIES):
        later += timedelta(days=1)
        notices.send_waiting_texts(at=later)
    assert TextMessage.objects.get().state == TextMessageState.GIVEN_UP


def test_a_text_waits_until_there_is_a_sender(settings):
    signed_up(make_open(), phone="13800000005", is_phone_confirmed=True)
    settings.SMS_SENDER = ""
    assert notices.send_waiting_texts(at=AT) == 0
    settings.SMS_SENDER = f"{__name__}.Recording"
    assert notices.send_waiting_texts(at=AT) == 1


def test_the_page_shows_a_code_only_in_a_demo_that_sends_nothing(settings):
    settings.DEMO = True
    assert not senders.shows_texts_on_the_page()
    settings.SMS_SENDER = "kepu.activities.senders.ConsoleSender"
    assert senders.shows_texts_on_the_page()
    settings.DEMO = settings.DEBUG = False
    assert not senders.shows_texts_on_the_page()
