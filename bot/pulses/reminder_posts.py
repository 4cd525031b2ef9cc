"""The reminders that people have: one direct message a person and day, with every round that waits for them in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.db.work import Work
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.pulses.facts import PulseReminder, PulseReminders
from bot.pulses.respondents import TeamMember
from bot.pulses.rounds import Round
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

REMINDER = "pulse_reminder"
REST = timedelta(days=6)
"""For so long nobody who was reminded of pulses is reminded of others, while there is a later day for them."""


@dataclass(frozen=True, slots=True)
class Given:
    """A reminder that is there: its rounds by their number, and whether its reader may have seen it."""

    key: str
    slack_id: str
    rounds: Mapping[int, PulseReminder]
    is_sent: bool

    @property
    def day(self) -> date:
        """The day it is of, where its reader is."""
        return date.fromisoformat(self.key.rpartition(":")[2])


def key(slack_id: str, day: date) -> str:
    """One person's reminder of one day among the posts."""
    return f"pulse:reminder:{slack_id}:{day}"


def given(work: Work, rounds: Iterable[Round]) -> dict[str, Given]:
    """The reminders of the people of these rounds since the rounds opened, and of the last days, by key; locked, since
    several rounds share one.
    """
    since: dict[TeamMember, date] = {}
    for r in rounds:
        for mate in r.people.values():
            plain = mate._replace(role="")
            since[plain] = min(since.get(plain, mate.day(work.now) - REST), mate.day(r.opened_at))
    keys = [key(mate.slack_id, day) for mate, first in since.items() for day in _days(first, mate.day(work.now))]
    found = {}
    for row in posts.by_keys(work, keys, locked=True):
        listed = PulseReminders.from_facts(row.facts).rounds
        found[row.key] = Given(row.key, row.recipient or "", {one.round_id: one for one in listed}, row.ts is not None)
    return found


def wanted(of: Given, rounds: Iterable[PulseReminder]) -> OutgoingPost:
    """The message with these rounds in place of what it said of them, or beside it."""
    listed = {**of.rounds, **{one.round_id: one for one in rounds}}
    ordered = sorted(listed.values(), key=lambda one: (one.closes_on, one.account, one.round_id))
    return OutgoingPost(of.key, REMINDER, PulseReminders(tuple(ordered)).to_facts(), recipient=of.slack_id)


def changed(work: Work, rounds: Sequence[Round]) -> list[OutgoingPost]:
    """The reminders that list these rounds, as they should stand now."""
    ws = context.of(work)
    known = {r.id: r for r in rounds}
    found = []
    for one in given(work, rounds).values():
        shown: dict[int, PulseReminder] = {}
        for round_id in one.rounds.keys() & known.keys():
            r = known[round_id]
            mate = next((mate for mate in r.people.values() if mate.slack_id == one.slack_id), None)
            if mate is not None:
                shown[round_id] = line(ws, r, mate, work.now)
        if shown:
            found.append(wanted(one, shown.values()))
    return found


def line(ws: WorkspaceContext, r: Round, mate: TeamMember, now: datetime) -> PulseReminder:
    """What one person's reminder says of a round now."""
    return PulseReminder(
        round_id=r.id,
        account_id=r.account.id,
        account=r.account.name,
        as_of=str(mate.day(now)),
        opened_on=str(r.day(ws, r.opened_at)),
        closes_on=str(r.closes_on),
        working_days=r.policy(ws).pulse_reminder_working_days,
        is_answered=mate.id in r.answered,
        is_closed=r.closed_at is not None,
    )


def by_person(found: Iterable[Given]) -> dict[str, list[Given]]:
    """Each person's reminders."""
    of: dict[str, list[Given]] = defaultdict(list)
    for one in found:
        of[one.slack_id].append(one)
    return of


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
