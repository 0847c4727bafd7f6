"""The pages of units, people, the own account and the auditor."""

import csv
import io

import pytest
from allauth.mfa.models import Authenticator

from kepu.accounts import services
from kepu.accounts.models import CalendarToken, Organisation, Person, PersonalDataAccess, Role
from kepu.accounts.services import OrganisationDetails
from kepu.audit.models import Entry
from kepu.audit.services import SYSTEM, record
from kepu.core.clock import now
from tests.factories.accounts import (
    make_membership,
    make_organisation,
    make_person,
    make_region,
    make_user,
    personas,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return personas()


@pytest.fixture
def office(people):
    return people["district_office"]


def text(client, user, address, **query):
    client.force_login(user)
    response = client.get(address, query)
    return response.content.decode() if response.status_code == 200 else response.status_code


def test_the_list_of_units_finds_by_alias_and_filters_by_kind(client, office):
    make_organisation("上虞区气象局", aliases=["气象台"])
    assert "上虞区气象局" in text(client, office, "/accounts/organisations/", text="气象台")
    by_kind = text(client, office, "/accounts/organisations/", kind="school")
    assert ("上虞区实验小学" in by_kind, "上虞区气象局" in by_kind) == (True, False)
    assert "没有找到单位" in text(client, office, "/accounts/organisations/", text="不存在的单位")


def test_the_list_is_in_the_order_of_the_tree_also_from_ten_units_on(client, office):
    tops = [make_organisation(f"甲{number}局") for number in range(12)]
    make_organisation("甲子单位", parent=tops[0])
    page = text(client, office, "/accounts/organisations/", text="甲")
    order = [page.index(f">{name}<") for name in ("甲0局", "甲子单位", "甲1局", "甲2局", "甲11局")]
    assert order == sorted(order)


def test_a_resident_sees_only_the_own_unit_and_a_unit_elsewhere_is_not_found(client, people):
    elsewhere = make_organisation(region=make_region("330602000000", name="越城区"))
    page = text(client, people["resident"], "/accounts/organisations/")
    assert ("上虞区科学技术协会" in page, "上虞区教育体育局" in page) == (True, False)
    assert text(client, people["district_office"], f"/accounts/organisations/{elsewhere.pk}/") == 404


def test_people_of_a_unit_are_shown_to_colleagues_and_not_to_other_units(client, people):
    lead = people["lead_unit"].active_memberships[0].organisation
    address = f"/accounts/organisations/{lead.pk}/"
    assert "牵头单位" in text(client, people["lead_unit"], address)
    assert "牵头单位" not in text(client, people["partner_unit"], address)


def test_a_former_member_is_seen_by_the_unit_but_not_listed_as_its_people(client, people):
    lead = people["lead_unit"].active_memberships[0].organisation
    left = make_user(name="离任者")
    make_membership(left, role=Role.LEAD_UNIT, organisation=lead, ended_on=now().date())
    assert "离任者" not in text(client, people["lead_unit"], f"/accounts/organisations/{lead.pk}/")
    assert "离任者" in text(client, people["lead_unit"], f"/accounts/people/{left.pk}/")
    assert text(client, people["partner_unit"], f"/accounts/people/{left.pk}/") == 404


def test_the_office_creates_edits_moves_and_closes_a_unit_on_the_pages(client, office, people):
    client.force_login(office)
    lead = people["lead_unit"].active_memberships[0].organisation
    form = {
        "name": "上虞区气象局",
        "short_name": "区气象局",
        "kind": "department",
        "aliases": "气象局\n气象台",
    }
    client.post("/accounts/organisations/new/", form)
    made = Organisation.objects.get(name="上虞区气象局")
    assert (made.aliases, made.region_id) == (["气象局", "气象台"], "330604000000")
    client.post(f"/accounts/organisations/{made.pk}/edit/", {**form, "short_name": "气象"})
    client.post(f"/accounts/organisations/{made.pk}/move/", {"parent": lead.pk})
    made.refresh_from_db()
    assert (made.short_name, made.parent) == ("气象", lead)
    client.post(f"/accounts/organisations/{made.pk}/close/", {"reason": "机构改革"})
    made.refresh_from_db()
    assert made.is_active is False
    client.post(f"/accounts/organisations/{made.pk}/reopen/")
    made.refresh_from_db()
    assert made.is_active is True


def test_a_taken_name_is_said_beside_the_field_and_nothing_typed_is_lost(client, office):
    client.force_login(office)
    form = {"name": "上虞区教育体育局", "short_name": "我打的简称", "kind": "department", "aliases": ""}
    page = client.post("/accounts/organisations/new/", form).content.decode()
    assert "已有同名单位" in page
    assert "我打的简称" in page


def test_closing_a_unit_with_units_below_says_why_not(client, office, people):
    lead = people["lead_unit"].active_memberships[0].organisation
    client.force_login(office)
    page = client.post(f"/accounts/organisations/{lead.pk}/close/", {"reason": "试"}).content.decode()
    assert "使用中的下级单位" in page


def test_a_unit_cannot_open_the_pages_of_the_office(client, people):
    lead = people["lead_unit"]
    unit = lead.active_memberships[0].organisation
    shut = ["new/", f"{unit.pk}/edit/", f"{unit.pk}/move/", f"{unit.pk}/close/"]
    assert [text(client, lead, f"/accounts/organisations/{page}") for page in shut] == [403] * 4


def test_ending_a_role_takes_a_reason(client, office, people):
    membership = people["lead_unit"].active_memberships[0]
    client.force_login(office)
    client.post(f"/accounts/memberships/{membership.pk}/end/", {"reason": ""})
    membership.refresh_from_db()
    assert membership.ended_on is None
    client.post(f"/accounts/memberships/{membership.pk}/end/", {"reason": "调离"})
    assert Entry.objects.get(deed="end_membership").reason == "调离"


def test_a_phone_is_shown_after_a_purpose_and_the_auditor_reads_who_looked(client, office, people):
    lead = people["lead_unit"]
    lead.person = services.add_person(
        "陈老师", region=make_region(), phone="13800138000", by=office, at=now()
    )
    lead.save()
    address = f"/accounts/people/{lead.pk}/reveal/"
    assert "13800138000" not in text(client, office, address)
    refused = client.post(address, {"fields_wanted": ["phone"], "purpose": ""}).content.decode()
    assert "13800138000" not in refused
    assert not PersonalDataAccess.objects.exists()
    shown = client.post(address, {"fields_wanted": ["phone"], "purpose": "讲座联系"}).content.decode()
    assert "+8613800138000" in shown
    log = text(client, people["auditor"], "/accounts/audit/looks/")
    assert all(word in log for word in ("区纲要办", "陈老师", "手机号", "讲座联系"))
    assert text(client, people["partner_unit"], address) == 404


@pytest.mark.parametrize("page", ["", "export/", "looks/"])
def test_the_audit_pages_are_the_auditors_alone(client, people, page):
    answers = {
        role: client.get(f"/accounts/audit/{page}").status_code
        for role, user in people.items()
        if not client.force_login(user)
    }
    assert {role for role, status in answers.items() if status == 200} == {"auditor"}
    assert set(answers.values()) == {200, 403}


@pytest.fixture
def trail(office, people):
    record("invite", of=people["lead_unit"], by=office, at=now(), reason="第一条")
    record("end_membership", of=people["lead_unit"], by=people["lead_unit"], at=now(), reason="第二条")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, (True, True)),
        ({"actor": "区纲要办"}, (True, False)),
        ({"deed": "end_membership"}, (False, True)),
        ({"subject": "没有这个对象"}, (False, False)),
        ({"until": "2020-01-01"}, (False, False)),
        ({"since": "2020-01-01"}, (True, True)),
    ],
)
def test_the_audit_trail_is_searched_by_actor_deed_object_and_date(client, people, trail, query, expected):
    page = text(client, people["auditor"], "/accounts/audit/", **query)
    assert ("第一条" in page, "第二条" in page) == expected


