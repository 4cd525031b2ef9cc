"""A worker as a process of its own, that kills or stops itself in the middle of a send. For the tests alone.

Arguments: database address, Slack address, token, real seconds since 1970 at which the shared clock began, name,
where to strike (before, accepted, recording, nowhere), with which signal, at which sends ("40,80").
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from threading import Event
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import func, select

from bot.db.engine import Database
from bot.models import Delivery
from bot.posts import records as post_records
from bot.slack.sender import sending_client
from scheduler.worker import Worker
from tests.delivery.hurried_clock import SPEED, HurriedClock
from tests.delivery.rig import render

SLACK_POST = "chat.postMessage"
MANY = 100_000
SHORTEST, LONGEST = 0.002, 0.2


class Striking:
    """Counts sends and strikes this process at the chosen ones."""

    def __init__(self, place: str, with_signal: int, at: set[int]) -> None:
        self.place = place
        self.signal = with_signal
        self.at = at
        self.sends = 0

    def here(self, place: str) -> None:
        """Strike, if this is where."""
        if place == self.place and self.sends in self.at:
            os.kill(os.getpid(), self.signal)


class StrikingClient(WebClient):
    """The sender's client, that does not always live to tell."""

    striking: Striking

    def api_call(self, api_method: str, **arguments: Any) -> Any:
        """As ever, but for the strikes around a post."""
        if api_method != SLACK_POST:
            return super().api_call(api_method, **arguments)
        self.striking.sends += 1
        self.striking.here("before")
        answer = super().api_call(api_method, **arguments)
        self.striking.here("accepted")
        return answer


def main(database: str, slack: str, token: str, began: str, name: str, place: str, strike: str, at: str) -> None:
    """Drive until nothing is left to send."""
    logging.basicConfig(level=logging.INFO, format=f"{name} %(asctime)s %(message)s")
    striking = Striking(place, getattr(signal, strike), {int(n) for n in at.split(",") if n})
    plain = sending_client(token, slack)
    client = StrikingClient(token=token, base_url=slack, timeout=plain.timeout, retry_handlers=[])
    client.striking = striking
    record_sent = post_records.record_sent

    def strike_and_record(*arguments: Any) -> None:
        striking.here("recording")
        record_sent(*arguments)

    post_records.record_sent = strike_and_record
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
