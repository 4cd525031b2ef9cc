"""Starts servers in processes of their own and ends them: ours as an operator starts it, and what it is against."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.cli.run import keep_to_one_cpu
from bot.cli.session import stop_signal
from bot.running.server import HttpRunner, listen
from tests.benchmarks import apps

STARTS_WITHIN = 30


@contextmanager
def served(name: str, environ: Mapping[str, str], threads: int, folder: Path) -> Iterator[int]:
    """`bot` (python -m bot run) or one of tests.benchmarks.apps, on a free port, which is given."""
    port = _free_port()
    command = ["-m", "bot", "run"] if name == "bot" else ["-m", "tests.benchmarks.serving", name, str(threads)]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SLACK_")}
    with (folder / f"{name}-{port}.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**clean, **environ, "PORT": str(port), "THREADS": str(threads), "PYTHONPATH": str(Path.cwd())},
        )
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the server on port {port} did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    stop = stop_signal()
    # As the bot does: what is measured against it has the same machine.
    keep_to_one_cpu()
    sockets = listen("127.0.0.1", int(os.environ["PORT"]))
    runner = HttpRunner(sockets, getattr(apps, sys.argv[1])(), int(sys.argv[2]), {}, on_death=stop.set)
    runner.open()
    stop.wait()
    runner.finish(5)
