"""Logging in: by name or phone, with one answer to every failure, a lock-out, a second factor, a forced change."""

import re
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse

from kepu.accounts import services
from kepu.accounts.models import Role, User
from kepu.audit.models import Entry
from kepu.audit.services import SYSTEM
from kepu.core.clock import now
from tests.factories.accounts import PASSWORD, make_organisation, make_region, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
ME = "/accounts/"
MISMATCH = "用户名、手机号或密码不对"
LOCKED = "输错次数太多"


def log_in(client, login, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password, "next": ME}, **more)


def who(client):
    return User.objects.filter(pk=client.session.get("_auth_user_id")).first()


@pytest.fixture
def user():
    office = make_user(Role.DISTRICT_OFFICE, make_organisation("上虞区科协"))
    person = services.add_person("陈老师", region=make_region(), phone="13800138000", by=office, at=now())
    return make_user(Role.PARTNER_UNIT, username="chen", name="陈老师", person=person)


@pytest.fixture
def office():
    return make_user(Role.DISTRICT_OFFICE, make_organisation("上虞区科协"), username="office")


def code_for(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def enrol(client):
    """Set up the second factor on the page for it; gives back the secret that the page shows."""
    page = client.get("/accounts/second-factor/set-up/").content.decode()
    secret = re.search(r'id="totp_secret">([A-Z2-7]+)<', page)[1]
    client.post("/accounts/second-factor/set-up/", {"code": code_for(secret)})
    return secret


@pytest.mark.parametrize("login", ["chen", "CHEN", "13800138000", "+86 138-0013-8000"])
def test_a_person_logs_in_by_user_name_or_by_phone(client, user, login):
    response = log_in(client, login)
    assert response.headers["Location"] == ME
    assert who(client) == user


def test_the_log_in_is_on_record_with_its_address(client, user):
    log_in(client, "chen")
    entry = Entry.objects.get(deed="log_in")
    assert (entry.actor_id, entry.changes) == (user.pk, {"address": "127.0.0.1"})


def test_wrong_password_unknown_name_and_unknown_phone_get_the_same_answer(client, user):
    def answer(login):
        page = log_in(client, login, "wrong-password").content.decode()
        return re.sub(r'value="[^"]*"', "", page)

    answers = {answer(login) for login in ("chen", "nobody-here", "13800138000", "13900139000")}
    assert len(answers) == 1
    assert MISMATCH in answers.pop()
    assert who(client) is None


def test_failures_of_known_accounts_are_on_record_and_typed_names_of_nobody_are_not(client, user):
    log_in(client, "chen", "wrong-password")
    log_in(client, "my-secret-password", "chen")
    assert [entry.object_id for entry in Entry.objects.filter(deed="log_in_failed")] == [str(user.pk)]
    assert not Entry.objects.filter(actor__contains="my-secret").exists()


def test_five_failures_lock_the_account_even_for_the_right_password_until_a_quarter_of_an_hour_passed(
    client, user
):
    with time_machine.travel("2026-03-02 09:00:00+08:00", tick=False) as clock:
        for _attempt in range(5):
            assert MISMATCH in log_in(client, "chen", "wrong-password").content.decode()
        assert LOCKED in log_in(client, "chen").content.decode()
        assert who(client) is None
        clock.shift(15 * 60 + 1)
        log_in(client, "chen")
        assert who(client) == user


def test_spelling_the_phone_differently_buys_no_fresh_attempts(client, user):
    for login in ("13800138000", "138 0013 8000", "+8613800138000", "138-00138000", "008613800138000"):
        log_in(client, login, "wrong-password")
    assert LOCKED in log_in(client, "13800138000").content.decode()


def test_a_locked_account_does_not_lock_its_neighbour_in_the_same_office(client, user):
    make_user(Role.PARTNER_UNIT, username="wang")
    for _attempt in range(6):
        log_in(client, "chen", "wrong-password")
    log_in(client, "wang")
    assert who(client).username == "wang"


def test_guessing_many_names_from_one_address_is_stopped(client, user):
    for number in range(20):
        log_in(client, f"guess{number}", "wrong-password")
    assert LOCKED in log_in(client, "chen").content.decode()
    log_in(client, "chen", REMOTE_ADDR="10.1.1.1")
    assert who(client) == user


def test_a_closed_account_does_not_log_in_and_its_open_session_ends(client, user):
    log_in(client, "chen")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(ME).headers["Location"].startswith(LOGIN)
    client.logout()
    log_in(client, "chen")
    assert who(client) is None


def test_there_is_no_sign_up_and_no_password_mail_page(client):
    names = ("account_signup", "account_reset_password", "account_email", "socialaccount_signup")
    addresses = ["/accounts/signup/", "/accounts/password/reset/", "/accounts/email/", "/accounts/3rdparty/"]
    assert [client.get(address).status_code for address in addresses] == [404] * 4
    for name in names:
        with pytest.raises(Exception, match="not a valid view function"):
            reverse(name)


def test_a_link_to_another_site_is_not_followed_after_log_in(client, user):
    make_user(Role.RESIDENT, username="resident")
    typed = {"login": "resident", "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post(LOGIN, typed).headers["Location"] == ME


def test_logging_out_takes_a_button_and_ends_the_session(client, user):
    log_in(client, "chen")
    assert "退出登录" in client.get("/accounts/logout/").content.decode()
    assert who(client) == user
    client.post("/accounts/logout/")
    assert who(client) is None


def test_a_handed_out_password_opens_only_the_page_to_change_it(client):
    services.open_account("新人", username="new", password=PASSWORD, by=SYSTEM, at=now())
    log_in(client, "new")
    assert client.get("/accounts/consents/").headers["Location"] == "/accounts/password/"
    assert "请先设一个只有您知道的密码" in client.get("/accounts/password/").content.decode()
    change = {"oldpassword": PASSWORD, "password1": "another-Staple-9", "password2": "another-Staple-9"}
    assert client.post("/accounts/password/", change).headers["Location"] == ME
    assert "我的同意记录" in client.get("/accounts/consents/").content.decode()
    assert User.objects.get(username="new").must_change_password is False
    assert Entry.objects.filter(deed="change_password").count() == 1


def test_the_handed_out_password_cannot_be_kept(client):
    services.open_account("新人", username="new", password=PASSWORD, by=SYSTEM, at=now())
    log_in(client, "new")
    same = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    assert "新密码不能与当前密码相同" in client.post("/accounts/password/", same).content.decode()
    assert User.objects.get(username="new").must_change_password is True


def test_a_weak_password_is_refused_with_the_reason(client, user):
    log_in(client, "chen")
    weak = {"oldpassword": PASSWORD, "password1": "12345", "password2": "12345"}
    assert "密码太短" in client.post("/accounts/password/", weak).content.decode()
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_htmx_is_sent_to_the_page_as_a_whole(client):
    services.open_account("新人", username="new", password=PASSWORD, by=SYSTEM, at=now())
    log_in(client, "new")
    response = client.get("/accounts/consents/", headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == "/accounts/password/"


def test_the_office_must_set_up_a_second_factor_before_anything_else(client, office, settings):
    settings.REQUIRE_TOTP = True
    log_in(client, "office")
    assert client.get(ME).headers["Location"] == "/accounts/second-factor/set-up/"
    enrol(client)
    assert "我的账号" in client.get(ME).content.decode()


def test_after_enrolment_the_password_alone_opens_nothing_and_the_code_does(client, office, settings):
    settings.REQUIRE_TOTP = True
    log_in(client, "office")
    secret = enrol(client)
    client.post("/accounts/logout/")
    assert log_in(client, "office").headers["Location"].startswith("/accounts/second-factor/login/")
    assert who(client) is None
    wrong = client.post("/accounts/second-factor/login/", {"code": "000000"}).content.decode()
    assert "验证码不对" in wrong
    assert who(client) is None
    client.post("/accounts/second-factor/login/", {"code": code_for(secret)})
    assert who(client) == office
    assert "我的账号" in client.get(ME).content.decode()


def test_a_code_cannot_be_used_twice(client, office):
    log_in(client, "office")
    secret = enrol(client)
    client.post("/accounts/logout/")
    code = code_for(secret)
    log_in(client, "office")
    client.post("/accounts/second-factor/login/", {"code": code})
    assert who(client) == office
    client.post("/accounts/logout/")
    log_in(client, "office")
    client.post("/accounts/second-factor/login/", {"code": code})
    assert who(client) is None


def test_guessing_codes_is_stopped(client, office):
    log_in(client, "office")
    secret = enrol(client)
    client.post("/accounts/logout/")
    log_in(client, "office")
    for guess in range(5):
        client.post("/accounts/second-factor/login/", {"code": f"00000{guess}"})
    answer = client.post("/accounts/second-factor/login/", {"code": code_for(secret)}).content.decode()
    assert LOCKED in answer
    assert who(client) is None


def test_a_recovery_code_stands_in_for_a_lost_phone_once(client, office):
    log_in(client, "office")
    enrol(client)
    code = re.search(r"<code>(\d{8})</code>", client.get("/accounts/second-factor/codes/").content.decode())[
        1
    ]
    for expected in (office, None):
        client.post("/accounts/logout/")
        log_in(client, "office")
        client.post("/accounts/second-factor/login/", {"code": code})
        assert who(client) == expected


def test_the_secret_of_the_app_lies_encrypted(client, office):
    log_in(client, "office")
    secret = enrol(client)
    stored = Authenticator.objects.get(user=office, type="totp").data["secret"]
    assert secret not in stored
    assert stored.startswith("AES-256-GCM:")


def test_who_needs_a_second_factor_cannot_switch_it_off_and_others_can(client, office, settings):
    log_in(client, "office")
    enrol(client)
    settings.REQUIRE_TOTP = True
    assert "不能关闭" in client.post("/accounts/second-factor/remove/").content.decode()
    assert Authenticator.objects.filter(user=office, type="totp").exists()
    settings.REQUIRE_TOTP = False
    client.post("/accounts/second-factor/remove/")
    assert not Authenticator.objects.filter(user=office).exists()


def test_units_are_not_forced_to_a_second_factor(client, user, settings):
    settings.REQUIRE_TOTP = True
    log_in(client, "chen")
    assert "我的账号" in client.get(ME).content.decode()


def test_codes_are_shown_again_only_to_who_proved_themselves_lately(client, office):
    log_in(client, "office")
    enrol(client)
    with time_machine.travel(time.time() + 400, tick=False):
        answer = client.get("/accounts/second-factor/codes/")
    assert answer.headers["Location"].startswith("/accounts/confirm/")


def test_no_browser_keeps_a_page_from_behind_the_log_in(client, user):
    client.force_login(user)
    behind, public = client.get(ME), client.get("/styleguide/")
    assert ("no-store" in behind["Cache-Control"], "no-store" in public.get("Cache-Control", "")) == (
        True,
        False,
    )
