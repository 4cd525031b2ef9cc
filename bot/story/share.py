"""Sharing an account's story with a channel: as it is now, by name, once for one press."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.freshness import AHEAD
from bot.models import Member, Workspace
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.story.facts import AccountCard
from bot.workspace import members
from bot.workspace.members import MemberView

KIND = "account_card"


def share(
    session: Session, workspace_id: int, card: AccountCard, channel: str, by: MemberView, request: str, now: datetime
) -> None:
    """Want the card in a channel. Should another company read there by the time it is sent, only `by` gets it."""
    facts = replace(card, shared_by=by.name).to_facts()
    key = f"account:{card.account_id}:shared:{request}"[:160]
    outgoing.put(
        session, workspace_id, now, [OutgoingPost(key, KIND, facts, channel, owner=by.slack_id, by=by.slack_id)]
    )


def strangers_among(
    session: Session, workspace_id: int, slack_ids: Collection[str], now: datetime, is_fresh: bool = False
) -> list[str]:
    """Those of these people whom the bot does not know to be of the team; it does not count itself.

    With `is_fresh`, what was learned more than a day before is no longer known.
    """
    ours = [Member.workspace_id == workspace_id, Member.slack_id.in_(slack_ids), Member.is_outsider.is_(False)]
    if is_fresh:
        ours += [Member.checked_at > now - members.FRESH_FOR, Member.checked_at <= now + AHEAD]
    known = session.scalars(select(Member.slack_id).where(*ours)).all()
    itself = session.scalar(select(Workspace.bot_user_id).where(Workspace.id == workspace_id))
    return sorted(set(slack_ids) - set(known) - {itself or ""})


def names_among(session: Session, workspace_id: int, slack_ids: Collection[str]) -> list[str]:
    """The names of those of these people who are of the team, in order."""
    ours = (Member.workspace_id == workspace_id, Member.slack_id.in_(slack_ids), Member.is_outsider.is_(False))
    return list(session.scalars(select(Member.name).where(*ours).order_by(Member.name)))
