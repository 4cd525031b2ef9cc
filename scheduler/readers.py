"""Who reads there, person by person: a guest in a channel, an owner who has become one.

Slack is asked about a person at most once a day, about a channel's members when their number changed, when an event
told of a change, and otherwise once an hour. Nothing is waited for: what is half known is kept for the next pass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.core.freshness import is_fresh
from bot.posts.queue import DuePost
from bot.slack.outcomes import Status
from bot.story import share
from bot.workspace import channels, members, workspaces
from scheduler.context import DeliveryContext
from scheduler.decisions import CLEAR, GUESTS, OUTSIDER, AudienceDecision, DecisionKind, unanswered

MEMBERS, PERSON, PEOPLE = "conversations.members", "users.info", "users.list"
MANY = 3
"""From how many people to ask about on, all are asked about at once."""

SWEEP_PAUSE = timedelta(minutes=1)
CHUNK = 100
"""People written in one transaction, in which others wait."""


class Readers:
    """The people of one workspace, as far as its posts reach them."""

    def __init__(self, means: DeliveryContext) -> None:
        self._means = means
        self._apps: set[str] = set()
        self._guests: dict[str, datetime] = {}
        self._begun: dict[str, tuple[str, set[str]]] = {}
        self._cursor = ""
        self._swept_at: datetime | None = None

    def in_direct(self, due: DuePost) -> AudienceDecision:
        """Whether who reads a direct message is still of the team."""
        assert due.reader is not None
        return CLEAR if self._is_fresh(due, self._means.now()) else self._ask(due.reader)

    def in_channel(self, due: DuePost, members_now: int | None) -> AudienceDecision:
        """Whether everyone in a channel is of the team; `members_now` is how many Slack just counted, if it did."""
        now = self._means.now()
        same = members_now is None or members_now == due.channel_members
        if same and is_fresh(due.channel_members_at, now, channels.MEMBERS_FRESH_FOR):
            return GUESTS if due.channel_guests else CLEAR
        assert due.place is not None
        return self.ask_channel(due.place)

    def sweep(self, batch: Iterable[DuePost]) -> bool:
        """Ask about all people at once when many who are to be told must be asked about; True when that was done."""
        now = self._means.now()
        stale = {
            due.reader
            for due in batch
            if due.is_direct and due.reader and due.reader_known and not self._is_fresh(due, now)
        }
        return self._learn_many(stale)

    def ask_channel(self, channel: str) -> AudienceDecision:
        """Whether everyone in a channel is of the team, by what Slack says of its members now."""
        cursor, seen = self._begun.get(channel, ("", set()))
        while True:
            waiting = self._wait_for(MEMBERS)
            if waiting:
                return waiting
            answer = self._means.sender.members_page(channel, cursor)
            if answer.outcome.end is not Status.DONE:
                self._begun.pop(channel, None)
                return unanswered(answer.outcome, self._means.now())
            seen.update(answer.data.get("members", []))
            cursor = (answer.data.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
            self._begun[channel] = (cursor, seen)
        self._begun[channel] = ("", seen)
        has_guests = self._guest_among(seen)
        if isinstance(has_guests, AudienceDecision):
            return has_guests
        del self._begun[channel]
        with self._means.writing() as work:
            known = sorted(seen & self._guests.keys())
            channels.remember_members(work, channel, has_guests, known)
        return GUESTS if has_guests else CLEAR

    def _guest_among(self, slack_ids: Collection[str]) -> bool | AudienceDecision:
        """Whether someone is not of the team; apps do not read. A decision when Slack cannot say yet."""
        strange = self._strange(slack_ids)
        if self._learn_many(strange):
            strange = self._strange(strange)
        for slack_id in strange:
            if slack_id not in self._guests:
                decision = self._ask(slack_id)
                if decision.kind in (DecisionKind.WAIT, DecisionKind.STOPPED):
                    return decision
            if slack_id in self._guests:
                return True
        return False

    def _strange(self, slack_ids: Collection[str]) -> list[str]:
        """Those who are not known to be of the team, or were asked about too long ago; known guests first."""
        now = self._means.now()
        self._guests = {one: at for one, at in self._guests.items() if is_fresh(at, now, members.FRESH_FOR)}
        people = set(slack_ids) - self._apps
        with self._means.reading() as work:
            strange = share.strangers_among(work, people, is_fresh=True)
        return sorted(strange, key=lambda one: (one not in self._guests, one))

    def _ask(self, slack_id: str) -> AudienceDecision:
        waiting = self._wait_for(PERSON)
        if waiting:
            return waiting
        answer = self._means.sender.person_info(slack_id)
        if answer.outcome.end is Status.DONE:
            self._learn([answer.data.get("user") or {"id": slack_id, "deleted": True}])
            return OUTSIDER if slack_id in self._guests or slack_id in self._apps else CLEAR
        decision = unanswered(answer.outcome, self._means.now())
        if decision.kind is not DecisionKind.UNREACHABLE:
            return decision
        # Someone Slack does not know, or does not show: not of the team, as far as anyone can tell.
        self._guests[slack_id] = self._means.now()
        return AudienceDecision(DecisionKind.OUTSIDER, answer.outcome.reason)

    def _learn_many(self, wanted: Collection[str | None]) -> bool:
        rested = self._swept_at is None or self._means.steady() - self._swept_at >= SWEEP_PAUSE
        unknown = set(wanted) - set(self._guests)
        if len(unknown) < MANY or not (self._cursor or rested) or not self._means.is_ready(PEOPLE):
            return False
        answer = self._means.sender.people_page(self._cursor)
        self._cursor, self._swept_at = "", self._means.steady()
        if answer.outcome.end is not Status.DONE:
            return False
        self._cursor = (answer.data.get("response_metadata") or {}).get("next_cursor") or ""
        page = answer.data.get("members", [])
        with self._means.reading() as work:
            stale = members.stale(work)
        self._learn([user for user in page if user["id"] in unknown or user["id"] in stale])
        return True

    def _learn(self, users: list[Mapping[str, Any]]) -> None:
        now = self._means.now()
        for start in range(0, len(users), CHUNK):
            with self._means.writing() as work:
                team_id = workspaces.team_of(work)
                for user in users[start : start + CHUNK]:
                    self._sort(user, team_id, now)
                    members.remember(work, user)

    def _sort(self, user: Mapping[str, Any], team_id: str, now: datetime) -> None:
        slack_id = str(user["id"])
        self._guests.pop(slack_id, None)
        if members.is_app(user) or user.get("deleted"):
            self._apps.add(slack_id)
        elif members.is_outsider(user, team_id):
            self._guests[slack_id] = now

    def _wait_for(self, method: str) -> AudienceDecision | None:
        if self._means.is_ready(method):
            return None
        return AudienceDecision(DecisionKind.WAIT, again_at=self._means.ready_at(method))

    @staticmethod
    def _is_fresh(due: DuePost, now: datetime) -> bool:
        return is_fresh(due.reader_checked_at, now, members.FRESH_FOR)
