"""Touchpoints as they stand: one, the one made from a message, an account's last ones; and who may change them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, select
from sqlalchemy.orm import aliased

from bot.core.calendar import local_date
from bot.core.days import spoken_day
from bot.core.person import Person
from bot.db.work import Work
from bot.errors import NotForYou, Refused
from bot.models import Account, Member, Touchpoint
from bot.workspace.members import MemberView


@dataclass(frozen=True, slots=True)
class Touch:
    """One touchpoint. `by` had the contact (empty for someone outside the team), `logged_by` wrote it down."""

    id: int
    account_id: int
    account: str
    kind: str
    at: datetime
    by_id: int | None
    by: Person | None
    logged_by_id: int | None
    logged_by: Person | None
    department: str
    contact: str
    purpose: str
    mood: str
    words: str
    is_note: bool
    via: str
    source_key: str | None
    permalink: str
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None


_author, _writer = aliased(Member), aliased(Member)
_OWN = ("id", "account_id", "kind", "at", "by_id", "logged_by_id", "department", "contact", "purpose", "mood")
_MORE = ("words", "is_note", "via", "source_key", "permalink", "created_at", "edited_at", "deleted_at")
_ALL = (
    select(
        *(getattr(Touchpoint, name) for name in (*_OWN, *_MORE)),
        Account.name.label("account"),
        _author.slack_id.label("by_slack"),
        _author.name.label("by_name"),
        _writer.slack_id.label("writer_slack"),
        _writer.name.label("writer_name"),
    )
    .join(Account, Account.id == Touchpoint.account_id)
    .outerjoin(_author, _author.id == Touchpoint.by_id)
    .outerjoin(_writer, _writer.id == Touchpoint.logged_by_id)
    .where(Touchpoint.workspace_id == bindparam("of"))
)
_LAST = (
    _ALL.where(Touchpoint.account_id == bindparam("account"), Touchpoint.deleted_at.is_(None))
    .order_by(Touchpoint.at.desc(), Touchpoint.id.desc())
    .limit(bindparam("limit"))
)
_LAST_TOUCHES = _LAST.where(Touchpoint.is_note.is_(False))


def read(work: Work, touchpoint_id: int) -> Touch | None:
    """The touchpoint of this number, deleted or not; None when the workspace has none."""
    return _first(work, Touchpoint.id == touchpoint_id)


def by_source(work: Work, source_key: str) -> Touch | None:
    """The touchpoint that stands for this source ("message:C1:171…", "ticket:T-1"), unless it was deleted."""
    return _first(work, Touchpoint.source_key == source_key, Touchpoint.deleted_at.is_(None))


def of_account(work: Work, account_id: int, limit: int = 5, with_notes: bool = True) -> list[Touch]:
    """An account's last touchpoints, and notes if they are wanted, newest first; deleted ones are left out."""
    rows = work.rows(_LAST if with_notes else _LAST_TOUCHES, account=account_id, limit=limit)
    return [_touch(row) for row in rows]


def _first(work: Work, *conditions: ColumnElement[bool]) -> Touch | None:
    row = work.rows(_ALL.where(*conditions)).first()
    return _touch(row) if row else None


def _touch(row: Row[Any]) -> Touch:
    own = {name: getattr(row, name) for name in (*_OWN, *_MORE)}
    return Touch(
        account=row.account,
        by=Person(row.by_slack, row.by_name) if row.by_slack else None,
        logged_by=Person(row.writer_slack, row.writer_name) if row.writer_slack else None,
        **own,
    )


def message_key(channel: str, ts: str) -> str:
    """The one key of a message, whichever way it is logged."""
    return f"message:{channel}:{ts}"


def names_of(work: Work, slack_ids: Collection[str]) -> dict[str, str]:
    """The names of those whom the bot has met, by Slack id."""
    if not slack_ids:
        return {}
    rows = work.session.execute(work.select(Member.slack_id, Member.name).where(Member.slack_id.in_(slack_ids)))
    return {row.slack_id: row.name for row in rows}


GONE = "That touchpoint is no longer there. Log it again with `/touch`."


def require_author(work: Work, person: MemberView, touchpoint_id: int) -> Touch:
    """The touchpoint, for someone who may change it.

    Raises NotForYou, naming who may, for anyone else, and Refused when it is gone.
    """
    touch = read(work, touchpoint_id)
    if touch is None or person.is_outsider:
        raise NotForYou(GONE)
    if touch.deleted_at is not None:
        raise Refused(GONE)
    if not may_change(touch, person):
        author = touch.logged_by or touch.by
        who = f"{author.name}, who logged it," if author else "Whoever logged it"
        raise NotForYou(f"{who} or a manager can change that. Ask one of them.")
    return touch


def may_change(touch: Touch, person: MemberView) -> bool:
    """Whether this person may edit or delete it."""
    return person.manages or person.id in (touch.by_id, touch.logged_by_id)


def logged_already(touch: Touch, person: MemberView) -> str:
    """A sentence for someone who logs what is logged already."""
    who = "You" if person.id == touch.logged_by_id else touch.logged_by.name if touch.logged_by else "Someone"
    day = spoken_day(local_date(touch.created_at, person.timezone), local_date(touch.created_at, person.timezone))
    return f"{who} logged this message already, for {touch.account}, on {day}."
