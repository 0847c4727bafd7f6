"""Numbers in reports. A figure counts once for the district; it is credited to every unit named beside it.

Only verified reports count. What is handed in but not verified stands beside the total, never in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from kepu.accounts.models import Organisation
from kepu.plans.models import Figure, Measure, Plan, ReportingPeriod, ReportState

_NOTHING = Value(Decimal(0), output_field=DecimalField(max_digits=20, decimal_places=2))
_VERIFIED = Q(report__state=ReportState.ACCEPTED)
# The next version of a verified report repeats what already counts, so it is not "unverified on top".
_WAITING = Q(report__state=ReportState.SUBMITTED, report__version=1)


@dataclass(frozen=True, slots=True)
class FigureTotal:
    """The sum of one named number of one measure, in one unit. `denominator` is there when it is a share."""

    measure_id: int
    target_id: int | None
    name: str
    unit: str
    verified: Decimal
    verified_denominator: Decimal
    unverified: Decimal

    @property
    def share(self) -> Decimal | None:
        """The verified share of 1, pooled over everything that was reported; None when it is not a share."""
        if not self.verified_denominator:
            return None
        return self.verified / self.verified_denominator


@dataclass(frozen=True, slots=True)
class UnitCredit:
    """What one unit took part in: the same numbers may stand at several units, so these do not add up."""

    organisation: Organisation
    total: FigureTotal


@dataclass(frozen=True, slots=True)
class TargetTotal:
    """What verified reports add up to for a target, and what still waits for verification."""

    verified: Decimal
    unverified: Decimal


def district_totals(
    plan: Plan, *, period: ReportingPeriod | None = None, measure: Measure | None = None
) -> list[FigureTotal]:
    """Every named number once, for the whole plan or one quarter or one measure: one query."""
    rows = _sums(_figures(plan, period=period, measure=measure).values(*_GROUP)).order_by(*_GROUP)
    return [_total(row) for row in rows]


def unit_credits(
    plan: Plan,
    *,
    period: ReportingPeriod | None = None,
    measure: Measure | None = None,
    organisations: Iterable[Organisation] | None = None,
) -> list[UnitCredit]:
    """Every named number for each unit that took part: two queries."""
    figures = _figures(plan, period=period, measure=measure).filter(credited__isnull=False)
    if organisations is not None:
        figures = figures.filter(credited__in=list(organisations))
    rows = list(_sums(figures.values(*_GROUP, "credited")).order_by("credited__path", *_GROUP))
    units = Organisation.objects.in_bulk({row["credited"] for row in rows})
    return [UnitCredit(units[row["credited"]], _total(row)) for row in rows]


def target_totals(plan: Plan) -> dict[int, TargetTotal]:
    """For each target that reports name: what they add up to. Shares are pooled, as per cent."""
    rows = _sums(_figures(plan, period=None, measure=None).filter(target__isnull=False).values("target"))
    return {row["target"]: _target_total(row) for row in rows}


def typed_already(
    measure: Measure, *, period: ReportingPeriod, by_other_than: Organisation
) -> QuerySet[Figure]:
    """Numbers that other units have handed in for this measure and quarter, so that nobody types them twice."""
    handed_in = [ReportState.SUBMITTED, ReportState.RETURNED, ReportState.ACCEPTED]
    return (
        Figure.objects.filter(report__measure=measure, report__period=period, report__state__in=handed_in)
        .exclude(report__organisation=by_other_than)
        .select_related("report__organisation", "target")
        .prefetch_related("credited")
        .order_by("report__organisation__path", "pk")
    )


_GROUP = ("report__measure", "target", "name", "unit")


def _figures(plan: Plan, *, period: ReportingPeriod | None, measure: Measure | None) -> QuerySet[Figure]:
    figures = Figure.objects.filter(_VERIFIED | _WAITING, report__period__plan=plan)
    if period is not None:
        figures = figures.filter(report__period=period)
    return figures if measure is None else figures.filter(report__measure=measure)


def _sums(rows: QuerySet[Figure, Any]) -> QuerySet[Figure, Any]:
    return rows.order_by().annotate(
        verified=_sum("numerator", only=_VERIFIED),
        verified_denominator=_sum("denominator", only=_VERIFIED),
        unverified=_sum("numerator", only=_WAITING),
        unverified_denominator=_sum("denominator", only=_WAITING),
    )


def _sum(field: str, *, only: Q) -> Coalesce:
    return Coalesce(Sum(field, filter=only), _NOTHING)


def _total(row: dict[str, Any]) -> FigureTotal:
    return FigureTotal(
        measure_id=row["report__measure"],
        target_id=row["target"],
        name=row["name"],
        unit=row["unit"],
        verified=row["verified"],
        verified_denominator=row["verified_denominator"],
        unverified=row["unverified"],
    )


def _target_total(row: dict[str, Any]) -> TargetTotal:
    """Denominators are there when the target is a share: then the parts are pooled and shown as per cent."""
    return TargetTotal(
        verified=_pooled(row["verified"], of=row["verified_denominator"]),
        unverified=_pooled(row["unverified"], of=row["unverified_denominator"]),
    )


def _pooled(amount: Decimal, *, of: Decimal) -> Decimal:
    return (100 * amount / of).quantize(Decimal("0.01")) if of else amount
