"""What renewals do when something happens elsewhere: cards follow scores, and a contact keeps reminders quiet."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, String, bindparam, cast, func, literal, or_, select, update

from bot.core.policy import Policy
from bot.db.scope import among, is_row, within
from bot.db.work import Work
from bot.health.compute import Computed
from bot.health.events import ScoresComputed
from bot.health.rules.score import band
from bot.models import Account, Post, Renewal, Touchpoint
from bot.posts import outgoing
from bot.renewals import card, view
from bot.touchpoints.events import ContactTakenBack, CustomerContacted
from bot.workspace import context

WORTH_SHOWING = 5
"""Points from which a night's drift is shown on open cards; less is shown when the card is drawn anyway."""


_SHOWN = (
    select(Renewal.account_id, Account.tier, Post.facts["health_score"].as_integer())
    .join(Account, Account.id == Renewal.account_id)
    .join(
        Post,
        (Post.workspace_id == Renewal.workspace_id)
        & (Post.key == literal("renewal:").concat(cast(Renewal.id, String)).concat(literal(":card"))),
    )
    .where(
        within(Renewal.workspace_id, bindparam("of")),
        among(Renewal.account_id),
        Renewal.closed_at.is_(None),
        Renewal.carded_at.is_not(None),
    )
)


def on_scores_computed(work: Work, event: ScoresComputed) -> None:
    """Cards follow; after a sweep only those that would say something else than the score."""
    shown = outdated_on_cards(work, event.rescored) if event.is_sweep else [one.account_id for one in event.rescored]
    show_on_cards(work, shown)


def show_on_cards(work: Work, account_ids: Sequence[int]) -> None:
    """Have the open cards of these accounts drawn anew."""
    if not account_ids:
        return
    open_ids = work.session.scalars(
        select(Renewal.id).where(
            within(Renewal.workspace_id, work.workspace_id),
            Renewal.account_id.in_(account_ids),
            Renewal.closed_at.is_(None),
            Renewal.carded_at.is_not(None),
        )
    ).all()
    if open_ids:
        states = view.load(work, open_ids)
        outgoing.put(work, card.wanted(work, list(states.values())))


def outdated_on_cards(work: Work, rescored: Sequence[Computed]) -> list[int]:
    """The accounts with an open card that says something else than the score.

    That is another band, `WORTH_SHOWING` points, or numbers that other weights made; measured against what the card
    shows, so that many small steps are seen once they have come to a large one.
    """
    ws = context.of(work)
    made = {one.account_id: one for one in rescored}
    shown = work.rows(_SHOWN, ids=list(made))
    return sorted({id for id, tier, score in shown if _is_outdated(score, made[id], ws.policies.of(tier))})


def _is_outdated(shown: int | None, made: Computed, policy: Policy) -> bool:
    if made.is_reweighed:
        return True
    if shown is None or made.score is None:
        return shown != made.score
    return abs(shown - made.score) >= WORTH_SHOWING or band(shown, policy) is not band(made.score, policy)


def on_contact(work: Work, event: CustomerContacted) -> None:
    """A contact was logged: open renewals were touched then."""
    work.session.execute(
        update(Renewal)
        .where(
            *_open(work.workspace_id, event.account_id),
            or_(Renewal.touched_at.is_(None), Renewal.touched_at < event.at),
        )
        .values(touched_at=event.at)
    )


def on_contact_taken_back(work: Work, event: ContactTakenBack) -> None:
    """A contact was deleted or became something else: a renewal that was quiet because of it is so no longer."""
    last = work.session.scalar(
        select(func.max(Touchpoint.at, type_=Touchpoint.at.type)).where(
            Touchpoint.workspace_id == work.workspace_id,
            Touchpoint.account_id == event.account_id,
            Touchpoint.is_note.is_(False),
            Touchpoint.deleted_at.is_(None),
        )
    )
    quiet = select(Renewal.id, Renewal.claimed_at, Renewal.stage_at).where(
        *_open(work.workspace_id, event.account_id), Renewal.touched_at == event.at
    )
    for renewal_id, claimed_at, stage_at in work.session.execute(quiet).all():
        # What else touched it is not kept; too early a moment only lets a reminder speak that might have been silent.
        earlier = max((moment for moment in (claimed_at, stage_at, last) if moment is not None), default=None)
        work.session.execute(
            update(Renewal).where(is_row(Renewal, work.workspace_id, renewal_id)).values(touched_at=earlier)
        )


def _open(workspace_id: int, account_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Renewal.workspace_id == workspace_id,
        Renewal.account_id == account_id,
        Renewal.closed_at.is_(None),
    )
