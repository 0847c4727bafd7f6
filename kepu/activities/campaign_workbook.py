"""The activities of a campaign as a workbook, with the columns that registers of national science days ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO

import xlsxwriter
from django.utils import timezone

from kepu.activities.models import Activity, Campaign

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins with = + - or @ must not run when the file is opened.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
COLUMNS = (
    ("序号", 6),
    ("主题活动", 24),
    ("活动名称", 36),
    ("类别", 20),
    ("牵头单位", 24),
    ("合作单位", 30),
    ("第一场", 18),
    ("最后一场", 18),
    ("场次", 8),
    ("地区", 14),
    ("地点", 30),
    ("方式", 8),
    ("对象", 16),
    ("费用（元）", 10),
    ("咨询电话", 18),
    ("介绍", 50),
    ("状态", 10),
    ("网页", 40),
)
Value = str | int | float


def write_campaign(campaign: Campaign, *, activities: Iterable[tuple[Activity, str]], at: datetime) -> bytes:
    """One sheet, one line an activity (with the address of its page); headings are Chinese, as the registers are."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    book.set_properties({"title": campaign.title, "created": at.astimezone(UTC).replace(tzinfo=None)})
    sheet = book.add_worksheet("活动清单")
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
    for number, (title, width) in enumerate(COLUMNS):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, title, head)
    sheet.freeze_panes(1, 3)
    for line, (activity, address) in enumerate(activities, 1):
        sheet.write_row(line, 0, _row(line, campaign=campaign, activity=activity, address=address))
    book.close()
    return file.getvalue()


def _row(line: int, *, campaign: Campaign, activity: Activity, address: str) -> Sequence[Value]:
    return (
        line,
        campaign.title,
        activity.title,
        activity.kind.label,
        activity.organiser.name,
        "、".join(unit.name for unit in activity.partners.all()),
        _moment(activity.first_at),  # type: ignore[attr-defined]
        _moment(activity.last_at),  # type: ignore[attr-defined]
        activity.session_count or 0,  # type: ignore[attr-defined]
        activity.region.name,
        " ".join(filter(None, [activity.place, activity.address])),
        str(activity.get_setting_display()),
        str(activity.get_audience_display()),
        float(activity.cost),
        activity.contact,
        activity.text,
        str(activity.get_state_display()),
        address,
    )


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
