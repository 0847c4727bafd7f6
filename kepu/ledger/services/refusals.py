"""What the ledger says when it will not write."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kepu.core.errors import BadInput, WrongState

LONGEST_REASON = 300


class BadFact(BadInput):
    code = "bad_fact"
    message = _("这条记录写得不对，账本不能收。")


class KeyReused(WrongState):
    code = "fact_key_reused"
    message = _("这个编号已经记过另一件事，请换一个编号。")


class NoSuchFact(BadInput):
    code = "no_such_fact"
    message = _("账本里没有这条记录。")


class AlreadyReversed(WrongState):
    code = "fact_already_reversed"
    message = _("这条记录已经冲销过了，不能再冲销一次。")


class NotReversible(WrongState):
    code = "reversal_not_reversible"
    message = _("冲销记录本身不能再冲销，请重新登记正确的数。")


class ReasonMissing(BadInput):
    code = "ledger_reason_missing"
    message = _("请写明理由，不超过 300 字。")


class PeriodClosed(WrongState):
    code = "ledger_period_closed"
    message = _("这段时间已经结账，不能再往里补记；请按现在的时间登记。")


class VerdictTooEarly(WrongState):
    code = "verdict_before_the_last"
    message = _("这个场合在这之后已经有核实意见，不能补一条更早的。")
