"""An invitation lets one person take up one role, once, for a week."""

from datetime import timedelta

import pytest
import time_machine

from kepu.accounts import rules, services
from kepu.accounts.models import Invitation, Membership, Person, Role, User
from kepu.audit.models import Entry
from kepu.audit.services import SYSTEM
from kepu.core.clock import now
from kepu.core.errors import NotAllowed, WrongState
from tests.factories.accounts import make_membership, make_organisation, make_region, make_user, personas

pytestmark = pytest.mark.django_db
ACCOUNT = {"username": "chen", "password": "correct-horse-battery", "phone": "13800138000"}


@pytest.fixture
def office():
    return make_user(Role.DISTRICT_OFFICE, make_organisation("上虞区科协"), name="区科协王敏")


@pytest.fixture
def unit():
    return make_organisation("上虞区教育体育局")


@pytest.fixture
def invited(office, unit):
    return services.invite("陈老师", organisation=unit, role=Role.LEAD_UNIT, by=office, at=now())


def test_an_accepted_invitation_gives_account_person_and_role(invited, unit):
    user = services.accept_invitation(invited.token, **ACCOUNT, at=now())
    assert (user.username, user.name, user.person.name) == ("chen", "陈老师", "陈老师")
    assert rules.has_role(user, Role.LEAD_UNIT, organisation=unit)
    assert user.check_password(ACCOUNT["password"])
    deeds = [entry.deed for entry in Entry.objects.order_by("pk")]
    assert deeds == ["invite", "appoint", "accept_invitation"]


def test_a_link_works_once(invited):
    services.accept_invitation(invited.token, **ACCOUNT, at=now())
    with pytest.raises(services.InvitationOver):
        services.accept_invitation(invited.token, username="second", password=ACCOUNT["password"], at=now())
    assert not User.objects.filter(username="second").exists()


def test_a_link_ends_after_a_week(invited):
    with pytest.raises(services.InvitationOver):
        services.accept_invitation(invited.token, **ACCOUNT, at=now() + timedelta(days=7, seconds=1))


def test_a_withdrawn_link_opens_nothing_and_is_not_withdrawn_twice(invited, office):
    services.withdraw_invitation(invited.invitation, by=office, at=now())
    with pytest.raises(services.InvitationOver):
        services.accept_invitation(invited.token, **ACCOUNT, at=now())
    with pytest.raises(WrongState):
        services.withdraw_invitation(invited.invitation, by=office, at=now())


def test_a_link_into_a_closed_unit_opens_nothing(invited, unit, office):
    services.deactivate_organisation(unit, by=office, at=now(), reason="机构改革")
    with pytest.raises(services.InvitationOver):
        services.accept_invitation(invited.token, **ACCOUNT, at=now())


def test_the_token_is_not_kept(invited):
    row = Invitation.objects.filter(pk=invited.invitation.pk).values().get()
    assert invited.token not in str(row)


def test_a_unit_may_not_invite_into_the_office_nor_into_another_unit(unit, office):
    lead = make_user(Role.LEAD_UNIT, unit)
    with pytest.raises(NotAllowed):
        services.invite("某", organisation=unit, role=Role.DISTRICT_OFFICE, by=lead, at=now())
    with pytest.raises(NotAllowed):
        services.invite("某", organisation=make_organisation(), role=Role.LEAD_UNIT, by=lead, at=now())
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"username": "Taken"}, services.UsernameTaken),
        ({"username": "13900139000"}, services.UsernameUnusable),
        ({"username": "有 空格"}, services.UsernameUnusable),
        ({"password": "12345"}, services.accounts.WeakPassword),
        ({"phone": "+86 139 0013 9000"}, services.PhoneTaken),
    ],
)
def test_a_refused_acceptance_leaves_the_link_open_and_no_traces(invited, change, refusal):
    make_user(username="taken")
    services.add_person("原机主", phone="13900139000", by=SYSTEM, at=now())
    with pytest.raises(refusal):
        services.accept_invitation(invited.token, **{**ACCOUNT, **change}, at=now())
    assert not Person.objects.filter(name="陈老师").exists()
    services.accept_invitation(invited.token, **ACCOUNT, at=now())


def test_somebody_with_an_account_takes_up_one_more_role(invited, unit):
    user = make_user(Role.TOWNSHIP)
    services.take_up_invitation(invited.token, by=user, at=now())
    assert rules.roles(user) == {Role.TOWNSHIP, Role.LEAD_UNIT}


def test_the_same_role_in_the_same_unit_is_not_taken_up_twice(invited, unit):
    user = make_user(Role.LEAD_UNIT, unit)
    with pytest.raises(services.AlreadyHasRole):
        services.take_up_invitation(invited.token, by=user, at=now())
    invited.invitation.refresh_from_db()
    assert invited.invitation.state == Invitation.State.OPEN


def test_the_page_of_a_link_shows_who_invites_and_opens_the_account(client, invited):
    address = f"/accounts/invitation/{invited.token}/"
    page = client.get(address).content.decode()
    assert "区科协王敏" in page
    assert "上虞区教育体育局" in page
    answer = client.post(address, {**ACCOUNT, "password_again": ACCOUNT["password"]})
    assert answer.headers["Location"] == "/accounts/login/"
    assert client.get(address).status_code == 404
    assert "无效或已过期" in client.get(address).content.decode()


