"""The proof sheet out of the tables. Only counts and shares leave here; names and amounts are not even read."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, or_, select

from bot.accounts.account_states import active_on, tier_on
from bot.accounts.figure_facts import WINDOW_MONTHS
from bot.core.calendar import local_date, local_moment
from bot.core.months import shifted
from bot.core.policy import Tier, tier_of
from bot.db.work import Work
from bot.metrics import on_time
from bot.metrics.retention import retention
from bot.metrics.rules.rates import Rates
from bot.models import (
    Account,
    AccountStanding,
    ContractState,
    FollowUp,
    HealthCheck,
    Plan,
    PulseRound,
    Renewal,
    Touchpoint,
)
from bot.proof.facts import KeptMonth, ProofFigure, ProofSheet, TierYear
from bot.proof.rules import average, is_enough, months_until
from bot.workspace import context

AHEAD, FIRST_LOOKED_FOR = 60, 120
"""Days before a deadline: by when a renewal's first touch is early, and from when one counts as its first."""

TIERS = {Tier.ENTERPRISE: "Enterprise", Tier.MID: "Mid", Tier.SMALL: "Small"}
TICKET = "ticket"
_TIER = "tier_then"
_MIDNIGHT = time()


def proof_sheet(work: Work, day: date, rates: Rates) -> ProofSheet:
    """How customers are kept: figures of the twelve months up to a day, and the calendar of the last whole months.

    Source: the ledger, renewals, touchpoints, pulse_rounds, health_checks, plans, follow_ups, account_states.
    """
    since = shifted(day, -WINDOW_MONTHS)
    figures = [
        *_retention(work, day, rates),
        _seen_early(work, since, day),
        _heard(work, since, day),
        _promises(work, since, day),
        _on_time(work, day),
    ]
    kept: dict[Tier, list[KeptMonth]] = {tier: [] for tier in TIERS}
    for first in months_until(day):
        for tier, month in _month(work, first).items():
            kept[tier].append(month)
    tiers = tuple(TierYear(TIERS[tier], tuple(months)) for tier, months in kept.items())
    return ProofSheet(day, since + timedelta(days=1), tuple(figures), tiers)


def _figure(name: str, share: float | None, accounts: int, made_of: str) -> ProofFigure:
    shown = f"{share:.1f} %" if share is not None and is_enough(accounts) else ""
    return ProofFigure(name, shown, made_of)


def _retention(work: Work, day: date, rates: Rates) -> list[ProofFigure]:
    """Net and gross revenue retention (metrics.retention), in each currency that cannot be added to the others.

    A currency that few customers pay in is not named: it would be as good as their name.
    """
    found = [one for one in retention(work, day, rates) if is_enough(one.accounts)]
    net, gross = "Net revenue retention", "Gross revenue retention"
    made = ("what customers of twelve months ago pay now ÷ what they paid then", "the same without any growth")
    if not found:
        return [ProofFigure(name, "", words) for name, words in zip((net, gross), made, strict=True)]
    lines = []
    for one in found:
        of = f", in {one.currency}" if len(found) > 1 else ""
        lines.append(_figure(f"{net}{of}", one.nrr, one.accounts, made[0]))
        lines.append(_figure(f"{gross}{of}", one.grr, one.accounts, made[1]))
    return lines


def _seen_early(work: Work, since: date, day: date) -> ProofFigure:
    """Renewals whose account was touched between 120 and 60 days before the deadline ÷ those whose deadline lay in the
    window.
    """
    due = work.select(Renewal.account_id, Renewal.deadline).where(
        Renewal.deadline > since,
        Renewal.deadline <= day,
        or_(Renewal.outcome.is_(None), Renewal.outcome.in_(("won", "lost"))),
    )
    zone = context.of(work).zone
    accounts: set[int] = set()
    renewals = early = 0
    touched: dict[int, list[date]] = {}
    rows = work.session.execute(
        _touches(work, Touchpoint.account_id, Touchpoint.at).where(
            Touchpoint.at >= local_moment(since - timedelta(days=FIRST_LOOKED_FOR), _MIDNIGHT, zone),
            Touchpoint.at < local_moment(day + timedelta(days=1), _MIDNIGHT, zone),
        )
    )
    for account_id, at in rows:
        touched.setdefault(account_id, []).append(local_date(at, zone))
    for account_id, deadline in work.session.execute(due):
        renewals += 1
        accounts.add(account_id)
        early += any(AHEAD <= (deadline - on).days <= FIRST_LOOKED_FOR for on in touched.get(account_id, ()))
    share = 100 * early / renewals if renewals else None
    made = f"of the renewals that fell due, those whose customer we met {FIRST_LOOKED_FOR} to {AHEAD} days before"
    return _figure(f"Renewals first touched at least {AHEAD} days ahead", share, len(accounts), made)


