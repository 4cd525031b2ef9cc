"""A touchpoint is corrected, deleted or undone. Whatever it said before stays in the account's timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.accounts import search as account_search
from bot.accounts.events import AccountLearned
from bot.core.events import publish
from bot.db.scope import is_row, lock
from bot.errors import Refused
from bot.models import Account, Event, FollowUp, Touchpoint
from bot.touchpoints import announce
from bot.touchpoints.events import ContactTakenBack, CustomerContacted
from bot.touchpoints.log_touch import CONTACT_LENGTH, check
from bot.touchpoints.queries import GONE, Touch, by_source, read
from bot.touchpoints.rules.churn_words import noted
from bot.touchpoints.rules.line import TouchKind, Via
from bot.workspace import policies

_SAYS = ("account_id", "kind", "at", "contact", "purpose", "mood", "words")


@dataclass(frozen=True, slots=True)
class TouchpointEdit:
    """What a touchpoint says from now on."""

    account_id: int
    at: datetime
    kind: str
    contact: str
    purpose: str
    mood: str
    words: str


def edit(
    session: Session, workspace_id: int, touchpoint_id: int, to: TouchpointEdit, by_id: int, now: datetime
) -> bool:
    """Correct a touchpoint; False when it said all of that already.

    Who may is the caller's to check. Raises FieldErrors as `log` does, Refused when it is gone.
    """
    touch = _standing(session, workspace_id, touchpoint_id)
    check(to.kind, to.purpose, to.mood, to.at, now)
    values: dict[str, Any] = {name: getattr(to, name) for name in _SAYS}
    values["contact"] = to.contact[:CONTACT_LENGTH]
    before = {name: getattr(touch, name) for name in _SAYS}
    changes = {name: value for name, value in values.items() if value != before[name]}
    if not changes:
        return False
    if "account_id" in changes and account_search.account_named(session, workspace_id, to.account_id) is None:
        raise Refused("I don't know this account. Choose one from the list.")
    session.execute(
        update(Touchpoint)
        .where(is_row(Touchpoint, workspace_id, touchpoint_id))
        .values(
            **changes,
            is_note=to.kind == TouchKind.NOTE,
            churn_word=noted((to.words,), to.mood),
            edited_at=now,
        )
    )
    was = {name: str(before[name]) for name in changes}
    facts: dict[str, object] = {"touchpoint_id": touchpoint_id, "before": was}
    _leave_trace(session, workspace_id, touch.account_id, "touch_edited", by_id, facts, now)
    if "account_id" in changes:
        _take_along(session, workspace_id, touchpoint_id, to.account_id)
    if changes.keys() & {"account_id", "kind", "at"}:
        if touch.kind != TouchKind.NOTE:
            publish(session, workspace_id, ContactTakenBack(touch.account_id, touch.at), now)
        if to.kind != TouchKind.NOTE:
            publish(session, workspace_id, CustomerContacted(to.account_id, to.at), now)
    elif changes.keys() & {"words", "mood"}:
        # A word of leaving may have come in or gone.
        publish(session, workspace_id, AccountLearned([to.account_id]), now)
    announce.update(session, workspace_id, touchpoint_id, now)
    return True


def delete(session: Session, workspace_id: int, touchpoint_id: int, by_id: int, now: datetime) -> None:
    """Delete a touchpoint; its words stay in the timeline's trace. Who may is the caller's to check."""
    _end(session, workspace_id, _standing(session, workspace_id, touchpoint_id), "deleted", by_id, now)


def undo(session: Session, workspace_id: int, source_key: str, by_id: int, now: datetime) -> int | None:
    """The reaction was taken back: undo what it logged, within the policy's minutes. Its number when it was undone.

    Only the one who logged it undoes it, and nothing that was edited since, or that was logged in another way.
    """
    touch = undoable(session, workspace_id, source_key, by_id, now)
    if touch is None:
        return None
    lock(session, workspace_id, Touchpoint, [touch.id])
    touch = undoable(session, workspace_id, source_key, by_id, now)
    if touch is None:
        return None
    _end(session, workspace_id, touch, "undone", by_id, now)
    return touch.id


def undoable(session: Session, workspace_id: int, source_key: str, by_id: int, now: datetime) -> Touch | None:
    """What this person's reaction has logged, while taking it back undoes that."""
    touch = by_source(session, workspace_id, source_key)
    if touch is None or touch.via != Via.REACTION or touch.logged_by_id != by_id or touch.edited_at is not None:
        return None
    tier = session.scalars(select(Account.tier).where(is_row(Account, workspace_id, touch.account_id))).one()
    minutes = policies.load(session, workspace_id).of(tier).touch_undo_minutes
    return touch if now - touch.created_at <= timedelta(minutes=minutes) else None


def hand_over(session: Session, workspace_id: int, touchpoint_id: int, to_id: int, now: datetime) -> None:
    """It counts as logged by somebody else from now on: whose reaction stands when the first one's was taken back."""
    session.execute(
        update(Touchpoint).where(is_row(Touchpoint, workspace_id, touchpoint_id)).values(logged_by_id=to_id)
    )
    announce.update(session, workspace_id, touchpoint_id, now)


def _end(session: Session, workspace_id: int, touch: Touch, how: str, by_id: int, now: datetime) -> None:
    session.execute(update(Touchpoint).where(is_row(Touchpoint, workspace_id, touch.id)).values(deleted_at=now))
    said: dict[str, object] = {name: str(getattr(touch, name)) for name in _SAYS}
    facts: dict[str, object] = {"touchpoint_id": touch.id, "before": said}
    _leave_trace(session, workspace_id, touch.account_id, f"touch_{how}", by_id, facts, now)
    if touch.kind != TouchKind.NOTE:
        publish(session, workspace_id, ContactTakenBack(touch.account_id, touch.at), now)
    announce.retract(session, workspace_id, touch.id, how, by_id, now)


def _leave_trace(
    session: Session, workspace_id: int, account_id: int, code: str, by_id: int, facts: dict[str, object], now: datetime
) -> None:
    session.add(
        Event(workspace_id=workspace_id, account_id=account_id, kind=code, by_id=by_id, at=now, facts=dict(facts))
    )


def _take_along(session: Session, workspace_id: int, touchpoint_id: int, account_id: int) -> None:
    """The next steps of a talk belong to the customer it was with."""
    session.execute(
        update(FollowUp)
        .where(FollowUp.workspace_id == workspace_id, FollowUp.source == f"touchpoint:{touchpoint_id}")
        .values(account_id=account_id)
    )


def _standing(session: Session, workspace_id: int, touchpoint_id: int) -> Touch:
    lock(session, workspace_id, Touchpoint, [touchpoint_id])
    touch = read(session, workspace_id, touchpoint_id)
    if touch is None or touch.deleted_at is not None:
        raise Refused(GONE)
    return touch
