"""A person's desk: the renewals of theirs that need a step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Date, Row, Select, Subquery, bindparam, func, or_, select, union

from bot.accounts import team as account_team
from bot.db.scope import within
from bot.db.work import Work
from bot.models import Account, Member, Renewal
from bot.renewals.rules.desk import Desk, DeskLine
from bot.renewals.rules.stages import Stage, is_unsigned

LINES = 10


def desk_of(work: Work, member_id: int, today: date, limit: int = LINES) -> Desk:
    """The open renewals with a card that this person owns, keeps or has claimed; snoozed ones rest."""
    rows = work.rows(_DESK, member=member_id, today=today, limit=limit).all()
    return Desk(str(today), tuple(line_of(row, today, member_id) for row in rows), rows[0].total if rows else 0)


LINE_ROWS: Select[*tuple[Any, ...]] = (
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
    .where(within(Renewal.workspace_id, bindparam("of")))
)
"""Renewals as `line_of` reads them, with their account and its owner; whoever asks (Work.rows) narrows and orders."""


def line_of(row: Row[Any], today: date, reader_id: int | None = None) -> DeskLine:
    """One row of `LINE_ROWS` as a line, on a day of whoever reads it; `reader_id` is who they are, as a member."""
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
    """What hangs on a person's waiting renewals: {currency: amount a year as text}, and contracts of unknown value.

    `total` counts the renewals. `deadline`, `renewal_date`, `auto_renew` and `is_signed` are those of the first;
    `has_overdue`: of one the date has passed, it does not renew by itself, and nothing is signed.
    """

    values: Mapping[str, str]
    unknown: int
    total: int
    deadline: date
    renewal_date: date
    auto_renew: bool
    is_signed: bool
    has_overdue: bool


def at_stake(work: Work, member_ids: Sequence[int], today: date) -> Mapping[int, AtStake]:
    """What the renewals on each person's desk are worth; currencies stay apart. People without any are left out."""
    claimed = Renewal.claimed_by_id.in_(member_ids)
    theirs = _waiting(work.workspace_id, claimed, account_team.keepers(work.workspace_id, member_ids))
    rows = work.session.execute(
        select(
            theirs.c.member_id,
            Renewal.deadline,
            Renewal.renewal_date,
            Renewal.auto_renew,
            Renewal.stage,
            Renewal.values,
            Renewal.final_values,
            Renewal.unknown_values,
        )
        .join(theirs, theirs.c.id == Renewal.id)
        .where(within(Renewal.workspace_id, work.workspace_id), *_waits(today))
        .order_by(Renewal.deadline, Renewal.id)
    )
    each: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        each[row.member_id].append(row)
    return {member_id: _stake(several, today) for member_id, several in each.items()}


def _stake(rows: Sequence[Row[Any]], today: date) -> AtStake:
    first = rows[0]
    values, unknown = added(rows)
    is_signed = not is_unsigned(Stage(first.stage))
    late = any(one.renewal_date < today and not one.auto_renew and is_unsigned(Stage(one.stage)) for one in rows)
    return AtStake(values, unknown, len(rows), first.deadline, first.renewal_date, first.auto_renew, is_signed, late)


def added(rows: Iterable[Any]) -> tuple[dict[str, str], int]:
    """What several renewals are worth together, by currency, and how many contracts have no known value.

    A row has `values`, `final_values` and `unknown_values`.
    """
    totals: dict[str, Decimal] = {}
    unknown = 0
    for row in rows:
        values, more = worth(row.values, row.final_values, row.unknown_values)
        unknown += more
        for currency, amount in values.items():
            totals[currency] = totals.get(currency, Decimal(0)) + Decimal(amount)
    return {currency: str(totals[currency]) for currency in sorted(totals)}, unknown


def worth(written: Mapping[str, str], final: Mapping[str, str] | None, unvalued: int) -> tuple[Mapping[str, str], int]:
    """What a renewal is worth a year by currency, and how many contracts' value is not known.

    What was signed takes the place of what the contracts say, as on the card.
    """
    return (final, 0) if final else (written, unvalued)


def _waits(today: Any) -> tuple[ColumnElement[bool], ...]:
    """Open, with a card, and not asleep."""
    return (
        Renewal.closed_at.is_(None),
        Renewal.carded_at.is_not(None),
        or_(Renewal.snoozed_until.is_(None), Renewal.snoozed_until <= today),
    )


def _waiting(workspace_id: Any, is_claimed: ColumnElement[bool], keepers: CompoundSelect[Any]) -> Subquery:
    """(id, member_id): the open renewals that people have claimed, or of whose account they are `keepers`.

    Found from the people: each side has its index, and one condition over both would read all open renewals.
    """
    claimed = select(Renewal.id.label("id"), Renewal.claimed_by_id.label("member_id")).where(
        Renewal.workspace_id == workspace_id, is_claimed, Renewal.closed_at.is_(None)
    )
    keeps = keepers.subquery()
    kept = (
        select(Renewal.id, keeps.c.member_id)
        .join(keeps, keeps.c.account_id == Renewal.account_id)
        .where(within(Renewal.workspace_id, workspace_id), Renewal.closed_at.is_(None))
    )
    return union(claimed, kept).subquery()


_OF: Any = bindparam("of")
_MEMBER: Any = bindparam("member")
_THEIRS = _waiting(_OF, Renewal.claimed_by_id == _MEMBER, account_team.kept_by(_OF, _MEMBER))
_DESK = (
    LINE_ROWS.add_columns(func.count().over().label("total"))
    .where(Renewal.id.in_(select(_THEIRS.c.id)), *_waits(bindparam("today", type_=Date)))
    .order_by(Renewal.deadline, Renewal.id)
    .limit(bindparam("limit"))
)
