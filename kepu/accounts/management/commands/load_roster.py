"""Load a district's roster of units from YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kepu.accounts import services
from kepu.audit.services import SYSTEM
from kepu.core.clock import now
from kepu.core.errors import Refused


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _("从 YAML 名册装入单位；已有的单位保持原样。")
        parser.add_argument("file", type=Path, help=_("名册文件"))

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            loaded = services.load_roster(file, by=SYSTEM, at=now())
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("新建 %(created)d 个单位，保持 %(kept)d 个。")
            % {"created": loaded.created, "kept": loaded.kept}
        )
        for name in loaded.unconfirmed:
            self.stdout.write(_("待核实：%(name)s") % {"name": name})
