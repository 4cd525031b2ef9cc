"""A touchpoint is corrected, deleted or undone. Whatever it said before stays in the account's timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from bot.accounts import customer_people, timeline
from bot.accounts import search as account_search
from bot.accounts.events import AccountLearned
from bot.core.events import publish
from bot.db.scope import is_row, lock
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Account, FollowUp, Touchpoint
from bot.touchpoints import announce
from bot.touchpoints.events import ContactTakenBack, CustomerContacted
from bot.touchpoints.facts import TouchTrace
from bot.touchpoints.log_touch import CONTACT_LENGTH, check, keep_met
from bot.touchpoints.queries import GONE, Touch, by_source, read
from bot.touchpoints.rules.churn_words import noted
from bot.touchpoints.rules.line import TouchKind, Via
from bot.workspace import policies

_SAYS = ("account_id", "kind", "at", "contact", "purpose", "mood", "words")


@dataclass(frozen=True, slots=True)
class TouchpointEdit:
    """What a touchpoint says from now on; `picked` are those of the customer's people who were chosen."""

    account_id: int
    at: datetime
    kind: str
    contact: str
    purpose: str
    mood: str
    words: str
    picked: tuple[int, ...] = ()


def edit(work: Work, touchpoint_id: int, to: TouchpointEdit, by_id: int) -> bool:
    """Correct a touchpoint; False when it said all of that already.

    Who may is the caller's to check. Raises FieldErrors as `log` does, Refused when it is gone.
    """
    touch = _standing(work, touchpoint_id)
    check(to.kind, to.purpose, to.mood, to.at, work.now)
    values: dict[str, Any] = {name: getattr(to, name) for name in _SAYS}
    values["contact"] = to.contact[:CONTACT_LENGTH]
    before = {name: getattr(touch, name) for name in _SAYS}
    changes = {name: value for name, value in values.items() if value != before[name]}
    if not changes:
        return False
    if "account_id" in changes and account_search.account_named(work, to.account_id) is None:
        raise Refused("I don't know this account. Choose one from the list.")
    work.session.execute(
        update(Touchpoint)
        .where(is_row(Touchpoint, work.workspace_id, touchpoint_id))
        .values(
            **changes,
            is_note=to.kind == TouchKind.NOTE,
            churn_word=noted((to.words,), to.mood),
            edited_at=work.now,
        )
    )
    if to.kind == TouchKind.NOTE:
        customer_people.forget_meetings(work, [f"touchpoint:{touchpoint_id}"])
    elif changes.keys() & {"account_id", "contact", "kind"}:
        keep_met(work, touchpoint_id, to.account_id, to.at, to.contact, to.picked)
    elif "at" in changes:
        customer_people.moved(work, f"touchpoint:{touchpoint_id}", to.at)
    was = {name: str(before[name]) for name in changes}
    facts: dict[str, object] = {"touchpoint_id": touchpoint_id, "before": was}
    timeline.record(work, touch.account_id, TouchTrace.EDITED, by_id, facts)
    if "account_id" in changes:
        _take_along(work, touchpoint_id, to.account_id)
    if changes.keys() & {"account_id", "kind", "at"}:
        if touch.kind != TouchKind.NOTE:
            publish(work, ContactTakenBack(touch.account_id, touch.at))
        if to.kind != TouchKind.NOTE:
            publish(work, CustomerContacted(to.account_id, to.at))
        if TouchKind.NOTE in (touch.kind, to.kind):
            # A note touches nothing, but a word of leaving in it is heard on its day and of its account.
            publish(work, AccountLearned(sorted({touch.account_id, to.account_id})))
    elif changes.keys() & {"words", "mood"}:
        # A word of leaving may have come in or gone.
        publish(work, AccountLearned([to.account_id]))
    announce.update(work, touchpoint_id)
    return True


def delete(work: Work, touchpoint_id: int, by_id: int) -> None:
    """Delete a touchpoint; its words stay in the timeline's trace. Who may is the caller's to check."""
    _end(work, _standing(work, touchpoint_id), TouchTrace.DELETED, by_id)


def undo(work: Work, source_key: str, by_id: int) -> int | None:
    """The reaction was taken back: undo what it logged, within the policy's minutes. Its number when it was undone.

    Only the one who logged it undoes it, and nothing that was edited since, or that was logged in another way.
    """
    touch = undoable(work, source_key, by_id)
    if touch is None:
        return None
    lock(work, Touchpoint, [touch.id])
    touch = undoable(work, source_key, by_id)
    if touch is None:
        return None
    _end(work, touch, TouchTrace.UNDONE, by_id)
    return touch.id


def undoable(work: Work, source_key: str, by_id: int) -> Touch | None:
    """What this person's reaction has logged, while taking it back undoes that."""
    touch = by_source(work, source_key)
    if touch is None or touch.via != Via.REACTION or touch.logged_by_id != by_id or touch.edited_at is not None:
        return None
    tier = work.session.scalars(select(Account.tier).where(is_row(Account, work.workspace_id, touch.account_id))).one()
    minutes = policies.load(work).of(tier).touch_undo_minutes
    return touch if work.now - touch.created_at <= timedelta(minutes=minutes) else None


def hand_over(work: Work, touchpoint_id: int, to_id: int) -> None:
    """It counts as logged by somebody else from now on: whose reaction stands when the first one's was taken back."""
    work.session.execute(
        update(Touchpoint).where(is_row(Touchpoint, work.workspace_id, touchpoint_id)).values(logged_by_id=to_id)
    )
    announce.update(work, touchpoint_id)


def _end(work: Work, touch: Touch, trace: TouchTrace, by_id: int) -> None:
    work.session.execute(
        update(Touchpoint).where(is_row(Touchpoint, work.workspace_id, touch.id)).values(deleted_at=work.now)
    )
    customer_people.forget_meetings(work, [f"touchpoint:{touch.id}"])
    said: dict[str, object] = {name: str(getattr(touch, name)) for name in _SAYS}
    facts: dict[str, object] = {"touchpoint_id": touch.id, "before": said}
    timeline.record(work, touch.account_id, trace, by_id, facts)
    if touch.kind != TouchKind.NOTE:
        publish(work, ContactTakenBack(touch.account_id, touch.at))
    else:
        publish(work, AccountLearned([touch.account_id]))
    announce.retract(work, touch.id, trace.removeprefix("touch_"), by_id)


def _take_along(work: Work, touchpoint_id: int, account_id: int) -> None:
    """The next steps of a talk belong to the customer it was with."""
    work.session.execute(
        update(FollowUp)
        .where(FollowUp.workspace_id == work.workspace_id, FollowUp.source == f"touchpoint:{touchpoint_id}")
        .values(account_id=account_id)
    )


def _standing(work: Work, touchpoint_id: int) -> Touch:
    lock(work, Touchpoint, [touchpoint_id])
    touch = read(work, touchpoint_id)
    if touch is None or touch.deleted_at is not None:
        raise Refused(GONE)
    return touch
