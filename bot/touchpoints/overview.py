"""What an overview tells of touches: the accounts out of sight, and those that renew by themselves unspoken to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, literal, select

from bot.accounts import worth
from bot.accounts.overview_facts import ListedRow, Listing, OverviewAsk, OverviewSection
from bot.accounts.overview_parts import Asked, OverviewLook
from bot.core.calendar import local_date
from bot.core.policy import Tier
from bot.db.engine import UtcDateTime
from bot.db.scope import within
from bot.db.work import Work
from bot.models import Account, Member, Renewal, Touchpoint
from bot.touchpoints import messages as words
from bot.touchpoints.facts import OutOfSight
from bot.workspace import context

SECTION, KIND, MOST, UNSPOKEN = "sight", "sight", 3, 3
SILENT = timedelta(days=365)
"""How long nobody must have spoken to an account that renews by itself until it is told."""

KINDS = {KIND: ("account out of sight", "accounts out of sight")}


def tell(work: Work, look: OverviewLook) -> OverviewSection:
    """How many, the largest of them, and those that renew by themselves and were not spoken to for a year."""
    most = 0 if KIND in look.folded else MOST
    found, total = _out_of_sight(work, look, 0, MOST)
    unspoken, silent = _unspoken(work, look)
    asks = tuple(
        OverviewAsk(f"{KIND}:{one.account_id}", KIND, one.account_id, one.account, words.sight_row(one, look.today))
        for one in found[:most]
    )
    return OverviewSection(
        key=SECTION,
        title=words.SIGHT,
        lines=(words.sight_total(total),) if total else (),
        after=(words.unspoken_line(unspoken, silent, look.today),) if silent else (),
        asks=asks,
        counts={KIND: total} if total else {},
        kinds=KINDS,
        listed=bool(total),
    )


def listing(work: Work, look: OverviewLook, offset: int, limit: int) -> Listing:
    """All that are out of sight, the largest first."""
    found, total = _out_of_sight(work, look, offset, limit)
    rows = [
        ListedRow(one.account, one.owner, words.sight_why(one, look.today), words.sight_worth(one)) for one in found
    ]
    return Listing(tuple(rows), total)


def acts(work: Work, lines: Sequence[Asked]) -> Mapping[int, datetime]:
    """When each account was first touched after it was told."""
    if not lines:
        return {}
    rows = work.session.execute(
        select(Touchpoint.account_id, Touchpoint.at).where(
            within(Touchpoint.workspace_id, work.workspace_id),
            Touchpoint.account_id.in_({one.account_id for one in lines}),
            Touchpoint.at > min(one.at for one in lines),
            *_counts(work),
        )
    )
    touched: dict[int, list[datetime]] = {}
    for account_id, at in rows:
        touched.setdefault(account_id, []).append(at)
    acted: dict[int, datetime] = {}
    for one in lines:
        later = [at for at in touched.get(one.account_id, ()) if at > one.at]
        if later:
            acted[one.line] = min(later)
    return acted


def _counts(work: Work) -> tuple[ColumnElement[bool], ...]:
    return (Touchpoint.is_note.is_(False), Touchpoint.deleted_at.is_(None), Touchpoint.at <= work.now)


def _last(work: Work) -> ColumnElement[Any]:
    mine = (within(Touchpoint.workspace_id, work.workspace_id), Touchpoint.account_id == Account.id)
    return (
        select(func.max(Touchpoint.at, type_=UtcDateTime()))
        .where(*mine, *_counts(work))
        .correlate(Account)
        .scalar_subquery()
    )


def _out_of_sight(work: Work, look: OverviewLook, offset: int, limit: int) -> tuple[list[OutOfSight], int]:
    policies = context.of(work).policies
    cadences = {tier: policies.of(tier).touch_every_days for tier in Tier}
    ends = {tier: literal(work.now - timedelta(days=days), UtcDateTime()) for tier, days in cadences.items()}
    limit_of = case(*((Account.tier == tier.value, ends[tier]) for tier in Tier), else_=ends[Tier.MID])
    last = _last(work)
    out = select(Account.id).where(*look.conditions, func.coalesce(last, Account.created_at) < limit_of)
    ids, total = worth.largest(work, out, offset, limit)
    return _named(work, look, ids, cadences), total


def _named(work: Work, look: OverviewLook, ids: Sequence[int], cadences: Mapping[Tier, int]) -> list[OutOfSight]:
    if not ids:
        return []
    values = worth.by_currency(work, ids)
    rows = work.session.execute(
        select(Account.id, Account.name, Account.tier, Member.name.label("owner"), _last(work).label("last"))
        .outerjoin(Member, (Member.id == Account.owner_id) & Member.is_outsider.is_(False))
        .where(within(Account.workspace_id, work.workspace_id), Account.id.in_(ids))
    )
    found = {
        row.id: OutOfSight(
            row.id,
            row.name,
            row.owner or "",
            values.get(row.id, {}),
            local_date(row.last, look.zone) if row.last else None,
            cadences[Tier(row.tier)] if row.tier in set(Tier) else cadences[Tier.MID],
        )
        for row in rows
    }
    return [found[one] for one in ids if one in found]


def _unspoken(work: Work, look: OverviewLook) -> tuple[list[tuple[str, date]], int]:
    """The accounts that renew by themselves soonest of those nobody spoke to for a year: name and day; and how many."""
    mine = (within(Touchpoint.workspace_id, work.workspace_id), Touchpoint.account_id == Account.id)
    spoken = exists().where(*mine, *_counts(work), Touchpoint.at > work.now - SILENT)
    renews = func.min(Renewal.renewal_date)
    rows = work.session.execute(
        select(Account.name, renews.label("renews"), func.count().over().label("total"))
        .join(Renewal, Renewal.account_id == Account.id)
        .where(
            *look.conditions,
            within(Renewal.workspace_id, work.workspace_id),
            Renewal.closed_at.is_(None),
            Renewal.auto_renew.is_(True),
            ~spoken,
        )
        .group_by(Account.id, Account.name)
        .order_by(renews, Account.id)
        .limit(UNSPOKEN)
    ).all()
    return [(row.name, row.renews) for row in rows], rows[0].total if rows else 0
