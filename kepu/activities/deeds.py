"""What the deeds of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEEDS: dict[str, str | Promise] = {
    "plan_activity": _("安排活动"),
}
