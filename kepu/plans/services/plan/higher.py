"""Plans of higher levels, of which only the targets are kept, so that the cascade can be followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.models import Organisation, User
from kepu.audit.services import System
from kepu.audit.services import record as audit
from kepu.core.errors import BadInput, require
from kepu.plans import rules
from kepu.plans.models import Comparator, NumberKind, Plan, PlanLevel, Target
from kepu.plans.services.plan.targets import check_amount
from kepu.regions.models import Region


class NotAHigherPlan(BadInput):
    code = "not_a_higher_plan"
    message = gettext_lazy("上级方案须是国家、省或市的方案。")


@dataclass(frozen=True, slots=True)
class HigherTarget:
    """A target of a higher plan; the number is that of the document."""

    name: str
    value: Decimal
    unit: str
    due_on: date
    comparator: str = Comparator.AT_LEAST
    kind: str = NumberKind.ESTIMATED
    name_en: str = ""


@transaction.atomic
def register_higher_plan(
    title: str,
    *,
    level: str,
    office: Organisation,
    years: tuple[int, int],
    targets: Sequence[HigherTarget],
    by: User | System,
    at: datetime,
    region: Region | None = None,
) -> Plan:
    """Keep a plan of the nation, the province or the city with its targets. The office that needs it keeps it.

    Without a region it is that of the office's district: the register has no row for the nation.
    """
    require(rules.can_import(by, office))
    title = title.strip()
    if level not in PlanLevel.values or level == PlanLevel.DISTRICT:
        raise NotAHigherPlan(field="level")
    if not title or len(title) > 200 or years[0] > years[1]:
        raise BadInput(_("请填写名称和起止年份。"), field="title")
    plan = Plan.objects.create(
        slug=f"{level}-{uuid4().hex[:10]}",
        title=title,
        level=level,
        region=region or office.region,
        office=office,
        starts_in=years[0],
        ends_in=years[1],
        is_public=False,
    )
    for position, words in enumerate(targets, start=1):
        _add(plan, words=words, position=position)
    audit("register_higher_plan", of=plan, by=by, at=at, organisation=str(office))
    return plan


def _add(plan: Plan, *, words: HigherTarget, position: int) -> Target:
    if not words.name.strip() or len(words.name.strip()) > 120 or not words.unit.strip():
        raise BadInput(_("请填写指标的名称和计量单位。"), field="name")
    check_amount(words.value, field="value")
    return Target.objects.create(
        plan=plan,
        name=words.name.strip(),
        name_en=words.name_en.strip()[:160],
        kind=words.kind,
        comparator=words.comparator,
        value=words.value,
        unit=words.unit.strip()[:20],
        due_on=words.due_on,
        position=position,
    )
