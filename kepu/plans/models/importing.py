"""A document on its way to become a plan: kept at every step, so that nothing is lost."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation, User
from kepu.plans.models.plan import Plan
from kepu.regions.models import Region


class ImportState(models.TextChoices):
    OPEN = "open", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    DISCARDED = "discarded", _("已放弃")


class PlanImport(models.Model):
    """The uploaded text, the draft that was understood, and every correction in order, so that each can be undone."""

    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("地区"))
    office = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("主管办公室"))
    file_name = models.CharField(_("文件名"), max_length=200, blank=True)
    file_digest = models.CharField(_("文件摘要"), max_length=64)
    source = models.TextField(_("原文"))
    parsed = models.JSONField(_("识别结果"))
    edits = models.JSONField(_("更正"), default=list, blank=True)
    undone_edits = models.JSONField(_("撤销的更正"), default=list, blank=True)
    unit_map = models.JSONField(_("单位对应"), default=dict, blank=True)
    amends = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="amending_imports")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="imports")
    state = models.CharField(_("状态"), max_length=10, choices=ImportState.choices, default=ImportState.OPEN)
    # Null is the system: a plan imported by a command.
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("上传时间"))
    changed_at = models.DateTimeField(_("修改时间"))

    class Meta:
        verbose_name = _("方案导入")
        verbose_name_plural = _("方案导入")
        ordering = ["-changed_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ImportState.values), name="import_state_is_known"
            ),
            models.UniqueConstraint(
                fields=["office", "file_digest"],
                condition=models.Q(state="open"),
                name="one_open_import_per_office_and_file",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name or str(_("粘贴的文本"))
