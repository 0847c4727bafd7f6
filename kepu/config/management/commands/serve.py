"""Prepare, then serve from the same process: what `make run` calls, so that a second start is quick."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from gunicorn.app.base import BaseApplication


class Command(BaseCommand):
    requires_system_checks = []
    help = "Prepare the installation and serve it; production may call gunicorn itself after `prepare`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000")
        parser.add_argument("--workers", type=int, default=1)
        parser.add_argument("--threads", type=int, default=8)

    def handle(self, *args: Any, bind: str, workers: int, threads: int, **options: Any) -> None:
        call_command("prepare", address=f"http://{bind}")
        connections.close_all()  # a connection must not be shared with the worker that is forked next
        Server({"bind": bind, "workers": workers, "threads": threads, "worker_class": "gthread"}).run()


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with its settings given by us instead of the command line."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.wanted = {"loglevel": "warning", **settings}
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.wanted.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        # Not at the top: WhiteNoise lists the static files when the application is made, and `prepare` makes them.
        from kepu.config.wsgi import application  # noqa: PLC0415

        return application
