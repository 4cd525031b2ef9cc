"""Whether anything may be proposed at accounts now, and to people: what counts against it, read for many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from bot.core.calendar import local_date
from bot.core.policy import Tier
from bot.core.proposing import NOTHING_TOLD, HoldOff, ProposalMoment, ProposedTo, held_off
from bot.db.scope import among, within
from bot.db.work import Work
from bot.models import (
    Account,
    AccountHealth,
    Escalation,
    FollowUp,
    GrowthProposal,
    Member,
    NurturePause,
    NurtureTouch,
    PulseRound,
    ReferralHint,
    Renewal,
    Requalification,
    Touchpoint,
)
from bot.posts import queries as posts
from bot.workspace import context

A_DAY = timedelta(hours=26)
"""No local day is longer, whatever the clocks do."""

YEAR = timedelta(days=366)
"""How far back escalations and proposals are looked for; no number of the policy reaches further."""


def held_off_of(work: Work, account_ids: Collection[int]) -> dict[int, HoldOff]:
    """Why nothing may be proposed at these accounts today; those at which something may be are left out."""
    if not account_ids:
        return {}
    ws = context.of(work)
    today = local_date(work.now, ws.zone)
    tiers = _tiers(work, account_ids)
    found = {}
    for account_id, moment in _moments(work, tiers, today).items():
        policy = ws.policies.of(tiers[account_id])
        why = held_off(moment, today, policy.growth_escalation_days, policy.proposals_apart_days)
        if why is not None:
            found[account_id] = why
    return found


def told(work: Work, member_ids: Collection[int]) -> dict[int, ProposedTo]:
    """What was proposed lately to these people, in days of where they are; those who heard of nothing are left out."""
    if not member_ids:
        return {}
    zones = {row.id: row.timezone for row in work.rows(_ZONES, ids=list(member_ids))}
    since = work.now - timedelta(days=_longest_apart(work)) - A_DAY
    found: dict[int, ProposedTo] = {}
    for member_id, at, is_direct, is_touch in (*_touches(work, zones, since), *_suggestions(work, zones, since)):
        today = local_date(work.now, zones[member_id])
        days = (today - (local_date(at, zones[member_id]) if isinstance(at, datetime) else at)).days
        before = found.get(member_id, NOTHING_TOLD)
        has_touch = before.has_touch or (is_touch and days <= 0)
        if is_direct:
            last = days if before.days is None else min(days, before.days)
            found[member_id] = ProposedTo(last, has_touch)
        else:
            found[member_id] = before._replace(has_touch=has_touch)
    return found


def _longest_apart(work: Work) -> int:
    policies = context.of(work).policies
    return max(policies.of(tier).proposals_to_person_days for tier in Tier)


def _touches(work: Work, member_ids: Collection[int], since: datetime) -> list[tuple[int, datetime, bool, bool]]:
    """(person, moment, whether it came to them directly, yes) of nurture touches."""
    rows = work.rows(_TOUCHES, ids=list(member_ids), since=since)
    keys = {f"nurture:{number}": (member_id, at) for number, member_id, at in rows}
    in_channels = {post.key for post in posts.by_keys(work, keys) if post.channel is not None}
    return [(member_id, at, key not in in_channels, True) for key, (member_id, at) in keys.items()]


def _suggestions(
    work: Work, member_ids: Collection[int], since: datetime
) -> list[tuple[int, date | datetime, bool, bool]]:
    """(person, moment or day, yes, no) of what always comes to people directly."""
    ids = list(member_ids)
    rows = (*work.rows(_HINTS, ids=ids, since=since), *work.rows(_ASKS, ids=ids, since=since))
    return [(who, at, True, False) for who, at in (*rows, *work.rows(_GROWTH, ids=ids, since=since.date()))]


def _tiers(work: Work, account_ids: Collection[int]) -> dict[int, str]:
    return {row.id: row.tier for row in work.rows(_TIERS, ids=list(account_ids))}


def _moments(work: Work, tiers: dict[int, str], today: date) -> dict[int, ProposalMoment]:
    ids = list(tiers)
    paused, poor, red, at_risk = _paused(work, ids), _poor(work, tiers), _red(work, ids), _at_risk(work, ids)
    late, escalated = _late(work, tiers, today), _escalated(work, ids, today)
    proposed = _proposed(work, ids)
    return {
        one: ProposalMoment(
            one in paused,
            one in poor,
            one in red,
            one in at_risk,
            one in late,
            escalated.get(one),
            proposed.get(one),
        )
        for one in ids
    }


def _paused(work: Work, account_ids: Collection[int]) -> set[int]:
    return set(work.rows(_PAUSED, ids=list(account_ids)).scalars())


def _poor(work: Work, tiers: dict[int, str]) -> set[int]:
    policies = context.of(work).policies
    scored = work.rows(_SCORED, ids=list(tiers))
    return {row.account_id for row in scored if row.score < policies.of(tiers[row.account_id]).bands[0]}


def _red(work: Work, account_ids: Collection[int]) -> set[int]:
    """Accounts whose last pulse that anybody answered has closed with a red answer."""
    return set(work.rows(_RED, ids=list(account_ids)).scalars())


def _at_risk(work: Work, account_ids: Collection[int]) -> set[int]:
    return set(work.rows(_AT_RISK, ids=list(account_ids)).scalars())


def _late(work: Work, tiers: Mapping[int, str], today: date) -> set[int]:
    """Accounts with a promise whose day has passed, and that nobody has called kept or not needed."""
    policies = context.of(work).policies
    owed = {account_id: timedelta(days=policies.of(tier).growth_promise_days) for account_id, tier in tiers.items()}
    rows = work.rows(_LATE, ids=list(tiers), today=today, first=today - max(owed.values(), default=timedelta()))
    return {account_id for account_id, due_on, done_at in rows if done_at is None or today - due_on <= owed[account_id]}


def _escalated(work: Work, account_ids: Collection[int], today: date) -> dict[int, date]:
    """The day on which a ticket or a renewal of each account was last escalated; of a ticket that still is, today."""
    found = _latest(work, (_ESCALATED_TICKETS, _ESCALATED_RENEWALS), account_ids)
    return found | dict.fromkeys(work.rows(_STILL_ESCALATED, ids=list(account_ids)).scalars(), today)


def _proposed(work: Work, account_ids: Collection[int]) -> dict[int, date]:
    """The day of the last proposal at each account, of whichever kind."""
    return _latest(work, _PROPOSED, account_ids)


def _latest(work: Work, statements: Iterable[Any], account_ids: Collection[int]) -> dict[int, date]:
    """Account → the latest day that any of these statements, each of (account, moment or day), gives for it."""
    zone = context.of(work).zone
    since = work.now - YEAR
    given = {"ids": list(account_ids), "since": since, "since_day": since.date()}
    found: dict[int, date] = {}
    for statement in statements:
        for account_id, at in work.rows(statement, **given):
            day = local_date(at, zone) if isinstance(at, datetime) else at
            found[account_id] = max(day, found.get(account_id, day))
    return found


def _at(columns: Any) -> tuple[Any, ...]:
    """The conditions that a row is of one of the accounts that are asked about."""
    return within(columns.workspace_id, bindparam("of")), among(columns.account_id)


def _last(columns: Any, at: Any, since: str = "since") -> Select[Any]:
    """(account, the last moment or day in this column, if there was one within the year)."""
    mine = (*_at(columns), at >= bindparam(since))
    return select(columns.account_id, func.max(at, type_=at.type)).where(*mine).group_by(columns.account_id)


def _those_with(columns: Any, *conditions: Any) -> Select[Any]:
    """The accounts that have a row of this kind."""
    return select(columns.account_id).where(*_at(columns), *conditions).distinct()


# Built once: every night asks these of each page of accounts, and every proposal once more.
_A, _M, _N, _H = (model.__table__.c for model in (Account, Member, NurtureTouch, ReferralHint))
_G, _Q, _R, _T = (model.__table__.c for model in (GrowthProposal, Requalification, Renewal, Touchpoint))
_P, _F, _S, _E = (model.__table__.c for model in (PulseRound, FollowUp, AccountHealth, Escalation))
_ZONES = select(_M.id, _M.timezone).where(_M.workspace_id == bindparam("of"), among(_M.id))
_TOUCHES = select(_N.id, _N.member_id, _N.proposed_at).where(
    _N.workspace_id == bindparam("of"), among(_N.member_id), _N.proposed_at > bindparam("since")
)
_HINTS = select(_H.member_id, _H.at).where(
    _H.workspace_id == bindparam("of"), among(_H.member_id), _H.at > bindparam("since")
)
_ASKS = (
    select(_A.owner_id, _Q.asked_at)
    .join_from(Account.__table__, Requalification.__table__, _Q.account_id == _A.id)
    .where(_A.workspace_id == bindparam("of"), among(_A.owner_id), _Q.asked_at > bindparam("since"))
)
_GROWTH = select(_G.told_to_id, _G.told_on).where(
    _G.workspace_id == bindparam("of"), among(_G.told_to_id), _G.told_on > bindparam("since")
)
_TIERS = select(_A.id, _A.tier).where(within(_A.workspace_id, bindparam("of")), among(_A.id))
_PAUSED = _those_with(NurturePause.__table__.c, NurturePause.__table__.c.ended_at.is_(None))
_AT_RISK = _those_with(_R, _R.closed_at.is_(None), _R.forecast == "at_risk")
_SCORED = select(_S.account_id, _S.score).where(*_at(_S), _S.score.is_not(None))
_NEWEST = (
    select(_P.account_id, func.max(_P.opened_at).label("opened_at"))
    .where(*_at(_P), _P.closed_at.is_not(None), _P.worst != "")
    .group_by(_P.account_id)
    .subquery()
)
_RED = (
    select(_P.account_id)
    .join_from(
        PulseRound.__table__, _NEWEST, (_P.account_id == _NEWEST.c.account_id) & (_P.opened_at == _NEWEST.c.opened_at)
    )
    .where(within(_P.workspace_id, bindparam("of")), _P.worst == "red")
)
# Time breaks a promise at the end of its day; it is owed still, and after some months forgotten.
_BY_TIME = (_F.outcome == "broken") & _F.done_by_id.is_(None) & (_F.due_on >= bindparam("first"))
_LATE = select(_F.account_id, _F.due_on, _F.done_at).where(
    *_at(_F), _F.is_promise.is_(True), _F.due_on < bindparam("today"), or_(_F.done_at.is_(None), _BY_TIME)
)
_IS_ESCALATED = (_T.escalated.is_(True), _T.deleted_at.is_(None))
_STILL_ESCALATED = _those_with(_T, *_IS_ESCALATED, _T.closed_at.is_(None))
_ESCALATED_TICKETS = _last(_T, _T.closed_at).where(*_IS_ESCALATED)
_ESCALATED_RENEWALS = (
    select(_R.account_id, func.max(_E.told_at, type_=_E.told_at.type))
    .join_from(Renewal.__table__, Escalation.__table__, _E.renewal_id == _R.id)
    .where(*_at(_R), _E.told_at >= bindparam("since"))
    .group_by(_R.account_id)
)
_PROPOSED = (
    _last(_N, _N.proposed_at),
    _last(_G, _G.told_on, "since_day"),
    _last(_H, _H.at),
    _last(_Q, _Q.asked_at),
)
