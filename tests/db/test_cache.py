"""What is remembered of people and channels for a moment, and when it must not be."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from bot.agenda.jobs import Job, schedule
from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Member
from bot.workspace import members
from tests.factories import NOW, make_member, make_workspace


def _someone(db: Database) -> tuple[int, str]:
    with db.transaction() as session:
        workspace = make_workspace(session)
        return workspace.id, make_member(session, workspace).slack_id


def _is_outsider(db: Database, workspace_id: int, slack_id: str, now=NOW) -> bool:
    person = db.recall(
        (workspace_id, slack_id), now, lambda session: members.find(Work(session, workspace_id, now), slack_id)
    )
    assert person is not None
    return person.is_outsider


def _make_outsider(db: Database, slack_id: str) -> None:
    with db.transaction() as session:
        session.execute(update(Member).where(Member.slack_id == slack_id).values(is_outsider=True))


def test_who_became_a_guest_is_one_at_once(any_db: Database) -> None:
    workspace_id, slack_id = _someone(any_db)
    assert not _is_outsider(any_db, workspace_id, slack_id)
    _make_outsider(any_db, slack_id)
    assert _is_outsider(any_db, workspace_id, slack_id)


def test_a_change_through_another_connection_pool_of_this_process_counts_too(db: Database) -> None:
    workspace_id, slack_id = _someone(db)
    assert not _is_outsider(db, workspace_id, slack_id)
    other = Database(db.engine.url.render_as_string(hide_password=False))
    _make_outsider(other, slack_id)
    other.close()
    assert _is_outsider(db, workspace_id, slack_id)


def test_what_another_process_changed_is_seen_after_two_seconds(db: Database) -> None:
    workspace_id, slack_id = _someone(db)
    assert not _is_outsider(db, workspace_id, slack_id)
    raw = db.engine.raw_connection()
    raw.cursor().execute("UPDATE members SET is_outsider = 1")
    raw.close()
    assert not _is_outsider(db, workspace_id, slack_id, NOW + timedelta(seconds=1))
    assert _is_outsider(db, workspace_id, slack_id, NOW + timedelta(seconds=2))


def test_a_clock_that_goes_back_does_not_keep_what_is_old(db: Database) -> None:
    workspace_id, slack_id = _someone(db)
    assert not _is_outsider(db, workspace_id, slack_id)
    raw = db.engine.raw_connection()
    raw.cursor().execute("UPDATE members SET is_outsider = 1")
    raw.close()
    assert _is_outsider(db, workspace_id, slack_id, NOW - timedelta(hours=1))


def test_writing_something_else_costs_no_second_look(db: Database) -> None:
    workspace_id, slack_id = _someone(db)
    looks = []

    def look(session):
        looks.append(session.scalar(select(Member.id)))

    db.recall("anyone", NOW, look)
    with Work.writing(db, workspace_id, NOW) as work:
        schedule(work, [Job("test", "account:1", "", NOW)])
    db.recall("anyone", NOW, look)
    assert len(looks) == 1
    _make_outsider(db, slack_id)
    db.recall("anyone", NOW, look)
    assert len(looks) == 2
