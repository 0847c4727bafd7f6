"""The boards: the office's score-card, and who reported on time. What waits for whom is in `waiting`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation
from kepu.plans.models import Action, Measure, Plan, ReportingPeriod, Standing
from kepu.plans.queries.duties import leading_pairs
from kepu.plans.queries.handed_in import HandedIn, ReportKey, handed_in_reports, is_on_time
from kepu.plans.queries.standing import SEVERITY, TONES, MeasureStanding, standings, worst
from kepu.plans.queries.structure import leads_of, responsible_for

REASONS: Mapping[str, str | Promise] = {
    "reported_done": _("牵头单位报告已完成"),
    "overdue": _("期限已过，还没有完成"),
    "reported_late": _("牵头单位报告逾期"),
    "report_missing": _("牵头单位没有按期填报"),
    "report_returned": _("填报被退回，还没有重新提交"),
    "reported_at_risk": _("牵头单位报告有风险"),
    "reported_on_track": _("牵头单位报告按期推进"),
    "nothing_due": _("还没有到填报的时候"),
    "nobody_responsible": _("方案没有写明由谁负责"),
}
"""Why a measure stands as it does, in words."""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure on a board."""

    standing: MeasureStanding
    units: Sequence[Organisation]

    @property
    def measure(self) -> Measure:
        return self.standing.measure

    @property
    def tone(self) -> str:
        return TONES[self.standing.standing]

    @property
    def word(self) -> str:
        return str(self.standing.standing.label)

    @property
    def reason(self) -> str:
        return str(REASONS[self.standing.reason])


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action and its measures; it stands as its worst measure does."""

    action: Action
    rows: Sequence[MeasureRow]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """Tone, word and number of each standing there is, worst first."""
        found = Counter(row.standing.standing for row in self.rows)
        return [(TONES[one], str(one.label), found[one]) for one in SEVERITY if found[one]]

    @property
    def standing(self) -> Standing:
        return worst(row.standing.standing for row in self.rows)

    @property
    def tone(self) -> str:
        return TONES[self.standing]

    @property
    def word(self) -> str:
        return str(self.standing.label)


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """How far the plan is: action by action, counted, and who says nothing."""

    actions: Sequence[ActionRow]
    counts: Mapping[Standing, int]
    silent_units: Sequence[tuple[Organisation, int]]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def tally(self) -> list[tuple[str, Standing, int]]:
        """Tone, standing and number, worst first; standings that no measure has are left out."""
        return [(TONES[one], one, self.counts[one]) for one in SEVERITY if self.counts[one]]

    @property
    def worst_rows(self) -> list[MeasureRow]:
        """Where it is worst, worst first."""
        order = [Standing.LATE, Standing.SILENT, Standing.AT_RISK]
        rows = [row for action in self.actions for row in action.rows if row.standing.standing in order]
        return sorted(rows, key=lambda row: order.index(row.standing.standing))


def score_card(plan: Plan, *, on: date) -> ScoreCard:
    """Every action with the standing of its measures: the six queries of `standings` and two for the silent units."""
    found = standings(plan, on=on)
    return ScoreCard(
        actions=_actions(found),
        counts={one: sum(row.standing == one for row in found) for one in Standing},
        silent_units=_silent_units(plan, found=found, on=on),
    )


class Punctuality(TextChoices):
    ON_TIME = "on_time", _("按时")
    LATE = "late", _("迟报")
    MISSING = "missing", _("未报")
    OPEN = "open", _("填报中")


PUNCTUALITY_TONES: Mapping[str, str] = {
    Punctuality.ON_TIME: "good",
    Punctuality.LATE: "warn",
    Punctuality.MISSING: "bad",
    Punctuality.OPEN: "unknown",
}


@dataclass(frozen=True, slots=True)
class PeriodCell:
    """One unit in one quarter: of the reports that it owed, how many came on time, late, not at all."""

    period: ReportingPeriod
    owed: int
    on_time: int
    late: int
    is_due: bool

    @property
    def handed_in(self) -> int:
        return self.on_time + self.late

    @property
    def missing(self) -> int:
        return self.owed - self.handed_in

    @property
    def punctuality(self) -> Punctuality:
        """One missing report makes the quarter missing, one late report makes it late."""
        if self.missing:
            return Punctuality.MISSING if self.is_due else Punctuality.OPEN
        return Punctuality.LATE if self.late else Punctuality.ON_TIME

    @property
    def tone(self) -> str:
        return PUNCTUALITY_TONES[self.punctuality]

    @property
    def word(self) -> str:
        return str(self.punctuality.label)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit through all quarters."""

    organisation: Organisation
    cells: Sequence[PeriodCell]


@dataclass(frozen=True, slots=True)
class PeriodBoard:
    """On time, late or missing, by unit and quarter; the newest quarter first."""

    periods: Sequence[ReportingPeriod]
    rows: Sequence[UnitRow]


def period_board(plan: Plan, *, on: date) -> PeriodBoard:
    """Units that lead measures, by the order of the roster: five queries, however many units and quarters."""
    periods = list(plan.periods.all())
    owed: dict[Organisation, list[int]] = defaultdict(list)
    for measure, unit in leading_pairs(plan):
        owed[unit].append(measure.pk)
    there = handed_in_reports(periods)
    rows = [
        UnitRow(
            unit,
            [_cell(unit, measures=owed[unit], period=one, handed_in=there, on=on) for one in periods],
        )
        for unit in sorted(owed, key=lambda unit: unit.path)
    ]
    return PeriodBoard(periods, rows)


def _cell(
    unit: Organisation,
    *,
    measures: Sequence[int],
    period: ReportingPeriod,
    handed_in: Mapping[ReportKey, HandedIn],
    on: date,
) -> PeriodCell:
    keys = [(measure, unit.pk, period.pk) for measure in measures]
    there = [handed_in[key] for key in keys if key in handed_in]
    on_time = sum(is_on_time(report, period=period) for report in there)
    return PeriodCell(period, len(keys), on_time, len(there) - on_time, is_due=period.due_on < on)


def _actions(found: Sequence[MeasureStanding]) -> list[ActionRow]:
    grouped: dict[Action, list[MeasureRow]] = {}
    for row in found:
        units = [one.organisation for one in responsible_for(row.measure)]
        grouped.setdefault(row.measure.action, []).append(MeasureRow(row, units))
    return [ActionRow(action, rows) for action, rows in grouped.items()]


def _silent_units(
    plan: Plan, *, found: Sequence[MeasureStanding], on: date
) -> list[tuple[Organisation, int]]:
    """Leading units that owe reports of the newest quarter that is past due, and how many."""
    newest = plan.periods.filter(due_on__lt=on).order_by("-year", "-quarter").first()
    if newest is None:
        return []
    there = handed_in_reports([newest])
    missing = Counter(
        lead.organisation
        for row in found
        for lead in leads_of(row.measure)
        if (row.measure.pk, lead.organisation_id, newest.pk) not in there
    )
    return sorted(missing.items(), key=lambda pair: (-pair[1], pair[0].path))
