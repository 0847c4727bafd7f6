"""Attendances for tests, made through the services, and the little files they take."""

from __future__ import annotations

import io
import itertools
from datetime import timedelta

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from kepu.activities.models import CheckInWay, Participant, Registration, RegistrationState, SeatPool, Session
from kepu.activities.services import check_in
from kepu.activities.services.participants import Added, Who, add_participant

_number = itertools.count(1)


def key() -> str:
    return f"test-key-{next(_number):06d}"


def during(session: Session):
    """A quarter of an hour after the beginning."""
    return session.starts_at + timedelta(minutes=15)


def make_registration(
    pool: SeatPool, *, state: str = RegistrationState.SEATED, at=None, **fields
) -> Registration:
    number = next(_number)
    at = at or pool.activity.created_at
    defaults = {
        "number": f"R{number:06d}",
        "link_digest": f"{number:064x}",
        "idempotency_key": f"registration-{number}",
        "contact_name": "联系人",
        "seats": 1,
        "registered_at": at,
        "changed_at": at,
    }
    return Registration.objects.create(activity=pool.activity, pool=pool, state=state, **defaults | fields)


def signed_up(
    session: Session, *, name: str = "王秀英", state: str = RegistrationState.SEATED, **who
) -> Added:
    """Somebody with a place in the first pool of the activity, and the code of their QR."""
    pool = session.activity.pools.first()
    registration = make_registration(pool, state=state)
    described = Who(name=name, **{"audience": session.activity.audience} | who)
    return add_participant(
        session.activity, who=described, at=registration.registered_at, registration=registration
    )


def make_attendance(session: Session, *, by, participant: Participant | None = None, at=None):
    """One person checked in by name."""
    participant = participant or signed_up(session).participant
    at = at or during(session)
    return check_in.check_in(
        participant, session=session, way=CheckInWay.BY_NAME, key=key(), by=by, at=at
    ).attendance


def photo(name: str = "签到表.jpg", *, size=(60, 40), exif: bool = False) -> SimpleUploadedFile:
    """A picture; with `exif` one that says where it was taken."""
    picture, out = Image.new("RGB", size, "white"), io.BytesIO()
    tags = Image.Exif()
    if exif:
        tags[0x010F] = "Camera of Wang"
        tags.get_ifd(0x8825)[2] = (30.0, 1.0, 2.0)
    picture.save(out, "JPEG", exif=tags)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def spreadsheet(*rows, headings=("姓名", "手机号", "出生年", "性别"), title: str = "") -> SimpleUploadedFile:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        lines = [[title], headings, *rows] if title else [headings, *rows]
        for line, row in enumerate(lines):
            for place, cell in enumerate(row):
                page.write(line, place, cell)
    return SimpleUploadedFile("名单.xlsx", out.getvalue())
