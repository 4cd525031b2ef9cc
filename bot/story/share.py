"""Sharing an account's story with a channel: as it is now, by name, once for one press."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import select

from bot.core.freshness import AHEAD
from bot.db.work import Work
from bot.models import Member, Workspace
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.story.facts import AccountCard
from bot.workspace import members
from bot.workspace.members import MemberView

KIND = "account_card"


def share(work: Work, card: AccountCard, channel: str, by: MemberView, request: str) -> None:
    """Want the card in a channel. Should another company read there by the time it is sent, only `by` gets it."""
    facts = replace(card, shared_by=by.name).to_facts()
    key = f"account:{card.account_id}:shared:{request}"[:160]
    outgoing.put(work, [OutgoingPost(key, KIND, facts, channel, owner=by.slack_id, by=by.slack_id)])


def strangers_among(work: Work, slack_ids: Collection[str], is_fresh: bool = False) -> list[str]:
    """Those of these people whom the bot does not know to be of the team; it does not count itself.

    With `is_fresh`, what was learned more than a day before is no longer known.
    """
    ours = [Member.workspace_id == work.workspace_id, Member.slack_id.in_(slack_ids), Member.is_outsider.is_(False)]
    if is_fresh:
        ours += [Member.checked_at > work.now - members.FRESH_FOR, Member.checked_at <= work.now + AHEAD]
    known = work.session.scalars(select(Member.slack_id).where(*ours)).all()
    itself = work.session.scalar(select(Workspace.bot_user_id).where(Workspace.id == work.workspace_id))
    return sorted(set(slack_ids) - set(known) - {itself or ""})


def names_among(work: Work, slack_ids: Collection[str]) -> list[str]:
    """The names of those of these people who are of the team, in order."""
    ours = (Member.workspace_id == work.workspace_id, Member.slack_id.in_(slack_ids), Member.is_outsider.is_(False))
    return list(work.session.scalars(select(Member.name).where(*ours).order_by(Member.name)))
