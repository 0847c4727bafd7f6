"""Load the regions shipped with the product."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from kepu.regions.services import load_shipped_regions


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "装入随产品提供的地区：全国省、市、县，以及上虞区的乡镇街道和村社区。可以重复运行。"
        )

    def handle(self, **options: Any) -> None:
        added = load_shipped_regions()
        self.stdout.write(_("新增地区 %(count)d 个。") % {"count": added})
