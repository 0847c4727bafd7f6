"""`manage.py export_facts FOLDER`: the ledger as Parquet, one folder per year and county."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kepu.ledger.queries import exported_facts


class Command(BaseCommand):
    help = "Export the facts of the ledger as Parquet for DuckDB or Spark"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--after", type=int, default=0, help="only facts with a number above this one")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            from fact_analytics import write_facts  # noqa: PLC0415 - an extra, and slow to load
        except ImportError as missing:
            raise CommandError(
                _("缺少分析组件（%(name)s）。请安装 kepu[analytics]。") % {"name": missing.name}
            ) from missing
        written, last = 0, options["after"]
        for rows in exported_facts(after=options["after"]):
            write_facts(rows, options["folder"])
            written, last = written + len(rows), rows[-1]["number"]
            self.stderr.write(_("已写出 %(n)d 条") % {"n": written})
        self.stdout.write(
            _("共写出 %(n)d 条事实到 %(folder)s，下次可从 --after %(last)d 接着导出。")
            % {"n": written, "folder": options["folder"], "last": last}
        )
