"""What the deeds of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DEEDS = {"answer_feedback": _("答复意见")}
