"""What a measurement is, how rounds are taken so that the machine's moods cancel out, and where profiles go."""

from __future__ import annotations

import cProfile
import io
import pstats
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

BUILD = Path("build")
PROFILES = BUILD / "bench-profiles"
TOP_LINES = 40


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table. `ours` and `theirs` are in `unit`; `ratio` is what the target is about.

    `is_least`: the target is a lower bound. Without `theirs`, `ours` is held against the target itself; a case
    without a target is there to be seen.
    """

    name: str
    ratio: float
    target: float | None
    ours: float
    theirs: float | None
    unit: str
    against: str
    is_least: bool = False
    note: str = ""

    @property
    def ok(self) -> bool:
        """Whether the target is met."""
        if self.target is None:
            return True
        return self.ratio >= self.target if self.is_least else self.ratio <= self.target

    def to_json(self, command: str) -> dict[str, Any]:
        """The case as build/bench.json holds it."""
        return {**asdict(self), "ok": self.ok, "command": command}


def compared(
    name: str, ours: float, theirs: float, target: float | None, unit: str, against: str, note: str = ""
) -> Case:
    """A case that says how many times `theirs` ours takes."""
    return Case(name, ours / theirs, target, ours, theirs, unit, against, note=note)


def limited(name: str, ours: float, most: float, unit: str, note: str = "") -> Case:
    """A case that must stay at or under a figure."""
    return Case(name, ours, most, ours, None, unit, "", note=note)


def rounds(number: int, *sides: Callable[[], float]) -> list[float]:
    """The median of each side, after one warm-up, with the sides taking turns (and turns at being first)."""
    for side in sides:
        side()
    taken: list[list[float]] = [[] for _ in sides]
    for turn in range(number):
        order = range(len(sides)) if turn % 2 == 0 else reversed(range(len(sides)))
        for place in order:
            taken[place].append(sides[place]())
    return [median(values) for values in taken]


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes, in seconds of real time."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def profile(name: str, work: Callable[[], object]) -> Path:
    """Run `work` under cProfile and keep the top lines for whoever asks why a target was missed."""
    profiler = cProfile.Profile()
    profiler.enable()
    try:
        work()
    finally:
        profiler.disable()
    return keep_profile(name, [profiler])


def keep_profile(name: str, profilers: Sequence[cProfile.Profile]) -> Path:
    """Write the top lines of finished profiles, by cumulated and by own time."""
    out = io.StringIO()
    stats = pstats.Stats(*profilers, stream=out)
    for order in ("cumulative", "tottime"):
        stats.sort_stats(order).print_stats(TOP_LINES)
    PROFILES.mkdir(parents=True, exist_ok=True)
    path = PROFILES / f"{name}.txt"
    path.write_text(out.getvalue())
    return path
