"""pretix as a peer: installed from PyPI into a venv of its own, on PostgreSQL and, where there is one, Redis.

Used by the benchmarks of registration and check-in. The first run installs and migrates (minutes), later runs reuse both.
What cannot be had raises `PeerUnavailable` with the reason; the caller says it and measures only our side.

How it runs: gunicorn as its documentation recommends, PostgreSQL with fsync off as for ours, Redis as cache and as the queue of
Celery. No Celery worker runs, so what pretix does after answering (mails, webhooks) costs it nothing here. Only its
REST API is called; none of its code is used.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.servers import free_port, served

ROOT = Path(__file__).resolve().parents[1]
BENCH = ROOT / "var" / "bench"
VERSION = "2026.8.0"
NAME = f"pretix {VERSION}"
WORKERS = 4
TICKS = os.sysconf("SC_CLK_TCK")
# The server of PostgreSQL runs as another user, who may not be let into the checkout.
CLUSTER = Path(tempfile.gettempdir()) / f"kepu-bench-{os.getuid()}" / "pretix-postgresql"


class PeerUnavailable(RuntimeError):
    """pretix could not be installed or started; the message says why."""


@dataclass(frozen=True)
class Pretix:
    """A running shop with one event: free tickets, a quota, a check-in list, and valid ticket codes."""

    address: str
    token: str
    item: int
    quota: int
    check_in_list: int
    secrets: tuple[str, ...]
    roots: tuple[int, ...]
    """The processes under which all its CPU is spent: gunicorn, PostgreSQL, Redis."""
    is_with_redis: bool

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}

    @property
    def orders_address(self) -> str:
        return f"{self.address}/api/v1/organizers/peer/events/event/orders/"

    @property
    def redeem_address(self) -> str:
        return f"{self.address}/api/v1/organizers/peer/checkinrpc/redeem/"

    def order(self, number: int) -> bytes:
        """One free registration of one person, as the API takes it."""
        position = {"item": self.item, "attendee_name_parts": {"full_name": f"Visitor {number}"}}
        return json.dumps(
            {
                "email": f"visitor{number}@example.org",
                "phone": "+8613812345678",
                "locale": "en",
                "status": "p",
                "send_email": False,
                "positions": [position],
            }
        ).encode()

    def redemption(self, secret: str, *, nonce: str) -> bytes:
        """One scan of one ticket."""
        return json.dumps(
            {"secret": secret, "lists": [self.check_in_list], "nonce": nonce, "source_type": "barcode"}
        ).encode()

    def cpu_seconds(self) -> float:
        """CPU that application, database and cache have used until now."""
        return sum(cpu_seconds_below(root) for root in self.roots)


@contextmanager
def running_pretix(*, seats: int, tickets: int) -> Iterator[Pretix]:
    """A fresh event with so many seats left and so many tickets sold, served until the block ends."""
    python = _installed()
    with ExitStack() as stack:
        cluster = stack.enter_context(_postgresql())
        redis = stack.enter_context(_redis())
        environment = _configured(cluster_port=cluster.port, redis_port=redis.port if redis else 0)
        _manage(python, "migrate", "-v0", environment=environment)
        event = json.loads(
            _manage(
                python,
                "shell",
                "-c",
                SEED.replace("SEATS", str(seats)).replace("TICKETS", str(tickets)),
                environment=environment,
            ).splitlines()[-1]
        )
        port = free_port()
        command = [str(python), "-m", "gunicorn", "pretix.wsgi", "--bind", f"127.0.0.1:{port}"]
        command += ["--workers", str(WORKERS), "--max-requests", "0", "--log-level", "error", "--preload"]
        try:
            group = stack.enter_context(served(command, folder=_folder(), environment=environment, port=port))
        except RuntimeError as error:
            raise PeerUnavailable(f"gunicorn with pretix did not start: {error}") from error
        yield Pretix(
            address=f"http://127.0.0.1:{port}",
            token=event["token"],
            item=event["item"],
            quota=event["quota"],
            check_in_list=event["list"],
            secrets=tuple(event["secrets"]),
            roots=(group, cluster.pid, *([redis.pid] if redis else [])),
            is_with_redis=redis is not None,
        )


def cpu_seconds_below(root: int) -> float:
    """CPU of a process, of all that descend from it, and of those of its children that have ended."""
    parents, used = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(stat.parent.name)
        parents[pid] = int(fields[1])
        ended = int(fields[13]) + int(fields[14]) if pid == root else 0
        used[pid] = int(fields[11]) + int(fields[12]) + ended
    return sum(ticks for pid, ticks in used.items() if _descends(pid, root=root, parents=parents)) / TICKS


def _descends(pid: int, *, root: int, parents: dict[int, int]) -> bool:
    while pid and pid != root:
        pid = parents.get(pid, 0)
    return pid == root


@dataclass(frozen=True)
class _Service:
    port: int
    pid: int


def _installed() -> Path:
    """The Python of pretix's own venv, made on the first run."""
    python = BENCH / "pretix" / "bin" / "python"
    if not (BENCH / "pretix" / "bin" / "gunicorn").exists():
        BENCH.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "venv", str(BENCH / "pretix")])
        _run([str(python), "-m", "pip", "install", "-q", f"pretix=={VERSION}", "gunicorn"])
    return python


