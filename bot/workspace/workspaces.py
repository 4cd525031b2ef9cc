"""The workspaces this database serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import models
from bot.core.events import publish
from bot.core.policy import defaults_mark
from bot.core.retention import Retention
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.errors import Refused
from bot.workspace.events import PolicyChanged

NOT_CONNECTED = ""
"""The team id of a workspace that has data but no Slack yet: imported first, connected later."""


class Defaults(Protocol):
    """What the environment says about a workspace (bot.settings.Settings fits)."""

    @property
    def timezone(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def fallback_channel(self) -> str: ...
    @property
    def leadership_channel(self) -> str: ...
    @property
    def retention(self) -> Retention: ...


@dataclass(frozen=True, slots=True)
class WorkspaceView:
    """What is known of a workspace. `stopped_reason` says why nothing is sent to it, when that is so."""

    id: int
    team_id: str
    name: str
    bot_user_id: str
    timezone: str
    country: str
    fallback_channel: str | None
    leadership_channel: str | None
    stopped_reason: str | None


def ensure(session: Session, team_id: str, name: str, bot_user_id: str, settings: Defaults, now: datetime) -> int:
    """The id of the workspace Slack calls `team_id`, made when it is new; called at every start.

    Zone, country and retention follow the environment. Channels are taken from it only while none is set, since people
    may change them in Slack. Whatever stopped the workspace is over: the token has just worked. Data imported before
    the first connection becomes this workspace's. In another zone other days count, so all is planned anew.
    """
    _adopt(session, team_id)
    former = session.execute(
        select(models.Workspace.id, models.Workspace.timezone).where(models.Workspace.team_id == team_id)
    ).first()
    table = models.Workspace.__table__
    insert = insert_for(session, table).values(
        team_id=team_id,
        currency="USD",
        policy={},
        created_at=now,
        name=name,
        bot_user_id=bot_user_id,
        timezone=settings.timezone,
        country=settings.country,
        retention=settings.retention.as_kept(),
        defaults=defaults_mark(),
    )
    new = insert.excluded
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["team_id"],
            set_={
                "name": new.name,
                "bot_user_id": new.bot_user_id,
                "timezone": new.timezone,
                "country": new.country,
                "retention": new.retention,
                "stopped_reason": None,
            },
        )
    )
    for column, channel in (
        (models.Workspace.fallback_channel, settings.fallback_channel),
        (models.Workspace.leadership_channel, settings.leadership_channel),
    ):
        if channel:
            session.execute(
                update(models.Workspace)
                .where(models.Workspace.team_id == team_id, column.is_(None))
                .values({column: channel})
            )
    if former is not None and former.timezone != settings.timezone:
        publish(Work(session, former.id, now), PolicyChanged())
    return session.scalars(select(models.Workspace.id).where(models.Workspace.team_id == team_id)).one()


def ensure_unconnected(session: Session, settings: Defaults, now: datetime) -> int:
    """A workspace to import into before the bot has met Slack; the first one that connects takes it over."""
    return ensure(session, NOT_CONNECTED, "", "", settings, now)


def every(session: Session) -> list[WorkspaceView]:
    """All workspaces, oldest first."""
    w = models.Workspace
    rows = session.execute(
        select(
            w.id,
            w.team_id,
            w.name,
            w.bot_user_id,
            w.timezone,
            w.country,
            w.fallback_channel,
            w.leadership_channel,
            w.stopped_reason,
        ).order_by(w.id)
    )
    return [WorkspaceView(*row) for row in rows]


def team_of(work: Work) -> str:
    """Slack's own id of a workspace."""
    return work.session.scalars(select(models.Workspace.team_id).where(models.Workspace.id == work.workspace_id)).one()


def retention_of(work: Work) -> Retention:
    """How long this workspace's messages, scores and people are kept."""
    return Retention.of(
        work.session.scalars(select(models.Workspace.retention).where(models.Workspace.id == work.workspace_id)).one()
    )


def driver_of(work: Work) -> tuple[str, datetime] | None:
    """Which worker drives a workspace, and until when it holds the lease; None when nobody does."""
    lease = work.session.get(models.Lease, work.workspace_id)
    return (lease.holder, lease.expires_at) if lease and lease.holder and lease.expires_at > work.now else None


def pick(session: Session, team_id: str | None) -> WorkspaceView:
    """The workspace with this team id, or the only one there is; raises Refused when that is not one."""
    known = every(session)
    if team_id is not None:
        chosen = [w for w in known if w.team_id == team_id]
        if not chosen:
            raise Refused(f"There is no workspace {team_id}. Known: {_names(known) or 'none'}.")
        return chosen[0]
    if len(known) == 1:
        return known[0]
    if not known:
        raise Refused("There is no workspace yet. Start the bot once: python -m bot run")
    raise Refused(f"There are several workspaces. Add --workspace with one of: {_names(known)}.")


def _names(known: list[WorkspaceView]) -> str:
    return ", ".join(f"{w.team_id} ({w.name})" for w in known)


def _adopt(session: Session, team_id: str) -> None:
    known = session.scalars(select(models.Workspace.team_id)).all()
    if team_id not in known and NOT_CONNECTED in known:
        session.execute(
            update(models.Workspace).where(models.Workspace.team_id == NOT_CONNECTED).values(team_id=team_id)
        )
