"""Moves of a card: where it stood one line says where it went, and it is posted anew where its account speaks by now.

Lines that were said stay where they were said; what follows goes in the new card's thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, exists, literal, select, update

from bot.core.audience import Why
from bot.db.scope import is_row
from bot.db.work import Work
from bot.models import Delivery, Member, Post
from bot.models.post import DeliveryRole
from bot.posts import kinds, outgoing
from bot.posts.placing import OutgoingPost

KIND, BACK = "card_moved", "card_back"
"""The line where a card stood that says where it went, and the line in the thread of one that came back."""

IN_DOUBT = ("sending", "unknown")

_P, _D, _M = (cast(Table, model.__table__).c for model in (Post, Delivery, Member))


def moved_facts(kind: str, facts: Mapping[str, Any], to: str | None) -> dict[str, Any]:
    """What the line tells that stands where the card stood: which card of whom it was, and where it went."""
    return {"what": kind, "account": facts.get("account", ""), "to": to or ""}


def leave_old_places(work: Work, cards: Sequence[OutgoingPost]) -> None:
    """Retire the places of those of these cards that stand elsewhere than wanted. The caller wants them next.

    One with a line of which nobody knows whether it was sent stays until that is known: it could be said twice.
    """
    wanted = {card.key: card for card in cards if card.channel or card.recipient}
    if not wanted:
        return
    rows = work.session.execute(_STANDING, {"workspace": work.workspace_id, "keys": list(wanted)}).all()
    for row in rows:
        card = wanted[row.key]
        if _has_moved(row, card) and not _in_doubt(work, row.key):
            retire(work, row.id, is_told=_is_read(row))


def retire(work: Work, delivery_id: int, is_told: bool, state: str = "sent") -> None:
    """A message does not belong any more where it stands. If it `is_told` there, it says where it went."""
    work.session.execute(
        update(Delivery)
        .where(is_row(Delivery, work.workspace_id, delivery_id))
        .values(
            # A preview is emptied, and so stays what it is.
            role=case((Delivery.role == DeliveryRole.PREVIEW, Delivery.role), else_=DeliveryRole.FORMER),
            nth=case((Delivery.role == DeliveryRole.PREVIEW, Delivery.nth), else_=Delivery.id),
            thread_of=None,
            sent_revision=0,
            attempts=0,
            state="waiting" if is_told else state,
            due_at=work.now if is_told else None,
            error=None,
        )
        .execution_options(synchronize_session=False)
    )


def bring_back(work: Work, channel: str) -> None:
    """Have what lives on stand in its channel again, which only the team reads by now; not one twice.

    What was about to be taken away is wanted again. If nobody saw whether it was, it is shown again once a lost call
    has run its course, and posted anew where it is gone. What could only be blanked there gets its words back, rather
    than a new message beside it. What owners were sent meanwhile becomes the line that says where it went, and the
    thread is told.
    """
    due_at = case((Delivery.state == "removing", Delivery.due_at), else_=literal(work.now, Delivery.due_at.type))
    work.session.execute(
        update(Delivery)
        .where(
            Delivery.workspace_id == work.workspace_id,
            Delivery.sent_channel == channel,
            Delivery.ts.is_not(None),
            Delivery.is_wanted.is_(False),
            # What was blanked for good, and is told elsewhere by now, is for `_adopt`.
            ~((Delivery.state == "blanked") & (Delivery.role == DeliveryRole.FORMER)),
        )
        .values(is_wanted=True, state="waiting", due_at=due_at, attempts=0)
        .execution_options(synchronize_session=False)
    )
    rows = work.session.execute(
        select(*_OF_CARD, _P.kind, _P.facts, _P.owner, _D.ts, _P.caused_by, _P.created_at, _P.id.label("post_id"))
        .select_from(_DELIVERIES)
        .where(
            _D.workspace_id == work.workspace_id,
            _D.role == DeliveryRole.HOME,
            _D.channel == channel,
            _D.recipient.is_not(None),
            _D.reroute_reason.in_((Why.SHARED, Why.GUEST)),
            _D.state.in_(("waiting", "sent")),
            _P.kind.in_([name for name, kind in kinds.KINDS.items() if kind.comes_back]),
        )
    ).all()
    blank = _left_blank(work, channel, [row.post_id for row in rows])
    for row in rows:
        if kinds.is_past(row.kind, row.facts, row.created_at, work.now) or _in_doubt(work, row.key):
            continue
        card = OutgoingPost(row.key, row.kind, row.facts, channel, owner=row.owner, by=row.caused_by)
        if row.ts is None and row.post_id in blank:
            retire(work, row.id, is_told=False, state="withdrawn")
            _adopt(work, blank[row.post_id], channel)
            outgoing.put(work, [card])
        elif row.ts is None:
            there = {"recipient": None, "reroute_reason": None, "due_at": work.now, "attempts": 0}
            work.session.execute(update(Delivery).where(is_row(Delivery, work.workspace_id, row.id)).values(**there))
        else:
            retire(work, row.id, is_told=_is_read(row))
            if row.post_id in blank:
                _adopt(work, blank[row.post_id], channel)
            told = {"account": row.facts.get("account", ""), "to": row.recipient, "why": row.reroute_reason}
            back = OutgoingPost(f"back:{row.id}", BACK, told, thread_of=row.key)
            outgoing.put(work, [card, back])


def _left_blank(work: Work, channel: str, post_ids: Sequence[int]) -> dict[int, int]:
    """What stands blank in a channel, since it could not be taken away: post → delivery, the newest of each."""
    rows = work.session.execute(
        work.select(Delivery.post_id, Delivery.id)
        .where(
            Delivery.post_id.in_(post_ids),
            Delivery.role == DeliveryRole.FORMER,
            Delivery.state == "blanked",
            Delivery.sent_channel == channel,
            Delivery.ts.is_not(None),
        )
        .order_by(Delivery.id)
    )
    return dict(rows.all())


def _adopt(work: Work, delivery_id: int, channel: str) -> None:
    """What stands blank is the post's home again, and gets its words back. The home that there was is retired."""
    work.session.execute(
        update(Delivery)
        .where(is_row(Delivery, work.workspace_id, delivery_id))
        .values(
            role=DeliveryRole.HOME,
            nth=0,
            channel=channel,
            recipient=None,
            reroute_reason=None,
            is_wanted=True,
            state="waiting",
            due_at=work.now,
            attempts=0,
            sent_revision=0,
            error=None,
        )
        .execution_options(synchronize_session=False)
    )


