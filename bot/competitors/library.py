"""The library of answers: what competitors claimed anywhere, what we said to it, and what became of those renewals."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.competitors.facts import CompetitorRecord
from bot.competitors.rules import KEPT, LOST, ClaimRow, Decided, records
from bot.core.calendar import local_date
from bot.core.company_names import name_key
from bot.db.work import Work
from bot.models import Account, CompetitorClaim, Member, Renewal
from bot.renewals.rules.stages import LostReason, Stage
from bot.workspace import context

ANSWERS_SHOWN = 3
NEWEST = 500
"""Newest claims that the library is made of."""


def library(work: Work, competitor: str = "") -> list[CompetitorRecord]:
    """What competitors claimed, what we answered, and what became of it; of one competitor when it is named."""
    query = (
        work.select(CompetitorClaim, Account.name, Member.name)
        .join(Account, Account.id == CompetitorClaim.account_id)
        .outerjoin(Member, Member.id == CompetitorClaim.answered_by_id)
        .order_by(CompetitorClaim.id.desc())
        .limit(NEWEST)
    )
    if competitor:
        query = query.where(CompetitorClaim.name_key == name_key(competitor)[:120])
    zone = context.of(work).zone
    rows = [
        ClaimRow(
            claim.id,
            claim.account_id,
            account,
            claim.competitor,
            claim.name_key,
            claim.words,
            claim.created_at,
            claim.answer,
            by or "",
            str(local_date(claim.answered_at, zone)) if claim.answered_at else "",
        )
        for claim, account, by in work.session.execute(query)
    ]
    return records(rows, _decided(work, {row.account_id for row in rows}), ANSWERS_SHOWN)


def lost_to_unnamed(work: Work) -> int:
    """Renewals lost to a competitor at accounts of which nobody wrote down which one it was."""
    named = work.select(CompetitorClaim.account_id)
    lost = work.select(Renewal.id).where(Renewal.lost_reason == LostReason.COMPETITOR, Renewal.account_id.not_in(named))
    return work.session.scalar(select(func.count()).select_from(lost.subquery())) or 0


def _decided(work: Work, account_ids: set[int]) -> list[Decided]:
    rows = work.session.execute(
        work.select(Renewal.account_id, Renewal.stage, Renewal.closed_at).where(
            Renewal.account_id.in_(account_ids),
            Renewal.closed_at.is_not(None),
            Renewal.stage.in_((Stage.PAID, Stage.LOST)),
        )
    )
    return [Decided(account, KEPT if stage == Stage.PAID else LOST, at) for account, stage, at in rows]
