"""Moving the clock so that the days between happen too: it stops at every moment at which something is due."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.sandbox.clock import SandboxClock

NUDGE = timedelta(seconds=1)


class Driver(Protocol):
    """What makes the bot under test work and speak while the clock stands still."""

    def work(self) -> None:
        """Run and deliver everything possible at the clock's now, without waiting."""

    def next_due(self) -> datetime | None:
        """The next moment at which anything could be done or sent; None when nothing is planned."""


def step_to(
    clock: SandboxClock,
    driver: Driver | None,
    target: datetime,
    stepped: Callable[[], None] = lambda: None,
) -> int:
    """Hold the clock, walk it to `target` through every due moment, let it go on as before; returns the steps taken.

    Raises ValueError when `target` is in the past. A driver that twice in a row names a moment that is already
    over is moved on by a second, so that a thing which cannot be done now does not stop time. `stepped` is called
    after each step.
    """
    was_held = clock.is_held
    clock.hold()
    try:
        if target < clock.now():
            raise ValueError(f"The clock cannot go back: it is already {clock.now().isoformat()}.")
        if driver is None:
            clock.set(target)
            return 0
        return _walk(clock, driver, target, stepped)
    finally:
        if not was_held:
            clock.flow()


def _walk(clock: SandboxClock, driver: Driver, target: datetime, stepped: Callable[[], None]) -> int:
    steps, stuck = 1, 0
    driver.work()
    while (due := driver.next_due()) is not None and due <= target:
        now = clock.now()
        if due > now:
            stuck = 0
            clock.set(due)
        else:
            stuck += 1
            if stuck >= 2 and now >= target:
                return steps
            if stuck >= 2:
                clock.set(min(now + NUDGE, target))
        driver.work()
        stepped()
        steps += 1
    clock.set(target)
    driver.work()
    return steps + 1