def test_the_auditor_sees_the_system_and_the_own_district_only(client, people, trail):
    elsewhere = make_organisation(region=make_region("330602000000", name="越城区"))
    stranger = make_user(Role.DISTRICT_OFFICE, elsewhere)
    record("invite", of=elsewhere, by=stranger, at=now(), reason="外区的事")
    record("invite", of=elsewhere, by=SYSTEM, at=now(), reason="系统的事")
    page = text(client, people["auditor"], "/accounts/audit/")
    assert ("外区的事" in page, "系统的事" in page, "第一条" in page) == (False, True, True)


def test_deeds_of_somebody_whose_role_has_ended_stay_readable(client, people, trail):
    services.end_membership(people["lead_unit"].active_memberships[0], by=SYSTEM, at=now(), reason="调离")
    assert "第二条" in text(client, people["auditor"], "/accounts/audit/")


def test_a_wrong_date_in_the_search_is_said_and_does_not_break_the_page(client, people, trail):
    assert "第一条" in text(client, people["auditor"], "/accounts/audit/", since="昨天")


def test_the_export_holds_the_same_rows_disarms_formulas_and_is_itself_on_record(client, people, office):
    record("invite", of=people["lead_unit"], by=office, at=now(), reason='=HYPERLINK("http://evil")')
    client.force_login(people["auditor"])
    response = client.get("/accounts/audit/export/", {"deed": "invite"})
    rows = list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][7] == '\'=HYPERLINK("http://evil")'
    assert Entry.objects.get(deed="export_audit").actor_id == people["auditor"].pk


