"""The public pages of signing up: on a phone, without an account."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.urls import reverse

from kepu.activities.models import Participant, Registration, RegistrationState, SignUp
from kepu.activities.services import changing
from kepu.activities.tests.sign_ups import make_open, signed_up
from tests.factories.accounts import make_region
from tests.factories.activities import AT, make_kind, make_pool, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_that_time(settings):
    settings.DEMO = True
    settings.SMS_SENDER = "kepu.activities.senders.ConsoleSender"
    for cache in ("default", "limits"):
        caches[cache].clear()
    with time_machine.travel(AT, tick=False):
        yield


def address(activity):
    return reverse("activities:sign_up", args=[activity.slug])


def filled_in(client, activity, **changed):
    """The form as the page hands it out, with what a person writes into it."""
    html = client.get(address(activity)).content.decode()
    hidden = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)[1] for name in ("key", "people", "pool")
    }
    usual = {
        "for_whom": "self",
        "name_0": "王秀英",
        "birth_year_0": "1958",
        "phone": "13800000001",
        "town": "",
        "consent": "on",
    }
    return hidden | usual | changed


def code_on(response):
    return re.search(r"<strong>(\d{6})</strong>", response.content.decode())[1]


def sign_up_with_code(client, activity, **changed):
    data = filled_in(client, activity, **changed)
    code = code_on(client.post(address(activity), data | {"send_code": "1"}))
    return client.post(address(activity), data | {"code": code})


def prove_phone(client, phone="13800000001"):
    page = reverse("activities:my_sign_ups")
    code = code_on(client.post(page, {"phone": phone, "send_code": "1"}))
    client.post(page, {"phone": phone, "code": code})


def errors_on(response):
    return set(response.context["form"].errors)


def test_somebody_signs_up_with_a_code_and_lands_on_a_page_of_their_own(client):
    response = sign_up_with_code(client, make_open())
    found = Registration.objects.get()
    page = client.get(response.url).content.decode()
    assert (found.state, found.is_phone_confirmed) == (RegistrationState.SEATED, True)
    assert found.number in page
    assert 'class="qr-code"' in page


def test_a_half_filled_form_keeps_everything_when_a_code_is_asked_for(client):
    activity = make_open()
    data = filled_in(client, activity, consent="")
    page = client.post(address(activity), data | {"send_code": "1"})
    assert [page.context["form"][name].value() for name in ("name_0", "birth_year_0", "phone")] == [
        "王秀英",
        "1958",
        "13800000001",
    ]
    assert errors_on(page) == set()


def test_adding_a_person_keeps_everything_and_makes_a_household(client):
    activity = make_open()
    data = filled_in(client, activity)
    page = client.post(address(activity), data | {"add_person": "1"})
    assert (len(page.context["form"].person_rows()), page.context["form"]["name_0"].value()) == (2, "王秀英")
    more = {"people": "2", "name_1": "李阿公", "birth_year_1": "1955"}
    sign_up_with_code(client, activity, **more)
    found = Registration.objects.get()
    assert (found.party, found.seats) == ("household", 2)


def test_without_a_code_it_is_refused_beside_the_code(client):
    activity = make_open()
    response = client.post(address(activity), filled_in(client, activity))
    assert errors_on(response) == {"code"}
    assert not Registration.objects.exists()


def test_a_wrong_code_is_refused_and_a_right_one_still_works(client):
    activity = make_open()
    data = filled_in(client, activity)
    code = code_on(client.post(address(activity), data | {"send_code": "1"}))
    wrong = "000000" if code != "000000" else "111111"
    assert errors_on(client.post(address(activity), data | {"code": wrong})) == {"code"}
    assert client.post(address(activity), data | {"code": code}).status_code == 302


def test_a_phone_proved_once_needs_no_second_code_for_half_an_hour(client):
    activity = make_open()
    sign_up_with_code(client, activity)
    again = filled_in(client, activity, name_0="李阿公", for_whom="other", helper_name="王秀英")
    assert client.post(address(activity), again).status_code == 302
    with time_machine.travel(AT + timedelta(minutes=31), tick=False):
        later = filled_in(client, activity, name_0="张阿婆", for_whom="other", helper_name="王秀英")
        assert errors_on(client.post(address(activity), later)) == {"code"}


def test_a_double_click_is_one_registration(client):
    activity = make_open()
    data = filled_in(client, activity)
    data["code"] = code_on(client.post(address(activity), data | {"send_code": "1"}))
    first = client.post(address(activity), data)
    second = client.post(address(activity), data)
    assert (first.url, Registration.objects.count()) == (second.url, 1)


def test_a_child_is_signed_up_by_a_guardian_whose_phone_is_not_the_childs(client):
    activity = make_open(audience="youth")
    child = {"for_whom": "child", "name_0": "王小明", "birth_year_0": "2018", "helper_name": "王建国"}
    prove_phone(client)
    refused = client.post(address(activity), filled_in(client, activity, **child))
    assert errors_on(refused) == {"guardian_consent"}
    client.post(address(activity), filled_in(client, activity, **child, guardian_consent="on"))
    found = Participant.objects.get()
    assert (found.guardian_name, found.phone, found.consents.get().given_by) == ("王建国", "", "guardian")


def test_a_child_among_the_family_needs_the_guardians_word_too(client):
    activity = make_open()
    child = {"people": "2", "name_1": "小明", "birth_year_1": "2018"}
    assert errors_on(sign_up_with_code(client, activity, **child)) == {"guardian_consent"}


def test_a_son_signs_his_mother_up_and_the_phone_is_his(client):
    activity = make_open()
    sign_up_with_code(client, activity, for_whom="other", helper_name="王建国", relation="儿子")
    found = Registration.objects.get()
    assert (found.contact_name, found.proxy_relation, found.participants.get().phone) == (
        "王建国",
        "儿子",
        "",
    )


def test_age_is_asked_only_where_it_is_counted(client):
    activity = make_open(audience="workers")
    assert "birth_year_0" not in client.get(address(activity)).context["form"].fields
    asking = make_open(audience="workers", kind=make_kind("asking", required=["birth_year"]))
    assert "birth_year_0" in client.get(address(asking)).context["form"].fields


def test_the_town_is_one_of_the_district(client):
    town = make_region("330604001000", name="百官街道", level=4)
    make_region("330602001000", name="别处的街道", level=4)
    activity = make_open()
    assert "别处的街道" not in client.get(address(activity)).content.decode()
    sign_up_with_code(client, activity, town=town.pk)
    assert Participant.objects.get().region == town


def test_questions_of_the_kind_are_on_the_form_and_answers_are_kept(client):
    kind = make_kind(
        "asks", questions=[{"name": "school", "label": "学校", "type": "text", "required": True}]
    )
    activity = make_open(kind=kind)
    prove_phone(client)
    assert errors_on(client.post(address(activity), filled_in(client, activity))) == {"question_school"}
    client.post(address(activity), filled_in(client, activity, question_school="实验小学"))
    assert Registration.objects.get().answers == {"school": "实验小学"}


def test_several_dates_are_a_choice_that_says_what_is_left(client):
    activity = make_open(seats=0)
    activity.pools.all().delete()
    for day, capacity in ((3, 2), (4, 0)):
        make_pool(
            activity, session=make_session(activity, starts_at=AT + timedelta(days=day)), capacity=capacity
        )
    labels = [label for _value, label in client.get(address(activity)).context["form"].fields["pool"].choices]
    assert labels == ["2026 年 10 月 11 日 09:00：还有 2 个名额", "2026 年 10 月 12 日 09:00：已满，可以候补"]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"sign_up": SignUp.NONE}, "不用报名"),
        ({"sign_up": SignUp.STAFF}, "工作人员登记"),
        ({"sign_up_opens_at": AT + timedelta(days=1)}, "还没有开始"),
        ({"sign_up_closes_at": AT - timedelta(days=1)}, "截止"),
        ({"state": "cancelled"}, "已取消"),
    ],
)
def test_when_it_is_closed_the_page_says_why(client, changed, word):
    assert word in client.get(address(make_open(**changed))).context["reason"]


def test_a_draft_is_not_there_for_the_public(client):
    assert client.get(address(make_open(state="draft"))).status_code == 404


def test_without_a_sender_and_without_the_offices_word_the_form_is_not_offered(client, settings):
    settings.SMS_SENDER = ""
    assert "没有开通" in client.get(address(make_open(is_waived=False))).context["reason"]


def test_where_the_office_waived_it_nobody_is_asked_for_a_code(client, settings):
    settings.SMS_SENDER = ""
    activity = make_open()
    assert client.post(address(activity), filled_in(client, activity)).status_code == 302
    assert not Registration.objects.get().is_phone_confirmed


def test_a_flood_from_one_address_is_slowed_down(client, settings):
    settings.SMS_SENDER = ""
    activity = make_open(seats=300)
    data = filled_in(client, activity)
    for number in range(120):
        client.post(address(activity), data | {"key": f"k{number}", "phone": f"139{number:08d}"})
    refused = client.post(address(activity), data | {"key": "more", "phone": "13711111111"})
    assert (refused.status_code, Registration.objects.count()) == (200, 120)


def test_the_form_costs_the_same_for_one_date_and_many(client, django_assert_num_queries):
    activity = make_open()
    client.get(address(activity))
    with django_assert_num_queries(3):
        client.get(address(activity))
    for day in range(2, 12):
        make_pool(activity, session=make_session(activity, starts_at=AT + timedelta(days=day)))
    with django_assert_num_queries(3):
        client.get(address(activity))


def one(done, name="activities:my_sign_up"):
    return reverse(name, args=[done.token])


def test_a_wrong_link_is_not_found(client):
    assert client.get(reverse("activities:my_sign_up", args=["a" * 32])).status_code == 404


def test_the_page_shows_the_place_in_line_and_no_code_while_waiting(client):
    activity = make_open(seats=1)
    signed_up(activity, is_phone_confirmed=True)
    signed_up(activity, is_phone_confirmed=True)
    third = signed_up(activity, is_phone_confirmed=True)
    page = client.get(one(third))
    assert (page.context["place_in_line"], "qr-code" in page.content.decode()) == (2, False)


def test_a_seat_that_came_free_is_taken_by_its_button(client):
    activity = make_open(seats=1)
    first = signed_up(activity, is_phone_confirmed=True)
    second = signed_up(activity, is_phone_confirmed=True)
    changing.cancel(first.registration, at=AT)
    client.post(one(second, "activities:my_sign_up_accept"))
    second.registration.refresh_from_db()
    assert second.registration.state == RegistrationState.SEATED


def test_cancelling_asks_once(client):
    done = signed_up(make_open(), is_phone_confirmed=True)
    client.get(one(done, "activities:my_sign_up_cancel"))
    done.registration.refresh_from_db()
    assert done.registration.state == RegistrationState.SEATED
    client.post(one(done, "activities:my_sign_up_cancel"))
    done.registration.refresh_from_db()
    assert done.registration.state == RegistrationState.CANCELLED


def test_a_name_is_corrected_by_link(client):
    done = signed_up(make_open(), is_phone_confirmed=True)
    client.post(one(done, "activities:my_sign_up_change"), {"name_0": "王秀瑛", "birth_year_0": "1956"})
    assert Participant.objects.get().name == "王秀瑛"


def test_another_date_is_chosen_by_link(client):
    activity = make_open()
    done = signed_up(activity, is_phone_confirmed=True)
    other = make_pool(activity, session=make_session(activity, starts_at=AT + timedelta(days=7)))
    client.post(one(done, "activities:my_sign_up_change"), {"move": "1", "pool": str(other.pk)})
    done.registration.refresh_from_db()
    assert done.registration.pool == other


def test_the_calendar_has_the_dates_and_names_nobody(client):
    done = signed_up(make_open(sessions=3, title="手机课"), is_phone_confirmed=True)
    text = client.get(one(done, "activities:my_sign_up_calendar")).content.decode()
    assert (text.count("BEGIN:VEVENT"), "手机课" in text) == (3, True)
    assert done.registration.contact_name not in text


def test_my_sign_ups_are_found_by_a_code_to_the_phone_and_only_mine(client):
    mine = signed_up(make_open(title="我的课"), phone="13800000001", is_phone_confirmed=True)
    signed_up(make_open(title="别人的课"), phone="13800000002", is_phone_confirmed=True)
    page = reverse("activities:my_sign_ups")
    prove_phone(client)
    html = client.get(page).content.decode()
    assert (mine.token in html, "别人的课" in html) == (True, False)
    client.post(reverse("activities:my_sign_ups_leave"))
    assert "我的课" not in client.get(page).content.decode()


def test_my_sign_ups_cost_the_same_for_one_and_many(client, django_assert_num_queries):
    signed_up(make_open(), phone="13800000001", is_phone_confirmed=True)
    page = reverse("activities:my_sign_ups")
    prove_phone(client)
    with django_assert_num_queries(2):  # the session, the sign-ups
        client.get(page)
    for _more in range(5):
        signed_up(make_open(), phone="13800000001", is_phone_confirmed=True)
    with django_assert_num_queries(2):
        client.get(page)


def test_every_type_of_question_has_its_field_and_its_check(client):
    questions = [
        {
            "name": "stage",
            "label": "学段",
            "label_en": "Stage",
            "type": "choice",
            "choices": ["小学", "初中"],
        },
        {"name": "first", "label": "第一次来", "type": "yes_no", "required": True},
        {"name": "years", "label": "用了几年手机", "type": "number"},
    ]
    activity = make_open(questions=questions)
    prove_phone(client)
    wrong = {"question_stage": "大学", "question_first": "", "question_years": "很久"}
    refused = client.post(address(activity), filled_in(client, activity, **wrong))
    assert errors_on(refused) == {"question_stage", "question_first"}
    late = {"question_stage": "小学", "question_first": "yes", "question_years": "很久"}
    refused = client.post(address(activity), filled_in(client, activity, **late))
    assert errors_on(refused) == {"question_years"}
    client.post(address(activity), filled_in(client, activity, **late | {"question_years": "3"}))
    assert Registration.objects.get().answers == {"stage": "小学", "first": "yes", "years": "3"}
