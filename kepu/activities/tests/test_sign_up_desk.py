"""Sign-ups at the desk: the list, one sign-up, the counter, lists of names, what leaves the sealed part."""

import re
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
import time_machine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kepu.accounts.models import Role
from kepu.accounts.services import PurposeMissing
from kepu.activities.models import ConsentOf, PhoneCheckWaiver, Registration
from kepu.activities.services import changing, phone_check
from kepu.activities.services.changing import ReasonMissing
from kepu.activities.services.participants import Who
from kepu.activities.services.registering import Agreed
from kepu.activities.services.sign_up_exports import export_sign_ups, show_phone
from kepu.activities.tests.sign_ups import make_open, signed_up
from kepu.audit.models import Entry
from kepu.core.errors import NotAllowed, WrongState
from tests.factories.accounts import personas
from tests.factories.activities import AT, make_pool, make_session

pytestmark = pytest.mark.django_db
EVERYBODY = [*Role.values, "nobody"]


@pytest.fixture(autouse=True)
def _at_that_time():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def people():
    return personas()


@pytest.fixture
def activity(people):
    return make_open(seats=5, organiser=people[Role.LEAD_UNIT].active_memberships[0].organisation)


@pytest.fixture
def lead(client, people):
    client.force_login(people[Role.LEAD_UNIT])
    return people[Role.LEAD_UNIT]


def page(name, activity):
    return reverse(f"activities:{name}", args=[activity.slug])


def names_on(response):
    return {one.participants.all()[0].name for one in response.context["page"].object_list}


def elder(name, **known):
    return Who(name=name, audience="elders", birth_year=1950, **known)


@pytest.mark.usefixtures("lead")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"王秀英", "李阿公"}),
        ({"q": "王"}, {"王秀英"}),
        ({"q": "wxy"}, {"王秀英"}),
        ({"q": "liagong"}, {"李阿公"}),
        ({"q": "138 0000 0002"}, {"李阿公"}),
        ({"q": "nobody"}, set()),
        ({"state": "seated"}, {"王秀英"}),
        ({"state": "waiting"}, {"李阿公"}),
    ],
)
def test_the_list_is_searched_and_filtered(client, people, asked, found):
    activity = make_open(seats=1, organiser=people[Role.LEAD_UNIT].active_memberships[0].organisation)
    signed_up(activity, elder("王秀英", phone="13800000001"), phone="13800000001")
    signed_up(activity, elder("李阿公", phone="13800000002"), phone="13800000002")
    assert names_on(client.get(page("sign_ups", activity), asked)) == found


@pytest.mark.usefixtures("lead")
def test_the_list_costs_the_same_for_one_sign_up_and_many(client, activity, django_assert_num_queries):
    signed_up(activity)
    client.get(page("sign_ups", activity))
    with django_assert_num_queries(COST := 10):
        client.get(page("sign_ups", activity))
    for _more in range(4):
        signed_up(activity)
    with django_assert_num_queries(COST):
        client.get(page("sign_ups", activity))


@pytest.mark.usefixtures("lead")
def test_no_phone_stands_on_the_list_or_on_a_sign_up(client, activity):
    done = signed_up(activity, elder("王秀英", phone="13812345678"), phone="13812345678")
    listed = client.get(page("sign_ups", activity)).content.decode()
    shown = client.get(reverse("activities:sign_up_desk", args=[done.registration.number])).content.decode()
    assert "13812345678" not in listed + shown
    assert "138****5678" in shown


def test_a_phone_is_shown_for_a_purpose_that_is_kept(client, activity, lead):
    done = signed_up(activity, phone="13812345678")
    address = reverse("activities:sign_up_phone", args=[done.registration.number])
    assert "+8613812345678" not in client.post(address, {"purpose": ""}).content.decode()
    assert "+8613812345678" in client.post(address, {"purpose": "通知改期"}).content.decode()
    assert Entry.objects.get(deed="show_sign_up_phone").reason == "通知改期"
    with pytest.raises(PurposeMissing):
        show_phone(done.registration, purpose=" ", by=lead, at=AT)


