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
    "begin_rubric": _("新建评分表"),
    "edit_rubric": _("修改评分表"),
    "open_rubric": _("开放自评"),
    "save_self_review": _("保存自评"),
    "submit_self_review": _("提交自评"),
    "return_self_review": _("退回自评"),
    "close_self_review": _("截止自评"),
    "review_assessment": _("复核考核"),
    "publish_assessment": _("公布考核结果"),
    "appeal_score": _("申诉得分"),
    "uphold_appeal": _("申诉成立"),
    "dismiss_appeal": _("申诉未成立"),
    "finalise_assessment": _("考核定稿"),
}
