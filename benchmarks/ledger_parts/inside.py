"""What the benchmark of the ledger does within an installation: `python -m benchmarks.ledger_parts.inside 1000000`."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kepu.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from kepu.accounts.models import Role  # noqa: E402
from kepu.audit.services import SYSTEM  # noqa: E402
from kepu.ledger import services  # noqa: E402
from kepu.ledger.happenings import EvidenceClass, Happening  # noqa: E402
from kepu.ledger.models import Fact, Tally  # noqa: E402
from kepu.ledger.services.rebuilding import rebuild  # noqa: E402
from kepu.plans.models import Target  # noqa: E402
from kepu.plans.services.plan import count_by_shipped_rule  # noqa: E402
from tests.factories.accounts import make_user  # noqa: E402
from tests.factories.plans import make_action, make_measure, make_plan, make_target  # noqa: E402

AT = datetime(2025, 12, 30, 4, tzinfo=UTC)
ALONE, BATCHED, ASKED = 1_000, 20_000, 100
PEOPLE, UNITS, HEADS = 300_000, 60, 30
"""Distinct people, leading units (each in one of 20 towns), and people a session."""


def main() -> None:
    size = int(sys.argv[1])
    target, office = made_target()
    found: dict[str, Any] = {"facts": size, **append()}
    found["generate_s"] = timed(lambda: generate(size - ALONE - BATCHED))
    found["rebuild_s"] = timed(rebuild)
    found["cells"] = Tally.objects.count()
    found |= pages(target, office=office)
    found["bytes_a_fact"] = round(database_bytes() / Fact.objects.count())
    print(json.dumps(found))


def made_target() -> tuple[Target, Any]:
    plan = make_plan(slug="bench")
    action = make_action(plan, leads=[plan.office])
    for _measure in range(20):
        measure = make_measure(action)
    target = make_target(plan, measure=measure)
    count_by_shipped_rule(target, code="elder_training", by=SYSTEM, at=AT)
    return Target.objects.get(pk=target.pk), make_user(Role.DISTRICT_OFFICE, plan.office)


def append() -> dict[str, float]:
    """One by one, each in a transaction of its own, and by the batch."""
    begun = time.process_time()
    for number in range(ALONE):
        with transaction.atomic():
            services.record(_happening(number), key=f"alone:{number}", by=SYSTEM, at=AT)
    alone = (time.process_time() - begun) / ALONE * 1000
    pairs = ((f"batch:{number}", _happening(number + ALONE)) for number in range(BATCHED))
    batched = timed(lambda: services.record_all(pairs, by=SYSTEM, at=AT))
    return {"record_cpu_ms": round(alone, 2), "batched_facts_a_second": round(BATCHED / batched)}


def _happening(number: int) -> Happening:
    session = number // HEADS
    unit, month = session // 48 % UNITS, session % 48
    return Happening(
        kind="attendance",
        activity_kind=("silver_digital", "science_event")[session // 7 % 2],
        quantity=Decimal(1),
        unit="人次",
        happened_on=date(2022 + month // 12, 1 + month % 12, 1 + session % 28),
        region=f"330604{100 + unit % 20}000",
        organisation=unit + 1,
        occasion=f"session:{session}",
        evidence=list(EvidenceClass)[number % 4],
        source="扫码签到",
        source_address=f"/desk/activities/attendances/{number}/",
        plan="bench",
        measure=f"1.{1 + session // 11 % 20}",
        audience="elders",
        setting="on_site",
        person_key=f"{number * 7919 % PEOPLE:064d}",
        age=55 + number % 30,
    )


# The same rows as `_happening` makes, by the database: i is the number, s the session, u the unit, o the month since January 2022.
_ROWS = """
WITH RECURSIVE n(i) AS (SELECT %s UNION ALL SELECT i + 1 FROM n WHERE i < %s),
     m AS (SELECT i, i / 30 AS s, i / 30 / 48 %% 60 AS u, i / 30 %% 48 AS o FROM n)
INSERT INTO ledger_fact (key, kind, activity_kind, quantity, unit, happened_on, month, recorded_at, region, organisation, plan,
                         measure, audience, themes, setting, person_key, age, evidence, occasion, source, source_address,
                         recorded_by, reason)
SELECT 'made:' || i, 'attendance', CASE s / 7 %% 2 WHEN 0 THEN 'silver_digital' ELSE 'science_event' END, 1, '人次',
       {day}, (2022 + o / 12) * 100 + 1 + o %% 12, %s, '330604' || (100 + u %% 20) || '000', u + 1, 'bench',
       '1.' || (1 + s / 11 %% 20), 'elders', '', 'on_site', {person}, 55 + i %% 30,
       CASE i %% 4 WHEN 0 THEN 'scanned' WHEN 1 THEN 'roster' WHEN 2 THEN 'paper_sheet' ELSE 'imported' END,
       'session:' || s, '扫码签到', '/desk/activities/attendances/' || i || '/', '系统', ''
FROM m
"""
_WRITTEN = {
    "sqlite": {
        "day": "printf('%%04d-%%02d-%%02d', 2022 + o / 12, 1 + o %% 12, 1 + s %% 28)",
        "person": "printf('%%064d', CAST(i AS INTEGER) * 7919 %% 300000)",
    },
    "postgresql": {
        "day": "make_date((2022 + o / 12)::int, (1 + o %% 12)::int, (1 + s %% 28)::int)",
        "person": "lpad((i::bigint * 7919 %% 300000)::text, 64, '0')",
    },
}


def generate(number: int) -> None:
    first = ALONE + BATCHED
    sql = _ROWS.format(**_WRITTEN[connection.vendor])
    with transaction.atomic(), connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(AT)
        cursor.execute(sql, [first, first + number - 1, moment])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def pages(target: Target, *, office: Any) -> dict[str, float]:
    """The score-card of the plan, the target and its break-down, as the office sees them."""
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.REQUIRE_TOTP = False
    call_command("collectstatic", verbosity=0, interactive=False)
    client = Client()
    client.force_login(office)
    addresses = {
        "score_card": reverse("plans:plan", args=[target.plan.slug]),
        "target": reverse("plans:target", args=[target.pk]),
        "break_down": reverse("plans:target_counted", args=[target.pk]),
    }
    return {f"{name}_p95_ms": p95(client, address) for name, address in addresses.items()}


def p95(client: Client, address: str) -> float:
    times = sorted(timed(lambda: _get(client, address)) for _time in range(ASKED))
    return round(times[int(ASKED * 0.95)] * 1000, 1)


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")


def database_bytes() -> int:
    if connection.vendor == "sqlite":
        return sum(
            file.stat().st_size
            for file in Path(settings.DATABASES["default"]["NAME"]).parent.glob("*.sqlite3*")
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def timed(deed: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    deed()
    return round(time.perf_counter() - begun, 4)


if __name__ == "__main__":
    main()