def _folder() -> Path:
    folder = BENCH / "pretix-data"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _configured(*, cluster_port: int, redis_port: int) -> dict[str, str]:
    """The environment that points pretix at its configuration file."""
    lines = [
        "[pretix]", "instance_name=peer", "url=http://127.0.0.1", f"datadir={_folder()}", "registration=off",
        "[django]", "secret=benchmark-benchmark-benchmark-benchmark-benchmark", "debug=off",
        "[database]", "backend=postgresql", "name=postgres", "user=kepu", "host=127.0.0.1", f"port={cluster_port}",
    ]  # fmt: skip
    if redis_port:
        redis = f"redis://127.0.0.1:{redis_port}"
        lines += ["[redis]", f"location={redis}/1", "sessions=true"]
        lines += ["[celery]", f"broker={redis}/2", f"backend={redis}/3"]
    file = _folder() / "pretix.cfg"
    file.write_text("\n".join(lines) + "\n")
    return {"PRETIX_CONFIG_FILE": str(file), "DJANGO_SETTINGS_MODULE": "pretix.settings"}


@contextmanager
def _postgresql() -> Iterator[_Service]:
    """A server on a cluster that is kept, because migrating an empty one takes minutes."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        raise PeerUnavailable("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    run, port = programs[-1], free_port()
    CLUSTER.parent.mkdir(parents=True, exist_ok=True)
    if os.getuid() == 0:
        shutil.chown(CLUSTER.parent, "postgres")
    if not (CLUSTER / "PG_VERSION").exists():
        options = ["-U", "kepu", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
        _run(_as_owner([str(run / "initdb"), "-D", str(CLUSTER), *options]))
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={CLUSTER} -c fsync=off"
    control = [str(run / "pg_ctl"), "-D", str(CLUSTER), "-w"]
    _run(_as_owner([*control, "-l", str(CLUSTER.parent / "pretix-postgresql.log"), "-o", settings, "start"]))
    try:
        yield _Service(port, _postmaster())
    finally:
        _run(_as_owner([*control, "-m", "fast", "stop"]))


def _postmaster() -> int:
    command = _as_owner(["head", "-n", "1", str(CLUSTER / "postmaster.pid")])
    return int(_run(command).strip())


def _as_owner(command: Sequence[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else list(command)


@contextmanager
def _redis() -> Iterator[_Service | None]:
    """A server in memory only; None where the machine has none."""
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    time.sleep(0.5)
    try:
        yield _Service(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _manage(python: Path, *arguments: str, environment: dict[str, str]) -> str:
    return _run([str(python), "-m", "pretix", *arguments], environment=environment)


def _run(command: Sequence[str], *, environment: dict[str, str] | None = None) -> str:
    # pg_ctl leaves a server behind that keeps its output open, so the output goes to files, not pipes.
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        folder = tempfile.gettempdir() if environment is None else _folder()
        done = subprocess.run(
            list(command),
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdout=output,
            stderr=errors,
            check=False,
        )
        output.seek(0)
        errors.seek(0)
        if done.returncode:
            raise PeerUnavailable(f"{' '.join(command)[:200]}\n{errors.read()[-2000:]}")
        return output.read()


SEED = """
import json, secrets
from datetime import timedelta
from decimal import Decimal
from django.utils.timezone import now
from django_scopes import scopes_disabled
from pretix.base.models import Event, Order, OrderPosition, Organizer

with scopes_disabled():
    organizer, _ = Organizer.objects.get_or_create(slug="peer", defaults={"name": "Peer"})
    for old in organizer.events.all():
        old.slug = secrets.token_hex(8)
        old.save()
    event = organizer.events.create(
        name="Event", slug="event", currency="EUR", live=True, date_from=now() + timedelta(days=1),
        plugins="pretix.plugins.ticketoutputpdf",
    )
    team, _ = organizer.teams.get_or_create(
        name="API", defaults={"all_events": True, "all_event_permissions": True, "all_organizer_permissions": True}
    )
    token = team.tokens.create(name="benchmark").token
    item = event.items.create(name="Seat", default_price=Decimal("0.00"), admission=True)
    quota = event.quotas.create(name="Seats", size=SEATS + TICKETS)
    quota.items.add(item)
    door = event.checkin_lists.create(name="Door", all_products=True)
    channel = organizer.sales_channels.get(identifier="web")
    codes = []
    for number in range(TICKETS):
        order = Order.objects.create(
            event=event, code=f"B{number:06d}", status=Order.STATUS_PAID, email="v@example.org", datetime=now(),
            expires=now() + timedelta(days=9), total=Decimal("0.00"), locale="en", sales_channel=channel,
        )
        position = OrderPosition.objects.create(
            order=order, item=item, price=Decimal("0.00"), positionid=1,
            attendee_name_parts={"_scheme": "full", "full_name": f"Visitor {number}"},
        )
        codes.append(position.secret)
    print(json.dumps({
        "token": token, "item": item.pk, "quota": quota.pk, "list": door.pk, "secrets": codes,
    }))
"""
