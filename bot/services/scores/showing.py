"""Open renewal cards show the score and its reasons: when those move, the cards follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Renewal
from bot.services import posts
from bot.services.renewals import cards, state
from bot.services.renewals.office import Office
from bot.services.scoping import within


def show_on_cards(session: Session, here: Office, account_ids: Sequence[int], now: datetime) -> None:
    """Have the open cards of these accounts drawn anew."""
    if not account_ids:
        return
    open_ids = session.scalars(
        select(Renewal.id).where(
            within(Renewal.workspace_id, here.workspace_id),
            Renewal.account_id.in_(account_ids),
            Renewal.closed_at.is_(None),
            Renewal.carded_at.is_not(None),
        )
    ).all()
    if open_ids:
        states = state.load(session, here.workspace_id, open_ids)
        posts.want(session, here.workspace_id, now, cards.wanted(session, here, list(states.values()), now))
