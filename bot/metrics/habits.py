"""Figures of habits: whether customers are seen all year, by whom, and what they were lost for."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from statistics import median

from sqlalchemy import func, or_, select

from bot.accounts.account_states import active_on
from bot.accounts.figure_facts import WINDOW_MONTHS
from bot.accounts.figure_parts import Among, condition
from bot.core.calendar import local_date, local_moment
from bot.core.months import shifted
from bot.db.work import Work
from bot.models import Account, AccountStanding, Handoff, Member, PulseAnswer, PulseRound, Renewal, Teammate, Touchpoint
from bot.renewals.rules.stages import Whose, whose
from bot.workspace import context

NEAR = 60
"""Days before a deadline within which a touch may be there for the renewal alone."""

AHEAD = 120
"""Days before a deadline from which its first touch is looked for: the first day of the usual ladder."""

_BATCH = 10_000
_MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class TouchHabits:
    """Touches in the window, and those further than 60 days from any deadline; renewals due, and those seen early."""

    touches: int
    outside: int
    renewals: int
    early: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """One calendar quarter's answers to pulses: heard from the customer, and impressions."""

    year: int
    number: int
    heard: int
    impressions: int


@dataclass(frozen=True, slots=True)
class PulseHabits:
    """The answers by quarter, oldest first, of so many active accounts; `q4` is their share in October to December."""

    quarters: tuple[Quarter, ...]
    accounts: int
    q4: float | None


@dataclass(frozen=True, slots=True)
class TeamHabits:
    """Handoffs given in the window, accepted ones and the median days until then; changes of accounts' teams.

    `joined`: roles on an account that somebody took after its first day; `left`: roles of people who left the company.
    """

    accounts: int
    handoffs: int
    accepted: int
    days_to_accept: float | None
    joined: int
    left: int = 0


def touch_habits(work: Work, day: date, among: Among = None) -> TouchHabits:
    """Are we only seen at renewal time? Over the twelve months up to a day.

    Outside share = touches with no deadline of their account in the 60 days after them ÷ all touches. Seen early =
    renewals whose account was touched between 120 and 60 days before the deadline ÷ renewals whose deadline lay in the
    window. Notes are no touches. Source: touchpoints, renewals.
    """
    start = shifted(day, -WINDOW_MONTHS)
    deadlines = _deadlines(work, start, day + timedelta(days=NEAR), among)
    seen: dict[int, list[date]] = defaultdict(list)
    touches = outside = 0
    for account_id, on in touches_between(work, start - timedelta(days=AHEAD), day, among):
        seen[account_id].append(on)
        if on <= start:
            continue
        touches += 1
        own = deadlines.get(account_id, ())
        at = bisect_left(own, on)
        outside += at == len(own) or (own[at] - on).days > NEAR
    due = [(account_id, one) for account_id, own in deadlines.items() for one in own if start < one <= day]
    early = sum(any(NEAR <= (deadline - on).days <= AHEAD for on in seen[account_id]) for account_id, deadline in due)
    return TouchHabits(touches, outside, len(due), early)


