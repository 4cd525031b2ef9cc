"""Who reads there? Asked right before a message goes out: nothing of the team's may reach an outsider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.audience import Audience, Unknown
from bot.core.freshness import is_fresh
from bot.posts.audience import Ask, Send, decide
from bot.posts.queue import DuePost
from bot.slack.outcomes import Status
from bot.workspace import channels
from scheduler.context import DeliveryContext
from scheduler.decisions import CLEAR, DECIDED, GUESTS, NEEDLESS, AudienceDecision, DecisionKind, unanswered
from scheduler.readers import Readers

INFO = "conversations.info"
LIST = "conversations.list"
MANY = 10
"""From how many channels to ask about on, all are asked about at once."""

SWEEP_PAUSE = timedelta(minutes=1)
ASK_PAUSE = timedelta(minutes=1)
"""How long a held back channel of which Slack said nothing is left alone before it is asked about again."""


class AudienceCheck:
    """Judges the places of one workspace; what Slack says of a channel is kept for five minutes."""

    def __init__(self, means: DeliveryContext) -> None:
        self._means = means
        self._readers = Readers(means)
        self._cursor = ""
        self._swept_at: datetime | None = None
        self._ask_not_before: dict[str, datetime] = {}
        self.guests_may_read = False
        """Whether a guest in a channel is no reason to hold back what belongs there: the workspace's setting."""

    def decide(self, due: DuePost) -> AudienceDecision:
        """Whether this post may go to, or stay at, its place; what is not known is asked of Slack."""
        assert due.place is not None
        message, audience, counted = due.about, self._known(due), None
        while isinstance(decision := decide(message, audience, self.guests_may_read), Ask):
            if decision.what is Unknown.CHANNEL:
                info = self._ask(due.place)
                if isinstance(info, AudienceDecision):
                    return info
                counted = info.get("num_members")
                archived, shared = bool(info.get("is_archived")), channels.shared_externally(info)
                audience = replace(audience, is_shared=shared, is_archived=archived)
                continue
            is_member = decision.what is Unknown.MEMBERS
            found = self._readers.in_channel(due, counted) if is_member else self._readers.in_direct(due)
            if found not in (CLEAR, GUESTS):
                return found
            audience = replace(audience, has_guests=found is GUESTS, is_ours=found is CLEAR)
        if isinstance(decision, Send):
            return CLEAR
        return DECIDED[decision.why] if decision.why is not None else NEEDLESS

    def sweep(self, batch: Sequence[DuePost]) -> bool:
        """Ask about all channels or people at once when many are to be asked about; True when that was done."""
        return self._sweep_channels(batch) or self._readers.sweep(batch)

    def look_at_closed(self) -> None:
        """Ask about channels that are held back and may be open again; whoever learns that they are acts on it."""
        now = self._means.steady()
        with self._means.reading() as work:
            doubted = channels.to_ask_again(work)
        for channel in doubted:
            if now < self._ask_not_before.get(channel, now) or not self._means.is_ready(INFO):
                continue
            info = self._ask(channel)
            if isinstance(info, AudienceDecision) or channels.shared_externally(info) or self.guests_may_read:
                found = info if isinstance(info, AudienceDecision) else CLEAR
            else:
                found = self._readers.ask_channel(channel)
            if found.kind is DecisionKind.WAIT or found.kind is DecisionKind.UNREACHABLE:
                self._ask_not_before[channel] = now + ASK_PAUSE

    def _sweep_channels(self, batch: Iterable[DuePost]) -> bool:
        now = self._means.now()
        stale = {due.place for due in batch if due.place and not due.is_direct and not self._is_fresh(due, now)}
        rested = self._swept_at is None or self._means.steady() - self._swept_at >= SWEEP_PAUSE
        if len(stale) < MANY or not (self._cursor or rested) or not self._means.is_ready(LIST):
            return False
        answer = self._means.sender.channel_page(self._cursor)
        if answer.outcome.end is not Status.DONE:
            self._cursor, self._swept_at = "", self._means.steady()
            return False
        self._cursor = (answer.data.get("response_metadata") or {}).get("next_cursor") or ""
        self._swept_at = self._means.steady()
        infos = answer.data.get("channels") or []
        with self._means.writing() as work:
            channels.remember_all(work, infos)
        return True

    def _ask(self, channel: str) -> Mapping[str, Any] | AudienceDecision:
        """What Slack says of a channel now."""
        if not self._means.is_ready(INFO):
            return AudienceDecision(DecisionKind.WAIT, again_at=self._means.ready_at(INFO))
        answer = self._means.sender.channel_info(channel)
        if answer.outcome.end is not Status.DONE:
            return unanswered(answer.outcome, self._means.now())
        info: Mapping[str, Any] = answer.data["channel"]
        with self._means.writing() as work:
            channels.remember(work, info)
        return info

    def _known(self, due: DuePost) -> Audience:
        """What is known of who reads there. Who is in a channel, or reads alone, Readers know, or ask."""
        if due.is_direct:
            return Audience(is_direct=True, is_known=due.reader_known, is_ours=False if due.reader_outside else None)
        return Audience(is_shared=due.channel_shared if self._is_fresh(due, self._means.now()) else None)

    @staticmethod
    def _is_fresh(due: DuePost, now: datetime) -> bool:
        return is_fresh(due.channel_checked_at, now, channels.FRESH_FOR)
