"""What speaks for and against asking, read for several accounts at once out of what the team has learnt."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from bot.core.calendar import local_date, local_moment
from bot.core.months import shifted
from bot.core.policy import Policy, Tier
from bot.db.scope import among, within
from bot.db.work import Work
from bot.health.inputs import URGENT
from bot.models import (
    Account,
    AccountHealth,
    FollowUp,
    PulseAnswer,
    PulseRound,
    Referral,
    Renewal,
    Teammate,
    Touchpoint,
)
from bot.referrals.rules import AccountMoment, ReferralLimits, near_deadline
from bot.workspace import context

WINDOW_MONTHS = 12
TROUBLED = ("red", "yellow")


@dataclass(frozen=True, slots=True)
class TouchShare:
    """Touches of who would ask, and those of them near a deadline; `is_own`: theirs alone, else the whole team's."""

    touches: int = 0
    near: int = 0
    is_own: bool = False


def limits_of(policy: Policy) -> ReferralLimits:
    """The workspace's numbers for a tier."""
    return ReferralLimits(
        policy.referral_pause_days,
        policy.referral_green_days,
        policy.referral_score,
        policy.referral_quiet_days,
        policy.referral_near_percent,
        policy.referral_near_days,
    )


def moments(work: Work, account_ids: Collection[int], shares: Mapping[int, TouchShare]) -> dict[int, AccountMoment]:
    """What is known of each of these accounts as of now; `shares` is what `touch_shares` found."""
    today = local_date(work.now, context.of(work).zone)
    green, trouble = _pulses(work, account_ids)
    for account_id, on in _tickets(work, account_ids, today):
        trouble[account_id] = max(trouble.get(account_id, on), on)
    scores = _scores(work, account_ids)
    unpaid, promises = _unpaid(work, account_ids, today), _overdue(work, account_ids, today)
    found = {}
    for account_id in account_ids:
        share = shares.get(account_id, TouchShare())
        found[account_id] = AccountMoment(
            green.get(account_id),
            trouble.get(account_id),
            scores.get(account_id),
            unpaid[account_id],
            promises[account_id],
            share.touches,
            share.near,
        )
    return found


def touch_shares(work: Work, askers: Mapping[int, int | None]) -> dict[int, TouchShare]:
    """Account → the touches of who would ask there, over the twelve months up to now.

    Their own where they have any; else those of the account's whole team, as after a handoff. Notes are no touches.
    """
    zone = context.of(work).zone
    today = local_date(work.now, zone)
    start = shifted(today, -WINDOW_MONTHS)
    teams = _teams(work, askers)
    policies = context.of(work).policies
    longest = timedelta(days=max(policies.of(tier).referral_near_days for tier in Tier))
    deadlines = _deadlines(work, askers, start, today + longest)
    first = local_moment(start + timedelta(days=1), time(), zone)
    rows = work.rows(_TOUCHES, ids=list(askers), first=first, now=work.now)
    own: dict[int, list[bool]] = defaultdict(list)
    whole: dict[int, list[bool]] = defaultdict(list)
    for account_id, by_id, at, tier in rows:
        near_days = policies.of(tier).referral_near_days
        is_near = near_deadline(local_date(at, zone), deadlines.get(account_id, ()), near_days)
        if by_id == askers[account_id]:
            own[account_id].append(is_near)
        if by_id in teams[account_id]:
            whole[account_id].append(is_near)
    return {
        account_id: TouchShare(len(found), sum(found), account_id in own)
        for account_id in askers
        if (found := own.get(account_id) or whole.get(account_id, []))
    }


def asked_days(work: Work, person_ids: Collection[int]) -> dict[int, list[date]]:
    """Person → the days on which they were asked for a referral, or named somebody without being asked."""
    zone = context.of(work).zone
    found: dict[int, list[date]] = defaultdict(list)
    for person_id, asked_at, given_at in work.rows(_ASKED, ids=list(person_ids)):
        at: datetime | None = asked_at or given_at
        if at is not None:
            found[person_id].append(local_date(at, zone))
    return found


def _pulses(work: Work, account_ids: Collection[int]) -> tuple[dict[int, date], dict[int, date]]:
    """The last green that was heard, and the last red or yellow, of rounds that have closed: others nobody has read."""
    zone = context.of(work).zone
    ids = list(account_ids)
    green = {row[0]: row[1] for row in work.rows(_HEARD_GREEN, ids=ids)}
    trouble = {row[0]: local_date(row[1], zone) for row in work.rows(_TROUBLE, ids=ids)}
    return green, trouble


