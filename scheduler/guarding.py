"""Who reads there? Asked right before a message goes out: nothing of the team's may reach an outsider."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.services import channels
from bot.services.outbox import DuePost
from bot.slack.outcomes import End, Outcome
from scheduler.means import Means

INFO = "conversations.info"
LIST = "conversations.list"
MANY = 10
"""From how many channels to ask about on, all are asked about at once."""

SWEEP_PAUSE = timedelta(minutes=1)


class Verdict(StrEnum):
    """Whether a message may go where it was meant to go."""

    CLEAR = "clear"
    SHARED = "shared"
    UNREACHABLE = "unreachable"
    OUTSIDER = "outsider"
    WAIT = "wait"
    """Slack must be asked, and cannot be asked yet."""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the sentence an admin reads if the message is given up, and when to ask again for WAIT."""

    verdict: Verdict
    reason: str = ""
    again_at: datetime | None = None


CLEAR = Judgement(Verdict.CLEAR)
SHARED = Judgement(Verdict.SHARED, "The channel is shared with another company, and the account has no owner to tell.")
STRANGER = Judgement(Verdict.OUTSIDER, "The person to be told is not known in this workspace.")
OUTSIDER = Judgement(Verdict.OUTSIDER, "The person to be told is a guest or from another company.")
ARCHIVED = Judgement(Verdict.UNREACHABLE, "The channel is archived. Give the account another channel.")


class Guard:
    """Judges the places of one workspace; what Slack says is kept for five minutes."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._cursor = ""
        self._swept_at: datetime | None = None

    def judge(self, due: DuePost) -> Judgement:
        """Whether this post may go to, or stay at, its place."""
        assert due.place is not None
        if due.is_direct:
            return CLEAR if due.reader_known and not due.reader_outside else _refused(due)
        if self._is_fresh(due, self._means.now()):
            return SHARED if due.channel_shared else CLEAR
        return self._ask(due.place)

    def sweep(self, batch: Iterable[DuePost]) -> bool:
        """Ask about all channels at once when many are to be asked about; True when something was learned."""
        now = self._means.now()
        stale = {due.place for due in batch if due.place and not due.is_direct and not self._is_fresh(due, now)}
        rested = self._swept_at is None or now - self._swept_at >= SWEEP_PAUSE
        if len(stale) < MANY or not (self._cursor or rested) or not self._means.limits.is_ready(LIST, now):
            return False
        answer = self._means.sender.channel_page(self._cursor)
        if answer.outcome.end is not End.DONE:
            self._cursor, self._swept_at = "", now
            return False
        self._cursor = (answer.data.get("response_metadata") or {}).get("next_cursor") or ""
        self._swept_at = now
        with self._means.db.transaction() as session:
            channels.remember_all(session, self._means.workspace_id, answer.data.get("channels", []), self._means.now())
        return True

    def _ask(self, channel: str) -> Judgement:
        now = self._means.now()
        ready_at = self._means.limits.ready_at(INFO, now)
        if ready_at > now:
            return Judgement(Verdict.WAIT, again_at=ready_at)
        answer = self._means.sender.channel_info(channel)
        if answer.outcome.end is not End.DONE:
            return _unanswered(answer.outcome, self._means.now())
        info = answer.data["channel"]
        with self._means.db.transaction() as session:
            channels.remember(session, self._means.workspace_id, info, self._means.now())
        if info.get("is_archived"):
            return ARCHIVED
        return SHARED if channels.shared_externally(info) else CLEAR

    @staticmethod
    def _is_fresh(due: DuePost, now: datetime) -> bool:
        return due.channel_checked_at is not None and now - due.channel_checked_at <= channels.FRESH_FOR


def _refused(due: DuePost) -> Judgement:
    return OUTSIDER if due.reader_known else STRANGER


def _unanswered(outcome: Outcome, now: datetime) -> Judgement:
    if outcome.end is End.STOPPED:
        return Judgement(Verdict.STOPPED, outcome.reason)
    if outcome.end in (End.LATER, End.UNKNOWN):
        wait = timedelta(seconds=outcome.retry_after or 5)
        return Judgement(Verdict.WAIT, again_at=now + wait)
    # Whether another company reads there cannot be known, so nothing may be said there.
    return Judgement(Verdict.UNREACHABLE, outcome.reason)
