"""What comes after: feedback, photos, the closing report, and what happened elsewhere."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation, User
from kepu.activities.models.activity import Activity, Session


class Feedback(models.Model):
    """What somebody thought of a session: by link, or typed from paper. Who it was is not kept with it."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="feedback")
    rating = models.PositiveSmallIntegerField(_("评分"))
    text = models.CharField(_("意见"), max_length=1000, blank=True)
    is_from_paper = models.BooleanField(_("纸质"), default=False)
    answer_key = models.CharField(max_length=64, unique=True, editable=False)
    """Digest of the link and session, so that one link answers once."""
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("反馈")
        verbose_name_plural = _("反馈")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rating__gte=1, rating__lte=5), name="rating_is_one_to_five"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rating}"


class Photo(models.Model):
    """A picture of an activity. Those that show minors stay shut unless somebody says that the guardians agreed."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="photos")
    file = models.FileField(_("照片"), upload_to="photos/%Y/%m")
    caption = models.CharField(_("说明"), max_length=120)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("字节数"))
    shows_minors = models.BooleanField(_("有未成年人"), default=True)
    guardians_agreed = models.BooleanField(_("监护人已同意公开"), default=False)
    is_public = models.BooleanField(_("公开"), default=False)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("活动照片")
        verbose_name_plural = _("活动照片")
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_public=False)
                | models.Q(shows_minors=False)
                | models.Q(guardians_agreed=True),
                name="no_picture_of_minors_without_consent",
            )
        ]

    def __str__(self) -> str:
        return self.caption


class ClosingState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待核实")
    RETURNED = "returned", _("已退回")
    VERIFIED = "verified", _("已核实")


class ClosingReport(models.Model):
    """What an activity came to, prefilled from its facts; verified by the office."""

    activity = models.OneToOneField(Activity, models.PROTECT, related_name="closing_report")
    text = models.TextField(_("小结"), blank=True)
    difficulties = models.TextField(_("问题和建议"), blank=True)
    figures = models.JSONField(_("数字"), default=dict, blank=True)
    """As the ledger gave them when it was handed in."""
    state = models.CharField(
        _("状态"), max_length=10, choices=ClosingState.choices, default=ClosingState.DRAFT
    )
    return_reason = models.CharField(_("退回理由"), max_length=500, blank=True)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("修改时间"))
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(_("核实时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("活动总结")
        verbose_name_plural = _("活动总结")
        ordering = ["-changed_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ClosingState.values), name="closing_state_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity}"


class ImportBatch(models.Model):
    """A table of what happened elsewhere: its digest, how many rows were kept, which were not and why."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    file_name = models.CharField(_("文件名"), max_length=200)
    digest = models.CharField(_("摘要"), max_length=64)
    kept = models.PositiveIntegerField(_("已导入"), default=0)
    repeated = models.PositiveIntegerField(_("已有"), default=0)
    errors = models.JSONField(_("有误的行"), default=list, blank=True)
    imported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(_("导入时间"))

    class Meta:
        verbose_name = _("导入批次")
        verbose_name_plural = _("导入批次")
        ordering = ["-imported_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
