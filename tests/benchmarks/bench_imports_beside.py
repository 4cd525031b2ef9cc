"""Commands that each write a row while two imports run in processes of their own, on SQLite."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.db.engine import Database
from tests.benchmarks.bench_ack import WRITES_ONE_ROW, bench_environment, command
from tests.benchmarks.bench_import import write_contracts
from tests.benchmarks.filling import fill
from tests.benchmarks.load import start_load
from tests.benchmarks.measuring import Case, limited
from tests.benchmarks.serving import served

ROWS, KNOWN, IN_FLIGHT, SECONDS = 40_000, 20_000, 4, 40
MOST = 1000
"""Milliseconds."""


def bench_imports_beside(is_quick: bool) -> list[Case]:
    """How long commands take meanwhile; the load outlives both imports, or the row says so."""
    rows, lasting = (ROWS // 10, SECONDS // 4) if is_quick else (ROWS, SECONDS)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        url = f"sqlite:///{folder / 'beside.sqlite3'}"
        db = Database(url)
        fill(db, KNOWN // 10 if is_quick else KNOWN, team_id="T0PERENNIAL")
        db.close()
        files = [folder / f"contracts-{number}.csv" for number in (1, 2)]
        for number, file in enumerate(files):
            write_contracts(file, rows, number * rows)
        with bench_environment(url) as environ, served("bot", environ, 4, folder) as port:
            load = command(port, environ, 10**6, connections=IN_FLIGHT, seconds=float(lasting))
            load.fields.update(WRITES_ONE_ROW)
            ended = start_load(load)
            running = [_import(file, environ) for file in files]
            answered = ended()
            still = sum(one.poll() is None for one in running)
            for one in running:
                if one.wait(600) not in (0, 1):
                    raise RuntimeError(f"an import ended with {one.returncode}")
    if answered.bad:
        raise RuntimeError(f"{answered.bad} of {len(answered.times)} requests were not answered with 200")
    note = f"{len(answered.times):,} requests; two imports of {rows:,} rows, {still} still running at the end"
    return [
        limited("ack, one write, beside two imports, p99", answered.p99, MOST, "ms", note),
        limited("ack, one write, beside two imports, slowest", max(answered.times), MOST, "ms", note),
    ]


def _import(file: Path, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bot", "import", "contracts", str(file)]
    return subprocess.Popen(command, env=dict(environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
