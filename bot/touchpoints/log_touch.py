"""A touchpoint is written down: once for one source, whoever logs it and by whatever way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from bot.accounts import customer_people
from bot.accounts import search as account_search
from bot.accounts.events import AccountLearned
from bot.accounts.people_facts import Meeting
from bot.core.events import publish
from bot.db.scope import is_row
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.errors import FieldErrors
from bot.models import Member, Touchpoint
from bot.touchpoints import announce
from bot.touchpoints.events import CustomerContacted
from bot.touchpoints.rules.churn_words import noted
from bot.touchpoints.rules.line import LABELS, MOODS, PURPOSES, TouchKind, Via

CONTACT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class NewTouchpoint:
    """What is to be written down. `kind` is empty when nobody said how the contact was made.

    `by_id` had the contact, None for someone outside the team; `logged_by_id` writes it down. `source_key` is what it
    was made from, and one source is one touchpoint. `channel` and `thread_ts` say under which message it is answered.
    `picked` are those of the customer's people who were chosen, beside those whom `contact` names.
    """

    account_id: int
    at: datetime
    logged_by_id: int
    by_id: int | None = None
    kind: str = ""
    contact: str = ""
    purpose: str = ""
    mood: str = ""
    words: str = ""
    via: str = Via.FORM.value
    source_key: str | None = None
    permalink: str = ""
    channel: str | None = None
    thread_ts: str | None = None
    picked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Logged:
    """The touchpoint's number; `is_new` is False when its source was logged before, and nothing was changed."""

    id: int
    is_new: bool


def log(work: Work, new: NewTouchpoint) -> Logged:
    """Write a touchpoint down, and let the account, its open renewals and its channel know.

    A source that was deleted may be logged again. Raises FieldErrors (at, kind, purpose, mood) and Refused for what
    cannot be: a moment ahead, an account of another workspace.
    """
    check(new.kind, new.purpose, new.mood, new.at, work.now)
    account_search.require_account(work, new.account_id)
    row = _row(work, new)
    written = _write(work.session, row)
    if written is None:
        found = work.select(Touchpoint.id).where(Touchpoint.source_key == new.source_key)
        return Logged(work.session.scalars(found).one(), False)
    if new.kind != TouchKind.NOTE:
        keep_met(work, written, new.account_id, new.at, new.contact, new.picked)
        publish(work, CustomerContacted(new.account_id, new.at))
    elif row["churn_word"]:
        # A note touches nothing, but a word of leaving in it is heard.
        publish(work, AccountLearned([new.account_id]))
    announce.announce(work, written, announce.Place(new.channel, new.thread_ts))
    return Logged(written, True)


def keep_met(
    work: Work, touchpoint_id: int, account_id: int, at: datetime, contact: str, picked: tuple[int, ...] = ()
) -> None:
    """Keep whom of the customer's people this contact was with."""
    customer_people.meet(work, [Meeting(account_id, f"touchpoint:{touchpoint_id}", at, contact, picked)])


def check(kind: str, purpose: str, mood: str, at: datetime, now: datetime) -> None:
    """Raises FieldErrors for what no touchpoint can say."""
    errors: dict[str, str] = {}
    if at > now:
        errors["at"] = "That lies ahead. Give the moment it happened; what comes next is a follow-up."
    for name, value, known in (("kind", kind, LABELS), ("purpose", purpose, PURPOSES), ("mood", mood, MOODS)):
        if value and value not in known:
            errors[name] = "Choose one of the list."
    if errors:
        raise FieldErrors(errors)


def _row(work: Work, new: NewTouchpoint) -> dict[str, Any]:
    by = is_row(Member, work.workspace_id, new.by_id or new.logged_by_id)
    department = work.session.scalar(select(Member.department).where(by))
    return {
        "workspace_id": work.workspace_id,
        "account_id": new.account_id,
        "kind": str(new.kind),
        "at": new.at,
        "by_id": new.by_id,
        "logged_by_id": new.logged_by_id,
        "department": department or "",
        "contact": new.contact[:CONTACT_LENGTH],
        "purpose": str(new.purpose),
        "mood": str(new.mood),
        "churn_word": noted((new.words,), str(new.mood)),
        "words": new.words,
        "is_note": new.kind == TouchKind.NOTE,
        "source_key": new.source_key,
        "via": str(new.via),
        "permalink": new.permalink,
        "priority": "",
        "escalated": False,
        "row_digest": "",
        "edited_at": None,
        "deleted_at": None,
        "created_at": work.now,
    }


def _write(session: Session, row: dict[str, Any]) -> int | None:
    table: Table = Touchpoint.__table__  # type: ignore[assignment]
    insert = insert_for(session, table).values(**row)
    # A source whose touchpoint was deleted may be logged anew; while it stands, it stays as it is.
    insert = insert.on_conflict_do_update(
        index_elements=["workspace_id", "source_key"],
        set_={name: insert.excluded[name] for name in row if name not in ("workspace_id", "source_key")},
        where=table.c.deleted_at.is_not(None),
    )
    written = session.execute(insert.returning(table.c.id)).first()
    return int(written.id) if written else None