def pulse_habits(work: Work, day: date, among: Among = None) -> PulseHabits:
    """Is it all year, or only Q4? Answers in the twelve months up to a day, by calendar quarter.

    Q4 share = answers in October to December ÷ all; an even year has 25 %. Source: pulse_answers.
    """
    zone, start = context.of(work).zone, shifted(day, -WINDOW_MONTHS)
    rows = work.session.execute(
        work.select(PulseAnswer.answered_at, PulseAnswer.heard_on.is_not(None))
        .join(PulseRound, PulseRound.id == PulseAnswer.round_id)
        .where(
            PulseAnswer.answered_at >= local_moment(start + timedelta(days=1), _MIDNIGHT, zone),
            PulseAnswer.answered_at < local_moment(day + timedelta(days=1), _MIDNIGHT, zone),
            *condition(work, PulseRound.account_id, among),
        )
        .execution_options(yield_per=_BATCH)
    )
    heard: Counter[tuple[int, int]] = Counter()
    impressions: Counter[tuple[int, int]] = Counter()
    for at, is_heard in rows:
        on = local_date(at, zone)
        (heard if is_heard else impressions)[on.year, (on.month + 2) // 3] += 1
    found = tuple(Quarter(*one, heard[one], impressions[one]) for one in sorted(heard.keys() | impressions.keys()))
    total = sum(one.heard + one.impressions for one in found)
    in_q4 = sum(one.heard + one.impressions for one in found if one.number == 4)
    return PulseHabits(found, _active(work, day, among), in_q4 * 100 / total if total else None)


def team_habits(work: Work, day: date, among: Among = None) -> TeamHabits:
    """Our own churn is a cause of theirs: handoffs and people changes over the twelve months up to a day.

    Per account = handoffs given ÷ active accounts; people changes = roles taken on a team after the account's first
    day, and roles of those who left the company ÷ active accounts. Who merely left a team is not kept. Source:
    handoffs, teammates, members.
    """
    zone, start = context.of(work).zone, shifted(day, -WINDOW_MONTHS)
    since = local_moment(start + timedelta(days=1), _MIDNIGHT, zone)
    until = local_moment(day + timedelta(days=1), _MIDNIGHT, zone)
    rows = work.session.execute(
        work.select(Handoff.created_at, Handoff.settled_at, Handoff.state).where(
            Handoff.created_at >= since,
            Handoff.created_at < until,
            *condition(work, Handoff.account_id, among),
        )
    ).all()
    waited = [(one.settled_at - one.created_at).total_seconds() / 86_400 for one in rows if one.state == "accepted"]
    joined = work.session.scalar(
        select(func.count())
        .select_from(Teammate)
        .join(Account, Account.id == Teammate.account_id)
        .where(
            Teammate.workspace_id == work.workspace_id,
            Teammate.since >= since,
            Teammate.since < until,
            Teammate.since > Account.created_at,
            *condition(work, Teammate.account_id, among),
        )
    )
    left = work.session.scalar(
        select(func.count())
        .select_from(Teammate)
        .join(Member, Member.id == Teammate.member_id)
        .where(
            Teammate.workspace_id == work.workspace_id,
            Member.left_at >= since,
            Member.left_at < until,
            *condition(work, Teammate.account_id, among),
        )
    )
    days = median(waited) if waited else None
    return TeamHabits(_active(work, day, among), len(rows), len(waited), days, int(joined or 0), int(left or 0))


def causes_of_loss(work: Work, day: date, among: Among = None) -> Mapping[Whose, int]:
    """Renewals lost whose date lay in the twelve months up to a day, by whose the reason was to change.

    Source: renewals; the grouping is renewals.rules.stages.whose.
    """
    found: Counter[Whose] = Counter()
    for reason, count in reasons_of_loss(work, day, among).items():
        found[whose(reason)] += count
    return found


def reasons_of_loss(work: Work, day: date, among: Among = None) -> Mapping[str, int]:
    """The same renewals by the reason that was given, as tables keep it; empty where none was."""
    rows = work.session.execute(
        work.select(Renewal.lost_reason, func.count())
        .where(
            Renewal.stage == "lost",
            Renewal.renewal_date > shifted(day, -WINDOW_MONTHS),
            Renewal.renewal_date <= day,
            *condition(work, Renewal.account_id, among),
        )
        .group_by(Renewal.lost_reason)
    )
    return {reason or "": count for reason, count in rows}


def _deadlines(work: Work, after: date, until: date, among: Among) -> dict[int, list[date]]:
    rows = work.session.execute(
        work.select(Renewal.account_id, Renewal.deadline)
        .where(
            Renewal.deadline > after,
            Renewal.deadline <= until,
            or_(Renewal.outcome.is_(None), Renewal.outcome.in_(("won", "lost"))),
            *condition(work, Renewal.account_id, among),
        )
        .order_by(Renewal.account_id, Renewal.deadline)
    )
    found: dict[int, list[date]] = defaultdict(list)
    for account_id, deadline in rows:
        found[account_id].append(deadline)
    return found


def touches_between(work: Work, after: date, until: date, among: Among) -> Iterator[tuple[int, date]]:
    """(account, day) of each touch from `after` to `until`, both included, in the workspace's days; notes are none."""
    zone = context.of(work).zone
    rows = work.session.execute(
        work.select(Touchpoint.account_id, Touchpoint.at)
        .where(
            Touchpoint.at >= local_moment(after, _MIDNIGHT, zone),
            Touchpoint.at < local_moment(until + timedelta(days=1), _MIDNIGHT, zone),
            Touchpoint.is_note.is_(False),
            Touchpoint.deleted_at.is_(None),
            *condition(work, Touchpoint.account_id, among),
        )
        .execution_options(yield_per=_BATCH)
    )
    for account_id, at in rows:
        yield account_id, local_date(at, zone)


def _active(work: Work, day: date, among: Among) -> int:
    """How many accounts were customers on a day."""
    found = work.session.scalar(
        select(func.count())
        .select_from(AccountStanding)
        .where(*active_on(work, day), *condition(work, AccountStanding.account_id, among))
    )
    return int(found or 0)
