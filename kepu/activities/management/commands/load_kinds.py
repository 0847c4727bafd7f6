"""Load the kinds of activity shipped with the product."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from kepu.activities.services.kinds import load_shipped_kinds


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _("装入随产品提供的活动类别。已由人工修改的类别保持不变，可以重复运行。")

    def handle(self, **options: Any) -> None:
        loaded = load_shipped_kinds()
        self.stdout.write(
            _("新增类别 %(added)d 个，更新 %(changed)d 个；人工修改过的 %(edited)d 个保持不变。")
            % {"added": loaded.added, "changed": loaded.changed, "edited": loaded.edited}
        )
