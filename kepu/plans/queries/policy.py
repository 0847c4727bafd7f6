"""The library of higher documents, and which clauses and measures are not linked yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from kepu.plans.models import Citation, Clause, Measure, Plan, PolicyDocument


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is left to link between a plan and the library."""

    orphan_clauses: Sequence[Clause]
    unfounded_measures: Sequence[Measure]
    clause_count: int
    measure_count: int


def library(plan: Plan) -> QuerySet[PolicyDocument]:
    """Documents with their clauses and, for one plan, the measures that serve each: three queries."""
    citations = (
        _in_force(plan).select_related("measure").order_by("measure__action__position", "measure__position")
    )
    clauses = Clause.objects.prefetch_related(Prefetch("citations", citations, to_attr="served_by"))
    return PolicyDocument.objects.prefetch_related(Prefetch("clauses", clauses))


def coverage(plan: Plan) -> Coverage:
    """Clauses that no measure of the plan serves, and measures that serve no clause: four queries."""
    measures = Measure.objects.filter(
        action__plan=plan, withdrawn_in__isnull=True, action__withdrawn_in__isnull=True
    )
    served = Exists(_in_force(plan).filter(clause=OuterRef("pk")))
    founded = Exists(Citation.objects.filter(measure=OuterRef("pk")))
    return Coverage(
        orphan_clauses=list(Clause.objects.exclude(served).select_related("document")),
        unfounded_measures=list(measures.exclude(founded).select_related("action")),
        clause_count=Clause.objects.count(),
        measure_count=measures.count(),
    )


def _in_force(plan: Plan) -> QuerySet[Citation]:
    return Citation.objects.filter(
        measure__action__plan=plan,
        measure__withdrawn_in__isnull=True,
        measure__action__withdrawn_in__isnull=True,
    )
