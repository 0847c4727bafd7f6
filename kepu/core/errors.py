"""What a service raises when it will not do what was asked.

Refused
├── NotAllowed      this person may not do this
├── WrongState      the thing is not in a state in which this can be done
└── BadInput        what was handed in cannot be used; names the field

Each app subclasses these beside the service that raises them. `code` is stable for machines, the
message is a Chinese sentence that tells a person what to do next.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """The root of every refusal; pages, API and commands turn it into their own form in one place."""

    code = "refused"
    message = _("现在不能这样做。")

    def __init__(self, message: str = "", *, field: str = "") -> None:
        super().__init__(message or str(self.message))
        self.field = field


class NotAllowed(Refused):
    code = "not_allowed"
    message = _("您没有做这件事的权限，请联系所在单位的管理员或区科协办公室。")


class WrongState(Refused):
    code = "wrong_state"
    message = _("它现在的状态不允许这样做，请刷新页面看最新状态。")


class BadInput(Refused):
    code = "bad_input"
    message = _("填写的内容有误，请改正后再提交。")


def require(allowed: bool) -> None:  # noqa: FBT001 - reads as a sentence: require(can_verify(by, report))
    """Stop here unless the rule said yes."""
    if not allowed:
        raise NotAllowed