@pytest.mark.parametrize("role", EVERYBODY)
def test_who_takes_the_list_out_sees_a_phone_and_sees_the_pages(client, people, activity, role):
    signed_up(activity, phone="13812345678")
    registration = Registration.objects.get()
    may_manage = role in (Role.DISTRICT_OFFICE, Role.LEAD_UNIT)
    works_here = role not in (Role.EXPERT, Role.RESIDENT, Role.GUARDIAN, Role.AUDITOR, "nobody")
    client.force_login(people[role])
    seen = {
        "list": client.get(page("sign_ups", activity)).status_code == 200,
        "counter": client.get(page("sign_up_others", activity)).status_code == 200,
        "export": client.get(page("sign_up_export", activity)).status_code == 200,
        "seats": client.get(page("seats", activity)).status_code == 200,
        "one": client.get(reverse("activities:sign_up_desk", args=[registration.number])).status_code == 200,
    }
    assert seen == {
        "list": works_here,
        "counter": works_here,
        "export": may_manage,
        "seats": may_manage,
        "one": may_manage,
    }
    for deed in (show_phone, export_sign_ups):
        thing = registration if deed is show_phone else activity
        if may_manage:
            assert deed(thing, purpose="核对", by=people[role], at=AT)
        else:
            with pytest.raises(NotAllowed):
                deed(thing, purpose="核对", by=people[role], at=AT)


def test_a_clerk_of_another_unit_sees_only_whom_the_unit_signed_up(client, people, activity):
    clerk = people[Role.TOWNSHIP]
    signed_up(activity, elder("别人"))
    proxy = Agreed(ConsentOf.PROXY, name=clerk.name, channel="desk")
    unit = clerk.active_memberships[0].organisation
    own = signed_up(activity, elder("自己登记的"), phone="", by=clerk, agreed=proxy, organisation=unit)
    client.force_login(clerk)
    assert names_on(client.get(page("sign_ups", activity))) == {"自己登记的"}
    assert client.get(reverse("activities:sign_up_desk", args=[own.registration.number])).status_code == 200


def test_the_exported_list_is_complete_and_says_in_the_trail_how_many(activity, lead):
    signed_up(activity, elder("=1+1", phone="13812345678"), phone="13812345678")
    content = export_sign_ups(activity, purpose="现场核对", by=lead, at=AT)
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    row = dict(zip((cell.value for cell in sheet[1]), (cell.value for cell in sheet[2]), strict=True))
    assert (row["姓名"], row["联系电话"], row["出生年"]) == ("=1+1", "+8613812345678", 1950)
    assert sheet["E2"].data_type == "s"
    entry = Entry.objects.get(deed="export_sign_ups")
    assert (entry.reason, entry.changes["people"]) == ("现场核对", 1)
    assert "13812345678" not in str(entry.changes)


@pytest.mark.usefixtures("lead")
def test_somebody_at_the_counter_needs_no_phone(client, activity):
    html = client.get(page("sign_up_others", activity)).content.decode()
    hidden = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)[1] for name in ("key", "people", "pool")
    }
    written = {"name_0": "王阿婆", "birth_year_0": "1940", "phone": "", "town": "", "guardian_name": ""}
    refused = client.post(page("sign_up_others", activity), hidden | written)
    assert set(refused.context["form"].errors) == {"consent"}
    client.post(page("sign_up_others", activity), hidden | written | {"consent": "on"})
    found = Registration.objects.get()
    assert (found.contact_name, found.participants.get().consents.get().given_by) == ("王阿婆", "proxy")


def list_form(activity, **changed):
    usual = {
        "key": "k",
        "party": "village_list",
        "party_name": "桃园村",
        "pool": str(activity.pools.get(session=None).pk),
        "town": "",
        "contact_name": "李主任",
        "contact_phone": "",
        "text": "",
        "consent": "on",
    }
    return usual | changed


def bad_lines(response):
    return [row.line for row in response.context["done"].bad]


