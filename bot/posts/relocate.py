"""A card whose account speaks elsewhere by now is posted anew there; where it stood, one line says where it went.

The old message keeps its row under another key, so that a fresh row takes the card's own: what follows goes in the new
card's thread. Lines that were said stay where they were said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, exists, select, update

from bot.core.audience import Why
from bot.db.scope import is_row
from bot.db.work import Work
from bot.models import Member, Post
from bot.posts import kinds, outgoing, previews
from bot.posts.placing import KEY_LENGTH, OutgoingPost

KIND = "card_moved"
IN_DOUBT = ("sending", "unknown")

_P, _M = Post.__table__.c, Member.__table__.c


def leave_old_places(work: Work, cards: Sequence[OutgoingPost]) -> None:
    """Part those of these cards from their messages that stand elsewhere than wanted. The caller wants them next.

    One with a line of which nobody knows whether it was sent stays until that is known: it could be said twice.
    """
    wanted = {card.key: card for card in cards if card.channel or card.recipient}
    if not wanted:
        return
    rows = work.session.execute(_STANDING, {"workspace": work.workspace_id, "keys": list(wanted)}).all()
    for row in rows:
        card = wanted[row.key]
        if _has_moved(row, card) and not _in_doubt(work, row.key):
            _retire(work, row, card)


def bring_back(work: Work, channel: str) -> None:
    """Have cards that live on stand in their channel again, which only the team reads by now; not one twice.

    What their owners were sent meanwhile becomes the line that says where it went. What was about to be taken away is
    wanted again: nobody may have seen that it was, and then it is posted anew.
    """
    work.session.execute(
        update(Post)
        .where(
            Post.workspace_id == work.workspace_id,
            Post.sent_channel == channel,
            Post.ts.is_not(None),
            Post.due_at.is_not(None),
            Post.kind != previews.KIND,
        )
        .values(wanted=Post.wanted + 1, due_at=work.now, attempts=0)
    )
    rows = work.session.execute(
        select(*_OF_CARD, _P.kind, _P.facts, _P.owner, _P.ts, _P.caused_by)
        .select_from(_POSTS)
        .where(
            _P.workspace_id == work.workspace_id,
            _P.channel == channel,
            _P.recipient.is_not(None),
            _P.routed.in_((Why.SHARED, Why.GUEST)),
            _P.state.in_(("waiting", "sent")),
            _P.kind.in_([name for name, kind in kinds.KINDS.items() if kind.comes_back]),
        )
    ).all()
    for row in rows:
        if kinds.of(row.kind).is_over(row.facts) or _in_doubt(work, row.key):
            continue
        card = OutgoingPost(row.key, row.kind, row.facts, channel, owner=row.owner, by=row.caused_by)
        if row.ts is None:
            there = {"recipient": None, "routed": None, "due_at": work.now, "attempts": 0}
            mine = (Post.workspace_id == work.workspace_id, Post.id == row.id)
            work.session.execute(update(Post).where(*mine).values(**there))
        else:
            _retire(work, row, card)
            outgoing.put(work, [card])


def _has_moved(row: Any, card: OutgoingPost) -> bool:
    if card.recipient is not None:
        if row.recipient != card.recipient:
            return True
        # The wish may have changed while the message was on its way to where it was wanted before.
        return row.dm_channel is not None and row.sent_channel != row.dm_channel
    if row.routed is None or row.recipient is None:
        return bool(row.sent_channel != card.channel)
    # It could not stay in its channel, and so went to the owner; it follows the channel and the owner.
    return row.channel != card.channel or (card.owner is not None and row.recipient != card.owner)


def _in_doubt(work: Work, key: str) -> bool:
    line = exists().where(_P.workspace_id == work.workspace_id, _P.thread_of == key, _P.state.in_(IN_DOUBT))
    return bool(work.session.scalar(select(line)))


def _retire(work: Work, row: Any, card: OutgoingPost) -> None:
    # `outcome` says that it need not be said again elsewhere, should the old place be closed to us.
    facts: Mapping[str, Any] = {
        "account": card.facts.get("account", ""),
        "to": card.channel or card.recipient,
        "outcome": "moved",
    }
    # Nobody outside the team is told where it went, and a message to who has left cannot be changed anyway.
    is_read = row.recipient is None or (row.is_outsider is False)
    work.session.execute(
        update(Post)
        .where(is_row(Post, work.workspace_id, row.id))
        .values(
            key=f"{row.key}:moved:{row.id}"[:KEY_LENGTH],
            kind=KIND,
            facts=facts,
            owner=None,
            wanted=Post.wanted + 1,
            attempts=0,
            state="waiting" if is_read else "sent",
            due_at=work.now if is_read else None,
        )
    )


_OF_CARD = (
    _P.id,
    _P.key,
    _P.channel,
    _P.recipient,
    _P.routed,
    _P.sent_channel,
    _M.dm_channel,
    _M.is_outsider,
)
_POSTS = Post.__table__.outerjoin(
    Member.__table__, (_M.workspace_id == _P.workspace_id) & (_M.slack_id == _P.recipient)
)
_STANDING = (
    select(*_OF_CARD)
    .select_from(_POSTS)
    .where(
        _P.workspace_id == bindparam("workspace"),
        _P.key.in_(bindparam("keys", expanding=True)),
        _P.ts.is_not(None),
    )
)
