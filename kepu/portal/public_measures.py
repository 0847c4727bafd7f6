"""What the public may read of one measure: the plan's text and what the office has verified, nothing else.

Drafts, reports that wait, evidence files and the names of people stay behind the log-in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kepu.accounts.models import Organisation
from kepu.plans.models import Measure, Plan, ProgressReport, ReportState, ResponsibilityRole, Standing
from kepu.plans.queries.boards import REASONS
from kepu.plans.queries.standing import TONES, standing_of_measure
from kepu.plans.queries.structure import responsible_for, with_units


@dataclass(frozen=True, slots=True)
class PublicMeasure:
    """A measure, how it stands and why, who does it, and the verified reports, newest first."""

    measure: Measure
    standing: Standing
    reason: str
    leads: Sequence[Organisation]
    partners: Sequence[Organisation]
    reports: Sequence[ProgressReport]

    @property
    def tone(self) -> str:
        return TONES[self.standing]


def public_measure(plan: Plan, *, code: str, on: date) -> PublicMeasure | None:
    """A measure in force by its code, which stays the same through amendments; nine queries."""
    measure = with_units(Measure.objects.filter(action__plan=plan, code=code)).first()
    if measure is None:
        return None
    found = standing_of_measure(measure, on=on)
    units = responsible_for(measure)
    return PublicMeasure(
        measure,
        found.standing,
        str(REASONS[found.reason]),
        leads=[unit.organisation for unit in units if unit.role == ResponsibilityRole.LEAD],
        partners=[unit.organisation for unit in units if unit.role != ResponsibilityRole.LEAD],
        reports=verified_reports(measure),
    )


def verified_reports(measure: Measure) -> list[ProgressReport]:
    """Accepted versions only: what is being corrected shows as it was verified until the correction is, too."""
    reports = ProgressReport.objects.filter(measure=measure, state=ReportState.ACCEPTED)
    return list(
        reports.select_related("period", "organisation")
        .prefetch_related("figures")
        .order_by("-period__year", "-period__quarter", "organisation__path")
    )
