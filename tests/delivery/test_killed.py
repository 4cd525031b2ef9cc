"""Workers that are killed or paused in the middle of a send, for real: nothing is missing, nothing stands twice."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Delivery, Lease
from bot.sandbox.limits import Limits
from bot.workspace import channels
from tests.delivery.hurried_clock import HurriedClock
from tests.delivery.rig import OWNER, Rig, card, line, make_rig, make_sandbox
from tests.forked import Program

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("KILL_ROUNDS", "1"))
"""How often each of the deaths below is died twice; a soak takes more."""

CARDS, LINES = 100, 100
CHANNELS = 50
PATIENCE = 60.0
pytestmark = pytest.mark.slow


@dataclass
class Workers:
    """Starts worker processes on the rig's database and sandbox."""

    rig: Rig
    began: float
    started: list[Program] = field(default_factory=list)

    def start(
        self,
        name: str,
        place: str = "nowhere",
        strike: str = "SIGKILL",
        at: str = "",
        method: str = "chat.postMessage",
        lives: int = 1,
    ) -> Program:
        """A worker that strikes itself at `place` of the calls of `method` numbered `at`, in each of its lives."""
        address = self.rig.db.engine.url.render_as_string(hide_password=False)
        arguments = [address, self.rig.sandbox.api_url, self.rig.sandbox.bot_token, str(self.began)]
        more = (name, place, strike, at, method, str(lives))
        unread = Path(os.devnull)
        process = Program("tests.delivery.worker", *arguments, *more, cwd=ROOT, env=os.environ, out=unread)
        self.started.append(process)
        return process

    def end(self) -> None:
        """Leave none behind."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def workers(any_db: Database) -> Iterator[Workers]:
    """A workspace with two hundred posts to send, under a clock that hurries."""
    began = time.time()
    clock = HurriedClock(began)
    # What is tested here is what survives; the limits are tested with a clock that stands still.
    with make_sandbox(clock, CHANNELS, Limits(enforced=False)) as sandbox:
        rig = make_rig(any_db, sandbox, clock, holder="the test")
        rig.want(*(card(n, f"C{n % CHANNELS:03}") for n in range(CARDS)))
        rig.want(*(line(n, of=n % CARDS) for n in range(LINES)))
        workers = Workers(rig, began)
        yield workers
        workers.end()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("It did not happen in time.")


def assert_each_stands_once(rig: Rig) -> None:
    expected = sorted([f"card {n}" for n in range(CARDS)] + [f"line {n}" for n in range(LINES)])
    assert sorted(rig.everything_said()) == expected


def is_stopped(process: Program) -> bool:
    return "\nState:\tT" in Path(f"/proc/{process.pid}/status").read_text()


def holder(rig: Rig) -> str:
    with rig.db.reading() as session:
        lease = session.get(Lease, rig.workspace_id)
        return lease.holder if lease else ""


@pytest.mark.parametrize("place", ["before", "accepted", "recording"])
def test_a_worker_killed_again_and_again_at_one_step_loses_and_repeats_nothing(workers: Workers, place: str) -> None:
    for life in range(3):
        doomed = workers.start(f"life {life}", place, at="45")
        assert doomed.wait(PATIENCE) == -signal.SIGKILL
    assert workers.start("the last").wait(PATIENCE) == 0
    assert_each_stands_once(workers.rig)


@pytest.mark.postgres
@pytest.mark.parametrize("any_db", ["postgres"], indirect=True)
@pytest.mark.parametrize("place", ["before", "accepted", "recording"])
def test_of_two_workers_one_killed_and_one_paused_past_its_lease(workers: Workers, place: str) -> None:
    first = workers.start("first", place, "SIGKILL", at="40")
    wait_for(lambda: holder(workers.rig) == "first" or first.poll() is not None)
    second = workers.start("second", place, "SIGSTOP", at="40")
    assert first.wait(PATIENCE) == -signal.SIGKILL
    wait_for(lambda: is_stopped(second))
    third = workers.start("third")
    wait_for(lambda: holder(workers.rig) == "third" or third.poll() is not None)
    if place == "before":
        # The worst case: the paused worker's message goes out long after another took its place.
        assert third.wait(PATIENCE) == 0
    os.kill(second.pid, signal.SIGCONT)
    assert second.wait(PATIENCE) == 0
    assert third.wait(PATIENCE) == 0
    assert_each_stands_once(workers.rig)
    if place == "before":
        assert workers.rig.calls("chat.delete"), "the one that stood twice was taken away by who woke up late"


PLACES = ("before", "accepted", "recording")
TOGETHER = 5
"""Channels that others come to read at once."""

OF_EACH = CARDS // CHANNELS
"""Cards that a channel has."""


def in_doubt(rig: Rig) -> set[str]:
    """The states of deliveries of which nobody knows yet how they ended, or that are still to be worked on."""
    with rig.db.reading() as session:
        return set(session.scalars(select(Delivery.state))) - {"sent", "withdrawn"}


def test_a_worker_killed_again_and_again_while_it_changes_cards_leaves_each_as_it_is_wanted_last(
    workers: Workers,
) -> None:
    rig = workers.rig
    assert workers.start("the first").wait(PATIENCE) == 0
    version = 0
    for _ in range(ROUNDS):
        for place in PLACES:
            version += 1
            rig.want(*(card(n, f"C{n % CHANNELS:03}", f"card {n}, {version}") for n in range(CARDS)))
            assert workers.start(f"{place} {version}", place, at="3", method="chat.update", lives=2).wait(PATIENCE) == 0
    assert workers.start("the last").wait(PATIENCE) == 0
    cards = [f"card {n}, {version}" for n in range(CARDS)]
    assert sorted(rig.everything_said()) == sorted(cards + [f"line {n}" for n in range(LINES)])
    assert in_doubt(rig) == set()


def cards_standing(rig: Rig) -> list[str]:
    """The cards that stand anywhere."""
    return sorted(one for one in rig.everything_said() if one.startswith("card"))


def share(rig: Rig, slack_ids: list[str], is_shared: bool) -> None:
    """Another company comes to read these channels, or leaves them."""
    for one in slack_ids:
        rig.channel(one).is_ext_shared = is_shared
        with Work.writing(rig.db, rig.workspace_id, rig.now) as work:
            channels.mark_shared(work, one, is_shared)


def test_a_worker_killed_again_and_again_while_it_takes_messages_out_leaves_none_and_brings_each_back_once(
    workers: Workers,
) -> None:
    rig = workers.rig
    assert workers.start("the first").wait(PATIENCE) == 0
    closed = [f"C{n:03}" for n in range(TOGETHER * len(PLACES))]
    routed = [" (shared)" if f"C{n % CHANNELS:03}" in closed else "" for n in range(CARDS)]
    for n in range(1, ROUNDS + 1):
        for at, place in enumerate(PLACES):
            share(rig, closed[at * TOGETHER : (at + 1) * TOGETHER], True)
            name = f"{place} {n}"
            assert workers.start(name, place, at="3", method="chat.delete", lives=2).wait(PATIENCE) == 0
        assert workers.start(f"they read {n}").wait(PATIENCE) == 0
        assert [rig.said(one) for one in closed] == [[]] * len(closed)
        assert sorted(rig.told_of_closed(OWNER)) == sorted([f"{one}: shared, {OF_EACH} out" for one in closed] * n)
        assert cards_standing(rig) == sorted(f"card {n}{where}" for n, where in enumerate(routed))
        assert in_doubt(rig) == set()
        share(rig, closed, False)
        assert workers.start(f"they left {n}").wait(PATIENCE) == 0
        assert cards_standing(rig) == sorted(f"card {n}" for n in range(CARDS))
        assert sorted(rig.direct(OWNER)) == sorted([f"moved to {one}" for one in closed] * OF_EACH * n)
        assert in_doubt(rig) == set()
