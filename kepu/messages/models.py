"""Messages inside the platform. A message is a row written in the transaction of the deed that caused it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """One message to one person. The key makes a repeated reminder impossible."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="inbox_messages")
    idempotency_key = models.CharField(max_length=120, unique=True)
    kind = models.SlugField(_("类型"), max_length=40)
    subject = models.CharField(_("标题"), max_length=160)
    body = models.TextField(_("内容"), blank=True)
    link = models.CharField(_("链接"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("发送时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ["-sent_at", "-pk"]
        indexes = [
            models.Index(
                fields=["recipient"], condition=models.Q(read_at__isnull=True), name="unread_messages"
            )
        ]

    def __str__(self) -> str:
        return self.subject
