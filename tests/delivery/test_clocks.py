"""The machine's clock is wrong, or is put right: nothing is said twice, and the bot does not fall silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from bot.db.engine import Database
from bot.models import Channel, Lease
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import Sandbox
from bot.slack.sender import sending_client
from scheduler.steady import EPOCH, Steady
from scheduler.worker import Worker
from tests.delivery.rig import START, Rig, card, line, make_driver, make_rig, render

HOURS = timedelta(hours=6)


@dataclass
class Machine:
    """A machine whose clock differs from Slack's by `off`."""

    slack: SandboxClock
    off: timedelta = timedelta(0)

    def now(self) -> datetime:
        """What its clock shows."""
        return self.slack.now() + self.off


@pytest.fixture
def machine(clock: SandboxClock) -> Machine:
    return Machine(clock)


@pytest.fixture
def skewed(db: Database, sandbox: Sandbox, clock: SandboxClock, machine: Machine) -> Rig:
    """A driver on that machine."""
    rig = make_rig(db, sandbox, clock)
    rig.driver = make_driver(db, sandbox, machine)  # type: ignore[arg-type]
    return rig


def want(rig: Rig, machine: Machine, *wanted: object) -> None:
    """Ask for messages at the machine's time."""
    at, rig.clock = rig.clock, machine  # type: ignore[assignment]
    rig.want(*wanted)  # type: ignore[arg-type]
    rig.clock = at


def live(rig: Rig, seconds: int = 120) -> None:
    """Let time pass in steps of five seconds."""
    for _ in range(0, seconds, 5):
        rig.work()
        rig.pass_time(seconds=5)
    rig.work()


@pytest.mark.parametrize("off", [timedelta(minutes=3), timedelta(minutes=-3), HOURS, -HOURS, timedelta(days=-400)])
def test_a_lost_answer_is_found_however_far_the_machine_is_from_slack(
    skewed: Rig, machine: Machine, off: timedelta
) -> None:
    machine.off = off
    skewed.break_next("chat.postMessage", "drop_reply")
    want(skewed, machine, card(1, "C000"))
    live(skewed)
    skewed.break_next("chat.postMessage", "drop_reply")
    want(skewed, machine, line(1, of=1))
    live(skewed)
    assert skewed.said("C000") == ["card 1", "line 1"]
    assert len(skewed.calls("chat.postMessage")) == 2


@pytest.mark.parametrize("to", [HOURS, -HOURS])
def test_a_lost_answer_is_found_though_the_clock_is_put_right_meanwhile(
    skewed: Rig, machine: Machine, to: timedelta
) -> None:
    machine.off = -to
    skewed.break_next("chat.postMessage", "drop_reply")
    want(skewed, machine, card(1, "C000"))
    skewed.work()
    machine.off = timedelta(0)
    live(skewed)
    assert skewed.said("C000") == ["card 1"]
    assert skewed.post("renewal:1:card").state == "sent"


def test_after_the_clock_was_put_back_by_hours_the_bot_goes_on_at_once(skewed: Rig, machine: Machine) -> None:
    machine.off = HOURS
    want(skewed, machine, card(1, "C000"))
    live(skewed, 10)
    skewed.break_next("chat.postMessage", "error:service_unavailable", times=3)
    want(skewed, machine, card(2, "C000"), card(3, "C001"))
    skewed.work()
    machine.off = timedelta(0)
    want(skewed, machine, card(4, "C000"))
    live(skewed, 30)
    assert sorted(skewed.said("C000") + skewed.said("C001")) == ["card 1", "card 2", "card 3", "card 4"]


def test_another_worker_takes_over_from_one_that_died_before_the_clock_was_put_back(
    db: Database, sandbox: Sandbox, skewed: Rig, machine: Machine
) -> None:
    machine.off = HOURS
    want(skewed, machine, card(1, "C000"))
    skewed.driver.hold()
    machine.off = timedelta(0)
    other = make_driver(db, sandbox, machine, holder="two")  # type: ignore[arg-type]
    other.work()
    assert skewed.said("C000") == ["card 1"]
    with db.reading() as session:
        lease = session.get_one(Lease, skewed.workspace_id)
    assert (lease.holder, lease.token) == ("two", 2)
    assert lease.expires_at < START + timedelta(minutes=1)


def test_what_was_found_out_about_a_channel_by_a_clock_that_was_ahead_is_asked_again(
    skewed: Rig, machine: Machine
) -> None:
    machine.off = HOURS
    want(skewed, machine, card(1, "C000"))
    skewed.work()
    machine.off = timedelta(0)
    with skewed.db.reading() as session:
        assert all(known.checked_at > START + timedelta(hours=5) for known in session.query(Channel))
    skewed.channel("C000").is_ext_shared = True
    want(skewed, machine, card(2, "C000"))
    live(skewed, 10)
    assert "card 2" not in skewed.said("C000")


def test_steady_time_never_goes_back_and_goes_on_with_the_clock(machine: Machine, clock: SandboxClock) -> None:
    steady = Steady(machine.now)
    first = steady.now()
    machine.off = -HOURS
    assert steady.now() == first
    clock.set(clock.now() + timedelta(seconds=7))
    assert steady.now() == first + timedelta(seconds=7)


def test_an_outage_right_after_a_start_does_not_double_what_got_through(db: Database, rig: Rig) -> None:
    rig.want(card(1, "C000"))
    rig.run_out()
    # As in a real process: the clock of limits begins anywhere, and is no time of day.
    rig.driver = Worker(
        db,
        rig.clock.now,
        lambda _: sending_client(rig.sandbox.bot_token, rig.sandbox.api_url),
        render,
        "two",
        steady=lambda: EPOCH + (rig.clock.now() - START),
    )
    rig.pass_time(minutes=1)
    rig.break_next("auth.test", "drop_reply", times=2)
    rig.break_next("chat.postMessage", "drop_reply")
    rig.want(card(2, "C000"))
    rig.run_out()
    assert rig.said("C000") == ["card 1", "card 2"]
    assert len(rig.calls("chat.postMessage")) == 2