@pytest.mark.usefixtures("lead")
def test_good_rows_of_a_list_are_kept_and_bad_ones_come_back_with_line_and_reason(client, activity):
    text = "王秀英 1950 13800000001\n李阿公 9999\n\n张阿婆 1948\n王秀英 1950 13800000001\n小明 2019"
    response = client.post(page("sign_up_list", activity), list_form(activity, text=text))
    assert bad_lines(response) == [2, 5, 6]
    assert all(row.reason for row in response.context["done"].bad)
    assert {one.contact_name for one in Registration.objects.all()} == {"王秀英", "张阿婆"}


@pytest.mark.usefixtures("lead")
def test_the_same_list_sent_twice_signs_nobody_up_twice(client, activity):
    form = list_form(activity, text="王秀英 1950 13800000001\n张阿婆 1948 13800000002")
    client.post(page("sign_up_list", activity), form)
    again = client.post(page("sign_up_list", activity), form).context["done"]
    assert (again.seated, again.repeated, Registration.objects.count()) == (0, 2, 2)


@pytest.mark.usefixtures("lead")
def test_the_last_of_a_village_list_wait(client, people):
    activity = make_open(
        seats=1, waiting=1, organiser=people[Role.LEAD_UNIT].active_memberships[0].organisation
    )
    text = "甲阿公 1950\n乙阿公 1951\n丙阿公 1952"
    done = client.post(page("sign_up_list", activity), list_form(activity, text=text)).context["done"]
    assert (done.seated, done.waiting, [row.line for row in done.bad]) == (1, 1, [3])


@pytest.mark.usefixtures("lead")
def test_a_class_comes_together_with_the_slips_of_its_guardians(client, activity):
    form = list_form(
        activity,
        party="school_class",
        party_name="三年级二班",
        text="王小明 2017 监护人:王建国\n李小红 2017 监护人:李强",
        contact_phone="13800000009",
    )
    refused = client.post(page("sign_up_list", activity), form)
    assert "监护人" in str(refused.context["form"].errors)
    client.post(page("sign_up_list", activity), form | {"guardians_agreed": "on"})
    found = Registration.objects.get()
    consents = {
        (one.name, one.given_by) for person in found.participants.all() for one in person.consents.all()
    }
    assert (found.seats, found.party_name) == (2, "三年级二班")
    assert consents == {("王建国", "guardian"), ("李强", "guardian")}


@pytest.mark.usefixtures("lead")
def test_a_spreadsheet_is_read_by_its_heading(client, activity):
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for number, row in enumerate(
        [("出生年", "姓名", "手机号"), (1950, "王秀英", 13800000001), ("", "", "123")]
    ):
        sheet.write_row(number, 0, row)
    book.close()
    upload = SimpleUploadedFile("名单.xlsx", file.getvalue())
    response = client.post(page("sign_up_list", activity), list_form(activity, spreadsheet=upload))
    assert bad_lines(response) == [3]
    assert Registration.objects.get().contact_phone == "+8613800000001"


@pytest.mark.usefixtures("lead")
def test_the_template_has_the_headings_that_are_read(client, activity):
    content = client.get(page("sign_up_template", activity)).content
    heading = [cell.value for cell in openpyxl.load_workbook(BytesIO(content)).worksheets[0][1]]
    assert heading == ["姓名", "手机号", "出生年", "性别", "监护人"]


@pytest.mark.usefixtures("lead")
def test_more_seats_call_who_waits(client, people):
    activity = make_open(seats=1, organiser=people[Role.LEAD_UNIT].active_memberships[0].organisation)
    for _somebody in range(2):
        signed_up(activity)
    pool = activity.pools.get()
    client.post(page("seats", activity), {"pool": str(pool.pk), "capacity": "2", "waiting_capacity": "5"})
    assert sorted(Registration.objects.values_list("state", flat=True)) == ["offered", "seated"]


