"""Whether anything may be proposed at accounts now, and to people: what counts against it, read for many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from bot.core.calendar import local_date
from bot.core.policy import Tier
from bot.core.proposing import NOTHING_TOLD, HoldOff, ProposalMoment, ProposedTo, held_off
from bot.db.scope import within
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
    rows = work.session.execute(work.select(Member.id, Member.timezone).where(Member.id.in_(member_ids)))
    zones = {row.id: row.timezone for row in rows}
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
    rows = work.session.execute(
        work.select(NurtureTouch.id, NurtureTouch.member_id, NurtureTouch.proposed_at).where(
            NurtureTouch.member_id.in_(member_ids), NurtureTouch.proposed_at > since
        )
    ).all()
    keys = {f"nurture:{number}": (member_id, at) for number, member_id, at in rows}
    in_channels = {post.key for post in posts.by_keys(work, keys) if post.channel is not None}
    return [(member_id, at, key not in in_channels, True) for key, (member_id, at) in keys.items()]


def _suggestions(
    work: Work, member_ids: Collection[int], since: datetime
) -> list[tuple[int, date | datetime, bool, bool]]:
    """(person, moment or day, yes, no) of what always comes to people directly."""
    statements: tuple[Any, ...] = (
        work.select(ReferralHint.member_id, ReferralHint.at).where(
            ReferralHint.member_id.in_(member_ids), ReferralHint.at > since
        ),
        work.select(Account.owner_id, Requalification.asked_at)
        .join(Requalification, Requalification.account_id == Account.id)
        .where(Account.owner_id.in_(member_ids), Requalification.asked_at > since),
        work.select(GrowthProposal.told_to_id, GrowthProposal.told_on).where(
            GrowthProposal.told_to_id.in_(member_ids), GrowthProposal.told_on > since.date()
        ),
    )
    return [(who, at, True, False) for statement in statements for who, at in work.session.execute(statement)]


def _tiers(work: Work, account_ids: Collection[int]) -> dict[int, str]:
    rows = select(Account.id, Account.tier).where(
        within(Account.workspace_id, work.workspace_id), Account.id.in_(account_ids)
    )
    return {row.id: row.tier for row in work.session.execute(rows)}


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
    return _of(work, NurturePause, account_ids, NurturePause.ended_at.is_(None))


def _poor(work: Work, tiers: dict[int, str]) -> set[int]:
    policies = context.of(work).policies
    scored = select(AccountHealth.account_id, AccountHealth.score).where(
        within(AccountHealth.workspace_id, work.workspace_id),
        AccountHealth.account_id.in_(tiers),
        AccountHealth.score.is_not(None),
    )
    return {
        row.account_id
        for row in work.session.execute(scored)
        if row.score < policies.of(tiers[row.account_id]).bands[0]
    }


def _red(work: Work, account_ids: Collection[int]) -> set[int]:
    """Accounts whose last pulse that anybody answered has closed with a red answer."""
    newest = (
        select(PulseRound.account_id, func.max(PulseRound.opened_at).label("opened_at"))
        .where(
            within(PulseRound.workspace_id, work.workspace_id),
            PulseRound.account_id.in_(account_ids),
            PulseRound.closed_at.is_not(None),
            PulseRound.worst != "",
        )
        .group_by(PulseRound.account_id)
        .subquery()
    )
    rows = select(PulseRound.account_id).join(
        newest, (PulseRound.account_id == newest.c.account_id) & (PulseRound.opened_at == newest.c.opened_at)
    )
    mine = within(PulseRound.workspace_id, work.workspace_id)
    return set(work.session.scalars(rows.where(mine, PulseRound.worst == "red")))


def _at_risk(work: Work, account_ids: Collection[int]) -> set[int]:
    return _of(work, Renewal, account_ids, Renewal.closed_at.is_(None), Renewal.forecast == "at_risk")


def _late(work: Work, tiers: Mapping[int, str], today: date) -> set[int]:
    """Accounts with a promise whose day has passed, and that nobody has called kept or not needed."""
    # Time breaks a promise at the end of its day; it is owed still, and after some months forgotten.
    by_time = (FollowUp.outcome == "broken") & FollowUp.done_by_id.is_(None)
    policies = context.of(work).policies
    owed = {account_id: timedelta(days=policies.of(tier).growth_promise_days) for account_id, tier in tiers.items()}
    by_time &= FollowUp.due_on >= today - max(owed.values(), default=timedelta())
    rows = select(FollowUp.account_id, FollowUp.due_on, FollowUp.done_at).where(
        within(FollowUp.workspace_id, work.workspace_id),
        FollowUp.account_id.in_(tiers),
        FollowUp.is_promise.is_(True),
        FollowUp.due_on < today,
        or_(FollowUp.done_at.is_(None), by_time),
    )
    return {
        account_id
        for account_id, due_on, done_at in work.session.execute(rows)
        if done_at is None or today - due_on <= owed[account_id]
    }


def _escalated(work: Work, account_ids: Collection[int], today: date) -> dict[int, date]:
    """The day on which a ticket or a renewal of each account was last escalated; of a ticket that still is, today."""
    mine = (
        within(Touchpoint.workspace_id, work.workspace_id),
        Touchpoint.account_id.in_(account_ids),
        Touchpoint.escalated.is_(True),
        Touchpoint.deleted_at.is_(None),
    )
    still = select(Touchpoint.account_id).where(*mine, Touchpoint.closed_at.is_(None)).distinct()
    over = (
        select(Touchpoint.account_id, func.max(Touchpoint.closed_at, type_=Touchpoint.closed_at.type))
        .where(*mine, Touchpoint.closed_at >= work.now - YEAR)
        .group_by(Touchpoint.account_id)
    )
    renewals = (
        select(Renewal.account_id, func.max(Escalation.told_at, type_=Escalation.told_at.type))
        .join(Escalation, Escalation.renewal_id == Renewal.id)
        .where(
            within(Renewal.workspace_id, work.workspace_id),
            Renewal.account_id.in_(account_ids),
            Escalation.told_at >= work.now - YEAR,
        )
        .group_by(Renewal.account_id)
    )
    found = _latest(work, (over, renewals))
    return found | dict.fromkeys(work.session.scalars(still), today)


def _proposed(work: Work, account_ids: Collection[int]) -> dict[int, date]:
    """The day of the last proposal at each account, of whichever kind."""
    since = work.now - YEAR
    moments: tuple[tuple[Any, Any, Any], ...] = (
        (NurtureTouch, NurtureTouch.proposed_at, since),
        (GrowthProposal, GrowthProposal.told_on, since.date()),
        (ReferralHint, ReferralHint.at, since),
        (Requalification, Requalification.asked_at, since),
    )
    return _latest(
        work,
        [
            select(model.account_id, func.max(at, type_=at.type))
            .where(within(model.workspace_id, work.workspace_id), model.account_id.in_(account_ids), at >= after)
            .group_by(model.account_id)
            for model, at, after in moments
        ],
    )


def _of(work: Work, model: Any, account_ids: Collection[int], *conditions: Any) -> set[int]:
    """The accounts that have a row of this kind."""
    mine = (within(model.workspace_id, work.workspace_id), model.account_id.in_(account_ids))
    return set(work.session.scalars(select(model.account_id).where(*mine, *conditions).distinct()))


def _latest(work: Work, statements: Iterable[Any]) -> dict[int, date]:
    """Account → the latest day that any of these statements, each of (account, moment or day), gives for it."""
    zone = context.of(work).zone
    found: dict[int, date] = {}
    for statement in statements:
        for account_id, at in work.session.execute(statement):
            day = local_date(at, zone) if isinstance(at, datetime) else at
            found[account_id] = max(day, found.get(account_id, day))
    return found
