"""Mutation testing: change one thing in a rule and see whether a test fails. What is changed, and by which tests it
ought to be noticed, stands in pyproject.toml.

All of the deadline and guard code is tried, and a sample of the other rules. Words of errors are left alone. What
stays behind is the folder mutants/, in which `python -m mutmut browse` shows it all. The next run begins a new one, or
goes on with it: then only what was not tried yet, what survived and what has changed since is tried.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from time import monotonic

DEADLINES = (
    "bot.core.calendar.*",
    "bot.core.durations.*",
    "bot.core.hours.*",
    "bot.renewals.rules.escalation.*",
    "bot.renewals.rules.grouping.*",
    "bot.renewals.rules.ladder.*",
    "bot.core.months.*",
    "bot.core.notice.*",
    "bot.renewals.rules.terms.*",
    "bot.renewals.notice_deadline.*",
    "bot.workspace.hours.xǁWorkspaceHours*",
    "bot.workspace.hours.x__hours__*",
    "bot.workspace.hours.x__own__*",
    "bot.workspace.hours.x_of_workspace__*",
)
GUARD = (
    "bot.core.audience.*",
    "bot.core.freshness.*",
    "bot.posts.audience.*",
    "bot.workspace.channels.x_closed_to_us*",
    "bot.workspace.channels.x_is_shared*",
    "bot.workspace.channels.x_why_closed*",
    "bot.workspace.channels.x_shared_externally*",
    "bot.workspace.members.x_is_app*",
    "bot.workspace.members.x_is_outsider*",
    "bot.workspace.members.x_outside_as*",
    "bot.story.share.x_strangers_among*",
    "handlers.inbound.identity.*",
    "handlers.inbound.readers.*",
    "scheduler.audience.*",
    "scheduler.decisions.*",
    "scheduler.readers.*",
)
CRITICAL = (*DEADLINES, *GUARD)
"""Here no mutant may survive."""

SMALLEST = "bot.core.freshness.*"
"""What a run that goes on tries first: mutmut makes no mutants anew without trying some."""

OTHERS = (
    "bot.core.*",
    "bot.*.rules.*",
    "bot.*_rules.*",
    "bot.*facts.*",
    "bot.accounts.rules.*",
    "bot.accounts.crm_links.*",
    "bot.renewals.line_codes.*",
)
AT_IMPORT = ("bot.core.policy.x__number__*", "bot.core.policy.x__numbers__*")
"""Called while their module is imported and never after: no mutant is active by then, so that none can be noticed."""

LEAST_KILLED = 0.95
MUTANTS = Path("mutants")

# The exit codes of pytest under a mutant that mutmut counts as survived, as without a test, as skipped, and as never
# tried or stopped by hand (`mutmut.stats.status_by_exit_code`). Any other end is noticed: a failed test (1), an error
# of pytest (3), a test that never ends or crashes.
UNNOTICED = (0, 5, 33, 34, None, 2)

_COMMAND = (sys.executable, "-m", "mutmut")


def run(sample: int, seed: int, goes_on: bool = False) -> bool:
    """Try the mutants and print what survived; True when all critical ones and 95 % of the sample are noticed."""
    begun = monotonic()
    if goes_on:
        # Which test meets which function is learnt anew, of functions that are new too.
        (MUTANTS / "mutmut-stats.json").unlink(missing_ok=True)
    else:
        shutil.rmtree(MUTANTS, ignore_errors=True)
    # The first run makes the mutants of every file anew, and learns which test meets which function.
    if not _mutmut("run", *([SMALLEST] if goes_on else CRITICAL)):
        return _could_not_run()
    names = sorted(_exits())
    critical = [name for name in names if _is_one_of(CRITICAL, name)]
    others = [name for name in names if _is_one_of(OTHERS, name) and not _is_one_of((*CRITICAL, *AT_IMPORT), name)]
    sampled = sorted(random.Random(seed).sample(others, min(sample, len(others))))
    exits = _exits()
    open_ones = [name for name in (*critical, *sampled) if exits.get(name) in UNNOTICED]
    if open_ones and not _mutmut("run", *open_ones):
        return _could_not_run()
    exits = _exits()
    lost_critical = [name for name in critical if exits.get(name) in UNNOTICED]
    lost = [name for name in sampled if exits.get(name) in UNNOTICED]
    for name in (*lost_critical, *lost):
        print(subprocess.run([*_COMMAND, "show", name], capture_output=True, text=True, check=False).stdout)
    for module in sorted({_module(name) for name in critical}):
        _tell(module, [name for name in critical if _module(name) == module], lost_critical, "all must be")
    _tell("deadlines and guard together", critical, lost_critical, "all must be")
    _tell(f"other rules, seed {seed}", sampled, lost, f"{LEAST_KILLED:.0%} must be")
    print(f"It took {(monotonic() - begun) / 60:.0f} minutes.")
    return not lost_critical and len(lost) <= (1 - LEAST_KILLED) * len(sampled)


def _could_not_run() -> bool:
    print("The mutants could not be tried. Do the tests that pyproject.toml selects pass as they are?")
    return False


def _is_one_of(patterns: Iterable[str], name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _module(name: str) -> str:
    return name.rpartition(".")[0]


def _tell(what: str, tried: list[str], lost: Iterable[str], wanted: str) -> None:
    print(f"{what}: {len(tried) - len(set(tried) & set(lost))} of {len(tried)} noticed, {wanted}")


def _exits() -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for meta in MUTANTS.rglob("*.py.meta"):
        found.update(json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"])
    return found


def _mutmut(*arguments: str) -> bool:
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "mutants"}
    return subprocess.run([*_COMMAND, *arguments], env=environment, check=False).returncode == 0
