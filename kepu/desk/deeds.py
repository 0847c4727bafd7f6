"""What the deeds of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DEEDS = {
    "add_term": _("添加词条"),
    "edit_term": _("修改词条"),
    "deactivate_term": _("停用词条"),
    "activate_term": _("恢复词条"),
}
