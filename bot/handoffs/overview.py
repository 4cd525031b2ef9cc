"""What an overview tells of handoffs: those that nobody has accepted yet, each with a button that reminds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from bot.accounts.overview_facts import ListedRow, Listing, OverviewAsk, OverviewSection
from bot.accounts.overview_parts import Asked, OverviewLook
from bot.core.calendar import local_date
from bot.db.scope import within
from bot.db.work import Work
from bot.handoffs import messages, notify
from bot.handoffs.rules import State, label
from bot.models import Account, Handoff, Member

SECTION, KIND, MOST = "needs", "handoffs", 5
WAITS = timedelta(days=2)
"""How long a handoff may wait before a manager is told."""

KINDS = {KIND: ("handoff is not accepted", "handoffs are not accepted")}

_giver, _receiver = aliased(Member), aliased(Member)


def tell(work: Work, look: OverviewLook) -> OverviewSection:
    """How many wait, and those that have waited longest."""
    found, total = _waiting(work, look, 0, MOST)
    if not total:
        return OverviewSection(SECTION, messages.OVERVIEW_TITLE)
    asks = () if KIND in look.folded else tuple(_ask(row, look) for row in found)
    return OverviewSection(SECTION, messages.OVERVIEW_TITLE, asks=asks, counts={KIND: total}, kinds=KINDS, listed=True)


def listing(work: Work, look: OverviewLook, offset: int, limit: int) -> Listing:
    """All that wait, the longest first."""
    found, total = _waiting(work, look, offset, limit)
    rows = [
        ListedRow(
            row.account,
            row.receiver,
            f"Handoff from {row.giver}, {label(row.direction)}, not accepted",
            due=f"since {local_date(row.created_at, look.zone)}",
        )
        for row in found
    ]
    return Listing(tuple(rows), total)


def acts(work: Work, lines: Sequence[Asked]) -> Mapping[int, datetime]:
    """When each was settled, or its receiver was reminded by somebody."""
    found = {
        row.id: row
        for row in work.session.execute(
            select(Handoff.id, Handoff.state, Handoff.settled_at).where(
                within(Handoff.workspace_id, work.workspace_id), Handoff.id.in_({one.number for one in lines})
            )
        )
    }
    reminded = notify.reminded_by_somebody(work, min(one.at for one in lines)) if lines else {}
    acted: dict[int, datetime] = {}
    for one in lines:
        row = found.get(one.number)
        later = [at for at in reminded.get(one.number, ()) if at > one.at]
        if row is None:
            acted[one.line] = work.now
        elif later:
            acted[one.line] = min(later)
        elif row.state != State.WAITING:
            acted[one.line] = row.settled_at or work.now
    return acted


def _waiting(work: Work, look: OverviewLook, offset: int, limit: int) -> tuple[Sequence[Any], int]:
    rows = work.session.execute(
        select(
            Handoff.id,
            Handoff.account_id,
            Handoff.direction,
            Handoff.created_at,
            Account.name.label("account"),
            _giver.name.label("giver"),
            _receiver.name.label("receiver"),
            _receiver.slack_id.label("receiver_slack"),
            _receiver.away_until,
            func.count().over().label("total"),
        )
        .join(Account, Account.id == Handoff.account_id)
        .join(_giver, _giver.id == Handoff.giver_id)
        .join(_receiver, _receiver.id == Handoff.receiver_id)
        .where(*look.conditions, Handoff.state == State.WAITING, Handoff.created_at <= work.now - WAITS)
        .order_by(Handoff.created_at, Handoff.id)
        .offset(offset)
        .limit(limit)
    ).all()
    return rows, rows[0].total if rows else 0


def _ask(row: Any, look: OverviewLook) -> OverviewAsk:
    since = str(local_date(row.created_at, look.zone))
    return OverviewAsk(
        key=f"{KIND}:{row.id}",
        kind=KIND,
        account_id=row.account_id,
        account=row.account,
        words=messages.overview_row(row.account, row.giver, row.receiver, row.direction, since, str(look.today)),
        severity=2,
        due_on=since,
        buttons=messages.overview_buttons(row.id, row.account_id, row.receiver, row.receiver_slack == look.reader),
        menu=messages.overview_menu(row.id, row.account_id),
    )
