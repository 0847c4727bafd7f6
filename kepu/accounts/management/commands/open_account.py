"""Open the first accounts of an installation; everybody after them comes by invitation."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from kepu.accounts import queries, services
from kepu.accounts.models import Organisation, Role
from kepu.audit.services import SYSTEM
from kepu.core.clock import now
from kepu.core.errors import Refused
from kepu.regions.models import Region


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _("开通账号并任命角色，打印一次性密码；首次登录必须修改。")
        parser.add_argument("username", help=_("用户名"))
        parser.add_argument("--name", required=True, help=_("姓名"))
        parser.add_argument("--role", required=True, choices=Role.values, help=_("角色"))
        parser.add_argument("--region", required=True, help=_("12 位地区代码，如 330604000000"))
        parser.add_argument("--organisation", required=True, help=_("单位名称、简称或别名"))

    def handle(
        self, *, username: str, name: str, role: str, region: str, organisation: str, **options: Any
    ) -> None:
        unit = _organisation(organisation, region=region)
        password = secrets.token_urlsafe(12)
        try:
            with transaction.atomic():
                user = services.open_account(name, username=username, password=password, by=SYSTEM, at=now())
                services.appoint(user, role=role, organisation=unit, by=SYSTEM, at=now())
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            _("已开通 %(username)s，一次性密码：%(password)s") % {"username": username, "password": password}
        )


def _organisation(written_name: str, *, region: str) -> Organisation:
    place = Region.objects.filter(pk=region).first()
    found = queries.find_organisation(written_name, region=place) if place else None
    if found is None:
        raise CommandError(
            _("没有这个地区或单位：%(region)s %(name)s") % {"region": region, "name": written_name}
        )
    return found
