"""The queue: what needs anything but to be sent is found past all that waits to be sent, on both databases."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import event, insert, update

from bot.db import schema
from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Delivery, Post
from bot.posts import queue
from bot.posts.queue import DeliveryStep
from tests.factories import NOW, make_channel, make_member, make_post, make_workspace

WAITING = 2000


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def long_queue(request, tmp_path):
    """A database as it is delivered, with many posts that wait to be sent and three that stand in Slack already."""
    is_sqlite = request.param == "sqlite"
    db = Database(
        f"sqlite:///{tmp_path / 'queue.sqlite3'}" if is_sqlite else request.getfixturevalue("empty_postgres_url")
    )
    schema.upgrade(db)
    with db.transaction() as session:
        work = Work(session, make_workspace(session).id, NOW)
        of_workspace = {"workspace_id": work.workspace_id}
        posts = [
            {**of_workspace, "id": n, "key": f"note:{n}", "kind": "notice", "facts": {}, "created_at": NOW}
            for n in range(1, WAITING + 1)
        ]
        session.execute(insert(Post), posts)
        places = [{**of_workspace, "post_id": post["id"], "channel": "C1", "due_at": NOW} for post in posts]
        session.execute(insert(Delivery), places)
        stands = {"ts": "1.0", "sent_channel": "C1", "state": "sent"}
        session.execute(update(Delivery).where(Delivery.post_id <= 3).values(**stands))
    if not is_sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    yield db, work.workspace_id
    db.close()


def test_what_stands_is_found_past_all_that_waits_to_be_sent(long_queue):
    db, workspace_id = long_queue
    sent = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: sent.append(given[2:4]))
    with Work.reading(db, workspace_id, NOW) as work:
        assert queue.steps_due(work) == [DeliveryStep.SEND, DeliveryStep.CHANGE]
        whether_any, *by_step = sent
        asked = dict(zip(DeliveryStep, by_step, strict=True))
        del asked[DeliveryStep.SEND]
        explain = "EXPLAIN QUERY PLAN" if db.is_sqlite else "EXPLAIN"
        for sql, values in (whether_any, *asked.values()):
            plan = work.session.connection().exec_driver_sql(f"{explain} {sql}", values).all()
            assert "ix_deliveries_started" in " ".join(str(line) for line in plan), sql


def test_where_nothing_stands_one_question_finds_that_out(long_queue):
    db, workspace_id = long_queue
    with db.transaction() as session:
        session.execute(update(Delivery).where(Delivery.ts.is_not(None)).values(due_at=None))
    sent = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    with Work.reading(db, workspace_id, NOW) as work:
        assert queue.steps_due(work) == [DeliveryStep.SEND]
    assert len(sent) == 2


def test_a_busy_person_is_passed_over_as_their_place_is(any_db):
    with any_db.transaction() as session:
        workspace = make_workspace(session)
        work = Work(session, workspace.id, NOW)
        make_channel(session, workspace, "C1")
        make_member(session, workspace, slack_id="U1", dm_channel="D1")
        make_post(work, "note:0", NOW, recipient="U1", sent_channel="D1", ts="1.0", due_at=NOW)
        for number, place in enumerate(({"recipient": "U1"}, {"channel": "C1"}, {"recipient": "U2"}, {}), 1):
            make_post(work, f"note:{number}", NOW, due_at=NOW, **place)
    with Work.reading(any_db, work.workspace_id, NOW) as work:
        for people in ((), ("U1",)):
            found = queue.due(work, list(DeliveryStep), ["D1"], people=people)
            assert [one.key for one in found] == ["note:0", "note:2", "note:3", "note:4"], people
        found = queue.due(work, list(DeliveryStep), (), held=["D1"], people=["U1"])
        assert [one.key for one in found] == ["note:2", "note:3", "note:4"]


def test_each_step_finds_what_needs_it_and_nothing_else(any_db):
    with any_db.transaction() as session:
        workspace = make_workspace(session)
        work = Work(session, workspace.id, NOW)
        make_channel(session, workspace, "C1")
        make_channel(session, workspace, "C2", is_shared=True)
        for number, (state, ts, thread, wanted, channel, later) in enumerate(
            itertools.product(
                ("waiting", "sending", "unknown", "sent", "removing", "blanked"),
                (None, "1.0"),
                (None, "2.0"),
                (True, False),
                ("C1", "C2"),
                (timedelta(0), timedelta(hours=1)),
            )
        ):
            place = {"channel": channel, "sent_channel": channel if ts else None, "sent_thread": thread}
            given = {"state": state, "ts": ts, "is_wanted": wanted, "due_at": NOW + later}
            make_post(work, f"note:{number}", NOW, **place, **given)
    with Work.reading(any_db, work.workspace_id, NOW) as work:
        steps = set(DeliveryStep) - {DeliveryStep.BLANK}
        everything = queue.due(work, steps, (), limit=1000)
        assert len(everything) == 96
        for step in steps:
            found = [one.id for one in queue.due(work, [step], (), limit=1000)]
            assert found == [one.id for one in everything if one.step is step]
            assert (step in queue.steps_due(work)) is bool(found)
        removed = [one for one in everything if one.step is DeliveryStep.REMOVE and one.state != "blanked"]
        assert [one.id for one in queue.due(work, [DeliveryStep.BLANK], (), limit=1000)] == [one.id for one in removed]
