"""Why the assessment says no, each with what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kepu.core.errors import BadInput, WrongState


class PointsOutOfRange(BadInput):
    code = "points_out_of_range"
    message = _("分数要在 0 和这一项的分值之间。")


class PointsMissing(BadInput):
    code = "points_missing"
    message = _("还有项目没有填分数；没有做的请填 0。")


class PointsWithoutBasis(BadInput):
    code = "points_without_basis"
    message = _("得分的项目要写明依据，或者关联一份已核实的填报。")


class DifferenceUnexplained(BadInput):
    code = "difference_unexplained"
    message = _("复核分和自评分不同，请写明理由，单位会看到。")


class ReportNotCitable(BadInput):
    code = "report_not_citable"
    message = _("只能关联本单位当年已核实的填报，请重新选择。")


class ReasonMissing(BadInput):
    code = "reason_missing"
    message = _("请写明理由，对方会看到。")


class SelfReviewClosed(WrongState):
    code = "self_review_closed"
    message = _("自评已经提交，不能再改；需要补充时请联系办公室退回。")


class SelfReviewStillOpen(WrongState):
    code = "self_review_still_open"
    message = _("自评截止日期还没有过，请等单位提交，或先联系单位。")


class ReviewsMissing(WrongState):
    code = "reviews_missing"
    message = _("还有单位没有复核，复核完所有单位再公布。")


class NotPublished(WrongState):
    code = "not_published"
    message = _("结果还没有公布，公布以后才能定稿。")


class AppealExists(WrongState):
    code = "appeal_exists"
    message = _("这一项已经申诉过，请查看办公室的答复。")


class AppealAnswered(WrongState):
    code = "appeal_answered"
    message = _("这份申诉已经答复，不能再改。")


class AppealsOpen(WrongState):
    code = "appeals_open"
    message = _("还有申诉没有答复，答复完再定稿。")
