"""A year of invented reports: most verified, one returned, one late, one at risk, one missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml
from django.core.files.base import ContentFile

from kepu.accounts.models import Organisation, User
from kepu.demo.access import DATA
from kepu.demo.calendar import at
from kepu.plans.models import Measure, Plan, ReportingPeriod, Standing
from kepu.plans.queries.structure import actions_in_force, leads_of
from kepu.plans.services.plan import record_estimate, record_value
from kepu.plans.services.progress import (
    FigureInput,
    ReportContent,
    accept_report,
    attach_evidence,
    return_report,
    save_report,
    submit_report,
)

YEAR = 2025
LAST_QUARTER = 4


@dataclass(frozen=True, slots=True)
class Job:
    """One report to be written: who, on what, when, and what becomes of it."""

    measure: Measure
    unit: Organisation
    period: ReportingPeriod
    words: dict[str, Any]
    is_main_lead: bool
    fate: str


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DATA / "progress.yaml").read_text(encoding="utf-8"))
    return found


# What became of the last quarter's report of a measure's first lead, by (action, measure); all others were accepted.
FATES = {
    (1, 2): "missing",
    (1, 3): "waiting",
    (2, 2): "at_risk",
    (3, 2): "late",
    (3, 3): "returned",
    (4, 2): "waiting",
    (5, 3): "missing",
    (7, 1): "at_risk",
    (8, 1): "done",
}


def record_values(plan: Plan, *, by: User) -> None:
    """The invented values of the two hard targets."""
    targets = {target.unit: target for target in plan.targets.all()}
    for unit, day, value, low, high, size, unverified, source in words()["values"]:
        target, as_of = targets[unit], date.fromisoformat(day)
        moment = at(as_of + timedelta(days=20))
        if low is None:
            record_value(
                target,
                value=Decimal(value),
                as_of=as_of,
                source=source,
                by=by,
                at=moment,
                unverified=None if unverified is None else Decimal(unverified),
            )
        else:
            record_estimate(
                target,
                value=Decimal(str(value)),
                low=Decimal(str(low)),
                high=Decimal(str(high)),
                sample_size=size,
                as_of=as_of,
                source=source,
                by=by,
                at=moment,
            )


def report_a_year(plan: Plan, *, people: dict[str, User]) -> None:
    by_unit = _reporters(people)
    for job in _jobs(plan):
        if job.fate != "missing":
            _report(job, by=by_unit[job.unit.pk], office=people["office"])


def _reporters(people: dict[str, User]) -> dict[int, User]:
    """The first of the demo's people who may report for a unit."""
    found: dict[int, User] = {}
    for user in people.values():
        for membership in user.memberships.filter(role="lead_unit"):
            found.setdefault(membership.organisation_id, user)
    return found


def _jobs(plan: Plan) -> Iterator[Job]:
    periods = sorted(plan.periods.filter(year=YEAR), key=lambda period: period.quarter)
    for number, (action, texts) in enumerate(
        zip(actions_in_force(plan), words()["actions"], strict=False), start=1
    ):
        for place, (measure, text) in enumerate(
            zip(action.measures.all(), texts["measures"], strict=False), start=1
        ):
            measure.action = action
            for order, lead in enumerate(leads_of(measure)):
                for period in periods:
                    fate = (
                        FATES.get((number, place), "") if period.quarter == LAST_QUARTER and not order else ""
                    )
                    yield Job(measure, lead.organisation, period, text, order == 0, fate)


def _report(job: Job, *, by: User, office: User) -> None:
    day = at(job.period.due_on - timedelta(days=6 if job.is_main_lead else 3))
    report = save_report(
        job.measure, organisation=job.unit, period=job.period, content=_content(job), by=by, at=day
    )
    if job.is_main_lead:
        attach_evidence(report, upload=_sign_in_list(job), by=by, at=day)
    report = submit_report(report, by=by, at=day)
    _decide(job.fate, report=report, office=office, moment=at(job.period.due_on + timedelta(days=5)))


def _decide(fate: str, *, report: Any, office: User, moment: datetime) -> None:
    if fate == "returned":
        return_report(report, reason="参训人数与佐证材料对不上，请核对后补传签到表。", by=office, at=moment)
    elif fate != "waiting":
        accept_report(report, by=office, at=moment)


def _content(job: Job) -> ReportContent:
    text = f"{job.words['did']}。" if job.is_main_lead else f"配合第一牵头单位：{job.words['did']}。"
    return ReportContent(
        text=text,
        next_steps="按年度计划继续推进，下季度补上偏远村。",
        standing=_standing(job.fate),
        figures=_figures(job) if job.is_main_lead else (),
    )


def _standing(fate: str) -> str:
    return {"at_risk": Standing.AT_RISK, "late": Standing.LATE, "done": Standing.DONE}.get(
        fate, Standing.ON_TRACK
    )


def _figures(job: Job) -> list[FigureInput]:
    name, unit, amount = job.words["figure"]
    wave = (job.period.quarter * 7 + job.measure.pk * 3) % 9
    numerator = Decimal(amount) + Decimal(amount) * (wave - 4) / 50
    target = job.measure.targets.filter(unit=job.words.get("target", "")).first()
    return [FigureInput(name=name, numerator=numerator.quantize(Decimal(1)), unit=unit, target=target)]


def _sign_in_list(job: Job) -> ContentFile[bytes]:
    """An invented roster, different for every report, as the proof that a real one would be."""
    lines = ["序号,场次,人数,说明", f"1,第{job.period.quarter}季度 {job.measure.title},,演示用的虚构签到表"]
    return ContentFile(("\ufeff" + "\n".join(lines)).encode(), name=f"签到表-{job.period.quarter}季度.csv")