def test_a_typing_error_on_the_page_keeps_what_was_typed_but_not_the_password(client, invited):
    address = f"/accounts/invitation/{invited.token}/"
    page = client.post(address, {**ACCOUNT, "password_again": "different"}).content.decode()
    assert "两次输入的密码不一样" in page
    assert 'value="chen"' in page
    assert ACCOUNT["password"] not in page


def test_unknown_used_and_expired_links_look_the_same(client, invited, office, unit):
    used = services.invite("乙", organisation=unit, role=Role.LEAD_UNIT, by=office, at=now())
    services.accept_invitation(used.token, username="yi", password=ACCOUNT["password"], at=now())

    def page(token):
        return client.get(f"/accounts/invitation/{token}/").content.decode().replace(token, "")

    pages = {page("unknown"), page(used.token)}
    with time_machine.travel(now() + timedelta(days=8)):
        pages.add(page(invited.token))
    assert len(pages) == 1
    assert "无效或已过期" in pages.pop()


def test_the_office_sees_the_link_once_and_can_withdraw_it(client, office, unit):
    client.force_login(office)
    form = {"name": "陈老师", "role": Role.LEAD_UNIT}
    page = client.post(f"/accounts/organisations/{unit.pk}/invite/", form).content.decode()
    assert "http://testserver/accounts/invitation/" in page
    detail = client.get(f"/accounts/organisations/{unit.pk}/").content.decode()
    assert "陈老师（牵头单位）" in detail
    assert "/accounts/invitation/" not in detail
    client.post(f"/accounts/invitations/{Invitation.objects.get().pk}/withdraw/")
    assert Invitation.objects.get().state == Invitation.State.WITHDRAWN


def test_an_invited_person_who_is_logged_in_accepts_with_one_button(client, invited, unit):
    user = make_user(name="李主任")
    client.force_login(user)
    assert "用这个账号接受" in client.get(f"/accounts/invitation/{invited.token}/").content.decode()
    client.post(f"/accounts/invitation/{invited.token}/take-up/")
    assert Membership.objects.get(user=user).organisation == unit


def test_an_auditor_takes_no_working_role_and_a_worker_no_audit():
    people = personas()
    office = people["district_office"]
    unit = people["lead_unit"].active_memberships[0].organisation
    with pytest.raises(services.RolesConflict):
        services.appoint(people["auditor"], role=Role.LEAD_UNIT, organisation=unit, by=office, at=now())
    with pytest.raises(services.RolesConflict):
        services.appoint(people["lead_unit"], role=Role.AUDITOR, organisation=unit, by=SYSTEM, at=now())


def test_an_ended_role_gives_no_right_from_that_moment(office, unit):
    user = make_user(Role.LEAD_UNIT, unit)
    services.end_membership(Membership.objects.get(user=user), by=office, at=now(), reason="调离")
    assert rules.roles(User.objects.get(pk=user.pk)) == set()
    with pytest.raises(WrongState):
        services.end_membership(Membership.objects.get(user=user), by=office, at=now(), reason="调离")


def test_the_last_person_of_the_office_stays_until_another_is_appointed(office):
    own = Membership.objects.get(user=office)
    with pytest.raises(services.LastOffice):
        services.end_membership(own, by=office, at=now(), reason="退休")
    with pytest.raises(WrongState):
        services.close_account(office, by=SYSTEM, at=now(), reason="退休")
    make_membership(make_user(), role=Role.DISTRICT_OFFICE, organisation=own.organisation)
    services.end_membership(own, by=office, at=now(), reason="退休")
    assert rules.roles(User.objects.get(pk=office.pk)) == set()


def test_a_temporary_password_is_handed_over_once_and_must_be_changed(client, office, unit):
    user = make_user(Role.LEAD_UNIT, unit)
    client.force_login(office)
    page = client.post(f"/accounts/people/{user.pk}/password/", {"reason": "忘记密码"}).content.decode()
    password = page.split("<code>")[1].split("</code>")[0]
    user.refresh_from_db()
    assert user.check_password(password)
    assert user.must_change_password
    assert password not in str(list(Entry.objects.values()))


def test_an_account_with_a_role_in_another_district_is_not_taken_over_by_a_password(office, unit):
    user = make_user(Role.LEAD_UNIT, unit)
    assert rules.can_restore_access(office, user)
    elsewhere = make_organisation(region=make_region("330602000000", name="越城区"))
    make_membership(user, role=Role.DISTRICT_OFFICE, organisation=elsewhere)
    with pytest.raises(NotAllowed):
        services.give_temporary_password(user, by=office, at=now(), reason="忘记密码")


def test_a_closed_account_can_be_reopened(office, unit):
    user = make_user(Role.LEAD_UNIT, unit)
    services.close_account(user, by=office, at=now(), reason="长期请假")
    assert User.objects.get(pk=user.pk).is_active is False
    services.reopen_account(user, by=office, at=now())
    assert User.objects.get(pk=user.pk).is_active is True
