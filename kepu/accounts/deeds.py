"""What the deeds of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DEEDS = {
    "accept_invitation": _("接受邀请"),
    "add_organisation_alias": _("添加单位别名"),
    "add_person": _("登记人员"),
    "answer_consent": _("答复同意"),
    "appoint": _("任命角色"),
    "change_name": _("修改姓名"),
    "change_password": _("修改密码"),
    "change_personal_fields": _("修改个人信息"),
    "close_account": _("停用账号"),
    "create_organisation": _("新建单位"),
    "deactivate_organisation": _("停用单位"),
    "edit_organisation": _("修改单位"),
    "end_guardianship": _("结束监护关系"),
    "end_membership": _("结束任职"),
    "export_audit": _("导出审计记录"),
    "give_temporary_password": _("重设密码"),
    "invite": _("发出邀请"),
    "log_in": _("登录"),
    "log_in_failed": _("登录失败"),
    "move_organisation": _("移动单位"),
    "open_account": _("开通账号"),
    "reactivate_organisation": _("恢复单位"),
    "record_guardianship": _("登记监护关系"),
    "remove_second_factor": _("重设第二验证"),
    "renew_calendar_address": _("更换日历地址"),
    "reopen_account": _("恢复账号"),
    "withdraw_invitation": _("撤回邀请"),
}
