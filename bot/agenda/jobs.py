"""The agenda's few verbs: plan a thought, move it, drop it, see what is due and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, func, literal_column, select, update
from sqlalchemy.orm import Session

from bot.db.bulk import run_many
from bot.db.upsert import dialect_of, insert_into
from bot.models import AgendaRow

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Thought:
    """Something to think about at `due_at`. `subject` is "noun:id"; one kind, subject and slot is planned once, ever.

    `urgency`: lower speaks first among thoughts due at the same moment (days left is a good one).
    """

    kind: str
    subject: str
    slot: str
    due_at: datetime
    urgency: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """A thought whose moment has come."""

    id: int
    kind: str
    subject: str
    slot: str
    due_at: datetime
    facts: Mapping[str, Any]

    @property
    def subject_id(self) -> int:
        """The number behind the noun: 812 of "renewal:812"."""
        return int(self.subject.partition(":")[2])


def plan(session: Session, workspace_id: int, thoughts: Sequence[Thought]) -> None:
    """Put thoughts on the agenda; one that was planned before, handled or not, is left as it is."""
    if not thoughts:
        return
    rows = [
        {
            "workspace_id": workspace_id,
            "kind": t.kind,
            "subject": t.subject,
            "slot": t.slot,
            "due_at": t.due_at,
            "urgency": t.urgency,
            "facts": dict(t.facts),
            "handled_at": None,
        }
        for t in thoughts
    ]
    run_many(session, _plan(dialect_of(session)), rows)


@cache
def _plan(dialect: str) -> Any:
    return insert_into(AgendaRow.__table__, dialect).on_conflict_do_nothing(
        index_elements=["workspace_id", "kind", "subject", "slot"]
    )


def due(session: Session, workspace_id: int, now: datetime, limit: int = CHUNK) -> list[Due]:
    """What has fallen due and was not thought yet, oldest and most urgent first; `limit` rows at most."""
    rows = session.execute(
        select(
            AgendaRow.id,
            AgendaRow.kind,
            AgendaRow.subject,
            AgendaRow.slot,
            AgendaRow.due_at,
            AgendaRow.facts,
        )
        .where(
            AgendaRow.workspace_id == workspace_id,
            literal_column("handled_at").is_(None),
            AgendaRow.due_at <= now,
        )
        .order_by(AgendaRow.due_at, AgendaRow.urgency)
        .limit(limit)
    )
    return [Due(*row) for row in rows]


def close(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Mark thoughts as thought; they stay as the memory that they were."""
    if ids:
        run_many(session, _CLOSE, [{"row": row, "at": now} for row in ids])


_CLOSE = (
    update(AgendaRow.__table__)  # type: ignore[arg-type]
    .where(AgendaRow.__table__.c.id == bindparam("row"))
    .values(handled_at=bindparam("at"))
)


def next_due(session: Session, workspace_id: int) -> datetime | None:
    """When the next thought falls due, if there is one."""
    return session.scalar(
        select(func.min(AgendaRow.due_at)).where(
            AgendaRow.workspace_id == workspace_id, literal_column("handled_at").is_(None)
        )
    )


def upcoming(session: Session, workspace_id: int, subject: str, limit: int = 3) -> list[Due]:
    """What comes next for one subject, soonest first."""
    rows = session.execute(
        select(
            AgendaRow.id,
            AgendaRow.kind,
            AgendaRow.subject,
            AgendaRow.slot,
            AgendaRow.due_at,
            AgendaRow.facts,
        )
        .where(
            AgendaRow.workspace_id == workspace_id,
            AgendaRow.subject == subject,
            AgendaRow.handled_at.is_(None),
        )
        .order_by(AgendaRow.due_at)
        .limit(limit)
    )
    return [Due(*row) for row in rows]


def put_off(session: Session, workspace_id: int, row_id: int, due_at: datetime) -> None:
    """Let one thought rest until another moment, since thinking it failed, and count that."""
    session.execute(
        update(AgendaRow)
        .where(AgendaRow.workspace_id == workspace_id, AgendaRow.id == row_id)
        .values(due_at=due_at, failures=AgendaRow.failures + 1)
    )


def failing(session: Session, workspace_id: int) -> list[tuple[str, int]]:
    """The kinds of open thoughts that failed and rest, with how many of each."""
    rows = session.execute(
        select(AgendaRow.kind, func.count())
        .where(AgendaRow.workspace_id == workspace_id, AgendaRow.handled_at.is_(None), AgendaRow.failures > 0)
        .group_by(AgendaRow.kind)
        .order_by(AgendaRow.kind)
    )
    return [(kind, count) for kind, count in rows]


def drop(session: Session, workspace_id: int, kinds: Sequence[str], subject: str) -> None:
    """Take open thoughts back, so that they may be planned anew."""
    session.execute(
        delete(AgendaRow).where(
            AgendaRow.workspace_id == workspace_id,
            AgendaRow.kind.in_(kinds),
            AgendaRow.subject == subject,
            AgendaRow.handled_at.is_(None),
        )
    )


__all__ = [
    "CHUNK",
    "Due",
    "Thought",
    "close",
    "drop",
    "due",
    "failing",
    "next_due",
    "plan",
    "put_off",
    "upcoming",
]
