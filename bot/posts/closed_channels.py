"""Channels that others come to read, and leave: what stands there is taken out, and what lives on comes back."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from sqlalchemy import case, literal, select, update

from bot.core.audience import Why
from bot.db.work import Work
from bot.models import Delivery, Member, Post
from bot.models.post import DeliveryRole
from bot.posts import outgoing, queries, relocate
from bot.posts.outgoing import OutgoingPost
from bot.workspace.events import ChannelClosed, ChannelOpened

KIND = "channel_closed"
NAMED = 5
"""So many accounts are named in the message to an owner."""


def on_channel_closed(work: Work, event: ChannelClosed) -> None:
    """Have all that stands there taken out, most revealing first, and tell each owner once what that is."""
    _tell_owners(work, event)
    then, moment = work.now + timedelta(milliseconds=1), Delivery.due_at.type
    # A card shows value and risk, and a preview does; the lines below it say less.
    at = case((Delivery.thread_of.is_(None), literal(work.now, moment)), else_=literal(then, moment))
    work.session.execute(
        update(Delivery)
        .where(
            Delivery.workspace_id == work.workspace_id, Delivery.sent_channel == event.channel, Delivery.ts.is_not(None)
        )
        .values(is_wanted=False, due_at=at, state="waiting", attempts=0)
        .execution_options(synchronize_session=False)
    )


def on_channel_opened(work: Work, event: ChannelOpened) -> None:
    """Have what lives on stand there again."""
    relocate.bring_back(work, event.channel)


def show_allowed(work: Work, by: str) -> None:
    """Guests may read by now: the messages that told of them say so, and by whose hand."""
    wanted = [
        OutgoingPost(one.key, KIND, {**one.facts, "allowed_by": by}, recipient=one.recipient, by=by)
        for one in queries.by_prefix(work, "closed:")
        if one.facts.get("why") == Why.GUEST and not one.facts.get("allowed_by")
    ]
    outgoing.put(work, wanted)


def _tell_owners(work: Work, event: ChannelClosed) -> None:
    rows = work.session.execute(
        select(Post.owner, Post.facts, Post.thread_of)
        .join(Delivery, Delivery.post_id == Post.id)
        .where(
            Delivery.workspace_id == work.workspace_id,
            Delivery.sent_channel == event.channel,
            Delivery.ts.is_not(None),
            Delivery.role == DeliveryRole.HOME,
        )
        .order_by(Post.id)
    ).all()
    of_owner: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if row.owner is not None and row.thread_of is None:
            of_owner[row.owner].append(row)
    if not of_owner:
        return
    people = _people(work, {*of_owner, *event.readers})
    guests = [people[one].name if one in people else "" for one in event.readers]
    lines = sum(1 for row in rows if row.thread_of is not None)
    wanted = []
    for owner, cards in of_owner.items():
        accounts = sorted({str(row.facts.get("account", "")) for row in cards} - {""})
        facts = {
            "channel": event.channel,
            "why": event.why,
            "guests": [name for name in guests if name],
            "cards": len(cards),
            "lines": lines,
            "accounts": accounts[:NAMED],
            "may_allow": event.why == Why.GUEST and owner in people and people[owner].role in ("manager", "admin"),
            "allowed_by": "",
        }
        wanted.append(
            OutgoingPost(f"closed:{event.channel}:{work.now:%Y%m%d%H%M%S}:{owner}", KIND, facts, recipient=owner)
        )
    outgoing.put(work, wanted)


def _people(work: Work, slack_ids: set[str]) -> dict[str, Any]:
    rows = work.session.execute(
        work.select(Member.slack_id, Member.name, Member.role).where(Member.slack_id.in_(slack_ids))
    )
    return {row.slack_id: row for row in rows}
