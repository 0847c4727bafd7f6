"""Every deed that plans and the desk write down has a name that the auditor can read."""

import re
from pathlib import Path

import kepu.desk
import kepu.plans
from kepu.audit.deeds import deed_names

WRITTEN = re.compile(r"""(?:\b(?:audit|record|write_down)\(|_decided\([^"]*deed=)\s*"([a-z_]+)\"""")


def written_deeds():
    for app in (kepu.plans, kepu.desk):
        for file in Path(app.__file__).parent.rglob("services*/**/*.py"):
            yield from WRITTEN.findall(file.read_text(encoding="utf-8"))
        for file in Path(app.__file__).parent.glob("services.py"):
            yield from WRITTEN.findall(file.read_text(encoding="utf-8"))


def test_every_deed_that_is_written_down_has_a_name():
    found = set(written_deeds())
    assert {"accept_report", "add_term", "close_plan"} <= found
    assert found - set(deed_names()) == set()
