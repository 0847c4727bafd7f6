"""Load the vocabularies shipped with the product."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from kepu.core.vocabulary import load_shipped_terms


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _("装入随产品提供的词表。已由人工修改的词条保持不变，可以重复运行。")

    def handle(self, **options: Any) -> None:
        loaded = load_shipped_terms()
        self.stdout.write(
            _("新增词条 %(added)d 个，更新 %(changed)d 个；人工修改过的 %(edited)d 个保持不变。")
            % {"added": loaded.added, "changed": loaded.changed, "edited": loaded.edited}
        )