@pytest.mark.usefixtures("lead")
def test_staff_move_and_cancel_by_page_with_a_reason(client, activity):
    done = signed_up(activity)
    other = make_pool(activity, session=make_session(activity, starts_at=AT + timedelta(days=7)))
    number = done.registration.number
    client.post(
        reverse("activities:sign_up_move", args=[number]), {"pool": str(other.pk), "reason": "教室小"}
    )
    done.registration.refresh_from_db()
    assert done.registration.pool == other
    client.post(reverse("activities:sign_up_cancel", args=[number]), {"reason": ""})
    done.registration.refresh_from_db()
    assert done.registration.state == "seated"
    client.post(reverse("activities:sign_up_cancel", args=[number]), {"reason": "停电"})
    done.registration.refresh_from_db()
    assert (done.registration.state, done.registration.state_reason) == ("cancelled", "停电")


@pytest.mark.parametrize("role", EVERYBODY)
def test_only_the_office_decides_that_phones_are_not_checked(client, people, role):
    office = people[Role.DISTRICT_OFFICE].active_memberships[0].organisation
    client.force_login(people[role])
    status = client.get(reverse("activities:phone_check")).status_code
    if role == Role.DISTRICT_OFFICE:
        phone_check.waive_phone_check(office, reason="短信在申请", by=people[role], at=AT)
        assert (status, PhoneCheckWaiver.objects.get().office) == (200, office)
    else:
        with pytest.raises(NotAllowed):
            phone_check.waive_phone_check(office, reason="短信在申请", by=people[role], at=AT)
        assert status == 403


def test_the_office_takes_its_decision_back_once(client, people):
    office = people[Role.DISTRICT_OFFICE]
    client.force_login(office)
    client.post(reverse("activities:phone_check"), {"reason": "短信在申请"})
    client.post(reverse("activities:phone_check"), {"check_again": "1"})
    assert not PhoneCheckWaiver.objects.exists()
    with pytest.raises(WrongState):
        phone_check.check_phones_again(office.active_memberships[0].organisation, by=office, at=AT)


def test_a_sign_up_cannot_be_opened_by_its_number_alone(client, people, activity):
    done = signed_up(activity)
    address = reverse("activities:sign_up_desk", args=[done.registration.number])
    for role in (Role.RESIDENT, Role.EXPERT, Role.PARTNER_UNIT):
        client.force_login(people[role])
        assert client.get(address).status_code == 404


@pytest.mark.usefixtures("lead")
@pytest.mark.parametrize(
    ("party", "text", "lines"),
    [
        ("school_class", "123\n456", [1, 2]),
        ("school_class", "\n".join(f"同学{number} 2000" for number in "甲乙丙丁戊己庚辛壬癸" * 7), None),
        ("village_list", "   ", None),
    ],
    ids=["nothing but bad rows", "more than one class", "nothing at all"],
)
def test_a_list_of_which_nothing_can_be_kept_signs_nobody_up(client, activity, party, text, lines):
    response = client.post(page("sign_up_list", activity), list_form(activity, party=party, text=text))
    if lines is None:
        assert "text" in response.context["form"].errors
    else:
        assert bad_lines(response) == lines
    assert not Registration.objects.exists()


def test_a_decision_not_to_check_phones_needs_a_reason(people):
    office = people[Role.DISTRICT_OFFICE]
    unit = office.active_memberships[0].organisation
    with pytest.raises(ReasonMissing):
        phone_check.waive_phone_check(unit, reason=" ", by=office, at=AT)


@pytest.mark.usefixtures("lead")
def test_somebody_on_the_phone_confirms_through_staff(client, people):
    activity = make_open(seats=1, organiser=people[Role.LEAD_UNIT].active_memberships[0].organisation)
    first, second = signed_up(activity), signed_up(activity)
    changing.cancel(first.registration, at=AT)
    client.post(reverse("activities:sign_up_accept", args=[second.registration.number]))
    second.registration.refresh_from_db()
    assert second.registration.state == "seated"
    assert Entry.objects.get(deed="accept_offer").actor_id == people[Role.LEAD_UNIT].pk
