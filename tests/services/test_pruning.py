from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from bot.db import Database
from bot.models import AgendaRow, Receipt
from bot.services import agenda, pruning
from bot.services.agenda import Thought
from tests.factories import NOW, make_workspace
from tests.services.walking import tick, walk


def test_old_thoughts_and_receipts_are_forgotten_by_night_and_waiting_ones_never(any_db: Database) -> None:
    old, recent = NOW - timedelta(days=181), NOW - timedelta(days=100)
    with any_db.transaction() as session:
        workspace = make_workspace(session).id
        other = make_workspace(session).id
        for slot, due, handled in (
            ("old", old, old),
            ("recent", recent, recent),
            ("waiting", NOW + timedelta(days=900), None),
        ):
            session.add(
                AgendaRow(
                    workspace_id=workspace, kind="rung", subject="renewal:1", slot=slot, due_at=due, handled_at=handled
                )
            )
        session.add(AgendaRow(workspace_id=other, kind="rung", subject="renewal:1", due_at=old, handled_at=old))
        session.add(Receipt(workspace_id=workspace, key="V1", received_at=old))
        session.add(Receipt(workspace_id=workspace, key="V2", received_at=recent))
        pruning.plan_prune(session, workspace, NOW)

    walk(any_db, workspace, NOW, NOW + timedelta(days=1))

    with any_db.reading() as session:
        slots = set(session.scalars(select(AgendaRow.slot).where(AgendaRow.kind == "rung")))
        assert slots == {"recent", "waiting", ""}
        assert list(session.scalars(select(Receipt.key))) == ["V2"]
        assert (
            session.scalar(select(func.count()).where(AgendaRow.kind == "prune", AgendaRow.handled_at.is_(None))) == 1
        )


def test_a_long_backlog_is_forgotten_chunk_by_chunk(db: Database, monkeypatch) -> None:
    monkeypatch.setattr(pruning, "CHUNK", 10)
    old = NOW - timedelta(days=200)
    with db.transaction() as session:
        workspace = make_workspace(session).id
        agenda.plan(session, workspace, [Thought("rung", f"renewal:{i}", "x", old) for i in range(35)])
        rows = list(session.scalars(select(AgendaRow.id)))
        agenda.close(session, rows, old)
        pruning.plan_prune(session, workspace, NOW)
    tick(db, workspace, NOW + timedelta(days=1))
    with db.reading() as session:
        assert session.scalar(select(func.count()).where(AgendaRow.kind == "rung")) == 0
