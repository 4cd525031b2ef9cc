"""Delivery against what the limits allow: ten minutes on the moved clock, and half a minute of real time."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bot.db import schema
from bot.db.engine import Database
from bot.sandbox.clock import SandboxClock
from bot.sandbox.limits import Limits
from scheduler.heartbeats import Heartbeats
from tests.benchmarks.measuring import Case
from tests.delivery.rig import START, Rig, card, make_rig, make_sandbox

POST = "chat.postMessage"
PER_MINUTE, MINUTES, CHANNELS = 180, 10, 30
REAL_SECONDS, REAL_CHANNELS, UNBOUND = 30, 10, 6000


def bench_delivery(is_quick: bool) -> list[Case]:
    """The workspace's limit on the moved clock, and the channels' limits while time flows."""
    return [*_moved(3 if is_quick else MINUTES), *_flowing(10 if is_quick else REAL_SECONDS)]


def _moved(minutes: int) -> list[Case]:
    allowed = PER_MINUTE * minutes
    clock = SandboxClock(START)
    clock.hold()
    with _rig(clock, CHANNELS, PER_MINUTE) as rig:
        rig.want(*(card(n, f"C{n % CHANNELS:03}") for n in range(allowed * 2)))
        end = rig.now + timedelta(minutes=minutes)
        while True:
            rig.work()
            due = rig.driver.next_due()
            if due is None or due >= end:
                break
            clock.set(max(due, rig.now))
        return _cases(rig, allowed, f"{PER_MINUTE} a minute and workspace, {minutes} minutes of the moved clock")


def _flowing(seconds: int) -> list[Case]:
    allowed = REAL_CHANNELS * seconds
    with _rig(SandboxClock(START), REAL_CHANNELS, UNBOUND) as rig:
        rig.work()
        rig.want(*(card(n, f"C{n % REAL_CHANNELS:03}") for n in range(allowed * 2)))
        hearts = Heartbeats(rig.driver)
        hearts.start()
        time.sleep(seconds)
        cases = _cases(
            rig, allowed, f"1 a second and channel, {REAL_CHANNELS} channels, {seconds} seconds of real time"
        )
        hearts.stop()
        return cases


def _cases(rig: Rig, allowed: int, limits: str) -> list[Case]:
    calls = rig.calls(POST)
    refused = [call for call in rig.sandbox.platform.traffic.after(0, 100_000) if _was_limited(call)]
    sent = len(calls) - sum(call["method"] == POST for call in refused)
    where = limits.rpartition(" of ")[2]
    return [
        Case(f"delivery, {where}", sent / allowed, 0.95, sent, allowed, "posts", f"what is allowed: {limits}", True),
        Case(f"delivery, 429s, {where}", len(refused), 0, len(refused), None, "answers", ""),
    ]


def _was_limited(call: dict[str, object]) -> bool:
    return call["status"] == 429


@contextmanager
def _rig(clock: SandboxClock, channels: int, per_minute: int) -> Iterator[Rig]:
    with tempfile.TemporaryDirectory() as place:
        db = Database(f"sqlite:///{Path(place) / 'delivery.sqlite3'}")
        schema.upgrade(db)
        with make_sandbox(clock, channels, Limits(posts_per_minute=per_minute)) as sandbox:
            yield make_rig(db, sandbox, clock, posts_per_minute=per_minute)
        db.close()
