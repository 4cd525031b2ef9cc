"""Who reads there? Asked right before a message goes out: nothing of the team's may reach an outsider."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.core.freshness import is_fresh
from bot.posts.queue import DuePost
from bot.slack.outcomes import End
from bot.workspace import channels
from scheduler.context import Means
from scheduler.decisions import ARCHIVED, CLEAR, OUTSIDER, SHARED, STRANGER, Judgement, Verdict, unanswered
from scheduler.readers import Readers

INFO = "conversations.info"
LIST = "conversations.list"
MANY = 10
"""From how many channels to ask about on, all are asked about at once."""

SWEEP_PAUSE = timedelta(minutes=1)


class Guard:
    """Judges the places of one workspace; what Slack says of a channel is kept for five minutes."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._readers = Readers(means)
        self._cursor = ""
        self._swept_at: datetime | None = None
        self.guests_may_read = False
        """Whether a guest in a channel is no reason to hold back what belongs there: the workspace's setting."""

    def judge(self, due: DuePost) -> Judgement:
        """Whether this post may go to, or stay at, its place."""
        assert due.place is not None
        if due.is_direct:
            is_one_of_us = due.reader_known and not due.reader_outside
            return self._readers.in_direct(due) if is_one_of_us else _refused(due)
        if self._is_fresh(due, self._means.now()):
            judgement, members = (SHARED if due.channel_shared else CLEAR), None
        else:
            judgement, members = self._ask(due.place)
        if judgement.verdict is not Verdict.CLEAR or self.guests_may_read:
            return judgement
        return self._readers.in_channel(due, members)

    def sweep(self, batch: Sequence[DuePost]) -> bool:
        """Ask about all channels or people at once when many are to be asked about; True when that was done."""
        return self._sweep_channels(batch) or self._readers.sweep(batch)

    def _sweep_channels(self, batch: Iterable[DuePost]) -> bool:
        now = self._means.now()
        stale = {due.place for due in batch if due.place and not due.is_direct and not self._is_fresh(due, now)}
        rested = self._swept_at is None or self._means.steady() - self._swept_at >= SWEEP_PAUSE
        if len(stale) < MANY or not (self._cursor or rested) or not self._means.is_ready(LIST):
            return False
        answer = self._means.sender.channel_page(self._cursor)
        if answer.outcome.end is not End.DONE:
            self._cursor, self._swept_at = "", self._means.steady()
            return False
        self._cursor = (answer.data.get("response_metadata") or {}).get("next_cursor") or ""
        self._swept_at = self._means.steady()
        infos = answer.data.get("channels") or []
        with self._means.db.transaction() as session:
            channels.remember_all(session, self._means.workspace_id, infos, self._means.now())
        return True

    def _ask(self, channel: str) -> tuple[Judgement, int | None]:
        """What Slack says of a channel now, and how many members it counts."""
        if not self._means.is_ready(INFO):
            return Judgement(Verdict.WAIT, again_at=self._means.ready_at(INFO)), None
        answer = self._means.sender.channel_info(channel)
        if answer.outcome.end is not End.DONE:
            return unanswered(answer.outcome, self._means.now()), None
        info = answer.data["channel"]
        with self._means.db.transaction() as session:
            channels.remember(session, self._means.workspace_id, info, self._means.now())
        if info.get("is_archived"):
            return ARCHIVED, None
        return (SHARED if channels.shared_externally(info) else CLEAR), info.get("num_members")

    @staticmethod
    def _is_fresh(due: DuePost, now: datetime) -> bool:
        return is_fresh(due.channel_checked_at, now, channels.FRESH_FOR)


def _refused(due: DuePost) -> Judgement:
    return OUTSIDER if due.reader_known else STRANGER
