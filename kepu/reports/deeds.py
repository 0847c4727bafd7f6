"""What the deeds of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DEEDS = {
    "export_evidence": _("导出佐证材料"),
    "export_final_paper": _("导出终期评估"),
    "export_ledger": _("导出任务台账"),
    "export_quarterly_paper": _("导出季度通报"),
    "export_yearly_paper": _("导出年度报告"),
}
