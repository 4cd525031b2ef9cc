"""The clock, and walking it through every moment at which something is due."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import pytest
from slack_sdk import WebClient

from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import Sandbox
from bot.sandbox.stepping import step_to

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


class Planned:
    """A driver with a plan: it does what is due and remembers at what time it did it."""

    def __init__(self, clock: SandboxClock, plan: list[datetime]) -> None:
        self.clock, self.plan = clock, sorted(plan)
        self.done: list[tuple[datetime, datetime]] = []

    def work(self) -> None:
        now = self.clock.now()
        while self.plan and self.plan[0] <= now:
            self.done.append((self.plan.pop(0), now))

    def next_due(self) -> datetime | None:
        return self.plan[0] if self.plan else None


class Stuck(Planned):
    """A driver whose one thing succeeds only at the third try."""

    tries = 0

    def work(self) -> None:
        self.tries += 1
        if self.tries >= 4:
            super().work()


def test_the_days_between_happen_each_at_its_own_time() -> None:
    clock = SandboxClock(START)
    plan = [START + DAY * number for number in (1, 3, 3, 5, 9)]
    driver = Planned(clock, plan)
    step_to(clock, driver, START + 6 * DAY)
    assert [at for _, at in driver.done] == plan[:4]
    assert driver.plan == plan[4:]
    assert clock.now() - (START + 6 * DAY) < timedelta(seconds=1)


def test_time_flows_again_after_stepping() -> None:
    clock = SandboxClock(START)
    step_to(clock, Planned(clock, []), START + DAY)
    before = clock.now()
    while clock.now() == before:
        pass
    assert not clock.is_held


def test_a_clock_that_was_held_is_held_again_after_stepping() -> None:
    clock = SandboxClock(START, held=True)
    step_to(clock, Planned(clock, []), START + DAY)
    assert clock.now() == START + DAY
    assert clock.is_held


def test_a_driver_that_makes_no_progress_does_not_stop_time() -> None:
    clock = SandboxClock(START)
    driver = Stuck(clock, [START])
    step_to(clock, driver, START + DAY)
    assert driver.plan == []
    assert driver.done[0][1] > START


def test_a_driver_that_never_makes_progress_ends_at_the_target() -> None:
    clock = SandboxClock(START)
    driver = Stuck(clock, [START])
    driver.tries = -1_000_000
    step_to(clock, driver, START + timedelta(seconds=5))
    assert driver.plan == [START]
    assert clock.now() >= START + timedelta(seconds=5)


def test_the_clock_does_not_go_back() -> None:
    clock = SandboxClock(START)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.set(START - DAY)
    with pytest.raises(ValueError, match="cannot go back"):
        step_to(clock, None, START - DAY)
    assert not clock.is_held


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        SandboxClock(datetime(2026, 3, 2))


def test_answers_are_dated_by_the_workspaces_clock_as_slacks_are_by_slacks():
    with Sandbox(clock=SandboxClock(datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC), held=True)) as slack:
        answer = WebClient(token=slack.bot_token, base_url=slack.api_url).auth_test()
    assert {name.lower(): value for name, value in answer.headers.items()}["date"] == "Tue, 06 May 2031 07:08:09 GMT"


def test_the_control_api_answers_once_it_is_open_and_the_web_api_at_once():
    with Sandbox(is_open=False) as slack, ThreadPoolExecutor(1) as hand:
        state = hand.submit(lambda: urlopen(f"{slack.base_url}/control/state", timeout=10).status)
        assert WebClient(token=slack.bot_token, base_url=slack.api_url).auth_test()["ok"]
        assert not state.done()
        slack.is_open = True
        assert state.result() == 200
