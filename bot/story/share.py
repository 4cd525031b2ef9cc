"""Sharing an account's story with a channel: as it is now, by name, once for one press."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

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
    given: dict[str, Any] = {"people": list(slack_ids)}
    if is_fresh:
        given |= {"after": work.now - members.FRESH_FOR, "until": work.now + AHEAD}
    known = set(work.rows(_KNOWN_LATELY if is_fresh else _KNOWN, **given).scalars())
    itself = work.rows(_ITSELF).scalar()
    return sorted(set(slack_ids) - known - {itself or ""})


def names_among(work: Work, slack_ids: Collection[str]) -> list[str]:
    """The names of those of these people who are of the team, in order."""
    ours = (Member.workspace_id == work.workspace_id, Member.slack_id.in_(slack_ids), Member.is_outsider.is_(False))
    return list(work.session.scalars(select(Member.name).where(*ours).order_by(Member.name)))


_KNOWN = select(Member.slack_id).where(
    Member.workspace_id == bindparam("of"),
    Member.slack_id.in_(bindparam("people", expanding=True)),
    Member.is_outsider.is_(False),
)
_KNOWN_LATELY = _KNOWN.where(Member.checked_at > bindparam("after"), Member.checked_at <= bindparam("until"))
_ITSELF = select(Workspace.bot_user_id).where(Workspace.id == bindparam("of"))
