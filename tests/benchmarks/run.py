"""Every benchmark, one table, and build/bench.json: python -m tests.benchmarks.run [--only NAME] [--quick]"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
import traceback
from collections.abc import Callable, Mapping

from rich.console import Console
from rich.table import Table

from tests.benchmarks.bench_ack import bench_ack
from tests.benchmarks.bench_busy import bench_busy
from tests.benchmarks.bench_delivery import bench_delivery
from tests.benchmarks.bench_import import bench_import
from tests.benchmarks.bench_imports_beside import bench_imports_beside
from tests.benchmarks.bench_metrics import bench_metrics
from tests.benchmarks.bench_reads import bench_reads
from tests.benchmarks.bench_scores import measure, measure_nights
from tests.benchmarks.bench_search import bench_search
from tests.benchmarks.bench_tick import bench_tick
from tests.benchmarks.bench_year import bench_year
from tests.benchmarks.measuring import BUILD, Case, compared

COMMAND = "python -m tests.benchmarks.run --only {name}"


def bench_scores(is_quick: bool) -> list[Case]:
    """A night in which few scores change, and a recount of all."""
    nights = measure_nights(*((40_000, 1_600, 400) if is_quick else (1_000_000, 40_000, 10_000)))
    seen = measure(20_000 if is_quick else 1_000_000)
    of_few = f"as many changes among {nights.few:,} accounts"
    changed = f"{nights.many:,} accounts, {nights.changing:,} of which change"
    note = f"{seen.accounts:,} accounts by other weights, {seen.written:,} rows written"
    return [
        compared("scores, night", nights.of_many, nights.of_few, 1.5, "s", of_few, changed),
        compared("scores, recount", seen.ours, seen.bare, 5, "s", "the same reads and writes by sqlite3", note),
        compared("scores, memory", seen.peak_mib, seen.early_mib, 1.2, "MiB", "after the first twentieth"),
    ]


BENCHES: Mapping[str, Callable[[bool], list[Case]]] = {
    "ack": bench_ack,
    "busy": bench_busy,
    "tick": bench_tick,
    "delivery": bench_delivery,
    "import": bench_import,
    "beside": bench_imports_beside,
    "year": bench_year,
    "scores": bench_scores,
    "reads": bench_reads,
    "search": bench_search,
    "metrics": bench_metrics,
}


def main() -> int:
    """Run what was asked for; 0 when every target that was measured is met, else 1."""
    parser = argparse.ArgumentParser(description="Benchmarks, as ratios of one run on this machine.")
    parser.add_argument("--only", choices=BENCHES, action="append", help="this one alone; may be given several times")
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds and rows: to see that it runs, not to believe"
    )
    asked = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 200)
    # As the bot does when it has started: what was imported is no garbage, on either side of a ratio.
    gc.freeze()
    found: list[tuple[str, Case]] = []
    broken: list[str] = []
    for name in asked.only or BENCHES:
        began = time.monotonic()
        try:
            found += [(name, case) for case in BENCHES[name](asked.quick)]
        except Exception:
            # One that cannot run must not hide what the others measured, and must not pass either.
            traceback.print_exc()
            broken.append(name)
        _keep(found, asked.quick)
        console.print(f"{name}: {time.monotonic() - began:.0f} s", style="dim", highlight=False)
    console.print(_table(found))
    for name in broken:
        console.print(f"{name} could not be measured", style="red")
    return 1 if broken or not all(case.ok for _, case in found) else 0


def _keep(found: list[tuple[str, Case]], is_quick: bool) -> None:
    # After each, so that whoever stops in the middle keeps what was measured.
    BUILD.mkdir(exist_ok=True)
    more = " --quick" if is_quick else ""
    lines = [case.to_json(COMMAND.format(name=name) + more) for name, case in found]
    (BUILD / "bench.json").write_text(json.dumps(lines, indent=2, ensure_ascii=False) + "\n")


def _table(found: list[tuple[str, Case]]) -> Table:
    table = Table("name", "ours", "against", "ratio", "target", "ok", "what", title="Benchmarks")
    for _, case in found:
        sign = "≥" if case.is_least else "≤"
        table.add_row(
            case.name,
            f"{_figure(case.ours)} {case.unit}",
            "" if case.theirs is None else _figure(case.theirs),
            _figure(case.ratio),
            "" if case.target is None else f"{sign} {case.target:g}",
            ("yes" if case.ok else "MISSED") if case.target is not None else "",
            ". ".join(part for part in (case.against, case.note) if part),
        )
    return table


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:.3g}"


if __name__ == "__main__":
    raise SystemExit(main())
