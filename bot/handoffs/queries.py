"""Handoffs as they stand: one, those that wait on an account or for a person, the last one that someone gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from bot.db.work import Work
from bot.handoffs.rules import State
from bot.models import Account, Handoff, Member
from bot.workspace import hours


@dataclass(frozen=True, slots=True)
class HandoffView:
    """One handoff with the people in it. `settled_*` and `gaps` are empty while it waits.

    `contact` is whom of the customer the receiver talks to first.

    `receiver_gone`: they have left the team since, or became a guest; `manager_slack` is the giver's manager, if any.
    """

    id: int
    account_id: int
    account: str
    tier: str
    direction: str
    state: str
    promised: str
    expects: str
    risks: str
    first: str
    first_by: date | None
    gaps: str
    created_at: datetime
    settled_at: datetime | None
    giver_id: int
    giver: str
    giver_slack: str
    giver_zone: str
    giver_country: str
    giver_hours: str | None
    manager_slack: str | None
    receiver_id: int
    receiver: str
    receiver_slack: str
    receiver_zone: str
    receiver_country: str
    receiver_hours: str | None
    receiver_away: date | None
    receiver_gone: bool
    settled_by_id: int | None
    settled_by: str | None
    settled_by_slack: str | None
    contact: str = ""

    @property
    def subject(self) -> str:
        """The handoff on the agenda."""
        return f"handoff:{self.id}"


_giver, _receiver, _manager, _settler = (aliased(Member) for _ in range(4))
_COLUMNS: tuple[Any, ...] = (
    Handoff.id,
    Handoff.account_id,
    Account.name,
    Account.tier,
    Handoff.direction,
    Handoff.state,
    Handoff.promised,
    Handoff.expects,
    Handoff.risks,
    Handoff.first,
    Handoff.first_by,
    Handoff.gaps,
    Handoff.created_at,
    Handoff.settled_at,
    Handoff.giver_id,
    _giver.name,
    _giver.slack_id,
    _giver.timezone,
    _giver.country,
    hours.own_hours(_giver),
    _manager.slack_id,
    Handoff.receiver_id,
    _receiver.name,
    _receiver.slack_id,
    *hours.columns(_receiver),
    _receiver.is_outsider,
    Handoff.settled_by_id,
    _settler.name,
    _settler.slack_id,
    Handoff.contact,
)
_ALL = (
    select(*_COLUMNS)
    .join(Account, Account.id == Handoff.account_id)
    .join(_giver, _giver.id == Handoff.giver_id)
    .join(_receiver, _receiver.id == Handoff.receiver_id)
    .outerjoin(_manager, (_manager.id == _giver.manager_id) & _manager.is_outsider.is_(False))
    .outerjoin(_settler, _settler.id == Handoff.settled_by_id)
    .where(Handoff.workspace_id == bindparam("of"))
)
_WAITING_OF = _ALL.where(Handoff.account_id == bindparam("account"), Handoff.state == State.WAITING.value).order_by(
    Handoff.id
)

_WAITING_FOR = (
    _ALL.where(Handoff.receiver_id == bindparam("member"), Handoff.state == State.WAITING.value)
    .order_by(Handoff.id)
    .limit(bindparam("limit"))
)


def read(work: Work, handoff_id: int) -> HandoffView | None:
    """The handoff of this number; None when the workspace has none."""
    return several(work, [handoff_id]).get(handoff_id)


def several(work: Work, ids: Sequence[int]) -> dict[int, HandoffView]:
    """The handoffs of these numbers that belong to the workspace."""
    rows = work.rows(_ALL.where(Handoff.id.in_(ids)))
    return {row[0]: HandoffView(*row) for row in rows}


def waiting_of(work: Work, account_id: int) -> list[HandoffView]:
    """The handoffs of an account that wait: one in each direction at most, the older one first."""
    return [HandoffView(*row) for row in work.rows(_WAITING_OF, account=account_id)]


def waiting_for(work: Work, member_id: int, limit: int = 50) -> list[HandoffView]:
    """The handoffs that wait for this person's word, the oldest first."""
    return [HandoffView(*row) for row in work.rows(_WAITING_FOR, member=member_id, limit=limit)]


def last_of(work: Work, account_id: int, giver_id: int) -> HandoffView | None:
    """The last handoff of an account that this person gave, whatever became of it."""
    mine = (Handoff.account_id == account_id, Handoff.giver_id == giver_id)
    row = work.rows(_ALL.where(*mine).order_by(Handoff.id.desc()).limit(1)).first()
    return HandoffView(*row) if row else None


def last_accepted(work: Work, account_id: int) -> HandoffView | None:
    """The last handoff by which an account changed hands, in either direction."""
    ours = (Handoff.account_id == account_id, Handoff.state == State.ACCEPTED)
    row = work.rows(_ALL.where(*ours).order_by(Handoff.id.desc()).limit(1)).first()
    return HandoffView(*row) if row else None


def last_returned(work: Work, account_id: int) -> HandoffView | None:
    """The last handoff of an account that came back, with what was missing in it."""
    ours = (Handoff.account_id == account_id, Handoff.state == State.RETURNED)
    row = work.rows(_ALL.where(*ours).order_by(Handoff.id.desc()).limit(1)).first()
    return HandoffView(*row) if row else None
