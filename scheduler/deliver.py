"""Delivery for one workspace: everything that may be sent now is sent, and nothing is waited for.

Each post is claimed in one transaction, sent outside of any, and recorded in another, so that whatever happens in
between is found out about: a row left as claimed is looked for in Slack before it is sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError

from bot.errors import LeaseLost
from bot.posts import queue as post_queue
from bot.posts import records as post_records
from bot.posts.presentation import shown_at
from bot.posts.queue import LOOKS, DeliveryStep, DuePost
from bot.posts.records import Claim, LateRecord
from bot.slack.limits import POST
from bot.slack.outcomes import Outcome, Status
from bot.slack.sender import Render, StoredMessage
from bot.workspace import hours
from bot.workspace.hours import WorkspaceHours
from scheduler.audience import AudienceCheck
from scheduler.context import DeliveryContext
from scheduler.decisions import DecisionKind
from scheduler.duplicates import Duplicate, DuplicateSearch, KnownDuplicates
from scheduler.failures import Failures
from scheduler.reconcile import DELETE, find_unconfirmed
from scheduler.throttle import CHANGE, KEPT_FOR_OTHERS, Throttle
from scheduler.tokens import delivery_token

log = logging.getLogger(__name__)

OPEN = "conversations.open"
LAST_WORDS = ("notice:workspace_stopped:",)
RETEST = timedelta(hours=1)
"""How long a stopped workspace is left alone before it is tried again."""


class Deliverer:
    """The deliveries of one workspace. One thread at a time."""

    def __init__(self, means: DeliveryContext, render: Render) -> None:
        self._means = means
        self._render = render
        self._audience_check = AudienceCheck(means)
        self._failures = Failures(means)
        self.strays = KnownDuplicates(means)
        self._doubles = DuplicateSearch(means)
        self._pace = Throttle(means)
        self._working = WorkspaceHours()
        self._retest_at: datetime | None = None

    def run(self, stopping: Callable[[], bool]) -> datetime | None:
        """Send what may be sent now; returns the next moment at which something may, None when nothing waits.

        Raises LeaseLost when another worker drives this workspace.
        """
        self._pace.forget_waits()
        now = self._means.now()
        self._doubles.settle()
        self._audience_check.look_at_closed()
        with self._means.reading() as work:
            stopped_reason, self._audience_check.guests_may_read = post_records.may_send(work)
            first = post_queue.first_at(work)
        if stopped_reason is None:
            self._retest_at = None
        elif not self._retest_is_due():
            return self._means.wall(self._retest_at) if self._retest_at else None
        if first is None or first > now:
            return _first(first, self._doubles.next_at())
        with self._means.reading() as work:
            self._working = hours.read(work)
        while not stopping():
            batch, held = self._pace.batch(), self._pace.held
            moved = self._work_through(batch, stopping)
            if self._failures.stopped:
                self._last_words()
                self._retest_at = self._means.steady() + RETEST
                return self._means.wall(self._retest_at)
            if not moved and self._pace.held == held:
                break
        return self.next_at()

    def next_at(self) -> datetime | None:
        """The next moment at which something may be sent, as far as the limits and the last pass say."""
        if self._retest_at is not None:
            return self._means.wall(self._retest_at)
        return _first(self._pace.next_at(), self._doubles.next_at())

    def _work_through(self, batch: Sequence[DuePost], stopping: Callable[[], bool]) -> bool:
        """Take each post of a batch one step further; True when at least one moved."""
        moved = self._audience_check.sweep(batch)
        if moved:
            return True
        served: set[str | None] = set()
        for due in batch:
            if stopping() or self._failures.stopped:
                break
            if due.step is DeliveryStep.SEND and due.place is not None:
                if due.place in served:
                    continue
                served.add(due.place)
            moved |= self._try(due)
        return moved

    def _try(self, due: DuePost) -> bool:
        try:
            return self._advance(due)
        except (LeaseLost, OperationalError):
            raise
        except Exception:
            log.exception("delivery %s: something unforeseen, it rests for a while", due.id)
            self._failures.stumbled(due)
            return True

    def _advance(self, due: DuePost) -> bool:
        if due.step in LOOKS:
            again_at = find_unconfirmed(self._means, self._failures, due)
            return True if again_at is None else self._pace.wait(again_at)
        if due.is_orphan:
            self._failures.orphaned(due)
            return True
        if due.place is None:
            self._failures.no_place(due)
            return True
        now = self._means.now()
        if due.step is DeliveryStep.SEND and (at := due.not_before(self._working, now)) > now:
            self._failures.too_early(due, at)
            return True
        decision = self._audience_check.decide(due)
        if decision.kind is DecisionKind.CLEAR:
            return self._send(due, due.place) if due.step is DeliveryStep.SEND else self._change(due, due.place)
        if decision.kind is DecisionKind.WAIT:
            return self._pace.hold(due.place, decision.again_at)
        if decision.kind is DecisionKind.SHARED and due.ts is not None and not self._means.is_ready(DELETE):
            if self._means.left(CHANGE) > KEPT_FOR_OTHERS and self._failures.blank(due, self._means.ready_at(DELETE)):
                return True
            return self._pace.wait(self._means.ready_at(DELETE))
        self._failures.decided(due, decision)
        return True

    def _send(self, due: DuePost, place: str) -> bool:
        if place[0] in "UW":
            return self._open_direct(due, place)
        if not self._means.is_ready(POST):
            return False
        slack_now = self._means.sender.slack_now()
        lease = self._means.secure()
        with self._means.db.transaction() as session:
            claimed = post_records.claim(session, lease, due, place, self._means.now(), slack_now)
        if claimed is None:
            return False
        message = self._rendered(due, claimed)
        if message is None:
            return True
        mark, plain = delivery_token(self._means.workspace_id, due), self._failures.is_plain(due.id)
        self._means.secure()
        self._pace.sends(place, due.recipient)
        sent = self._means.sender.post(place, due.thread_at(place), message, mark, plain)
        self._say(due.id, place, sent.outcome)
        if sent.ts is None:
            self._failures.not_sent(due, claimed, place, sent.outcome)
        else:
            self._record_sent(due, claimed, place, sent.ts)
        return True

    def _record_sent(self, due: DuePost, claimed: Claim, place: str, ts: str) -> None:
        try:
            self._means.record(
                lambda s, lease: post_records.record_sent(s, lease, claimed, place, ts, self._means.now())
            )
        except LeaseLost:
            self.strays.add(Duplicate(due.id, place, ts))
            raise
        except LateRecord:
            self.strays.add(Duplicate(due.id, place, ts))
            return
        self._failures.forget(due.id, place)

    def _change(self, due: DuePost, place: str) -> bool:
        assert due.ts is not None
        with self._means.reading() as work:
            shown = post_records.current(work, due)
        if shown is None:
            return False
        if shown.revision <= due.sent_revision:
            self._means.record(lambda s, lease: post_records.record_changed(s, lease, shown, place, self._means.now()))
            return True
        if not self._means.is_ready(CHANGE):
            return False
        message = self._rendered(due, shown)
        if message is None:
            return True
        self._means.secure()
        mark, plain = delivery_token(self._means.workspace_id, due), self._failures.is_plain(due.id)
        outcome = self._means.sender.change(place, due.ts, message, mark, plain)
        self._say(due.id, place, outcome)
        try:
            if outcome.end is Status.DONE:
                self._means.record(
                    lambda s, lease: post_records.record_changed(s, lease, shown, place, self._means.now())
                )
                self._failures.forget(due.id, place)
            else:
                self._failures.not_changed(due, place, outcome)
        except LeaseLost:
            with self._means.writing() as work:
                post_records.show_again(work, due)
            raise
        return True

    def _open_direct(self, due: DuePost, person: str) -> bool:
        if not self._means.is_ready(OPEN):
            return self._pace.wait(self._means.ready_at(OPEN))
        answer = self._means.sender.open_direct(person)
        if answer.outcome.end is not Status.DONE:
            self._failures.not_opened(due, answer.outcome)
            return True
        direct = str(answer.data["channel"]["id"])
        self._means.record(lambda s, lease: post_records.remember_direct_channel(s, lease, person, direct))
        return True

    def _rendered(self, due: DuePost, claimed: Claim) -> StoredMessage | None:
        kind, facts = shown_at(due, claimed)
        try:
            return self._render(kind, dict(facts))
        except Exception:
            log.exception("delivery %s: its %s could not be drawn", due.id, kind)
            self._failures.undrawable(due)
            return None

    def _retest_is_due(self) -> bool:
        """Whether a workspace that was stopped is to be tried again, which then is no longer stopped."""
        now = self._means.steady()
        if self._retest_at is None:
            self._retest_at = now + RETEST
        if self._retest_at > now:
            return False
        self._retest_at = None
        with self._means.writing() as work:
            post_records.resume(work)
        return True

    def _last_words(self) -> None:
        """Tell the admins that the workspace is stopped, if that still gets through. One try each, no second."""
        for _ in ("opening the direct messages", "sending"):
            with self._means.reading() as work:
                batch = post_queue.due(work, [DeliveryStep.SEND], (), prefixes=LAST_WORDS)
            for due in batch:
                self._failures.stopped = False
                self._try(due)
        self._failures.stopped = False

    def _say(self, delivery_id: int, place: str, outcome: Outcome) -> None:
        log.info("delivery %s to %s: %s", delivery_id, place, outcome.code or outcome.end)


def _first(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
