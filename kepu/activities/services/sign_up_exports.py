"""What leaves the sealed part of sign-ups: a phone shown, a list taken out. Who, what and why is written first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

import xlsxwriter
from django.db import transaction
from django.utils import timezone

from kepu.accounts.models import User
from kepu.accounts.services import PurposeMissing
from kepu.activities import rules
from kepu.activities.models import Activity, Participant, Registration
from kepu.activities.questions import Question, questions_of
from kepu.activities.services.changing import where_of
from kepu.audit.services import record
from kepu.core.errors import require

COLUMNS = (
    "报名号",
    "状态",
    "形式",
    "家庭、班级或村社",
    "姓名",
    "出生年",
    "居住地",
    "监护人",
    "联系人",
    "联系电话",
    "场次",
    "报名时间",
)
PERSONAL_FIELDS = ["name", "birth_year", "phone", "region", "guardian_name"]
# Text stays text: a cell that begins with = + - or @ must not run when the file is opened.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@transaction.atomic
def show_phone(registration: Registration, *, purpose: str, by: User, at: datetime) -> str:
    """The phone of a sign-up, for a purpose that is kept with who asked."""
    require(rules.can_change_sign_up(by, registration))
    if not purpose.strip():
        raise PurposeMissing(field="purpose")
    changes = {"fields": ["contact_phone"]}
    record("show_sign_up_phone", of=registration, by=by, at=at, reason=purpose.strip(), changes=changes)
    return str(registration.contact_phone)


@transaction.atomic
def export_sign_ups(activity: Activity, *, purpose: str, by: User, at: datetime) -> bytes:
    """Everybody on the list as an xlsx file, for a purpose that is kept with who took it."""
    require(rules.can_export_sign_ups(by, activity))
    if not purpose.strip():
        raise PurposeMissing(field="purpose")
    people = list(
        Participant.objects.filter(activity=activity, registration__isnull=False)
        .select_related("registration__pool__session", "region")
        .defer("code")
        .order_by("registration__registered_at", "registration_id", "pk")
    )
    changes = {"fields": PERSONAL_FIELDS, "people": len(people)}
    record("export_sign_ups", of=activity, by=by, at=at, reason=purpose.strip(), changes=changes)
    return _workbook(people, questions=questions_of(activity))


def _workbook(people: list[Participant], *, questions: list[Question]) -> bytes:
    file = BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    sheet, bold = book.add_worksheet("报名名单"), book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(COLUMNS) + len(questions), 16)
    sheet.write_row(0, 0, [*COLUMNS, *(question.label for question in questions)], bold)
    for number, row in enumerate(_rows(people, questions=questions), start=1):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


def _rows(people: list[Participant], *, questions: list[Question]) -> Iterator[list[str | int]]:
    for one in people:
        registration = one.registration
        if registration is not None:
            answers = [registration.answers.get(question.name, "") for question in questions]
            yield [*_cells(one, registration=registration), *answers]


def _cells(one: Participant, *, registration: Registration) -> list[str | int]:
    state = "不来了" if one.is_cancelled else registration.get_state_display()
    return [
        registration.number,
        str(state),
        str(registration.get_party_display()),
        registration.party_name,
        one.name,
        one.birth_year or "",
        str(one.region or ""),
        one.guardian_name,
        registration.contact_name,
        one.phone or registration.contact_phone,
        where_of(registration.pool),
        f"{timezone.localtime(registration.registered_at):%Y-%m-%d %H:%M}",
    ]
