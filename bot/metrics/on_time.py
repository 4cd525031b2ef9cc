"""The figure of on-time touches: how often accounts were touched within the cadence of their tier."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import date, timedelta

from bot.accounts.account_states import active_on
from bot.accounts.figure_facts import WINDOW_MONTHS
from bot.accounts.figure_parts import Among, condition
from bot.core.calendar import local_date
from bot.core.months import shifted
from bot.core.policy import Tier
from bot.db.work import Work
from bot.metrics.habits import touches_between
from bot.metrics.rules.touch_rate import touches_due
from bot.models import Account, AccountStanding
from bot.workspace import context


def touch_rate(work: Work, day: date, among: Among = None) -> tuple[int, int]:
    """(how often a touch fell due in the twelve months up to a day, how often one came), of accounts active on the day.

    On-time touch rate = touches within cadence ÷ due (rules.touch_rate). The cadence is what counts today for the tier
    that the account had on that day; an account's first day is the first that counts. Source: touchpoints, accounts,
    account_states.
    """
    ws, start = context.of(work), shifted(day, -WINDOW_MONTHS)
    every = {tier: ws.policies.of(tier).touch_every_days for tier in Tier}
    days: dict[int, list[date]] = defaultdict(list)
    for account_id, on in touches_between(work, start - timedelta(days=max(every.values())), day, among):
        days[account_id].append(on)
    accounts = work.session.execute(
        work.select(AccountStanding.account_id, AccountStanding.tier, Account.created_at)
        .join(Account, Account.id == AccountStanding.account_id)
        .where(*active_on(work, day), *condition(work, AccountStanding.account_id, among))
    )
    due = on_time = 0
    for account_id, tier, created_at in accounts:
        own, cadence = sorted(days.get(account_id, ())), ws.policies.of(tier).touch_every_days
        began = max(start, local_date(created_at, ws.zone))
        before = bisect_right(own, began)
        # A touch before the window is the last one where it is not yet a cadence ago; what was missed then lies there.
        since = own[before - 1] if before and own[before - 1] + timedelta(days=cadence) > began else began
        more, met = touches_due(own, since, day, cadence)
        due, on_time = due + more, on_time + met
    return due, on_time
