"""A small load generator for signed Slack requests, in a process of its own: python -m tests.benchmarks.load < JSON.

Each connection is a thread with one kept connection of http.client, which sends its share one after the other. What it
measures is the time that a client waits for its answer, in milliseconds.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from statistics import median, quantiles
from urllib.parse import urlencode

TIMEOUT = 30


@dataclass(frozen=True, slots=True)
class Load:
    """What to send: `number` requests over `connections`, or for `seconds` when that is given, whichever ends first."""

    port: int
    secret: str
    fields: dict[str, str]
    number: int
    connections: int = 1
    seconds: float = 600.0
    warm_up: int = 20


@dataclass(frozen=True, slots=True)
class Answered:
    """Milliseconds of every request, and how many were not answered 200."""

    times: list[float]
    bad: int

    @property
    def p50(self) -> float:
        """The median, in milliseconds."""
        return median(self.times)

    @property
    def p99(self) -> float:
        """What 99 of 100 requests stay under, in milliseconds."""
        return quantiles(self.times, n=100)[98]


def run_load(load: Load) -> Answered:
    """Send the load from another process; raises CalledProcessError when that fails."""
    return start_load(load)()


def start_load(load: Load) -> Callable[[], Answered]:
    """Begin to send from another process; calling what is returned waits for the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(load)))
    process.stdin.close()
    process.stdin = None

    def finish() -> Answered:
        out, _ = process.communicate(timeout=load.seconds + TIMEOUT)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, process.args)
        return Answered(**json.loads(out))

    return finish


def request(load: Load, number: int) -> tuple[bytes, dict[str, str]]:
    """Body and headers of one signed request, with a trigger id of its own."""
    stamp = str(int(time.time()))
    body = urlencode({**load.fields, "trigger_id": f"{time.time_ns()}.{number}"}).encode()
    signature = hmac.new(load.secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signature}",
    }


def _connection(load: Load, first: int, times: list[float], bad: list[int], number: int) -> None:
    peer = HTTPConnection("127.0.0.1", load.port, timeout=TIMEOUT)
    peer.connect()
    peer.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    until = time.monotonic() + load.seconds
    for at in range(first, first + number):
        if time.monotonic() > until:
            break
        body, headers = request(load, at)
        began = time.perf_counter()
        peer.request("POST", "/slack/events", body, headers)
        answer = peer.getresponse()
        answer.read()
        took = (time.perf_counter() - began) * 1000
        if at - first >= load.warm_up:
            times.append(took)
        if answer.status != 200:
            bad.append(answer.status)
    peer.close()


def main() -> None:
    """Read a Load from standard input, send it, write what came of it."""
    load = Load(**json.loads(sys.stdin.read()))
    times: list[float] = []
    bad: list[int] = []
    share = -(-load.number // load.connections)
    threads = [
        threading.Thread(target=_connection, args=(load, place * share, times, bad, share))
        for place in range(load.connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump({"times": times, "bad": len(bad)}, sys.stdout)


if __name__ == "__main__":
    main()
