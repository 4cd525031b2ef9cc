"""Looks in Slack for a message of which nobody knows whether it was sent."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.posts import records as post_records
from bot.posts import unconfirmed
from bot.posts.queue import DuePost
from bot.slack.outcomes import Status
from bot.workspace.leases import HeldLease
from scheduler.context import DeliveryContext
from scheduler.failures import Failures
from scheduler.tokens import delivery_token

log = logging.getLogger(__name__)

HISTORY, REPLIES, DELETE = "conversations.history", "conversations.replies", "chat.delete"


AGAIN_AFTER = timedelta(seconds=40)
"""So long after an attempt, by Slack's clock, what was not found is looked for once more before it is sent anew: an
answer of a gateway is nobody's answer, and Slack may accept long after it what the gateway had handed on."""


def find_unconfirmed(means: DeliveryContext, failures: Failures, due: DuePost) -> datetime | None:
    """Find the message, or have it sent again; None when done, else the moment from which Slack may be asked.

    It is looked for where the attempt went. A line that belongs elsewhere by now, since its card moved, is taken away
    there and sent again; of what stands several times all but the first are taken away. Until that is done nobody
    knows, and it is looked for again. What is sent anew stays in doubt for an hour: see `scheduler.duplicates`.
    """
    place, thread = due.sent_channel, due.sent_thread or due.thread_at(due.sent_channel)
    if place is None or due.attempted_at is None or (due.thread_of is not None and thread is None):
        means.record(lambda s, lease: post_records.record_not_found(s, lease, due, means.now()))
        return None
    method = REPLIES if thread else HISTORY
    if not means.is_ready(method):
        return means.ready_at(method)
    means.secure()
    found = means.sender.find(place, thread, delivery_token(means.workspace_id, due), due.attempted_at)
    log.info("delivery %s: looked for in %s, found %d", due.id, place, len(found.stamps))
    if found.outcome.end is not Status.DONE:
        failures.not_looked(due, place, found.outcome)
        return None
    waited = (means.sender.slack_now() or means.now()) - due.attempted_at
    if not found.stamps and timedelta(0) <= waited < AGAIN_AFTER:
        again_at = means.now() + (AGAIN_AFTER - waited)
        means.record(lambda s, lease: post_records.record_not_seen(s, lease, due, again_at))
        return None
    stays = not _belongs_elsewhere(due, place, thread)
    for ts in found.stamps[1:] if stays else found.stamps:
        if not means.is_ready(DELETE):
            return means.ready_at(DELETE)
        deleted = means.sender.delete(place, ts)
        if deleted.end in (Status.LATER, Status.UNKNOWN, Status.STOPPED):
            failures.not_looked(due, place, deleted)
            return None
    failures.forget(due.id, place)
    if found.stamps and stays:
        first = found.stamps[0]
        means.record(lambda s, lease: post_records.record_found(s, lease, due, first, means.now()))
    else:
        means.record(lambda s, lease: _send_anew(s, lease, due, means.now()))
    return None


def _send_anew(session: Session, lease: HeldLease, due: DuePost, now: datetime) -> None:
    unconfirmed.remember(session, lease, due, now)
    post_records.record_not_found(session, lease, due, now)


def _belongs_elsewhere(due: DuePost, place: str, thread: str | None) -> bool:
    """Whether a line was tried in a thread where its card is not any more, or may not stay."""
    return due.thread_of is not None and (due.place != place or due.parent_ts != thread or due.is_held_back)