def test_my_account_shows_my_roles_and_changes_my_name(client, people):
    page = text(client, people["lead_unit"], "/accounts/")
    assert "上虞区教育体育局：牵头单位" in page
    client.post("/accounts/", {"name": "新名字"})
    assert "新名字" in client.get("/accounts/").content.decode()


def test_the_calendar_address_is_renewed_and_the_old_one_is_gone(client, people):
    client.force_login(people["lead_unit"])
    client.post("/accounts/calendar/renew/")
    first = CalendarToken.objects.get(user=people["lead_unit"]).token
    client.post("/accounts/calendar/renew/")
    assert CalendarToken.objects.get(user=people["lead_unit"]).token != first


def test_my_consents_are_shown_and_withdrawn_and_those_of_others_are_not_found(client, people):
    guardian = people["guardian"]
    guardian.person = make_person("家长")
    guardian.save()
    services.record_consent(
        guardian.person,
        purpose="photos",
        text_version="2",
        answer="given",
        channel="web",
        by=guardian,
        at=now(),
    )
    assert "photos" in text(client, guardian, "/accounts/consents/")
    client.post(f"/accounts/consents/{guardian.person_id}/photos/withdraw/")
    assert "撤回" in client.get("/accounts/consents/").content.decode()
    other = Person.objects.create(name="他人")
    assert client.post(f"/accounts/consents/{other.pk}/photos/withdraw/").status_code == 404


@pytest.mark.parametrize("units", [1, 300])
def test_the_list_of_units_costs_the_same_queries_at_1_and_300_units(
    client, office, units, django_assert_num_queries
):
    for _number in range(units):
        make_organisation()
    client.force_login(office)
    client.get("/accounts/organisations/")
    with django_assert_num_queries(5):  # session, account, roles, units with regions, unread messages
        client.get("/accounts/organisations/")


