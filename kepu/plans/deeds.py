"""What the deeds of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DEEDS = {
    "start_plan_import": _("上传方案文本"),
    "correct_plan_import": _("更正识别结果"),
    "undo_plan_correction": _("撤销更正"),
    "redo_plan_correction": _("恢复更正"),
    "choose_amended_plan": _("选择修订的方案"),
    "map_plan_unit": _("对应方案中的单位"),
    "forget_plan_unit": _("取消单位对应"),
    "discard_plan_import": _("放弃导入"),
    "confirm_plan": _("确认方案"),
    "amend_plan": _("修订方案"),
}
