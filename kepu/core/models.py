"""The district's words as data: brands, venue types, themes, audiences, talents, channels, campaigns."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Term(models.Model):
    """One word of one vocabulary. Rows are shipped as YAML and edited at the desk; code never branches on them."""

    vocabulary = models.SlugField(_("词表"), max_length=40)
    code = models.SlugField(_("代码"), max_length=60)
    label = models.CharField(_("名称"), max_length=80)
    label_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    aliases = models.JSONField(_("别名"), default=list, blank=True)
    parent_code = models.SlugField(_("上级代码"), max_length=60, blank=True)
    position = models.PositiveIntegerField(_("顺序"), default=0)
    is_active = models.BooleanField(_("使用中"), default=True)
    edited_at = models.DateTimeField(_("修改时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("词条")
        verbose_name_plural = _("词条")
        ordering = ["vocabulary", "position", "code"]
        constraints = [models.UniqueConstraint(fields=["vocabulary", "code"], name="one_term_per_code")]

    def __str__(self) -> str:
        return self.label