@pytest.mark.parametrize("members", [1, 300])
def test_the_page_of_a_unit_costs_the_same_queries_at_1_and_300_people(
    client, office, members, people, django_assert_num_queries
):
    lead = people["lead_unit"].active_memberships[0].organisation
    for _number in range(members):
        make_user(Role.LEAD_UNIT, lead)
    client.force_login(office)
    client.get(f"/accounts/organisations/{lead.pk}/")
    with django_assert_num_queries(8):
        client.get(f"/accounts/organisations/{lead.pk}/")


@pytest.mark.parametrize("number", [1, 60])
def test_the_audit_page_costs_the_same_queries_at_1_and_60_entries(
    client, people, office, number, django_assert_num_queries
):
    for _entry in range(number):
        record("invite", of=people["lead_unit"], by=office, at=now())
    client.force_login(people["auditor"])
    client.get("/accounts/audit/")
    with django_assert_num_queries(6):
        client.get("/accounts/audit/")


def test_a_unit_added_by_hand_is_recognised_in_a_paper_at_once(office):
    details = OrganisationDetails(name="上虞区气象局", short_name="区气象局", aliases=["气象台"])
    unit = services.create_organisation(details, region=make_region(), by=office, at=now())
    from kepu.accounts import queries  # noqa: PLC0415

    assert queries.find_organisation("区气象台", region=make_region()) == unit


def test_the_menu_shows_the_audit_trail_to_the_auditor_only(client, people):
    links = {role: "/accounts/audit/" in text(client, people[role], "/accounts/") for role in people}
    assert [role for role, shown in links.items() if shown] == ["auditor"]


def test_the_audit_page_shows_a_change_from_what_to_what(client, people):
    services.change_own_name(people["lead_unit"], name="新名字", at=now())
    assert "name: 牵头单位 → 新名字" in text(client, people["auditor"], "/accounts/audit/")


def test_a_lost_phone_is_put_right_by_the_office_with_a_reason(client, office, people):
    keeper = people["venue_keeper"]
    Authenticator.objects.create(user=keeper, type=Authenticator.Type.TOTP, data={"secret": "sealed"})
    assert "重设第二验证" in text(client, office, f"/accounts/people/{keeper.pk}/")
    client.post(f"/accounts/people/{keeper.pk}/second-factor/", {"reason": ""})
    assert Authenticator.objects.filter(user=keeper).exists()
    client.post(f"/accounts/people/{keeper.pk}/second-factor/", {"reason": "手机丢失"})
    assert not Authenticator.objects.filter(user=keeper).exists()
    assert Entry.objects.get(deed="remove_second_factor").reason == "手机丢失"


def test_who_has_no_second_factor_has_none_to_reset(client, office, people):
    client.force_login(office)
    client.post(f"/accounts/people/{people['venue_keeper'].pk}/second-factor/", {"reason": "手机丢失"})
    assert not Entry.objects.filter(deed="remove_second_factor").exists()


def test_the_office_closes_and_reopens_an_account_on_its_page(client, office, people):
    keeper = people["venue_keeper"]
    client.force_login(office)
    client.post(f"/accounts/people/{keeper.pk}/close/", {"reason": "离职"})
    assert "现在不能登录" in client.get(f"/accounts/people/{keeper.pk}/").content.decode()
    client.post(f"/accounts/people/{keeper.pk}/reopen/")
    keeper.refresh_from_db()
    assert keeper.is_active is True
    assert [entry.deed for entry in Entry.objects.order_by("pk")] == ["close_account", "reopen_account"]


def test_a_unit_cannot_restore_or_close_the_account_of_a_colleague(client, people):
    lead = people["lead_unit"]
    colleague = make_user(Role.LEAD_UNIT, lead.active_memberships[0].organisation)
    pages = ["password/", "second-factor/", "close/", "reveal/"]
    assert [text(client, lead, f"/accounts/people/{colleague.pk}/{page}") for page in pages] == [403] * 4
    assert client.post(f"/accounts/people/{colleague.pk}/reopen/").status_code == 403
