"""Regions and what is known of their people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    PROVINCE = 1, _("省级")
    CITY = 2, _("地级")
    COUNTY = 3, _("县级")
    TOWNSHIP = 4, _("乡级")
    VILLAGE = 5, _("村级")


class Region(models.Model):
    """A place with its official 12-digit statistical code (padded with zeros above the village)."""

    code = models.CharField(_("统计代码"), max_length=12, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.PositiveSmallIntegerField(_("级别"), choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        verbose_name = _("地区")
        verbose_name_plural = _("地区")
        ordering = ["code"]
        indexes = [models.Index(fields=["level", "code"], name="region_by_level")]

    def __str__(self) -> str:
        return self.name


class Margin(models.TextChoices):
    TOTAL = "total", _("总人口")
    SEX = "sex", _("性别")
    AGE = "age", _("年龄")
    EDUCATION = "education", _("受教育程度")
    RESIDENCE = "residence", _("城乡")


class PopulationMargin(models.Model):
    """How many people of one category live in a region in one year, with its source. Absent where unknown."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="margins")
    year = models.PositiveSmallIntegerField(_("年份"))
    margin = models.CharField(_("维度"), max_length=12, choices=Margin.choices)
    category = models.CharField(_("类别"), max_length=20)
    count = models.PositiveIntegerField(_("人数"))
    source = models.CharField(_("来源"), max_length=200)

    class Meta:
        verbose_name = _("人口数")
        verbose_name_plural = _("人口数")
        ordering = ["region", "year", "margin", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "margin", "category"], name="one_count_per_margin_category"
            ),
            models.CheckConstraint(condition=models.Q(margin__in=Margin.values), name="margin_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.year} {self.margin} {self.category}"
