"""Open renewal cards show the score and its reasons: when those move, the cards follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, cast, literal, select
from sqlalchemy.orm import Session

from bot.core.policy import Policy
from bot.db.scope import within
from bot.health.compute import Computed
from bot.health.events import ScoresComputed
from bot.health.rules.score import band
from bot.models import Account, Post, Renewal
from bot.posts import outgoing
from bot.renewals import card, view
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

WORTH_SHOWING = 5
"""Points from which a night's drift is shown on open cards; less is shown when the card is drawn anyway."""


def on_scores_computed(session: Session, workspace_id: int, event: ScoresComputed, now: datetime) -> None:
    """Cards follow; after a sweep only those that would say something else than the score."""
    here = context.load(session, workspace_id)
    shown = (
        outdated_on_cards(session, here, event.rescored)
        if event.is_sweep
        else [one.account_id for one in event.rescored]
    )
    show_on_cards(session, here, shown, now)


def show_on_cards(session: Session, here: WorkspaceContext, account_ids: Sequence[int], now: datetime) -> None:
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
        states = view.load(session, here.workspace_id, open_ids)
        outgoing.put(session, here.workspace_id, now, card.wanted(session, here, list(states.values()), now))


def outdated_on_cards(session: Session, here: WorkspaceContext, rescored: Sequence[Computed]) -> list[int]:
    """The accounts with an open card that says something else than the score.

    That is another band, `WORTH_SHOWING` points, or numbers that other weights made; measured against what the card
    shows, so that many small steps are seen once they have come to a large one.
    """
    made = {one.account_id: one for one in rescored}
    shown = session.execute(
        select(Renewal.account_id, Account.tier, Post.facts["health_score"].as_integer())
        .join(Account, Account.id == Renewal.account_id)
        .join(
            Post,
            (Post.workspace_id == Renewal.workspace_id)
            & (Post.key == literal("renewal:").concat(cast(Renewal.id, String)).concat(literal(":card"))),
        )
        .where(
            within(Renewal.workspace_id, here.workspace_id),
            Renewal.account_id.in_(list(made)),
            Renewal.closed_at.is_(None),
            Renewal.carded_at.is_not(None),
        )
    )
    return sorted({id for id, tier, score in shown if _is_outdated(score, made[id], here.policies.of(tier))})


def _is_outdated(shown: int | None, made: Computed, policy: Policy) -> bool:
    if made.is_reweighed:
        return True
    if shown is None or made.score is None:
        return shown != made.score
    return abs(shown - made.score) >= WORTH_SHOWING or band(shown, policy) is not band(made.score, policy)
