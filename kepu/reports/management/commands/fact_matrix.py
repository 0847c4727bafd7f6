"""`manage.py fact_matrix FOLDER ROWS COLUMNS`: 人次 of exported facts by two dimensions, as CSV."""

from __future__ import annotations

import csv
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Count exported facts by two dimensions on the engine that a URL names"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder")
        parser.add_argument(
            "rows", help="year, quarter, month, town, audience, activity_kind, organisation or theme"
        )
        parser.add_argument("columns")
        parser.add_argument(
            "--engine", default="duckdb://", help="duckdb:// or sc://host:port of Spark Connect"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            import fact_analytics  # noqa: PLC0415 - an extra, and slow to load
        except ImportError as missing:
            raise CommandError(
                _("缺少分析组件（%(name)s）。请安装 kepu[analytics]。") % {"name": missing.name}
            ) from missing
        known = fact_analytics.DIMENSIONS
        for name in (options["rows"], options["columns"]):
            if name not in known:
                raise CommandError(
                    _("没有维度“%(name)s”，可用：%(known)s") % {"name": name, "known": "、".join(known)}
                )
        facts = fact_analytics.read_facts(fact_analytics.engine(options["engine"]), options["folder"])
        found = fact_analytics.matrix(facts, rows=known[options["rows"]], columns=known[options["columns"]])
        answer = found.to_pyarrow()
        writer = csv.writer(self.stdout)
        writer.writerow(answer.column_names)
        writer.writerows(row.values() for row in answer.to_pylist())
