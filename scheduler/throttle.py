"""What the limits allow now, and when they will allow more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.db.work import Work
from bot.posts import queue as post_queue
from bot.posts.queue import DeliveryStep, DuePost
from bot.slack.limits import POST
from scheduler.context import DeliveryContext
from scheduler.reconcile import DELETE, HISTORY, REPLIES

CHANGE = "chat.update"
METHODS = {
    DeliveryStep.SEND: POST,
    DeliveryStep.CHANGE: CHANGE,
    DeliveryStep.REMOVE: DELETE,
    DeliveryStep.BLANK: CHANGE,
    DeliveryStep.LOOK: HISTORY,
    DeliveryStep.LOOK_IN_THREAD: REPLIES,
}
"""What must be ready for each step."""
KEPT_FOR_OTHERS = 10
"""Calls of chat.update a minute that blanking leaves to what else changes."""
SHORT_WAIT = timedelta(seconds=1)


class Throttle:
    """Chooses what can be done now; remembers until when a pass found that it must wait."""

    def __init__(self, means: DeliveryContext) -> None:
        self._means = means
        self._waits: list[datetime] = []
        self._held: set[str] = set()
        self._people: dict[str, str] = {}

    @property
    def held(self) -> int:
        """How many places are passed over in this pass."""
        return len(self._held)

    def forget_waits(self) -> None:
        """A new pass begins."""
        self._waits = []
        self._held = set()

    def wait(self, until: datetime | None) -> bool:
        """A post could not move, not before `until`; always False."""
        if until is not None:
            self._waits.append(until)
        return False

    def hold(self, place: str | None, until: datetime | None) -> bool:
        """Nothing can go to a place before `until`: pass over it, so that it keeps no other waiting; always False."""
        if place is not None:
            self._held.add(place)
        return self.wait(until)

    def sends(self, place: str, person: str | None) -> None:
        """A post goes to `place`, the direct messages of `person` where it is addressed to one."""
        if person is not None:
            self._people[place] = person

    def batch(self) -> Sequence[DuePost]:
        """The posts that can be taken further now."""
        now = self._means.now()
        steps, busy = self._ready_steps(), self._means.busy()
        workspace_id, held = self._means.workspace_id, self._held
        self._people = {place: person for place, person in self._people.items() if place in busy}
        people = self._people.values()
        with Work.reading(self._means.db, workspace_id, now) as work:
            # What must be taken out goes before all else.
            urgent = post_queue.due(work, steps, busy, held=held, unwanted_alone=True)
            return urgent or post_queue.due(work, steps, busy, held=held, people=people)

    def next_at(self) -> datetime | None:
        """The next moment at which a post can be taken further; None when none waits."""
        now, workspace_id = self._means.now(), self._means.workspace_id
        with Work.reading(self._means.db, workspace_id, now) as work:
            first, following = post_queue.first_and_next_at(work)
            if first is None or first > now:
                return first
            moments = [following, *(self._step_at(step, now) for step in post_queue.steps_due(work))]
        return min((moment for moment in moments if moment is not None), default=None)

    def _step_at(self, step: DeliveryStep, now: datetime) -> datetime:
        ready = self._means.ready_at(METHODS[step])
        if step is DeliveryStep.SEND:
            ready = max(ready, self._means.first_free() or now)
        if ready > now:
            return ready
        return min((wait for wait in self._waits if wait > now), default=now + SHORT_WAIT)

    def _ready_steps(self) -> list[DeliveryStep]:
        ready = [step for step, method in METHODS.items() if self._means.is_ready(method)]
        # To take a message away is better than to take its words, and what else changes is not kept waiting for that.
        if DeliveryStep.REMOVE in ready or self._means.left(CHANGE) <= KEPT_FOR_OTHERS:
            ready = [step for step in ready if step is not DeliveryStep.BLANK]
        return ready
