"""CPU per page: our plan page, made anew and kept for visitors, beside an article page of Wagtail.

`make bench NAME=pages`. Both run under gunicorn with one worker of four threads, on SQLite, asked by one client,
one after the other. The peer is installed into var/bench (needs the package index) and gets 300 pages.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.servers import cpu_milliseconds, free_port, served

ROOT = Path(__file__).resolve().parents[1]
BENCH = ROOT / "var" / "bench"
PEER_VERSION = "8.0.1"
REQUESTS = 1000

PEER_PAGES = """
from wagtail.models import Page
from home.models import HomePage
root = HomePage.objects.first()
for number in range(300 - root.get_children().count()):
    root.add_child(instance=HomePage(title=f"科学素质提升行动进展 {number}", slug=f"page-{number}"))
print(root.get_children().first().url)
"""


def main() -> None:
    ours = measure_ours()
    peer = measure_peer()
    print(
        json.dumps(
            {
                "name": "pages",
                "unit": "CPU-ms per request",
                "ours": {key: round(value, 2) for key, value in ours.items()},
                "peer": {"name": f"Wagtail {PEER_VERSION} article page", "dynamic": round(peer, 2)},
                "ratio": round(peer / ours["plan_page_dynamic"], 2),
                "requests": REQUESTS,
            }
        )
    )


def measure_ours() -> dict[str, float]:
    """The demo's plan page, once as a signed-out visitor with a kept page and once with a session."""
    environment = {"KEPU_VAR": str(BENCH / "kepu"), "KEPU_DEMO": "1"}
    _run([sys.executable, "manage.py", "prepare"], folder=ROOT, environment=environment)
    slug = _run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", _FIRST_PLAN],
        folder=ROOT,
        environment=environment,
    ).splitlines()[-1]
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with served(
        _gunicorn("kepu.config.wsgi", port), folder=ROOT, environment=environment, port=port
    ) as group:
        return {
            "plan_page_dynamic": cpu_milliseconds(
                f"{address}/plans/{slug}/", group=group, requests=REQUESTS, cookie="sessionid=none"
            ),
            "home_dynamic": cpu_milliseconds(
                f"{address}/", group=group, requests=REQUESTS, cookie="sessionid=none"
            ),
            "plan_page_kept": cpu_milliseconds(
                f"{address}/plans/{slug}/", group=group, requests=REQUESTS * 5
            ),
        }


_FIRST_PLAN = "from kepu.plans.models import Plan; print(Plan.objects.filter(is_public=True).earliest('starts_in').slug)"


def measure_peer() -> float:
    """A fresh `wagtail start` site with 300 pages, production settings, its own default template."""
    python = BENCH / "wagtail" / "bin" / "python"
    site = BENCH / "site"
    if not python.exists():
        _run([sys.executable, "-m", "venv", str(BENCH / "wagtail")], folder=BENCH)
        _run(
            [str(python), "-m", "pip", "install", "-q", f"wagtail=={PEER_VERSION}", "gunicorn"], folder=BENCH
        )
    if not site.exists():
        site.mkdir()
        _run([str(BENCH / "wagtail" / "bin" / "wagtail"), "start", "peer", str(site)], folder=BENCH)
        (site / "peer" / "settings" / "local.py").write_text(
            "SECRET_KEY = 'benchmark'\nALLOWED_HOSTS = ['*']\nCSRF_TRUSTED_ORIGINS = []\n"
        )
    environment = {"DJANGO_SETTINGS_MODULE": "peer.settings.production"}
    manage = [str(python), "manage.py"]
    _run([*manage, "migrate", "-v0"], folder=site, environment=environment)
    _run([*manage, "collectstatic", "-v0", "--noinput"], folder=site, environment=environment)
    path = _run([*manage, "shell", "-c", PEER_PAGES], folder=site, environment=environment).split()[-1]
    path = "/" + path.split("/", 3)[-1] if path.startswith("http") else path
    port = free_port()
    command = [str(python), "-m", "gunicorn", *_gunicorn("peer.wsgi", port)[3:]]
    with served(command, folder=site, environment=environment, port=port) as group:
        return cpu_milliseconds(f"http://127.0.0.1:{port}{path}", group=group, requests=REQUESTS)


def _gunicorn(application: str, port: int) -> list[str]:
    options = ["--workers", "1", "--worker-class", "gthread", "--threads", "4", "--log-level", "error"]
    return [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", *options]


def _run(command: list[str], *, folder: Path, environment: dict[str, str] | None = None) -> str:
    BENCH.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
    return done.stdout.strip()


if __name__ == "__main__":
    main()
