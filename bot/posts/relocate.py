"""A card whose account speaks elsewhere by now is posted anew there; where it stood, one line says where it went.

The old message keeps its row under another key, so that a fresh row takes the card's own: what follows goes in the new
card's thread. Lines that were said stay where they were said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import Session

from bot.db.scope import is_row
from bot.models import Member, Post
from bot.posts.placing import KEY_LENGTH, Wanted

KIND = "card_moved"
IN_DOUBT = ("sending", "unknown")

_P, _M = Post.__table__.c, Member.__table__.c


def leave_old_places(session: Session, workspace_id: int, now: datetime, cards: Sequence[Wanted]) -> None:
    """Part those of these cards from their messages that stand elsewhere than wanted. The caller wants them next.

    One with a line of which nobody knows whether it was sent stays until that is known: it could be said twice.
    """
    wanted = {card.key: card for card in cards if card.channel or card.recipient}
    if not wanted:
        return
    rows = session.execute(_STANDING, {"workspace": workspace_id, "keys": list(wanted)}).all()
    for row in rows:
        card = wanted[row.key]
        if _has_moved(row, card) and not _in_doubt(session, workspace_id, row.key):
            _retire(session, workspace_id, row, card, now)


def _has_moved(row: Any, card: Wanted) -> bool:
    if card.recipient is not None:
        if row.recipient != card.recipient:
            return True
        # The wish may have changed while the message was on its way to where it was wanted before.
        return row.dm_channel is not None and row.sent_channel != row.dm_channel
    if row.routed is None or row.recipient is None:
        return bool(row.sent_channel != card.channel)
    # It could not stay in its channel, and so went to the owner; it follows the channel and the owner.
    return row.channel != card.channel or (card.owner is not None and row.recipient != card.owner)


def _in_doubt(session: Session, workspace_id: int, key: str) -> bool:
    line = exists().where(_P.workspace_id == workspace_id, _P.thread_of == key, _P.state.in_(IN_DOUBT))
    return bool(session.scalar(select(line)))


def _retire(session: Session, workspace_id: int, row: Any, card: Wanted, now: datetime) -> None:
    # `outcome` says that it need not be said again elsewhere, should the old place be closed to us.
    facts: Mapping[str, Any] = {
        "account": card.facts.get("account", ""),
        "to": card.channel or card.recipient,
        "outcome": "moved",
    }
    # Nobody outside the team is told where it went, and a message to who has left cannot be changed anyway.
    is_read = row.recipient is None or (row.is_outsider is False)
    session.execute(
        update(Post)
        .where(is_row(Post, workspace_id, row.id))
        .values(
            key=f"{row.key}:moved:{row.id}"[:KEY_LENGTH],
            kind=KIND,
            facts=facts,
            owner=None,
            wanted=Post.wanted + 1,
            attempts=0,
            state="waiting" if is_read else "sent",
            due_at=now if is_read else None,
        )
    )


_STANDING = (
    select(
        _P.id,
        _P.key,
        _P.channel,
        _P.recipient,
        _P.routed,
        _P.sent_channel,
        _M.dm_channel,
        _M.is_outsider,
    )
    .select_from(Post.__table__)
    .outerjoin(Member.__table__, (_M.workspace_id == _P.workspace_id) & (_M.slack_id == _P.recipient))
    .where(
        _P.workspace_id == bindparam("workspace"),
        _P.key.in_(bindparam("keys", expanding=True)),
        _P.ts.is_not(None),
    )
)
