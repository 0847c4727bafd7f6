"""The demo's people and how they log in: one password, made once for this installation and kept in var/."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth.hashers import make_password

from kepu.accounts.models import Organisation, User
from kepu.accounts.services.roles import appoint
from kepu.audit.services import SYSTEM

DATA = Path(__file__).parent / "data"
WORDS = ("river", "maple", "lantern", "bamboo", "orchid", "comet", "harbour", "meadow", "pebble", "willow")


def people() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / "people.yaml").read_text(encoding="utf-8"))["people"]
    return rows


def password() -> str:
    """Easy to type, different on every installation, so that a demo left open is not open to everybody."""
    path = Path(settings.VAR_DIR) / "demo_password.txt"
    if not path.exists():
        words = [secrets.choice(WORDS) for _ in range(3)]
        path.write_text("-".join([*words, str(secrets.randbelow(900) + 100)]), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8").strip()


def open_accounts(units: dict[str, Organisation], *, at: datetime) -> dict[str, User]:
    """An account and a role for each of the invented people; gives them by user name.

    They share one password, so its slow hash is made once.
    """
    opened = {}
    hashed = make_password(password())
    for row in people():
        user = User.objects.create(username=row["username"], name=row["name"], password=hashed)
        appoint(user, role=row["role"], organisation=units[row["unit"]], by=SYSTEM, at=at)
        opened[row["username"]] = user
    return opened


def describe_log_ins() -> str:
    """What `make run` prints: the accounts worth trying first, and the password they share."""
    lines = [f"  {row['username']:<12} {row['says']}" for row in people() if "says" in row]
    return "\n".join(["Demo log-ins (演示账号，口令相同):", *lines, f"  password 口令: {password()}", ""])
