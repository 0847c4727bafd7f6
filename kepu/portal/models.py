"""What citizens write to the office, and what it answers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import User
from kepu.core.secrets import EncryptedTextField


class FeedbackKind(models.TextChoices):
    SUGGESTION = "suggestion", _("意见或建议")
    COMPLAINT = "complaint", _("投诉")
    MISTAKE = "mistake", _("数字或内容有误")
    PRIVACY = "privacy", _("我的个人信息")


class FeedbackState(models.TextChoices):
    OPEN = "open", _("等待答复")
    ANSWERED = "answered", _("已答复")


class Feedback(models.Model):
    """One letter. Its number is all the sender needs to read the answer; how to reach them goes when it is answered."""

    number = models.CharField(_("受理号"), max_length=12, unique=True)
    kind = models.CharField(_("类别"), max_length=12, choices=FeedbackKind.choices)
    text = EncryptedTextField(_("内容"))
    contact = EncryptedTextField(_("联系方式"), blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=FeedbackState.choices, default=FeedbackState.OPEN
    )
    sent_at = models.DateTimeField(_("提交时间"))
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("意见与投诉")
        verbose_name_plural = _("意见与投诉")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=FeedbackKind.values), name="feedback_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", answered_at__isnull=True)
                | models.Q(state="answered", answered_at__isnull=False),
                name="feedback_is_open_or_answered",
            ),
        ]

    def __str__(self) -> str:
        return self.number
