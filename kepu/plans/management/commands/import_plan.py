"""Read a plan document: show what was understood, keep it as an open import, or confirm it at once."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.db.models import Q
from django.utils.translation import gettext as _

from kepu.accounts.models import Membership, Organisation, Role
from kepu.audit.services import SYSTEM
from kepu.core.clock import now, today
from kepu.core.errors import Refused
from kepu.plans.models import PlanImport
from kepu.plans.queries.documents import read_document, shipped_terms, understood
from kepu.plans.queries.drafts import working_draft
from kepu.plans.services import importing
from plan_document.draft import PlanDraft
from plan_document.readers import UnreadableDocument
from plan_document.serialize import to_public_json


class Command(BaseCommand):
    help = _("读入方案文件：看识别结果，存为待确认的导入，或直接确认为方案。")
    # A dry run must work before anything is set up: it needs neither tables nor checks.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("方案文件：.docx、.pdf、.txt 或 .md"))
        parser.add_argument("--dry-run", action="store_true", help=_("只识别，不写数据库"))
        parser.add_argument("--json", action="store_true", help=_("识别结果以 JSON 打印到标准输出"))
        parser.add_argument("--office", default="", help=_("主管办公室：地区代码或单位名称"))
        parser.add_argument("--confirm", action="store_true", help=_("没有未办事项时直接确认为方案"))
        parser.add_argument("--reason", default="", help=_("修订说明，确认修订时必填"))

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as unreachable:
            raise CommandError(
                _("打不开文件 %(file)s：%(why)s") % {"file": file, "why": unreachable.strerror}
            ) from unreachable
        try:
            draft = self._run(content, file_name=file.name, options=options)
        except UnreadableDocument as unreadable:
            raise CommandError(unreadable.message) from unreadable
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        except (OperationalError, ProgrammingError) as missing:
            raise CommandError(_("数据库还没有建好，请先运行 manage.py migrate。")) from missing
        if options["json"]:
            self.stdout.write(json.dumps(to_public_json(draft), ensure_ascii=False, indent=2))
        else:
            self._describe(draft)

    def _run(self, content: bytes, *, file_name: str, options: dict[str, Any]) -> PlanDraft:
        if options["dry_run"]:
            return understood(read_document(content, file_name=file_name), vocabulary=shipped_terms())
        office = office_named(options["office"])
        started = importing.start_import(content, office=office, file_name=file_name, by=SYSTEM, at=now())
        draft = working_draft(started).draft
        if options["confirm"]:
            self._confirm(started, reason=options["reason"])
        else:
            self.stderr.write(_("已存为待确认的导入 %(key)d，请在工作台核对。") % {"key": started.pk})
        return draft

    def _confirm(self, started: PlanImport, *, reason: str) -> None:
        plan = importing.confirm_import(started, by=SYSTEM, at=now(), reason=reason)
        self.stderr.write(
            _("已确认：%(slug)s 第 %(version)d 版。") % {"slug": plan.slug, "version": plan.version}
        )

    def _describe(self, draft: PlanDraft) -> None:
        period = f"{draft.period.start}—{draft.period.end}" if draft.period else _("没有识别出起止年份")
        self.stdout.write(f"{draft.title}  {period}")
        for action in draft.actions:
            units = "、".join(unit.name for unit in action.leads) or _("没有写明牵头单位")
            self.stdout.write(f"  {action.number} {action.title}（{units}）")
            for measure in action.measures:
                self.stdout.write(f"      {measure.title}")
        for target in draft.targets:
            self.stdout.write(
                f"  ◎ {target.comparator.value} {target.value:g} {target.unit}  {target.population}"
            )
        for warning in draft.warnings:
            self.stdout.write(f"  ! {warning.message}  [{warning.code} {warning.start}–{warning.end}]")


def office_named(words: str) -> Organisation:
    """The office that is meant: by region code or name, else the only one in which somebody is the office."""
    offices = Organisation.objects.filter(is_active=True)
    if words:
        found = list(offices.filter(Q(name=words) | Q(short_name=words)))
        found = found or list(_offices().filter(region__code__startswith=words))
    else:
        found = list(_offices())
    if len(found) == 1:
        return found[0]
    names = "、".join(sorted(office.name for office in (found or _offices())))
    raise CommandError(
        _("请用 --office 指明一个主管办公室（现有：%(names)s）。")
        % {"names": names or _("还没有，请先开设账号")}
    )


def _offices() -> Any:
    """The organisations that have a district office role."""
    members = Membership.on(today()).filter(role=Role.DISTRICT_OFFICE)
    return Organisation.objects.filter(pk__in=members.values("organisation"))
