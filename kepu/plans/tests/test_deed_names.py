"""Every deed that plans write down has a name that the auditor can read."""

import re
from pathlib import Path

import kepu.plans
from kepu.audit.deeds import deed_names

WRITTEN = re.compile(r"""(?:\b(?:audit|record|write_down)\(|_decided\([^"]*deed=)\s*"([a-z_]+)\"""")


def test_every_deed_that_is_written_down_has_a_name():
    services = Path(kepu.plans.__file__).parent / "services"
    found = {
        deed for file in services.rglob("*.py") for deed in WRITTEN.findall(file.read_text(encoding="utf-8"))
    }
    assert {"accept_report", "supersede_report", "close_plan"} <= found
    assert found - set(deed_names()) == set()
