"""The audit trail. Rows copy what was true when they were written; they point at nothing that could vanish."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One deed: who did what to which thing, when and why. Append-only by database triggers."""

    at = models.DateTimeField(_("时间"), db_index=True)
    actor = models.CharField(_("操作人"), max_length=150)
    actor_id = models.BigIntegerField(_("操作人编号"), null=True, blank=True, db_index=True)
    organisation = models.CharField(_("单位"), max_length=120, blank=True)
    deed = models.SlugField(_("操作"), max_length=60, db_index=True)
    object_type = models.CharField(_("对象类型"), max_length=60)
    object_id = models.CharField(_("对象编号"), max_length=40)
    object_label = models.CharField(_("对象"), max_length=200)
    reason = models.TextField(_("理由"), blank=True)
    changes = models.JSONField(_("变更"), default=dict, blank=True)

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.deed} {self.object_label}"
