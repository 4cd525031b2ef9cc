"""A round as it stands now, with its account, its people and its answers: one load for a screen or a whole batch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, case, func, select

from bot.accounts import contacts
from bot.accounts import team as account_team
from bot.accounts.contacts import AccountContacts
from bot.agenda import jobs
from bot.core.facts import decode
from bot.core.policy import Policy
from bot.db.scope import among, lock, within
from bot.db.work import Work
from bot.models import Insight, PulseAnswer, PulseRound
from bot.pulses import respondents
from bot.pulses.facts import GivenAnswer
from bot.pulses.job_kinds import PulseJob
from bot.pulses.respondents import TeamMember
from bot.pulses.rules import Alarm, Colour, alarms, worst
from bot.workspace.context import WorkspaceContext

G, Y, R = Colour.GREEN.value, Colour.YELLOW.value, Colour.RED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier(GivenAnswer):
    """What somebody had said in the same round before they changed it, at a moment in ISO."""

    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(GivenAnswer):
    """What one person said, and when."""

    member_id: int
    at: datetime
    earlier: tuple[Earlier, ...] = ()


class Before(NamedTuple):
    """The last round of the account before this one in which anybody answered.

    `last` is when a round was as bad as each colour or worse, for the last time; `first_at` the first round of all.
    """

    opened_at: datetime
    worst: Colour
    counts: Mapping[Colour, int]
    last: Mapping[Colour, datetime]
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """One round. `people` are those who were asked or have answered, by their number; `answers` in order of arrival."""

    id: int
    account: AccountContacts
    opened_at: datetime
    opened_by_id: int | None
    closes_on: date
    closed_at: datetime | None
    asked: tuple[int, ...]
    value: int | None
    insight: str
    insight_url: str
    people: Mapping[int, TeamMember]
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
    def worst(self) -> Colour | None:
        """The worst colour that was given."""
        return worst(self.colours)

    @property
    def heard(self) -> int:
        """How many answers were heard from the customer; the others are impressions."""
        return sum(answer.heard_on is not None for answer in self.answers)

    def is_complete(self, ws: WorkspaceContext, now: datetime) -> bool:
        """Whether everyone who was asked has answered, but for those who are not back before it closes."""
        if not self.answers:
            return False
        start = self.policy(ws).pulse_time
        return all(
            mate.is_away(now) and mate.day(mate.next_at_work(now, start)) >= self.closes_on for mate in self.silent
        )

    def may_change(self, ws: WorkspaceContext, now: datetime) -> bool:
        """Whether an answer may still be changed: until the day on which it closes at the latest.

        Who answered last would else never be able to, since the round closes with their press.
        """
        return self.closed_at is None or self.day(ws, now) < self.closes_on

    @property
    def answered(self) -> frozenset[int]:
        """Who has answered."""
        return frozenset(answer.member_id for answer in self.answers)

    @property
    def concerned(self) -> tuple[TeamMember, ...]:
        """Who was asked: those who keep the account still, and those who have answered before they left it."""
        asked = [self.people[id] for id in self.asked if id in self.people]
        return tuple(mate for mate in asked if mate.is_of_team or mate.id in self.answered)

    @property
    def silent(self) -> tuple[TeamMember, ...]:
        """Who was asked, keeps the account still, and has not answered."""
        return tuple(mate for mate in self.concerned if mate.id not in self.answered)

    def is_absent(self, mate: TeamMember, now: datetime) -> bool:
        """Whether this person is told later: they are away, or somebody started the round out of their hours."""
        if mate.is_away(now):
            return True
        by_hand = self.opened_by_id is not None and self.opened_by_id != mate.id
        return by_hand and mate.hours.next_open(self.opened_at) > now

    def policy(self, ws: WorkspaceContext) -> Policy:
        """The numbers for this account."""
        return ws.policies.of(self.account.tier)

    def day(self, ws: WorkspaceContext, at: datetime) -> date:
        """A moment's date where the account's owner is."""
        return self.account.today(ws, at)


def load(work: Work, round_ids: Sequence[int], locked: bool = False) -> dict[int, Round]:
    """The rounds with these ids that belong to the workspace, `locked` until the transaction ends."""
    if locked:
        lock(work, PulseRound, round_ids)
    rows = work.session.execute(_ROUNDS, {"of": work.workspace_id, "ids": list(round_ids)}).all()
    if not rows:
        return {}
    kept = contacts.load(work, [row.account_id for row, *_ in rows])
    answers = answers_in(work, [row.id for row, *_ in rows])
    before = _before(work, [row.id for row, *_ in rows])
    upcoming = _upcoming(work, list(kept))
    ids = {member for row, *_ in rows for member in row.asked} | {a.member_id for own in answers.values() for a in own}
    people = _with_roles(respondents.by_ids(work, ids), respondents.of_accounts(work, list(kept)))
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


# Built once: to build them for every round takes longer than to run them.
_ROUNDS = (
    select(PulseRound, Insight.words, Insight.url)
    .outerjoin(Insight, Insight.id == PulseRound.insight_id)
    .where(PulseRound.workspace_id == bindparam("of"), among(PulseRound.id))
    .order_by(PulseRound.id)
    .execution_options(populate_existing=True)
)
_THIS_ROUND, _EARLIER_ROUND = PulseRound.__table__.alias("this"), PulseRound.__table__.alias("earlier")
_A, _THIS, _EARLIER = PulseAnswer.__table__.c, _THIS_ROUND.c, _EARLIER_ROUND.c
_ANSWERS = (
    select(
        _A.round_id,
        _A.member_id,
        _A.answered_at.label("at"),
        _A.earlier,
        *(_A[one.name] for one in fields(GivenAnswer)),
    )
    .where(_A.workspace_id == bindparam("of"), among(_A.round_id))
    .order_by(_A.id)
)
# A round that closed before the worst colour was kept has only its value.
_CALLED = case(
    (_EARLIER.worst != "", _EARLIER.worst), (_EARLIER.value >= 75, G), (_EARLIER.value <= 25, R), else_=Y
).label("worst")
_OF_THE_SAME = _EARLIER.account_id == _THIS.account_id
_BEFORE = (
    select(
        _THIS.id,
        _CALLED,
        func.max(_EARLIER.opened_at, type_=_EARLIER.opened_at.type).label("last"),
        func.min(_EARLIER.opened_at, type_=_EARLIER.opened_at.type).label("first"),
    )
    .join_from(_THIS_ROUND, _EARLIER_ROUND, _OF_THE_SAME & (_EARLIER.opened_at < _THIS.opened_at))
    .where(
        _THIS.workspace_id == bindparam("of"),
        among(_THIS.id),
        _EARLIER.value.is_not(None),
        _EARLIER.closed_at.is_not(None),
    )
    .group_by(_THIS.id, _CALLED)
)
_LAST = (
    select(_THIS.id, _EARLIER.id, _EARLIER.opened_at)
    .join_from(_THIS_ROUND, _EARLIER_ROUND, _OF_THE_SAME)
    .where(
        _THIS.workspace_id == bindparam("of"),
        among(_THIS.id),
        _EARLIER.opened_at.in_(bindparam("moments", expanding=True)),
    )
)


def running(work: Work, account_ids: Sequence[int]) -> dict[int, int]:
    """The running round of each of these accounts, by account."""
    rows = work.session.execute(
        work.select(PulseRound.account_id, PulseRound.id).where(
            PulseRound.account_id.in_(account_ids),
            PulseRound.closed_at.is_(None),
        )
    )
    return {row.account_id: row.id for row in rows}


def waiting(work: Work, member_ids: Sequence[int]) -> dict[int, list[int]]:
    """The running rounds of the accounts that each of these people keeps, by person: they may have answered."""
    keeps = account_team.keepers(work.workspace_id, member_ids).subquery()
    # An account has one running round at most. A join would have PostgreSQL read all that run in the workspace.
    of_account = (
        select(PulseRound.id)
        .where(
            PulseRound.account_id == keeps.c.account_id,
            within(PulseRound.workspace_id, work.workspace_id),
            PulseRound.closed_at.is_(None),
        )
        .correlate(keeps)
        .scalar_subquery()
    )
    found: dict[int, list[int]] = defaultdict(list)
    for member_id, round_id in work.session.execute(select(keeps.c.member_id, of_account.label("round"))):
        if round_id is not None and round_id not in found[member_id]:
            found[member_id].append(round_id)
    return found


def answers_in(work: Work, round_ids: Sequence[int]) -> dict[int, list[Answer]]:
    """What was said in these rounds, in order of arrival."""
    found: dict[int, list[Answer]] = defaultdict(list)
    for row in work.rows(_ANSWERS, ids=list(round_ids)):
        # What was changed before answers had one shape has "" where nobody heard it from the customer.
        earlier = [{**one, "heard_on": one.get("heard_on") or None} for one in row.earlier]
        found[row.round_id].append(decode(Answer, {**row._mapping, "earlier": earlier}))
    return found


def _before(work: Work, round_ids: Sequence[int]) -> dict[int, Before]:
    """What there was before each of these rounds: for each colour the last and the first round that came to it."""
    of: dict[int, dict[Colour, tuple[datetime, datetime]]] = defaultdict(dict)
    for after, colour, last, first in work.rows(_BEFORE, ids=list(round_ids)):
        of[after][Colour(colour)] = (last, first)
    if not of:
        return {}
    newest = {after: max((last, colour) for colour, (last, _) in seen.items()) for after, seen in of.items()}
    counts = _counts(work, {after: at for after, (at, _) in newest.items()})
    return {
        after: Before(
            opened_at=newest[after][0],
            worst=newest[after][1],
            counts=counts.get(after, {}),
            last={
                colour: max(as_bad)
                for colour in Colour
                if (as_bad := [last for one, (last, _) in seen.items() if worst((one, colour)) is one])
            },
            first_at=min(first for _, first in seen.values()),
        )
        for after, seen in of.items()
    }


def _counts(work: Work, before: Mapping[int, datetime]) -> dict[int, Mapping[Colour, int]]:
    """How often each colour was given in the rounds that opened at these moments, by the round that came after."""
    rows = work.rows(_LAST, ids=list(before), moments=list(before.values()))
    ids = {id: after for after, id, opened_at in rows if before[after] == opened_at}
    answers = answers_in(work, list(ids))
    return {after: Counter(answer.colour for answer in answers.get(id, ())) for id, after in ids.items()}


def _upcoming(work: Work, account_ids: Sequence[int]) -> dict[int, datetime]:
    subjects = [f"account:{account_id}" for account_id in account_ids]
    pending = jobs.pending_for(work, subjects, [PulseJob.ROUND])
    return {job.subject_id: job.due_at for job in pending}


def _with_roles(
    people: Mapping[int, TeamMember], teams: Mapping[int, Sequence[TeamMember]]
) -> Callable[[int], dict[int, TeamMember]]:
    def of(account_id: int) -> dict[int, TeamMember]:
        roles = {mate.id: mate.role for mate in teams.get(account_id, ())}
        return {id: mate._replace(role=roles.get(id, "")) for id, mate in people.items()}

    return of
