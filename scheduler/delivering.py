"""Delivery for one workspace: everything that may be sent now is sent, and nothing is waited for.

Each post is claimed in one transaction, sent outside of any, and recorded in another, so that whatever happens in
between is found out about: a row left as claimed is looked for in Slack before it is sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from bot.db import Database
from bot.errors import LeaseLost
from bot.services import dead_posts, delivery, outbox
from bot.services.delivery import Claim, LateRecord, backoff
from bot.services.leases import Lease
from bot.services.outbox import DuePost, Step
from bot.slack.limits import POST, Limits
from bot.slack.outcomes import End, Outcome
from bot.slack.sender import Message, Render, Sender
from scheduler.failures import Failures
from scheduler.guarding import Guard, Verdict
from scheduler.holding import CALL_NEEDS, Holding
from scheduler.strays import Stray, Strays

log = logging.getLogger(__name__)

CHANGE, DELETE, OPEN = "chat.update", "chat.delete", "conversations.open"
HISTORY, REPLIES = "conversations.history", "conversations.replies"
SHORT_WAIT = timedelta(seconds=1)
RETEST = timedelta(hours=1)
"""How long a stopped workspace is left alone before it is tried again."""

Clock = Callable[[], datetime]


def mark_of(workspace_id: int, due: DuePost) -> str:
    """What a message carries so that it can be found again: says nothing to who reads it."""
    return sha256(f"{workspace_id}/{due.id}/{due.key}".encode()).hexdigest()[:32]


class Delivery:
    """The posts of one workspace. One thread at a time."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        holding: Holding,
        sender: Sender,
        limits: Limits,
        render: Render,
        workspace_id: int,
    ) -> None:
        self._db = db
        self._clock = clock
        self._holding = holding
        self._sender = sender
        self._limits = limits
        self._render = render
        self._workspace_id = workspace_id
        self._guard = Guard(db, sender, limits, clock, workspace_id)
        self._failures = Failures(db, clock, sender, self._lease)
        self.strays = Strays(db, sender)
        self._waits: list[datetime] = []
        self._retest_at: datetime | None = None

    def run(self, stopping: Callable[[], bool]) -> datetime | None:
        """Send what may be sent now; returns the next moment at which something may, None when nothing waits.

        Raises LeaseLost when another worker drives this workspace.
        """
        self._waits = []
        if self._is_stopped():
            return self._retest_at
        while not stopping():
            now = self._clock()
            with self._db.reading() as session:
                batch = outbox.due(session, self._workspace_id, now, self._ready_steps(now), self._limits.busy(now))
            if not self._work_through(batch, stopping) or self._is_stopped():
                break
        return self.next_at()

    def next_at(self) -> datetime | None:
        """The next moment at which something may be sent, as far as the limits and the last pass say."""
        now = self._clock()
        if self._retest_at is not None:
            return self._retest_at
        with self._db.reading() as session:
            moments = [outbox.next_at(session, self._workspace_id, now)]
            moments += [self._step_at(s, now) for s in Step if outbox.any_due(session, self._workspace_id, now, s)]
        return min((moment for moment in moments if moment is not None), default=None)

    def _step_at(self, step: Step, now: datetime) -> datetime:
        if step is Step.SEND:
            ready = max(self._limits.ready_at(POST, now), self._limits.first_free(now) or now)
        elif step is Step.CHANGE:
            ready = self._limits.ready_at(CHANGE, now)
        else:
            ready = min(self._limits.ready_at(HISTORY, now), self._limits.ready_at(REPLIES, now))
        if ready > now:
            return ready
        return min((wait for wait in self._waits if wait > now), default=now + SHORT_WAIT)

    def _ready_steps(self, now: datetime) -> list[Step]:
        ready = self._limits.is_ready
        steps = {
            Step.SEND: ready(POST, now),
            Step.CHANGE: ready(CHANGE, now),
            Step.LOOK: ready(HISTORY, now) or ready(REPLIES, now),
        }
        return [step for step, is_ready in steps.items() if is_ready]

    def _work_through(self, batch: Sequence[DuePost], stopping: Callable[[], bool]) -> bool:
        """Take each post of a batch one step further; True when at least one moved."""
        moved = self._guard.sweep(batch)
        if moved:
            return True
        served: set[str | None] = set()
        for due in batch:
            if stopping() or self._failures.stopped:
                break
            if due.step is Step.SEND and due.place is not None:
                if due.place in served:
                    continue
                served.add(due.place)
            moved |= self._advance(due)
        return moved

    def _advance(self, due: DuePost) -> bool:
        if due.is_orphan:
            reason = due.parent_error or "The message in whose thread it belongs was taken down."
            self._record(lambda s, lease: dead_posts.give_up(s, lease, due, reason, self._clock()))
            return True
        if due.step is Step.LOOK:
            return self._look(due)
        if due.place is None:
            self._failures.no_place(due)
            return True
        judgement = self._guard.judge(due)
        if judgement.verdict is Verdict.CLEAR:
            return self._send(due, due.place) if due.step is Step.SEND else self._change(due, due.place)
        if judgement.verdict is Verdict.WAIT:
            return self._wait(judgement.again_at)
        if judgement.verdict is Verdict.SHARED and due.ts is not None and not self._is_ready(DELETE):
            return False
        self._failures.judged(due, judgement)
        return True

    def _send(self, due: DuePost, place: str) -> bool:
        if place[0] in "UW":
            return self._open_direct(due, place)
        if not self._is_ready(POST):
            return False
        now = self._clock()
        claimed = self._claim(due, place, now)
        if claimed is None:
            return False
        message = self._rendered(due, claimed)
        if message is None:
            return True
        # A worker may have slept between claim and call; what is left of the lease must cover the call.
        self._holding.lease(self._workspace_id, CALL_NEEDS)
        thread_ts = due.thread_at(place)
        plain = self._failures.is_plain(due.id)
        sent = self._sender.post(place, thread_ts, message, mark_of(self._workspace_id, due), plain)
        self._say(due.id, place, sent.outcome)
        if sent.ts is None:
            self._failures.not_sent(due, claimed, place, sent.outcome)
        else:
            self._record_sent(due, claimed, place, sent.ts)
        return True

    def _claim(self, due: DuePost, place: str, now: datetime) -> Claim | None:
        lease = self._holding.lease(self._workspace_id, CALL_NEEDS)
        with self._db.transaction() as session:
            return delivery.claim(session, lease, due, place, now)

    def _record_sent(self, due: DuePost, claimed: Claim, place: str, ts: str) -> None:
        try:
            self._record(lambda s, lease: delivery.record_sent(s, lease, claimed, place, ts, self._clock()))
        except LeaseLost:
            self.strays.add(Stray(due.id, place, ts))
            raise
        except LateRecord:
            self.strays.add(Stray(due.id, place, ts))
            return
        self._failures.forget(due.id, place)

    def _change(self, due: DuePost, place: str) -> bool:
        assert due.ts is not None
        with self._db.reading() as session:
            shown = delivery.current(session, due, self._clock())
        if shown is None:
            return False
        if shown.wanted <= due.sent:
            self._record(lambda s, lease: delivery.record_changed(s, lease, shown, self._clock()))
            return True
        if not self._is_ready(CHANGE):
            return False
        message = self._rendered(due, shown)
        if message is None:
            return True
        self._holding.lease(self._workspace_id, CALL_NEEDS)
        outcome = self._sender.change(place, due.ts, message, self._failures.is_plain(due.id))
        self._say(due.id, place, outcome)
        try:
            if outcome.end is End.DONE:
                self._record(lambda s, lease: delivery.record_changed(s, lease, shown, self._clock()))
                self._failures.forget(due.id, place)
            else:
                self._failures.not_changed(due, place, outcome)
        except LeaseLost:
            with self._db.transaction() as session:
                delivery.want_again(session, due.id, self._clock())
            raise
        return True

    def _look(self, due: DuePost) -> bool:
        now = self._clock()
        thread_is_there = due.thread_of is None or (due.parent_ts is not None and due.place == due.sent_channel)
        if due.sent_channel is None or due.attempted_at is None or not thread_is_there:
            self._record(lambda s, lease: delivery.record_not_found(s, lease, due, now))
            return True
        thread_ts = due.thread_at(due.sent_channel)
        method = REPLIES if thread_ts else HISTORY
        if not self._is_ready(method):
            return self._wait(self._limits.ready_at(method, now))
        self._holding.lease(self._workspace_id, CALL_NEEDS)
        mark = mark_of(self._workspace_id, due)
        found = self._sender.find(due.sent_channel, thread_ts, mark, due.attempted_at)
        log.info("post %s: looked for in %s, found %d", due.id, due.sent_channel, len(found.stamps))
        if found.outcome.end is not End.DONE:
            self._failures.not_looked(due, found.outcome)
        elif found.stamps:
            for twin in found.stamps[1:]:
                self._sender.delete(due.sent_channel, twin)
            self._record(lambda s, lease: delivery.record_found(s, lease, due, found.stamps[0], self._clock()))
        else:
            self._record(lambda s, lease: delivery.record_not_found(s, lease, due, self._clock()))
        return True

    def _open_direct(self, due: DuePost, person: str) -> bool:
        if not self._is_ready(OPEN):
            return self._wait(self._limits.ready_at(OPEN, self._clock()))
        answer = self._sender.open_direct(person)
        if answer.outcome.end is not End.DONE:
            self._failures.not_opened(due, answer.outcome)
            return True
        direct = str(answer.data["channel"]["id"])
        self._record(lambda s, lease: delivery.remember_direct_channel(s, lease, person, direct))
        return True

    def _rendered(self, due: DuePost, claimed: Claim) -> Message | None:
        facts = dict(claimed.facts)
        if due.routed and due.recipient and "routed" in facts:
            facts["routed"] = due.routed
        try:
            return self._render(claimed.kind, facts)
        except Exception:
            log.exception("post %s: its %s could not be drawn", due.id, claimed.kind)
            reason = "The message could not be drawn. The log says why."
            self._record(lambda s, lease: dead_posts.give_up(s, lease, due, reason, self._clock()))
            return None

    def _is_stopped(self) -> bool:
        now = self._clock()
        with self._db.reading() as session:
            reason = delivery.stopped_reason(session, self._workspace_id)
        if reason is None:
            self._retest_at = None
        elif self._failures.stopped:
            self._failures.stopped = False
            self._retest_at = now + RETEST
            self._last_words(now)
        elif self._retest_at is None:
            self._retest_at = now + RETEST
        elif self._retest_at <= now:
            self._retest_at = None
            with self._db.transaction() as session:
                delivery.resume(session, self._workspace_id)
        return self._retest_at is not None

    def _last_words(self, now: datetime) -> None:
        """Tell the admins that the workspace is stopped, if this one message still gets through."""
        with self._db.reading() as session:
            batch = outbox.due(
                session, self._workspace_id, now, [Step.SEND], (), prefixes=("notice:workspace_stopped:",)
            )
        for due in batch:
            if self._advance(due) and due.place is not None and due.place[0] in "UW" and not self._failures.stopped:
                self._advance_opened(due, now)
        self._failures.stopped = False

    def _advance_opened(self, due: DuePost, now: datetime) -> None:
        with self._db.reading() as session:
            again = outbox.due(session, self._workspace_id, now, [Step.SEND], (), prefixes=(due.key,))
        for opened in again:
            self._advance(opened)

    def _wait(self, until: datetime | None) -> bool:
        if until is not None:
            self._waits.append(until)
        return False

    def _is_ready(self, method: str) -> bool:
        return self._limits.is_ready(method, self._clock())

    def _lease(self) -> Lease:
        return self._holding.lease(self._workspace_id)

    def _record(self, write: Callable[[Session, Lease], object]) -> None:
        lease = self._lease()
        with self._db.transaction() as session:
            write(session, lease)

    def _say(self, post_id: int, place: str, outcome: Outcome) -> None:
        log.info("post %s to %s: %s", post_id, place, outcome.code or outcome.end)


__all__ = ["Delivery", "backoff", "mark_of"]
