"""What the deeds of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEEDS: dict[str, str | Promise] = {
    "plan_activity": _("安排活动"),
    "admit_late": _("特别放行：迟到"),
    "admit_unregistered": _("特别放行：不在名单"),
    "count_heads": _("登记人数"),
    "enter_sheet": _("录入签到表"),
    "reverse_attendance": _("冲销签到"),
}
