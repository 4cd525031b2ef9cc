"""Follow-ups as they stand: one, an account's open ones, a person's that are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, bindparam, select
from sqlalchemy.orm import aliased

from bot.core.calendar import local_date
from bot.db.work import Work
from bot.models import Account, FollowUp, Member


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """One follow-up. `outcome` is None while it is open, else done, dropped, kept or broken.

    `owner_*` are empty when nobody does it; `done_by` is None when time closed it. `contact` is with
    whom of the customer it is to be done, or to whom it was promised.
    """

    id: int
    account_id: int
    account: str
    words: str
    due_on: date
    is_promise: bool
    source: str
    outcome: str | None
    done_at: datetime | None
    done_by_id: int | None
    done_by: str | None
    created_by_id: int | None
    created_by: str | None
    owner_id: int | None
    owner_slack: str | None
    owner_name: str | None
    created_at: datetime
    owner_zone: str | None = None
    contact: str = ""

    def is_late(self, now: datetime, zone: str) -> bool:
        """Whether its day has ended where its owner is; `zone` is for one that nobody does."""
        return self.due_on < local_date(now, self.owner_zone or zone)


_owner, _creator, _closer = aliased(Member), aliased(Member), aliased(Member)
_COLUMNS: tuple[Any, ...] = (
    FollowUp.id,
    FollowUp.account_id,
    Account.name,
    FollowUp.words,
    FollowUp.due_on,
    FollowUp.is_promise,
    FollowUp.source,
    FollowUp.outcome,
    FollowUp.done_at,
    FollowUp.done_by_id,
    _closer.name,
    FollowUp.created_by_id,
    _creator.name,
    FollowUp.owner_id,
    _owner.slack_id,
    _owner.name,
    FollowUp.created_at,
    _owner.timezone,
    FollowUp.contact,
)
_ALL = (
    select(*_COLUMNS)
    .join(Account, Account.id == FollowUp.account_id)
    .outerjoin(_owner, (_owner.id == FollowUp.owner_id) & _owner.is_outsider.is_(False))
    .outerjoin(_creator, _creator.id == FollowUp.created_by_id)
    .outerjoin(_closer, _closer.id == FollowUp.done_by_id)
    .where(FollowUp.workspace_id == bindparam("of"))
)
_TODAY = bindparam("today", type_=Date)
_OPEN_OF = (
    _ALL.where(FollowUp.account_id == bindparam("account"), FollowUp.done_at.is_(None))
    .order_by(FollowUp.due_on, FollowUp.id)
    .limit(bindparam("limit"))
)
_DUE_FOR = (
    _ALL.where(FollowUp.owner_id == bindparam("member"), FollowUp.done_at.is_(None), FollowUp.due_on <= _TODAY)
    .order_by(FollowUp.due_on, FollowUp.id)
    .limit(bindparam("limit"))
)


def read(work: Work, follow_up_id: int) -> FollowUpView | None:
    """The follow-up of this number; None when the workspace has none."""
    return several(work, [follow_up_id]).get(follow_up_id)


def several(work: Work, ids: list[int]) -> dict[int, FollowUpView]:
    """The follow-ups of these numbers that belong to the workspace."""
    rows = work.rows(_ALL.where(FollowUp.id.in_(ids)))
    return {row[0]: FollowUpView(*row) for row in rows}


def open_of(work: Work, account_id: int, limit: int = 50) -> list[FollowUpView]:
    """An account's open follow-ups and promises, the nearest day first."""
    return [FollowUpView(*row) for row in work.rows(_OPEN_OF, account=account_id, limit=limit)]


def of_source(work: Work, source: str, limit: int = 20) -> list[FollowUpView]:
    """All follow-ups that came out of one talk ("touchpoint:12"), open or not."""
    return _listed(work, limit, FollowUp.source == source)


def due_for(work: Work, member_id: int, today: date, limit: int = 50) -> list[FollowUpView]:
    """A person's open follow-ups whose day is `today` or has passed, the oldest first."""
    return [FollowUpView(*row) for row in work.rows(_DUE_FOR, member=member_id, today=today, limit=limit)]


def _listed(work: Work, limit: int, *conditions: ColumnElement[bool]) -> list[FollowUpView]:
    rows = work.rows(_ALL.where(*conditions).order_by(FollowUp.due_on, FollowUp.id).limit(limit))
    return [FollowUpView(*row) for row in rows]
