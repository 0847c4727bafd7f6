"""Fixtures that every test folder shares."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import translation


@pytest.fixture(autouse=True)
def _settings_for_tests(settings, tmp_path):
    """Pages under test name static files as they are; the hashed names are made by collectstatic at start."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.REQUIRE_TOTP = False  # the tests of the second factor switch it on
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _in_chinese():
    """A request in English leaves its language behind in the thread; the next test must not inherit it."""
    translation.activate("zh-hans")


@pytest.fixture(autouse=True, scope="session")
def _append_only_tables_can_be_emptied():
    """The flush after a test that really commits must get past the triggers; nothing else may."""
    from django.core.management.commands import flush  # noqa: PLC0415 - Django must be set up first
    from django.db import connections  # noqa: PLC0415

    from kepu.core.append_only import lock, locked_tables, unlock  # noqa: PLC0415

    real = flush.Command.handle

    def flush_unlocked(self, **options):
        connection = connections[options["database"]]
        tables = locked_tables(connection)
        for table in tables:
            unlock(connection, table=table)
        try:
            real(self, **options)
        finally:
            for table in tables:
                lock(connection, table=table)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", flush_unlocked)
        yield


@pytest.fixture
def time_machine_at():
    """Travel to noon of a day in the district: `with time_machine_at(date(2025, 5, 1)): …`."""

    def travel(day):
        noon = datetime.combine(day, time(12), tzinfo=ZoneInfo("Asia/Shanghai"))
        return time_machine.travel(noon, tick=False)

    return travel
