"""What the limits allow now, and when they will allow more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.services import outbox
from bot.services.outbox import DuePost, Step
from bot.slack.limits import POST
from scheduler import looking
from scheduler.means import Means

CHANGE = "chat.update"
SHORT_WAIT = timedelta(seconds=1)


class Pace:
    """Chooses what can be done now; remembers until when a pass found that it must wait."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._waits: list[datetime] = []

    def forget_waits(self) -> None:
        """A new pass begins."""
        self._waits = []

    def wait(self, until: datetime | None) -> bool:
        """A post could not move, not before `until`; always False."""
        if until is not None:
            self._waits.append(until)
        return False

    def batch(self) -> Sequence[DuePost]:
        """The posts that can be taken further now."""
        now = self._means.now()
        steps, busy = self._ready_steps(now), self._means.limits.busy(now)
        with self._means.db.reading() as session:
            return outbox.due(session, self._means.workspace_id, now, steps, busy)

    def next_at(self) -> datetime | None:
        """The next moment at which a post can be taken further; None when none waits."""
        now, workspace_id = self._means.now(), self._means.workspace_id
        with self._means.db.reading() as session:
            first = outbox.first_at(session, workspace_id)
            if first is None or first > now:
                return first
            moments = [outbox.next_at(session, workspace_id, now)]
            moments += [self._step_at(s, now) for s in Step if outbox.any_due(session, workspace_id, now, s)]
        return min((moment for moment in moments if moment is not None), default=None)

    def _step_at(self, step: Step, now: datetime) -> datetime:
        limits = self._means.limits
        if step is Step.SEND:
            ready = max(limits.ready_at(POST, now), limits.first_free(now) or now)
        elif step is Step.CHANGE:
            ready = limits.ready_at(CHANGE, now)
        else:
            ready = looking.ready_at(self._means, now)
        if ready > now:
            return ready
        return min((wait for wait in self._waits if wait > now), default=now + SHORT_WAIT)

    def _ready_steps(self, now: datetime) -> list[Step]:
        limits = self._means.limits
        steps = {
            Step.SEND: limits.is_ready(POST, now),
            Step.CHANGE: limits.is_ready(CHANGE, now),
            Step.LOOK: looking.ready_at(self._means, now) <= now,
        }
        return [step for step, is_ready in steps.items() if is_ready]
