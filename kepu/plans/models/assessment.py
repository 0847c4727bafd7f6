"""The yearly assessment of units by a rubric that is data; every point rests on evidence and can be appealed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation, User
from kepu.plans.models.plan import Plan
from kepu.plans.models.progress import ProgressReport


class RubricState(models.TextChoices):
    DRAFT = "draft", _("编制中")
    OPEN = "open", _("自评中")
    PUBLISHED = "published", _("已公布")


class Rubric(models.Model):
    """The yardstick of one year."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="rubrics")
    year = models.PositiveSmallIntegerField(_("年度"))
    title = models.CharField(_("名称"), max_length=120)
    state = models.CharField(_("状态"), max_length=10, choices=RubricState.choices, default=RubricState.DRAFT)
    due_on = models.DateField(_("自评截止日期"), null=True, blank=True)
    grades = models.JSONField(
        _("等次"), default=list, blank=True
    )  # [{"name": "优秀", "from": 90}, …], best first

    class Meta:
        verbose_name = _("评分表")
        verbose_name_plural = _("评分表")
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["plan", "year"], name="one_rubric_per_year")]

    def __str__(self) -> str:
        return self.title


class PointsSource(models.TextChoices):
    """Where an item's points come from. There is deliberately none for clicks, shares, log-ins or learning time."""

    JUDGED = "judged", _("按材料评定")
    ON_TIME = "on_time", _("按期填报比例")
    ACCEPTED = "accepted", _("核实通过比例")
    DONE = "done", _("年度工作完成比例")


class RubricItem(models.Model):
    """One line of the rubric."""

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("顺序"))
    title = models.CharField(_("内容"), max_length=160)
    guidance = models.TextField(_("评分说明"), blank=True)
    points = models.DecimalField(_("分值"), max_digits=6, decimal_places=1)
    source = models.CharField(_("得分依据"), max_length=10, choices=PointsSource.choices)

    class Meta:
        verbose_name = _("评分项")
        verbose_name_plural = _("评分项")
        ordering = ["rubric", "position", "pk"]
        constraints = [models.CheckConstraint(condition=models.Q(points__gt=0), name="an_item_has_points")]

    def __str__(self) -> str:
        return self.title


class AssessmentState(models.TextChoices):
    SELF_REVIEW = "self_review", _("自评中")
    SUBMITTED = "submitted", _("待复核")
    REVIEWED = "reviewed", _("已复核")
    PUBLISHED = "published", _("已公布")
    APPEALED = "appealed", _("申诉中")
    FINAL = "final", _("已定稿")


class Assessment(models.Model):
    """One unit under one rubric."""

    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="assessments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="assessments")
    state = models.CharField(
        _("状态"), max_length=12, choices=AssessmentState.choices, default=AssessmentState.SELF_REVIEW
    )
    return_reason = models.TextField(_("退回理由"), blank=True)

    class Meta:
        verbose_name = _("单位考核")
        verbose_name_plural = _("单位考核")
        ordering = ["rubric", "organisation__path"]
        constraints = [
            models.UniqueConstraint(fields=["rubric", "organisation"], name="one_assessment_per_unit")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.rubric}"


class Score(models.Model):
    """Points for one item: what the unit claims, what the office gives, and on what it rests."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="scores")
    item = models.ForeignKey(RubricItem, models.PROTECT, related_name="scores")
    self_points = models.DecimalField(_("自评分"), max_digits=6, decimal_places=1, null=True, blank=True)
    points = models.DecimalField(_("得分"), max_digits=6, decimal_places=1, null=True, blank=True)
    basis = models.TextField(_("依据"), blank=True)
    review_note = models.TextField(_("复核说明"), blank=True)
    # What a computed item was calculated from, kept when the office reviews: {"count": 7, "of": 8}.
    calculation = models.JSONField(_("计算过程"), default=dict, blank=True)
    reports = models.ManyToManyField(ProgressReport, related_name="scores", blank=True)

    class Meta:
        verbose_name = _("得分")
        verbose_name_plural = _("得分")
        ordering = ["item__position"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "item"], name="one_score_per_item"),
            models.CheckConstraint(
                condition=models.Q(points__isnull=True) | models.Q(points__gte=0),
                name="points_are_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} {self.item}"


class Appeal(models.Model):
    """A unit disagrees with a score; the office answers with a reason."""

    score = models.ForeignKey(Score, models.PROTECT, related_name="appeals")
    text = models.TextField(_("申诉理由"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("申诉时间"))
    is_upheld = models.BooleanField(_("成立"), null=True, blank=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("申诉")
        verbose_name_plural = _("申诉")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.score}"
