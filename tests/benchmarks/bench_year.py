"""A year of the demo: every moment at which something is due, run, said and delivered, on the moved clock."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from bot import logs
from bot.cli.demo import begins_at, start_bot
from bot.manifest import manifest
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import Sandbox
from bot.sandbox.stepping import step_to
from bot.settings import Settings
from tests.benchmarks.measuring import Case, limited, profile, seconds

Result = TypeVar("Result")
MOST = 60
"""Seconds: the year passes in under a minute."""


def bench_year(is_quick: bool) -> list[Case]:
    """`POST /control/clock {advance_days: 365}` on the demo, without the web request around it."""
    days = 30 if is_quick else 365
    steps: list[int] = []
    taken = _year(days, lambda walk: seconds(lambda: steps.append(walk())))
    case = limited(f"demo, {days} days", taken, MOST * days / 365, "s", f"{steps[0]} steps")
    if not case.ok:
        _year(days, lambda walk: profile("year", walk))
    return [case]


def _year(days: int, measure: Callable[[Callable[[], int]], Result]) -> Result:
    with ExitStack() as exits, tempfile.TemporaryDirectory() as place:
        logs.set_up(Settings(log_level="WARNING"))
        clock = SandboxClock(begins_at(Path(place)))
        slack = Sandbox(manifest=manifest(), clock=clock)
        slack.start(0)
        exits.callback(slack.stop)
        bot = start_bot(slack, clock, Path(place), exits)
        slack.driver = bot.driver
        clock.hold()
        return measure(lambda: step_to(clock, bot.driver, clock.now() + timedelta(days=days)))
