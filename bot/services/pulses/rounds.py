"""A round as it stands now, with its account, its people and its answers: one load for a screen or a whole batch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from bot.models import AgendaRow, Insight, PulseAnswer, PulseRound
from bot.rules.calendar import DAY_START, local_date
from bot.rules.policy import Policy
from bot.rules.pulses import Alarm, Colour, alarms
from bot.services import owners
from bot.services.locking import lock
from bot.services.owners import Kept
from bot.services.pulses import team
from bot.services.pulses.team import Mate
from bot.services.renewals.office import Office

ROUND = "pulse_round"
"""The kind of the thought that opens an account's next round."""


class Answer(NamedTuple):
    """What one person said."""

    member_id: int
    colour: Colour
    reasons: tuple[str, ...]
    words: str
    at: datetime


class Before(NamedTuple):
    """The last round of the account before this one in which anybody answered."""

    opened_at: datetime
    value: int
    counts: Mapping[Colour, int]


@dataclass(frozen=True, slots=True)
class Round:
    """One round. `people` are those who were asked or have answered, by their number; `answers` in order of arrival."""

    id: int
    account: Kept
    opened_at: datetime
    opened_by_id: int | None
    closes_on: date
    closed_at: datetime | None
    asked: tuple[int, ...]
    value: int | None
    insight: str
    insight_url: str
    people: Mapping[int, Mate]
    answers: tuple[Answer, ...]
    before: Before | None
    next_at: datetime | None

    @property
    def subject(self) -> str:
        """The round on the agenda."""
        return f"pulse:{self.id}"

    @property
    def colours(self) -> tuple[Colour, ...]:
        """What was said, without who said it."""
        return tuple(answer.colour for answer in self.answers)

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """Why somebody must take a next step."""
        return alarms(self.colours)

    @property
    def answered(self) -> frozenset[int]:
        """Who has answered."""
        return frozenset(answer.member_id for answer in self.answers)

    @property
    def concerned(self) -> tuple[Mate, ...]:
        """Who was asked: those who keep the account still, and those who have answered before they left it."""
        asked = [self.people[id] for id in self.asked if id in self.people]
        return tuple(mate for mate in asked if mate.is_of_team or mate.id in self.answered)

    @property
    def silent(self) -> tuple[Mate, ...]:
        """Who was asked, keeps the account still, and has not answered."""
        return tuple(mate for mate in self.concerned if mate.id not in self.answered)

    def is_absent(self, here: Office, mate: Mate, now: datetime) -> bool:
        """Whether this person is told later: they are away, or somebody started the round out of their hours."""
        if mate.is_away(now):
            return True
        by_hand = self.opened_by_id is not None and self.opened_by_id != mate.id
        return by_hand and mate.next_at_work(here, self.opened_at, DAY_START) > now

    def policy(self, here: Office) -> Policy:
        """The numbers for this account."""
        return here.policies.of(self.account.tier)

    def day(self, here: Office, at: datetime) -> date:
        """A moment's date where the account's owner is."""
        return local_date(at, self.account.zone(here))


def load(session: Session, here: Office, round_ids: Sequence[int], locked: bool = False) -> dict[int, Round]:
    """The rounds with these ids that belong to the workspace, `locked` until the transaction ends."""
    if locked:
        lock(session, here.workspace_id, PulseRound, round_ids)
    statement = (
        select(PulseRound, Insight.words, Insight.url)
        .outerjoin(Insight, Insight.id == PulseRound.insight_id)
        .where(PulseRound.workspace_id == here.workspace_id, PulseRound.id.in_(round_ids))
        .order_by(PulseRound.id)
        .execution_options(populate_existing=True)
    )
    rows = session.execute(statement).all()
    if not rows:
        return {}
    kept = owners.load(session, here.workspace_id, [row.account_id for row, *_ in rows])
    answers = _answers(session, here, [row.id for row, *_ in rows])
    before = _before(session, here, [row.id for row, *_ in rows])
    upcoming = _upcoming(session, here, list(kept))
    ids = {member for row, *_ in rows for member in row.asked} | {a.member_id for own in answers.values() for a in own}
    people = _with_roles(team.by_ids(session, here, ids), team.of_accounts(session, here, list(kept)))
    return {
        row.id: Round(
            id=row.id,
            account=kept[row.account_id],
            opened_at=row.opened_at,
            opened_by_id=row.opened_by_id,
            closes_on=row.closes_on,
            closed_at=row.closed_at,
            asked=tuple(row.asked),
            value=row.value,
            insight=words or "",
            insight_url=url or "",
            people=people(row.account_id),
            answers=tuple(answers.get(row.id, ())),
            before=before.get(row.id),
            next_at=upcoming.get(row.account_id),
        )
        for row, words, url in rows
    }


