"""Run every job that is due, once. Call it every few minutes from cron or a systemd timer: offers of seats end by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand

from kepu.activities.services.changing import expire_offers
from kepu.activities.services.notices import send_waiting_texts
from kepu.activities.services.phone_codes import forget_old_codes
from kepu.core.clock import now
from kepu.plans.services.reminders import send_reminders


def remind(*, at: datetime) -> str:
    sent = send_reminders(at=at)
    return f"填报提醒 {sent.reports} 条，年度工作提醒 {sent.work} 条"


def pass_seats_on(*, at: datetime) -> str:
    return f"过期候补 {expire_offers(at=at)} 件"


def send_texts(*, at: datetime) -> str:
    return f"短信 {send_waiting_texts(at=at)} 条"


def forget_codes(*, at: datetime) -> str:
    return f"删除旧验证码 {forget_old_codes(at=at)} 个"


JOBS: tuple[Callable[..., str], ...] = (remind, pass_seats_on, send_texts, forget_codes)
"""Every job can run again without harm: what it says is said once."""


class Command(BaseCommand):
    help = "运行到期的定时任务（提醒、候补、短信）。可以反复运行，同一提醒不会重复发送。"

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        for job in JOBS:
            self.stdout.write(job(at=at))
