"""What the deeds of this app are called in the audit trail. Facts are their own trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DEEDS = {"close_ledger_period": _("台账结账")}
