"""The pages of a session at the desk: lists, sheets, head counts, overrides, and one sign-in with its evidence."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from kepu.accounts.models import Role
from kepu.activities.models import Attendance, CheckInWay
from kepu.activities.services import check_in as services
from kepu.core.vocabulary import Audience
from tests.factories.accounts import make_organisation, make_user
from tests.factories.activities import make_activity
from tests.factories.check_in import during, key, make_attendance, photo, signed_up, spreadsheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return make_organisation()


@pytest.fixture
def staff(unit):
    return make_user(Role.LEAD_UNIT, unit)


@pytest.fixture
def session(unit, time_machine):
    session = make_activity(organiser=unit).sessions.get()
    time_machine.move_to(during(session), tick=False)
    return session


@pytest.fixture
def desk(client, staff, session):
    client.force_login(staff)
    return client


def address(name, session, *more):
    return reverse(f"activities:{name}", args=[session.pk, *more])


def sheet_with_photo(session, staff):
    rows = services.typed_rows("陈阿婆 1948", audience=Audience.ELDERS, on=during(session).date())
    at = {"by": staff, "at": during(session)}
    return services.enter_sheet(session, rows=rows, photo=photo(), way=CheckInWay.SHEET, key=key(), **at)


def test_the_list_says_who_came_who_is_missing_and_what_failed(desk, session, staff):
    make_attendance(session, by=staff, participant=signed_up(session, name="王秀英").participant)
    signed_up(session, name="李桂兰")
    services.scan(
        session,
        seen=services.Scan(key=key(), code="0" * 16, came_at=during(session)),
        by=staff,
        at=during(session),
    )
    page = desk.get(address("attendance_list", session))
    standing = page.context["standing"]
    assert (standing.present, standing.expected, standing.walk_ins, standing.failed) == (1, 2, 0, 1)
    assert [one.participant.name for one in page.context["page"]] == ["王秀英"]
    assert [one.name for one in page.context["missing"]] == ["李桂兰"]
    assert [str(one["words"]) for one in page.context["failed"]] == ["不认识这个码，请按姓名查找或现场登记"]


@pytest.mark.parametrize("size", [1, 12])
def test_the_cost_of_the_list_does_not_grow_with_it(
    desk, session, staff, size, django_assert_max_num_queries
):
    for number in range(size):
        make_attendance(session, by=staff, participant=signed_up(session, name=f"王{number}").participant)
        signed_up(session, name=f"李{number}")
    desk.get(address("attendance_list", session))
    with django_assert_max_num_queries(15):
        desk.get(address("attendance_list", session))


def test_the_page_without_a_script_checks_in_by_code_and_by_name(desk, session):
    by_code, by_name = signed_up(session, name="王秀英"), signed_up(session, name="李桂兰")
    desk.post(address("check_in", session), {"key": key(), "code": by_code.code})
    desk.post(address("check_in", session), {"key": key(), "person": by_name.participant.pk})
    assert set(Attendance.objects.values_list("participant__name", flat=True)) == {"王秀英", "李桂兰"}


def test_a_walk_in_form_that_is_wrong_keeps_what_was_typed(desk, session):
    page = desk.post(
        address("walk_in", session),
        {"key": key(), "name": "小明", "birth_year": "2018", "audience": "youth", "phone": "", "sex": ""},
    )
    assert page.context["form"].errors["guardian_name"]
    assert page.context["form"]["name"].value() == "小明"
    assert Attendance.objects.count() == 0


def test_a_sheet_with_bad_rows_keeps_the_good_and_gives_the_bad_back(desk, session):
    page = desk.post(
        address("sign_in_sheet", session), {"key": key(), "text": "陈阿婆 1948\n周大爷 12345678"}
    )
    outcome = page.context["outcome"]
    assert (outcome.walk_ins, [one.line for one in outcome.bad]) == (["陈阿婆"], [2])
    assert page.context["form"]["text"].value() == "周大爷 12345678"


def test_a_spreadsheet_counts_as_imported_and_as_paper_only_with_a_photo(desk, session):
    desk.post(
        address("sign_in_sheet", session),
        {"key": key(), "spreadsheet": spreadsheet(("陈阿婆", "", 1948, "女"))},
    )
    desk.post(
        address("sign_in_sheet", session),
        {"key": key(), "spreadsheet": spreadsheet(("周大爷", "", "", "")), "photo": photo()},
    )
    said = Attendance.objects.order_by("pk").values_list("participant__name", "way", "evidence")
    assert list(said) == [("陈阿婆", "imported", "imported"), ("周大爷", "imported", "paper_sheet")]


def test_the_template_can_be_filled_in_and_sent_back(desk, session):
    answer = desk.get(address("sign_in_template", session))
    book = load_workbook(io.BytesIO(answer.content))
    assert [cell.value for cell in book.worksheets[0][2]] == ["姓名", "手机号", "出生年", "性别", "签名"]
    book.worksheets[0].append(["陈阿婆", "13800138000", 1948, "女"])
    out = io.BytesIO()
    book.save(out)
    out.name = "名单.xlsx"
    out.seek(0)
    page = desk.post(address("sign_in_sheet", session), {"key": key(), "spreadsheet": out})
    assert page.context["outcome"].walk_ins == ["陈阿婆"]


def test_heads_are_counted_on_the_page(desk, session):
    desk.post(address("head_count", session), {"key": key(), "number": "120", "photo": photo()})
    assert list(Attendance.objects.values_list("quantity", "evidence")) == [(120, "head_count")]


def test_one_sign_in_shows_its_evidence_and_is_reversed_with_a_reason(desk, session, staff):
    sheet_with_photo(session, staff)
    attendance = Attendance.objects.get()
    own = reverse("activities:attendance", args=[attendance.pk])
    shown = desk.get(own).content.decode()
    assert reverse("activities:sheet_photo", args=[attendance.sheet_id]) in shown
    assert "请写明" not in shown
    desk.post(own, {"reason": ""})
    attendance.refresh_from_db()
    assert attendance.reversed_at is None
    desk.post(own, {"reason": "重复录入"})
    attendance.refresh_from_db()
    assert attendance.reversal_reason == "重复录入"
    assert "重复录入" in desk.get(own).content.decode()


def test_the_photo_is_given_to_who_may_see_the_people_and_to_nobody_else(client, session, staff):
    sheet = sheet_with_photo(session, staff).sheet
    own = reverse("activities:sheet_photo", args=[sheet.pk])
    client.force_login(staff)
    answer = client.get(own)
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8\xff")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    client.force_login(make_user(Role.LEAD_UNIT))
    assert client.get(own).status_code == 404


def test_an_override_on_the_page_is_for_who_runs_the_activity(client, session, staff):
    waiting = signed_up(session, state="waiting").participant
    own = address("admit", session, waiting.pk)
    helper = make_user(name="小李")
    session.staff.create(role="helper", name="小李", user=helper)
    client.force_login(helper)
    assert client.post(own, {"key": key(), "reason": "x"}).status_code == 403
    client.force_login(staff)
    client.post(own, {"key": key(), "reason": "空出一个位子"})
    assert Attendance.objects.get().reason == "空出一个位子"


def test_only_the_page_of_the_scanner_lets_its_reader_start_a_worker_from_a_blob(desk, session):
    scanner = desk.get(address("check_in", session)).headers["Content-Security-Policy"]
    other = desk.get(address("attendance_list", session)).headers["Content-Security-Policy"]
    assert ("worker-src 'self' blob:" in scanner, "blob:" in other) == (True, False)


def test_the_worker_serves_its_own_page_and_files_and_nothing_else(desk, session):
    answer = desk.get(address("check_in_worker", session))
    script = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert f'"page": "{address("check_in", session)}"' in script
    assert "vendor/qr-scanner/qr-scanner-worker.min.js" in script
