"""A worker as a process of its own, that kills or stops itself in the middle of a call. For the tests alone.

Arguments: database address, Slack address, token, real seconds since 1970 at which the shared clock began, name,
where to strike (before, accepted, recording, nowhere), with which signal, at which calls ("40,80"), of which method,
and how many lives there are: of several each is a process of its own, which must end by its strike.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from threading import Event
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import features
from bot.db.engine import Database
from bot.models import Delivery
from bot.slack.sender import sending_client
from bot.workspace.leases import HeldLease
from scheduler.context import DeliveryContext
from scheduler.worker import Worker
from tests.delivery.hurried_clock import SPEED, HurriedClock
from tests.delivery.rig import render

MANY = 100_000
SHORTEST, LONGEST = 0.002, 0.2


class Striking:
    """Counts calls of one method and strikes this process at the chosen ones."""

    def __init__(self, method: str, place: str, with_signal: int, at: set[int]) -> None:
        self.method = method
        self.place = place
        self.signal = with_signal
        self.at = at
        self.calls = 0
        self._is_accepted = False

    def begin(self) -> None:
        """The method is about to be called."""
        self.calls += 1
        self.here("before")

    def end(self) -> None:
        """Slack has answered; what follows is recorded."""
        self.here("accepted")
        self._is_accepted = True

    def record(self) -> None:
        """What was recorded first after the call is written, and not committed yet."""
        if self._is_accepted:
            self._is_accepted = False
            self.here("recording")

    def here(self, place: str) -> None:
        """Strike, if this is where."""
        if place == self.place and self.calls in self.at:
            os.kill(os.getpid(), self.signal)


class StrikingClient(WebClient):
    """The sender's client, that does not always live to tell."""

    striking: Striking

    def api_call(self, api_method: str, **arguments: Any) -> Any:
        """As ever, but for the strikes around a call."""
        if api_method != self.striking.method:
            return super().api_call(api_method, **arguments)
        self.striking.begin()
        answer = super().api_call(api_method, **arguments)
        self.striking.end()
        return answer


def main(database: str, slack: str, token: str, began: str, name: str, *strikes: str) -> None:
    """One life, or several, each of which is killed."""
    features.install()
    *where, lives = strikes
    if lives == "1":
        drive(database, slack, token, began, name, *where)
        return
    for life in range(int(lives)):
        child = os.fork()
        if not child:
            drive(database, slack, token, began, f"{name} {life}", *where)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            raise SystemExit(f"Life {life} ended by itself.")


def drive(
    database: str, slack: str, token: str, began: str, name: str, place: str, strike: str, at: str, method: str
) -> None:
    """Drive until nothing is left to send."""
    logging.basicConfig(level=logging.INFO, format=f"{name} %(asctime)s %(message)s")
    striking = Striking(method, place, getattr(signal, strike), {int(n) for n in at.split(",") if n})
    plain = sending_client(token, slack)
    client = StrikingClient(token=token, base_url=slack, timeout=plain.timeout, retry_handlers=[])
    client.striking = striking
    record = DeliveryContext.record

    def record_and_strike(means: DeliveryContext, write: Callable[[Session, HeldLease], object]) -> None:
        def written(session: Session, lease: HeldLease) -> None:
            # Who is frozen with rows locked keeps others from them until its connection ends: that is the server's
            # to limit (idle_in_transaction_session_timeout), so that a paused worker pauses before it writes.
            if striking.signal == signal.SIGSTOP:
                striking.record()
            write(session, lease)
            striking.record()

        record(means, written)

    DeliveryContext.record = record_and_strike  # type: ignore[method-assign]
    clock = HurriedClock(float(began))
    db = Database(database)
    driver = Worker(db, clock.now, lambda _: client, render, name, posts_per_minute=MANY)
    pause = Event()
    while True:
        driver.work()
        driver.settle_strays()
        if _left(db) == 0 and not driver.has_strays:
            break
        due = driver.next_due()
        wait = (due - clock.now()).total_seconds() / SPEED if due else LONGEST
        pause.wait(min(max(wait, SHORTEST), LONGEST))
    driver.stop(5)
    db.close()


def _left(db: Database) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(Delivery).where(Delivery.due_at.is_not(None))) or 0


if __name__ == "__main__":
    main(*sys.argv[1:])
