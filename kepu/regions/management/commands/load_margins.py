"""Load population figures of regions from a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from kepu.regions.management.reporting import (
    refusals_as_command_errors,
    summary_of_check,
    summary_of_load,
    text_of_file,
)
from kepu.regions.margin_csv import COLUMNS
from kepu.regions.models import Margin
from kepu.regions.population import CATEGORIES
from kepu.regions.services import check_margin_csv, load_margin_csv


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _("从 CSV 文件装入地区人口数。列：%(columns)s。类别：%(categories)s。") % {
            "columns": ", ".join(COLUMNS),
            "categories": "; ".join(f"{margin}: {', '.join(CATEGORIES[margin])}" for margin in Margin),
        }
        parser.add_argument("file", type=Path, help=_("CSV 文件"))
        parser.add_argument("--dry-run", action="store_true", help=_("只检查，不写入"))

    def handle(self, *, file: Path, dry_run: bool, **options: Any) -> None:
        act, summary = (check_margin_csv, summary_of_check) if dry_run else (load_margin_csv, summary_of_load)
        with refusals_as_command_errors():
            result = act(text_of_file(file), source=file.name)
        for error in result.errors:
            self.stderr.write(str(error))
        self.stdout.write(summary(result))
