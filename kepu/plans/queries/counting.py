"""Targets that the ledger counts: what their rules count on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.core.clock import today
from kepu.ledger.queries import (
    Question,
    RuleCount,
    Total,
    count_of_version,
    question_from,
    rule_counts,
    rule_versions,
)
from kepu.plans.models import NumberKind, Plan, Target, TargetValue

SHIPPED = Path(__file__).parents[1] / "data" / "counting_rules.yaml"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a rule counts for a target, and the same as a value that pages show beside reported and estimated ones."""

    rule: int
    version: int
    total: Total
    value: TargetValue

    @property
    def people(self) -> int:
        return self.total.people


def counted_targets(targets: Sequence[Target], *, on: date) -> dict[int, Counted]:
    """By target, for those whose rule has gone through the past; no query where no target has a rule."""
    codes = {target.counting_rule: target for target in targets if target.counting_rule}
    if not codes:
        return {}
    counts = rule_counts(codes)
    return {
        target.pk: _counted(target, count=counts[code], on=on)
        for code, target in codes.items()
        if code in counts
    }


def _counted(target: Target, *, count: RuleCount, on: date) -> Counted:
    """A past day is counted as it was known at its end."""
    found = count.total if on >= today() else count_of_version(count.rule, as_of=_end_of(on))
    source = _("证据台账，计数规则第 %(version)d 版") % {"version": count.version}
    value = TargetValue(
        target=target,
        kind=NumberKind.COUNTED,
        as_of=on,
        value=found.quantity,
        unverified=found.unverified or None,
        source=source,
        recorded_at=_end_of(on),
    )
    return Counted(count.rule, count.version, found, value)


def _end_of(day: date) -> datetime:
    after = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return after - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ShippedRule:
    """A rule that Kepu brings along for a kind of target; a plan gives it its region and period."""

    code: str
    title: str
    title_en: str
    definition: Mapping[str, Any]


@cache
def shipped_rules() -> Mapping[str, ShippedRule]:
    """By code; read once, they change only with the program."""
    rows = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))["rules"]
    return {row["code"]: ShippedRule(**row) for row in rows}


def definition_for(plan: Plan, *, definition: Mapping[str, Any]) -> dict[str, Any]:
    """A definition within the place and the period of a plan, where it does not name its own."""
    return {
        "regions": [plan.region_id],
        "since": date(plan.starts_in, 1, 1).isoformat(),
        "until": plan.last_day.isoformat(),
        **definition,
    }


def question_for(target: Target) -> Question:
    """The question of the newest version of a target's rule; of a target without one, its plan's place and period."""
    versions = rule_versions(target.counting_rule) if target.counting_rule else []
    if versions:
        return versions[0].question
    return question_from(definition_for(target.plan, definition={"kinds": ["attendance"]}))