def _has_moved(row: Any, card: OutgoingPost) -> bool:
    if card.recipient is not None:
        if row.recipient != card.recipient:
            return True
        # The wish may have changed while the message was on its way to where it was wanted before.
        return row.dm_channel is not None and row.sent_channel != row.dm_channel
    if row.reroute_reason is None or row.recipient is None:
        return bool(row.sent_channel != card.channel)
    # It could not stay in its channel, and so went to the owner; it follows the channel and the owner.
    return row.channel != card.channel or (card.owner is not None and row.recipient != card.owner)


def _is_read(row: Any) -> bool:
    """Whether one of the team reads there. Nobody else is told where it went, and who has left reads nothing."""
    return row.recipient is None or row.is_outsider is False


def _in_doubt(work: Work, key: str) -> bool:
    line = exists().where(_D.workspace_id == work.workspace_id, _D.thread_of == key, _D.state.in_(IN_DOUBT), _PENDING)
    return bool(work.session.scalar(select(line)))


# What is in doubt is due, so that the index of what is due finds it.
_PENDING = _D.due_at.is_not(None)
_OF_CARD = (_D.id, _P.key, _D.channel, _D.recipient, _D.reroute_reason, _D.sent_channel, _M.dm_channel, _M.is_outsider)
_DELIVERIES = (
    cast(Table, Delivery.__table__)
    .join(Post.__table__, _P.id == _D.post_id)
    .outerjoin(Member.__table__, (_M.workspace_id == _D.workspace_id) & (_M.slack_id == _D.recipient))
)
_STANDING = (
    select(*_OF_CARD)
    .select_from(_DELIVERIES)
    .where(
        _P.workspace_id == bindparam("workspace"),
        _P.key.in_(bindparam("keys", expanding=True)),
        _D.role == DeliveryRole.HOME,
        _D.ts.is_not(None),
    )
)