def _tickets(work: Work, account_ids: Collection[int], today: date) -> list[tuple[int, date]]:
    """The day of each escalation and urgent ticket: of one that is open, today, as long as the score counts it."""
    ws = context.of(work)
    lasts = timedelta(days=ws.policies.of(Tier.MID).expires_support)
    found = []
    for account_id, at, closed_at in work.rows(_TICKETS, ids=list(account_ids), now=work.now):
        is_open = closed_at is None and work.now - at < lasts
        found.append((account_id, today if is_open else min(today, local_date(closed_at or at, ws.zone))))
    return found


def _scores(work: Work, account_ids: Collection[int]) -> dict[int, int | None]:
    return {row[0]: row[1] for row in work.rows(_SCORES, ids=list(account_ids))}


def _unpaid(work: Work, account_ids: Collection[int], today: date) -> Counter[int]:
    """Renewals that are signed and not paid, or whose date has passed."""
    return Counter(work.rows(_UNPAID, ids=list(account_ids), today=today).scalars())


def _overdue(work: Work, account_ids: Collection[int], today: date) -> Counter[int]:
    return Counter(work.rows(_OVERDUE, ids=list(account_ids), today=today).scalars())


def _teams(work: Work, account_ids: Iterable[int]) -> dict[int, set[int]]:
    ids = list(account_ids)
    teams: dict[int, set[int]] = {account_id: set() for account_id in ids}
    for account_id, member_id in (*work.rows(_HELPED, ids=ids), *work.rows(_OWNED, ids=ids)):
        if member_id is not None:
            teams[account_id].add(member_id)
    return teams


def _deadlines(work: Work, account_ids: Iterable[int], after: date, until: date) -> dict[int, list[date]]:
    found: dict[int, list[date]] = defaultdict(list)
    for account_id, deadline in work.rows(_DEADLINES, ids=list(account_ids), after=after, until=until):
        found[account_id].append(deadline)
    return found


def _of(column: Any) -> tuple[Any, ...]:
    """The conditions that a row is of one of those that are asked about."""
    return within(column.table.c.workspace_id, bindparam("of")), among(column)


# Built once: every night asks these of each page of accounts.
_T, _A, _M, _H = (model.__table__.c for model in (Touchpoint, Account, Teammate, AccountHealth))
_P, _G, _R, _F = (model.__table__.c for model in (PulseRound, PulseAnswer, Renewal, FollowUp))
_TOUCHES = (
    select(_T.account_id, _T.by_id, _T.at, _A.tier)
    .join_from(Touchpoint.__table__, Account.__table__, _A.id == _T.account_id)
    .where(
        *_of(_T.account_id),
        _T.by_id.is_not(None),
        _T.at >= bindparam("first"),
        _T.at <= bindparam("now"),
        _T.is_note.is_(False),
        _T.deleted_at.is_(None),
    )
)
_ASKED = select(Referral.__table__.c.person_id, Referral.__table__.c.asked_at, Referral.__table__.c.given_at).where(
    *_of(Referral.__table__.c.person_id)
)
_OF_ROUNDS = (
    select(_P.account_id)
    .join_from(PulseRound.__table__, PulseAnswer.__table__, _G.round_id == _P.id)
    .where(*_of(_P.account_id), _P.closed_at.is_not(None))
    .group_by(_P.account_id)
)
_HEARD_GREEN = _OF_ROUNDS.add_columns(func.max(_G.heard_on)).where(_G.colour == "green", _G.heard_on.is_not(None))
_TROUBLE = _OF_ROUNDS.add_columns(func.max(_G.answered_at, type_=_G.answered_at.type)).where(_G.colour.in_(TROUBLED))
_TICKETS = select(_T.account_id, _T.at, _T.closed_at).where(
    *_of(_T.account_id),
    or_(_T.priority.in_(URGENT), _T.escalated.is_(True)),
    _T.deleted_at.is_(None),
    _T.at <= bindparam("now"),
)
_SCORES = select(_H.account_id, _H.score).where(*_of(_H.account_id))
_UNPAID = select(_R.account_id).where(
    *_of(_R.account_id),
    _R.closed_at.is_(None),
    _R.paid_at.is_(None),
    or_(_R.signed_at.is_not(None), _R.renewal_date < bindparam("today")),
)
_OVERDUE = select(_F.account_id).where(
    *_of(_F.account_id), _F.is_promise.is_(True), _F.done_at.is_(None), _F.due_on < bindparam("today")
)
_HELPED = select(_M.account_id, _M.member_id).where(*_of(_M.account_id))
_OWNED = select(_A.id, _A.owner_id).where(*_of(_A.id), _A.owner_id.is_not(None))
_DEADLINES = select(_R.account_id, _R.deadline).where(
    *_of(_R.account_id),
    _R.deadline > bindparam("after"),
    _R.deadline <= bindparam("until"),
    or_(_R.outcome.is_(None), _R.outcome.in_(("won", "lost"))),
)
