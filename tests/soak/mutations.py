"""Mutation testing: change one thing in a rule and see whether a test fails. What is to be mutated: pyproject.toml.

All of the deadline and guard code is tried, and a sample of the other rules. Words of errors are left alone.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

CRITICAL = (
    "bot.rules.terms",
    "bot.rules.ladder",
    "bot.rules.grouping",
    "scheduler.guarding",
    "scheduler.readers",
    "scheduler.judgements",
)
"""Deadline and guard code: here no mutant may survive."""

LEAST_KILLED = 0.95
SURVIVED, NO_TESTS = 0, (5, 33)
MUTANTS = Path("mutants")


def run(sample: int, seed: int) -> bool:
    """Try the mutants and print what survived; True when all critical ones and 95 % of the sample are noticed."""
    names = _generate()
    critical = sorted(name for name in names if name.startswith(tuple(f"{module}." for module in CRITICAL)))
    others = sorted(name for name in names if name not in set(critical))
    sampled = sorted(random.Random(seed).sample(others, min(sample, len(others))))
    _mutmut("run", *critical, *sampled)
    exits = _exits()
    lost_critical = [name for name in critical if _survived(exits.get(name))]
    lost = [name for name in sampled if _survived(exits.get(name))]
    for name in (*lost_critical, *lost):
        print(subprocess.run([*_COMMAND, "show", name], capture_output=True, text=True, check=False).stdout)
    share = 1 - len(lost) / len(sampled) if sampled else 1.0
    print(f"deadlines and guard: {len(critical) - len(lost_critical)} of {len(critical)} noticed, all must be")
    print(f"other rules, seed {seed}: {len(sampled) - len(lost)} of {len(sampled)} noticed, {LEAST_KILLED:.0%} must be")
    return not lost_critical and share >= LEAST_KILLED


_COMMAND = (sys.executable, "-m", "mutmut")


def _generate() -> list[str]:
    # It makes the mutants of every file before it runs those that are named.
    _mutmut("run", f"{CRITICAL[0]}.x_no_such_function")
    return list(_exits())


def _exits() -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for meta in MUTANTS.rglob("*.py.meta"):
        found.update(json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"])
    return found


def _survived(exit_code: int | None) -> bool:
    return exit_code is None or exit_code == SURVIVED or exit_code in NO_TESTS


def _mutmut(*arguments: str) -> None:
    subprocess.run([*_COMMAND, *arguments], check=False)
