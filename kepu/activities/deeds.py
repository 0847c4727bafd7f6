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
    "sign_up_others": _("代为报名"),
    "cancel_sign_up": _("取消报名"),
    "move_sign_up": _("调整场次"),
    "change_sign_up": _("更正报名"),
    "accept_offer": _("确认候补名额"),
    "set_seats": _("调整名额"),
    "import_sign_ups": _("导入报名名单"),
    "export_sign_ups": _("导出报名名单"),
    "show_sign_up_phone": _("查看报名电话"),
    "waive_phone_check": _("决定不验证手机号"),
    "check_phones_again": _("恢复验证手机号"),
}
