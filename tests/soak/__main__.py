"""python -m tests.soak [--only properties|kills|noise|days|mutations] [--sample 70] [--seed 0] [--go-on]

All of the mutations take about a quarter of an hour on two idle cores.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from tests.soak import mutations


def main() -> int:
    """Run the slow proofs; the exit code is 0 when all hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--only", choices=("properties", "kills", "noise", "days", "mutations"))
    parser.add_argument(
        "--sample", type=int, default=70, help="changed rules to try, beside all of deadlines and guard"
    )
    parser.add_argument("--seed", type=int, default=0, help="which ones")
    parser.add_argument("--go-on", action="store_true", help="keep what the last run of mutations found noticed")
    chosen = parser.parse_args()
    well = True
    if chosen.only in (None, "properties"):
        well &= _deep_properties()
    if chosen.only in (None, "kills"):
        well &= _many_kills()
    if chosen.only in (None, "noise"):
        well &= _two_years()
    if chosen.only in (None, "days"):
        well &= _demos_of_other_days()
    if chosen.only in (None, "mutations"):
        well &= mutations.run(chosen.sample, chosen.seed, chosen.go_on)
    return 0 if well else 1


def _deep_properties() -> bool:
    # Hypothesis marks the tests that it drives.
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", "hypothesis", "tests"]
    done = subprocess.run(command, env={**os.environ, "HYPOTHESIS_PROFILE": "soak"}, check=False)
    return done.returncode == 0


def _two_years() -> bool:
    # The demo's year with a team that acts and with one that does not, and every message counted.
    return subprocess.run([sys.executable, "-m", "tests.noise"], check=False).returncode == 0


def _demos_of_other_days() -> bool:
    # Each day of a week, a leap year's and a calendar year's end, and a day before the clocks change.
    days = ("2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-31", "2027-03-26", "2028-02-29")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "tests/demo", "tests/browser"]
    well = True
    for day in days:
        is_right = subprocess.run(command, env={**os.environ, "DEMO_DAY": day}, check=False).returncode == 0
        print(f"The demo of {day}: {'right' if is_right else 'wrong'}.")
        well &= is_right
    return well


def _many_kills() -> bool:
    # 34 times the six deaths of a round, while messages are changed and while they are taken out, on both databases.
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "tests/delivery/test_killed.py", "-k", "while"]
    return subprocess.run(command, env={**os.environ, "KILL_ROUNDS": "34"}, check=False).returncode == 0


raise SystemExit(main())
