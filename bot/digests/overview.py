"""The overview of a team, a segment or everything: its open renewals, and what they are worth."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from bot.core.calendar import local_time
from bot.db.work import Work
from bot.digests.facts_overview import Overview
from bot.digests.scope import Rhythm, Scope, ScopeKind
from bot.models import Account, Member, Renewal
from bot.renewals import desk
from bot.workspace import hours as workspace_hours
from bot.workspace import members

OVERVIEW = "overview"
"""The kind of its post."""

PART_NAMES: Mapping[str, str] = {"renewals": "Open renewals"}
"""What can be left out of it: its key, and what people read."""


def build_overview(
    work: Work,
    scope: Scope,
    rhythm: Rhythm,
    since: datetime | None,
    left_out: frozenset[str],
    setup_id: int,
) -> Overview | None:
    """What is to be said of a scope now; None when there is nothing to say."""
    if "renewals" in left_out:
        return None
    rows = work.session.execute(
        select(Renewal.values, Renewal.final_values, Renewal.unknown_values)
        .join(Account, Account.id == Renewal.account_id)
        .where(Renewal.workspace_id == work.workspace_id, Renewal.closed_at.is_(None), *_of(work, scope))
    ).all()
    if not rows:
        return None
    values, unknown = desk.added(rows)
    now = local_time(work.now, workspace_hours.read(work).zone)
    sent_at = now.isoformat(timespec="minutes")
    return Overview(str(now.date()), _about(work, scope), len(rows), values, unknown, setup_id, sent_at=sent_at)


def _of(work: Work, scope: Scope) -> tuple[ColumnElement[bool], ...]:
    if scope.kind is ScopeKind.SEGMENT:
        return (Account.segment == scope.segment,)
    if scope.kind is ScopeKind.TEAM:
        led = work.select(Member.id).where(or_(Member.id == scope.member_id, Member.manager_id == scope.member_id))
        return (Account.owner_id.in_(led),)
    return ()


def _about(work: Work, scope: Scope) -> str:
    if scope.kind is ScopeKind.SEGMENT:
        return scope.segment
    lead = members.by_id(work, scope.member_id) if scope.kind is ScopeKind.TEAM else None
    return f"Team of {lead.name}" if lead else "All accounts"