def running(session: Session, workspace_id: int, account_ids: Sequence[int]) -> dict[int, int]:
    """The running round of each of these accounts, by account."""
    rows = session.execute(
        select(PulseRound.account_id, PulseRound.id).where(
            PulseRound.workspace_id == workspace_id,
            PulseRound.account_id.in_(account_ids),
            PulseRound.closed_at.is_(None),
        )
    )
    return {row.account_id: row.id for row in rows}


def _answers(session: Session, here: Office, round_ids: Sequence[int]) -> dict[int, list[Answer]]:
    rows = session.execute(
        select(
            PulseAnswer.round_id,
            PulseAnswer.member_id,
            PulseAnswer.colour,
            PulseAnswer.reasons,
            PulseAnswer.words,
            PulseAnswer.answered_at,
        )
        .where(PulseAnswer.workspace_id == here.workspace_id, PulseAnswer.round_id.in_(round_ids))
        .order_by(PulseAnswer.id)
    )
    found: dict[int, list[Answer]] = defaultdict(list)
    for round_id, member_id, colour, reasons, words, at in rows:
        found[round_id].append(Answer(member_id, Colour(colour), tuple(reasons), words, at))
    return found


def _before(session: Session, here: Office, round_ids: Sequence[int]) -> dict[int, Before]:
    earlier = aliased(PulseRound)
    last = (
        select(PulseRound.id.label("after"), func.max(earlier.opened_at, type_=earlier.opened_at.type).label("at"))
        .join(earlier, (earlier.account_id == PulseRound.account_id) & (earlier.opened_at < PulseRound.opened_at))
        .where(
            PulseRound.workspace_id == here.workspace_id,
            PulseRound.id.in_(round_ids),
            earlier.value.is_not(None),
            earlier.closed_at.is_not(None),
        )
        .group_by(PulseRound.id)
        .subquery()
    )
    this = aliased(PulseRound)
    rows: Sequence[Any] = session.execute(
        select(last.c.after, earlier.id, earlier.opened_at, earlier.value)
        .join(this, this.id == last.c.after)
        .join(earlier, (earlier.account_id == this.account_id) & (earlier.opened_at == last.c.at))
    ).all()
    answers = _answers(session, here, [row.id for row in rows])
    return {
        row.after: Before(row.opened_at, row.value, Counter(answer.colour for answer in answers.get(row.id, ())))
        for row in rows
    }


def _upcoming(session: Session, here: Office, account_ids: Sequence[int]) -> dict[int, datetime]:
    rows = session.execute(
        select(AgendaRow.subject, AgendaRow.due_at)
        .where(
            AgendaRow.workspace_id == here.workspace_id,
            AgendaRow.subject.in_([f"account:{account_id}" for account_id in account_ids]),
            AgendaRow.kind == ROUND,
            AgendaRow.handled_at.is_(None),
        )
        .order_by(AgendaRow.due_at)
    )
    # The thought that opened this round is still on the agenda while it is thought; the last one is the next one.
    return {int(subject.partition(":")[2]): due_at for subject, due_at in rows}


def _with_roles(people: Mapping[int, Mate], teams: Mapping[int, Sequence[Mate]]) -> Callable[[int], dict[int, Mate]]:
    def of(account_id: int) -> dict[int, Mate]:
        roles = {mate.id: mate.role for mate in teams.get(account_id, ())}
        return {id: mate._replace(role=roles.get(id, "")) for id, mate in people.items()}

    return of
