"""A unit of work reads what holds for all of it once, and only its own workspace's rows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Account
from bot.workspace import context, settings
from tests.factories import NOW, make_account, make_workspace


def test_what_holds_for_all_of_it_is_read_once(any_db: Database) -> None:
    with any_db.transaction() as session:
        workspace = make_workspace(session).id
    read: list[Work] = []
    with Work.reading(any_db, workspace, NOW) as work:
        assert [work.once(lambda_of(read)) for _ in range(3)] == [0, 1, 2]
        count = lambda_of(read)
        assert [work.once(count), work.at(NOW + timedelta(1)).once(count)] == [3, 3]
        work.forget()
        assert work.once(count) == 4
        assert context.of(work) is context.of(work.at(NOW + timedelta(days=1)))


def lambda_of(read: list[Work]):  # type: ignore[no-untyped-def]
    """A reader of its own, which counts how often anything was read."""

    def count(work: Work) -> int:
        read.append(work)
        return len(read) - 1

    return count


def test_what_this_work_has_changed_is_seen_by_what_follows_in_it(any_db: Database) -> None:
    with any_db.transaction() as session:
        workspace = make_workspace(session).id
    with Work.writing(any_db, workspace, NOW) as work:
        before = context.of(work).policies.of("mid").rungs
        settings.set_number(work, "mid", "rungs", "45;10")
        assert context.of(work).policies.of("mid").rungs == (45, 10) != before
        assert context.of(work).leadership is None
        settings.set_channels(work, None, "C0LEAD")
        assert context.of(work).leadership == "C0LEAD"


def test_it_selects_its_own_workspaces_rows(any_db: Database) -> None:
    with any_db.transaction() as session:
        mine, other = make_workspace(session, team_id="T1"), make_workspace(session, team_id="T2")
        acme = make_account(session, mine, "Acme").id
        make_account(session, other, "Acme")
        ids = (mine.id, other.id)
    with Work.reading(any_db, ids[0], NOW) as work:
        assert work.session.scalars(work.select(Account.id)).all() == [acme]
        assert [one.id for one in work.session.scalars(work.select(Account))] == [acme]
        assert work.session.execute(work.select(Account.id, Account.name)).all() == [(acme, "Acme")]


def test_nothing_of_it_stands_when_it_fails(any_db: Database) -> None:
    with any_db.transaction() as session:
        workspace = make_workspace(session).id
    with pytest.raises(RuntimeError), Work.writing(any_db, workspace, NOW) as work:
        settings.set_channels(work, None, "C0LEAD")
        raise RuntimeError
    with Work.reading(any_db, workspace, NOW) as work:
        assert context.of(work).leadership is None


def test_work_without_a_moment_is_none(db: Database) -> None:
    with db.reading() as session, pytest.raises(ValueError, match="no zone"):
        Work(session, 1, datetime(2026, 3, 2))
