"""Run every job that is due, once. Call it each day, or as often as you like, from cron or a systemd timer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand

from kepu.core.clock import now
from kepu.plans.services.reminders import send_reminders


def remind(*, at: datetime) -> str:
    sent = send_reminders(at=at)
    return f"填报提醒 {sent.reports} 条，年度工作提醒 {sent.work} 条"


JOBS: tuple[Callable[..., str], ...] = (remind,)
"""Every job can run again without harm: what it says is said once."""


class Command(BaseCommand):
    help = "运行到期的定时任务（提醒等）。可以反复运行，同一提醒不会重复发送。"

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        for job in JOBS:
            self.stdout.write(job(at=at))
