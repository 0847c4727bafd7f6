"""Who came: attendances, how each is known, and the scans that failed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import User
from kepu.activities.models.activity import Session
from kepu.activities.models.registration import Participant


class CheckInWay(models.TextChoices):
    SCANNED = "scanned", _("扫码")
    SELF = "self", _("自助签到")
    BY_NAME = "by_name", _("按姓名")
    WALK_IN = "walk_in", _("现场登记")
    SHEET = "sheet", _("纸质签到表")
    IMPORTED = "imported", _("导入")
    HEAD_COUNT = "head_count", _("点人数")
    OVERRIDE = "override", _("特别放行")


class SignInSheet(models.Model):
    """A paper sheet of a session: its photo or scan, and who typed it."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="sheets")
    name = models.CharField(_("文件名"), max_length=200, blank=True)
    photo = models.FileField(_("照片"), upload_to="sheets/%Y/%m", blank=True)
    digest = models.CharField(_("摘要"), max_length=64, blank=True)
    media_type = models.CharField(_("类型"), max_length=100, blank=True)
    size = models.PositiveIntegerField(_("字节数"), default=0)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("签到表")
        verbose_name_plural = _("签到表")
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.name


class Attendance(models.Model):
    """One person at one session, or a number of people where no list exists. What counts is its fact in the ledger."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="attendances")
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="attendances"
    )
    quantity = models.PositiveIntegerField(_("人次"), default=1)
    way = models.CharField(_("方式"), max_length=12, choices=CheckInWay.choices)
    evidence = models.CharField(_("佐证类别"), max_length=14)
    """The ledger's evidence class."""
    sheet = models.ForeignKey(SignInSheet, models.PROTECT, null=True, blank=True, related_name="attendances")
    idempotency_key = models.CharField(max_length=120, unique=True)
    fact_key = models.CharField(max_length=120, unique=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    checked_in_at = models.DateTimeField(_("签到时间"))
    recorded_at = models.DateTimeField(_("记录时间"))
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reversed_at = models.DateTimeField(_("冲销时间"), null=True, blank=True)
    reversed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reversal_reason = models.CharField(_("冲销理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("签到")
        verbose_name_plural = _("签到")
        ordering = ["checked_in_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "participant"],
                condition=models.Q(reversed_at__isnull=True, participant__isnull=False),
                name="one_live_attendance_per_person_and_session",
            ),
            models.CheckConstraint(
                condition=models.Q(participant__isnull=True) | models.Q(quantity=1),
                name="a_person_attends_once",
            ),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="attendance_counts_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.participant_id or self.quantity}"


class FailedScan(models.Model):
    """A scan that was refused, with its reason; nothing of the token but a digest."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="failed_scans")
    reason = models.SlugField(_("原因"), max_length=40)
    token_digest = models.CharField(max_length=64, blank=True)
    idempotency_key = models.CharField(max_length=120, blank=True, db_index=True)
    scanned_at = models.DateTimeField(_("扫码时间"))
    recorded_at = models.DateTimeField(_("记录时间"))
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("未通过的扫码")
        verbose_name_plural = _("未通过的扫码")
        ordering = ["-recorded_at", "-pk"]

    def __str__(self) -> str:
        return self.reason
