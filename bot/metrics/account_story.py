"""The story of accounts: written in the transaction that changes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select

from bot.accounts.events import AccountsWritten
from bot.core.calendar import local_date
from bot.db.bulk import run_many
from bot.db.scope import one_of, within
from bot.db.work import Work
from bot.metrics.rules.account_story import (
    AccountCause,
    CustomerStanding,
    account_rows,
    account_story_now,
)
from bot.models import Account, AccountStanding, Contract
from bot.workspace import context

_A, _C, _S = Account.__table__.c, Contract.__table__.c, AccountStanding.__table__.c
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
    told = work.session.execute(
        select(_S.account_id, _S.effective_on, _S.known_at, _S.is_active, _S.segment, _S.tier)
        .where(_S.workspace_id == work.workspace_id, one_of(work.session, _S.account_id, ids))
        .order_by(_S.id)
    )
    stories: dict[int, tuple[dict[date, CustomerStanding], datetime]] = {}
    for account_id, day, known_at, *standing in told:
        story, since = stories.get(account_id, ({}, known_at))
        story[day] = CustomerStanding(*standing)
        stories[account_id] = story, min(since, known_at)
    return stories


def _as_they_stand(work: Work, ids: list[int]) -> Any:
    """(account, when it came in, the start of its first contract, active, segment, tier).

    A trial counts, unlike in time_spent.first_starts: who tries us has a segment and a tier already.
    """
    start = (
        select(func.min(_C.start_date))
        .where(within(_C.workspace_id, work.workspace_id), _C.account_id == _A.id)
        .scalar_subquery()
    )
    return work.session.execute(
        select(_A.id, _A.created_at, start, _A.is_active, _A.segment, _A.tier)
        .where(within(_A.workspace_id, work.workspace_id), one_of(work.session, _A.id, ids))
        .order_by(_A.id)
    )
