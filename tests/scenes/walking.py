"""Walks a database through time: ticks as the scheduler does, and reads what would be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.agenda import jobs
from bot.agenda.runner import run_due
from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Delivery, Post
from bot.posts import queries
from bot.posts.queries import StoredPost
from bot.renewals.facts import RenewalCard


@dataclass(frozen=True)
class Said:
    """One message: when it was first wanted, its kind, its code (of a line or a notice), where, and its facts."""

    at: datetime
    kind: str
    code: str
    place: str
    facts: dict
    key: str


def tick(db: Database, workspace_id: int, now: datetime) -> int:
    """Run everything that is due, in chunks as the scheduler does; returns how many rows that were."""
    total = 0
    while True:
        with Work.writing(db, workspace_id, now) as work:
            done = run_due(work)
        total += done
        if not done:
            return total


def walk(db: Database, workspace_id: int, start: datetime, end: datetime) -> None:
    """Step through every moment at which something is due."""
    tick(db, workspace_id, start)
    now = start
    while True:
        with Work.reading(db, workspace_id, now) as work:
            due = jobs.next_due(work)
        if due is None or due > end:
            return
        now = max(now, due)
        tick(db, workspace_id, now)


def walk_daily(db: Database, workspace_id: int, start: datetime, days: int) -> None:
    """Wake up at the same time each day."""
    for day in range(days):
        tick(db, workspace_id, start + timedelta(days=day))


def said(db: Database, workspace_id: int, kind: str | None = None) -> list[Said]:
    """All messages ever wanted, oldest first."""
    with db.reading() as session:
        rows = session.execute(
            select(Post, Delivery)
            .join(Delivery, Delivery.post_id == Post.id)
            .where(Post.workspace_id == workspace_id, Delivery.role.in_(("home", "twin")))
            .order_by(Post.created_at, Delivery.id)
        ).all()
        found = [
            Said(
                p.created_at,
                "reminder" if d.role == "twin" else p.kind,
                p.facts.get("code", ""),
                d.channel or d.recipient or "",
                p.facts,
                p.key,
            )
            for p, d in rows
        ]
    return [s for s in found if kind is None or s.kind == kind]


def lines(db: Database, workspace_id: int) -> list[tuple[str, str]]:
    """(day, code) of all lines in threads."""
    return [(f"{s.at:%Y-%m-%d}", s.code) for s in said(db, workspace_id, "story_line")]


def notices(db: Database, workspace_id: int) -> list[tuple[str, str, str]]:
    """(day, code, to) of all notices, and of all that stands in morning messages."""
    return [
        (f"{s.at:%Y-%m-%d}", code, s.place)
        for s in said(db, workspace_id)
        if s.kind in ("notice", "escalations")
        for code in ([s.code] if s.kind == "notice" else [c for row in s.facts["rows"] for c in row["codes"]])
    ]


def card_of(db: Database, workspace_id: int, renewal_id: int) -> RenewalCard:
    """The card as it is wanted in Slack."""
    found = [s for s in said(db, workspace_id, "renewal_card") if s.key == f"renewal:{renewal_id}:card"]
    assert found, "no card was wanted"
    return RenewalCard.from_facts(found[0].facts)


def posts_of_kind(work: Work, kind: str) -> list[StoredPost]:
    """All messages of a kind that were ever wanted, oldest first."""
    keys = work.session.scalars(select(Post.key).where(Post.workspace_id == work.workspace_id, Post.kind == kind))
    return queries.by_keys(work, keys.all())
