"""A first import must not flood a channel: so many new cards a day, the most urgent first, the rest on later days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from bot.agenda.jobs import DueJob
from bot.core.calendar import local_date
from bot.models import JobRow, Post
from bot.renewals import schedule
from bot.renewals.rules.job_kinds import RenewalJob
from bot.renewals.rules.ladder import days_left
from bot.renewals.view import RenewalView
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


def spread(
    session: Session, office: WorkspaceContext, cards: Sequence[FirstCard], now: datetime
) -> tuple[list[FirstCard], list[DueJob]]:
    """(cards for today, the others' jobs on later days). A channel's days are filled in order, each up to its limit."""
    if not cards:
        return [], []
    zones = {card.place: card.state.hours(office).zone for card in cards}
    posted = _posted_today(session, office, zones, now)
    waiting: dict[str, list[FirstCard]] = defaultdict(list)
    today: list[FirstCard] = []
    for card in sorted(cards, key=lambda c: days_left(c.state.deadline, c.state.today(office, now))):
        if posted[card.place] < _limit(office, card.state):
            posted[card.place] += 1
            today.append(card)
        else:
            waiting[card.place].append(card)
    return today, _later(session, office, waiting, zones, now)


def _later(
    session: Session,
    office: WorkspaceContext,
    waiting: dict[str, list[FirstCard]],
    zones: Mapping[str, str],
    now: datetime,
) -> list[DueJob]:
    if not waiting:
        return []
    taken = _taken(session, office, zones, now)
    jobs = []
    for place, cards in waiting.items():
        day: date | None = None
        for card in cards:
            day = day or _day_after(office, card.state, card.state.today(office, now))
            while taken[place, day] >= _limit(office, card.state):
                day = _day_after(office, card.state, day)
            taken[place, day] += 1
            moment = card.state.hours(office).morning(day)
            left = days_left(card.state.deadline, day)
            jobs.append(card.due.moved_to(moment, left, {**card.due.facts, PLACE: place}))
    return jobs


def _day_after(office: WorkspaceContext, state: RenewalView, day: date) -> date:
    return state.hours(office).working_days_after(day, 1)


def _limit(office: WorkspaceContext, state: RenewalView) -> int:
    return schedule.policy_of(office, state).new_cards_per_channel_per_day


def _posted_today(session: Session, office: WorkspaceContext, zones: Mapping[str, str], now: datetime) -> Counter[str]:
    """How many first cards each place has had on the day that it is where its people are."""
    # Nowhere has a day begun more than a day ago.
    cards = (Post.workspace_id == office.workspace_id, Post.kind == "renewal_card", Post.created_at > now - _A_DAY)
    channels = select(Post.channel, Post.created_at).where(*cards, Post.channel.in_(zones))
    people = select(Post.recipient, Post.created_at).where(*cards, Post.channel.is_(None), Post.recipient.in_(zones))
    today = {place: local_date(now, zone) for place, zone in zones.items()}
    return Counter(
        place
        for place, at in [*session.execute(channels), *session.execute(people)]
        if local_date(at, zones[place]) == today[place]
    )


def _taken(
    session: Session, office: WorkspaceContext, zones: Mapping[str, str], now: datetime
) -> Counter[tuple[str, date]]:
    """How many first cards already wait for each place and day."""
    place = JobRow.facts[PLACE].as_string()
    rows = session.execute(
        select(place, JobRow.due_at, func.count())
        .where(
            JobRow.workspace_id == office.workspace_id,
            JobRow.kind.in_((RenewalJob.RUNG, RenewalJob.TERM_END)),
            literal_column("handled_at").is_(None),
            JobRow.due_at > now,
            place.is_not(None),
        )
        .group_by(place, JobRow.due_at)
    )
    taken: Counter[tuple[str, date]] = Counter()
    for found, due_at, count in rows:
        taken[found, local_date(due_at, zones.get(found, office.zone))] += count
    return taken