def _heard(work: Work, since: date, day: date) -> ProofFigure:
    """Answers heard from the customer in rounds that closed ÷ accounts with a round ÷ four quarters."""
    zone = context.of(work).zone
    heard, accounts = work.session.execute(
        select(func.coalesce(func.sum(PulseRound.heard), 0), func.count(PulseRound.account_id.distinct())).where(
            PulseRound.workspace_id == work.workspace_id,
            PulseRound.closed_at >= local_moment(since + timedelta(days=1), _MIDNIGHT, zone),
            PulseRound.closed_at < local_moment(day + timedelta(days=1), _MIDNIGHT, zone),
        )
    ).one()
    a_year = average(heard, accounts)
    shown = "" if a_year is None else f"{a_year / 4:.2f}"
    made = "how often a quarter a customer tells us how it is going, when nothing is for sale"
    return ProofFigure("Pulses heard from a customer, a quarter", shown, made)


def _promises(work: Work, since: date, day: date) -> ProofFigure:
    """Promises kept ÷ promises due in the window; dropped ones are out."""
    due, kept, accounts = work.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((FollowUp.outcome == "kept", 1), else_=0)), 0),
            func.count(FollowUp.account_id.distinct()),
        ).where(
            FollowUp.workspace_id == work.workspace_id,
            FollowUp.is_promise,
            FollowUp.due_on > since,
            FollowUp.due_on <= day,
            or_(FollowUp.outcome.is_(None), FollowUp.outcome != "dropped"),
        )
    ).one()
    return _figure("Promises kept", 100 * kept / due if due else None, accounts, "of the promises that fell due")


def _on_time(work: Work, day: date) -> ProofFigure:
    """Touches within cadence ÷ touches due, as metrics.on_time counts them."""
    due, met = on_time.touch_rate(work, day)
    accounts = len(work.session.scalars(select(AccountStanding.id).where(*active_on(work, day)).limit(100)).all())
    made = "how often we were in touch by the day that we had set ourselves"
    return _figure("In touch on time", 100 * met / due if due else None, accounts, made)


def _month(work: Work, first: date) -> dict[Tier, KeptMonth]:
    """What customers got in one month, a tier: those with a recurring value at its end, in their tier of then."""
    zone = context.of(work).zone
    begin, end = local_moment(first, _MIDNIGHT, zone), local_moment(shifted(first, 1), _MIDNIGHT, zone)
    customers = (
        select(ContractState.account_id)
        .where(ContractState.workspace_id == work.workspace_id, ContractState.effective_on < shifted(first, 1))
        .group_by(ContractState.account_id)
        .having(func.sum(ContractState.change) > Decimal(0))
    )
    tier: Any = tier_on(work, shifted(first, 1) - timedelta(days=1)).label(_TIER)
    ours = Account.workspace_id == work.workspace_id
    accounts = _by_tier(work, select(tier, func.count()).where(ours, Account.id.in_(customers)), None)
    touches = _touches(work, tier, func.count()).where(Touchpoint.at >= begin, Touchpoint.at < end)
    heard = select(tier, func.coalesce(func.sum(PulseRound.heard), 0)).where(
        PulseRound.workspace_id == work.workspace_id, PulseRound.closed_at >= begin, PulseRound.closed_at < end
    )
    checks = select(tier, func.count()).where(
        HealthCheck.workspace_id == work.workspace_id,
        HealthCheck.at >= begin,
        HealthCheck.at < end,
        HealthCheck.replaced_at.is_(None),
    )
    plans = select(tier, func.count()).where(
        Plan.workspace_id == work.workspace_id, Plan.created_at >= begin, Plan.created_at < end
    )
    found = [
        _by_tier(work, statement.where(Account.id.in_(customers)), of)
        for statement, of in (
            (touches, Touchpoint.account_id),
            (heard, PulseRound.account_id),
            (checks, HealthCheck.account_id),
            (plans, Plan.account_id),
        )
    ]
    return {
        one: KeptMonth(
            first,
            average(found[0][one], accounts[one]),
            average(found[1][one], accounts[one]),
            average(found[2][one] + found[3][one], accounts[one]),
        )
        for one in TIERS
    }


def _touches(work: Work, *columns: Any) -> Select[Any]:
    """Touches: no notes, which reach nobody, and no tickets, which are the customer's."""
    return select(*columns).where(
        Touchpoint.workspace_id == work.workspace_id,
        Touchpoint.kind != TICKET,
        Touchpoint.is_note.is_(False),
        Touchpoint.deleted_at.is_(None),
    )


def _by_tier(work: Work, statement: Select[Any], account_id: Any) -> Counter[Tier]:
    """Numbers by what accounts had as their tier, added up by what that means."""
    if account_id is not None:
        statement = statement.where(Account.workspace_id == work.workspace_id, Account.id == account_id)
    found: Counter[Tier] = Counter()
    for written, number in work.session.execute(statement.group_by(_TIER)):
        found[tier_of(written)] += int(number)
    return found
