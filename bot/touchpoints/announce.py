"""The one line by which a channel hears of a touchpoint; it changes in place when the touchpoint does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from bot.core.calendar import local_date
from bot.db.scope import is_row
from bot.db.work import Work
from bot.follow_ups.events import FollowUpChanged, source_id
from bot.models import Account, FollowUp, Member, Renewal, Workspace
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.posts.queries import StoredPost
from bot.touchpoints.facts import WORDS_KEPT, NextStep, TouchLine
from bot.touchpoints.queries import Touch, read
from bot.touchpoints.rules.line import Via

KIND = "touch_line"


@dataclass(frozen=True, slots=True)
class Place:
    """The message a touchpoint was made from, if it was: its channel and the ts of its thread."""

    channel: str | None = None
    thread_ts: str | None = None


def announce(work: Work, touchpoint_id: int, message: Place) -> None:
    """Tell the account's channel of a new touchpoint, unless the workspace wants none of it there.

    It goes under the message it was made from, where that stands in the account's channel; else into the thread of the
    renewal's card, else into the channel. A reaction is always answered, since nothing else shows that it was seen.
    """
    touch = read(work, touchpoint_id)
    assert touch is not None
    wanted = _wanted(work, touch, message)
    if wanted is not None:
        outgoing.put(work, [wanted])


def on_follow_up_changed(work: Work, event: FollowUpChanged) -> None:
    """The line of a touchpoint tells its next steps as they stand."""
    touchpoint_id = source_id(event, "touchpoint")
    if touchpoint_id is not None:
        update(work, touchpoint_id)


def update(work: Work, touchpoint_id: int) -> None:
    """Let the line, if there is one, show the touchpoint as it is now."""
    touch = read(work, touchpoint_id)
    if touch is not None and touch.deleted_at is None:
        _change(work, touch.id, line_of(work, touch))


def retract(work: Work, touchpoint_id: int, how: str, by_id: int) -> None:
    """Let the line say that the touchpoint was deleted or undone, and no longer what it said."""
    touch = read(work, touchpoint_id)
    assert touch is not None
    name = work.session.scalar(select(Member.name).where(is_row(Member, work.workspace_id, by_id)))
    line = replace(
        line_of(work, touch),
        outcome=how,
        ended_by=name or "",
        words="",
        contact="",
        mood="",
        purpose="",
        permalink="",
        next_steps=(),
    )
    _change(work, touchpoint_id, line)


def _wanted(work: Work, touch: Touch, message: Place) -> OutgoingPost | None:
    is_reaction = touch.via == Via.REACTION
    tells = work.session.scalars(select(Workspace.touch_echo).where(Workspace.id == work.workspace_id)).one()
    if not tells and not is_reaction:
        return None
    channel, owner = work.session.execute(
        select(Account.channel, Member.slack_id)
        .outerjoin(Member, (Member.id == Account.owner_id) & Member.is_outsider.is_(False))
        .where(is_row(Account, work.workspace_id, touch.account_id))
    ).one()
    line, key = line_of(work, touch), _key(touch.id)
    writer = touch.logged_by.slack_id if touch.logged_by else None
    card = card_of(work, touch.account_id)
    told = OutgoingPost(key, KIND, line.to_facts(), channel, None, owner, by=writer) if channel else None
    if card is not None:
        told = OutgoingPost(key, KIND, line.to_facts(), card.channel, card.recipient, owner, card.key, by=writer)
    if not message.channel or not message.thread_ts or not (is_reaction or message.channel == channel):
        return told
    # Whoever reacted is told, wherever it is: nothing else shows them that it was seen.
    facts = replace(line, is_answer=True, is_reply=is_reaction).to_facts()
    instead = (writer or owner) if is_reaction else owner
    otherwise = None if is_reaction else told
    return OutgoingPost(key, KIND, facts, message.channel, None, instead, None, message.thread_ts, writer, otherwise)


def is_news(facts: Mapping[str, Any]) -> bool:
    """Whether a line tells the team of a touchpoint; a reply to a reaction is for whoever reacted."""
    return not facts.get("is_reply")


def as_routed(facts: Mapping[str, Any], _: str) -> Mapping[str, Any]:
    """The line as it is told directly: with the words, for the message it answered is not there."""
    return {**facts, "is_apart": True} if facts.get("is_answer") else facts


def card_of(work: Work, account_id: int) -> StoredPost | None:
    """The card of the account's nearest open renewal, under which its channel hears of things; None without one."""
    renewals = work.session.scalars(
        work.select(Renewal.id)
        .where(
            Renewal.account_id == account_id,
            Renewal.closed_at.is_(None),
            Renewal.carded_at.is_not(None),
        )
        .order_by(Renewal.deadline, Renewal.id)
        .limit(1)
    ).all()
    keys = [f"renewal:{renewal_id}:card" for renewal_id in renewals]
    if not keys:
        return None
    cards = posts.by_keys(work, keys)
    return next((card for card in cards if not card.is_gone), None)


def _change(work: Work, touchpoint_id: int, line: TouchLine) -> None:
    found = posts.by_keys(work, [_key(touchpoint_id)])
    if not found:
        return
    post = found[0]
    kept = {name: bool(post.facts.get(name)) for name in ("is_answer", "is_reply", "is_apart")}
    facts = {**line.to_facts(), **kept}
    if facts != post.facts:
        outgoing.put(work, [post.saying(facts)])


def line_of(work: Work, touch: Touch) -> TouchLine:
    """What there is to say of a touchpoint, in the day of whoever wrote it down."""
    writer = touch.logged_by or touch.by
    zone = work.session.scalar(
        work.select(Member.timezone).where(Member.id == (touch.logged_by_id or touch.by_id))
    ) or work.session.scalar(select(Workspace.timezone).where(Workspace.id == work.workspace_id))
    assert zone is not None
    other = writer is not None and touch.by != writer
    return TouchLine(
        touchpoint_id=touch.id,
        account=touch.account,
        on=str(local_date(touch.at, zone)),
        as_of=str(local_date(touch.created_at, zone)),
        kind=touch.kind,
        by=touch.by,
        logged_by=writer if other else None,
        department=touch.department,
        contact=touch.contact,
        purpose=touch.purpose,
        mood=touch.mood,
        words=touch.words[:WORDS_KEPT],
        permalink=touch.permalink,
        is_edited=touch.edited_at is not None,
        next_steps=_next_steps(work, touch),
    )


def _next_steps(work: Work, touch: Touch) -> tuple[NextStep, ...]:
    rows = work.session.execute(
        work.select(FollowUp.words, Member.name, FollowUp.due_on, FollowUp.is_promise, FollowUp.outcome)
        .outerjoin(Member, Member.id == FollowUp.owner_id)
        .where(
            FollowUp.source == f"touchpoint:{touch.id}",
            # A message that is logged again after its touchpoint was deleted has the same number.
            FollowUp.created_at >= touch.created_at,
        )
        .order_by(FollowUp.due_on, FollowUp.id)
        .limit(5)
    )
    return tuple(
        NextStep(words[:200], name or "", str(due), promise, out or "") for words, name, due, promise, out in rows
    )


def _key(touchpoint_id: int) -> str:
    return f"touch:{touchpoint_id}:line"
