"""Serving: what must not happen before the installation is prepared."""

import subprocess
import sys

PROBE = (
    "import sys, django; django.setup(); import kepu.config.management.commands.serve;"
    "print('kepu.config.wsgi' in sys.modules)"
)


def test_the_application_is_made_after_the_static_files_because_it_lists_them_once():
    found = subprocess.run(
        [sys.executable, "-c", PROBE],
        env={"DJANGO_SETTINGS_MODULE": "kepu.config.settings", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "False"
