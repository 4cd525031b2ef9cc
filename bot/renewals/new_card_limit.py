"""A first import must not flood a channel: so many new cards a day, the most urgent first, the rest on later days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, literal_column, select

from bot.agenda.jobs import DueJob
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.models import JobRow
from bot.posts import queries as posts
from bot.renewals import schedule
from bot.renewals.job_kinds import RenewalJob
from bot.renewals.rules.ladder import days_left
from bot.renewals.view import RenewalView
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

_A_DAY = timedelta(days=1)
PLACE = "place"
"""In the facts of a job that waits for its channel's turn: which channel, or whose direct messages."""


@dataclass(frozen=True, slots=True)
class FirstCard:
    """A renewal whose card is due for the first time, in the channel or direct messages `place`."""

    due: DueJob
    state: RenewalView
    place: str


def spread(work: Work, cards: Sequence[FirstCard]) -> tuple[list[FirstCard], list[DueJob]]:
    """(cards for today, the others' jobs on later days). A channel's days are filled in order, each up to its limit."""
    ws = context.of(work)
    if not cards:
        return [], []
    zones = {card.place: card.state.hours(ws).zone for card in cards}
    posted = _posted_today(work, zones)
    waiting: dict[str, list[FirstCard]] = defaultdict(list)
    today: list[FirstCard] = []
    for card in sorted(cards, key=lambda c: days_left(c.state.deadline, c.state.today(ws, work.now))):
        if posted[card.place] < _limit(ws, card.state):
            posted[card.place] += 1
            today.append(card)
        else:
            waiting[card.place].append(card)
    return today, _later(work, waiting, zones)


def _later(
    work: Work,
    waiting: dict[str, list[FirstCard]],
    zones: Mapping[str, str],
) -> list[DueJob]:
    ws = context.of(work)
    if not waiting:
        return []
    taken = _taken(work, zones)
    jobs = []
    for place, cards in waiting.items():
        day: date | None = None
        for card in cards:
            day = day or _day_after(ws, card.state, card.state.today(ws, work.now))
            while taken[place, day] >= _limit(ws, card.state):
                day = _day_after(ws, card.state, day)
            taken[place, day] += 1
            moment = card.state.hours(ws).morning(day)
            left = days_left(card.state.deadline, day)
            jobs.append(card.due.moved_to(moment, left, {**card.due.facts, PLACE: place}))
    return jobs


def _day_after(ws: WorkspaceContext, state: RenewalView, day: date) -> date:
    return state.hours(ws).working_days_after(day, 1)


def _limit(ws: WorkspaceContext, state: RenewalView) -> int:
    return schedule.policy_of(ws, state).new_cards_per_channel_per_day


def _posted_today(work: Work, zones: Mapping[str, str]) -> Counter[str]:
    """How many first cards each place has had on the day that it is where its people are."""
    # Nowhere has a day begun more than a day ago.
    cards = posts.homes_since(work, "renewal_card", work.now - _A_DAY)
    today = {place: local_date(work.now, zone) for place, zone in zones.items()}
    return Counter(place for place, at in cards if place in zones and local_date(at, zones[place]) == today[place])


def _taken(work: Work, zones: Mapping[str, str]) -> Counter[tuple[str, date]]:
    """How many first cards already wait for each place and day."""
    ws = context.of(work)
    place = JobRow.facts[PLACE].as_string()
    rows = work.session.execute(
        select(place, JobRow.due_at, func.count())
        .where(
            JobRow.workspace_id == work.workspace_id,
            JobRow.kind.in_((RenewalJob.RUNG, RenewalJob.TERM_END)),
            literal_column("handled_at").is_(None),
            JobRow.due_at > work.now,
            place.is_not(None),
        )
        .group_by(place, JobRow.due_at)
    )
    taken: Counter[tuple[str, date]] = Counter()
    for found, due_at, count in rows:
        taken[found, local_date(due_at, zones.get(found, ws.zone))] += count
    return taken
