"""A real standalone Spark cluster on loopback: a master, two workers, and a Connect server in front."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

LOOPBACK = "127.0.0.1"
PATIENCE = 90.0
WORKERS = 2
WORKER = ["--cores", "1", "--memory", "1g"]


def why_not() -> str:
    """What is missing for a cluster here; empty if nothing is."""
    if importlib.util.find_spec("pyspark") is None or not (spark_home() / "bin" / "spark-class").exists():
        return "Spark is not installed: make test-spark installs it"
    return (
        "" if shutil.which("java") else "Spark needs Java: on Debian, apt-get install openjdk-17-jre-headless"
    )


def spark_home() -> Path:
    spec = importlib.util.find_spec("pyspark")
    return Path(spec.origin).parent if spec and spec.origin else Path()


@contextmanager
def running_cluster(folder: Path) -> Iterator[str]:
    """The URL of the Connect server; every process writes its log into the folder and ends with the context."""
    master, pages, connect = (free_port() for _ in range(3))
    with ExitStack() as stack:

        def start(name: str, *command: str) -> None:
            stack.enter_context(
                _process(name, [str(spark_home() / "bin" / command[0]), *command[1:]], folder)
            )

        start("master", "spark-class", "org.apache.spark.deploy.master.Master", *_master(master, pages))
        _wait_for(master, log=folder / "master.log")
        for number in range(WORKERS):
            work = str(folder / f"work-{number}")
            options = ["--host", LOOPBACK, "--webui-port", str(free_port()), "--work-dir", work, *WORKER]
            address = f"spark://{LOOPBACK}:{master}"
            start(
                f"worker-{number}",
                "spark-class",
                "org.apache.spark.deploy.worker.Worker",
                *options,
                address,
            )
        _wait_for_workers(folder / "master.log")
        start("connect", "spark-submit", *_connect(master, connect))
        _wait_for(connect, log=folder / "connect.log")
        yield f"sc://{LOOPBACK}:{connect}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _master(port: int, pages: int) -> list[str]:
    return ["--host", LOOPBACK, "--port", str(port), "--webui-port", str(pages)]


def _connect(master: int, port: int) -> list[str]:
    settings = {
        "spark.connect.grpc.binding.address": LOOPBACK,
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.memory": "1g",
        "spark.executor.memory": "768m",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.session.timeZone": "UTC",
    }
    written = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    server = "org.apache.spark.sql.connect.service.SparkConnectServer"
    return ["--master", f"spark://{LOOPBACK}:{master}", "--class", server, *written, "spark-internal"]


@contextmanager
def _process(name: str, command: list[str], folder: Path) -> Iterator[None]:
    environment = {**os.environ, "SPARK_HOME": str(spark_home()), "SPARK_LOCAL_IP": LOOPBACK}
    with (folder / f"{name}.log").open("w") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def _wait_for(port: int, *, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError(f"Spark did not answer:\n{log.read_text()[-2000:]}")


def _wait_for_workers(log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if log.read_text().count("Registering worker") >= WORKERS:
            return
        time.sleep(0.2)
    raise RuntimeError(f"the workers did not register:\n{log.read_text()[-2000:]}")
