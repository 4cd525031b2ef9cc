"""Looks in Slack for a message of which nobody knows whether it was sent."""

from __future__ import annotations

import logging
from datetime import datetime
from hashlib import sha256

from bot.services import delivery
from bot.services.outbox import DuePost
from bot.slack.outcomes import End
from scheduler.failures import Failures
from scheduler.means import Means

log = logging.getLogger(__name__)

HISTORY, REPLIES = "conversations.history", "conversations.replies"


def mark_of(workspace_id: int, due: DuePost) -> str:
    """What a message carries so that it can be found again: says nothing to who reads it."""
    return sha256(f"{workspace_id}/{due.id}/{due.key}".encode()).hexdigest()[:32]


def ready_at(means: Means, now: datetime) -> datetime:
    """The first moment, not before `now`, at which looking is possible, in channels or in threads."""
    return min(means.limits.ready_at(HISTORY, now), means.limits.ready_at(REPLIES, now))


def look(means: Means, failures: Failures, due: DuePost) -> datetime | None:
    """Find the message, or have it sent again; None when done, else the moment from which Slack may be asked.

    Where it stands several times, all but the first are taken away.
    """
    thread_is_there = due.thread_of is None or (due.parent_ts is not None and due.place == due.sent_channel)
    if due.sent_channel is None or due.attempted_at is None or not thread_is_there:
        means.record(lambda s, lease: delivery.record_not_found(s, lease, due, means.now()))
        return None
    place = due.sent_channel
    thread_ts = due.thread_at(place)
    method = REPLIES if thread_ts else HISTORY
    if not means.is_ready(method):
        return means.ready_at(method)
    means.secure()
    found = means.sender.find(place, thread_ts, mark_of(means.workspace_id, due), due.attempted_at)
    log.info("post %s: looked for in %s, found %d", due.id, place, len(found.stamps))
    if found.outcome.end is not End.DONE:
        failures.not_looked(due, found.outcome)
    elif found.stamps:
        first, *twins = found.stamps
        for twin in twins:
            means.sender.delete(place, twin)
        means.record(lambda s, lease: delivery.record_found(s, lease, due, first, means.now()))
    else:
        means.record(lambda s, lease: delivery.record_not_found(s, lease, due, means.now()))
    return None
