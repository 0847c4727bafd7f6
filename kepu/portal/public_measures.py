"""What the public may read of one measure: the plan's text, what the office has verified, and which activities lie ahead.

Drafts, reports that wait, evidence files and the names of people stay behind the log-in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from kepu.accounts.models import Organisation
from kepu.activities.queries import offered
from kepu.activities.queries.offered import Offer, Sought
from kepu.plans.models import Measure, Plan, ProgressReport, ReportState, ResponsibilityRole, Standing
from kepu.plans.queries.boards import REASONS
from kepu.plans.queries.standing import TONES, standing_of_measure
from kepu.plans.queries.structure import responsible_for, with_units

NAMED_ACTIVITIES = 5


@dataclass(frozen=True, slots=True)
class PublicMeasure:
    """A measure, how it stands and why, who does it, and the verified reports, newest first."""

    measure: Measure
    standing: Standing
    reason: str
    leads: Sequence[Organisation]
    partners: Sequence[Organisation]
    reports: Sequence[ProgressReport]
    activities: Sequence[Offer] = ()

    @property
    def tone(self) -> str:
        return TONES[self.standing]


def public_measure(plan: Plan, *, code: str, at: datetime) -> PublicMeasure | None:
    """A measure in force by its code, which stays the same through amendments; twelve queries at most."""
    measure = with_units(Measure.objects.filter(action__plan=plan, code=code)).first()
    if measure is None:
        return None
    found = standing_of_measure(measure, on=timezone.localdate(at))
    units = responsible_for(measure)
    return PublicMeasure(
        measure,
        found.standing,
        str(REASONS[found.reason]),
        leads=[unit.organisation for unit in units if unit.role == ResponsibilityRole.LEAD],
        partners=[unit.organisation for unit in units if unit.role != ResponsibilityRole.LEAD],
        reports=verified_reports(measure),
        activities=offered.next_dates(Sought(measure=measure.pk), at=at, most=NAMED_ACTIVITIES),
    )


def verified_reports(measure: Measure) -> list[ProgressReport]:
    """Accepted versions only: what is being corrected shows as it was verified until the correction is, too."""
    reports = ProgressReport.objects.filter(measure=measure, state=ReportState.ACCEPTED)
    return list(
        reports.select_related("period", "organisation")
        .prefetch_related("figures")
        .order_by("-period__year", "-period__quarter", "organisation__path")
    )
