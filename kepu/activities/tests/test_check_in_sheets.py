"""Paper sheets: typed and from a spreadsheet; good rows kept, bad ones named; photos without what a camera adds."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate
from PIL import Image

from kepu.accounts.models import Role, Sex
from kepu.activities.models import (
    Attendance,
    CheckInWay,
    Participant,
    RegistrationState,
    SignInSheet,
)
from kepu.activities.services import check_in as services
from kepu.activities.services.check_in import Scan
from kepu.core.vocabulary import Audience
from tests.factories.accounts import make_organisation, make_user
from tests.factories.activities import make_activity
from tests.factories.check_in import during, key, photo, signed_up, spreadsheet

pytestmark = pytest.mark.django_db
AUDIENCE = Audience.ELDERS


@pytest.fixture
def unit():
    return make_organisation()


@pytest.fixture
def staff(unit):
    return make_user(Role.LEAD_UNIT, unit)


@pytest.fixture
def session(unit):
    return make_activity(organiser=unit).sessions.get()


def typed(text, session):
    return services.typed_rows(text, audience=AUDIENCE, on=localdate(session.starts_at))


def read(upload, session):
    return services.spreadsheet_rows(upload, audience=AUDIENCE, on=localdate(session.starts_at))


def enter(session, *, rows, by, picture=None, the_key="", at=None):
    return services.enter_sheet(
        session,
        rows=rows,
        photo=picture,
        way=CheckInWay.SHEET,
        key=the_key or key(),
        by=by,
        at=at or session.ends_at + timedelta(days=3),
    )


def stored_files():
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_typed_sheet_finds_who_signed_up_and_writes_the_others_down(session, staff):
    signed_up(session, name="王秀英", phone="13800138000")
    signed_up(session, name="李桂兰")
    done = enter(
        session,
        rows=typed("王秀英 13800138000\n\n李桂兰\n陈阿婆，1948，女", session),
        by=staff,
        picture=photo(),
    )
    assert (done.signed_up, done.walk_ins, done.already_in, done.bad) == (
        ["王秀英", "李桂兰"],
        ["陈阿婆"],
        [],
        [],
    )
    walk_in = Participant.objects.get(is_walk_in=True)
    assert (walk_in.name, walk_in.birth_year, walk_in.sex) == ("陈阿婆", 1948, Sex.FEMALE)
    assert Attendance.objects.filter(sheet=done.sheet, way=CheckInWay.SHEET).count() == 3


def test_a_sheet_is_entered_days_later_and_counts_on_the_day(session, staff):
    enter(session, rows=typed("陈阿婆", session), by=staff)
    attendance = Attendance.objects.get()
    assert attendance.checked_in_at == session.starts_at


def test_with_a_photo_it_is_paper_and_without_one_a_list_to_be_verified(session, staff):
    enter(session, rows=typed("陈阿婆", session), by=staff, picture=photo())
    enter(session, rows=typed("周大爷", session), by=staff)
    evidence = Attendance.objects.order_by("pk").values_list("participant__name", "evidence")
    assert list(evidence) == [("陈阿婆", "paper_sheet"), ("周大爷", "imported")]


def test_the_same_sheet_entered_again_counts_nobody_twice(session, staff):
    rows = typed("王秀英\n王秀英\n陈阿婆 1948", session)
    first = enter(session, rows=rows, by=staff)
    again = enter(session, rows=rows, by=staff)
    assert (len(first.walk_ins), again.already_in) == (3, ["王秀英", "王秀英", "陈阿婆"])
    assert Attendance.objects.count() == 3


def test_the_same_form_sent_twice_counts_nobody_twice(session, staff):
    the_key, rows = key(), typed("王秀英\n陈阿婆", session)
    enter(session, rows=rows, by=staff, the_key=the_key)
    again = enter(session, rows=rows, by=staff, the_key=the_key)
    assert (again.walk_ins, again.already_in) == ([], ["王秀英", "陈阿婆"])


def test_somebody_scanned_at_the_door_who_also_signed_is_one_attendance(session, staff):
    added = signed_up(session, name="王秀英")
    services.scan(
        session, seen=Scan(key=key(), code=added.code, came_at=during(session)), by=staff, at=during(session)
    )
    done = enter(session, rows=typed("王 秀英", session), by=staff)
    assert (done.already_in, Attendance.objects.count()) == (["王秀英"], 1)


def test_two_of_one_name_are_told_apart_by_phone_and_by_year(session, staff):
    first = signed_up(session, name="王秀英", phone="13800138000", birth_year=1950).participant
    second = signed_up(session, name="王秀英", phone="13900139000", birth_year=1960).participant
    enter(session, rows=typed("王秀英 13900139000", session), by=staff)
    assert Attendance.objects.get().participant == second
    enter(session, rows=typed("王秀英 1950", session), by=staff)
    assert Attendance.objects.filter(participant=first).exists()


def test_a_year_that_contradicts_is_somebody_else(session, staff):
    signed_up(session, name="王秀英", birth_year=1950)
    done = enter(session, rows=typed("王秀英 1971", session), by=staff)
    assert done.walk_ins == ["王秀英"]


@pytest.mark.parametrize("state", [RegistrationState.WAITING, RegistrationState.CANCELLED])
def test_who_signed_on_paper_was_there_seat_or_not(session, staff, state):
    signed_up(session, name="王秀英", state=state)
    done = enter(session, rows=typed("王秀英", session), by=staff)
    assert done.signed_up == ["王秀英"]


def test_bad_rows_come_back_with_line_and_reason_and_the_good_ones_stay(session, staff):
    rows = typed("王秀英 1380013\n陈阿婆\n1948\n李四 2999\n张三 13800138000", session)
    done = enter(session, rows=rows, by=staff)
    assert done.walk_ins == ["陈阿婆", "张三"]
    assert [(one.line, one.reason) for one in done.bad] == [
        (1, "手机号不是 11 位；不知道就留空"),
        (3, "没有姓名，或姓名不像姓名"),
        (4, "出生年要写成四位数，例如 1952"),
    ]


def test_a_name_of_several_words_and_one_with_a_dot_are_names(session):
    rows = typed("阿依古丽·买买提 13800138000\nAnna Li 1960", session)
    assert [one.who.name for one in rows.good] == ["阿依古丽·买买提", "Anna Li"]


def test_a_spreadsheet_is_read_by_its_headings_wherever_they_stand(session):
    upload = spreadsheet(
        ("1", 13800138000, "王秀英", 1952.0),
        ("2", "", "", ""),
        ("", "", "", ""),
        ("3", "", "李桂兰", "不详"),
        headings=("序号", "联系电话", "姓 名", "出生年份（四位）"),
        title="9 月 1 日签到表",
    )
    rows = read(upload, session)
    assert [(one.line, one.who.name, one.who.phone, one.who.birth_year) for one in rows.good] == [
        (3, "王秀英", "13800138000", 1952)
    ]
    assert [(one.line, one.reason) for one in rows.bad] == [
        (4, "没有姓名，或姓名不像姓名"),
        (6, "出生年要写成四位数，例如 1952"),
    ]


def test_a_spreadsheet_without_names_is_refused(session):
    with pytest.raises(services.SheetRefused):
        read(spreadsheet(("王秀英",), headings=("谁",)), session)


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b" " * (51 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 no package", b"name,phone\n", bomb()], ids=["empty", "torn", "text", "bomb"]
)
def test_a_file_that_is_no_spreadsheet_is_refused(session, content):
    with pytest.raises(services.SheetRefused):
        read(SimpleUploadedFile("a.xlsx", content), session)


def test_a_sheet_has_five_hundred_rows_at_most(session):
    with pytest.raises(services.SheetRefused):
        typed("王秀英\n" * 501, session)


def test_an_empty_sheet_is_refused(session, staff):
    with pytest.raises(services.SheetRefused):
        enter(session, rows=typed("\n\n", session), by=staff)


def test_a_sheet_of_a_session_that_is_still_to_come_is_refused_whole(session, staff):
    with pytest.raises(services.SheetRefused):
        enter(
            session, rows=typed("陈阿婆", session), by=staff, picture=photo(),
            at=session.starts_at - timedelta(days=1),
        )  # fmt: skip
    assert (Participant.objects.count(), SignInSheet.objects.count(), stored_files()) == (0, 0, [])


def test_a_kept_photo_says_nothing_of_place_and_camera(session, staff):
    upload = photo(exif=True)
    assert b"Camera of Wang" in upload.read()
    done = enter(session, rows=typed("陈阿婆", session), by=staff, picture=upload)
    with done.sheet.photo.open("rb") as kept:
        content = kept.read()
    assert b"Camera of Wang" not in content
    assert dict(Image.open(io.BytesIO(content)).getexif()) == {}


def test_a_photo_that_was_taken_sideways_is_kept_upright(session, staff):
    picture, out, tags = Image.new("RGB", (60, 40), "white"), io.BytesIO(), Image.Exif()
    tags[0x0112] = 6
    picture.save(out, "JPEG", exif=tags)
    done = enter(
        session, rows=typed("陈阿婆", session), by=staff, picture=SimpleUploadedFile("a.jpg", out.getvalue())
    )
    with done.sheet.photo.open("rb") as kept:
        assert Image.open(kept).size == (40, 60)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b"<html>"),
        ("a.jpg", b"\xff\xd8\xff torn"),
        ("a.svg", b"<svg/>"),
        ("a.html", b"\xff\xd8\xff"),
        ("a.jpg", b""),
        ("a.xlsx", b"PK\x03\x04"),
    ],
)
def test_what_is_no_photo_is_refused_and_nothing_is_entered(session, staff, name, content):
    with pytest.raises(services.PhotoRefused):
        enter(session, rows=typed("陈阿婆", session), by=staff, picture=SimpleUploadedFile(name, content))
    assert (Attendance.objects.count(), stored_files()) == (0, [])


def test_a_photo_that_would_fill_the_memory_is_refused(session, staff, monkeypatch):
    monkeypatch.setattr("kepu.core.photos.MOST_PIXELS", 1000)
    with pytest.raises(services.PhotoRefused):
        enter(session, rows=typed("陈阿婆", session), by=staff, picture=photo(size=(60, 40)))


def test_a_scan_as_pdf_is_kept_as_it_is(session, staff):
    scanned = SimpleUploadedFile("扫描.pdf", b"%PDF-1.4 sheet")
    done = enter(session, rows=typed("陈阿婆", session), by=staff, picture=scanned)
    assert (done.sheet.media_type, done.sheet.name) == ("application/pdf", "扫描.pdf")


def test_a_head_count_keeps_its_photo_and_one_refused_keeps_none(session, staff):
    at = {"by": staff, "at": during(session)}
    done = services.count_heads(session, number=40, photo=photo(), key=key(), **at)
    assert done.attendance.sheet.media_type == "image/jpeg"
    with pytest.raises(services.HeadsCounted):
        services.count_heads(session, number=41, photo=photo(size=(70, 50)), key=key(), **at)
    assert len(stored_files()) == 1
