"""Duplicates: messages sent after a lost lease, or anew after an attempt that was not found; taken away again."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError

from bot.errors import LeaseLost
from bot.posts import records as post_records
from bot.posts import unconfirmed
from bot.posts.unconfirmed import Doubt
from bot.slack.outcomes import UNREADABLE, Status
from scheduler.context import DeliveryContext
from scheduler.reconcile import DELETE, HISTORY, REPLIES
from scheduler.tokens import token

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A message of ours at `channel`, `ts` that no row knows of, as far as we know."""

    delivery_id: int
    channel: str
    ts: str


class KnownDuplicates:
    """Kept in memory, until it is known which message the post's row stands by."""

    def __init__(self, means: DeliveryContext) -> None:
        self._means = means
        self._known: list[Duplicate] = []

    def __len__(self) -> int:
        return len(self._known)

    def add(self, stray: Duplicate) -> None:
        """Remember a message that may stand twice."""
        log.info(
            "delivery %s: sent to %s, but the lease was lost before it was recorded", stray.delivery_id, stray.channel
        )
        self._known.append(stray)

    def settle(self) -> None:
        """Take away what stands twice; needs no lease, since it touches our own message only.

        A row that knows no message yet may still adopt ours, so it is left for later.
        """
        for stray in list(self._known):
            with self._means.reading() as work:
                ts, state = post_records.standing(work, stray.delivery_id)
            if ts is None and state != "dead":
                continue
            if ts != stray.ts and self._means.sender.delete(stray.channel, stray.ts).end in (
                Status.LATER,
                Status.UNKNOWN,
            ):
                continue
            self._known.remove(stray)


AGAIN = timedelta(minutes=1)
MUCH_LATER = timedelta(minutes=10)


class DuplicateSearch:
    """For one workspace; the doubts themselves are rows, so that they outlive this process."""

    def __init__(self, means: DeliveryContext) -> None:
        self._means = means

    def next_at(self) -> datetime | None:
        """When the next one is to be looked for; None when none is in doubt."""
        with self._means.reading() as work:
            first = unconfirmed.first_at(work)
        if first is None:
            return None
        return max(first, min(self._means.ready_at(HISTORY), self._means.ready_at(REPLIES)))

    def settle(self) -> None:
        """Look for those whose moment has come, as far as the limits allow. Raises LeaseLost."""
        with self._means.reading() as work:
            due = unconfirmed.due(work)
        for doubt in due:
            if not self._means.is_ready(REPLIES if doubt.thread_ts else HISTORY) or not self._means.is_ready(DELETE):
                return
            try:
                self._look(doubt)
            except (LeaseLost, OperationalError):
                raise
            except Exception:
                log.exception("delivery %s: something unforeseen, it is looked for later", doubt.delivery_id)
                self._record(doubt, self._means.now() + MUCH_LATER)

    def _look(self, doubt: Doubt) -> None:
        if doubt.is_underway:
            # The attempt that is under way is looked for by itself; which message stays is known afterwards.
            self._record(doubt, self._means.now() + AGAIN)
            return
        self._means.secure()
        key = token(self._means.workspace_id, doubt.delivery_id, doubt.key)
        found = self._means.sender.find(doubt.channel, doubt.thread_ts, key, doubt.attempted_at)
        # What Slack hides now it hides in a minute too: that counts as a look, or there would be no end of them.
        if found.outcome != UNREADABLE and found.outcome.end in (Status.LATER, Status.UNKNOWN, Status.STOPPED):
            self._record(doubt, self._means.now() + AGAIN)
            return
        others = [ts for ts in found.stamps if (doubt.channel, ts) != (doubt.stands_in, doubt.stands_at)]
        if others and doubt.is_waiting:
            # It came late, and before it was sent anew: then it need not be.
            self._means.record(lambda s, lease: unconfirmed.doubt_again(s, lease, doubt, self._means.now()))
            return
        for ts in others:
            deleted = self._means.sender.delete(doubt.channel, ts)
            log.info("delivery %s: stood twice in %s, the late one was taken away", doubt.delivery_id, doubt.channel)
            if deleted.end in (Status.LATER, Status.UNKNOWN, Status.STOPPED):
                self._record(doubt, self._means.now() + AGAIN)
                return
        self._means.record(lambda s, lease: unconfirmed.looked(s, lease, doubt, self._means.now()))

    def _record(self, doubt: Doubt, until: datetime) -> None:
        self._means.record(lambda s, lease: unconfirmed.put_off(s, lease, doubt, until))
