"""Before and after the server is killed: make people to scan and a log-in for the phone; read what is in the books.

`python -m tests.fire.killed_server make 300`, `python -m tests.fire.killed_server read`; run in an installation.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kepu.config.settings")


def make(people: int) -> dict[str, object]:
    """An activity that is on now, so many people with codes, and a member of staff who is logged in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from kepu.accounts.models import Role  # noqa: PLC0415
    from kepu.core.clock import now  # noqa: PLC0415
    from tests.factories.accounts import make_organisation, make_user  # noqa: PLC0415
    from tests.factories.activities import make_activity, make_session  # noqa: PLC0415
    from tests.factories.check_in import signed_up  # noqa: PLC0415

    at = now()
    with transaction.atomic():
        unit = make_organisation()
        staff = make_user(Role.LEAD_UNIT, unit)
        activity = make_activity(organiser=unit, by=staff, at=at, sessions=0)
        session = make_session(activity, starts_at=at - timedelta(minutes=10))
        codes = [signed_up(session, name=f"参加人{number}").code for number in range(people)]
        waiting = signed_up(session, name="候补的人", state="waiting").code
    store = SessionStore()
    store[SESSION_KEY] = str(staff.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    store.create()
    return {
        "path": reverse("activities:check_in_batch", args=[session.pk]),
        "codes": codes,
        "waiting": waiting,
        "session": store.session_key,
        "csrf": "a" * 32,
        "at": at.timestamp(),
    }


def read() -> dict[str, object]:
    from kepu.activities.models import Attendance  # noqa: PLC0415
    from kepu.ledger.models import Fact  # noqa: PLC0415

    keys = Attendance.objects.values_list("idempotency_key", flat=True)
    return {"keys": list(keys), "facts": Fact.objects.filter(kind="attendance").count()}


if __name__ == "__main__":
    import django

    django.setup()
    made = make(int(sys.argv[2])) if sys.argv[1] == "make" else read()
    print(json.dumps(made))  # noqa: T201 - it is what the caller reads
