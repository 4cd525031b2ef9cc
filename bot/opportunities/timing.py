"""Whether growth may be spoken of at an account now: what counts against it, read for many accounts at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import func, or_, select

from bot.core.calendar import local_date
from bot.db.scope import within
from bot.db.work import Work
from bot.models import Account, AccountHealth, Escalation, FollowUp, PulseRound, Renewal, Touchpoint
from bot.opportunities.rules import AccountState, HoldOff, held_off
from bot.workspace import context

RED = "red"

BROKEN_DAYS = 90
"""Days for which a promise that time broke counts as overdue."""


def held_off_of(work: Work, account_ids: Collection[int]) -> dict[int, HoldOff]:
    """Why nothing may be proposed to these accounts today; those to which something may be are left out."""
    ws = context.of(work)
    today = local_date(work.now, ws.zone)
    tiers = {
        row.id: row.tier
        for row in work.session.execute(
            select(Account.id, Account.tier).where(
                within(Account.workspace_id, work.workspace_id), Account.id.in_(account_ids)
            )
        )
    }
    found = {}
    for account_id, state in states(work, list(tiers), today, tiers).items():
        why = held_off(state, today, ws.policies.of(tiers[account_id]).growth_escalation_days)
        if why is not None:
            found[account_id] = why
    return found


def states(work: Work, account_ids: Collection[int], today: date, tiers: dict[int, str]) -> dict[int, AccountState]:
    """What counts against each account, as it is today."""
    ws = context.of(work)
    poor = {
        row.account_id
        for row in work.session.execute(
            select(AccountHealth.account_id, AccountHealth.score).where(
                within(AccountHealth.workspace_id, work.workspace_id),
                AccountHealth.account_id.in_(account_ids),
                AccountHealth.score.is_not(None),
            )
        )
        if row.score < ws.policies.of(tiers[row.account_id]).bands[0]
    }
    red, late, escalated = _red(work, account_ids), _late(work, account_ids, today), _escalated(work, account_ids)
    at_risk = _at_risk(work, account_ids)
    return {
        one: AccountState(one in poor, one in red, one in late, escalated.get(one), one in at_risk)
        for one in account_ids
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
    return set(work.session.scalars(rows.where(mine, PulseRound.worst == RED)))


def _at_risk(work: Work, account_ids: Collection[int]) -> set[int]:
    """Accounts with an open renewal that somebody calls at risk."""
    rows = select(Renewal.account_id).where(
        within(Renewal.workspace_id, work.workspace_id),
        Renewal.account_id.in_(account_ids),
        Renewal.closed_at.is_(None),
        Renewal.forecast == "at_risk",
    )
    return set(work.session.scalars(rows))


def _late(work: Work, account_ids: Collection[int], today: date) -> set[int]:
    """Accounts with a promise whose day has passed, and that nobody has called kept or not needed."""
    # Time breaks a promise at the end of its day; it is owed still, and after some months forgotten.
    by_time = (FollowUp.outcome == "broken") & FollowUp.done_by_id.is_(None)
    by_time &= FollowUp.due_on >= today - timedelta(days=BROKEN_DAYS)
    rows = select(FollowUp.account_id).where(
        within(FollowUp.workspace_id, work.workspace_id),
        FollowUp.account_id.in_(account_ids),
        FollowUp.is_promise.is_(True),
        FollowUp.due_on < today,
        or_(FollowUp.done_at.is_(None), by_time),
    )
    return set(work.session.scalars(rows))


def _escalated(work: Work, account_ids: Collection[int]) -> dict[int, date]:
    """The last day on which an escalated ticket of each account was open, or a renewal was escalated, of the last year.

    A ticket that is open still is so today.
    """
    ws = context.of(work)
    since, today = work.now - timedelta(days=366), local_date(work.now, ws.zone)
    ended = func.coalesce(Touchpoint.closed_at, work.now, type_=Touchpoint.at.type)
    tickets = select(Touchpoint.account_id, func.max(ended, type_=Touchpoint.at.type)).where(
        within(Touchpoint.workspace_id, work.workspace_id),
        Touchpoint.account_id.in_(account_ids),
        Touchpoint.escalated.is_(True),
        Touchpoint.deleted_at.is_(None),
        Touchpoint.at >= since,
    )
    renewals = (
        select(Renewal.account_id, func.max(Escalation.told_at, type_=Escalation.told_at.type))
        .join(Escalation, Escalation.renewal_id == Renewal.id)
        .where(
            within(Renewal.workspace_id, work.workspace_id),
            Renewal.account_id.in_(account_ids),
            Escalation.told_at >= since,
        )
    )
    found: dict[int, date] = {}
    for rows in (tickets.group_by(Touchpoint.account_id), renewals.group_by(Renewal.account_id)):
        for account_id, at in work.session.execute(rows):
            if at is None:
                continue
            day = min(local_date(at, ws.zone), today)
            found[account_id] = max(day, found.get(account_id, day))
    return found
