"""What can be wrong at the door, beyond the answers of the rule."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kepu.activities.door import Answer
from kepu.activities.models import Attendance
from kepu.core.errors import BadInput, Refused, WrongState


class TurnedAway(Refused):
    """The door's answer was not yes. `code` is the answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.label))
        self.answer = answer
        self.code = answer.value


class AlreadyIn(TurnedAway):
    """Nothing is wrong: they are in, and this is the attendance."""

    def __init__(self, attendance: Attendance) -> None:
        super().__init__(Answer.ALREADY_IN)
        self.attendance = attendance


class WrongKey(BadInput):
    code = "wrong_key"
    message = _("这次提交缺少有效的编号，请刷新页面再试。")


class KeyReused(WrongKey):
    code = "key_reused"
    message = _("这个提交编号已经用于另一次签到，请刷新页面再试。")


class ReasonMissing(BadInput):
    code = "reason_missing"
    message = _("请写明理由。")

    def __init__(self) -> None:
        super().__init__(field="reason")


class PeopleListed(WrongState):
    code = "people_listed"
    message = _("本场已有逐人签到，不能再按人数登记；没签到的人请现场登记或录入签到表。")


class HeadsCounted(WrongState):
    code = "heads_counted"
    message = _("本场已登记过人数；数字有误请先冲销再重新登记。")


class AlreadyReversed(WrongState):
    code = "already_reversed"
    message = _("这条签到已经冲销。")


class NothingToOverride(WrongState):
    code = "nothing_to_override"
    message = _("不需要特别放行，请直接签到；如果是别的原因被拒，请按提示处理。")


class SheetRefused(BadInput):
    code = "sheet_refused"
    message = _("签到表读不出来，请用下载的模板填写后再上传。")


class GuardianMissing(BadInput):
    code = "guardian_missing"
    message = _("14 岁以下的孩子要有监护人在场同意，请填写监护人姓名。")
