"""A person's desk: the renewals of theirs that need a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from bot.accounts import team as account_team
from bot.db.scope import within
from bot.db.work import Work
from bot.models import Account, Member, Renewal
from bot.renewals.rules.desk import Desk, DeskLine

LINES = 10


def desk_of(work: Work, member_id: int, today: date, limit: int = LINES) -> Desk:
    """The open renewals with a card that this person owns, keeps or has claimed; snoozed ones rest."""
    theirs = _theirs(work.workspace_id, member_id, today)
    total = work.session.scalar(
        select(func.count()).select_from(Renewal).join(Account, Account.id == Renewal.account_id).where(*theirs)
    )
    rows = work.session.execute(lines_query(work).where(*theirs).order_by(Renewal.deadline, Renewal.id).limit(limit))
    return Desk(str(today), tuple(line_of(row, today, member_id) for row in rows), total or 0)


def lines_query(work: Work) -> Select[*tuple[Any, ...]]:
    """Open renewals as `line_of` reads them, with their account and its owner; whoever asks narrows and orders them."""
    return (
        select(
            Renewal.id,
            Renewal.account_id,
            Account.name,
            Account.owner_id,
            Renewal.deadline,
            Renewal.stage,
            Member.id.label("claimer"),
            Renewal.values,
            Renewal.final_values,
            Renewal.unknown_values,
            Renewal.renewal_date,
            Renewal.auto_renew,
            Renewal.forecast,
            Renewal.snoozed_until,
            Renewal.carded_at,
        )
        .join(Account, Account.id == Renewal.account_id)
        .outerjoin(Member, (Member.id == Renewal.claimed_by_id) & Member.is_outsider.is_(False))
        .where(within(Renewal.workspace_id, work.workspace_id))
    )


def line_of(row: Row[Any], today: date, reader_id: int | None = None) -> DeskLine:
    """One row of `lines_query` as a line, on a day of whoever reads it; `reader_id` is who they are, as a member."""
    return DeskLine(
        row.id,
        row.name,
        str(row.deadline),
        row.stage,
        row.claimer is not None,
        *worth(row.values, row.final_values, row.unknown_values),
        str(row.renewal_date),
        row.auto_renew,
        row.forecast,
        row.snoozed_until is not None and row.snoozed_until > today,
        reader_id is not None and row.claimer == reader_id,
        row.carded_at is not None,
    )


@dataclass(frozen=True, slots=True)
class AtStake:
    """What hangs on a person's waiting renewals: {currency: amount a year as text}, and contracts of unknown value."""

    values: Mapping[str, str]
    unknown: int


def at_stake(work: Work, member_id: int, today: date) -> AtStake:
    """What the renewals on this person's desk are worth; currencies stay apart."""
    rows = work.session.execute(
        select(Renewal.values, Renewal.final_values, Renewal.unknown_values)
        .join(Account, Account.id == Renewal.account_id)
        .where(*_theirs(work.workspace_id, member_id, today))
    )
    totals: dict[str, Decimal] = {}
    unknown = 0
    for written, final, unvalued in rows:
        values, more = worth(written, final, unvalued)
        unknown += more
        for currency, amount in values.items():
            totals[currency] = totals.get(currency, Decimal(0)) + Decimal(amount)
    return AtStake({currency: str(totals[currency]) for currency in sorted(totals)}, unknown)


def worth(written: Mapping[str, str], final: Mapping[str, str] | None, unvalued: int) -> tuple[Mapping[str, str], int]:
    """What a renewal is worth a year by currency, and how many contracts' value is not known.

    What was signed takes the place of what the contracts say, as on the card.
    """
    return (final, 0) if final else (written, unvalued)


def _theirs(workspace_id: int, member_id: int, today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Renewal.workspace_id == workspace_id,
        Renewal.closed_at.is_(None),
        Renewal.carded_at.is_not(None),
        or_(Renewal.snoozed_until.is_(None), Renewal.snoozed_until <= today),
        _belongs_to(workspace_id, member_id),
    )


def _belongs_to(workspace_id: int, member_id: int) -> ColumnElement[bool]:
    return or_(Renewal.claimed_by_id == member_id, account_team.keeps(workspace_id, member_id, Renewal.account_id))
