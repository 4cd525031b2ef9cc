"""The story of accounts: written in the transaction that changes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select

from bot.accounts.events import AccountsWritten
from bot.core.calendar import local_date
from bot.db.bulk import run_many
from bot.db.scope import within
from bot.db.work import Work
from bot.metrics.rules.account_story import (
    AccountCause,
    CustomerStanding,
    account_rows,
    account_story_now,
)
from bot.models import Account, AccountStanding, Contract
from bot.workspace import context

_INSERT = insert(AccountStanding.__table__)  # type: ignore[arg-type]


def on_accounts_written(work: Work, event: AccountsWritten) -> None:
    """Add to their story what is different of these accounts now: three statements, however many they are."""
    ids = sorted(set(event.account_ids))
    if not ids:
        return
    zone = context.of(work).zone
    today = local_date(work.now, zone)
    stories = _stories(work, ids)
    rows: list[dict[str, Any]] = []
    for account_id, created_at, start, *standing in _as_they_stand(work, ids):
        now, came_in = CustomerStanding(*standing), local_date(created_at, zone)
        told, known = stories.get(account_id, ({}, work.now))
        begins = came_in if start is None else min(came_in, start)
        true = account_story_now(told, now, begins, today, is_new=local_date(known, zone) == today)
        rows += (
            {
                "workspace_id": work.workspace_id,
                "account_id": account_id,
                "effective_on": day,
                "known_at": work.now,
                "is_active": one.is_active,
                "segment": one.segment,
                "tier": one.tier,
                "cause": str(AccountCause(event.cause)),
            }
            for day, one in account_rows(told, true)
        )
    run_many(work.session, _INSERT, rows)


def _stories(work: Work, ids: list[int]) -> dict[int, tuple[dict[date, CustomerStanding], datetime]]:
    """Account → its story, and since when anything is known of it."""
    s = AccountStanding
    told = work.session.execute(
        work.select(s.account_id, s.effective_on, s.known_at, s.is_active, s.segment, s.tier)
        .where(s.account_id.in_(ids))
        .order_by(s.id)
    )
    stories: dict[int, tuple[dict[date, CustomerStanding], datetime]] = {}
    for account_id, day, known_at, *standing in told:
        story, since = stories.get(account_id, ({}, known_at))
        story[day] = CustomerStanding(*standing)
        stories[account_id] = story, min(since, known_at)
    return stories


def _as_they_stand(work: Work, ids: list[int]) -> Any:
    """(account, when it came in, the start of its first contract, active, segment, tier)."""
    start = (
        select(func.min(Contract.start_date))
        .where(within(Contract.workspace_id, work.workspace_id), Contract.account_id == Account.id)
        .scalar_subquery()
    )
    return work.session.execute(
        select(Account.id, Account.created_at, start, Account.is_active, Account.segment, Account.tier)
        .where(within(Account.workspace_id, work.workspace_id), Account.id.in_(ids))
        .order_by(Account.id)
    )
