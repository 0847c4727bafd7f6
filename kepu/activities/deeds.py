"""What the deeds of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEEDS: dict[str, str | Promise] = {
    "plan_activity": _("安排活动"),
    "edit_activity": _("修改活动"),
    "ask_questions": _("修改报名时问的问题"),
    "copy_activity": _("复制活动"),
    "publish_activity": _("发布活动"),
    "cancel_activity": _("取消活动"),
    "discard_activity": _("删除活动草稿"),
    "add_sessions": _("安排场次"),
    "describe_session": _("修改场次内容"),
    "move_session": _("场次改期"),
    "put_session_off": _("场次延期"),
    "cancel_session": _("取消场次"),
    "remove_session": _("删除场次"),
    "add_seats": _("设置名额"),
    "remove_seats": _("删除名额"),
    "open_campaign": _("发起主题活动"),
    "edit_campaign": _("修改主题活动"),
    "begin_series": _("新建系列"),
    "edit_series": _("修改系列"),
    "add_kind": _("添加活动类别"),
    "edit_kind": _("修改活动类别"),
    "retire_kind": _("停用活动类别"),
    "restore_kind": _("恢复活动类别"),
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
