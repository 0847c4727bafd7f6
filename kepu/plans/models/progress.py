"""Progress by quarter: a unit reports text, figures and evidence; the office verifies."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation, User
from kepu.plans.models.plan import Measure, Plan, Target


class ReportingPeriod(models.Model):
    """A quarter of a plan: until when reports are due, and whether it is locked."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="periods")
    year = models.PositiveSmallIntegerField(_("年度"))
    quarter = models.PositiveSmallIntegerField(_("季度"))
    due_on = models.DateField(_("截止日期"))
    locked_at = models.DateTimeField(_("锁定时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("填报期")
        verbose_name_plural = _("填报期")
        ordering = ["plan", "-year", "-quarter"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "year", "quarter"], name="one_period_per_quarter"),
            models.CheckConstraint(condition=models.Q(quarter__range=(1, 4)), name="quarter_is_1_to_4"),
        ]

    def __str__(self) -> str:
        return gettext("%(year)d 年第 %(quarter)d 季度") % {"year": self.year, "quarter": self.quarter}

    @property
    def begins_on(self) -> date:
        """The first day of the quarter."""
        return date(self.year, 3 * self.quarter - 2, 1)


class ReportState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待核实")
    RETURNED = "returned", _("已退回")
    ACCEPTED = "accepted", _("已核实")
    SUPERSEDED = "superseded", _("已被更正")
    DROPPED = "dropped", _("已放弃")


class Standing(models.TextChoices):
    """How a measure stands. A unit reports the first four; the others follow from what is missing."""

    DONE = "done", _("已完成")
    ON_TRACK = "on_track", _("按期")
    AT_RISK = "at_risk", _("有风险")
    LATE = "late", _("逾期")
    SILENT = "silent", _("未填报")
    UNASSIGNED = "unassigned", _("没有责任单位")
    NOT_DUE = "not_due", _("未到期")


class ProgressReport(models.Model):
    """What one unit reports on one measure for one quarter. An accepted report is corrected by a next version.

    A draft may hold figures that are not fully typed yet; they lie as typed in `unfinished_figures`.
    """

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="reports")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="progress_reports")
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="reports")
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    state = models.CharField(_("状态"), max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    standing = models.CharField(_("进展"), max_length=10, choices=Standing.choices, default=Standing.ON_TRACK)
    text = models.TextField(_("本季度做了什么"), blank=True)
    next_steps = models.TextField(_("下一步"), blank=True)
    unfinished_figures = models.JSONField(_("没填完的数字"), default=list, blank=True)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("修改时间"))
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    return_reason = models.TextField(_("退回理由"), blank=True)
    amendment_reason = models.TextField(_("更正理由"), blank=True)

    class Meta:
        verbose_name = _("季度填报")
        verbose_name_plural = _("季度填报")
        ordering = ["-period__year", "-period__quarter", "measure", "organisation", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "organisation", "period", "version"], name="one_report_per_version"
            ),
            models.UniqueConstraint(
                fields=["measure", "organisation", "period"],
                condition=~models.Q(state__in=["accepted", "superseded", "dropped"]),
                name="one_open_report_per_unit_and_period",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ReportState.values), name="report_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.period} {self.measure}"


class Figure(models.Model):
    """A number in a report, typed with its unit. It counts once for the district and is credited to every unit named."""

    report = models.ForeignKey(ProgressReport, models.CASCADE, related_name="figures")
    target = models.ForeignKey(Target, models.PROTECT, null=True, blank=True, related_name="figures")
    name = models.CharField(_("名称"), max_length=80)
    numerator = models.DecimalField(_("数值"), max_digits=16, decimal_places=2)
    denominator = models.DecimalField(_("分母"), max_digits=16, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("计量单位"), max_length=20)
    credited = models.ManyToManyField(Organisation, related_name="credited_figures", blank=True)

    class Meta:
        verbose_name = _("数字")
        verbose_name_plural = _("数字")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(denominator__isnull=True) | models.Q(denominator__gt=0),
                name="denominator_is_positive",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.numerator} {self.unit}"


class Evidence(models.Model):
    """A file that proves a report. It is streamed only to those who may see the report."""

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="evidence")
    name = models.CharField(_("文件名"), max_length=200)
    file = models.FileField(_("文件"), upload_to="evidence/%Y/%m")
    digest = models.CharField(_("摘要"), max_length=64)
    size = models.PositiveIntegerField(_("字节数"))
    media_type = models.CharField(_("类型"), max_length=100)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("佐证材料")
        verbose_name_plural = _("佐证材料")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ReportDecision(models.Model):
    """Submitted, returned, accepted, amended: each as a row of its own. Append-only by database triggers."""

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="decisions")
    state = models.CharField(_("状态"), max_length=10, choices=ReportState.choices)
    by = models.CharField(_("操作人"), max_length=150)
    organisation = models.CharField(_("单位"), max_length=120, blank=True)
    at = models.DateTimeField(_("时间"))
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("核实记录")
        verbose_name_plural = _("核实记录")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.report} {self.get_state_display()}"
